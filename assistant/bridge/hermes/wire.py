"""JSON over MQTT, as Hermes has it: everybody hears everything, also what they said themselves."""

from __future__ import annotations

import json
import logging
import threading
from collections import OrderedDict
from collections.abc import Callable
from typing import Any

from paho.mqtt.client import topic_matches_sub

from assistant.events import Message
from assistant.home.dialects.payload import read_json
from assistant.mqtt.connection import Connection

log = logging.getLogger(__name__)

MOST_OWN = 256

Heard = Callable[[str, dict[str, Any]], None]
"""Topic and JSON object; called on the connection's thread."""


class Wire:
    """Sends JSON objects, and hears those that others sent."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._filters: list[str] = []
        self._own: OrderedDict[tuple[str, bytes], int] = OrderedDict()
        """Messages of ours that will come back → how often."""

        self._session = 0
        self._lock = threading.Lock()

    def send(self, topic: str, **keys: Any) -> None:
        """Publish the object; lost when the broker is away."""
        message = Message(topic, json.dumps(keys, ensure_ascii=False))
        if any(topic_matches_sub(topic_filter, topic) for topic_filter in self._filters):
            with self._lock:
                if self._session != self._connection.session:  # echoes died with the connection
                    self._session = self._connection.session
                    self._own.clear()
                key = (topic, message.payload.encode())
                self._own[key] = self._own.pop(key, 0) + 1
                if len(self._own) > MOST_OWN:  # a broker that does not let us read it
                    self._own.popitem(last=False)
        self._connection.send(message)

    def hear(self, topic_filter: str, heard: Heard) -> None:
        """Call `heard` for every JSON object that is not our own; the rest is ignored."""

        def received(topic: str, payload: bytes, retained: bool) -> None:
            if retained or self._is_own(topic, payload):
                return
            try:
                keys = dict(read_json(payload or b"{}"))
            except ValueError as error:
                log.debug("%s: ignored: %s", topic, error)
                return
            heard(topic, keys)

        self._filters.append(topic_filter)
        self._connection.subscribe(topic_filter, received)

    def hear_bytes(
        self, topic_filter: str, heard: Callable[[str, bytes], None], *, max_bytes: int
    ) -> None:
        """Call `heard` for every message, whatever is in it; longer ones are dropped."""

        def received(topic: str, payload: bytes, retained: bool) -> None:
            if not retained:
                heard(topic, payload)

        self._connection.subscribe(topic_filter, received, max_bytes=max_bytes)

    def _is_own(self, topic: str, payload: bytes) -> bool:
        with self._lock:
            left = self._own.pop((topic, payload), 0)
            if left > 1:
                self._own[(topic, payload)] = left - 1
            return left > 0
