"""How values are said in German: the other direction of `times` and `values`."""

from __future__ import annotations

import calendar
from collections.abc import Iterator, Mapping

from assistant.lang import Phrases, TemperatureUnit
from assistant.lang.de.numbers import ordinal_words_up_to, spell
from assistant.lang.de.times import MONTHS, WEEKDAYS

HALVES: tuple[str, ...] = ("", "einhalb", " komma fünf")
SMALL: Mapping[str, int] = {"ein": 1, "eine": 1, "einen": 1}
PARTS: tuple[str, ...] = (
    "ein viertel",
    "ein drittel",
    "die hälfte",
    "zwei drittel",
    "drei viertel",
)
PERCENT_ENDINGS: tuple[str, ...] = ("", " prozent")
DEGREE_ENDINGS: tuple[str, ...] = ("", " grad")
SCALE_ENDINGS: Mapping[TemperatureUnit, str] = {
    "celsius": " grad celsius",
    "fahrenheit": " grad fahrenheit",
}
KELVIN_ENDINGS: tuple[str, ...] = ("", " kelvin")
MINUS = "minus "

_COUNTS = tuple(form for n in range(2, 91) for form in (str(n), spell(n)))
_UNITS = ("sekunden", "minuten", "stunden", "tage", "tagen", "wochen")
_ONE = (
    "eine sekunde", "eine minute", "eine stunde", "einen tag", "einem tag", "eine woche",
    "einer sekunde", "einer minute", "einer stunde", "einer woche", "1 minute", "1 stunde",
)  # fmt: skip
_FIXED_DURATIONS = (
    "eine halbe stunde", "einer halben stunde", "halbe stunde", "eine viertelstunde",
    "einer viertelstunde", "eine dreiviertelstunde", "einer dreiviertelstunde",
    "eine halbe minute", "anderthalb stunden", "eineinhalb stunden", "anderthalb minuten",
    "zweieinhalb stunden", "dreieinhalb stunden", "zweieinhalb minuten",
)  # fmt: skip
_HOURS = tuple(form for n in (*range(2, 24), 0) for form in (spell(n), str(n)))
_TWELVE = tuple(form for n in range(1, 13) for form in (spell(n), str(n)))
_MINUTES = tuple(form for n in range(1, 60) for form in (spell(n), str(n)))
_TWO_DIGITS = tuple(f"{n:02}" for n in range(60))
_BEFORE_OR_AFTER = tuple(
    f"{minutes} {glue} {half}"
    for minutes in ("viertel", *map(spell, (5, 10, 20)), "5", "10", "20", "fünf minuten")
    for glue in ("vor", "nach")
    for half in (("", "halb ") if minutes != "viertel" else ("",))
)
_PARTS = (
    "", " morgens", " früh", " vormittags", " nachmittags", " abends", " nachts", " am morgen",
    " am nachmittag", " am abend", " heute abend",
)  # fmt: skip
_DAYS = ("heute", "morgen", "übermorgen")
_DAY_PARTS = ("früh", "vormittag", "mittag", "nachmittag", "abend")


def thousands(first: int, last: int) -> Iterator[Phrases]:
    """ "zweitausendsiebenhundert", from `first` to `last` thousand."""
    rest = ("", *(spell(number) for number in range(1, 1000)))
    ones = (
        f"{'ein' if number == 1 else spell(number)}tausend" for number in range(first, last + 1)
    )
    yield tuple(ones), rest


def kelvins(kelvins: range) -> Iterator[str]:
    """ "zweitausendsiebenhundert"."""
    return map(spell, kelvins)


def durations() -> Iterator[Phrases]:
    """ "zehn minuten", "anderthalb stunden", "1 stunde und 20 minuten"."""
    yield ((*_FIXED_DURATIONS, *_ONE),)
    yield _COUNTS, tuple(f" {unit}" for unit in _UNITS)
    yield tuple(map(spell, range(2, 13))), ("einhalb",), (" minuten", " stunden")
    large = ("eine stunde", "1 stunde", "eine minute", "einer stunde")
    small = (" minuten", " sekunden")
    yield large, (" ", " und "), _COUNTS, small
    yield _COUNTS, (" stunden", " minuten"), (" ", " und "), _COUNTS, small
    bare = tuple(form for n in range(5, 60, 5) for form in (spell(n), str(n)))
    yield (*large, "zwei stunden", "2 stunden"), (" ", " und "), bare
    yield _COUNTS, (" minuten ",), bare


def times() -> Iterator[Phrases]:
    """ "viertel nach sieben", "halb acht", "7 30 uhr", "mitternacht"."""
    yield (("mittag", "mitternacht", "mittags"),)
    yield (*_HOURS, "ein", "1"), (" uhr",), _PARTS
    yield (("24 uhr", "vierundzwanzig uhr"),)
    yield (*_HOURS, "ein", "1"), (" uhr ",), _MINUTES, _PARTS
    yield _HOURS, (" ",), _TWO_DIGITS, ("", " uhr")
    yield ("halb ", "viertel ", "dreiviertel ", "drei viertel "), _TWELVE, _PARTS
    yield _BEFORE_OR_AFTER, _TWELVE, _PARTS
    yield _TWELVE, _PARTS


def dates() -> Iterator[Phrases]:
    """ "morgen", "nächsten freitag", "am dritten mai", "in zwei wochen"."""
    yield (_DAYS,)
    yield ("", "am ", "nächsten ", "diesen ", "kommenden "), WEEKDAYS
    yield ("in ",), _COUNTS, (" tagen", " wochen", " monaten")
    yield (("in einem tag", "in einer woche", "in einem monat", "nächste woche", "nächsten monat"),)
    yield ("der ", "am ", "den "), tuple(ordinal_words_up_to(31))
    for month, name in enumerate(MONTHS, 1):
        # 2024: a leap year
        ordinals = tuple(ordinal_words_up_to(calendar.monthrange(2024, month)[1]))
        yield ("", "der ", "am ", "den "), ordinals, (f" {name}",)


def moments() -> Iterator[Phrases]:
    """ "morgen um viertel nach sieben", "um acht", "in zehn minuten", "heute abend"."""
    days = (
        *_DAYS, *WEEKDAYS, *(f"am {day}" for day in WEEKDAYS),
        *(f"{day} {part}" for day in _DAYS for part in _DAY_PARTS),
    )  # fmt: skip
    for time in times():
        yield ("", "um "), *time
        yield days, (" um ",), *time
        yield ("", "um "), *time, tuple(f" {day}" for day in (*_DAYS[:2], *WEEKDAYS))
    yield _DAYS, tuple(f" {part}" for part in _DAY_PARTS)
    for duration in durations():
        yield ("in ",), *duration
