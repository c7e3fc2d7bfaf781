"""A small house for tests, in the dialects that people have."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from assistant.config import AreaSettings, DeviceSettings, HouseSettings


def topics(id_: str, **more: Any) -> dict[str, Any]:
    return {
        "command_topic": f"{id_}/set",
        "state_topic": f"{id_}/state",
        "availability_topic": f"{id_}/available",
        **more,
    }


LIGHT = DeviceSettings(
    "lamp",
    "light",
    "hall lamp",
    topics(
        "lamp",
        schema="json",
        brightness=True,
        supported_color_modes=["hs", "color_temp"],
        min_mireds=153,
        max_mireds=500,
    ),
    area="hall",
)
PLAIN = DeviceSettings("bulb", "light", "bulb", topics("bulb"))
STRIP = DeviceSettings(
    "strip", "light", "strip", topics("strip", brightness_scale=10, brightness=True)
)
SWITCH = DeviceSettings("socket", "switch", "socket", topics("socket"))
CLIMATE_KEYS: Mapping[str, Any] = {
    "mode_command_topic": "heat/mode/set",
    "mode_state_topic": "heat/mode",
    "temperature_command_topic": "heat/target/set",
    "temperature_state_topic": "heat/target",
    "current_temperature_topic": "heat/now",
    "availability_topic": "heat/available",
    "modes": ["off", "heat", "auto"],
    "min_temp": 5,
    "max_temp": 30,
}
CLIMATE = DeviceSettings("heat", "climate", "thermostat", CLIMATE_KEYS)
PLAYER = DeviceSettings("music", "media_player", "speaker", topics("music"), dialect="json")
BLIND = DeviceSettings(
    "blind", "cover", "blind", topics("blind", position_topic="b/pos", set_position_topic="b/set")
)
FAN = DeviceSettings("fan", "fan", "fan", topics("fan"))
LOCK = DeviceSettings("door", "lock", "front door", topics("door"))
SCENE = DeviceSettings("film", "scene", "film", {"command_topic": "film/set"})
SENSOR = DeviceSettings(
    "weather", "sensor", "weather", {"state_topic": "w", "device_class": "temperature"}
)

HOUSE = HouseSettings(
    areas=(AreaSettings("hall", "hall"),),
    devices=(LIGHT, PLAIN, STRIP, SWITCH, CLIMATE, PLAYER, BLIND, FAN, LOCK, SCENE, SENSOR),
)
