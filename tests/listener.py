"""A plain MQTT client for tests: an observer that does not share a line with what it observes."""

from __future__ import annotations

import threading
import time
from typing import Self

import paho.mqtt.client as paho
from paho.mqtt.enums import CallbackAPIVersion


class Listener:
    """Subscribes to everything and remembers it."""

    def __init__(self, host: str, port: int, username: str | None, password: str | None) -> None:
        self.seen: list[tuple[str, bytes, bool]] = []
        self._changed = threading.Condition()
        self._subscribed = False
        self._client = paho.Client(CallbackAPIVersion.VERSION2)
        if username:
            self._client.username_pw_set(username, password)
        self._client.on_message = self._on_message
        self._client.on_subscribe = self._on_subscribe
        self._client.connect(host, port)
        self._client.subscribe("#", 1)
        self._thread = threading.Thread(target=self._client.loop_forever, daemon=True)
        self._thread.start()
        self.wait(lambda: self._subscribed)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._client.disconnect()
        self._thread.join(5)

    def publish(self, topic: str, payload: str | bytes, *, retain: bool = False) -> None:
        info = self._client.publish(topic, payload, 1, retain)
        info.wait_for_publish(5)
        assert info.is_published()

    def payloads(self, topic: str) -> list[bytes]:
        return [payload for where, payload, _ in self.seen if where == topic]

    def wait_for(self, topic: str, payload: bytes) -> None:
        """Until the last message of the topic is this one; fails after 5 s."""
        self.wait(lambda: self.payloads(topic)[-1:] == [payload])

    def wait(self, condition, timeout_s: float = 5.0) -> None:
        with self._changed:
            assert self._changed.wait_for(condition, timeout_s), f"seen only: {self.seen}"

    def _on_message(self, _client, _data, message) -> None:
        with self._changed:
            self.seen.append((message.topic, message.payload, message.retain))
            self._changed.notify_all()

    def _on_subscribe(self, *_) -> None:
        with self._changed:
            self._subscribed = True
            self._changed.notify_all()


def wait_until(condition, timeout_s: float = 5.0) -> None:
    """Poll where there is nothing to wait on, such as a log."""
    deadline = time.monotonic() + timeout_s
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.005)
