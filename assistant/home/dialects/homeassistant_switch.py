"""Home Assistant's MQTT switch: one word on, one word off.

Source: home-assistant.io/integrations/switch.mqtt
"""

from __future__ import annotations

from dataclasses import dataclass

from assistant.config import DeviceSettings
from assistant.home.dialects.channel import Channel, Channels, channels
from assistant.home.dialects.keys import EntityKeys, need_state, read_keys
from assistant.home.dialects.template import Template
from assistant.home.dialects.texts import flag
from assistant.home.dialects.topics import Filter, Topic


@dataclass(frozen=True, slots=True, kw_only=True)
class SwitchKeys(EntityKeys):
    """The keys below `mqtt:`."""

    command_topic: Topic
    state_topic: Filter | None = None
    payload_on: str = "ON"
    payload_off: str = "OFF"
    state_on: str | None = None
    """None: like `payload_on`."""

    state_off: str | None = None
    """None: like `payload_off`."""

    value_template: Template | None = None
    command_template: Template | None = None


def build(settings: DeviceSettings) -> Channels:
    """Read the device's keys; raises ConfigError."""
    keys = read_keys(SwitchKeys, settings)
    need_state(settings, keys.state_topic)
    asked = flag("on", keys.payload_on, keys.payload_off)
    told = flag("on", keys.state_on or keys.payload_on, keys.state_off or keys.payload_off)
    reported = []
    if keys.state_topic:
        reported.append(Channel(keys.state_topic, *told, keys.value_template))
    return channels(
        {"on"},
        [Channel(keys.command_topic, *asked, keys.command_template)],
        reported,
        keys=keys,
        availability=keys.reachable(),
    )
