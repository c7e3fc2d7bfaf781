"""Home Assistant's MQTT scene and button: a word that makes something happen.

Source: home-assistant.io/integrations/scene.mqtt and …/button.mqtt
"""

from __future__ import annotations

from dataclasses import dataclass

from assistant.config import DeviceSettings
from assistant.home.dialects.channel import Channel, Channels, channels
from assistant.home.dialects.keys import EntityKeys, read_keys
from assistant.home.dialects.template import Template
from assistant.home.dialects.texts import trigger
from assistant.home.dialects.topics import Topic


@dataclass(frozen=True, slots=True, kw_only=True)
class SceneKeys(EntityKeys):
    """The keys below `mqtt:`."""

    command_topic: Topic
    payload_on: str = "ON"
    payload_press: str | None = None
    """Of a button; it goes before `payload_on`."""

    command_template: Template | None = None


def build(settings: DeviceSettings) -> Channels:
    """Read the device's keys; raises ConfigError."""
    keys = read_keys(SceneKeys, settings)
    pair = trigger("activate", keys.payload_press or keys.payload_on)
    return channels(
        {"activate"},
        [Channel(keys.command_topic, *pair, keys.command_template)],
        (),
        keys=keys,
        availability=keys.reachable(),
    )
