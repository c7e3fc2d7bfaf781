"""How values are said in English: the other direction of `times` and `values`."""

from __future__ import annotations

import calendar
from collections.abc import Iterator, Mapping

from assistant.lang import Phrases, TemperatureUnit
from assistant.lang.en.numbers import ordinal_words_up_to, spell

HALVES: tuple[str, ...] = ("", " and a half", " point five")
SMALL: Mapping[str, int] = {"a": 1, "a couple of": 2}
PARTS: tuple[str, ...] = ("a quarter", "a third", "a half", "two thirds", "three quarters")
PERCENT_ENDINGS: tuple[str, ...] = ("", " percent", " per cent")
DEGREE_ENDINGS: tuple[str, ...] = ("", " degrees")
SCALE_ENDINGS: Mapping[TemperatureUnit, str] = {
    "celsius": " degrees celsius",
    "fahrenheit": " degrees fahrenheit",
}
KELVIN_ENDINGS: tuple[str, ...] = ("", " kelvin")
MINUS = "minus "

_COUNTS = tuple(form for n in range(1, 91) for form in (str(n), spell(n)))
_UNITS = ("second", "seconds", "minute", "minutes", "hour", "hours", "day", "days", "week", "weeks")
_FIXED_DURATIONS = (
    "half an hour", "a half hour", "a quarter of an hour", "three quarters of an hour",
    "half a minute", "a couple of minutes", "a couple of hours",
)  # fmt: skip
_ONE = ("a second", "a minute", "an hour", "a day", "a week")

_HOURS = tuple(form for n in range(1, 13) for form in (spell(n), str(n)))
_MINUTES = (
    *(f"oh {spell(n)}" for n in range(1, 10)),
    *(form for n in range(10, 60) for form in (spell(n), str(n))),
    *(f"{n:02}" for n in range(10)),
)
_BARE_MINUTES = tuple(form for n in range(5, 60, 5) for form in (spell(n), str(n)))
_BEFORE_OR_AFTER = tuple(
    f"{minutes} {glue}"
    for minutes in ("quarter", "a quarter", "half", *map(spell, (5, 10, 20, 25)), "5", "10", "20")
    for glue in (("past",) if minutes == "half" else ("past", "to"))
)
_PARTS = (
    "", " am", " pm", " a m", " p m", " in the morning", " in the afternoon", " in the evening",
    " at night", " this evening", " tonight",
)  # fmt: skip
_DAYS = ("today", "tomorrow", "the day after tomorrow", "tonight")
_MONTHS = {n: name.lower() for n, name in enumerate(calendar.month_name) if name}
_WEEKDAYS = tuple(name.lower() for name in calendar.day_name)


def thousands(first: int, last: int) -> Iterator[Phrases]:
    """ "two thousand seven hundred", from `first` to `last` thousand."""
    rest = ("", *(f" {spell(number)}" for number in range(1, 1000)))
    yield tuple(f"{spell(number)} thousand" for number in range(first, last + 1)), rest


def kelvins(kelvins: range) -> Iterator[str]:
    """ "two thousand seven hundred", "twenty seven hundred"."""
    for kelvin in kelvins:
        yield from (spell(kelvin), f"{spell(kelvin // 100)} hundred")


def durations() -> Iterator[Phrases]:
    """ "ten minutes", "an hour and a half", "1 hour and 20 minutes"."""
    yield ((*_FIXED_DURATIONS, *_ONE),)
    yield (("an hour", "a minute"), (" and a half", " and a quarter"))
    yield _COUNTS, tuple(f" {unit}" for unit in _UNITS)
    yield _COUNTS, (" and a half",), (" minutes", " hours")
    small, large = (
        (" seconds", " second", " minutes", " minute"),
        (" hours", " hour", " minutes", " minute"),
    )
    yield _COUNTS, large, (" ", " and "), _COUNTS, small
    yield ("an hour", "a minute"), (" ", " and "), _COUNTS, small
    yield ("an hour", "one hour", "1 hour", "two hours", "2 hours"), (" ", " and "), _BARE_MINUTES


def times() -> Iterator[Phrases]:
    """ "quarter past seven", "7 30 pm", "noon"."""
    yield (("noon", "midday", "midnight"),)
    yield _HOURS, ("", " o'clock"), _PARTS
    yield _HOURS, (" ",), _MINUTES, _PARTS
    yield tuple(f"{said} " for said in _BEFORE_OR_AFTER), _HOURS, _PARTS


def dates() -> Iterator[Phrases]:
    """ "tomorrow", "next friday", "the third of may", "in two weeks"."""
    yield (_DAYS,)
    yield ("", "on ", "next ", "this "), _WEEKDAYS
    yield ("in ",), _COUNTS, (" days", " day", " weeks", " week")
    yield ("the ", "on the "), tuple(ordinal_words_up_to(31))
    for month, name in _MONTHS.items():
        # 2024: a leap year
        ordinals = tuple(ordinal_words_up_to(calendar.monthrange(2024, month)[1]))
        yield ("the ", "on the "), ordinals, (f" of {name}",)
        yield (f"{name} ",), ("", "the "), ordinals


def moments() -> Iterator[Phrases]:
    """ "tomorrow at quarter past seven", "at eight", "in ten minutes"."""
    for time in times():
        yield ("", "at "), *time
        yield (*_DAYS, *_WEEKDAYS, *(f"on {day}" for day in _WEEKDAYS)), (" at ",), *time
        yield ("", "at "), *time, tuple(f" {day}" for day in (*_DAYS[:2], *_WEEKDAYS))
    yield _DAYS[1:2], (" morning", " afternoon", " evening", " night")
    yield (("this morning", "this afternoon", "this evening", "tonight"),)
    for duration in durations():
        yield ("in ",), *duration
        yield *duration, (" from now",)
