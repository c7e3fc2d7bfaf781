"""German durations, times and dates → `datetime` values: "halb acht", "viertel nach sieben",
"eine Stunde zwanzig", "am dritten Mai", "morgen früh um sieben".

What is here refuses what it does not understand, whole.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta

from assistant.lang import Clock, moments
from assistant.lang.de.numbers import (
    number_words,
    ordinal,
    ordinal_words,
    parse_number,
    spell,
    written_otherwise,
)

_UNITS: Mapping[str, float] = {
    "sekunde": 1, "sekunden": 1, "sek": 1, "s": 1,
    "minute": 60, "minuten": 60, "min": 60, "m": 60,
    "stunde": 3600, "stunden": 3600, "std": 3600, "h": 3600,
    "tag": 86400, "tage": 86400, "tagen": 86400, "woche": 604800, "wochen": 604800,
}  # fmt: skip
_PARTS_OF_HOURS: Mapping[str, float] = {
    "viertelstunde": 900, "viertelstunden": 900, "halbstunde": 1800, "dreiviertelstunde": 2700,
    "dreiviertelstunden": 2700,
}  # fmt: skip
_SHORT = re.compile(r"(\d+)([a-zäöü]+)")
_RUN_TOGETHER = re.compile(r"(\d{1,2})(\d\d)")
"""Hour and minute as recognizers and people in a hurry write them: "630", "0700"."""

_NEXT_SMALLER: Mapping[float, float] = {3600: 60, 60: 1}
"""Unit → that of a bare number after it, both in seconds: "eine Stunde dreißig"."""

_MONTH_NAMES = (
    ("januar", "jänner"), ("februar", "feber"), ("märz",), ("april",), ("mai",), ("juni", "juno"),
    ("juli", "julei"), ("august",), ("september",), ("oktober",), ("november",), ("dezember",),
)  # fmt: skip
_MONTHS = {
    way: number
    for number, names in enumerate(_MONTH_NAMES, 1)
    for name in names
    for way in written_otherwise(name)
}
MONTHS = tuple(names[0] for names in _MONTH_NAMES)
WEEKDAYS = ("montag", "dienstag", "mittwoch", "donnerstag", "freitag", "samstag", "sonntag")
_WEEKDAYS = {name: number for number, name in enumerate(WEEKDAYS)} | {"sonnabend": 5}
_NEAR_DAYS = {
    way: ahead
    for name, ahead in (
        ("heute", 0), ("morgen", 1), ("übermorgen", 2), ("gestern", -1), ("vorgestern", -2),
    )
    for way in written_otherwise(name)
}  # fmt: skip
_UNIT_DAYS = {
    "tag": "day", "tage": "day", "tagen": "day", "woche": "week", "wochen": "week",
    "monat": "month", "monate": "month", "monaten": "month",
    "jahr": "year", "jahre": "year", "jahren": "year",
}  # fmt: skip
_THIS = frozenset({"dieser", "diesen", "diesem", "diese", "dieses"})
_NEXT = frozenset(
    way for word in ("nächster", "nächsten", "nächste", "nächstes", "nächstem")
    for way in written_otherwise(word)
)  # fmt: skip
_COMING = frozenset({"kommender", "kommenden", "kommende", "kommendes", "am", "den"})
_NAMED_TIMES = {"mittag": 12, "mittags": 12, "mitternacht": 0}
_FRUEH = tuple(written_otherwise("früh"))
_DAY_PARTS: Mapping[tuple[str, ...], str] = {
    ("morgens",): "am", ("vormittags",): "am", **{(word,): "am" for word in _FRUEH},
    ("mittags",): "noon", ("nachmittags",): "pm", ("abends",): "pm", ("nachts",): "night",
    ("am", "morgen"): "am", ("am", "vormittag"): "am", ("am", "mittag"): "noon",
    ("am", "nachmittag"): "pm", ("am", "abend"): "pm", ("in", "der", "nacht"): "night",
    **{("in", "der", word): "am" for word in _FRUEH}, ("heute", "morgen"): "am",
    ("heute", "nachmittag"): "pm", ("heute", "abend"): "pm", ("heute", "nacht"): "night",
    **{("heute", word): "am" for word in _FRUEH}, ("heute", "vormittag"): "am",
    ("heute", "mittag"): "noon",
}  # fmt: skip
_PART_HOURS = {
    "morgen": 9, **dict.fromkeys(_FRUEH, 7), "vormittag": 10, "mittag": 12, "nachmittag": 15,
    "abend": 19, "nacht": 22,
}  # fmt: skip
"""What "morgen Abend" means when no hour is said."""

_HALVES = {"morgen": "am", "vormittag": "am", "mittag": "noon", "nachmittag": "pm",
           "abend": "pm", "nacht": "night", **dict.fromkeys(_FRUEH, "am")}  # fmt: skip
_AT = frozenset({"um", "gegen", "ab", "bis", "auf"})
_AFTER, _BEFORE = "nach", "vor"
_HALF, _QUARTER, _THREE_QUARTERS = "halb", "viertel", "dreiviertel"
_OCLOCK = "uhr"
_IN = "in"
_AND = "und"
_LONG = "lang"

CLOCK_WORDS = number_words() | {
    _OCLOCK, _AFTER, _BEFORE, _HALF, _QUARTER, _THREE_QUARTERS, "minuten", "minute", "drei",
    *_AT, *_NAMED_TIMES, *(word for words in _DAY_PARTS for word in words),
}  # fmt: skip
DURATION_WORDS = number_words() | _UNITS.keys() | _PARTS_OF_HOURS.keys() | {_LONG, _AND}
DAY_WORDS = (
    number_words()
    | frozenset(spell(year) for year in range(1900, 2201))
    | ordinal_words()
    | _MONTHS.keys()
    | _WEEKDAYS.keys()
    | _NEAR_DAYS.keys()
    | _UNIT_DAYS.keys()
    | _THIS
    | _NEXT
    | _COMING
    | _PART_HOURS.keys()
    | {f"{day}{part}" for day in _WEEKDAYS for part in _PART_HOURS}
    | {"der", "des", _IN, "heute", "ab"}
)


def parse_duration(words: Sequence[str]) -> timedelta:
    """ "anderthalb Stunden", "fünf Minuten dreißig"; raises ValueError for anything else."""
    seconds, unit = 0.0, 0.0
    number: list[str] = []
    said = [part for word in words for part in _split(word)]
    for word in said[:-1] if said[-1:] == [_LONG] else said:
        if word in _PARTS_OF_HOURS:
            seconds, unit = seconds + _PARTS_OF_HOURS[word] * _times(number), 0.0
            number = []
        elif word in _UNITS:
            unit = _UNITS[word]
            seconds += unit * _amount(number)
            number = []
        else:
            number.append(word)
    if number and unit in _NEXT_SMALLER and 0 < (rest := _bare(number)) < 60:
        seconds, number = seconds + rest * _NEXT_SMALLER[unit], []
    if number or not (unit or seconds):
        raise ValueError(f"{' '.join(words)!r} is not a duration")
    return timedelta(seconds=round(seconds, 3))


def _split(word: str) -> tuple[str, ...]:
    """ "30m" → 30, m."""
    found = _SHORT.fullmatch(word)
    return (found[1], found[2]) if found else (word,)


def _without_and(words: Sequence[str]) -> Sequence[str]:
    return words[1:] if words[:1] == [_AND] else words


def _bare(words: Sequence[str]) -> int:
    """A whole number after its larger unit: "dreißig", "und fünfzehn"; 0 when it is none."""
    try:
        return _whole(_without_and(words))
    except (ValueError, IndexError):
        return 0


def _amount(words: Sequence[str]) -> float:
    """ "eine halbe" → 0.5, "und dreißig" → 30, "eine" → 1."""
    return parse_number(_without_and(words))


def _times(words: Sequence[str]) -> float:
    """How many quarters of an hour; a bare "viertelstunde" is one."""
    said = _without_and(words)
    return parse_number(said) if said else 1


def parse_clock(words: Sequence[str]) -> Clock:
    """ "viertel nach sieben", "7 30 uhr", "mitternacht"; raises ValueError for anything else."""
    said = list(words[1:] if words[:1] and words[0] in _AT else words)
    if len(said) == 1 and said[0] in _NAMED_TIMES:
        return Clock(_NAMED_TIMES[said[0]], 0, sure=True)
    rest, part = _without_day_part(said)
    hour, minute = _hour_minute(rest)
    if hour == 24 and minute == 0:
        hour = 0
    if not (0 <= hour < 24 and 0 <= minute < 60):
        raise ValueError(f"{' '.join(words)!r} is not a time of day")
    if part and 1 <= hour <= 12:
        return Clock(_on_the_day(hour, part), minute, sure=True)
    zero = bool(rest) and re.match(r"0\d", rest[0]) is not None
    return Clock(hour, minute, sure=zero or hour == 0 or hour > 12)


def _on_the_day(hour: int, part: str) -> int:
    if part == "noon":
        part = "am" if hour in (10, 11) else "pm"
    return moments.on_the_day(hour, part)


def _without_day_part(words: list[str]) -> tuple[list[str], str]:
    for ending, part in sorted(_DAY_PARTS.items(), key=lambda item: -len(item[0])):
        size = len(ending)
        if size < len(words) and tuple(words[-size:]) == ending:
            return words[:-size], part
    return words, ""


def _hour_minute(words: list[str]) -> tuple[int, int]:
    """Hour and minute, as said; ValueError when it is neither."""
    for glue, sign in ((_AFTER, 1), (_BEFORE, -1)):
        if glue in words[1:]:
            at = words.index(glue)
            hour, minute = _full_or_half(words[at + 1 :])
            return _later(hour, minute, sign * _minutes(words[:at]))
    if words[:2] == ["drei", _QUARTER]:
        words = [_THREE_QUARTERS, *words[2:]]
    if words and words[0] in (_QUARTER, _THREE_QUARTERS):  # "viertel acht" is a quarter past seven
        return _later(_hour(words[1:]), 0, -45 if words[0] == _QUARTER else -15)
    if words and words[0] == _HALF:
        return _full_or_half(words)
    if _OCLOCK in words:
        return _with_oclock(words)
    return _digital(words)


def _full_or_half(words: Sequence[str]) -> tuple[int, int]:
    """ "acht", "halb acht"."""
    if words[:1] == [_HALF]:
        return _later(_hour(words[1:]), 0, -30)
    return _hour(words), 0


def _hour(words: Sequence[str]) -> int:
    return _clock_number(words[:-1] if words[-1:] == [_OCLOCK] else words)


def _later(hour: int, minute: int, minutes: int) -> tuple[int, int]:
    """So many minutes later or earlier; of "one" an hour earlier is twelve."""
    if not 0 <= hour <= 24:
        raise ValueError(f"{hour} is no hour")
    total = (hour * 60 + minute + minutes) % 1440
    found = total // 60
    return (12 if found == 0 and 1 <= hour <= 12 else found), total % 60


def _minutes(words: Sequence[str]) -> int:
    """ "viertel", "zehn", "fünf minuten" → minutes."""
    if words[-1:] in (["minuten"], ["minute"]):
        return _whole(words[:-1])
    if list(words) == [_QUARTER]:
        return 15
    return _whole(words)


def _with_oclock(words: Sequence[str]) -> tuple[int, int]:
    """ "acht uhr", "acht uhr dreißig", "7 30 uhr", "7.30 uhr"."""
    at = list(words).index(_OCLOCK)
    before, after = words[:at], words[at + 1 :]
    if after:
        if after[-1:] in (["minuten"], ["minute"]):
            after = after[:-1]
        return _clock_number(before), _whole(_without_and(after))
    if len(before) > 1 or "." in (before[0] if before else ""):
        return _digital(before)
    return _clock_number(before), 0


def _digital(words: Sequence[str]) -> tuple[int, int]:
    """ "7 30", "7.15", "715", "sieben dreißig", "sieben"."""
    if len(words) == 1 and (
        found := re.fullmatch(r"(\d{1,2})\.(\d\d)", words[0]) or _RUN_TOGETHER.fullmatch(words[0])
    ):
        return int(found[1]), int(found[2])
    if len(words) == 2:
        minute = _whole(words[1:])
        if minute < 10 and not re.fullmatch(r"0\d", words[1]):
            raise ValueError(f"{words[1]!r} are no minutes")
        return _clock_number(words[:1]), minute
    return _clock_number(words), 0


def _clock_number(words: Sequence[str]) -> int:
    """An hour: "ein" uhr, "eins", "sieben"."""
    if list(words) == ["ein"]:
        return 1
    return _whole(words)


_ONE = frozenset({"ein", "eine", "einen", "einer", "einem", "eines"})


def _whole(words: Sequence[str]) -> int:
    number = parse_number(words)
    if number != int(number) or words[0] in _ONE:
        raise ValueError(f"{' '.join(words)!r} is not a whole number")
    return int(number)


def parse_day(words: Sequence[str], today: date) -> date:
    """ "morgen", "nächsten Freitag", "am dritten Mai"; raises ValueError for anything else.

    A date without a year is the next one; "nächsten Freitag" is that of next week.
    """
    said = tuple(words)
    if said[:1] in (("am",), ("ab",)):
        said = ("der", *said[1:]) if said[1:] and said[1][0].isdigit() else said[1:]
    if len(said) == 1 and said[0] in _NEAR_DAYS:
        return today + timedelta(days=_NEAR_DAYS[said[0]])
    for reading in (_weekday, _days_ahead, _month_day, _day_of_month):
        if (found := reading(said, today)) is not None:
            return found
    raise ValueError(f"{' '.join(words)!r} is not a date")


def _weekday(said: tuple[str, ...], today: date) -> date | None:
    if len(said) == 3 and said[0] in _NEXT and said[1] == "woche":  # "nächste woche montag"
        said = (said[0], said[2])
    elif len(said) == 3 and said[1] in _NEXT and said[2] == "woche":  # "montag nächste woche"
        said = (said[1], said[0])
    if not 1 <= len(said) <= 2 or said[-1] not in _WEEKDAYS:
        return None
    which = said[0] if len(said) == 2 else "am"
    if which not in _THIS | _NEXT | _COMING:
        return None
    number = _WEEKDAYS[said[-1]]
    return moments.weekday(number, today, next_week=which in _NEXT, today_too=which in _THIS)


def _days_ahead(said: tuple[str, ...], today: date) -> date | None:
    """ "in zwei wochen", "nächsten monat", "heute in einer woche"."""
    if said[:1] == ("heute",) and said[1:2] == (_IN,):
        said = said[1:]
    if len(said) < 2 or said[-1] not in _UNIT_DAYS:
        return None
    if said[0] in _NEXT and len(said) == 2:
        return moments.ahead(_UNIT_DAYS[said[-1]], 1, today)
    if said[0] != _IN or len(said) < 3:
        return None
    count = 1 if said[1] in _ONE and len(said) == 3 else _whole(said[1:-1])
    return moments.ahead(_UNIT_DAYS[said[-1]], count, today)


def _month_day(said: tuple[str, ...], today: date) -> date | None:
    """ "dritten mai", "der dritte mai 2027", "24.12", "dritten fünften"."""
    rest = said[1:] if said[:1] in (("der",), ("den",), ("dem",)) else said
    if rest and (found := re.fullmatch(r"(\d{1,2})\.(\d{1,2})", rest[0])):
        return _of_year(int(found[1]), int(found[2]), today, rest[1:])
    if len(rest) < 2:
        return None
    day = ordinal(rest[:1])
    if rest[1] in _MONTHS:
        return _of_year(day, _MONTHS[rest[1]], today, rest[2:])
    if rest[1] in ordinal_words() and (month := ordinal(rest[1:2])) <= 12:
        return _of_year(day, month, today, rest[2:])
    return None


def _of_year(day: int, month: int, today: date, year: Sequence[str]) -> date:
    if year:
        return date(moments.year([_whole(year)]), month, day)
    return moments.coming(day, month, today)


def _day_of_month(said: tuple[str, ...], today: date) -> date | None:
    """ "der dritte": of this month, or of the next when it is past."""
    rest = said[1:] if said[:1] in (("der",), ("den",), ("dem",)) else said
    if len(rest) != 1 or not (rest[0] in ordinal_words() or (said != rest and rest[0].isdecimal())):
        return None
    return moments.day_of_month(ordinal(rest), today)


def parse_moment(words: Sequence[str], now: datetime) -> datetime:
    """ "morgen um viertel nach sieben", "in zehn Minuten", "um acht"; ValueError otherwise.

    Without a day it is the next time that the clock shows it.
    """
    if (ahead := parse_ahead(words)) is not None:
        return (now + ahead).replace(microsecond=0)
    return moments.day_and_clock(words, lambda day, clock: _moment(day, clock, now))


def parse_ahead(words: Sequence[str], *, anyhow: bool = False) -> timedelta | None:
    """Of "in zehn Minuten" how long that is; None: it is another moment.

    anyhow   "in" may be left out
    """
    said = list(words)
    if anyhow:
        said = [_IN, *(word for word in said if word != _IN)]
    if said[:1] != [_IN]:
        return None
    try:
        return parse_duration(said[1:])
    except ValueError:  # "in zwei Tagen um sechs", "in der Nacht"
        return None


def _moment(day_words: list[str], clock_words: list[str], now: datetime) -> datetime:
    if not clock_words:
        return _part_of_day(day_words, now)
    clock = parse_clock(clock_words)
    if not day_words:
        return moments.next_showing(clock, now)
    days, part = _day_and_part(day_words)
    if part and 1 <= clock.hour <= 12:
        clock = Clock(_on_the_day(clock.hour, _HALVES[part]), clock.minute, sure=True)
    return moments.on_day(parse_day(days, now.date()), clock, now)


def _day_and_part(words: list[str]) -> tuple[list[str], str]:
    """ "morgen abend" → morgen, abend; "freitagabend" → freitag, abend; "morgen" is a day."""
    last = words[-1]
    if len(words) > 1 and last in _PART_HOURS:
        return words[:-1], last
    for part in _PART_HOURS:
        if last.endswith(part) and last.removesuffix(part) in _WEEKDAYS:
            return [*words[:-1], last.removesuffix(part)], part
    return words, ""


def _part_of_day(words: list[str], now: datetime) -> datetime:
    """ "morgen früh", "heute abend", "am freitagabend"."""
    if not words:
        raise ValueError("no time of day")
    day, part = _day_and_part(words)
    if not part:
        raise ValueError("no time of day")
    found = now.date() if day in (["am"], [_IN, "der"]) else parse_day(day, now.date())
    return datetime.combine(found, time(_PART_HOURS[part]))
