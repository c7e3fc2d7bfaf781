"""What carries messages between the house and its devices: MQTT, or something in its place."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from assistant.events import Message

Received = Callable[[str, bytes, bool], None]
"""Topic, payload, retained; called on the carrier's thread."""


class Carrier(Protocol):
    """A `Connection`, or another protocol's way to its devices behind the same four methods.

    Topics and payloads are then that protocol's own affair: the dialect of the device makes them,
    the carrier understands them. `Dialect.carrier` says which carrier a device needs.
    """

    @property
    def online(self) -> bool:
        """Whether the other side can be reached at this moment, as far as we know."""

    @property
    def session(self) -> int:
        """Number of the present connection, counted from 1; 0 before the first."""

    def publish(self, message: Message) -> None:
        """Return when the other side has the message; raises HouseError when it has not."""

    def subscribe(self, topic_filter: str, callback: Received, *, steady: bool) -> None:
        """Call `callback` for every report, now and after reconnects.

        steady    of a flood of reports the last is enough
        """

    def unsubscribe(self, topic_filter: str, callback: Received) -> None:
        """Not any more."""
