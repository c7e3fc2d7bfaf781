"""What is said of devices that are away: what was is never told as what is."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from broker import Mosquitto
from houses import topics
from listener import wait_until

from assistant.app import open_app
from assistant.config import (
    AreaSettings,
    Config,
    DeviceSettings,
    HouseSettings,
    MqttSettings,
    ScheduleSettings,
    SiteSettings,
)
from assistant.events import Reply
from assistant.home.house import House
from assistant.home.simulate import SimulatedHouse

LAMPS = tuple(
    DeviceSettings(name, "light", f"{name} lamp", topics(name), area="hall")
    for name in ("desk", "floor")
)
HEATER = DeviceSettings(
    "heater",
    "climate",
    "heater",
    {
        "mode_command_topic": "heater/mode/set",
        "mode_state_topic": "heater/mode",
        "modes": ["off", "heat"],
    },
    area="hall",
)
HOUSE = HouseSettings(areas=(AreaSettings("hall", "hall"),), devices=(*LAMPS, HEATER))
Say = Callable[[str], str]


@contextmanager
def told(broker: Mosquitto, tmp_path) -> Iterator[tuple[Say, House, SimulatedHouse]]:
    user = {"username": broker.username, "password": broker.password}
    config = Config(
        site=SiteSettings(id="hall", area="hall"),
        house=HOUSE,
        mqtt=MqttSettings(host=broker.host, port=broker.port, confirm_s=1, **user),
        schedule=ScheduleSettings(file=tmp_path / "schedule.json"),
    )
    with (
        SimulatedHouse(HOUSE, broker.host, broker.port, **user) as devices,
        open_app(config) as app,
    ):
        assert app.house.wait_reported(5)

        def say(text: str) -> str:
            return [e for e in app.conversation.respond(text, "1") if isinstance(e, Reply)][-1].text

        yield say, app.house, devices


def gone(house: House, id_: str) -> bool:
    return not next(one for one in house.devices() if one.id == id_).available


def test_the_only_lamp_that_is_lit_loses_its_plug(mosquitto: Mosquitto, tmp_path) -> None:
    with told(mosquitto, tmp_path) as (say, house, devices):
        assert say("turn on the desk lamp") == "The desk lamp is on."
        assert say("are all the lights off") == "No, the desk lamp is on."
        devices.device("desk").die()
        wait_until(lambda: gone(house, "desk"))
        was = "The desk lamp is not available; it was on when I last heard from it."
        assert say("is the desk lamp on") == was
        assert say("are all the lights off") == f"As far as I know, all the lights are off. {was}"
        assert say("are any lights on") == f"As far as I know, no light is on. {was}"
        assert say("which lights are on") == f"As far as I know, no lights are on. {was}"
        assert say("turn off everything in the hall") == (
            f"Everything in the hall that I can reach is off but the heater. {was}"
        )


def test_the_broker_has_forgotten_a_lamp_that_does_not_come_back(
    mosquitto: Mosquitto, tmp_path
) -> None:
    with told(mosquitto, tmp_path) as (say, house, devices):
        say("turn on the desk lamp")
        session = house._connection.session
        for one in (*LAMPS, HEATER):
            devices.device(one.id).die()
        mosquitto.restart()
        wait_until(lambda: house._connection.session > session, 10)
        assert say("is the desk lamp on") == "The desk lamp was on when I last heard from it."
        assert say("are all the lights off") == (
            "The desk lamp was on when I last heard from it. "
            "The floor lamp was off when I last heard from it."
        )
        assert say("is the heater on") == "The heater was on when I last heard from it."
