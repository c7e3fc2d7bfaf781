"""English durations, times and dates → `datetime` values.

dateparser 1.5, ovos-date-parser 0.29, timefhuman 0.1.5 and parsedatetime 2.6 were tried: none reads
"quarter past seven" or "the third of may", and all answer some phrases wrongly without a word ("an
hour and a half" is one hour to three of them). What is here refuses what it does not understand,
whole. Number words come from unicode-rbnf, the arithmetic of months and weekdays from
python-dateutil.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta

from assistant.lang import Clock, moments
from assistant.lang.en.numbers import (
    fraction,
    number_words,
    ordinal,
    ordinal_words,
    parse_number,
)

_UNITS: Mapping[str, float] = {
    "second": 1, "seconds": 1, "sec": 1, "secs": 1, "s": 1,
    "minute": 60, "minutes": 60, "min": 60, "mins": 60, "m": 60,
    "hour": 3600, "hours": 3600, "hr": 3600, "hrs": 3600, "h": 3600,
    "day": 86400, "days": 86400, "week": 604800, "weeks": 604800,
}  # fmt: skip
_SHORT = re.compile(r"(\d+)([a-z]+)")
_RUN_TOGETHER = re.compile(r"(\d{1,2})(\d\d)")
"""Hour and minute as recognizers and people in a hurry write them: "630", "0700"."""

_NEXT_SMALLER: Mapping[float, float] = {3600: 60, 60: 1}
"""Unit → that of a bare number after it, both in seconds: "an hour thirty"."""

_NOTHING = frozenset({"a", "an", "of", "the"})
_MONTHS = {name.lower(): n for n, name in enumerate(calendar.month_name) if name}
_WEEKDAYS = {name.lower(): n for n, name in enumerate(calendar.day_name)}
_NEAR_DAYS = {
    ("today",): 0, ("tonight",): 0, ("tomorrow",): 1, ("yesterday",): -1,
    ("day", "after", "tomorrow"): 2, ("the", "day", "after", "tomorrow"): 2,
}  # fmt: skip
_NAMED_TIMES = {"noon": 12, "midday": 12, "midnight": 0}
_DAY_PARTS: Mapping[tuple[str, ...], str] = {
    ("a", "m"): "am", ("am",): "am", ("p", "m"): "pm", ("pm",): "pm",
    ("in", "the", "morning"): "am", ("this", "morning"): "am", ("morning",): "am",
    ("in", "the", "afternoon"): "pm", ("this", "afternoon"): "pm", ("afternoon",): "pm",
    ("in", "the", "evening"): "pm", ("this", "evening"): "pm", ("evening",): "pm",
    ("at", "night"): "night", ("tonight",): "pm", ("night",): "night",
}  # fmt: skip
_AFTER, _BEFORE = frozenset({"past", "after"}), frozenset({"to", "before", "till"})
_PART_HOURS = {"morning": 9, "afternoon": 15, "evening": 19, "tonight": 20, "night": 21}
"""What "tomorrow morning" means when no hour is said."""

CLOCK_WORDS = number_words() | {
    "o'clock", "past", "after", "to", "before", "till", "half", "quarter", "at", "by", "around",
    "minutes", "minute", "hours", "in", "the", "this", *_NAMED_TIMES,
    *(word for words in _DAY_PARTS for word in words),
}  # fmt: skip
DURATION_WORDS = number_words() | _UNITS.keys() | {"of", "the"}
DAY_WORDS = (
    number_words()
    | ordinal_words()
    | _MONTHS.keys()
    | _WEEKDAYS.keys()
    | {word for words in _NEAR_DAYS for word in words}
    | {"on", "next", "this", "coming", "the", "of", "in", "from", "now", "today", "year"}
    | {"day", "days", "week", "weeks", "month", "months"}
)


def parse_duration(words: Sequence[str]) -> timedelta:
    """ "an hour and a half", "90 seconds", "1h 30m"; raises ValueError for anything else."""
    seconds, unit = 0.0, 0.0
    number: list[str] = []
    for word in _apart(words):
        if word in _UNITS:
            unit = _UNITS[word]
            seconds += unit * _amount(number)
            number = []
        else:
            number.append(word)
    if number and unit and number[0] == "and" and (part := fraction(number[1:])):
        seconds, number = seconds + unit * part, []
    if number and unit in _NEXT_SMALLER and 0 < (rest := _bare(number)) < 60:
        seconds, number = seconds + rest * _NEXT_SMALLER[unit], []
    if number or not unit:
        raise ValueError(f"{' '.join(words)!r} is not a duration")
    return timedelta(seconds=round(seconds, 3))


def _bare(words: Sequence[str]) -> int:
    """A whole number after its larger unit: "thirty", "and fifteen"; 0 when it is none."""
    try:
        return _whole(words[1:] if words[0] == "and" else words)
    except (ValueError, IndexError):
        return 0


def _apart(words: Sequence[str]) -> list[str]:
    """ "30m" → 30, m."""
    return [part for word in words for part in _split(word)]


def _split(word: str) -> tuple[str, ...]:
    found = _SHORT.fullmatch(word)
    return (found[1], found[2]) if found else (word,)


def _amount(words: Sequence[str]) -> float:
    """ "half an" → 0.5, "and thirty" → 30, "a" → 1."""
    said = list(words[1:] if words[:1] == ["and"] else words)
    for size in range(len(said), 0, -1):
        part = fraction(said[:size])
        if part is not None and said[size:] and _NOTHING.issuperset(said[size:]):
            return part
    return parse_number(said)


def parse_clock(words: Sequence[str]) -> Clock:
    """ "quarter past seven", "7:15 pm", "noon"; raises ValueError for anything else."""
    said = _apart(words)
    if said[:1] in (["at"], ["by"], ["around"]):
        said = said[1:]
    rest, part = _without_day_part(said)
    if len(rest) == 1 and rest[0] in _NAMED_TIMES:
        return Clock(_NAMED_TIMES[rest[0]], 0, sure=True)
    rest, of_24 = _of_24_hours(rest)
    hour, minute = _hour_minute(rest)
    if not (0 <= hour < 24 and 0 <= minute < 60):
        raise ValueError(f"{' '.join(words)!r} is not a time of day")
    if part and 1 <= hour <= 12:
        return Clock(moments.on_the_day(hour, part), minute, sure=True)
    return Clock(hour, minute, sure=of_24 or hour == 0 or hour > 12)


def _of_24_hours(words: list[str]) -> tuple[list[str], bool]:
    """The words of a time, and whether their form says that the day has 24 hours.

    It does with a leading zero ("09:05", "0700", "oh seven hundred") and with "hours" at the end.
    """
    hours = len(words) > 1 and words[-1] == "hours"
    if hours and not (_RUN_TOGETHER.fullmatch(words[0]) or "hundred" in words or len(words) > 2):
        raise ValueError(f"{' '.join(words)!r} is a duration")  # "7 hours"
    rest = words[:-1] if hours else words
    zero = rest[:1] == ["oh"] and len(rest) > 1
    rest = rest[1:] if zero else rest
    if rest[-1:] == ["hundred"] and len(rest) > 1 and (hours or zero):
        rest = [*rest[:-1], "00"]
    return rest, hours or zero or re.match(r"0\d", rest[0] if rest else "") is not None


def _without_day_part(words: list[str]) -> tuple[list[str], str]:
    for ending, part in _DAY_PARTS.items():
        size = len(ending)
        if size < len(words) and tuple(words[-size:]) == ending:
            return words[:-size], part
    return words, ""


def _hour_minute(words: list[str]) -> tuple[int, int]:
    """Hour and minute, as said; ValueError when it is neither."""
    for glue in _AFTER | _BEFORE:
        if glue in words:
            at = words.index(glue)
            minutes, hour = _minutes(words[:at]), _whole(words[at + 1 :])
            return (hour, minutes) if glue in _AFTER else ((hour - 1) % 24 or 12, 60 - minutes)
    if words[:1] == ["half"] and len(words) == 2:  # British: half seven is half past seven
        return _whole(words[1:]), 30
    if words[-1:] == ["o'clock"]:
        return _whole(words[:-1]), 0
    return _digital(words)


def _digital(words: list[str]) -> tuple[int, int]:
    """ "seven fifteen", "twenty one oh five", "7.15", "715", "seven"."""
    if len(words) == 1 and (
        found := re.fullmatch(r"(\d{1,2})\.(\d\d)", words[0]) or _RUN_TOGETHER.fullmatch(words[0])
    ):
        return int(found[1]), int(found[2])
    for size in (1, 2):
        if len(words) > size:
            try:
                return _whole(words[:size]), _clock_minutes(words[size:])
            except ValueError:
                continue
    return _whole(words), 0


def _minutes(words: list[str]) -> int:
    """ "quarter", "a quarter", "half", "twenty", "five minutes" → minutes."""
    if words[-1:] in (["minutes"], ["minute"]):
        return _whole(words[:-1])
    if (part := fraction(words)) in (0.25, 0.5):
        return round(part * 60)
    return _whole(words)


def _clock_minutes(words: list[str]) -> int:
    """Minutes after the hour, two digits: "fifteen", "oh five"."""
    if words[0] == "oh" and len(words) == 2:
        return _whole(words[1:])
    minute = _whole(words)
    if minute < 10 and words != ["00"] and not (words[0][:1] == "0" and len(words[0]) == 2):
        raise ValueError(f"{' '.join(words)!r} are no minutes")
    return minute


def _whole(words: Sequence[str]) -> int:
    number = parse_number(words)
    if number != int(number) or words[0] in _NOTHING:
        raise ValueError(f"{' '.join(words)!r} is not a whole number")
    return int(number)


def parse_day(words: Sequence[str], today: date) -> date:
    """ "tomorrow", "next friday", "the third of may"; raises ValueError for anything else.

    A date without a year is the next one; "next friday" is that of next week.
    """
    said = tuple(words[1:] if words[:1] in (["on"], ("on",)) else words)
    if said in _NEAR_DAYS:
        return today + timedelta(days=_NEAR_DAYS[said])
    for reading in (_weekday, _days_ahead, _month_day, _day_of_month):
        if (found := reading(said, today)) is not None:
            return found
    raise ValueError(f"{' '.join(words)!r} is not a date")


def _weekday(said: tuple[str, ...], today: date) -> date | None:
    which = said[0] if len(said) == 2 else "coming"
    if not said or said[-1] not in _WEEKDAYS or which not in ("next", "this", "coming"):
        return None
    if len(said) > 2:
        return None
    number = _WEEKDAYS[said[-1]]
    return moments.weekday(number, today, next_week=which == "next", today_too=which == "this")


def _days_ahead(said: tuple[str, ...], today: date) -> date | None:
    """ "in two weeks", "three days from now", "next month"."""
    if said[:1] == ("in",):
        said = said[1:]
    elif said[-2:] == ("from", "now"):
        said = said[:-2]
    elif said[:1] == ("next",):
        said = ("one", *said[1:])
    else:
        return None
    unit = said[-1].removesuffix("s") if len(said) > 1 else ""
    if unit not in ("day", "week", "month", "year"):
        return None
    return moments.ahead(unit, _whole_or_one(said[:-1]), today)


def _whole_or_one(words: Sequence[str]) -> int:
    return 1 if tuple(words) in (("a",), ("an",)) else _whole(words)


def _month_day(said: tuple[str, ...], today: date) -> date | None:
    """ "the third of may", "may 3rd", "december twenty fourth twenty twenty seven"."""
    months = [at for at, word in enumerate(said) if word in _MONTHS]
    if len(months) != 1:
        return None
    at = months[0]
    before = [word for word in said[:at] if word not in ("the", "of")]
    after = [word for word in said[at + 1 :] if word != "the"]
    if before:
        return _coming(_ordinal(before), _MONTHS[said[at]], today, after)
    for size in (2, 1):
        try:
            day = _ordinal(after[:size])
            return _coming(day, _MONTHS[said[at]], today, after[size:])
        except ValueError:
            continue
    raise ValueError(f"{' '.join(said)!r} is not a date")


def _coming(day: int, month: int, today: date, year_words: Sequence[str]) -> date:
    if year_words:
        return date(_year(year_words), month, day)
    return moments.coming(day, month, today)


def _year(words: Sequence[str]) -> int:
    """ "2027", "twenty twenty seven"."""
    try:
        return moments.year([_whole(words)])
    except ValueError:
        return moments.year([_whole(words[:1]), _whole(words[1:])])


def _day_of_month(said: tuple[str, ...], today: date) -> date | None:
    """ "the third": of this month, or of the next when it is past."""
    if said[:1] != ("the",):
        return None
    return moments.day_of_month(_ordinal(said[1:]), today)


def _ordinal(words: Sequence[str]) -> int:
    """The day of a month: "third", "3rd", "three"."""
    try:
        return ordinal(words)
    except ValueError:
        return _whole(words)


def parse_moment(words: Sequence[str], now: datetime) -> datetime:
    """ "tomorrow at quarter past seven", "in ten minutes", "at eight"; ValueError otherwise.

    Without a day it is the next time that the clock shows it.
    """
    if (ahead := parse_ahead(words)) is not None:
        return (now + ahead).replace(microsecond=0)
    return moments.day_and_clock(words, lambda day, clock: _moment(day, clock, now))


def parse_ahead(words: Sequence[str], *, anyhow: bool = False) -> timedelta | None:
    """Of "in ten minutes", "ten minutes from now" how long that is; None: it is another moment.

    anyhow   "in" may be left out
    """
    said = list(words)
    if anyhow:
        said = ["in", *(word for word in said if word != "in")]
    if said[:1] != ["in"] and said[-2:] != ["from", "now"]:
        return None
    try:
        return parse_duration(said[1:] if said[0] == "in" else said[:-2])
    except ValueError:  # "in two days at six", "in the morning"
        return None


def _moment(day_words: list[str], clock_words: list[str], now: datetime) -> datetime:
    part = day_words[-1] if day_words else ""
    if not clock_words:
        return _part_of_day(day_words, now)
    clock = parse_clock(clock_words)
    if not day_words:
        return moments.next_showing(clock, now)
    if part in _PART_HOURS and part != "tonight":  # "tomorrow evening at eight"
        day_words = day_words[:-1]
    if part in _PART_HOURS and 1 <= clock.hour <= 12:
        half = "am" if part == "morning" else "night" if part == "night" else "pm"
        clock = Clock(moments.on_the_day(clock.hour, half), clock.minute, sure=True)
    day = parse_day(day_words, now.date())
    return moments.on_day(day, clock, now)


def _part_of_day(words: list[str], now: datetime) -> datetime:
    """ "tomorrow morning", "tonight", "this evening"."""
    if not words or words[-1] not in _PART_HOURS:
        raise ValueError("no time of day")
    day = [] if words[:-1] in ([], ["this"], ["in", "the"]) else words[:-1]
    found = parse_day(day, now.date()) if day else now.date()
    return datetime.combine(found, time(_PART_HOURS[words[-1]]))
