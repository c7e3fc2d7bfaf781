"""The connection against a real Mosquitto: there, away, back, and never late."""

from __future__ import annotations

import itertools
import logging
import random
import socket
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from broker import Mosquitto, free_port
from listener import Listener, wait_until

from assistant.config import MqttSettings, SiteSettings
from assistant.errors import ConfigError, HouseError
from assistant.events import Message
from assistant.mqtt.connection import MAX_PAYLOAD_BYTES, Connection
from assistant.mqtt.terms import LONGEST_PAUSE_S, pauses

SITE = SiteSettings(id="kitchen")
STATUS = "assistant/kitchen/status"
ROOT = Path(__file__).resolve().parent.parent.parent


def settings_of(broker: Mosquitto, **more) -> MqttSettings:
    given = {"username": broker.username, "password": broker.password, **more}
    return MqttSettings(host=broker.host, port=broker.port, **given)


def plain_settings(server: socket.socket) -> MqttSettings:
    """For a stranger that speaks a few bytes of 3.1.1."""
    return MqttSettings(host="127.0.0.1", port=server.getsockname()[1], version="3.1.1")


def connect(broker: Mosquitto, **more) -> Connection:
    return Connection(settings_of(broker, **more), SITE)


def listen(broker: Mosquitto) -> Listener:
    return Listener(broker.host, broker.port, broker.username, broker.password)


def settle(connection: Connection) -> None:
    """Until the broker has looked at everything we asked it for."""
    assert connection.wait_settled(5)


def drain(stranger: socket.socket) -> int:
    """Read until the connection is reset; returns the number of bytes that still arrived."""
    arrived = 0
    try:
        while piece := stranger.recv(1_000_000):
            arrived += len(piece)
    except ConnectionResetError:
        return arrived
    pytest.fail("the connection was closed in order")


def lines(caplog: pytest.LogCaptureFixture, level: int) -> list[str]:
    return [r.getMessage() for r in caplog.records if r.levelno == level and "mqtt" in r.name]


def test_a_published_message_is_with_the_broker(mosquitto: Mosquitto) -> None:
    with listen(mosquitto) as listener, connect(mosquitto) as connection:
        assert connection.wait_online(5)
        connection.publish(Message("lamp/set", '{"state":"ON"}'))
        listener.wait_for("lamp/set", b'{"state":"ON"}')


def test_a_subscriber_hears_retained_and_live_messages(mosquitto: Mosquitto) -> None:
    heard: list[tuple[str, bytes, bool]] = []
    with listen(mosquitto) as listener, connect(mosquitto) as connection:
        listener.publish("lamp/state", "old", retain=True)
        connection.subscribe("lamp/+", lambda *message: heard.append(message))
        wait_until(lambda: ("lamp/state", b"old", True) in heard)
        listener.publish("lamp/state", "new", retain=True)
        wait_until(lambda: ("lamp/state", b"new", False) in heard)


def test_many_who_want_one_topic_ask_for_it_together(mosquitto: Mosquitto) -> None:
    """All devices of a zigbee2mqtt hear its one state: a thousand times a thousand is too much."""
    heard = [0] * 300

    def hearing(n: int):
        def count(*_: object) -> None:
            heard[n] += 1

        return count

    with listen(mosquitto) as listener, connect(mosquitto) as connection:
        listener.publish("zigbee2mqtt/bridge/state", "online", retain=True)
        settle(connection)
        for n in range(len(heard)):
            connection.subscribe("zigbee2mqtt/bridge/state", hearing(n))
            connection.subscribe(f"zigbee2mqtt/lamp{n}", hearing(n))
        settle(connection)
        assert min(heard) >= 1
        assert max(heard) < 100


def test_who_wants_less_takes_nothing_from_who_wants_more(mosquitto: Mosquitto) -> None:
    """QoS 1 is what the broker keeps while we are away."""
    heard: list[bytes] = []
    with listen(mosquitto) as listener, connect(mosquitto, client_id="me") as connection:
        connection.subscribe("lamp", lambda _topic, payload, _kept: heard.append(payload), qos=1)
        settle(connection)
        connection.subscribe("lamp", lambda *_: None, qos=0)
        settle(connection)
        link = connection._link
        assert link
        link.abort("pulled the plug")
        listener.publish("lamp", "while away")
        wait_until(lambda: heard == [b"while away"], 10)


def test_subscriptions_survive_a_restart_of_the_broker(
    mosquitto: Mosquitto, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    heard = threading.Event()
    with connect(mosquitto) as connection:
        connection.subscribe("lamp/state", lambda *_: heard.set())
        assert connection.wait_online(5)
        mosquitto.kill()
        wait_until(lambda: not connection.online)
        assert "lost" in connection.problem
        mosquitto.start()
        assert connection.wait_online(10)
        assert connection.problem == ""
        settle(connection)
        with listen(mosquitto) as listener:
            listener.publish("lamp/state", "x")
            assert heard.wait(5)
    assert len(lines(caplog, logging.WARNING)) == 1
    first, back = lines(caplog, logging.INFO)
    assert first.endswith("connected")
    assert back.endswith("back")


def test_the_broker_may_start_later(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    broker = Mosquitto(tmp_path)
    try:
        with connect(broker) as connection:
            wait_until(lambda: "connection refused" in connection.problem)
            with pytest.raises(HouseError, match="I can't reach the house"):
                connection.publish(Message("lamp/set", "ON"))
            broker.start()
            assert connection.wait_online(10)
            with listen(broker) as listener:
                connection.publish(Message("lamp/set", "OFF"))
                listener.wait_for("lamp/set", b"OFF")
                assert listener.payloads("lamp/set") == [b"OFF"]
    finally:
        broker.kill()
    (warning,) = lines(caplog, logging.WARNING)
    assert f"nothing listens at 127.0.0.1:{broker.port}" in warning


def test_a_wrong_password_is_one_clear_line_without_the_password(
    mosquitto: Mosquitto, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    with connect(mosquitto, password="opensesame") as connection:
        assert not connection.wait_online(2)  # several attempts
        assert "wrong user name or password" in connection.problem
        assert "opensesame" not in repr(connection.settings)
    (warning,) = lines(caplog, logging.WARNING)
    assert "refuses user 'assistant': wrong user name or password" in warning
    assert "opensesame" not in caplog.text


def test_a_wrong_password_after_an_outage_is_told_too(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    broker = Mosquitto(tmp_path)
    with connect(broker, password="opensesame") as connection:
        wait_until(lambda: "connection refused" in connection.problem)
        with broker:
            wait_until(lambda: "wrong" in connection.problem, 10)
            wait_until(lambda: len(lines(caplog, logging.WARNING)) == 2)


def test_unknown_host_and_missing_user_are_named(mosquitto: Mosquitto) -> None:
    with Connection(MqttSettings(host="no-such-host.invalid"), SITE) as connection:
        wait_until(lambda: "unknown host 'no-such-host.invalid'" in connection.problem, 10)
    with connect(mosquitto, username=None, password=None) as connection:
        wait_until(lambda: "wants a user name and a password" in connection.problem)
    with pytest.raises(ConfigError, match=r"mqtt\.host is empty"):
        Connection(MqttSettings(host=""), SITE)
    with pytest.raises(ConfigError, match="is no MQTT topic"):
        Connection(MqttSettings(), SiteSettings(id="kitchen #2"))


def test_something_else_on_the_port_is_survived() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        with Connection(MqttSettings(host="127.0.0.1", port=port), SITE) as connection:
            for answer in (b"HTTP/1.1 400 Bad Request\r\n\r\n", b"\xff" * 9, b"\x20\x02\x00\x77"):
                stranger, _ = server.accept()
                with stranger:
                    stranger.recv(1000)
                    stranger.sendall(answer)
                wait_until(lambda: connection.problem != "not connected yet")
                assert not connection.online


def test_it_is_online_for_others_while_it_is(mosquitto: Mosquitto) -> None:
    with listen(mosquitto) as listener:
        with connect(mosquitto):
            listener.wait_for(STATUS, b"online")
        listener.wait_for(STATUS, b"offline")
        assert listener.payloads(STATUS) == [b"online", b"offline"]
    with listen(mosquitto) as late:
        late.wait(lambda: (STATUS, b"offline", True) in late.seen)


def test_the_last_will_tells_of_a_process_that_died(mosquitto: Mosquitto) -> None:
    program = (
        "import sys, os, signal\n"
        "from assistant.config import MqttSettings, SiteSettings\n"
        "from assistant.mqtt.connection import Connection\n"
        "settings = MqttSettings(host=sys.argv[1], port=int(sys.argv[2]), username=sys.argv[3],\n"
        "                        password=sys.stdin.readline().strip())\n"
        "connection = Connection(settings, SiteSettings(id='kitchen'))\n"
        "connection.wait_online(5)\n"
        "sys.stdin.readline()\n"
        "os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    with listen(mosquitto) as listener:
        with subprocess.Popen(
            [sys.executable, "-c", program, mosquitto.host, str(mosquitto.port), "assistant"],
            stdin=subprocess.PIPE,
            cwd=ROOT,
        ) as process:
            assert process.stdin
            process.stdin.write(mosquitto.password.encode() + b"\n")
            process.stdin.flush()
            listener.wait(lambda: listener.payloads(STATUS) == [b"online"], 10)
        listener.wait_for(STATUS, b"offline")


def test_a_late_last_will_is_contradicted(mosquitto: Mosquitto) -> None:
    with listen(mosquitto) as listener, connect(mosquitto):
        listener.wait_for(STATUS, b"online")
        listener.publish(STATUS, "offline", retain=True)
        listener.wait(lambda: listener.payloads(STATUS) == [b"online", b"offline", b"online"])


def test_a_broker_killed_mid_command_never_carries_it_out_later(mosquitto: Mosquitto) -> None:
    with connect(mosquitto, publish_s=0.3) as connection:
        assert connection.wait_online(5)
        mosquitto.freeze()
        with pytest.raises(HouseError, match="I can't reach the house") as failure:
            connection.publish(Message("lamp/set", "too late"))
        assert "acknowledged nothing for 0.3 s" in failure.value.fix
        assert not connection.online
        mosquitto.restart()
        with listen(mosquitto) as listener:
            assert connection.wait_online(10)
            connection.publish(Message("lamp/set", "in time"))
            listener.wait_for("lamp/set", b"in time")
            assert listener.payloads("lamp/set") == [b"in time"]


def test_a_broker_that_wakes_up_after_the_deadline_does_nothing(mosquitto: Mosquitto) -> None:
    with connect(mosquitto, publish_s=0.3) as connection, listen(mosquitto) as listener:
        assert connection.wait_online(5)
        mosquitto.freeze()
        with pytest.raises(HouseError):
            connection.publish(Message("lamp/set", "too late", qos=2))
        mosquitto.thaw()
        assert connection.wait_online(10)
        connection.publish(Message("lamp/set", "in time", qos=2))
        listener.wait_for("lamp/set", b"in time")
        assert listener.payloads("lamp/set") == [b"in time"]


def test_a_killed_broker_is_noticed_before_the_deadline(mosquitto: Mosquitto) -> None:
    with connect(mosquitto, publish_s=30) as connection:
        assert connection.wait_online(5)
        mosquitto.freeze()
        killer = threading.Timer(0.1, mosquitto.kill)
        killer.start()
        with pytest.raises(HouseError) as failure:
            connection.publish(Message("lamp/set", "ON"))
        assert "lost" in failure.value.fix
        killer.join()


def test_bytes_the_kernel_still_holds_are_thrown_away() -> None:
    """A network that comes back minutes later must not bring the command along."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        settings = plain_settings(server)
        with Connection(settings, SITE) as connection:
            stranger, _ = server.accept()
            with stranger:
                stranger.recv(1000)  # CONNECT
                stranger.sendall(b"\x20\x02\x00\x00")  # CONNACK: welcome
                assert connection.wait_online(5)
                command = b"x" * 8_000_000  # more than both kernels' buffers take
                with pytest.raises(HouseError):
                    connection.publish(Message("lamp/set", command.decode()), 0.5)
                assert drain(stranger) < len(command)


def test_a_failing_subscriber_is_logged_and_the_others_go_on(
    mosquitto: Mosquitto, caplog: pytest.LogCaptureFixture
) -> None:
    heard = []

    def broken(topic: str, payload: bytes, retained: bool) -> None:
        raise KeyError("a bug")

    with listen(mosquitto) as listener, connect(mosquitto) as connection:
        connection.subscribe("lamp/state", broken)
        connection.subscribe("lamp/state", lambda *message: heard.append(message[1]))
        settle(connection)
        listener.publish("lamp/state", "1")
        listener.publish("lamp/state", "2")
        wait_until(lambda: heard == [b"1", b"2"])
        assert connection.online
    assert caplog.text.count("KeyError: 'a bug'") == 2


def test_a_payload_that_is_too_long_is_dropped_and_counted(mosquitto: Mosquitto) -> None:
    heard = []
    with listen(mosquitto) as listener, connect(mosquitto) as connection:
        connection.subscribe("lamp/state", lambda *message: heard.append(len(message[1])))
        settle(connection)
        listener.publish("lamp/state", b"x" * (MAX_PAYLOAD_BYTES + 1))
        listener.publish("lamp/state", b"x" * MAX_PAYLOAD_BYTES)
        wait_until(lambda: heard == [MAX_PAYLOAD_BYTES])
        assert connection.dropped == 1


def test_a_topic_that_the_broker_refuses_is_told(caplog: pytest.LogCaptureFixture) -> None:
    # Mosquitto 2.0 grants every subscription and then stays silent; others do refuse.
    with socket.create_server(("127.0.0.1", 0)) as server:
        settings = plain_settings(server)
        with Connection(settings, SITE) as connection:
            connection.subscribe("lamp/state", lambda *_: None)
            stranger, _ = server.accept()
            with stranger:
                stranger.recv(1000)  # CONNECT
                stranger.sendall(b"\x20\x02\x00\x00")  # CONNACK: welcome
                assert connection.wait_online(5)
                stranger.sendall(b"\x90\x04\x00\x01\x01\x80")  # SUBACK 1: granted, refused
                wait_until(lambda: "does not let us hear lamp/state" in caplog.text)


def test_closing_does_not_wait_for_a_broker_that_is_not_there() -> None:
    connection = Connection(MqttSettings(host="127.0.0.1", port=free_port()), SITE)
    wait_until(lambda: "refused" in connection.problem)
    connection.close()
    connection.close()
    assert not [t for t in threading.enumerate() if t.name == "mqtt-connection"]


def test_pauses_grow_to_a_limit_and_are_not_in_step() -> None:
    seconds = list(itertools.islice(pauses(random.Random(1).random), 12))
    nominal = [min(0.5 * 2**n, LONGEST_PAUSE_S) for n in range(12)]
    assert all(n / 2 <= s <= n for n, s in zip(nominal, seconds, strict=True))
    assert seconds != list(itertools.islice(pauses(random.Random(2).random), 12))
