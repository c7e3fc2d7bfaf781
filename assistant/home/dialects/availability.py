"""Whether a device is there, as its availability topics tell it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from assistant.events import Message
from assistant.home.dialects.template import Template
from assistant.home.dialects.topics import Filter, matches, one_of

Mode = Literal["all", "any", "latest"]


LONGEST_SLEEP_S = 25 * 3600.0
"""What runs on a battery is away most of the time and wakes once a day at least: its last report
counts for so long."""


@dataclass(frozen=True, slots=True)
class Signal:
    """A topic and its two words."""

    topic: str
    available: str = "online"
    not_available: str = "offline"
    template: Template | None = None
    optional: bool = False
    """It may never say anything: whether it does is a matter of how the device is set up."""

    def read(self, payload: bytes) -> bool | None:
        """Whether the device is there; None: it does not say. ValueError: any third word."""
        word = self.template.read(payload) if self.template else payload.decode()
        if word is None:
            return None
        if word == self.available:
            return True
        if word == self.not_available:
            return False
        raise ValueError(f"neither {self.available!r} nor {self.not_available!r}")

    def report(self, available: bool) -> Message:
        """The device's side: the retained message that tells it."""
        word = self.available if available else self.not_available
        if self.template and self.template.path:
            word = f'{{"{self.template.path[-1]}":"{word}"}}'
        return Message(one_of(self.topic), word, retain=True)


@dataclass(frozen=True, slots=True)
class Availability:
    """One or several signals, and how they count."""

    signals: tuple[Signal, ...]
    mode: Mode = "latest"

    def topics(self) -> tuple[str, ...]:
        """Where they are heard."""
        return tuple(dict.fromkeys(signal.topic for signal in self.signals))

    def place(self, topic: str) -> str | None:
        """Where of `topics()` that is; None: nowhere."""
        return next((one for one in self.topics() if matches(one, topic)), None)

    def read(self, topic: str, payload: bytes) -> bool | None:
        """What the signals at one of `topics()` say; None: nothing. Raises ValueError."""
        found = [signal.read(payload) for signal in self.signals if signal.topic == topic]
        said = [one for one in found if one is not None]
        return all(said) if said else None

    def judge(self, said: Mapping[str, bool], latest: bool) -> bool | None:
        """Whether the device is there; None: nobody can say yet.

        said    topic → what was said there last
        """
        if self.mode == "latest":
            return latest
        if self.mode == "any":
            return True if any(said.values()) else self._all_said(said, False)
        return False if not all(said.values()) else self._all_said(said, True)

    def _all_said(self, said: Mapping[str, bool], verdict: bool) -> bool | None:
        needed = {signal.topic for signal in self.signals if not signal.optional}
        return verdict if needed <= set(said) else None

    def report(self, available: bool) -> tuple[Message, ...]:
        """The device's side: the retained messages that tell it."""
        return tuple(signal.report(available) for signal in self.signals)


@dataclass(frozen=True, slots=True, kw_only=True)
class SignalKeys:
    """The keys of one topic of several."""

    topic: Filter
    payload_available: str | None = None
    payload_not_available: str | None = None
    value_template: Template | None = None
    optional: bool = False
    """It may never say anything."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reachable:
    """The keys of every device's `mqtt:` mapping that tell whether it is there."""

    availability_topic: Filter | None = None
    availability_template: Template | None = None
    payload_available: str = "online"
    payload_not_available: str = "offline"
    availability: tuple[SignalKeys, ...] = ()
    """Several topics."""

    availability_mode: Mode = "latest"

    def reachable(self) -> Availability | None:
        """How the device tells that it is there; None: it does not."""
        given = list(self.availability)
        if self.availability_topic is not None:
            template = self.availability_template
            given.append(SignalKeys(topic=self.availability_topic, value_template=template))
        signals = tuple(
            Signal(
                one.topic,
                one.payload_available or self.payload_available,
                one.payload_not_available or self.payload_not_available,
                one.value_template,
                one.optional,
            )
            for one in given
            if not (one.value_template and one.value_template.problem)
        )
        return Availability(signals, self.availability_mode) if signals else None
