"""Home Assistant's MQTT light: the JSON schema, and the way to the other two.

    command   {"state":"ON","brightness":128,"color":{"h":0,"s":100}}   or "color_temp":250
    report    the same, with "color_mode"

Source: home-assistant.io/integrations/light.mqtt, JSON schema.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Annotated, Any, Literal

from assistant.config import DeviceSettings
from assistant.events import Message
from assistant.home.attributes import MANNER
from assistant.home.dialects import colors
from assistant.home.dialects.channel import Described
from assistant.home.dialects.command import command
from assistant.home.dialects.homeassistant_light_basic import build_basic
from assistant.home.dialects.homeassistant_light_template import build_template
from assistant.home.dialects.keys import EntityKeys, need_state, read_keys
from assistant.home.dialects.partial import Told, read_parts
from assistant.home.dialects.payload import NOTHING, choice, number, read_json, within
from assistant.home.dialects.scales import (
    kelvin_to_mired,
    mired_to_kelvin,
    percent_to_steps,
    steps_to_percent,
)
from assistant.home.dialects.topics import Filter, Topic
from assistant.home.model import State
from assistant.schema import Between

Mode = Literal["onoff", "brightness", "white", "color_temp", "hs", "xy", "rgb", "rgbw", "rgbww"]
Schema = Literal["json", "basic", "default", "template"]
COLORED = ("hs", "xy", "rgb", "rgbw", "rgbww")
Limit = Annotated[int, Between(1, 100_000)]
MIRED_RANGE = (153, 500)  # Home Assistant's defaults, 2000 to 6536 K


@dataclass(frozen=True, slots=True, kw_only=True)
class LightKeys(EntityKeys):
    """The keys below `mqtt:`."""

    command_topic: Topic
    state_topic: Filter | None = None
    schema: Schema = "json"
    brightness: bool = False
    brightness_scale: Annotated[int, Between(1, 65_535)] = 255
    supported_color_modes: tuple[Mode, ...] = ()
    color_temp_kelvin: bool = False
    """Colour temperatures are in kelvin; otherwise in mired."""

    min_mireds: Limit | None = None
    max_mireds: Limit | None = None
    min_kelvin: Limit | None = None
    max_kelvin: Limit | None = None
    transition: bool = True
    """It takes `transition`; as in Home Assistant every lamp of this schema is sent it."""

    def __post_init__(self) -> None:
        low, high = self.kelvin_range
        if low >= high:
            raise ValueError(f"supported_color_modes: nothing between {low} and {high} kelvin")

    @property
    def kelvin_range(self) -> tuple[int, int]:
        """Warmest and coldest white, kelvin."""
        coldest, warmest = self.min_mireds or MIRED_RANGE[0], self.max_mireds or MIRED_RANGE[1]
        return (
            self.min_kelvin or mired_to_kelvin(warmest),
            self.max_kelvin or mired_to_kelvin(coldest),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Light(Described):
    """A lamp."""

    keys: LightKeys
    color: str | None
    """The mode in which colours are sent; None: it has none."""

    def commands(self, attributes: State) -> tuple[Message, ...]:
        on = bool(attributes.get("on", True))
        if not on:
            attributes = {name: attributes[name] for name in MANNER & attributes.keys()}
        wire = self._write({**attributes, "on": on})
        return (command(self.keys.command_topic, wire, retain=self.keys.retain),)

    def read(self, topic: str, payload: bytes) -> State | None:
        return None if payload in NOTHING else self._read(read_json(payload))

    def obey(self, topic: str, payload: bytes) -> State:
        return self._read(read_json(payload))

    def report(self, state: State) -> tuple[Message, ...]:
        if self.keys.state_topic is None:
            return ()
        return (Message(self.keys.state_topic, self._write(state, report=True), retain=True),)

    def _write(self, state: State, *, report: bool = False) -> str:
        wire: dict[str, Any] = {"state": "ON" if state["on"] else "OFF"}
        mode = None
        if "brightness" in state:
            wire["brightness"] = percent_to_steps(
                int(state["brightness"]), self.keys.brightness_scale
            )
            mode = "brightness"
        if "color_temperature" in state:
            kelvin = int(state["color_temperature"])
            wire["color_temp"] = kelvin if self.keys.color_temp_kelvin else kelvin_to_mired(kelvin)
            mode = "color_temp"
        if "hue" in state and self.color:
            wire["color"] = _write_color(
                self.color, float(state["hue"]), float(state["saturation"])
            )
            mode = self.color
        if report and mode:
            wire["color_mode"] = mode
        if "transition" in state:
            wire["transition"] = state["transition"]
        return json.dumps(wire, separators=(",", ":"))

    def _read(self, wire: Mapping[str, Any]) -> Told:
        # A lamp may keep telling the colour it had before it became white: the mode decides.
        mode = wire.get("color_mode")
        readers: dict[str, Callable[[Any], State]] = {"state": _on}
        if "brightness" in self.features:
            readers["brightness"] = self._brightness
        if mode in (None, "color_temp"):
            readers["color_temp"] = self._white
        if self.color and (mode is None or mode in COLORED):
            readers["color"] = _color
        return read_parts(
            partial(read, wire[key]) for key, read in readers.items() if wire.get(key) is not None
        )

    def _brightness(self, wire: object) -> State:
        scale = self.keys.brightness_scale
        return {"brightness": steps_to_percent(within(wire, 0, scale), scale)}

    def _white(self, wire: object) -> State:
        return {"color_temperature": self._kelvin(wire)}

    def _kelvin(self, wire: object) -> int:
        if self.keys.color_temp_kelvin:
            return round(number(wire, 500, 50_000))
        return mired_to_kelvin(number(wire, 20, 2000))


def _write_color(mode: str, hue: float, saturation: float) -> dict[str, float]:
    if mode == "hs":
        return {"h": round(hue, 2), "s": round(saturation, 2)}
    if mode == "xy":
        return dict(zip("xy", colors.hs_to_xy(hue, saturation), strict=True))
    # The white LEDs of rgbw and rgbww stay dark: the colour is meant.
    names = {"rgb": "rgb", "rgbw": "rgbw", "rgbww": "rgbcw"}[mode]
    return dict(zip(names, (*colors.hs_to_rgb(hue, saturation), 0, 0), strict=False))


def _on(wire: object) -> State:
    return {"on": choice(wire, ("ON", "OFF")) == "ON"}


def _color(wire: object) -> State:
    hue, saturation = _read_color(wire)
    return {"hue": hue, "saturation": saturation}


def _read_color(wire: object) -> tuple[float, float]:
    """Hue in degrees and saturation in percent; raises ValueError."""
    if not isinstance(wire, dict):
        raise ValueError(f"color: expected a JSON object, got {type(wire).__name__}")
    if "h" in wire:
        hue, saturation = number(wire["h"], 0, 360), within(wire.get("s"), 0, 100)
    elif "x" in wire:
        hue, saturation = colors.xy_to_hs(number(wire["x"], 0, 1), number(wire.get("y"), 0.001, 1))
    elif "r" in wire:
        hue, saturation = colors.rgb_to_hs(*(number(wire.get(part), 0, 255) for part in "rgb"))
    else:
        raise ValueError("color: neither h, s nor x, y nor r, g, b")
    return round(hue, 2), round(saturation, 2)


def build(settings: DeviceSettings) -> Described:
    """Read the device's keys; raises ConfigError."""
    schemas: Mapping[object, Callable[[DeviceSettings], Described]] = {
        "basic": build_basic,
        "default": build_basic,
        "template": build_template,
    }
    return schemas.get(settings.mqtt.get("schema"), _build_json)(settings)


def _build_json(settings: DeviceSettings) -> Light:
    keys = read_keys(LightKeys, settings)
    need_state(settings, keys.state_topic)
    modes = set(keys.supported_color_modes)
    color = next((mode for mode in COLORED if mode in modes), None)
    features = {"on"}
    if keys.brightness or modes - {"onoff"}:
        features |= {"brightness"}
    if color:
        features |= {"hue", "saturation"}
    if "color_temp" in modes:
        features |= {"color_temperature"}
    if keys.transition:
        features |= MANNER
    return Light(
        keys=keys,
        color=color,
        features=frozenset(features),
        topics=(keys.state_topic,) if keys.state_topic else (),
        command_topics=(keys.command_topic,),
        availability=keys.reachable(),
        limits={"color_temperature": keys.kelvin_range},
        silent=frozenset(features) if keys.optimistic or not keys.state_topic else frozenset(),
    )
