"""Brokers that do not do everything: what there is is used, and what is not is said once."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest
from broker import Mosquitto
from listener import wait_until
from test_connection import connect, lines, listen, settle

from assistant.config import MqttSettings, SiteSettings
from assistant.errors import HouseError
from assistant.events import Message
from assistant.mqtt.broker import EmbeddedBroker
from assistant.mqtt.connection import Connection


@pytest.mark.parametrize(
    ("qos", "version", "says"),
    [(1, "auto", "QoS 0 and 1 only"), (1, "3.1.1", "QoS 0 and 1 only"), (0, "auto", "QoS 0 only")],
)
def test_a_broker_without_qos_2_gets_what_it_takes(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, qos: int, version: str, says: str
) -> None:
    heard: list[bytes] = []
    with (
        Mosquitto(tmp_path, config=f"max_qos {qos}") as broker,
        connect(broker, version=version) as connection,
    ):
        connection.subscribe("lamp/set", lambda _topic, payload, _kept: heard.append(payload))
        wait_until(lambda: publishes(connection), 20)
        wait_until(lambda: b"ON" in heard)
        assert connection.online
        told = [line for line in lines(caplog, logging.WARNING) if "takes messages" in line]
        assert len(told) == 1
        assert says in told[0]


def publishes(connection: Connection) -> bool:
    try:
        connection.publish(Message("lamp/set", "ON", qos=2))
    except HouseError:
        return False
    return True


def test_a_broker_that_retains_nothing(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    with (
        Mosquitto(tmp_path, config="retain_available false") as broker,
        listen(broker) as listener,
        connect(broker) as connection,
    ):
        assert connection.wait_online(10)
        connection.publish(Message("lamp/set", "ON", qos=2, retain=True))
        listener.wait_for("lamp/set", b"ON")
        settle(connection)
        (told,) = [line for line in lines(caplog, logging.WARNING) if "retains no messages" in line]
        assert f"127.0.0.1:{broker.port}" in told


def test_a_message_that_is_too_long_for_the_broker_is_refused_and_named(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with (
        Mosquitto(tmp_path, config="max_packet_size 2000") as broker,
        listen(broker) as listener,
        connect(broker) as connection,
    ):
        settle(connection)
        for _ in range(2):
            with pytest.raises(HouseError):
                connection.publish(Message("long/one", "x" * 5000))
            connection.send(Message("long/one", "x" * 5000))
        connection.publish(Message("lamp/set", "ON"))
        listener.wait_for("lamp/set", b"ON")
        assert connection.session == 1
    (told,) = [line for line in lines(caplog, logging.WARNING) if "long/one" in line]
    assert "2000 bytes" in told


def test_the_broker_says_how_often_it_wants_to_hear_of_us(tmp_path: Path) -> None:
    with (
        Mosquitto(tmp_path, config="max_keepalive 10") as broker,
        connect(broker, keepalive_s=600) as connection,
    ):
        settle(connection)
        link = connection._link
        assert link
        assert link._client._keepalive == 10


def test_what_the_broker_forbids_is_said_once_with_its_topic(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    acl = tmp_path / "acl"
    acl.write_text("user assistant\ntopic readwrite assistant/#\n")
    acl.chmod(0o600)
    with (
        Mosquitto(tmp_path, config=f"acl_file {acl}") as broker,
        connect(broker) as connection,
    ):
        settle(connection)
        for _ in range(3):
            connection.send(Message("homeassistant/sensor/x/config", "{}"))
        with pytest.raises(HouseError, match="not allowed"):
            connection.publish(Message("lamp/set", "ON", qos=2))
        with pytest.raises(HouseError, match="not allowed"):
            connection.publish(Message("lamp/set", "ON", qos=2))
        wait_until(lambda: "homeassistant/sensor/x/config" in caplog.text)
        broker.restart()
        wait_until(lambda: connection.session == 2, 10)
        settle(connection)
    told = lines(caplog, logging.WARNING)
    assert sum("homeassistant/sensor/x/config" in line for line in told) == 1
    assert sum("lamp/set" in line for line in told) == 1


def test_a_broker_of_3_1_1_only_is_spoken_to_so_and_that_is_said_once(
    caplog: pytest.LogCaptureFixture,
) -> None:
    with (
        EmbeddedBroker() as broker,
        Connection(MqttSettings(host=broker.host, port=broker.port), SiteSettings("hall")) as one,
    ):
        assert one.wait_online(20)
        one.publish(Message("lamp/set", "ON", qos=2))
        assert one.version == "3.1.1"
    told = lines(caplog, logging.WARNING)
    assert sum("does not speak MQTT 5" in line for line in told) == 1


def test_the_pause_is_short_again_after_a_good_connection(mosquitto: Mosquitto) -> None:
    pauses: list[float] = []

    def rng() -> float:
        pauses.append(1)
        return 0.0

    with Connection(settings(mosquitto), SiteSettings("kitchen"), rng=rng) as connection:
        settle(connection)
        mosquitto.kill()
        wait_until(lambda: len(pauses) > 3, 20)
        mosquitto.start()
        assert connection.wait_online(20)
        settle(connection)
        before = connection.session
        link = connection._link
        assert link
        link.abort("pulled the plug")
        # The fifth pause in a row would be four seconds and more.
        wait_until(lambda: connection.session > before, 2)


def settings(broker: Mosquitto) -> MqttSettings:
    return MqttSettings(
        host=broker.host, port=broker.port, username=broker.username, password=broker.password
    )
