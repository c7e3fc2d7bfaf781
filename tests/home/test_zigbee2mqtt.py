"""Models of zigbee2mqtt as zigbee-herdsman-converters describes them, every one commanded."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from assistant.home.attributes import complete
from assistant.home.dialects import open_dialect
from assistant.home.discovery.announced import Announcement
from assistant.home.discovery.zigbee2mqtt import Zigbee2Mqtt
from assistant.home.model import State

MODELS = json.loads((Path(__file__).parent / "announced" / "zigbee2mqtt_exposes.json").read_text())
WISHES: tuple[State, ...] = (
    {"on": True},
    {"on": False},
    {"brightness": 40},
    {"hue": 120.0, "saturation": 100.0},
    {"color_temperature": 3000},
    {"open": False},
    {"position": 30},
    {"stop": True},
    {"tilt": 40},
    {"locked": True},
    {"target_temperature": 21.0},
    {"speed": 100},
)


def announced(model: dict[str, object]) -> tuple[Announcement, ...]:
    bridge = Zigbee2Mqtt("zigbee2mqtt", 1000)
    device = {"ieee_address": "0x1", "friendly_name": "thing", "definition": model}
    bridge.take("zigbee2mqtt/bridge/devices", json.dumps([device]).encode())
    return tuple(bridge.announced())


def exposed(exposes: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for expose in exposes:
        yield expose
        yield from exposed(expose.get("features", []))


def check_taken(exposes: list[dict[str, Any]], wire: dict[str, Any]) -> None:
    """What is sent is what the model says that it takes."""
    for key, value in wire.items():
        of_key = [one for one in exposed(exposes) if one.get("property") == key]
        assert of_key or key == "transition"
        allowed = [one for one in of_key if one.get("access", 2) & 2 and takes(one, value)]
        assert allowed or not of_key, (key, value)


def takes(expose: dict[str, Any], value: Any) -> bool:
    match expose["type"]:
        case "binary":
            return value in (expose["value_on"], expose["value_off"])
        case "enum":
            return value in expose["values"]
        case "numeric":
            least, most = expose.get("value_min", value), expose.get("value_max", value)
            return bool(least <= value <= most)
        case _:
            return set(value) == {part["name"] for part in expose["features"]}


def within(limits: Mapping[str, tuple[float, float]], wish: State) -> bool:
    """The house refuses what a model cannot take, or takes what is nearest."""
    return all(low <= wish[name] <= high for name, (low, high) in limits.items() if name in wish)


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model["model"])
def test_every_command_says_what_is_wanted(model: dict[str, object]) -> None:
    entities = announced(model)
    assert entities
    for entity in entities:
        dialect = open_dialect(entity.settings())
        assert dialect.features or entity.kind == "sensor"
        for wish in WISHES:
            if wish.keys() <= dialect.features and within(dialect.limits, wish):
                (message,) = dialect.commands(complete(wish))
                check_taken(model["exposes"], json.loads(message.payload))
                told = dialect.obey(message.topic, message.payload.encode())
                assert {name: told[name] for name in wish} == pytest.approx(wish, rel=0.02)


def test_all_kinds_are_among_them() -> None:
    kinds = Counter(entity.kind for model in MODELS for entity in announced(model))
    assert set(kinds) == {"light", "switch", "cover", "lock", "fan", "climate", "sensor"}
