"""Floods, garbage of megabytes, a broker killed in a burst, connections that only half exist."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from broker import Mosquitto
from listener import Listener, wait_until
from test_house import Home, at_home

from assistant.config import HouseSettings
from assistant.errors import HouseError
from assistant.events import Confirmed
from assistant.home.discovery import Discovery
from assistant.home.discovery.announced import Announcement
from assistant.home.model import Change
from assistant.mqtt.steady import BURST, PER_S, Steady, Subscriber

FLOOD = """
import sys, time, paho.mqtt.client as paho
from paho.mqtt.enums import CallbackAPIVersion
client = paho.Client(CallbackAPIVersion.VERSION2)
client.username_pw_set(sys.argv[2], sys.stdin.readline().strip())
client.connect("127.0.0.1", int(sys.argv[1]))
n = 0
while client.loop(0) == 0:
    time.sleep(0.03)
    for n in range(n, n + 100):
        client.publish("lamp/state", '{"state":"%s","brightness":%d}' % ("ON", n % 256))
"""


@contextmanager
def flood(broker: Mosquitto) -> Iterator[None]:
    """Three thousand reports a second of another process, on the topic of a lamp.

    scripts/bench_mqtt.py pours more; here other tests may want the processor, too.
    """
    with pouring(broker, FLOOD):
        yield


@contextmanager
def pouring(broker: Mosquitto, program: str) -> Iterator[None]:
    """Within it, the program runs in a process of its own."""
    with subprocess.Popen(
        [sys.executable, "-c", program, str(broker.port), broker.username], stdin=subprocess.PIPE
    ) as process:
        assert process.stdin
        process.stdin.write(broker.password.encode() + b"\n")
        process.stdin.flush()
        try:
            yield
        finally:
            process.kill()


def do_all(home: Home) -> list[Confirmed]:
    changes = [Change(id_, {"on": on}) for id_ in ("bulb", "socket") for on in (True, False)]
    done = []
    for change in changes:
        *_, confirmed = home.house.carry_out(home.house.plan([change]))
        assert isinstance(confirmed, Confirmed)
        done.append(confirmed)
    return done


def test_commands_are_carried_out_during_a_flood(mosquitto: Mosquitto) -> None:
    with at_home(mosquitto, publish_s=10, confirm_s=10) as home, flood(mosquitto):
        wait_until(lambda: home.connection.slowed > 100, 20)
        assert all(confirmed.done for confirmed in do_all(home))
        assert home.house.garbage == {}


POUR = """
import socket, sys, time
def packet(first, *parts):
    body = b"".join(parts)
    return bytes([first, len(body)]) + body
def text(words):
    return len(words).to_bytes(2, "big") + words
name, word = sys.argv[2].encode(), sys.stdin.readline().strip().encode()
with socket.create_connection(("127.0.0.1", int(sys.argv[1]))) as broker:
    hello = text(b"MQTT"), b"\\x04\\xc2\\0\\x3c", text(b"flood"), text(name), text(word)
    broker.sendall(packet(0x10, *hello))
    broker.recv(4)
    for n in range(10**9):
        reports = (packet(0x30, text(b"house/%d" % k), b"on") for k in range(100))
        broker.sendall(b"".join(reports))
        time.sleep(0.01)
"""


def test_ten_thousand_reports_a_second_of_many_topics(mosquitto: Mosquitto) -> None:
    """None of them floods by itself. How long commands take meanwhile: scripts/bench_mqtt.py."""
    with (
        at_home(mosquitto, publish_s=10, confirm_s=10) as home,
        pouring(mosquitto, POUR),
    ):
        home.connection.subscribe("house/+", lambda *_: None, steady=True)
        wait_until(lambda: home.connection.received > 5000, 20)
        assert all(confirmed.done for confirmed in do_all(home))
        assert home.connection.session == 1


def test_the_last_word_of_a_flood_counts(mosquitto: Mosquitto) -> None:
    with at_home(mosquitto) as home:
        with flood(mosquitto):
            wait_until(lambda: home.connection.slowed > 100, 20)
        with home.listen() as listener:
            listener.publish("lamp/state", '{"state":"ON","brightness":77}')
        wait_until(lambda: home.device("lamp").state.get("brightness") == 30, 20)


def test_a_burst_then_so_many_a_second() -> None:
    now = [0.0]
    steady = Steady(lambda: now[0])
    one = [Subscriber(lambda *_: None, steady=True)]
    late = [steady.put_off("t", str(n).encode(), False, one) for n in range(BURST + 10)]
    assert late == [False] * BURST + [True] * 10
    assert steady.due()[0] == []
    now[0] += 1.5 / PER_S
    ((topic, (payload, _, _)),), _ = steady.due()
    assert (topic, payload, steady.skipped) == ("t", str(BURST + 9).encode(), 9)
    assert not steady.put_off("other", b"", False, one)
    assert not steady.put_off("t", b"", False, [Subscriber(lambda *_: None)])


def test_ten_megabytes_and_retained_garbage_cost_nothing_else(mosquitto: Mosquitto) -> None:
    with (
        Listener(mosquitto.host, mosquitto.port, mosquitto.username, mosquitto.password) as other,
    ):
        for topic in ("lamp/state", "homeassistant/light/huge/config", "lamp/available"):
            other.publish(topic, b"x" * 10_000_000, retain=True)
        other.publish("zigbee2mqtt/bridge/devices", b"\xff" * 100_000, retain=True)
        other.publish("tasmota/discovery/x/config", "[1]", retain=True)
        with (
            at_home(mosquitto) as home,
            Discovery(home.house.settings, home.house, home.connection) as discovery,
        ):
            assert discovery.wait_settled(5)
            assert discovery.garbage == {"zigbee2mqtt": 1, "tasmota": 1}
            assert all(confirmed.done for confirmed in do_all(home))


class OddRegistry:
    """One that does not understand its own answers any more."""

    on_change = staticmethod(lambda: None)

    def announced(self) -> list[Announcement]:
        raise KeyError("entity_id")

    def furnish(self, house: HouseSettings) -> HouseSettings:
        raise TypeError("unhashable type: 'list'")


def test_a_registry_that_fails_hides_no_device_of_the_broker(mosquitto: Mosquitto) -> None:
    with at_home(mosquitto) as home, home.listen() as other:
        wire = '{"name": "Heron", "uniq_id": "heron", "cmd_t": "h/set", "stat_t": "h"}'
        other.publish("homeassistant/light/heron/config", wire, retain=True)
        house = home.house
        with Discovery(house.settings, house, home.connection, registry=OddRegistry()) as discovery:
            assert discovery.wait_settled(5)
            assert home.device("heron").name == "heron"
            assert set(discovery.garbage) == {"registry"}


def test_a_broker_killed_in_a_burst_loses_nothing_that_was_acknowledged(
    mosquitto: Mosquitto,
) -> None:
    """Nothing is done twice either: a command counts its arrivals at the lamp."""
    with at_home(mosquitto, publish_s=0.5) as home:
        bulb = home.devices.device("bulb")
        before, session = bulb.commands, home.connection.session
        acknowledged = failed = 0
        killer = threading.Timer(0.1, mosquitto.restart)
        killer.start()
        # On a busy machine it may be back before a command notices.
        while failed == 0 and killer.is_alive():
            try:
                for event in home.house.carry_out(home.house.plan([Change("bulb", {"on": True})])):
                    acknowledged += isinstance(event, Confirmed) and event.done
            except HouseError:
                failed += 1
        killer.join()
        killer.join()
        wait_until(lambda: home.connection.session > session, 10)
        assert home.connection.wait_online(10)
        assert home.house.wait_reported(10)
        # The one that was on its way may have arrived before the broker died.
        assert acknowledged <= bulb.commands - before <= acknowledged + 1
        _, confirmed = home.do("bulb", on=False)
        assert confirmed.done
