"""Commands have a connection of their own: reports are not in their way."""

from __future__ import annotations

import threading
from pathlib import Path

from broker import Mosquitto
from listener import wait_until
from test_connection import connect, listen, settle

from assistant.events import Message


def test_a_command_does_not_wait_for_reports(mosquitto: Mosquitto) -> None:
    """The thread that reads them is stuck here, as in a flood that is more than it can take."""
    stuck, go_on = threading.Event(), threading.Event()

    def slow(_topic: str, _payload: bytes, _retained: bool) -> None:
        stuck.set()
        go_on.wait(20)

    with listen(mosquitto) as listener, connect(mosquitto, publish_s=10) as connection:
        connection.subscribe("lamp/state", slow)
        settle(connection)
        wait_until(lambda: commands_are_ready(connection))
        listener.publish("lamp/state", "ON")
        assert stuck.wait(5)
        connection.publish(Message("lamp/set", "ON", qos=2))
        listener.wait_for("lamp/set", b"ON")
        go_on.set()


def test_a_broker_that_wants_one_connection_gets_the_commands_on_it(tmp_path: Path) -> None:
    heard: list[bytes] = []
    with (
        Mosquitto(tmp_path, config="max_connections 1") as broker,
        connect(broker) as connection,
    ):
        connection.subscribe("lamp/set", lambda _topic, payload, _retained: heard.append(payload))
        settle(connection)
        connection.publish(Message("lamp/set", "ON", qos=2))
        wait_until(lambda: heard == [b"ON"])
        assert connection.online


def test_both_connections_come_back_and_leave(mosquitto: Mosquitto) -> None:
    with listen(mosquitto), connect(mosquitto) as connection:
        wait_until(lambda: commands_are_ready(connection))
        mosquitto.restart()
        wait_until(lambda: connection.session == 2, 10)
        wait_until(lambda: commands_are_ready(connection), 10)
        connection.publish(Message("lamp/set", "ON", qos=2))
    assert not [t.name for t in threading.enumerate() if t.name.startswith("mqtt-")]


def commands_are_ready(connection: object) -> bool:
    return connection._commands.link is not None
