"""A command that was published, and when it counts as done: only the device's own word after it.

What was known before is no answer: a lamp whose plug was pulled yesterday is still "on" for a
broker that has retained its last word. A value counts from one step of the device's scale to the
next: where 71 and 72 percent are different commands they are different answers.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from assistant.events import Action, Value
from assistant.home.attributes import COMMAND_ONLY, MANNER, fulfilled
from assistant.home.dialects import Dialect
from assistant.home.followed import (
    HELD,
    LOST,
    NO_ANSWER,
    NOT_AVAILABLE,
    NOT_BACK,
    NOT_DONE,
    NOT_KNOWN,
    Followed,
)
from assistant.home.model import State

STEPPED = ("brightness", "volume", "speed", "position", "tilt", "target_temperature")
"""Attributes that a device takes in steps, each of which is another command."""

EXACT = 0.05  # of any of them: what is left of a conversion between °F and °C

_NUMBER = re.compile(r"-?\d+(?:\.\d+)?")


@dataclass(slots=True)
class Awaited:
    """What a device has to report before its command is done; used under the house's lock."""

    action: Action
    device: Followed
    wanted: State
    before: State
    """What was known for sure when the command went out."""

    session: int
    """Number of the connection on which it went out."""

    reports: int = 0
    arrivals: int = 0
    """Of the device, when it went out."""

    held: bool = False
    """The broker took it and did not say that it has passed it on."""

    lost: bool = False
    """The connection ended: what the device says of it cannot be heard."""

    again_at: float = 0.0
    """When it may be sent once more, seconds of the house's clock."""

    near: Mapping[str, frozenset[int]] = field(default_factory=dict)
    """Attribute → the numbers that are one step of the device's scale from the one wanted."""

    def __post_init__(self) -> None:
        self.reports, self.arrivals = self.device.reports, self.device.arrivals
        self.near = _near(self.device.dialect, self.wanted)

    @property
    def answered(self) -> bool:
        """Whether the device has said anything since."""
        return self.device.reports > self.reports

    @property
    def decided(self) -> bool:
        """Whether waiting longer changes nothing."""
        return self.lost or self.problem() in (None, NOT_AVAILABLE)

    def problem(self) -> str | None:
        """Why it does not count as done (yet); None: it is done."""
        device = self.device
        if device.away(max(device.session, self.session)) and not self.held:
            return NOT_AVAILABLE
        if COMMAND_ONLY & self.wanted.keys() and not self.answered:
            return self._unanswered()
        if self._done():
            self._learn()
            return None
        return NOT_DONE if self.answered else self._unanswered()

    def _unanswered(self) -> str:
        if self.held or self.lost:
            return HELD if self.held else LOST
        if self.device.told_in and self.device.session != self.session:
            return NOT_BACK
        reported = self.wanted.keys() - COMMAND_ONLY - MANNER
        if reported and all(self.before.get(name) == self.wanted[name] for name in reported):
            return NOT_KNOWN
        return NO_ANSWER

    def _done(self) -> bool:
        state, told_at = self.device.state, self.device.told_at
        fresh = {name for name, at in told_at.items() if at > self.reports}
        reported = self.wanted.keys() - COMMAND_ONLY - MANNER
        if reported and not fresh & (reported | {"motion"}):
            return False
        now = {
            name: value
            for name, value in state.items()
            if name in fresh or self.before.get(name) == value
        }
        if self._under_way(now, fresh):
            return True
        exact = all(name in fresh or self._exact(name, now[name]) for name in reported & now.keys())
        stepped = all(self._stepped(name, now) for name in STEPPED if name in reported & now.keys())
        moving = now.get("motion") not in (None, "stopped")
        return fulfilled(self.wanted, now) and (moving or (exact and stepped))

    def _exact(self, name: str, found: Value) -> bool:
        wanted = self.wanted[name]
        if isinstance(wanted, int | float) and isinstance(found, int | float):
            return math.isclose(wanted, found, abs_tol=EXACT)
        return wanted == found

    def _stepped(self, name: str, now: State) -> bool:
        """Whether a number is the one wanted, as finely as the device tells numbers apart."""
        found = now[name]
        if self._exact(name, found):
            return True
        if name in self.near and found not in self.near[name]:
            return False
        # It may round in its own way, which it then does every time; else it just stayed there.
        settled = self.device.settled.get(name) == (self.wanted[name], found)
        return settled or self.before.get(name) != found

    def _learn(self) -> None:
        """How the device rounds: it will do so again."""
        for name in STEPPED:
            if name in self.wanted and name in self.device.state:
                self.device.settled[name] = (self.wanted[name], self.device.state[name])

    def _under_way(self, now: State, fresh: set[str]) -> bool:
        """Whether a slow change has begun: some lamps tell each step, and are lit until the end."""
        lit = self.wanted.get("on") is not True or now.get("on") is True
        changed = any(self.before.get(name) != now.get(name) for name in fresh)
        return bool(self.wanted.get("transition")) and lit and changed

    def due(self, now: float) -> bool:
        """Whether it has to be sent once more, since the device may not have got it."""
        return now >= self.again_at and self.repeatable and self._came() and not self.decided

    def _came(self) -> bool:
        """Whether the device has only come (back) since the command went out.

        After a restart of the broker it takes a device some seconds to be there again, and what
        was published meanwhile is lost.
        """
        if self.device.arrivals > self.arrivals:
            return True
        return not self.before and self.session > 1 and self.answered

    @property
    def repeatable(self) -> bool:
        """Whether doing it twice is doing it once."""
        if COMMAND_ONLY & self.action.change.keys():
            return False
        other = {
            name: not value if isinstance(value, bool) else value
            for name, value in self.action.change.items()
        }
        # A gate with one button takes the same word for "open" and for "close".
        try:
            return other == self.action.change or (
                self.device.dialect.commands(other) != self.action.messages
            )
        except (ValueError, LookupError):
            return False


def _near(dialect: Dialect, wanted: State) -> dict[str, frozenset[int]]:
    """Percentages that are one step of the wire from the one that is wanted."""
    return {
        name: steps
        for name in ("brightness", "volume", "speed")
        if (value := wanted.get(name)) and isinstance(value, int)
        for steps in [_steps(dialect, name, value)]
        if steps
    }


def _steps(dialect: Dialect, name: str, percent: int) -> frozenset[int]:
    """Empty where the scale cannot be seen: a word, or a template that says more than a number."""
    low, here, top = (_numbers(dialect, name, value) for value in (1, percent, 100))
    if not len(low) == len(here) == len(top):
        return frozenset()
    differing = [
        (step, scale) for first, step, scale in zip(low, here, top, strict=True) if first != scale
    ]
    if len(differing) != 1 or differing[0][1] < 1:
        return frozenset()
    ((step, scale),) = differing
    return frozenset(math.floor(s * 100 / scale + 0.5) for s in (step - 1, step, step + 1))


def _numbers(dialect: Dialect, name: str, percent: int) -> list[float]:
    try:
        messages = dialect.commands({"on": True, name: percent})
    except (ValueError, LookupError):
        return []
    return [float(number) for one in messages for number in _NUMBER.findall(one.payload)]
