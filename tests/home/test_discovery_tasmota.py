"""What Tasmota's discovery says of its devices, part by part, as hatasmota reads it."""

from __future__ import annotations

import json
from typing import Any

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
