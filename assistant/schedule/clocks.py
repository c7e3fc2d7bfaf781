"""The two clocks: the time of day, which may be set, and one that only ever runs forward.

What is to happen after a while runs on the steady clock; what is to happen at a time of day, on
the clock on the wall and in its zone. The steady clock counts while the computer sleeps and begins
anew when it starts: then the time of day is all there is to go by.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress
from functools import cache
from pathlib import Path

FLOOR = 1_735_689_600.0
"""2025-01-01, seconds since 1970: an earlier clock is wrong, as that of a Pi without a network."""

PATIENCE_S = 600.0
"""After a start the time of day may be earlier than what was last written down: it is waited so
long for the clock to be set. After that it is believed."""


def steady_s() -> float:
    """Seconds since the computer started, those that it slept included."""
    with suppress(AttributeError, OSError):
        return time.clock_gettime(time.CLOCK_BOOTTIME)
    return time.monotonic()


@cache
def boot_id() -> str:
    """Which start of the computer `steady_s` counts from."""
    with suppress(OSError):
        return Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
    return f"unknown-{time.time_ns()}"


class Clocks:
    """What time it is, and whether that can be believed."""

    def __init__(
        self,
        wall: Callable[[], float] = time.time,
        steady: Callable[[], float] = steady_s,
        boot: str | None = None,
    ) -> None:
        """`wall`: seconds since 1970; `steady`: since the start `boot`."""
        self.wall, self.steady = wall, steady
        self.boot = boot if boot is not None else boot_id()
        self._since = steady()

    def believed(self, saved_at: float, saved_boot: str) -> bool:
        """Whether the time of day is right, as far as can be told.

        saved_at      when something was written down last, by the time of day
        saved_boot    and since which start of the computer
        """
        now = self.wall()
        if now < FLOOR:
            return False
        if saved_boot == self.boot or now >= saved_at:
            return True  # set back while it runs: somebody meant it
        return self.steady() - self._since > PATIENCE_S


def follow_zone() -> None:
    """Notice that the computer's time zone was changed; costs one look at a file."""
    if hasattr(time, "tzset"):
        time.tzset()
