"""Home Assistant's MQTT fan.

Source: home-assistant.io/integrations/fan.mqtt
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

from assistant.config import DeviceSettings
from assistant.home.dialects.channel import Channel, Channels, Pair, channels
from assistant.home.dialects.keys import EntityKeys, need_state, read_keys
from assistant.home.dialects.template import Template
from assistant.home.dialects.texts import flag, numeric, own_word
from assistant.home.dialects.topics import Filter, Topic


@dataclass(frozen=True, slots=True, kw_only=True)
class FanKeys(EntityKeys):
    """The keys below `mqtt:`."""

    command_topic: Topic
    command_template: Template | None = None
    state_topic: Filter | None = None
    state_value_template: Template | None = None
    payload_on: str = "ON"
    payload_off: str = "OFF"
    percentage_command_topic: Topic | None = None
    percentage_command_template: Template | None = None
    percentage_state_topic: Filter | None = None
    percentage_value_template: Template | None = None
    speed_range_min: int = 1
    speed_range_max: int = 100
    """The wire counts speeds from `speed_range_min` to it; percent are spread over them."""

    preset_mode_command_topic: Topic | None = None
    preset_mode_command_template: Template | None = None
    preset_mode_state_topic: Filter | None = None
    preset_mode_value_template: Template | None = None
    preset_modes: tuple[str, ...] = ()
    oscillation_command_topic: Topic | None = None
    oscillation_command_template: Template | None = None
    oscillation_state_topic: Filter | None = None
    oscillation_value_template: Template | None = None
    payload_oscillation_on: str = "oscillate_on"
    payload_oscillation_off: str = "oscillate_off"
    direction_command_topic: Topic | None = None
    direction_command_template: Template | None = None
    direction_state_topic: Filter | None = None
    direction_value_template: Template | None = None

    def __post_init__(self) -> None:
        if not 0 < self.speed_range_min <= self.speed_range_max:
            raise ValueError(f"speed_range_min: {self.speed_range_min} is not in 1 to the maximum")

    def speed(self) -> Pair:
        """Percent as one of the fan's speeds: 50 % of three speeds is the second."""
        below, top = self.speed_range_min - 1, self.speed_range_max
        speeds = top - below
        return numeric(
            "speed",
            lambda percent: str(below + math.ceil(percent * speeds / 100)),
            lambda wire: math.floor((max(wire, below) - below) * 100 / speeds),
            0,
            top,
        )

    def aspects(self) -> Iterator[tuple[str, Pair, str]]:
        """Attribute, how it is written, and the beginning of the names of its keys."""
        yield "speed", self.speed(), "percentage"
        yield "preset", own_word("preset", self.preset_modes), "preset_mode"
        words = self.payload_oscillation_on, self.payload_oscillation_off
        yield "oscillating", flag("oscillating", *words), "oscillation"
        yield "direction", own_word("direction", ("forward", "reverse")), "direction"


def build(settings: DeviceSettings) -> Channels:
    """Read the device's keys; raises ConfigError."""
    keys = read_keys(FanKeys, settings)
    need_state(settings, keys.state_topic)
    features = {"on"}
    asked = flag("on", keys.payload_on, keys.payload_off)
    commanded, reported = [Channel(keys.command_topic, *asked, keys.command_template)], []
    if keys.state_topic:
        reported.append(Channel(keys.state_topic, *asked, keys.state_value_template))
    for attribute, pair, name in keys.aspects():
        if topic := getattr(keys, f"{name}_command_topic"):
            features.add(attribute)
            commanded.append(Channel(topic, *pair, getattr(keys, f"{name}_command_template")))
        if topic := getattr(keys, f"{name}_state_topic"):
            reported.append(Channel(topic, *pair, getattr(keys, f"{name}_value_template")))
    return channels(
        features,
        commanded,
        reported,
        keys=keys,
        availability=keys.reachable(),
        choices={"preset": keys.preset_modes} if keys.preset_modes else {},
    )
