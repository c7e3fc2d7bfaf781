"""What is planned: a timer, an alarm, a reminder, a command for later."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Literal

Kind = Literal["timer", "alarm", "reminder", "command"]
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def _day(name: str) -> None:
    if name not in DAYS:
        raise ValueError(f"{name!r} is none of {', '.join(DAYS)}")


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that is to happen, as a skill sees and plans it."""

    kind: Kind
    """timer and alarm ring until stopped; a reminder is said; a command is carried out as if it
    had been said."""

    id: str = ""
    """Empty for a new one."""

    name: str = ""
    """Like "pasta", of a pasta timer."""

    text: str = ""
    """Of a reminder: what is said; of a command: the command."""

    due: datetime | None = None
    """When, local time without a zone; of what happens after a while, for information; None:
    paused."""

    seconds: float = 0.0
    """Of a timer: how long it was set for."""

    left: float = 0.0
    """Of what happens after a while: how long that is still, from now on. 0 of what happens at a
    time of day."""

    paused: bool = False
    days: tuple[Annotated[str, _day], ...] = ()
    """Of what comes again: names of `DAYS`, at the time of day of `due`."""

    ringing: bool = False
    confirmed: bool = False
    """Of a command that lets somebody in: the yes was said when it was planned. Set by the
    assistant, whatever a skill says."""

    site_id: str = ""
    """Where it was planned, and rings."""

    @property
    def is_while(self) -> bool:
        """Whether it is due after a while, whatever is done to the clock; else at a time of day."""
        return self.kind == "timer" or (self.left > 0 and not self.days)
