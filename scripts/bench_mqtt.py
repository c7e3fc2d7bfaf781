"""What the house costs on MQTT, against a real Mosquitto on this machine.

    .venv/bin/python scripts/bench_mqtt.py [--devices 1000] [--commands 300] [--flood-s 10]

round trip   a command to a lamp that answers at once, until the house knows that it is done; beside
             it plain paho that publishes (QoS 2) and waits for the lamp's report
discovered   retained announcements and states of so many lamps: from connecting until all of them
             can be named and have reported, and the memory that they take; from the announcement of
             one more until it can be named
flood        another process reports 10,000, 20,000 and 40,000 times a second on the lamps' topics:
             messages handled, and the round trip of commands meanwhile
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import numpy as np
import paho.mqtt.client as paho
from paho.mqtt.enums import CallbackAPIVersion

from assistant.app import App, open_app
from assistant.config import Config, DeviceSettings, HouseSettings, MqttSettings, SiteSettings
from assistant.errors import HouseError
from assistant.events import Confirmed
from assistant.home.discovery import Discovery
from assistant.home.house import House
from assistant.home.model import Change
from assistant.mqtt.connection import Connection
from assistant.mqtt.steady import PER_S

LAMP = DeviceSettings(
    "lamp",
    "light",
    "lamp",
    {"command_topic": "lamp/set", "state_topic": "lamp", "brightness": True},
)


def main() -> None:
    """Run all of it."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--devices", type=int, default=1000)
    parser.add_argument("--commands", type=int, default=300)
    parser.add_argument("--flood-s", type=float, default=10)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, mosquitto(Path(folder)) as port:
        with answering_lamp(port):
            bench_round_trip(port, options.commands)
        bench_discovered(port, options.devices, announce)
        with mosquitto(Path(folder)) as another:
            bench_discovered(another, options.devices, announce_in_one_list)
        with answering_lamp(port):
            bench_flood(port, options.devices, options.flood_s)


@contextmanager
def mosquitto(folder: Path) -> Iterator[int]:
    """A broker on a free port of loopback; its port."""
    sys.path.append(str(Path(__file__).parent))
    from bench import mosquitto as running

    with running(folder) as port:
        time.sleep(0.5)
        yield port


def prompt_client() -> paho.Client:
    """A plain paho client whose small packets are not held back for 40 ms (Nagle)."""
    one = paho.Client(CallbackAPIVersion.VERSION2)
    one.on_socket_open = lambda _c, _d, sock: sock.setsockopt(
        socket.IPPROTO_TCP, socket.TCP_NODELAY, 1
    )
    return one


def client(port: int) -> paho.Client:
    """One that is connected, its loop in a thread."""
    one = prompt_client()
    one.max_queued_messages_set(0)
    one.connect("127.0.0.1", port)
    one.loop_start()
    return one


@contextmanager
def answering_lamp(port: int) -> Iterator[None]:
    """A lamp in a process of its own: what it is told, it reports."""
    ready = multiprocessing.Event()
    lamp = multiprocessing.Process(target=be_a_lamp, args=(port, ready), daemon=True)
    lamp.start()
    ready.wait(10)
    try:
        yield
    finally:
        lamp.terminate()
        lamp.join()


def be_a_lamp(port: int, ready: multiprocessing.synchronize.Event) -> None:
    """Answer for ever."""
    one = prompt_client()
    one.on_message = lambda _c, _d, message: one.publish("lamp", message.payload, 0, True)
    one.on_subscribe = lambda *_: ready.set()
    one.connect("127.0.0.1", port)
    one.subscribe("lamp/set", 0)  # as most devices do
    one.loop_forever()


def settings(port: int) -> MqttSettings:
    """Of the broker of this measurement."""
    return MqttSettings(host="127.0.0.1", port=port)


def bench_round_trip(port: int, commands: int) -> None:
    """Ours and plain paho, one after the other."""
    print("\n## command round trip, until the lamp's report is in, ms", flush=True)
    with Connection(settings(port), SiteSettings()) as connection:
        house = House(HouseSettings(devices=(LAMP,)), connection)
        connection.wait_settled(5)
        show("ours", [by_house(house, n) for n in range(commands) if pause()])
    plain = PlainPaho(port)
    show("plain paho", [plain.command(n) for n in range(commands) if pause()])
    plain.close()


def pause() -> bool:
    """Between two commands: a topic that says more is slowed down, the lamp's, too."""
    time.sleep(1 / PER_S)
    return True


def by_house(house: House, n: int) -> float:
    """Milliseconds of one command through the house."""
    since = time.perf_counter()
    actions = house.plan([Change("lamp", {"brightness": n % 99 + 1})])
    try:
        *_, confirmed = house.carry_out(actions)
        FAILED[0] += not (isinstance(confirmed, Confirmed) and confirmed.done)
    except HouseError:
        FAILED[0] += 1
    return (time.perf_counter() - since) * 1000


class PlainPaho:
    """The least that one can do: publish, and wait for the report."""

    def __init__(self, port: int) -> None:
        self._client = client(port)
        self._reported = threading.Event()
        self._client.on_message = lambda *_: self._reported.set()
        self._client.subscribe("lamp", 1)
        time.sleep(0.3)

    def command(self, n: int) -> float:
        """Milliseconds of one command."""
        self._reported.clear()
        since = time.perf_counter()
        info = self._client.publish(
            "lamp/set", json.dumps({"state": "ON", "brightness": n % 255}), 2
        )
        info.wait_for_publish(5)
        self._reported.wait(5)
        return (time.perf_counter() - since) * 1000

    def close(self) -> None:
        """Leave."""
        self._client.disconnect()
        self._client.loop_stop()


FAILED = [0]
"""Commands that were not carried out since the last row."""


def show(name: str, values: list[float]) -> None:
    """One row of a table."""
    p50, p95 = np.percentile(values, [50, 95])
    failed, FAILED[0] = FAILED[0], 0
    print(
        f"{name:<28} p50 {p50:7.2f}   p95 {p95:7.2f}   max {max(values):7.2f}   n {len(values)}"
        + (f"   NOT DONE {failed}" if failed else "")
    )


def announce(port: int, devices: int) -> None:
    """The retained announcements and states of so many lamps."""
    one = client(port)
    for n in range(devices):
        name = f"{WORDS[n % 20]} {WORDS[n // 20 % 20 + 20]} lamp {n // 400 + 1}"
        wire = {
            "name": name,
            "uniq_id": f"lamp{n}",
            "schema": "json",
            "cmd_t": f"l/{n}/set",
            "stat_t": f"l/{n}",
            "avty_t": f"l/{n}/available",
            "sup_clrm": ["color_temp", "hs"],
            "bri": True,
            "dev": {"ids": [f"d{n}"], "name": name, "sa": f"room {n % 50 + 1}"},
        }
        one.publish(f"homeassistant/light/lamp{n}/config", json.dumps(wire), 1, True)
        one.publish(f"l/{n}", '{"state":"ON","brightness":128}', 1, True)
        last = one.publish(f"l/{n}/available", "online", 1, True)
    last.wait_for_publish(60)
    one.disconnect()
    one.loop_stop()


WORDS = [
    *("red", "green", "blue", "white", "black", "brown", "grey", "pink", "amber", "coral"),
    *("ivory", "olive", "pearl", "plum", "ruby", "sand", "teal", "mint", "navy", "lime"),
    *("north", "south", "east", "west", "upper", "lower", "inner", "outer", "front", "back"),
    *("left", "right", "middle", "corner", "window", "garden", "desk", "wall", "door", "shelf"),
]


def announce_in_one_list(port: int, devices: int) -> None:
    """The same of a zigbee2mqtt that retains states: all in one message, and one availability."""
    one = client(port)
    parts = [
        {"name": name, "property": name, "type": type_, "access": 7, "value_max": 254}
        | {"value_on": "ON", "value_off": "OFF"}
        for name, type_ in (("state", "binary"), ("brightness", "numeric"))
    ]
    listed = [
        {
            "ieee_address": f"0x{n:016x}",
            "friendly_name": f"{WORDS[n % 20]} {WORDS[n // 20 % 20 + 20]} lamp {n // 400 + 1}",
            "definition": {"exposes": [{"type": "light", "features": parts}]},
        }
        for n in range(devices)
    ]
    one.publish("zigbee2mqtt/bridge/state", '{"state":"online"}', 1, True)
    for device in listed:
        topic = f"zigbee2mqtt/{device['friendly_name']}"
        one.publish(topic, '{"state":"ON","brightness":128}', 1, True)
    last = one.publish("zigbee2mqtt/bridge/devices", json.dumps(listed), 1, True)
    last.wait_for_publish(60)
    one.disconnect()
    one.loop_stop()


def bench_discovered(port: int, devices: int, announced: Callable[[int, int], None]) -> None:
    """In a process of its own, so that its memory is nobody else's."""
    print(f"\n## {devices} devices that announce themselves ({announced.__name__})", flush=True)
    announced(port, devices)
    code = f"import sys; sys.path.append('scripts'); import bench_mqtt as b; b.discover({port}, %d)"
    for count in (0, devices):
        subprocess.run([sys.executable, "-c", code % count], check=True)


def discover(port: int, devices: int) -> None:
    """Print how long it takes until all of the house can be used, and the memory."""
    config = Config(mqtt=settings(port))
    if not devices:
        nothing = replace(config.house.discover, homeassistant=None, zigbee2mqtt=())
        config = replace(config, house=replace(config.house, discover=nothing))
    since = time.perf_counter()
    with open_app(config) as app:
        while len(app.house.devices()) < devices or app.house.unreported():
            time.sleep(0.005)
        took_s = time.perf_counter() - since
        said = "turn on the red north lamp one"
        understood = app.conversation.interpreter.interpret(said).decision if devices else "-"
        memory = resident_mib()
        print(f"{devices:5} devices: usable after {took_s:.2f} s, {memory:.0f} MiB, {understood}")
        if devices:
            print(f"    one more: can be said after {one_more(port, app):.2f} s")


def one_more(port: int, app: App) -> float:
    """Seconds from the announcement of another lamp until it can be named."""
    broker = client(port)
    wire = json.dumps({"name": "Heron", "cmd_t": "h/set", "stat_t": "h", "uniq_id": "heron"})
    since = time.perf_counter()
    broker.publish("homeassistant/light/heron/config", wire, 1, True)
    while app.conversation.interpret("turn on the heron").decision != "accept":
        time.sleep(0.005)
    took_s = time.perf_counter() - since
    broker.publish("homeassistant/light/heron/config", "", 1, True).wait_for_publish(5)
    broker.disconnect()
    broker.loop_stop()
    return took_s


def resident_mib() -> float:
    """Memory of this process."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


CONNECT = b"\x10\x11\x00\x04MQTT\x04\x02\x00\x3c\x00\x05flood"


def pour(port: int, devices: int, per_s: float, seconds: float) -> None:
    """Report so often, on a bare socket: paho is too slow for it."""
    start, n = time.perf_counter(), 0
    with socket.create_connection(("127.0.0.1", port)) as broker:
        broker.sendall(CONNECT)
        broker.recv(4)
        while (now := time.perf_counter() - start) < seconds:
            if n > per_s * now:
                time.sleep(n / per_s - now)
            broker.sendall(b"".join(report(k, devices) for k in range(n, n + 100)))
            n += 100
    print(f"    (sent {n / seconds:.0f} a second)", flush=True)


def report(n: int, devices: int) -> bytes:
    """One PUBLISH of QoS 0."""
    topic = f"l/{n % devices}".encode()
    body = len(topic).to_bytes(2, "big") + topic + b'{"state":"ON","brightness":%d}' % (n % 255)
    return bytes([0x30, len(body)]) + body


def bench_flood(port: int, devices: int, seconds: float) -> None:
    """What is handled, and what commands feel of it."""
    print("\n## a flood of reports", flush=True)
    with Connection(settings(port), SiteSettings()) as connection:
        config = HouseSettings(devices=(LAMP,))
        house = House(config, connection)
        with Discovery(config, house, connection) as discovery:
            discovery.wait_settled(10)
            house.wait_reported(10)
            show("round trip before", [by_house(house, n) for n in range(100) if pause()])
            for per_s in (10_000.0, 20_000.0, 40_000.0):
                flooded(connection, house, (port, devices, per_s, seconds))


def flooded(connection: Connection, house: House, flood: tuple[int, int, float, float]) -> None:
    """One flood, and commands during it."""
    name = f"{flood[2]:.0f}/s"
    process = multiprocessing.Process(target=pour, args=flood, daemon=True)
    process.start()
    time.sleep(1)
    used = time.process_time()
    received, since, took = connection.received, time.perf_counter(), []
    while process.is_alive() and time.perf_counter() - since < flood[3] - 2:
        took.append(by_house(house, len(took)))
        pause()
    took_s = time.perf_counter() - since
    handled, cpu = (connection.received - received) / took_s, time.process_time() - used
    show(f"during {name}", took)
    print(f"    handled {handled:.0f} messages a second by {100 * cpu / took_s:.0f} % of a core")
    process.join()


if __name__ == "__main__":
    main()
