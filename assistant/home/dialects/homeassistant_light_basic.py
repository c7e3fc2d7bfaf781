"""Home Assistant's MQTT light, basic schema: a topic per attribute, plain words and numbers.

Source: home-assistant.io/integrations/light.mqtt, default schema.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, Literal

from assistant.config import DeviceSettings
from assistant.home.dialects import colors
from assistant.home.dialects.channel import Channel, Channels, Pair, channels
from assistant.home.dialects.keys import EntityKeys, need_state, read_keys
from assistant.home.dialects.payload import number, within
from assistant.home.dialects.scales import kelvin_to_mired, mired_to_kelvin, steps_to_percent
from assistant.home.dialects.template import Template
from assistant.home.dialects.texts import flag, numeric, percent
from assistant.home.dialects.topics import Filter, Topic
from assistant.home.model import State
from assistant.schema import Between

MODELS = {
    "hs": ("hue", "sat"),
    "xy": ("x", "y"),
    "rgb": ("red", "green", "blue"),
    "rgbw": ("red", "green", "blue", "white"),
    "rgbww": ("red", "green", "blue", "cold_white", "warm_white"),
}
"""Colour model → how a command's template calls its numbers."""

FULL_WHITE = {"hue": 0.0, "saturation": 0.0, "brightness": 100}
MIREDS = (153, 500)  # Home Assistant's defaults, 2000 to 6536 K


@dataclass(frozen=True, slots=True, kw_only=True)
class BasicKeys(EntityKeys):
    """The keys below `mqtt:`."""

    command_topic: Topic
    state_topic: Filter | None = None
    schema: Literal["basic", "default"] = "basic"
    state_value_template: Template | None = None
    payload_on: str = "ON"
    payload_off: str = "OFF"
    on_command_type: Literal["last", "first", "brightness"] = "last"
    """brightness: a brightness switches it on, `payload_on` is never sent."""

    brightness_command_topic: Topic | None = None
    brightness_command_template: Template | None = None
    brightness_state_topic: Filter | None = None
    brightness_value_template: Template | None = None
    brightness_scale: Annotated[int, Between(1, 65_535)] = 255
    color_temp_command_topic: Topic | None = None
    color_temp_command_template: Template | None = None
    color_temp_state_topic: Filter | None = None
    color_temp_value_template: Template | None = None
    color_temp_kelvin: bool = False
    min_mireds: int = MIREDS[0]
    max_mireds: int = MIREDS[1]
    min_kelvin: int | None = None
    max_kelvin: int | None = None
    hs_command_topic: Topic | None = None
    hs_command_template: Template | None = None
    hs_state_topic: Filter | None = None
    hs_value_template: Template | None = None
    rgb_command_topic: Topic | None = None
    rgb_command_template: Template | None = None
    rgb_state_topic: Filter | None = None
    rgb_value_template: Template | None = None
    rgbw_command_topic: Topic | None = None
    rgbw_command_template: Template | None = None
    rgbw_state_topic: Filter | None = None
    rgbw_value_template: Template | None = None
    rgbww_command_topic: Topic | None = None
    rgbww_command_template: Template | None = None
    rgbww_state_topic: Filter | None = None
    rgbww_value_template: Template | None = None
    xy_command_topic: Topic | None = None
    xy_command_template: Template | None = None
    xy_state_topic: Filter | None = None
    xy_value_template: Template | None = None
    value_template: Template | None = None
    """The older name of `state_value_template`."""

    def __post_init__(self) -> None:
        low, high = self.kelvin_range
        if not 0 < low < high:
            raise ValueError(f"max_mireds: nothing between {low} and {high} kelvin")

    @property
    def kelvin_range(self) -> tuple[int, int]:
        """Warmest and coldest white, kelvin."""
        return (
            self.min_kelvin or mired_to_kelvin(max(self.max_mireds, 1)),
            self.max_kelvin or mired_to_kelvin(max(self.min_mireds, 1)),
        )

    @property
    def color(self) -> str | None:
        """The colour model that it is commanded in; None: it has no colour."""
        return next((m for m in MODELS if getattr(self, f"{m}_command_topic")), None)

    @property
    def dimmed_by_color(self) -> bool:
        """Whether it has no other brightness than how strong its red, green and blue are."""
        by_rgb = self.color is not None and self.color.startswith("rgb")
        return by_rgb and self.brightness_command_topic is None

    def white(self) -> Pair:
        """Kelvin, or mired."""
        if self.color_temp_kelvin:
            return numeric("color_temperature", lambda k: str(round(k)), round, 500, 50_000)
        return numeric(
            "color_temperature", lambda k: str(kelvin_to_mired(k)), mired_to_kelvin, 20, 2000
        )


def build_basic(settings: DeviceSettings) -> Channels:
    """Read the device's keys; raises ConfigError."""
    keys = read_keys(BasicKeys, settings)
    need_state(settings, keys.state_topic)
    features = {"on"}
    if keys.brightness_command_topic or keys.dimmed_by_color:
        features |= {"brightness"}
    if keys.color_temp_command_topic:
        features |= {"color_temperature"}
    if keys.color:
        features |= {"hue", "saturation"}
    by_brightness = keys.on_command_type == "brightness" and keys.brightness_command_topic
    return channels(
        features,
        _commanded(keys),
        _reported(keys),
        keys=keys,
        availability=keys.reachable(),
        limits={"color_temperature": keys.kelvin_range},
        said_when_on={"brightness": 100} if by_brightness else {},
        said_together=FULL_WHITE if keys.dimmed_by_color else {},
    )


def _commanded(keys: BasicKeys) -> Iterator[Channel]:
    switch = Channel(keys.command_topic, *_on_off(keys))
    if keys.on_command_type == "first":
        yield switch
    if keys.color_temp_command_topic:
        yield Channel(
            keys.color_temp_command_topic, *keys.white(), keys.color_temp_command_template
        )
    if keys.color:
        yield Channel(
            getattr(keys, f"{keys.color}_command_topic"),
            *color_text(keys.color, dims=keys.dimmed_by_color),
            getattr(keys, f"{keys.color}_command_template"),
            parts=MODELS[keys.color],
        )
    if keys.brightness_command_topic:
        level = percent("brightness", keys.brightness_scale)
        yield Channel(keys.brightness_command_topic, *level, keys.brightness_command_template)
    if keys.on_command_type != "first":
        yield switch


def _on_off(keys: BasicKeys) -> Pair:
    pair = flag("on", keys.payload_on, keys.payload_off)

    def unless_dimmed(state: State) -> str | None:
        by_brightness = keys.on_command_type == "brightness" and "brightness" in state
        return None if by_brightness and state.get("on") else pair.encode(state)

    return pair._replace(encode=unless_dimmed)


def _reported(keys: BasicKeys) -> Iterator[Channel]:
    if keys.state_topic:
        asked = flag("on", keys.payload_on, keys.payload_off)
        yield Channel(keys.state_topic, *asked, keys.state_value_template or keys.value_template)
    if keys.brightness_state_topic:
        level = percent("brightness", keys.brightness_scale)
        yield Channel(keys.brightness_state_topic, *level, keys.brightness_value_template)
    if keys.color_temp_state_topic:
        yield Channel(keys.color_temp_state_topic, *keys.white(), keys.color_temp_value_template)
    for model in MODELS:
        if topic := getattr(keys, f"{model}_state_topic"):
            pair = color_text(model, dims=keys.dimmed_by_color and model.startswith("rgb"))
            yield Channel(topic, *pair, getattr(keys, f"{model}_value_template"))


def color_text(model: str, *, dims: bool = False) -> Pair:
    """Hue and saturation as "h,s", "x,y" or "r,g,b", with the whites dark where it has some.

    dims    how strong red, green and blue are is the brightness
    """

    def encode(state: State) -> str | None:
        if "hue" not in state:
            return None
        hue, saturation = float(state["hue"]), float(state["saturation"])
        if model == "hs":
            return f"{hue:g},{saturation:g}"
        parts: tuple[float, ...] = (colors.hs_to_xy if model == "xy" else colors.hs_to_rgb)(
            hue, saturation
        )
        if dims:
            parts = tuple(round(part * float(state["brightness"]) / 100) for part in parts)
        return ",".join(map(str, (*parts, *[0] * (len(model) - len(parts)))))

    def decode(text: str) -> State:
        parts = [float(part) for part in text.strip("()[] ").split(",")]
        if len(parts) != len(model):
            raise ValueError(f"expected {len(model)} numbers")
        look = _look(model, parts)
        return {**look, "brightness": _strength(parts)} if dims and look else look

    return Pair(encode, decode, frozenset({"hue", "saturation", *(["brightness"] if dims else [])}))


def _strength(parts: list[float]) -> int:
    return steps_to_percent(min(max(parts[:3]), 255), 255)


def _look(model: str, parts: list[float]) -> State:
    """Hue and saturation of the numbers of a colour; raises ValueError."""
    if model == "hs":
        hue, saturation = number(parts[0], 0, 360), within(parts[1], 0, 100)
    elif model == "xy":
        hue, saturation = colors.xy_to_hs(number(parts[0], 0, 1), number(parts[1], 0.001, 1))
    else:
        rgb = [within(part, 0, 255) for part in parts[:3]]
        if not any(rgb):
            return {}  # dark: no colour at all
        hue, saturation = colors.rgb_to_hs(*rgb)
    return {"hue": round(hue, 2), "saturation": round(saturation, 2)}
