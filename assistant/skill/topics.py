"""The last message on every MQTT topic that a skill may read."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from paho.mqtt.client import topic_matches_sub

if TYPE_CHECKING:
    from assistant.mqtt.connection import Connection

_MOST = 1000
"""Topics that are remembered; a filter like `#` can match any number."""


class Topics:
    """Follows what the skills' permissions name; without a connection there is nothing."""

    def __init__(self, connection: Connection | None) -> None:
        self._connection = connection
        self._lock = threading.Lock()
        self._followed: set[str] = set()
        self._last: dict[str, str] = {}

    def follow(self, filters: Iterable[str]) -> None:
        """Listen to these filters from now on, too."""
        for topic_filter in set(filters) - self._followed:
            self._followed.add(topic_filter)
            if self._connection:
                self._connection.subscribe(topic_filter, self._received)

    def last(self, filters: Iterable[str]) -> dict[str, str]:
        """Topic → last payload, as text, of those that match any of the filters."""
        with self._lock:
            known = dict(self._last)
        return {
            topic: payload
            for topic, payload in known.items()
            if any(topic_matches_sub(wanted, topic) for wanted in filters)
        }

    def suppose(self, last: Mapping[str, str]) -> None:
        """Without a connection: as if this had been sent, and nothing else, so far."""
        with self._lock:
            self._last = dict(last)

    def _received(self, topic: str, payload: bytes, _retained: bool) -> None:
        with self._lock:
            self._last.pop(topic, None)
            self._last[topic] = payload.decode(errors="replace")
            while len(self._last) > _MOST:
                del self._last[next(iter(self._last))]
