"""Threads that do not die silently, and what does not work at the moment.

Whatever one of our threads raises is told in one line; it starts again, after a pause that grows.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Mapping
from typing import NamedTuple

log = logging.getLogger(__name__)

STEADY_S = 60.0
"""A thread that has run for so long is well again: its next failure is the first one."""

PAUSES_S = (0.2, 1.0, 5.0, 15.0, 60.0)
"""Before each start after a failure; then the last."""

_TOLD_S = 3600.0
"""How long it is told that a thread has failed; what does not work is told until it does."""

_POLL_S = 0.05


class _Problem(NamedTuple):
    text: str
    until: float


class Health:
    """What does not work at the moment; any thread may ask and tell."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._problems: dict[str, _Problem] = {}
        self._listeners: list[Callable[[], None]] = []

    @property
    def problems(self) -> Mapping[str, str]:
        """What → why it does not work, for people."""
        now = self._clock()
        with self._lock:
            return {what: one.text for what, one in self._problems.items() if one.until > now}

    def note(self, what: str, problem: str, for_s: float = float("inf")) -> None:
        """`what` does not work; told for `for_s` seconds, or until `mended`."""
        with self._lock:
            self._problems[what] = _Problem(problem, self._clock() + for_s)
        self._tell()

    def mended(self, what: str) -> None:
        """It works again; nothing happens when it always did."""
        with self._lock:
            if self._problems.pop(what, None) is None:
                return
        self._tell()

    def follow(self, listener: Callable[[], None]) -> Callable[[], None]:
        """Call `listener` after each change, on whatever thread; returns what ends that."""
        with self._lock:
            self._listeners.append(listener)

        def leave() -> None:
            with self._lock:
                self._listeners.remove(listener)

        return leave

    def _tell(self) -> None:
        with self._lock:
            listeners = tuple(self._listeners)
        for listener in listeners:
            listener()


health = Health()
"""Of this program."""


class Supervised(threading.Thread):
    """A daemon thread whose work starts again when it raises; it ends when the work returns."""

    def __init__(
        self,
        work: Callable[[], None],
        name: str,
        *,
        wanted: Callable[[], bool] = lambda: True,
        told: Health = health,
    ) -> None:
        """`wanted`: whether it is to start again; asked while it pauses, too."""
        super().__init__(name=name, daemon=True)
        self._work = work
        self._wanted = wanted
        self._told = told

    def run(self) -> None:
        supervise(self._work, self.name, wanted=self._wanted, told=self._told)


def supervise(
    work: Callable[[], None],
    name: str,
    *,
    wanted: Callable[[], bool] = lambda: True,
    told: Health = health,
) -> None:
    """Call `work` until it returns; the same for work on a thread that is there already."""
    failures = 0
    while True:
        since = time.monotonic()
        try:
            work()
        except Exception as error:  # a bug in one part must not silence the others
            if not wanted():
                log.debug("%s ended while it was closed", name, exc_info=True)
                return
            failures = 1 if time.monotonic() - since > STEADY_S else failures + 1
            pause_s = PAUSES_S[min(failures, len(PAUSES_S)) - 1]
            what = " ".join(f"{type(error).__name__}: {error}".split())
            log.error("%s failed (%s); it starts again in %g s", name, what, pause_s)
            log.debug("%s failed", name, exc_info=True)
            told.note(name, f"failed and was started again: {what}", _TOLD_S)
        else:
            return
        if not _pause(pause_s, wanted):
            return


def _pause(seconds: float, wanted: Callable[[], bool]) -> bool:
    """Wait; False as soon as it is not wanted any more."""
    until = time.monotonic() + seconds
    while (left_s := until - time.monotonic()) > 0:
        if not wanted():
            return False
        time.sleep(min(_POLL_S, left_s))
    return wanted()
