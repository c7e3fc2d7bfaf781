"""Home Assistant's MQTT light, template schema: one topic, and a template for every part of it.

Source: home-assistant.io/integrations/light.mqtt, template schema.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any, Literal

from assistant.config import DeviceSettings
from assistant.errors import ConfigError
from assistant.events import Message, Value
from assistant.home.attributes import MANNER
from assistant.home.dialects import colors
from assistant.home.dialects.channel import Described
from assistant.home.dialects.command import command
from assistant.home.dialects.keys import EntityKeys, need_state, read_keys
from assistant.home.dialects.partial import read_parts
from assistant.home.dialects.payload import NOTHING, choice, within
from assistant.home.dialects.scales import (
    kelvin_to_mired,
    mired_to_kelvin,
    percent_to_steps,
    steps_to_percent,
)
from assistant.home.dialects.template import Template
from assistant.home.dialects.topics import Filter, Topic
from assistant.home.model import State

SCALE = 255
RGB = ("red", "green", "blue")


@dataclass(frozen=True, slots=True, kw_only=True)
class TemplateKeys(EntityKeys):
    """The keys below `mqtt:`."""

    command_topic: Topic
    command_on_template: Template
    command_off_template: Template
    state_topic: Filter | None = None
    schema: Literal["template"] = "template"
    state_template: Template | None = None
    brightness_template: Template | None = None
    color_temp_template: Template | None = None
    red_template: Template | None = None
    green_template: Template | None = None
    blue_template: Template | None = None
    color_temp_kelvin: bool = False
    min_mireds: int = 153
    max_mireds: int = 500

    @property
    def kelvin_range(self) -> tuple[int, int]:
        """Warmest and coldest white, kelvin."""
        return mired_to_kelvin(max(self.max_mireds, 1)), mired_to_kelvin(max(self.min_mireds, 1))


@dataclass(frozen=True, slots=True, kw_only=True)
class TemplateLight(Described):
    """A lamp. Its side cannot be simulated: a template cannot be undone."""

    keys: TemplateKeys

    def commands(self, attributes: State) -> tuple[Message, ...]:
        keys, on = self.keys, bool(attributes.get("on", True))
        template = keys.command_on_template if on else keys.command_off_template
        written = template.write(**dict(self._variables(attributes)))
        return (command(keys.command_topic, written, retain=keys.retain),)

    def _variables(self, attributes: State) -> Iterator[tuple[str, Value]]:
        yield "state", "on" if attributes.get("on", True) else "off"
        if "brightness" in attributes:
            yield "brightness", percent_to_steps(int(attributes["brightness"]), SCALE)
        if "color_temperature" in attributes:
            kelvin = int(attributes["color_temperature"])
            yield "color_temp", kelvin if self.keys.color_temp_kelvin else kelvin_to_mired(kelvin)
        if "hue" in attributes:
            hue, saturation = float(attributes["hue"]), float(attributes["saturation"])
            yield from zip(RGB, colors.hs_to_rgb(hue, saturation), strict=True)
            yield from (("hue", hue), ("sat", saturation))
        if "transition" in attributes:
            yield "transition", attributes["transition"]

    def read(self, topic: str, payload: bytes) -> State | None:
        if payload in NOTHING:
            return None
        readers = (self._on, self._brightness, self._white, self._color)
        told = read_parts(partial(read, payload) for read in readers)
        return told if told or told.problems else None

    def _on(self, payload: bytes) -> State:
        template = self.keys.state_template
        word = template.read(payload) if template else None
        return {} if word is None else {"on": choice(word.lower(), ("on", "off")) == "on"}

    def _brightness(self, payload: bytes) -> State:
        level = _number(self.keys.brightness_template, payload, 0, SCALE)
        return {} if level is None else {"brightness": steps_to_percent(level, SCALE)}

    def _white(self, payload: bytes) -> State:
        in_kelvin = self.keys.color_temp_kelvin
        limits = (500, 50_000) if in_kelvin else (20, 2000)
        white = _number(self.keys.color_temp_template, payload, *limits)
        if white is None:
            return {}
        return {"color_temperature": round(white) if in_kelvin else mired_to_kelvin(white)}

    def _color(self, payload: bytes) -> State:
        parts = [_number(getattr(self.keys, f"{part}_template"), payload, 0, 255) for part in RGB]
        found = [part for part in parts if part is not None]
        if len(found) < len(RGB) or not any(found):
            return {}
        hue, saturation = colors.rgb_to_hs(*found)
        return {"hue": round(hue, 2), "saturation": round(saturation, 2)}

    def obey(self, topic: str, payload: bytes) -> State:
        raise ValueError("a template cannot be undone")

    def report(self, state: State) -> tuple[Message, ...]:
        return ()


def _number(template: Template | None, payload: bytes, low: float, high: float) -> float | None:
    text = template.read(payload) if template else None
    return None if text is None else within(float(text), low, high)


def build_template(settings: DeviceSettings) -> TemplateLight:
    """Read the device's keys; raises ConfigError."""
    keys = read_keys(TemplateKeys, settings)
    need_state(settings, keys.state_topic)
    if keys.kelvin_range[0] >= keys.kelvin_range[1]:
        raise ConfigError(f"{settings.where}: device {settings.id!r}: max_mireds is too small")
    told: dict[str, Any] = {
        "on": keys.state_template,
        "brightness": keys.brightness_template,
        "color_temperature": keys.color_temp_template,
        "hue": keys.red_template,
        "saturation": keys.red_template,
    }
    names = ("red", "sat", "hue")
    written = keys.command_on_template.source
    asked = {"on", *MANNER}
    asked |= {"brightness"} if "brightness" in written else set()
    asked |= {"color_temperature"} if "color_temp" in written else set()
    asked |= {"hue", "saturation"} if any(name in written for name in names) else set()
    heard = keys.state_topic is not None and not keys.optimistic
    silent = {name for name in asked if not told.get(name)} if heard else asked
    return TemplateLight(
        keys=keys,
        features=frozenset(asked),
        topics=(keys.state_topic,) if keys.state_topic else (),
        command_topics=(keys.command_topic,),
        availability=keys.reachable(),
        limits={"color_temperature": keys.kelvin_range},
        silent=frozenset(silent),
    )
