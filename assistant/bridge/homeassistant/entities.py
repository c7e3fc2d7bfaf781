"""What Home Assistant's MQTT discovery is told about the assistant.

Single components, since one message for a whole device needs Home Assistant 2024.11.
Source: home-assistant.io/integrations/mqtt, MQTT discovery.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

ORIGIN = "home-voice-assistant"
STATES = ("idle", "listening", "thinking", "speaking")
PRESS = "PRESS"


@dataclass(frozen=True, slots=True)
class Place:
    """Where the assistant's own topics are, and what it is called."""

    base: str
    """`assistant/<site id>`."""

    site_id: str
    name: str
    version: str

    @property
    def node(self) -> str:
        """The id of the device in discovery topics and unique ids."""
        return "assistant_" + re.sub(r"[^a-zA-Z0-9_-]", "_", self.site_id)


Config = tuple[str, str, Mapping[str, Any]]
"""Component, object id, and what only this entity says."""


def discovery(place: Place, intents: Iterable[str], prefix: str) -> dict[str, dict[str, Any]]:
    """Topic → payload of every entity."""
    shared: Mapping[str, Any] = {
        "availability_topic": f"{place.base}/status",
        "device": {
            "identifiers": [place.node],
            "name": place.name,
            "manufacturer": ORIGIN,
            "model": "Voice assistant",
            "sw_version": place.version,
        },
        "origin": {"name": ORIGIN, "sw_version": place.version},
        "qos": 1,
    }
    return {
        f"{prefix}/{component}/{place.node}/{id_}/config": {
            "unique_id": f"{place.node}_{id_}",
            "object_id": f"{place.node}_{id_}",
            **keys,
            **shared,
        }
        for component, id_, keys in (*_controls(place), *_sensors(place), *_events(place, intents))
    }


def _controls(place: Place) -> Iterator[Config]:
    settings = f"{place.base}/settings"
    yield (
        "switch",
        "muted",
        {
            "name": "Mute",
            "icon": "mdi:microphone-off",
            "command_topic": f"{place.base}/muted/set",
            "state_topic": settings,
            "value_template": "{{ 'ON' if value_json.muted else 'OFF' }}",
        },
    )
    for id_, name, icon in (
        ("sensitivity", "Wake word sensitivity", "mdi:ear-hearing"),
        ("volume", "Volume", "mdi:volume-high"),
    ):
        yield (
            "number",
            id_,
            {
                "name": name,
                "icon": icon,
                "command_topic": f"{place.base}/{id_}/set",
                "state_topic": settings,
                "value_template": f"{{{{ value_json.{id_} }}}}",
                "min": 0,
                "max": 100,
                "unit_of_measurement": "%",
                "entity_category": "config",
            },
        )
    for id_, name, icon in (
        ("listen", "Listen now", "mdi:microphone-message"),
        ("stop", "Stop", "mdi:stop"),
    ):
        yield (
            "button",
            id_,
            {
                "name": name,
                "icon": icon,
                "command_topic": f"{place.base}/{id_}/set",
                "payload_press": PRESS,
            },
        )


def _sensors(place: Place) -> Iterator[Config]:
    state = f"{place.base}/state"
    yield (
        "sensor",
        "state",
        {
            "name": "State",
            "icon": "mdi:account-voice",
            "state_topic": state,
            "value_template": "{{ value_json.state }}",
            "device_class": "enum",
            "options": STATES,
        },
    )
    for id_, name in (("last_command", "Last command"), ("last_reply", "Last reply")):
        yield (
            "sensor",
            id_,
            {
                "name": name,
                "state_topic": state,
                "value_template": f"{{{{ value_json.{id_} }}}}",
            },
        )
    yield (
        "sensor",
        "latency",
        {
            "name": "Latency",
            "state_topic": state,
            "value_template": "{{ value_json.latency_ms }}",
            "device_class": "duration",
            "unit_of_measurement": "ms",
            "entity_category": "diagnostic",
        },
    )
    for id_, name in (("version", "Version"), ("model", "Models")):
        yield (
            "sensor",
            id_,
            {
                "name": name,
                "state_topic": f"{place.base}/info",
                "value_template": f"{{{{ value_json.{id_} }}}}",
                "entity_category": "diagnostic",
            },
        )


def _events(place: Place, intents: Iterable[str]) -> Iterator[Config]:
    for intent in intents:
        yield (
            "event",
            "intent_" + re.sub(r"\W", "_", intent),
            {
                "name": f"Intent {intent}",
                "state_topic": f"{place.base}/intent/{intent}",
                "event_types": ["recognized"],
            },
        )
