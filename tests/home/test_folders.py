"""Folders in names: which is the room; no room is made of a path."""

from __future__ import annotations

import random
from typing import Any

import pytest
from announcing import Wires, furnished, talking_to

from assistant.config import AreaSettings, DeviceSettings, HouseSettings

HOUSE = HouseSettings(
    areas=(
        AreaSettings("kitchen", "kitchen"),
        AreaSettings("bedroom", "bedroom"),
        AreaSettings("living", "living room", ("lounge",)),
    )
)


def listed(*names: str) -> Wires:
    state = {"type": "binary", "name": "state", "property": "state", "access": 7}
    definition = {"exposes": [{"type": "light", "features": [state]}]}
    return {
        "zigbee2mqtt/bridge/devices": [
            {"ieee_address": name, "friendly_name": name, "definition": definition}
            for name in names
        ]
    }


def lamp(name: str, config: HouseSettings = HOUSE) -> DeviceSettings:
    (found,) = furnished(listed(name), config).devices
    return found


@pytest.mark.parametrize(
    ("friendly", "area", "name"),
    [
        ("Hue/Lights/Kitchen/Roof", "kitchen", "kitchen roof"),
        ("Kitchen/Lights/Ceiling", "kitchen", "kitchen ceiling"),
        ("Kitchen/Hob Light", "kitchen", "kitchen hob light"),
        ("Kitchen/left/spot", "kitchen", "kitchen left spot"),
        ("Motionsensor/Livingroom/Door", "living", "living room door"),
        ("lights/lounge", "living", "lounge lights"),
        ("lights/living", None, "lights living"),
        ("floor1/attic/spot", None, "floor1 attic spot"),
        ("Hue/spot", None, "hue spot"),
        ("12/spot", None, "12 spot"),
        ("attic/spot", "attic", "attic spot"),
        ("spot", None, "spot"),
    ],
)
def test_the_room_is_a_folder_that_is_known_as_one(
    friendly: str, area: str | None, name: str
) -> None:
    found = lamp(friendly)
    assert (found.area, found.name) == (area, name)


def test_a_room_of_another_device_is_known_whichever_comes_first() -> None:
    names = ["Lights/Attic/Roof", "Attic/Spot", "Zigbee/attic/east/lamp"]
    for order in range(4):
        random.Random(order).shuffle(names)
        house = furnished(listed(*names))
        assert [area.id for area in house.areas] == ["attic"]
        assert {device.area for device in house.devices} == {"attic"}


def test_they_are_called_by_room_by_their_last_name_and_by_all_of_it() -> None:
    wires = listed("Hue/Lights/Kitchen/Roof", "Hue/Lights/Bedroom/Roof", "lights/living")

    def topic(name: str) -> str:
        return f"zigbee2mqtt/{name}/set"

    with talking_to(furnished(wires, HOUSE)) as talk:
        for said, names in {
            "turn on the kitchen lights": {"Hue/Lights/Kitchen/Roof"},
            "turn on the kitchen roof": {"Hue/Lights/Kitchen/Roof"},
            "turn on the roof in the bedroom": {"Hue/Lights/Bedroom/Roof"},
            "turn on hue lights bedroom roof": {"Hue/Lights/Bedroom/Roof"},
            "turn on the living lights": {"lights/living"},
        }.items():
            assert talk.anew().topics(said) == set(map(topic, names)), said
        assert talk.anew().say("turn on the roof").text == "The kitchen roof or the bedroom roof?"


def test_folders_are_told_for_home_assistant_too() -> None:
    wire: dict[str, Any] = {
        "name": None,
        "uniq_id": "x",
        "cmd_t": "zigbee2mqtt/Hue/Lights/Kitchen/Roof/set",
        "dev": {"ids": ["zigbee2mqtt_0x1"], "name": "Hue/Lights/Kitchen/Roof"},
    }
    (found,) = furnished({"homeassistant/light/0x1/light/config": wire}, HOUSE).devices
    assert (found.area, found.name) == ("kitchen", "kitchen roof")
