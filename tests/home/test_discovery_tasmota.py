"""What Tasmota's discovery says of its devices, part by part, as hatasmota reads it."""

from __future__ import annotations

import json
from typing import Any

import pytest
from test_discovery import house, read, sent, source

from assistant.config import DeviceSettings
from assistant.home.dialects import open_dialect


def announced(**config: Any) -> dict[str, DeviceSettings]:
    """The house of one device whose discovery says this, beside what all of them say."""
    wire = {"dn": "Den", "t": "den", "ft": "%prefix%/%topic%/", "tp": ["cmnd", "stat", "tele"]}
    one = source("tasmota")
    one.take("tasmota/discovery/AABBCC/config", json.dumps({**wire, **config}).encode())
    return house(one.announced())


def test_every_pair_of_relays_is_a_shutter() -> None:
    devices = announced(rl=[3, 3, 3, 3, 1, 0], sho=[0, 1], fn=["", "", "", "", "Fountain"])
    assert {name: device.kind for name, device in devices.items()} == {
        "den": "cover", "den 2": "cover", "fountain": "switch"
    }  # fmt: skip
    assert sent(devices["den 2"], position=30) == [("cmnd/den/ShutterPosition2", "70")]


def test_a_shutter_is_tilted_in_its_own_angles() -> None:
    devices = announced(rl=[3, 3, 3, 3], sht=[[-90, 90, 15], [0, 0, 0]])
    blind, shutter = devices["den"], devices["den 2"]
    assert "tilt" in open_dialect(blind).features
    assert "tilt" not in open_dialect(shutter).features
    assert sent(blind, tilt=75) == [("cmnd/den/ShutterTilt1", "45")]
    told = '{"Shutter1":{"Position":100,"Direction":0,"Target":100,"Tilt":45}}'
    assert read(blind, "stat/den/RESULT", told)["tilt"] == 75


def test_relays_without_a_name_are_told_apart_by_their_number() -> None:
    assert set(announced(rl=[1, 1], fn=["Pump", None])) == {"pump", "den 2"}


def test_setoption30_makes_lamps_of_relays() -> None:
    devices = announced(rl=[1, 1], fn=["Left", "Right"], so={"30": 1})
    assert [device.kind for device in devices.values()] == ["light", "light"]
    assert sent(devices["right"], on=True) == [("cmnd/den/POWER2", "ON")]


def test_channels_are_lamps_of_their_own() -> None:
    devices = announced(rl=[2, 2], fn=["Left", "Right"], lt_st=2, so={"68": 1})
    right = devices["right"]
    assert open_dialect(right).features == {"on", "brightness", "transition"}
    assert sent(right, brightness=40) == [("cmnd/den/Channel2", "40")]
    told = '{"POWER1":"OFF","Channel1":0,"POWER2":"ON","Channel2":40}'
    assert read(right, "tele/den/STATE", told) == {"on": True, "brightness": 40}


def test_colour_and_white_may_be_two_lights() -> None:
    devices = announced(rl=[2, 2], fn=["Colour", "White"], lt_st=5, lk=0)
    colour, white = devices["colour"], devices["white"]
    assert "color_temperature" not in open_dialect(colour).features
    assert "hue" not in open_dialect(white).features
    assert sent(colour, brightness=40) == [("cmnd/den/Dimmer1", "40")]
    assert sent(white, brightness=40) == [("cmnd/den/Dimmer2", "40")]
    told = '{"POWER1":"ON","POWER2":"ON","Dimmer1":30,"Dimmer2":60,"HSBColor":"30,70,30","White":60,"CT":370}'  # noqa: E501
    assert read(colour, "tele/den/STATE", told) == {
        "on": True, "brightness": 30, "hue": 30, "saturation": 70
    }  # fmt: skip
    assert read(white, "tele/den/STATE", told) == {
        "on": True, "brightness": 60, "color_temperature": 2703
    }  # fmt: skip


def test_a_lamp_behind_a_tuya_chip_cannot_fade() -> None:
    (lamp,) = announced(rl=[2], fn=["Den"], lt_st=1, ty=1).values()
    assert open_dialect(lamp).features == {"on", "brightness"}
    assert sent(lamp, brightness=40) == [("cmnd/den/Dimmer3", "40")]
    assert read(lamp, "tele/den/STATE", '{"POWER":"ON","Dimmer":40}')["brightness"] == 40


def test_an_ifan_is_a_fan_with_a_lamp() -> None:
    one = source("tasmota")
    wire = {"dn": "Fan", "t": "den", "rl": [1, 1, 1, 1], "fn": ["Fan", "", "", ""], "if": 1}
    one.take("tasmota/discovery/AABBCC/config", json.dumps(wire).encode())
    lamp, fan = (announcement.settings() for announcement in one.announced())
    assert (lamp.kind, fan.kind) == ("light", "fan")
    assert sent(lamp, on=True) == [("cmnd/den/POWER1", "ON")]
    assert sent(fan, on=True, speed=100) == [("cmnd/den/FanSpeed", "3")]
    assert sent(fan, on=True, speed=10) == [("cmnd/den/FanSpeed", "1")]
    assert sent(fan, on=False) == [("cmnd/den/FanSpeed", "0")]
    assert read(fan, "stat/den/RESULT", '{"FanSpeed":2}') == {"on": True, "speed": 67}
    assert read(fan, "tele/den/STATE", '{"POWER1":"ON","FanSpeed":0}') == {"on": False}
    dialect = open_dialect(fan)
    (message,) = dialect.commands({"on": True, "speed": 50})
    assert dialect.obey(message.topic, message.payload.encode()) == {"on": True, "speed": 67}


@pytest.mark.parametrize(
    ("full_topic", "topic"),
    [
        ("tas/%id%/%topic%/%prefix%/", "tas/DDEEFF/den/cmnd/POWER1"),
        ("%prefix%/%hostname%", "cmnd/den-4711/POWER1"),
        ("%topic%/%prefix%", "den/cmnd/POWER1"),
        ("home/%hostname%/%id%/%prefix%/%topic%/", "home/den-4711/DDEEFF/cmnd/den/POWER1"),
        ("home//%topic%/%prefix%/", "home/den/cmnd/POWER1"),
    ],
)
def test_words_in_a_topic_are_filled_in(full_topic: str, topic: str) -> None:
    (relay,) = announced(rl=[1], ft=full_topic, hn="den-4711", mac="AABBCCDDEEFF").values()
    assert sent(relay, on=True) == [(topic, "ON")]


def test_prefixes_are_the_devices_own() -> None:
    (relay,) = announced(rl=[1], tp=["befehl", "stand", "mess"]).values()
    assert sent(relay, on=True) == [("befehl/den/POWER1", "ON")]
    assert "stand/den/RESULT" in open_dialect(relay).topics


def test_a_device_that_writes_all_of_its_id_is_commanded_there_once_it_was_heard() -> None:
    (relay,) = announced(rl=[1], ft="tas/%id%/%prefix%/", mac="AABBCCDDEEFF").values()
    dialect = open_dialect(relay)
    assert dialect.availability
    assert dialect.availability.read("tas/AABBCCDDEEFF/tele/LWT", b"Online")
    assert dialect.read("tas/AABBCCDDEEFF/tele/LWT", b"Online") is None
    (message,) = dialect.commands({"on": True})
    assert message.topic == "tas/AABBCCDDEEFF/cmnd/POWER1"
    assert message.topic in dialect.command_topics


@pytest.mark.parametrize(
    ("payload", "on"), [("ON", True), ("OFF", False), ('{"POWER2":"ON"}', True)]
)
def test_with_setoption4_answers_come_on_the_commands_own_topic(payload: str, on: bool) -> None:
    pump = announced(rl=[1, 1], fn=["Fan", "Pump"], so={"4": 1})["pump"]
    assert "stat/den/POWER2" in open_dialect(pump).topics
    assert read(pump, "stat/den/POWER2", payload) == {"on": on}
    lamp = announced(rl=[2], lt_st=1, so={"4": 1})["den"]
    assert read(lamp, "stat/den/DIMMER", '{"POWER":"ON","Dimmer":40}')["brightness"] == 40
    shutter = announced(rl=[3, 3], so={"4": 1})["den"]
    assert "stat/den/SHUTTERPOSITION" in open_dialect(shutter).topics


def measured(sn: dict[str, Any], **config: Any) -> dict[str, dict[str, float]]:
    """Name and chip of each sensor → what it reads of the values that it was announced with."""
    wire = {"dn": "Den", "t": "den", "ft": "%prefix%/%topic%/", "tp": ["cmnd", "stat", "tele"]}
    one = source("tasmota")
    one.take("tasmota/discovery/AABBCC/config", json.dumps({**wire, **config}).encode())
    one.take("tasmota/discovery/AABBCC/sensors", json.dumps({"sn": sn}).encode())
    sensors = [device for device in one.announced() if device.kind == "sensor"]
    return {
        device.aliases[0] if device.aliases else device.name: read(
            device.settings(), "tele/den/SENSOR", json.dumps(sn)
        )
        for device in sensors
    }


METERS = {"ENERGY": {"Total": 0.031, "Power": [114, 25], "Voltage": 234, "Current": [0.485, 0.108]}}


def test_channels_are_measured_each_and_together() -> None:
    assert measured(METERS, rl=[1, 1], fn=["Boiler", "Towel rail"]) == {
        "den": {"energy": 0.031, "power": 139, "voltage": 234, "current": 0.593},
        "boiler": {"power": 114, "current": 0.485},
        "towel rail": {"power": 25, "current": 0.108},
    }


def test_channels_of_a_meter_without_a_relay_for_each_are_numbered() -> None:
    assert measured(METERS, rl=[1], fn=["Contactor"]) == {
        "den": {"energy": 0.031, "power": 139, "voltage": 234, "current": 0.593},
        "den 1": {"power": 114, "current": 0.485},
        "den 2": {"power": 25, "current": 0.108},
    }


def test_voltages_of_three_phases_have_no_sum() -> None:
    found = measured({"ENERGY": {"Voltage": [230, 231, 229], "Power": [1, 2, 3]}})
    assert found["den"] == {"power": 6}
    assert [found[f"den {phase}"]["voltage"] for phase in (1, 2, 3)] == [230, 231, 229]


@pytest.mark.parametrize(
    ("key", "value", "unit", "attribute", "is_"),
    [
        ("Temperature", 68, {"TempUnit": "F"}, "temperature", 20),
        ("Temperature", 20, {"TempUnit": "C"}, "temperature", 20),
        ("Pressure", 1013.2, {"PressureUnit": "hPa"}, "pressure", 1013.2),
        ("Pressure", 760, {"PressureUnit": "mmHg"}, "pressure", 1013.25),
        ("Pressure", 29.92, {"PressureUnit": "inHg"}, "pressure", 1013.2),
        ("Distance", 120, {}, "distance", 1.2),  # centimetres, always
    ],
)
def test_units_are_the_devices_own(
    key: str, value: float, unit: dict[str, str], attribute: str, is_: float
) -> None:
    found = measured({"BME280": {key: value}, **unit})
    assert found["den"][attribute] == pytest.approx(is_, abs=0.05)


def test_one_reading_that_makes_no_sense_costs_only_itself() -> None:
    sn = {"BME280": {"Temperature": "nan", "Humidity": 40, "Pressure": None}, "TempUnit": "C"}
    assert measured(sn) == {"den": {"humidity": 40}}


def test_inputs_of_one_kind_are_told_apart_and_the_processor_is_none_of_the_house() -> None:
    sn = {"ANALOG": {"Temperature1": 20, "Temperature2": 30}, "ESP32": {"Temperature": 53}}
    assert measured(sn) == {
        "den analog 1": {"temperature": 20},
        "den analog 2": {"temperature": 30},
        "den esp32": {"temperature": 53},
    }
    one = source("tasmota")
    one.take("tasmota/discovery/AABBCC/config", b'{"dn":"Den","t":"den"}')
    one.take("tasmota/discovery/AABBCC/sensors", b'{"sn":{"ESP32":{"Temperature":53}}}')
    assert [device.category for device in one.announced()] == ["diagnostic"]


def test_a_device_that_sleeps_is_not_away() -> None:
    (relay,) = announced(rl=[1], dslp=3600).values()
    assert open_dialect(relay).availability is None
