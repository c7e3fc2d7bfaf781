"""Music players in Home Assistant's discovery: it has none, so they come as buttons and numbers.

A device that announces two or more of the buttons play, pause, stop, next and previous is a music
player; its number `volume`, select `source`, switch `mute` and sensors `state` and `title` belong
to it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from assistant.home.discovery.announced import Announcement, slug, spoken

BUTTONS = {
    "play": "play",
    "pause": "pause",
    "stop": "stop",
    "next": "next",
    "skip": "next",
    "previous": "previous",
    "prev": "previous",
}
ROLES = {
    "button": BUTTONS,
    "number": {"volume": "volume"},
    "select": {"source": "source", "playlist": "source", "input": "source"},
    "switch": {"mute": "muted", "muted": "muted"},
    "sensor": {"state": "state", "playback": "state", "status": "state", "title": "title"},
}
"""Platform → word in the entity's id or name → what it is to the player."""


@dataclass(frozen=True, slots=True)
class Part:
    """An entity that may be part of a music player."""

    topic: str
    hardware: frozenset[str]
    device: str
    area: str | None
    role: str
    entity: Mapping[str, Any]

    @classmethod
    def roles(cls, platform: str, ids: Iterable[str], entity: Mapping[str, Any]) -> str | None:
        """What the entity would be to a player; None: nothing."""
        words = spoken(" ".join((*ids, str(entity.get("name") or "")))).split()
        known = ROLES.get(platform, {})
        return next((known[word] for word in reversed(words) if word in known), None)


def players(parts: Iterable[Part]) -> Iterator[Announcement]:
    """The music players that these parts make."""
    by_device: dict[frozenset[str], dict[str, Part]] = {}
    for part in parts:
        by_device.setdefault(part.hardware, {}).setdefault(part.role, part)
    for hardware, roles in by_device.items():
        if len(roles.keys() & set(BUTTONS.values())) >= 2:
            yield _player(hardware, roles)


def _player(hardware: frozenset[str], roles: Mapping[str, Part]) -> Announcement:
    mqtt: dict[str, Any] = {}
    for role, part in roles.items():
        mqtt.update(_keys(role, part.entity))
    first = next(iter(roles.values()))
    for key in ("availability_topic", "availability", "payload_available", "availability_mode"):
        if key in first.entity:
            mqtt[key] = first.entity[key]
    return Announcement(
        id=slug(f"media_player_{min(hardware, default=first.device)}"),
        kind="media_player",
        name=first.device or "music player",
        dialect="homeassistant",
        mqtt=mqtt,
        where=first.topic,
        area=first.area,
        hardware=hardware,
    )


def _keys(role: str, entity: Mapping[str, Any]) -> dict[str, Any]:
    if role in BUTTONS.values():
        return {
            f"{role}_command_topic": entity.get("command_topic"),
            f"{role}_payload": entity.get("payload_press", "PRESS"),
        }
    known = ("command_topic", "state_topic", "value_template", "min", "max", "options")
    return {
        f"{role}_{key}": entity[key]
        for key in (*known, "payload_on", "payload_off")
        if entity.get(key) is not None
    }
