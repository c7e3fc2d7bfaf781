"""How the values of a typed slot are said: what the recognizer may hear in its place.

The other direction of `values`: every phrase given here is read by `parse_value`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from assistant.skill.manifest import SlotSpec
from assistant.understand.colors import COLORS, WHITES
from assistant.understand.numbers import spell
from assistant.understand.values import PERCENTS, TemperatureUnit, choice_forms

_LARGEST = 100
"""Numbers without a `max` are expected up to here."""

_KELVINS = range(1500, 7000, 100)
_NOTHING_MORE = ("",)
_HALVES = ("", " and a half", " point five")

Phrases = tuple[Sequence[str], ...]
"""Parts that follow each other, of each of which one is said: what all of them spell together."""


def phrases(spec: SlotSpec, *, house_unit: TemperatureUnit = "celsius") -> Iterator[Phrases]:
    """Every way to say a value of `spec` that a recognizer should expect, in matching form.

    None for `text`, which can be anything. Numbers come spelled and in digits, as recognizers
    write either.
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
        case "text":
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
