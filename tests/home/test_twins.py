"""What is announced twice is one device; settings of a device are no devices of the house.

The payloads are shaped like those of zigbee2mqtt 2.14.1 with Home Assistant's discovery on, its
usual set-up (lib/extension/homeassistant.ts): every entity again for Home Assistant, the bridge
with `permit_join`, and each group.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any

import pytest
from announcing import Talk, Wires, furnished, talking_to

from assistant.config import AreaSettings, DeviceSettings, HouseSettings

BASE = "".join(str(ord(letter)) for letter in "zigbee2mqtt")


def state(property_: str = "state", on: str = "ON", off: str = "OFF") -> dict[str, Any]:
    feature = {"type": "binary", "name": "state", "property": property_, "access": 7}
    return {**feature, "value_on": on, "value_off": off}


def expose(kind: str, *features: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"type": kind, "features": list(features), **more}


def number(name: str, **more: Any) -> dict[str, Any]:
    return {"type": "numeric", "name": name, "property": name, "access": 7, **more}


BRIGHTNESS = number("brightness", value_max=254)
SETPOINT = number("occupied_heating_setpoint", value_min=5, value_max=30)
LAMP = (expose("light", state(), BRIGHTNESS),)
EXPOSES: dict[str, tuple[dict[str, Any], ...]] = {
    "front door": (
        expose("lock", state(on="LOCK", off="UNLOCK")),
        expose("switch", state("auto_lock")),
        {"type": "numeric", "name": "battery", "property": "battery", "access": 1, "unit": "%"},
    ),
    "bedroom radiator": (
        expose("climate", SETPOINT, number("local_temperature")),
        expose("lock", state("child_lock", "LOCK", "UNLOCK")),
        expose("switch", state("window_detection")),
    ),
    "floor lamp": LAMP,
    "desk lamp": LAMP,
    "coffee plug": (expose("switch", state()),),
    "driveway": (expose("cover", state(on="OPEN", off="CLOSE")),),
    "attic relay": (expose("switch", state()),),
}
ADDRESSES = {name: f"0x{number:02}" for number, name in enumerate(EXPOSES)}


def entity(
    component: str, id_: str, thing: str, name: str | None, **keys: Any
) -> tuple[str, dict[str, Any]]:
    """One announcement for Home Assistant, under the key of a device, a group or the bridge."""
    key = ADDRESSES.get(thing, f"{BASE}_{thing}")
    identifier = f"zigbee2mqtt_{key}" if thing in ADDRESSES else f"zigbee2mqtt_{BASE}_{thing}"
    identifier = f"zigbee2mqtt_bridge_{thing}" if thing.startswith("0x00") else identifier
    called = {"7": "living lights", "0x00": "Zigbee2MQTT Bridge"}.get(thing, thing)
    return f"homeassistant/{component}/{key}/{id_}/config", {
        "name": name,
        "unique_id": f"{key}_{id_}_zigbee2mqtt",
        "device": {"identifiers": [identifier], "name": called, "manufacturer": "Acme"},
        "origin": {"name": "Zigbee2MQTT"},
        "state_topic": f"zigbee2mqtt/{called}",
        "availability": [{"topic": "zigbee2mqtt/bridge/state"}],
        **keys,
    }


def switch(thing: str, property_: str, name: str | None, **keys: Any) -> tuple[str, Any]:
    tail = "" if property_ == "state" else f"/{property_}"
    keys = {
        "value_template": f'{{{{ value_json["{property_}"] }}}}',
        "command_topic": f"zigbee2mqtt/{thing}/set{tail}",
        "payload_on": "ON",
        "payload_off": "OFF",
        **keys,
    }
    return entity("switch", f"switch_{property_}", thing, name, **keys)


def light(thing: str, called: str) -> tuple[str, Any]:
    command = f"zigbee2mqtt/{called}/set"
    keys = {"schema": "json", "brightness": True, "supported_color_modes": ["brightness"]}
    return entity("light", "light", thing, None, command_topic=command, **keys)


NATIVE: Wires = {
    "zigbee2mqtt/bridge/devices": [
        {
            "ieee_address": ADDRESSES[name],
            "friendly_name": name,
            "type": "EndDevice",
            "definition": {"vendor": "Acme", "description": "a thing", "exposes": list(exposes)},
        }
        for name, exposes in EXPOSES.items()
    ],
    "zigbee2mqtt/bridge/groups": [
        {
            "id": 7,
            "friendly_name": "living lights",
            "members": [{"ieee_address": ADDRESSES[n]} for n in ("floor lamp", "desk lamp")],
            "scenes": [{"id": 1, "name": "Relax"}],
        }
    ],
}
LOCK = {
    "value_template": '{{ value_json["state"] }}',
    "command_topic": "zigbee2mqtt/front door/set",
    "state_locked": "LOCK",
    "state_unlocked": "UNLOCK",
}
CHILD_LOCK = {
    **LOCK,
    "value_template": '{{ value_json["child_lock"] }}',
    "command_topic": "zigbee2mqtt/bedroom radiator/set",
}
AGAIN: Wires = dict([
    entity("lock", "lock", "front door", None, **LOCK),
    switch("front door", "auto_lock", "Auto lock", entity_category="config"),
    entity(
        *("sensor", "battery", "front door", None),
        device_class="battery",
        entity_category="diagnostic",
        value_template='{{ value_json["battery"] }}',
        unit_of_measurement="%",
    ),
    entity(
        *("sensor", "pin_code", "front door", "Pin code"),
        value_template='{{ value_json["pin_code"] }}',
    ),
    entity("lock", "child_lock", "bedroom radiator", None, **CHILD_LOCK),
    switch("bedroom radiator", "window_detection", "Window detection", ent_cat="config"),
    switch("bedroom radiator", "heat_available", "Heat available"),
    switch("bedroom radiator", "radiator_covered", "Radiator covered"),
    entity(
        *("button", "calibrate", "bedroom radiator", "Calibrate"),
        command_topic="zigbee2mqtt/bedroom radiator/set/calibrate",
    ),
    light("floor lamp", "floor lamp"),
    light("desk lamp", "desk lamp"),
    light("7", "living lights"),
    entity(
        *("scene", "scene_1", "7", "Relax"),
        command_topic="zigbee2mqtt/living lights/set",
        payload_on='{ "scene_recall": 1 }',
    ),
    switch("coffee plug", "state", None),
    switch("coffee plug", "led_disabled_night", "LED disabled night"),
    entity(
        *("cover", "cover", "driveway", None),
        command_topic="zigbee2mqtt/driveway/set",
        value_template='{{ value_json["state"] }}',
        dev_cla="gate",
    ),
    entity(
        *("light", "switch", "attic relay", None),
        command_topic="zigbee2mqtt/attic relay/set",
        value_template='{{ value_json["state"] }}',
    ),
    entity(
        *("switch", "permit_join", "0x00", "Permit join"),
        command_topic="zigbee2mqtt/bridge/request/permit_join",
        value_template="{{ value_json.permit_join | lower }}",
        payload_on='{"time": 254}',
        payload_off='{"time": 0}',
    ),
])  # fmt: skip
BOTH = {**NATIVE, **AGAIN}
HOUSE = HouseSettings(areas=(AreaSettings("bedroom", "bedroom"),))
COMMANDED = {
    ("lock", "front door"),
    ("climate", "bedroom radiator"),
    ("light", "floor lamp"),
    ("light", "desk lamp"),
    ("light", "living lights"),
    ("light", "attic relay"),
    ("switch", "coffee plug"),
    ("cover", "driveway"),
    ("scene", "relax"),
}


@pytest.fixture(scope="module", params=[BOTH, AGAIN], ids=["both ways", "Home Assistant's alone"])
def house(request: pytest.FixtureRequest) -> Iterator[Talk]:
    with talking_to(furnished(request.param, HOUSE)) as talk:
        yield talk


@pytest.mark.parametrize("order", range(6))
def test_in_whichever_order_they_come_each_is_one_device(order: int) -> None:
    wires = list(BOTH.items())
    random.Random(order).shuffle(wires)
    devices = furnished(dict(wires), HOUSE).devices
    commanded = [(d.kind, d.name) for d in devices if d.category is None and d.kind != "sensor"]
    assert sorted(commanded) == sorted(COMMANDED)
    classes = {device.name: device.device_class for device in devices if device.kind == "cover"}
    assert classes == {"driveway": "gate"}  # told for Home Assistant alone
    assert not any("permit join" in device.name for device in devices)


@pytest.mark.parametrize(
    ("said", "topics"),
    [
        ("turn on all the switches", {"zigbee2mqtt/coffee plug/set"}),
        ("turn off all the plugs", {"zigbee2mqtt/coffee plug/set"}),
        ("lock all the doors", {"zigbee2mqtt/front door/set"}),
        ("lock the front door", {"zigbee2mqtt/front door/set"}),
        ("turn on the living lights", {"zigbee2mqtt/living lights/set"}),
        ("relax", {"zigbee2mqtt/living lights/set"}),
        ("turn on the attic relay", {"zigbee2mqtt/attic relay/set"}),
        ("turn on the bedroom radiator window detection", {"zigbee2mqtt/bedroom radiator/set"}),
    ],
)
def test_only_what_was_meant_is_told_once(house: Talk, said: str, topics: set[str]) -> None:
    house.anew().say(said)
    told = [topic.removesuffix("/window_detection") for topic, _ in house.sent]
    assert sorted(told) == sorted(topics), house.sent


@pytest.mark.parametrize(
    "said",
    [
        "turn on permit join",
        "turn on the zigbee2mqtt bridge",
        "turn on the bedroom radiator",  # not its window detection
        "lock the bedroom",
        "turn on the switches in the bedroom",
        "turn on the window detection",
        "turn on the auto lock",
    ],
)
def test_settings_are_not_reached_by_less_than_their_whole_name(house: Talk, said: str) -> None:
    topics = house.anew().topics(said)
    assert not any("bridge" in topic or "radiator" in topic or "door" in topic for topic in topics)


def test_everything_off_changes_no_settings(house: Talk) -> None:
    house.anew().say("turn everything off")
    topics = house.topics("yes")
    assert "zigbee2mqtt/coffee plug/set" in topics
    assert not any("radiator" in topic or "front door" in topic for topic in topics)


def test_several_things_behind_one_command_topic_are_several() -> None:
    def plug(id_: str, code: int) -> dict[str, Any]:
        codes = {"pl_on": f'{{"value":{code}}}', "pl_off": f'{{"value":{code + 9}}}'}
        return {"name": f"{id_} plug", "uniq_id": id_, "cmd_t": "home/433", **codes}

    mine = DeviceSettings(
        "lava",
        "switch",
        "lava lamp plug",
        {
            "command_topic": "home/433",
            "payload_on": '{"value": 1}',
            "payload_off": '{"value": 10}',
            "state_topic": "home/433/heard",
        },
    )
    announced = {
        f"homeassistant/switch/{id_}/config": plug(id_, code)
        for id_, code in (("fairy", 2), ("star", 3), ("lava again", 1))
    }
    house = furnished(announced, HouseSettings(devices=(mine,)))
    assert [device.name for device in house.devices] == [
        "lava lamp plug",
        "fairy plug",
        "star plug",
    ]
    with talking_to(house) as talk:
        talk.say("turn on the fairy plug")
        assert talk.sent == [("home/433", '{"value":2}')]
        talk.anew().say("turn on all the plugs")
        assert sorted(payload for _, payload in talk.sent) == [
            '{"value": 1}',
            '{"value":2}',
            '{"value":3}',
        ]


def test_what_is_announced_twice_without_a_word_of_its_hardware_is_one() -> None:
    def remote(id_: str) -> dict[str, Any]:
        return {"name": "fan remote", "uniq_id": id_, "cmd_t": "ir/send", "pl_prs": "0x7F"}

    wires = {f"homeassistant/button/{id_}/config": remote(id_) for id_ in ("a", "b")}
    assert [device.id for device in furnished(wires).devices] == ["a"]
