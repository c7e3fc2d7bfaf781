"""One device as its reports tell it, and whether an action of it counts as done."""

from __future__ import annotations

import logging
from dataclasses import dataclass, field

from assistant.config import DeviceSettings
from assistant.events import Value
from assistant.home.attributes import COMMAND_ONLY, fulfilled, merge
from assistant.home.carrier import Received
from assistant.home.dialects import Dialect
from assistant.home.dialects.payload import GARBAGE
from assistant.home.model import Device, State

log = logging.getLogger(__name__)

NOT_AVAILABLE = "is not available"
NOT_REACHED = "can't be reached"
NO_ANSWER = "did not answer"
NOT_DONE = "did not do it"


@dataclass(slots=True)
class Followed:
    """One device as its reports tell it; changed under the house's lock only."""

    settings: DeviceSettings
    dialect: Dialect
    state: dict[str, Value] = field(default_factory=dict)
    told_in: dict[str, int] = field(default_factory=dict)
    """Attribute → number of the connection in which it was last reported."""

    available: bool | None = None
    """None: the device has not told, or never does."""

    signals: dict[str, bool] = field(default_factory=dict)
    """Availability topic → what was said there last."""

    reports: int = 0
    awaited: int = 0
    """So many wait for what it reports next."""

    garbage: int = 0
    heard: Received | None = None
    """The subscriber of its topics, while it is followed."""

    def report(self, topic: str, payload: bytes, session: int) -> bool:
        """Take in what arrived on one of its topics; False when that tells nothing new.

        What makes no sense is counted, and told once.
        """
        try:
            told = self._available(topic, payload)
            state = self.dialect.read(topic, payload) if topic in self.dialect.topics else None
        except GARBAGE as error:
            self._ignore(topic, error)
            return False
        if state:
            self.take(state, session)
            self.reports += 1
        return told or bool(state)

    def take(self, state: State, session: int) -> None:
        """These attributes are so."""
        self.state = merge(self.state, state)
        self.told_in.update(dict.fromkeys(state, session))

    def _available(self, topic: str, payload: bytes) -> bool:
        availability = self.dialect.availability
        if availability is None or topic not in availability.topics() or not payload:
            return False
        said = availability.read(topic, payload)
        self.signals[topic] = said
        self.available = availability.judge(self.signals, said)
        return True

    def _ignore(self, topic: str, error: Exception) -> None:
        """Count what makes no sense, and say so once per device."""
        self.garbage += 1
        if self.garbage == 1:
            where = self.settings.where or "config.yaml"
            log.warning(
                "%s: device %r: what it reports on %s is ignored: %s",
                *(where, self.settings.id, topic, error),
            )

    def topics(self) -> tuple[str, ...]:
        """Everything that has to be heard of it."""
        availability = self.dialect.availability
        more = availability.topics() if availability else ()
        return tuple(dict.fromkeys((*self.dialect.topics, *more)))

    def snapshot(self) -> Device:
        """What others see of it at this moment."""
        settings = self.settings
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
            unit=self.dialect.unit,
            available=self.available is not False,
            state=dict(self.state),
        )


def _text(found: object) -> str | None:
    return found if isinstance(found, str) and found else None


@dataclass(frozen=True, slots=True)
class Awaited:
    """An action that was published, and what its device has to report."""

    device: Followed
    wanted: State
    state_before: State
    reports_before: int
    session: int

    def problem(self) -> str | None:
        """Why it does not count as done (yet); None: it is done."""
        device = self.device
        if device.available is False:
            return NOT_AVAILABLE
        answered = device.reports > self.reports_before
        if COMMAND_ONLY & self.wanted.keys() and not answered:
            return NO_ANSWER
        # What was known before this connection may have changed while nobody listened.
        known = {n: v for n, v in device.state.items() if device.told_in[n] == self.session}
        if fulfilled(self.wanted, known) or self._under_way(known):
            return None
        return NOT_DONE if answered else NO_ANSWER

    def _under_way(self, known: State) -> bool:
        """Whether a slow change has begun: some lamps tell each step, and are lit until the end."""
        lit = self.wanted.get("on") is not True or known.get("on") is True
        changed = self.device.state != self.state_before
        return bool(self.wanted.get("transition")) and lit and changed

    @property
    def decided(self) -> bool:
        """Whether waiting longer changes nothing."""
        return self.problem() in (None, NOT_AVAILABLE)
