"""Typed slot values: the words of a slot → a value and its unit.

    type                value                      unit
    number              int or float               None
    ordinal             int                        None
    percent             int or float               "percent"
    temperature         float                      "celsius"
    duration            float                      "seconds"
    time                ISO 8601, "07:15"          None
    date                ISO 8601, "2026-12-24"     None
    datetime            ISO 8601, local            None
    color               key of `colors.COLORS`     None
    color_temperature   int                        "kelvin"
    choice              a key of the choices       None
    list                tuple of texts             None
    text                the words                  None

The types area, floor and device are names of the house: `HouseNames.of_slot` knows them.

Words that are no such value raise ValueError and nothing else. A value out of its range is no
error here: `check_range` turns it into a question.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Literal

from assistant.colors import (
    COLOR_WORDS,
    COLORS,
    WHITE_WORDS,
    WHITES,
    color_name,
)
from assistant.events import Slot, SlotValue
from assistant.grammar.ways import ways
from assistant.skill.manifest import SlotSpec, SlotType
from assistant.skill.telling import spoken_duration
from assistant.understand import times
from assistant.understand.numbers import (
    both_forms,
    digits,
    fraction,
    is_digit_word,
    is_number_word,
    ordinal,
    ordinal_words,
    parse_number,
)
from assistant.understand.text import matching_form

__all__ = ["COLORS", "UNITS", "TemperatureUnit", "check_range", "parse_value", "word_fits"]

TemperatureUnit = Literal["celsius", "fahrenheit"]

PERCENTS = {
    "half": 50, "halfway": 50, "half way": 50, "full": 100, "fully": 100, "max": 100,
    "maximum": 100, "the maximum": 100, "highest": 100, "the highest": 100, "all the way": 100,
    "all the way up": 100, "full power": 100, "full brightness": 100, "full volume": 100,
    "minimum": 1, "the minimum": 1, "min": 1, "lowest": 1, "the lowest": 1, "all the way down": 1,
    "low": 25, "medium": 50, "high": 75,
}  # fmt: skip
"""Minimum is 1 and not 0: a light at its minimum is still on."""

_PERCENT_WORDS = frozenset(word for name in PERCENTS for word in name.split()) | {"percent"}
_SCALE_WORDS: dict[str, TemperatureUnit] = {
    "celsius": "celsius", "centigrade": "celsius", "c": "celsius",
    "fahrenheit": "fahrenheit", "f": "fahrenheit",
}  # fmt: skip
_DEGREES = frozenset({"degree", "degrees"})
_TEMPERATURE_WORDS = _DEGREES | frozenset(_SCALE_WORDS)
_NOUN_FOLLOWS = frozenset({"a", "an", "of"})
"""Number words that do not end a number with its unit: "set the light to a" is half a sentence."""

_KELVIN = ("kelvin", "kelvins", "k")
_KELVIN_BARE = 1000
"""A bare number is a colour temperature from here on: "set the light to 2700"."""


_AND = re.compile(r",\s*(?:and\s+)?|\s+and\s+|\s*&\s*|;")


def parse_value(
    spec: SlotSpec,
    text: str,
    *,
    house_unit: TemperatureUnit = "celsius",
    now: Callable[[], datetime] = datetime.now,
) -> tuple[SlotValue, str | None]:
    """What `text` means for a slot like `spec`: value and unit.

    house_unit   what degrees without a scale are
    now          local time: what "tomorrow" counts from
    Raises ValueError that names the words when they mean no such thing.
    """
    said = matching_form(text)
    if not said:
        raise ValueError(f"{text!r} holds no words")
    if spec.type in UNITS and said.split()[-1] in _NOUN_FOLLOWS:
        raise ValueError(f"{said!r} breaks off")
    if spec.type == "temperature":
        return _temperature(said, house_unit), UNITS["temperature"]
    if spec.type == "choice":
        return _choice(spec, said), None
    if spec.type == "list":
        return _list(text), None
    try:
        if spec.type in _TIMES:
            return _TIMES[spec.type](said.split(), now()), None
        return _PARSERS[spec.type](said), UNITS.get(spec.type)
    except OverflowError as error:  # "in 99999999 weeks"
        raise ValueError(f"{said!r} is too far away") from error


def word_fits(spec: SlotSpec, word: str) -> bool:
    """Whether a value like `spec` can contain `word` (matching form): a quick look."""
    if spec.type == "choice":
        return word in _choices(_Same(spec.choices))[1]
    return _FITS[spec.type](word)


def check_range(
    slot: Slot, spec: SlotSpec, *, house_unit: TemperatureUnit = "celsius"
) -> str | None:
    """A question to speak when the value lies outside the slot's range; None when it fits."""
    if isinstance(slot.value, str | tuple):
        return None
    low, high, value = spec.min, spec.max, float(slot.value)
    if (low is None or value >= low) and (high is None or value <= high):
        return None
    shown = [None if n is None else _shown(n, slot.unit, house_unit) for n in (low, high, value)]
    unit = _unit_word(slot.unit)
    what = slot.name.replace("_", " ").capitalize()
    if shown[0] is None:
        limits = f"goes up to {shown[1]}{unit}"
    elif shown[1] is None:
        limits = f"starts at {shown[0]}{unit}"
    else:
        limits = f"goes from {shown[0]} to {shown[1]}{unit}"
    return f"{what} {limits}, not {shown[2]}. Which should it be?"


def _shown(value: float, unit: str | None, house_unit: TemperatureUnit) -> str:
    if unit == "seconds":
        return spoken_duration(timedelta(seconds=value))
    if unit == "celsius" and house_unit == "fahrenheit":
        value = value * 9 / 5 + 32
    return f"{round(value, 1):.10g}"


def _unit_word(unit: str | None) -> str:
    return {None: "", "celsius": " degrees", "seconds": ""}.get(unit, f" {unit}")


def _tidy(number: float) -> int | float:
    rounded = round(number, 2)
    return int(rounded) if rounded == int(rounded) else rounded


def _ordinal(said: str) -> SlotValue:
    return ordinal(said.removeprefix("the ").split())


def _duration(said: str) -> SlotValue:
    return _tidy(times.parse_duration(said.removeprefix("about ").split()).total_seconds())


def _list(text: str) -> SlotValue:
    """ "milk, eggs and bread" → three texts; commas are needed where "and" is not said."""
    items = [matching_form(item) for item in _AND.split(text)]
    return tuple(item for item in items if item)


def _number(said: str) -> SlotValue:
    return _tidy(parse_number(said.split()))


def _percent(said: str) -> SlotValue:
    words = said.removeprefix("about ").split()
    if words[-1:] == ["percent"]:
        return _tidy(parse_number(words[:-1]))
    if (known := PERCENTS.get(" ".join(words))) is not None:
        return known
    if (part := fraction(words)) is not None:
        return round(part * 100)
    return _tidy(parse_number(words))


def _temperature(said: str, house_unit: TemperatureUnit) -> SlotValue:
    words = said.split()
    unit = house_unit
    if len(words) > 1 and words[-1] in _SCALE_WORDS:
        unit = _SCALE_WORDS[words.pop()]
    if words[0] not in _DEGREES:  # "twenty degrees", "twenty degrees and a half"
        words = [word for word in words if word not in _DEGREES]
    degrees = parse_number(words)
    return round((degrees - 32) * 5 / 9, 2) if unit == "fahrenheit" else degrees


def _color(said: str) -> SlotValue:
    if (name := color_name(said)) is None:
        raise ValueError(f"{said!r} is not a color I know")
    return name


def _color_temperature(said: str) -> SlotValue:
    if said in WHITES:
        return WHITES[said]
    words = said.split()
    named = words[-1] in _KELVIN
    number = parse_number(words[:-1] if named else words)
    if not named and number < _KELVIN_BARE:
        raise ValueError(f"{said!r} is not a color temperature")
    return round(number)


def _choice(spec: SlotSpec, said: str) -> str:
    if (value := choice_forms(spec).get(said)) is None:
        raise ValueError(f"{said!r} is none of {', '.join(spec.choices)}")
    return value


def choice_forms(spec: SlotSpec) -> Mapping[str, str]:
    """How the choices of `spec` are said → value; in matching form, numbers in both forms."""
    return _choices(_Same(spec.choices))[0]


def choice_words(spec: SlotSpec) -> Sequence[str]:
    """Every way to say a choice of `spec`, as its author wrote it, templates written out."""
    return [said for words in spec.choices.values() for word in words for said in ways(word)]


@dataclass(frozen=True, eq=False, slots=True)
class _Same:
    """Choices by their identity: with thousands of them, comparing takes longer than reading."""

    choices: Mapping[str, tuple[str, ...]]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and self.choices is other.choices

    def __hash__(self) -> int:
        return id(self.choices)


@lru_cache(maxsize=512)
def _choices(same: _Same) -> tuple[Mapping[str, str], frozenset[str]]:
    """How choices are said → value, and the words of it."""
    forms: dict[str, str] = {}
    for value, words in same.choices.items():
        for said in (value, *(said for word in words for said in ways(word))):
            for form in both_forms(matching_form(said)):
                forms.setdefault(form, value)
    return forms, frozenset(word for form in forms for word in form.split())


def _text(said: str) -> SlotValue:
    return said


UNITS: dict[SlotType, str] = {
    "percent": "percent",
    "duration": "seconds",
    "temperature": "celsius",
    "color_temperature": "kelvin",
}
"""Unit of a typed value; the other types have none."""

_TIMES: dict[SlotType, Callable[[list[str], datetime], str]] = {
    "time": lambda words, _: times.parse_clock(words).time.isoformat("minutes"),
    "date": lambda words, now: times.parse_day(words, now.date()).isoformat(),
    "datetime": lambda words, now: times.parse_moment(words, now).isoformat(timespec="seconds"),
}
_PARSERS: dict[SlotType, Callable[[str], SlotValue]] = {
    "number": _number,
    "ordinal": _ordinal,
    "duration": _duration,
    "percent": _percent,
    "color": _color,
    "color_temperature": _color_temperature,
    "digits": lambda said: digits(said.split()),
    "text": _text,
    "command": _text,
}
LASTING_TYPES = frozenset(_PARSERS) | {"temperature", "time"}
"""Types of which the same words are always the same value, whatever the time and the slot."""

_MOMENT_WORDS = times.CLOCK_WORDS | times.DAY_WORDS | times.DURATION_WORDS
_FITS: dict[SlotType, Callable[[str], bool]] = {
    "number": is_number_word,
    "ordinal": lambda word: times.word_fits(ordinal_words() | {"the"}, word),
    "duration": lambda word: times.word_fits(times.DURATION_WORDS, word) or word == "about",
    "time": lambda word: times.word_fits(times.CLOCK_WORDS, word),
    "date": lambda word: times.word_fits(times.DAY_WORDS, word),
    "datetime": lambda word: times.word_fits(_MOMENT_WORDS, word),
    "list": bool,
    "percent": lambda word: word in _PERCENT_WORDS or is_number_word(word),
    "temperature": lambda word: word in _TEMPERATURE_WORDS or is_number_word(word),
    "color": COLOR_WORDS.__contains__,
    "color_temperature": lambda word: (
        word in WHITE_WORDS or word in _KELVIN or is_number_word(word)
    ),
    "digits": is_digit_word,
    "text": bool,
    "command": bool,
}
