"""A topic that floods is slowed down: of what is too much, the last word counts.

A device that reports ten thousand times a second must not take the time that commands need. What
counts of a state is the latest; so a topic may say a burst, then so many a second, and what is
between is skipped. Nothing of that is noticed at the pace of ordinary devices.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

BURST = 50  # messages of one topic that are handed out at once
PER_S = 20.0  # messages of one topic afterwards

Received = Callable[[str, bytes, bool], None]


@dataclass(frozen=True, slots=True)
class Subscriber:
    """Somebody who wants to hear a topic."""

    callback: Received
    max_bytes: int = 64 * 1024
    steady: bool = False
    qos: int = 1


@dataclass(slots=True)
class Pace:
    """How much one topic may still say."""

    left: float
    at: float
    """When `left` was that, seconds of the clock."""


Late = tuple[bytes, bool, list[Subscriber]]


class Steady:
    """Used by the connection's thread only."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self.skipped = 0
        """Messages that nobody saw, because a later one of their topic came before its turn."""

        self._clock = clock
        self._paces: dict[str, Pace] = {}
        self._late: dict[str, Late] = {}

    def put_off(
        self, topic: str, payload: bytes, retained: bool, subscribers: list[Subscriber]
    ) -> bool:
        """Whether the message has to wait for the steady ones of its subscribers."""
        steady = [one for one in subscribers if one.steady]
        if not steady:
            return False
        if topic not in self._late and self._may(topic):
            return False
        self.skipped += topic in self._late
        self._late[topic] = payload, retained, steady
        return True

    def due(self) -> tuple[list[tuple[str, Late]], float]:
        """What may be handed out now, and in how many seconds the next may (infinite: nothing)."""
        if not self._late:
            return [], math.inf
        due = [(topic, self._late.pop(topic)) for topic in list(self._late) if self._may(topic)]
        return due, 1 / PER_S if self._late else math.inf

    def _may(self, topic: str) -> bool:
        now = self._clock()
        pace = self._paces.get(topic)
        if pace is None:
            pace = self._paces[topic] = Pace(BURST, now)
        pace.left = min(pace.left + (now - pace.at) * PER_S, BURST)
        pace.at = now
        if pace.left < 1:
            return False
        pace.left -= 1
        return True
