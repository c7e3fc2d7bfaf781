"""An entity of Home Assistant over its API: services to call, a state with attributes.

    command   topic `<domain>/<service>`, payload the service's data
    report    topic `<entity id>`, payload {"state": …, "attributes": {…}}
    there     topic `<entity id>/available`, online | offline

The topics are those of the carrier `homeassistant` (assistant/home/entities/api.py).
Source: home-assistant.io/integrations/<domain>, the actions and attributes of each.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from assistant.config import DeviceSettings
from assistant.errors import ConfigError
from assistant.events import Message
from assistant.home.dialects.availability import Availability, Signal
from assistant.home.dialects.channel import Described
from assistant.home.dialects.homeassistant_entity_calls import CALLS
from assistant.home.dialects.homeassistant_entity_states import COLORED, MODES, READS
from assistant.home.dialects.partial import Told
from assistant.home.dialects.payload import GARBAGE, NOTHING, read_json
from assistant.home.dialects.scales import celsius_to_fahrenheit, fahrenheit_to_celsius
from assistant.home.model import State
from assistant.home.readings import BINARY_CLASSES, sensed

CARRIER = "homeassistant"

CAPABILITIES = (
    "supported_color_modes",
    "min_color_temp_kelvin",
    "max_color_temp_kelvin",
    "supported_features",
    "hvac_modes",
    "preset_modes",
    "fan_modes",
    "min_temp",
    "max_temp",
    "source_list",
    "device_class",
    "unit_of_measurement",
)
"""Attributes of a state that say what the entity can do."""

# supported_features, source: homeassistant/components/<domain>/const.py
COVER_POSITION, COVER_STOP, COVER_TILT = 4, 8, 128
FAN_SPEED, FAN_OSCILLATE, FAN_DIRECTION, FAN_PRESET = 1, 2, 4, 8
PLAYER: Mapping[int, str] = {1: "playback", 4: "volume", 8: "muted", 32: "skip", 2048: "source"}
BRIGHT = COLORED | {"brightness", "white", "color_temp"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Entity(Described):
    """One entity."""

    entity_id: str
    domain: str
    keys: Mapping[str, Any]
    """What it can do: `CAPABILITIES`, and `temperature_unit`."""

    def commands(self, attributes: State) -> tuple[Message, ...]:
        calls = CALLS[self.domain](self, attributes)
        return tuple(
            Message(
                f"{self.domain}/{service}",
                json.dumps({"entity_id": self.entity_id, **data}, ensure_ascii=False),
            )
            for service, data in calls
        )

    def read(self, topic: str, payload: bytes) -> State | None:
        if payload in NOTHING:
            return None
        wire = read_json(payload)
        state, attributes = wire.get("state"), wire.get("attributes")
        if not isinstance(state, str) or not isinstance(attributes, dict):
            raise ValueError("no state and attributes")
        if state in ("unavailable", "unknown"):
            return None
        told = Told()
        try:
            for name, value in READS[self.domain](self, state, attributes):
                told[name] = value
        except GARBAGE as error:  # what came before it is as good as ever
            if not told:
                raise ValueError(str(error)) from error
            told.problems = (str(error),)
        return told or None

    def obey(self, topic: str, payload: bytes) -> State:
        return {}  # what Home Assistant makes of a call is its own affair

    def report(self, state: State) -> tuple[Message, ...]:
        return ()

    def celsius(self, value: float) -> float:
        """A temperature of Home Assistant in °C."""
        return fahrenheit_to_celsius(value) if self.keys.get("temperature_unit") == "°F" else value

    def degrees(self, celsius: float) -> float:
        """A temperature in °C as Home Assistant has it."""
        fahrenheit = self.keys.get("temperature_unit") == "°F"
        return round(celsius_to_fahrenheit(celsius) if fahrenheit else celsius, 1)


def build(settings: DeviceSettings) -> Entity:
    """Read what the entity can do; raises ConfigError."""
    entity_id = str(settings.mqtt.get("entity_id"))
    domain = entity_id.partition(".")[0]
    if not re.fullmatch(r"[a-z_]+\.\w+", entity_id) or domain not in READS:
        raise ConfigError(
            f"{settings.where or 'config.yaml'}: device {settings.id!r}: mqtt.entity_id:"
            f" {entity_id!r} is no entity that can be used",
            fix="an entity of Home Assistant, such as light.kitchen",
        )
    keys = settings.mqtt
    limits: dict[str, tuple[float, float]] = {}
    if "min_color_temp_kelvin" in keys and "max_color_temp_kelvin" in keys:
        limits["color_temperature"] = keys["min_color_temp_kelvin"], keys["max_color_temp_kelvin"]
    entity = Entity(
        entity_id=entity_id,
        domain=domain,
        keys=keys,
        features=frozenset(_features(domain, keys)),
        topics=(entity_id,),
        command_topics=(),
        availability=Availability((Signal(f"{entity_id}/available"),)),
        limits=limits,
        choices=_choices(domain, keys),
        silent=frozenset({"activate"}) if domain in ("scene", "script") else frozenset(),
        measures=frozenset(_measures(domain, keys)),
        unit=keys.get("unit_of_measurement") if domain == "sensor" else None,
        carrier=CARRIER,
    )
    if "min_temp" in keys and "max_temp" in keys:
        low, high = entity.celsius(keys["min_temp"]), entity.celsius(keys["max_temp"])
        limits["target_temperature"] = low, high
    return entity


def _features(domain: str, keys: Mapping[str, Any]) -> Iterator[str]:
    """What can be set."""
    bits = int(keys.get("supported_features") or 0)
    modes = set(keys.get("supported_color_modes") or ())
    able: Mapping[str, Mapping[str, Any]] = {
        "light": {
            "on": True,
            "brightness": modes & BRIGHT,
            "hue": modes & COLORED,
            "saturation": modes & COLORED,
            "color_temperature": "color_temp" in modes,
            "transition": bits & 32,
        },
        "switch": {"on": True},
        "input_boolean": {"on": True},
        "climate": {
            "mode": keys.get("hvac_modes"),
            "target_temperature": "min_temp" in keys,
            "preset": keys.get("preset_modes"),
            "fan_mode": keys.get("fan_modes"),
        },
        "cover": {
            "open": True,
            "position": bits & COVER_POSITION,
            "stop": bits & COVER_STOP,
            "tilt": bits & COVER_TILT,
        },
        "fan": {
            "on": True,
            "speed": bits & FAN_SPEED,
            "oscillating": bits & FAN_OSCILLATE,
            "direction": bits & FAN_DIRECTION,
            "preset": bits & FAN_PRESET,
        },
        "lock": {"locked": True},
        "scene": {"activate": True},
        "script": {"activate": True},
        "media_player": {name: bits & bit for bit, name in PLAYER.items()},
    }
    return (name for name, can in able.get(domain, {}).items() if can)


def _measures(domain: str, keys: Mapping[str, Any]) -> Iterator[str]:
    """What is reported only, as far as the entity tells before it has a state."""
    device_class = keys.get("device_class") or ""
    if domain == "sensor":
        yield sensed(device_class, keys.get("unit_of_measurement"))[0]
    if domain == "binary_sensor":
        yield BINARY_CLASSES.get(device_class, "detected")


def _choices(domain: str, keys: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
    wire = {"preset": "preset_modes", "fan_mode": "fan_modes", "source": "source_list"}
    found = {name: tuple(map(str, keys[key])) for name, key in wire.items() if keys.get(key)}
    if domain == "climate" and keys.get("hvac_modes"):
        words = (MODES.get(mode, mode) for mode in keys["hvac_modes"])
        found["mode"] = tuple(dict.fromkeys(words))
    return found
