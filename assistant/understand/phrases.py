"""How the values of a typed slot are said: what the recognizer may hear in its place.

The other direction of `values`: every phrase given here is read by `parse_value`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from assistant.colors import COLORS, WHITES
from assistant.skill.manifest import SlotSpec
from assistant.understand import phrases_of_time
from assistant.understand.numbers import ordinal_words_up_to, spell
from assistant.understand.phrases_of_time import Phrases
from assistant.understand.values import PERCENTS, TemperatureUnit, choice_forms

_LARGEST = 100
"""Numbers without a `max` are expected up to here."""

_KELVINS = range(1500, 7000, 100)
_NOTHING_MORE = ("",)
_HALVES = ("", " and a half", " point five")
_FURTHEST = 31  # ordinals: days of a month, and more chapters and tracks than anyone names


def phrases(spec: SlotSpec, *, house_unit: TemperatureUnit = "celsius") -> Iterator[Phrases]:
    """Every way to say a value of `spec` that a recognizer should expect, in matching form.

    None for `text` and `list`, which can be anything, and for names of the house. Numbers come
    spelled and in digits, as recognizers write either.
    """
    match spec.type:
        case "number":
            yield from _numbers(spec.min, spec.max, _NOTHING_MORE)
        case "percent":
            yield (tuple(PERCENTS),)
            yield from _numbers(spec.min, spec.max, ("", " percent", " per cent"))
        case "temperature":
            yield from _temperatures(spec, house_unit)
        case "color":
            yield (tuple(COLORS),)
        case "color_temperature":
            yield (tuple(WHITES),)
            spelled = (form for k in _KELVINS for form in (spell(k), f"{spell(k // 100)} hundred"))
            yield (*map(str, _KELVINS), *spelled), ("", " kelvin")
        case "choice":
            yield (tuple(choice_forms(spec)),)
        case "ordinal":
            yield (tuple(ordinal_words_up_to(round(spec.max or _FURTHEST))),)
        case "duration":
            yield from phrases_of_time.durations()
        case "time":
            yield from phrases_of_time.times()
        case "date":
            yield from phrases_of_time.dates()
        case "datetime":
            yield from phrases_of_time.moments()
        case "text" | "list" | "area" | "floor" | "device":
            return


def _numbers(low: float | None, high: float | None, units: Sequence[str]) -> Iterator[Phrases]:
    """Whole numbers of a range and the halves between them, each with one of `units`."""
    numbers = range(round(low or 0), round(_LARGEST if high is None else high) + 1)
    halves = _HALVES if len(numbers) <= _LARGEST else _NOTHING_MORE
    yield tuple(map(str, numbers)), ("", ".5"), units
    yield tuple(map(spell, numbers)), halves, units


def _temperatures(spec: SlotSpec, house_unit: TemperatureUnit) -> Iterator[Phrases]:
    low, high = (5.0 if spec.min is None else spec.min), (35.0 if spec.max is None else spec.max)
    fahrenheit = (low * 9 / 5 + 32, high * 9 / 5 + 32)
    scales: dict[TemperatureUnit, tuple[float, float]] = {
        "celsius": (low, high),
        "fahrenheit": fahrenheit,
    }
    for scale, (coldest, hottest) in scales.items():
        bare = ("", " degrees") if scale == house_unit else ()
        yield from _numbers(coldest, hottest, (*bare, f" degrees {scale}"))
