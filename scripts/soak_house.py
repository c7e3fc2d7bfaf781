"""The other side of scripts/soak: lamps that answer on a Mosquitto, and what they were told."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import paho.mqtt.client as paho
from paho.mqtt.enums import CallbackAPIVersion

START_S = 10.0


class Broker:
    """A Mosquitto on loopback that forgets everything when it is killed."""

    def __init__(self, folder: Path) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port: int = free.getsockname()[1]
        self._settings = folder / "mosquitto.conf"
        user = "user root\n" if os.geteuid() == 0 else ""
        self._settings.write_text(
            f"listener {self.port} 127.0.0.1\nallow_anonymous true\npersistence false\n{user}",
            encoding="utf-8",
        )
        path = os.pathsep.join([os.environ.get("PATH", ""), "/usr/sbin"])
        self._program = shutil.which("mosquitto", path=path)
        if self._program is None:
            raise SystemExit("Mosquitto is missing: sudo apt-get install mosquitto")
        self.start()

    def start(self) -> None:
        """Start it and wait until it answers."""
        quiet = subprocess.DEVNULL
        self._process = subprocess.Popen(
            [str(self._program), "-c", self._settings], stdout=quiet, stderr=quiet
        )
        until = time.monotonic() + START_S
        while time.monotonic() < until:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
            time.sleep(0.02)
        raise SystemExit("Mosquitto does not start")

    def kill(self) -> None:
        """As a power cut would."""
        self._process.kill()
        self._process.wait()


@dataclass
class House:
    """Every lamp of the configuration: it does what it is told and says so.

    topic `<lamp>/set` → `<lamp>`; both JSON.
    """

    port: int
    lamps: list[str]
    """Those that report when they come to the network, even if nobody has told them anything."""

    orders: list[tuple[str, float]] = field(default_factory=list)
    """Each order that arrived: its topic without `/set`, and when, `time.monotonic()`."""

    rang: int = 0
    """Timers that the assistant said have rung."""

    def __post_init__(self) -> None:
        self._states: dict[str, dict[str, Any]] = {lamp: {"state": "OFF"} for lamp in self.lamps}
        self._lock = threading.Lock()
        self._client = paho.Client(CallbackAPIVersion.VERSION2, client_id="soak-house")
        self._client.on_connect = self._on_connect
        self._client.on_message = self._on_message
        self._client.reconnect_delay_set(0.1, 1)
        self._client.connect("127.0.0.1", self.port)
        self._client.loop_start()

    def _on_connect(self, client: paho.Client, *_: Any) -> None:
        client.subscribe([("home/+/+/set", 2), ("soak/+/set", 2), ("assistant/+/rang", 1)])
        for lamp, state in list(self._states.items()):
            client.publish(lamp, json.dumps(state), 1, True)

    def _on_message(self, client: paho.Client, _data: Any, message: paho.MQTTMessage) -> None:
        if message.topic.endswith("/rang"):
            self.rang += 1
            return
        try:
            wanted = json.loads(message.payload)
            assert isinstance(wanted, dict)
        except (ValueError, AssertionError):
            return  # garbage of ours
        lamp = message.topic.removesuffix("/set")
        with self._lock:
            self.orders.append((lamp, time.monotonic()))
        self._states[lamp] = {"state": "OFF"} | self._states.get(lamp, {}) | wanted
        client.publish(lamp, json.dumps(self._states[lamp]), 1, True)

    def taken(self) -> list[tuple[str, float]]:
        """The orders since the last call."""
        with self._lock:
            taken, self.orders = self.orders, []
        return taken

    def restart(self) -> None:
        """All lamps lose power for a moment."""
        self._client.disconnect()
        self._client.loop_stop()  # it ends by itself with the connection, now or a little later
        time.sleep(0.2)
        self._client.reconnect()
        self._client.loop_start()

    def disturb(self, topic: str, payload: bytes) -> None:
        """Say something that makes no sense."""
        self._client.publish(topic, payload)

    def close(self) -> None:
        """Leave."""
        self._client.disconnect()
        self._client.loop_stop()
