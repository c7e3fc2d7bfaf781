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
from assistant.events import Message, Value
from assistant.home.dialects.availability import Availability, Signal
from assistant.home.dialects.channel import Described
from assistant.home.dialects.payload import NOTHING, read_json
from assistant.home.dialects.scales import (
    celsius_to_fahrenheit,
    fahrenheit_to_celsius,
    steps_to_percent,
)
from assistant.home.model import State
from assistant.home.readings import BINARY_CLASSES, SENSOR_CLASSES, normal

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

Calls = Iterator[tuple[str, dict[str, Any]]]
"""Service, and its data."""

# supported_features, source: homeassistant/components/<domain>/const.py
COVER_POSITION, COVER_STOP, COVER_TILT = 4, 8, 128
FAN_SPEED, FAN_OSCILLATE, FAN_DIRECTION, FAN_PRESET = 1, 2, 4, 8
PLAYER: Mapping[int, str] = {1: "playback", 4: "volume", 8: "muted", 32: "skip", 2048: "source"}
PLAYBACK = {"playing": "media_play", "paused": "media_pause", "stopped": "media_stop"}
SKIP = {"next": "media_next_track", "previous": "media_previous_track"}
COLORED = {"hs", "xy", "rgb", "rgbw", "rgbww"}
BRIGHT = COLORED | {"brightness", "white", "color_temp"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Entity(Described):
    """One entity."""

    entity_id: str
    domain: str
    keys: Mapping[str, Any]
    """What it can do: `CAPABILITIES`, and `temperature_unit`."""

    def commands(self, attributes: State) -> tuple[Message, ...]:
        calls = _CALLS[self.domain](self, attributes)
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
        try:
            return dict(_READS[self.domain](self, state, attributes)) or None
        except (TypeError, LookupError, ArithmeticError) as error:
            raise ValueError(str(error)) from error

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
    if not re.fullmatch(r"[a-z_]+\.\w+", entity_id) or domain not in _READS:
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


def _choices(domain: str, keys: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
    wire = {"preset": "preset_modes", "fan_mode": "fan_modes", "source": "source_list"}
    found = {name: tuple(map(str, keys[key])) for name, key in wire.items() if keys.get(key)}
    if domain == "climate" and keys.get("hvac_modes"):
        words = (_MODES.get(mode, mode) for mode in keys["hvac_modes"])
        found["mode"] = tuple(dict.fromkeys(words))
    return found


_MODES = {"heat_cool": "auto"}  # what Home Assistant calls a range, people call automatic


def _call_light(entity: Entity, wanted: State) -> Calls:
    data: dict[str, Any] = {}
    if "transition" in wanted:
        data["transition"] = wanted["transition"]
    if wanted.get("on") is False:
        yield "turn_off", data
        return
    if "brightness" in wanted:
        data["brightness_pct"] = wanted["brightness"]
    if "hue" in wanted or "saturation" in wanted:
        data["hs_color"] = [wanted.get("hue", 0.0), wanted.get("saturation", 100.0)]
    if "color_temperature" in wanted:
        data["color_temp_kelvin"] = wanted["color_temperature"]
    yield "turn_on", data


def _call_switch(entity: Entity, wanted: State) -> Calls:
    yield ("turn_on" if wanted["on"] else "turn_off"), {}


def _call_climate(entity: Entity, wanted: State) -> Calls:
    if "mode" in wanted:
        modes = entity.keys.get("hvac_modes", ())
        mode = wanted["mode"]
        mode = "heat_cool" if mode == "auto" and "auto" not in modes else mode
        yield "set_hvac_mode", {"hvac_mode": mode}
    if "target_temperature" in wanted:
        degrees = entity.degrees(float(wanted["target_temperature"]))
        yield "set_temperature", {"temperature": degrees}
    if "preset" in wanted:
        yield "set_preset_mode", {"preset_mode": wanted["preset"]}
    if "fan_mode" in wanted:
        yield "set_fan_mode", {"fan_mode": wanted["fan_mode"]}


def _call_cover(entity: Entity, wanted: State) -> Calls:
    if "stop" in wanted:
        yield "stop_cover", {}
    elif "position" in wanted:
        yield "set_cover_position", {"position": wanted["position"]}
    elif "open" in wanted:
        yield ("open_cover" if wanted["open"] else "close_cover"), {}
    if "tilt" in wanted:
        yield "set_cover_tilt_position", {"tilt_position": wanted["tilt"]}


def _call_fan(entity: Entity, wanted: State) -> Calls:
    if wanted.get("on") is False:
        yield "turn_off", {}
        return
    if "speed" in wanted:
        yield "turn_on", {"percentage": wanted["speed"]}
    elif "on" in wanted:
        yield "turn_on", {}
    if "oscillating" in wanted:
        yield "oscillate", {"oscillating": wanted["oscillating"]}
    if "direction" in wanted:
        yield "set_direction", {"direction": wanted["direction"]}
    if "preset" in wanted:
        yield "set_preset_mode", {"preset_mode": wanted["preset"]}


def _call_lock(entity: Entity, wanted: State) -> Calls:
    yield ("lock" if wanted["locked"] else "unlock"), {}


def _call_scene(entity: Entity, wanted: State) -> Calls:
    yield "turn_on", {}


def _call_player(entity: Entity, wanted: State) -> Calls:
    if "volume" in wanted:
        yield "volume_set", {"volume_level": float(wanted["volume"]) / 100}
    if "muted" in wanted:
        yield "volume_mute", {"is_volume_muted": wanted["muted"]}
    if "source" in wanted:
        yield "select_source", {"source": wanted["source"]}
    if "skip" in wanted:
        yield SKIP[str(wanted["skip"])], {}
    elif "playback" in wanted:
        yield PLAYBACK[str(wanted["playback"])], {}


def _call_nothing(entity: Entity, wanted: State) -> Calls:
    return iter(())


_CALLS = {
    "light": _call_light,
    "switch": _call_switch,
    "input_boolean": _call_switch,
    "climate": _call_climate,
    "cover": _call_cover,
    "fan": _call_fan,
    "lock": _call_lock,
    "scene": _call_scene,
    "script": _call_scene,
    "media_player": _call_player,
    "sensor": _call_nothing,
    "binary_sensor": _call_nothing,
}

Found = Iterator[tuple[str, Value]]
Attributes = Mapping[str, Any]


def _read_light(entity: Entity, state: str, found: Attributes) -> Found:
    yield "on", state == "on"
    if (brightness := found.get("brightness")) is not None:
        yield "brightness", steps_to_percent(brightness, 255)
    mode = found.get("color_mode")
    if mode in COLORED and found.get("hs_color"):
        yield "hue", float(found["hs_color"][0])
        yield "saturation", float(found["hs_color"][1])
    if mode == "color_temp" and (kelvin := found.get("color_temp_kelvin")) is not None:
        yield "color_temperature", int(kelvin)


def _read_switch(entity: Entity, state: str, found: Attributes) -> Found:
    yield "on", state == "on"


def _read_climate(entity: Entity, state: str, found: Attributes) -> Found:
    yield "mode", _MODES.get(state, state)
    for wire, name in (
        ("temperature", "target_temperature"),
        ("current_temperature", "temperature"),
    ):
        if (degrees := found.get(wire)) is not None:
            yield name, round(entity.celsius(float(degrees)), 2)
    if (humidity := found.get("current_humidity")) is not None:
        yield "humidity", float(humidity)
    for wire, name in (
        ("preset_mode", "preset"),
        ("fan_mode", "fan_mode"),
        ("hvac_action", "action"),
    ):
        if (word := found.get(wire)) is not None:
            yield name, str(word)


def _read_cover(entity: Entity, state: str, found: Attributes) -> Found:
    yield "open", state != "closed"
    yield "motion", state if state in ("opening", "closing") else "stopped"
    for wire, name in (("current_position", "position"), ("current_tilt_position", "tilt")):
        if (percent := found.get(wire)) is not None:
            yield name, int(percent)


def _read_fan(entity: Entity, state: str, found: Attributes) -> Found:
    yield "on", state == "on"
    if (percent := found.get("percentage")) is not None:
        yield "speed", int(percent)
    if (oscillating := found.get("oscillating")) is not None:
        yield "oscillating", bool(oscillating)
    if (direction := found.get("direction")) is not None:
        yield "direction", str(direction)
    if (preset := found.get("preset_mode")) is not None:
        yield "preset", str(preset)


def _read_lock(entity: Entity, state: str, found: Attributes) -> Found:
    if state == "jammed":
        yield "jammed", True
        return
    yield "locked", state in ("locked", "unlocking")
    yield "jammed", False
    yield "motion", state if state in ("locking", "unlocking") else "stopped"


def _read_scene(entity: Entity, state: str, found: Attributes) -> Found:
    return iter(())


def _read_player(entity: Entity, state: str, found: Attributes) -> Found:
    yield "playback", state if state in ("playing", "paused") else "stopped"
    if (volume := found.get("volume_level")) is not None:
        yield "volume", round(float(volume) * 100)
    if (muted := found.get("is_volume_muted")) is not None:
        yield "muted", bool(muted)
    if (source := found.get("source")) is not None:
        yield "source", str(source)
    yield "title", str(found.get("media_title") or "")


def _read_sensor(entity: Entity, state: str, found: Attributes) -> Found:
    attribute = SENSOR_CLASSES.get(entity.keys.get("device_class") or "", "value")
    try:
        number = float(state)
    except ValueError:
        if attribute == "value":
            yield attribute, state
        return
    measured = normal(attribute, number, entity.keys.get("unit_of_measurement"))
    if measured is not None:
        yield attribute, measured


def _read_binary(entity: Entity, state: str, found: Attributes) -> Found:
    yield BINARY_CLASSES.get(entity.keys.get("device_class") or "", "detected"), state == "on"


_READS = {
    "light": _read_light,
    "switch": _read_switch,
    "input_boolean": _read_switch,
    "climate": _read_climate,
    "cover": _read_cover,
    "fan": _read_fan,
    "lock": _read_lock,
    "scene": _read_scene,
    "script": _read_scene,
    "media_player": _read_player,
    "sensor": _read_sensor,
    "binary_sensor": _read_binary,
}
