"""The broker inside the process: what a first run needs of MQTT 3.1.1."""

from __future__ import annotations

import socket
import statistics
import subprocess
import sys
import threading
import time

import pytest
from listener import Listener

from assistant.config import MqttSettings, SiteSettings
from assistant.errors import HouseError
from assistant.events import Message
from assistant.mqtt.broker import EmbeddedBroker
from assistant.mqtt.connection import Connection


def connect(broker: EmbeddedBroker, site: str = "kitchen") -> Connection:
    return Connection(
        MqttSettings(host=broker.host, port=broker.port, version="3.1.1"), SiteSettings(id=site)
    )


def listen(broker: EmbeddedBroker) -> Listener:
    return Listener(broker.host, broker.port, None, None)


def test_messages_retained_messages_and_status_pass() -> None:
    with EmbeddedBroker() as broker:
        with connect(broker) as connection:
            assert connection.wait_online(5)
            connection.publish(Message("lamp/state", "on", retain=True))
            with listen(broker) as listener:
                listener.wait(lambda: ("lamp/state", b"on", True) in listener.seen)
                listener.wait(
                    lambda: ("assistant/kitchen/status", b"online", True) in listener.seen
                )
                connection.publish(Message("lamp/set", "off"))
                listener.wait_for("lamp/set", b"off")
        with listen(broker) as listener:
            listener.wait_for("assistant/kitchen/status", b"offline")


def test_the_last_will_is_published() -> None:
    with EmbeddedBroker() as broker, listen(broker) as listener, connect(broker) as connection:
        listener.wait_for("assistant/kitchen/status", b"online")
        connection._link.abort("as if the cable was pulled")
        listener.wait(lambda: (b"offline") in listener.payloads("assistant/kitchen/status"))
        assert connection.wait_online(5)


def test_a_message_takes_a_millisecond_or_two_not_forty() -> None:
    with EmbeddedBroker() as broker, connect(broker) as connection:
        assert connection.wait_online(5)
        took = []
        for _ in range(20):
            since = time.perf_counter()
            connection.publish(Message("lamp/set", "on"))
            took.append(time.perf_counter() - since)
    assert statistics.median(took) < 0.02


def test_it_leaves_nothing_behind_and_only_loopback_reaches_it() -> None:
    with EmbeddedBroker() as broker:
        assert broker.host == "127.0.0.1"
        port = broker.port
    with socket.socket() as probe:
        assert probe.connect_ex(("127.0.0.1", port)) != 0
    assert not [thread for thread in threading.enumerate() if thread.name == "mqtt-broker"]


def test_a_port_that_is_taken_is_one_clear_error() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(HouseError, match=f"does not start on port {port}"):
            EmbeddedBroker(port)


def test_the_broker_is_imported_only_when_it_is_started() -> None:
    program = "import sys, assistant.home, assistant.mqtt; sys.exit('amqtt' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
