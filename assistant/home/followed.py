"""One device as its reports tell it."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from assistant.config import DeviceSettings
from assistant.events import Value
from assistant.home.attributes import merge
from assistant.home.carrier import Received
from assistant.home.dialects import Dialect
from assistant.home.dialects.payload import GARBAGE
from assistant.home.dialects.topics import matches
from assistant.home.model import Device, State
from assistant.home.speeds import numbered

log = logging.getLogger(__name__)

NOT_AVAILABLE = "not_available"
NOT_REACHED = "not_reached"
NO_ANSWER = "no_answer"
NOT_DONE = "not_done"
NOT_KNOWN = "not_known"
NOT_BACK = "not_back"
LOST = "lost"
HELD = "held"
"""Why a command does not count as done; said by `Language.predicate`."""


@dataclass(slots=True)
class Followed:
    """One device as its reports tell it; changed under the house's lock only."""

    settings: DeviceSettings
    dialect: Dialect
    state: dict[str, Value] = field(default_factory=dict)
    """As it was last reported, however long ago."""

    told_in: dict[str, int] = field(default_factory=dict)
    """Attribute → number of the connection in which it was last reported."""

    told_at: dict[str, int] = field(default_factory=dict)
    """Attribute → number of the report (`reports`) that last told it."""

    heard_at: dict[str, float] = field(default_factory=dict)
    """Attribute → when it was last told, by `clock`."""

    speeds: tuple[int, ...] = field(init=False)
    """Of a fan; see `Device.speeds`."""

    clock: Callable[[], float] = time.monotonic
    kept: set[str] = field(default_factory=set)
    """Attributes that only the broker told, which had retained them; who knows for how long."""

    session: int = 0
    """Number of the connection in which it was last heard."""

    available: bool | None = None
    """As told in that connection. None: the device has not told, or never does."""

    signals: dict[str, bool] = field(default_factory=dict)
    """Availability topic → what was said there last."""

    reports: int = 0
    """How often the device itself has told something, as far as that can be known."""

    arrivals: int = 0
    """How often it has said that it is there."""

    settled: dict[str, tuple[Value, Value]] = field(default_factory=dict)
    """Attribute → the value last asked for, and what the device made of it."""

    awaited: int = 0
    """So many wait for what it reports next."""

    garbage: int = 0
    heard: Received | None = None
    """The subscriber of its topics, while it is followed."""

    def __post_init__(self) -> None:
        self.speeds = numbered(self.dialect) if self.settings.kind == "fan" else ()

    def report(self, topic: str, payload: bytes, session: int, *, retained: bool = False) -> bool:
        """Take in what arrived on one of its topics; False when that tells nothing new.

        What makes no sense is counted, and told once.
        """
        if session != self.session:
            self.session, self.available = session, None
            self.signals.clear()
        try:
            told = self._available(topic, payload, retained=retained)
            state = self._told(topic, payload)
        except GARBAGE as error:
            self._ignore(topic, error)
            return False
        for problem in getattr(state, "problems", ()):  # the rest counts all the same
            self._ignore(topic, problem)
        if state:
            # What the broker says again is no word of the device.
            if not retained or any(self.state.get(n) != value for n, value in state.items()):
                self.reports += 1
                self.told_at.update(dict.fromkeys(state, self.reports))
            self.take(state, session, retained=retained)
        return told or bool(state)

    def _told(self, topic: str, payload: bytes) -> State | None:
        here = any(matches(pattern, topic) for pattern in self.dialect.topics)
        return self.dialect.read(topic, payload) if here else None

    def take(self, state: State, session: int, *, retained: bool = False) -> None:
        """These attributes are so."""
        self.state = merge(self.state, state)
        self.kept = self.kept | state.keys() if retained else self.kept - state.keys()
        self.told_in.update(dict.fromkeys(state, session))
        self.heard_at.update(dict.fromkeys(state, self.clock()))

    def _passed(self) -> dict[str, Value | None]:
        """What no longer holds, told so long ago, and what is so now; None: nobody knows."""
        now, passing = self.clock(), self.dialect.passing
        return {
            name: passing[name].value
            for name, since in self.heard_at.items()
            if name in passing and now - since >= passing[name].seconds
        }

    def _available(self, topic: str, payload: bytes, *, retained: bool) -> bool:
        availability = self.dialect.availability
        place = availability.place(topic) if availability else None
        if availability is None or place is None or not payload:
            return False
        said = availability.read(place, payload)
        if said is None:
            return False
        self.signals[place] = said
        self.available = availability.judge(self.signals, said)
        self.arrivals += said and not retained
        return True

    def away(self, session: int) -> bool:
        """Whether it has told, in this connection, that it is not there."""
        return self.session == session and self.available is False

    def known(self, session: int) -> dict[str, Value]:
        """What it has told in this connection, still holds, and is there to contradict."""
        if self.away(session):
            return {}
        # Who could tell that he is there and has not may have been gone for a month.
        unsure = self.dialect.availability is not None and (
            self.session != session or self.available is None
        )
        told = {
            name: value
            for name, value in self.state.items()
            if self.told_in[name] == session and not (unsure and name in self.kept)
        }
        now = {**told, **{n: v for n, v in self._passed().items() if n in told}}
        return {name: value for name, value in now.items() if value is not None}

    def _ignore(self, topic: str, error: object) -> None:
        """Count what makes no sense, and say so once per device."""
        self.garbage += 1
        if self.garbage == 1:
            where = self.settings.where or "config.yaml"
            log.warning(
                "%s: device %r: what it reports on %s is ignored, or a part of it: %s",
                *(where, self.settings.id, topic, error),
            )

    def topics(self) -> tuple[str, ...]:
        """Everything that has to be heard of it."""
        availability = self.dialect.availability
        more = availability.topics() if availability else ()
        return tuple(dict.fromkeys((*self.dialect.topics, *more)))

    def snapshot(self, session: int) -> Device:
        """What others see of it at this moment; `session` is the number of the connection."""
        settings, known = self.settings, self.known(session)
        expired = None in self._passed().values()
        return Device(
            settings.id,
            settings.kind,
            settings.name,
            settings.aliases,
            settings.area,
            features=self.dialect.features,
            device_class=settings.device_class or _text(settings.mqtt.get("device_class")),
            category=settings.category,
            measures=self.dialect.measures,
            speeds=self.speeds,
            unit=self.dialect.unit,
            available=not self.away(session) and not expired,
            state=known,
            past={name: value for name, value in self.state.items() if name not in known},
        )


def _text(found: object) -> str | None:
    return found if isinstance(found, str) and found else None
