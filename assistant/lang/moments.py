"""The arithmetic of days and hours, whatever the language: when "the third" or "seven" is next."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime, time, timedelta

from assistant.lang import Clock

WAKING = 6
"""With a day and neither am nor pm, hours from 1 to 5 are in the afternoon: "tomorrow at two"."""


def on_the_day(hour: int, part: str) -> int:
    """The hour of 24; part: am, pm or night."""
    if part == "night":
        part = "pm" if 5 <= hour < 12 else "am"
    return hour % 12 + (12 if part == "pm" else 0)


def day_and_clock(
    words: Sequence[str], moment: Callable[[list[str], list[str]], datetime]
) -> datetime:
    """What a day and a time of day mean, whichever is said first; ValueError where neither is.

    moment   of the words for the day, maybe none, and of those for the time of day; raises
             ValueError for what is none
    """
    said = list(words)
    for at in range(len(said), -1, -1):
        for day, clock in ((said[:at], said[at:]), (said[at:], said[:at])):
            try:
                return moment(day, clock)
            except ValueError:
                continue
    raise ValueError(f"{' '.join(words)!r} is not a moment")


def next_showing(clock: Clock, now: datetime) -> datetime:
    """The next moment at which the clock shows it."""
    hours = {clock.hour} if clock.sure else {clock.hour % 24, (clock.hour + 12) % 24}
    today = datetime.combine(now.date(), time())
    moments = [
        today + timedelta(days=days, hours=hour, minutes=clock.minute)
        for days in (0, 1)
        for hour in hours
    ]
    return min(moment for moment in moments if moment > now)


def on_day(day: date, clock: Clock, now: datetime) -> datetime:
    """The moment at which the clock shows it on that day."""
    if day == now.date() and not clock.sure:
        return next_showing(clock, now)
    hour = clock.hour + 12 if not clock.sure and clock.hour < WAKING else clock.hour
    return datetime.combine(day, time(hour, clock.minute))


def coming(day: int, month: int, today: date) -> date:
    """The next of these days; ValueError where no year has it."""
    for year in range(today.year, today.year + 9):  # the 29th of February may be years away
        try:
            found = date(year, month, day)
        except ValueError:
            continue
        if found >= today:
            return found
    raise ValueError(f"no month has that day: {day}")


def day_of_month(day: int, today: date) -> date | None:
    """The next day of that number: of this month, or of the next when it is past."""
    from dateutil.relativedelta import relativedelta

    for ahead in range(12):
        month = today + relativedelta(months=ahead, day=1)
        try:
            found = month.replace(day=day)
        except ValueError:
            continue
        if found >= today:
            return found
    return None


def weekday(number: int, today: date, *, next_week: bool = False, today_too: bool = False) -> date:
    """The day of the week, 0 to 6: the coming one, or that of the next week."""
    if next_week:
        return today + timedelta(days=7 - today.weekday() + number)
    ahead = (number - today.weekday()) % 7
    return today + timedelta(days=ahead if ahead or today_too else 7)


def ahead(unit: str, count: int, today: date) -> date:
    """So many of a unit (day, week, month, year) later."""
    from dateutil.relativedelta import relativedelta

    return today + relativedelta(**{f"{unit}s": count})  # type: ignore[arg-type]  # names


def year(numbers: Sequence[int]) -> int:
    """2027, or 20 and 27; ValueError for what is no year that people plan in."""
    found = numbers[0] if len(numbers) == 1 else numbers[0] * 100 + numbers[1]
    if not 1900 <= found <= 2200:
        raise ValueError(f"{found} is not a year")
    return found
