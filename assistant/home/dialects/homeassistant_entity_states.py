"""The state of an entity of Home Assistant → attributes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from assistant.events import Value
from assistant.home.dialects.scales import steps_to_percent
from assistant.home.readings import BINARY_CLASSES, normal, sensed

if TYPE_CHECKING:
    from assistant.home.dialects.homeassistant_entity import Entity

Found = Iterator[tuple[str, Value]]
Attributes = Mapping[str, Any]

COLORED = {"hs", "xy", "rgb", "rgbw", "rgbww"}

MODES = {"heat_cool": "auto"}  # what Home Assistant calls a range, people call automatic


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
    yield "mode", MODES.get(state, state)
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
    attribute, _ = sensed(entity.keys.get("device_class"), entity.keys.get("unit_of_measurement"))
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


READS: Mapping[str, Callable[[Entity, str, Attributes], Found]] = {
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
"""Domain → how its states are read."""
