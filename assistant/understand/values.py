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

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache

from assistant.events import Slot, SlotValue
from assistant.grammar.ways import ways
from assistant.lang import TemperatureUnit, language
from assistant.skill.manifest import SlotSpec, SlotType
from assistant.understand.number_forms import both_forms
from assistant.understand.text import matching_form

__all__ = ["UNITS", "TemperatureUnit", "check_range", "parse_value", "word_fits"]


_KELVIN_BARE = 1000
"""A bare number is a colour temperature from here on: "set the light to 2700"."""


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
    if spec.type in UNITS and language().values.breaks_off(said.split()[-1]):
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
    what, (least, most, said) = slot.name.replace("_", " "), shown
    key = "out_of_range" + ("_above" if least is None else "_below" if most is None else "")
    unit = language().wording.ATTRIBUTE_UNITS.get(slot.unit or "seconds", slot.unit)
    unit = "" if slot.unit in (None, "seconds") else f" {unit}"
    return language().say(key, slot=what, low=least, high=most, value=said, unit=unit)


def _shown(value: float, unit: str | None, house_unit: TemperatureUnit) -> str:
    said = language().wording
    if unit == "seconds":
        return said.duration(timedelta(seconds=value))
    if unit == "celsius" and house_unit == "fahrenheit":
        value = value * 9 / 5 + 32
    return said.number(round(value, 1))


def _tidy(number: float) -> int | float:
    rounded = round(number, 2)
    return int(rounded) if rounded == int(rounded) else rounded


def _ordinal(said: str) -> SlotValue:
    return language().values.ordinal(said)


def _duration(said: str) -> SlotValue:
    words = language().values.without_about(said).split()
    return _tidy(language().times.parse_duration(words).total_seconds())


def _list(text: str) -> SlotValue:
    items = [matching_form(item) for item in language().values.items(text)]
    return tuple(item for item in items if item)


def _number(said: str) -> SlotValue:
    return _tidy(language().numbers.parse_number(said.split()))


def _percent(said: str) -> SlotValue:
    """ "forty percent", "half", "a third"."""
    known, numbers = language().values, language().numbers
    words = known.without_about(said).split()
    if words[-1:] == [known.PERCENT]:
        return _tidy(numbers.parse_number(words[:-1]))
    if (level := known.PERCENTS.get(" ".join(words))) is not None:
        return level
    if (part := numbers.fraction(words)) is not None:
        return round(part * 100)
    return _tidy(numbers.parse_number(words))


def _temperature(said: str, house_unit: TemperatureUnit) -> SlotValue:
    degrees, scale = language().values.degrees(said)
    return round((degrees - 32) * 5 / 9, 2) if (scale or house_unit) == "fahrenheit" else degrees


def _color(said: str) -> SlotValue:
    return language().values.color(said)


def _color_temperature(said: str) -> SlotValue:
    """ "warm white", "2700 kelvin", "2700"."""
    known, words = language().values, said.split()
    if said in known.WHITES:
        return known.WHITES[said]
    named = words[-1] in known.KELVIN
    number = language().numbers.parse_number(words[:-1] if named else words)
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
    "time": lambda words, _: language().times.parse_clock(words).time.isoformat("minutes"),
    "date": lambda words, now: language().times.parse_day(words, now.date()).isoformat(),
    "datetime": lambda words, now: (
        language().times.parse_moment(words, now).isoformat(timespec="seconds")
    ),
}
_PARSERS: dict[SlotType, Callable[[str], SlotValue]] = {
    "number": _number,
    "ordinal": _ordinal,
    "duration": _duration,
    "percent": _percent,
    "color": _color,
    "color_temperature": _color_temperature,
    "digits": lambda said: language().numbers.digits(said.split()),
    "text": _text,
    "command": _text,
}
LASTING_TYPES = frozenset(_PARSERS) | {"temperature", "time"}
"""Types of which the same words are always the same value, whatever the time and the slot."""


def _fits(words: frozenset[str], word: str) -> bool:
    """Whether `word` is one of `words`, digits, or digits with letters: "7", "7pm", "3rd"."""
    return word in words or word[:1].isdigit()


def _is_number_or(words: frozenset[str], word: str) -> bool:
    return word in words or language().numbers.is_number_word(word)


def _moment_fits(word: str) -> bool:
    said = language().times
    return any(
        _fits(words, word) for words in (said.CLOCK_WORDS, said.DAY_WORDS, said.DURATION_WORDS)
    )


def _duration_fits(word: str) -> bool:
    return _fits(language().times.DURATION_WORDS, word) or word in language().values.ABOUT


_FITS: dict[SlotType, Callable[[str], bool]] = {
    "number": lambda word: language().numbers.is_number_word(word),
    "ordinal": lambda word: _fits(language().values.ORDINAL_WORDS, word),
    "duration": _duration_fits,
    "time": lambda word: _fits(language().times.CLOCK_WORDS, word),
    "date": lambda word: _fits(language().times.DAY_WORDS, word),
    "datetime": _moment_fits,
    "list": bool,
    "percent": lambda word: _is_number_or(language().values.PERCENT_WORDS, word),
    "temperature": lambda word: _is_number_or(language().values.TEMPERATURE_WORDS, word),
    "color": lambda word: word in language().values.COLOR_WORDS,
    "color_temperature": lambda word: _is_number_or(language().values.WHITE_WORDS, word),
    "digits": lambda word: language().numbers.is_digit_word(word),
    "text": bool,
    "command": bool,
}
