"""Nothing but a broker's address: lamps of every maker are found, commanded, renamed and lost."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

import pytest
from broker import Mosquitto
from listener import Listener, wait_until
from test_discovery import EMPTY, FOLDER, MAKERS, everything, recorded

from assistant.app import App, open_app
from assistant.config import Config, MqttSettings
from assistant.events import Reply, Source
from assistant.home.discovery.arrange import arrange
from assistant.home.model import Device
from assistant.home.simulate import SimulatedHouse

LAMPS = {
    "floor lamp": "zigbee2mqtt_0x000b57fffec6a5b2_light",
    "bedside lamp": "tasmota_dc4f2249a3bc_1",
    "shellydimmer2 e09806a1b2c3": "shelly_shellydimmer2_e09806a1b2c3_light_0",
    "desk lamp": "shelly_shellyprodm1pm_30c6f7820a64_light_0",
    "kitchen ceiling": "esplightceiling",
}
"""What people say → the device, one or two of each maker."""


@dataclass
class Announced:
    """An assistant that was told where the broker is, and the devices at the other end."""

    app: App
    devices: SimulatedHouse
    listener: Listener

    def say(self, text: str) -> Reply:
        *_, reply = self.app.conversation.respond(text, "x")
        assert isinstance(reply, Reply)
        return reply

    def device(self, name: str) -> Device:
        return next(device for device in self.app.house.devices() if device.name == name)

    def understands(self, text: str) -> bool:
        return self.app.conversation.interpret(text).source is Source.GRAMMAR


@contextmanager
def announced_house(
    broker: Mosquitto, config: Config | None = None, **simulate: tuple[str, ...]
) -> Iterator[Announced]:
    found = arrange(EMPTY, everything())
    lamps = tuple(device for device in found.devices if device.id in LAMPS.values())
    assert len(lamps) == len(LAMPS)
    user = {"username": broker.username, "password": broker.password}
    mqtt = MqttSettings(host=broker.host, port=broker.port, confirm_s=2.0, **user)
    with (
        SimulatedHouse(
            replace(found, devices=lamps), broker.host, broker.port, **user, **simulate
        ) as devices,
        Listener(broker.host, broker.port, broker.username, broker.password) as listener,
    ):
        for maker in MAKERS:
            for topic, payload in recorded(maker).items():
                # A Shelly's last will says `online` itself; z2m's bridge is not simulated.
                if not topic.endswith("/online"):
                    listener.publish(topic, payload, retain=True)
        with open_app(config or Config(mqtt=mqtt)) as app:
            yield Announced(app, devices, listener)


def test_lamps_of_every_maker_do_what_is_said(mosquitto: Mosquitto) -> None:
    assert FOLDER.is_dir()
    with announced_house(mosquitto) as home:
        for name, id_ in LAMPS.items():
            assert home.say(f"turn on the {name}").kind == "done", name
            assert home.devices.state(id_)["on"] is True, name
            reply = home.say(f"set the {name} to forty percent")
            assert (reply.kind, reply.text[-18:]) == ("done", " is at 40 percent."), name
            assert home.devices.state(id_)["brightness"] == 40, name
            assert home.say(f"turn off the {name}").kind == "done", name
            assert home.devices.state(id_)["on"] is False, name


def test_appearing_renamed_and_vanished_devices_change_what_can_be_said(
    mosquitto: Mosquitto,
) -> None:
    topic = "homeassistant/light/heron/config"
    wire = {"name": "Heron lamp", "cmd_t": "h/set", "stat_t": "h", "uniq_id": "heron"}
    with announced_house(mosquitto) as home:
        assert not home.understands("turn on the heron lamp")
        home.listener.publish(topic, json.dumps(wire), retain=True)
        wait_until(lambda: home.understands("turn on the heron lamp"))
        home.listener.publish(topic, json.dumps({**wire, "name": "Egret lamp"}), retain=True)
        wait_until(lambda: home.understands("turn on the egret lamp"))
        assert not home.understands("turn on the heron lamp")
        home.listener.publish(topic, "", retain=True)
        wait_until(lambda: not home.understands("turn on the egret lamp"))
        assert home.say("turn on the floor lamp").kind == "done"


def test_a_lamp_that_is_away_or_silent_is_named(mosquitto: Mosquitto) -> None:
    silent = LAMPS["bedside lamp"]
    with announced_house(mosquitto, silent=(silent,)) as home:
        assert home.say("turn on the bedside lamp").text == "The bedside did not answer."
        home.devices.device(LAMPS["desk lamp"]).die()
        wait_until(lambda: not home.device("desk lamp").available)
        assert home.say("turn on the desk lamp").text == "The desk lamp is not available."


def test_an_announcement_that_cannot_be_used_is_told_once_and_costs_only_itself(
    mosquitto: Mosquitto, caplog: pytest.LogCaptureFixture
) -> None:
    with announced_house(mosquitto) as home:
        topic = "homeassistant/cover/broken/config"
        for wire in (
            {"name": "Broken", "uniq_id": "b"},
            {"name": "Broken", "uniq_id": "b", "x": 1},
        ):
            home.listener.publish(topic, json.dumps(wire), retain=True)
            wait_until(lambda: "b" in home.app.house.problems)
        home.listener.publish("homeassistant/light/bad/config", "{", retain=True)
        home.listener.publish("homeassistant/light/bad/config", "[]", retain=True)
        wait_until(lambda: "homeassistant/light/bad/config is ignored" in caplog.text)
        assert home.say("turn on the floor lamp").kind == "done"
    assert caplog.text.count("command_topic: missing") == 1
    assert caplog.text.count("is ignored") == 1


def test_state_survives_a_restart_of_the_assistant(mosquitto: Mosquitto) -> None:
    with announced_house(mosquitto) as home:
        assert home.say("set the desk lamp to thirty percent").kind == "done"
        with open_app(home.app.config) as again:
            assert replace(home, app=again).device("desk lamp").state["brightness"] == 30
