"""zigbee2mqtt itself between the assistant and the devices: nothing above the radio is simulated.

What it announces, what it makes of our commands over the air, and what it tells of the devices.
Home Assistant's discovery is on, as most people have it.
"""

from __future__ import annotations

from typing import Any

import pytest
from emulated import Thing, Zigbee2Mqtt
from listener import wait_until
from things import BLIND, CURTAINS, LAMP, LOCK, PURIFIER, SENSOR, SOCKETS, THERMOSTAT, WAND

from assistant.app import App
from assistant.events import Confirmed
from assistant.home.model import Change, Device

pytestmark = pytest.mark.zigbee2mqtt


def device(app: App, name: str, kind: str) -> Device:
    return next(one for one in app.house.devices() if (one.name, one.kind) == (name, kind))


def do(app: App, name: str, kind: str, **attributes: Any) -> None:
    """Command a device, and wait until zigbee2mqtt says that it has done it."""
    wait_until(lambda: any((o.name, o.kind) == (name, kind) for o in app.house.devices()))
    actions = app.house.plan([Change(device(app, name, kind).id, attributes)])
    done = [one for one in app.house.carry_out(actions) if isinstance(one, Confirmed)]
    assert [(one.done, one.problem) for one in done] == [(True, "")], done


def aired(zigbee: Zigbee2Mqtt, thing: Thing) -> list[tuple[str, dict[str, Any], int]]:
    """The commands that a device was sent: name, what is in it, its endpoint."""
    address = zigbee.address(thing)
    frames = [frame for frame in zigbee.radioed() if frame.get("address") == address]
    return [(frame["command"], frame["payload"], frame["endpoint"]) for frame in frames]


def test_a_lamp(app: App, zigbee: Zigbee2Mqtt) -> None:
    do(app, "living room floor lamp", "light", on=True, brightness=40)
    (*_, (command, payload, _)) = aired(zigbee, LAMP)
    assert (command, payload["level"]) == ("moveToLevelWithOnOff", 102)
    do(app, "living room floor lamp", "light", color_temperature=2700)
    (*_, (command, payload, _)) = aired(zigbee, LAMP)
    assert (command, payload["colortemp"]) == ("moveToColorTemp", 370)
    do(app, "living room floor lamp", "light", hue=0.0, saturation=100.0)
    (*_, (command, payload, _)) = aired(zigbee, LAMP)
    assert command == "moveToColor"
    assert (payload["colorx"] / 65536, payload["colory"] / 65536) == pytest.approx(
        (0.64, 0.33), abs=0.01
    )
    do(app, "living room floor lamp", "light", on=False)
    lamp = device(app, "living room floor lamp", "light")
    assert lamp.state["on"] is False
    assert lamp.state["hue"] == pytest.approx(0, abs=5)


def test_one_of_two_sockets(app: App, zigbee: Zigbee2Mqtt) -> None:
    do(app, "desk left", "switch", on=True)
    do(app, "desk right", "switch", on=False)
    assert [(name, endpoint) for name, _, endpoint in aired(zigbee, SOCKETS)] == [
        ("on", 1), ("off", 2)
    ]  # fmt: skip
    assert device(app, "desk left", "switch").state["on"] is True


def test_a_blind(app: App, zigbee: Zigbee2Mqtt) -> None:
    do(app, "study blind", "cover", position=30)
    (*_, (command, payload, _)) = aired(zigbee, BLIND)
    assert (command, payload) == ("goToLiftPercentage", {"percentageliftvalue": 70})
    do(app, "study blind", "cover", open=False)
    assert device(app, "study blind", "cover").state["position"] == 0


def test_blinds_that_tell_their_position_only(app: App, zigbee: Zigbee2Mqtt) -> None:
    do(app, "loft blind", "cover", open=True)
    do(app, "bay window l1", "cover", position=30)
    do(app, "bay window l2", "cover", position=70)
    assert [endpoint for _, _, endpoint in aired(zigbee, CURTAINS)] == [10, 11]
    assert device(app, "bay window l1", "cover").state["open"] is True
    assert aired(zigbee, WAND)


def test_a_fan_with_a_lamp(app: App, zigbee: Zigbee2Mqtt) -> None:
    do(app, "ceiling fan", "fan", speed=100)
    do(app, "ceiling fan light", "light", on=True)
    do(app, "ceiling fan", "fan", on=False)
    assert device(app, "ceiling fan light", "light").state["on"] is True


def test_a_thermostat_that_heats_and_cools(app: App, zigbee: Zigbee2Mqtt) -> None:
    zigbee.report(THERMOSTAT, "hvacThermostat", localTemp=2350, occupiedHeatingSetpoint=1900)
    zigbee.report(THERMOSTAT, "hvacThermostat", occupiedCoolingSetpoint=2600)
    do(app, "hall thermostat", "climate", mode="cool")
    wait_until(
        lambda: device(app, "hall thermostat", "climate").state.get("target_temperature") == 26
    )
    do(app, "hall thermostat", "climate", target_temperature=23.0)
    do(app, "hall thermostat", "climate", mode="heat")
    wait_until(lambda: device(app, "hall thermostat", "climate").state["target_temperature"] == 19)
    do(app, "hall thermostat", "climate", target_temperature=20.5)
    do(app, "hall thermostat", "climate", mode="cool")
    state = device(app, "hall thermostat", "climate").state
    assert (state["target_temperature"], state["temperature"]) == (23, 23.5)


def test_a_lock(app: App, zigbee: Zigbee2Mqtt) -> None:
    do(app, "front door", "lock", locked=True)
    do(app, "front door", "lock", locked=False)
    assert [name for name, _, _ in aired(zigbee, LOCK)] == ["lockDoor", "unlockDoor"]


def test_a_fan_whose_modes_are_numbers(app: App, zigbee: Zigbee2Mqtt) -> None:
    do(app, "air purifier", "fan", speed=50)
    assert device(app, "air purifier", "fan").state["speed"] == 55  # the fifth of nine
    do(app, "air purifier", "fan", preset="auto")
    do(app, "air purifier", "fan", on=False)
    assert aired(zigbee, PURIFIER) == []  # its attributes are written, it knows no commands


def test_a_sensor_that_reports_by_itself(app: App, zigbee: Zigbee2Mqtt) -> None:
    zigbee.report(SENSOR, "msTemperatureMeasurement", measuredValue=1450)
    zigbee.report(SENSOR, "msRelativeHumidity", measuredValue=5760)
    wait_until(lambda: "humidity" in device(app, "cellar sensor", "sensor").state)
    state = device(app, "cellar sensor", "sensor").state
    assert (state["temperature"], state["humidity"]) == (14.5, 57.6)


def test_what_is_announced_twice_is_one_device(app: App) -> None:
    """Everything that zigbee2mqtt says to Home Assistant, it has said itself."""
    doubled = [
        (one.name, one.kind)
        for one in app.house.devices()
        if not one.id.startswith("zigbee2mqtt_") and one.kind != "sensor" and one.category is None
    ]
    assert doubled == []
