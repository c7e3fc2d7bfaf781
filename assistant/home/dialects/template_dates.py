"""Dates and times of Home Assistant's templates, in the zone of this machine."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

LONGEST_FORMAT = 100
_DURATION = re.compile(
    r"(?:(?P<days>-?\d{1,6}) days?,? ?)?(?:(?P<hours>-?\d{1,6}):)?"
    r"(?P<minutes>\d{1,6}):(?P<seconds>\d{1,6}(?:\.\d{1,6})?)"
)
_ISO_DURATION = re.compile(
    r"(?P<sign>[-+])?P(?:(?P<days>\d{1,6})D)?"
    r"(?:T(?:(?P<hours>\d{1,6})H)?(?:(?P<minutes>\d{1,6})M)?(?:(?P<seconds>\d{1,6})S)?)?"
)


def now() -> datetime:
    """The time here."""
    return datetime.now().astimezone()


def utcnow() -> datetime:
    """The time in UTC."""
    return datetime.now(UTC)


def as_local(moment: datetime) -> datetime:
    """A moment in the zone of this machine."""
    return moment.astimezone()


def as_datetime(value: Any) -> datetime | None:
    """A timestamp or a text of ISO 8601; None: the text is none."""
    try:
        return datetime.fromtimestamp(float(value), UTC)
    except ValueError:
        try:
            return datetime.fromisoformat(value)
        except ValueError:
            return None


def as_timestamp(value: Any) -> float:
    """Seconds since 1970; raises ValueError."""
    moment = value if isinstance(value, datetime) else as_datetime(value)
    if moment is None:
        raise ValueError("no date and time")
    return moment.timestamp()


def as_timedelta(text: str) -> timedelta | None:
    """ "1 day, 02:03:04", "02:03", or ISO 8601's "PT10M"; None: it is none of them."""
    match = _DURATION.fullmatch(text) or _ISO_DURATION.fullmatch(text)
    if match is None:
        return None
    parts = match.groupdict()
    sign = -1 if parts.pop("sign", None) == "-" else 1
    return sign * timedelta(**{unit: float(part) for unit, part in parts.items() if part})


def today_at(text: str = "00:00") -> datetime:
    """Today at a time."""
    return datetime.combine(date.today(), time.fromisoformat(text)).astimezone()


def relative_time(moment: Any) -> Any:
    """How long ago that was, in its largest unit; what is still to come stays as it is."""
    if not isinstance(moment, datetime) or (ago := now() - moment.astimezone()) < timedelta(0):
        return moment
    seconds = int(ago.total_seconds())
    units = {"year": 31_536_000, "month": 2_592_000, "day": 86_400, "hour": 3600, "minute": 60}
    unit, size = next(((u, s) for u, s in units.items() if seconds >= s), ("second", 1))
    count = round(seconds / size)
    return f"{count} {unit}{'' if count == 1 else 's'}"


def strptime(text: str, form: str) -> datetime:
    """A text as `form` has it; raises ValueError."""
    return datetime.strptime(text, _checked(form))


def strftime(moment: datetime | date | time, form: str) -> str:
    """`moment` as `form` has it; raises ValueError."""
    return moment.strftime(_checked(form))


def timestamp_custom(value: Any, form: str = "%Y-%m-%d %H:%M:%S", local: Any = True) -> str:
    """A timestamp as `form` has it."""
    moment = datetime.fromtimestamp(float(value), UTC)
    return strftime(as_local(moment) if local else moment, form)


def timestamp_local(value: Any) -> str:
    """A timestamp as ISO 8601 has it, in the zone of this machine."""
    return as_local(datetime.fromtimestamp(float(value), UTC)).isoformat()


def timestamp_utc(value: Any) -> str:
    """A timestamp as ISO 8601 has it, in UTC."""
    return datetime.fromtimestamp(float(value), UTC).isoformat()


def _checked(form: str) -> str:
    """Without the widths of the C library: "%1000000000Y" is an attack."""
    if len(form) > LONGEST_FORMAT or re.search(r"%[^a-zA-Z%-]|%-[^a-zA-Z]", form):
        raise ValueError("the format of a date is not allowed")
    return form
