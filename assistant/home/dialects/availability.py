"""Whether a device is there, as Home Assistant's availability topic tells it."""

from __future__ import annotations

from dataclasses import dataclass

from assistant.events import Message


@dataclass(frozen=True, slots=True, kw_only=True)
class Reachable:
    """The keys of every device's `mqtt:` mapping that tell whether it is there."""

    availability_topic: str | None = None
    payload_available: str = "online"
    payload_not_available: str = "offline"

    @property
    def availability(self) -> Availability | None:
        """None: the device does not tell."""
        if self.availability_topic is None:
            return None
        return Availability(
            self.availability_topic, self.payload_available, self.payload_not_available
        )


@dataclass(frozen=True, slots=True)
class Availability:
    """A topic and its two words."""

    topic: str
    available: str
    not_available: str

    def read(self, payload: bytes) -> bool:
        """Whether the device is there; raises ValueError for any third word."""
        if payload == self.available.encode():
            return True
        if payload == self.not_available.encode():
            return False
        raise ValueError(f"neither {self.available!r} nor {self.not_available!r}")

    def report(self, available: bool) -> Message:
        """The device's side: the retained message that tells it."""
        return Message(self.topic, self.available if available else self.not_available, retain=True)
