"""Wanted attributes → services of Home Assistant to call."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from assistant.home.model import State

if TYPE_CHECKING:
    from assistant.home.dialects.homeassistant_entity import Entity

Calls = Iterator[tuple[str, dict[str, Any]]]
"""Service, and its data."""

PLAYBACK = {"playing": "media_play", "paused": "media_pause", "stopped": "media_stop"}
SKIP = {"next": "media_next_track", "previous": "media_previous_track"}


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


CALLS: Mapping[str, Callable[[Entity, State], Calls]] = {
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
"""Domain → its services."""
