"""How the values of a typed slot are said: what the recognizer may hear in its place.

The other direction of `values`: every phrase given here is read by `parse_value`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from assistant.lang import Phrases, TemperatureUnit, language
from assistant.skill.manifest import SlotSpec, SlotType
from assistant.understand.values import choice_forms

_LARGEST = 100
"""Numbers without a `max` are expected up to here."""

_KELVINS = range(1500, 7000, 100)
_NOTHING_MORE = ("",)
_CODE_LENGTHS = range(3, 9)
"""Digits of a code, as locks have them."""

_FURTHEST = 31  # ordinals: days of a month, and more chapters and tracks than anyone names


def phrases(spec: SlotSpec, *, house_unit: TemperatureUnit = "celsius") -> Iterator[Phrases]:
    """Every way to say a value of `spec` that a recognizer should expect, in matching form.

    None for `text` and `list`, which can be anything, and for names of the house. Numbers come
    spelled and in digits, as recognizers write either.
    """
    if spec.type == "temperature":
        return _temperatures(spec, house_unit)
    ways = _WAYS.get(spec.type)
    return ways(spec) if ways else iter(())


def _numbers(low: float | None, high: float | None, units: Sequence[str]) -> Iterator[Phrases]:
    """Whole numbers of a range and the halves between them, each with one of `units`.

    From a thousand on the range is kept to the next thousand only; to a million at most.
    """
    said, spell = language().phrases, language().numbers.spell
    first, last = round(low or 0), round(_LARGEST if high is None else high)
    if first < 0:
        for parts in _numbers(max(1, -last), -first, units):
            yield (said.MINUS,), *parts
        first = 0
    numbers = range(first, min(last, 999) + 1)
    halves = said.HALVES if len(numbers) <= _LARGEST + 1 else _NOTHING_MORE
    yield tuple(map(str, numbers)), ("", ".5"), units
    yield tuple(map(spell, numbers)), halves, units
    if thousands := range(max(1, first // 1000), min(last // 1000, 999) + 1):
        yield tuple(map(str, thousands)), [f"{rest:03}" for rest in range(1000)], units
        for spelled in said.thousands(thousands[0], thousands[-1]):
            yield *spelled, units


def _within(spec: SlotSpec, value: float) -> bool:
    low, high = spec.min, spec.max
    return (low is None or low <= value) and (high is None or value <= high)


def _temperatures(spec: SlotSpec, house_unit: TemperatureUnit) -> Iterator[Phrases]:
    low, high = (5.0 if spec.min is None else spec.min), (35.0 if spec.max is None else spec.max)
    fahrenheit = (low * 9 / 5 + 32, high * 9 / 5 + 32)
    scales: dict[TemperatureUnit, tuple[float, float]] = {
        "celsius": (low, high),
        "fahrenheit": fahrenheit,
    }
    said = language().phrases
    for scale, (coldest, hottest) in scales.items():
        bare = said.DEGREE_ENDINGS if scale == house_unit else ()
        yield from _numbers(coldest, hottest, (*bare, said.SCALE_ENDINGS[scale]))


def _number(spec: SlotSpec) -> Iterator[Phrases]:
    yield from _numbers(spec.min, spec.max, _NOTHING_MORE)
    yield ([said for said, value in language().phrases.SMALL.items() if _within(spec, value)],)


def _percent(spec: SlotSpec) -> Iterator[Phrases]:
    said = language().phrases
    yield ((*language().values.PERCENTS, *said.PARTS),)
    yield from _numbers(spec.min, spec.max, said.PERCENT_ENDINGS)


def _color_temperature(spec: SlotSpec) -> Iterator[Phrases]:
    said = language().phrases
    yield (tuple(language().values.WHITES),)
    yield (*map(str, _KELVINS), *said.kelvins(_KELVINS)), said.KELVIN_ENDINGS


def _digits(spec: SlotSpec) -> Iterator[Phrases]:
    spell = language().numbers.spell
    one = [form for digit in range(10) for form in (str(digit), spell(digit))]
    pair = [spell(number) for number in range(10, 100)]
    for more in _CODE_LENGTHS:
        yield one, *([" " + digit for digit in one] + one[::2],) * (more - 1)
    for pairs in (2, 3):
        yield pair, *([f" {number}" for number in pair],) * (pairs - 1)


def _ordinal(spec: SlotSpec) -> Iterator[Phrases]:
    yield (tuple(language().numbers.ordinal_words_up_to(round(spec.max or _FURTHEST))),)


_WAYS: Mapping[SlotType, Callable[[SlotSpec], Iterator[Phrases]]] = {
    "number": _number,
    "percent": _percent,
    "color": lambda spec: iter([(tuple(language().values.COLORS),)]),
    "color_temperature": _color_temperature,
    "choice": lambda spec: iter([(tuple(choice_forms(spec)),)]),
    "ordinal": _ordinal,
    "digits": _digits,
    "duration": lambda spec: language().phrases.durations(),
    "time": lambda spec: language().phrases.times(),
    "date": lambda spec: language().phrases.dates(),
    "datetime": lambda spec: language().phrases.moments(),
}
