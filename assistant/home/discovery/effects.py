"""What a device is told, by which two announcements of one thing are known."""

from __future__ import annotations

import json

from assistant.config import DeviceSettings
from assistant.errors import ConfigError, HouseError
from assistant.home.dialects import open_dialect
from assistant.home.model import State

Effect = frozenset[tuple[str, str]]
"""Topics and payloads."""


def effect(settings: DeviceSettings) -> Effect:
    """What switching it on, opening or locking it would send; empty: it takes no commands.

    Two that send the same are one, and plugs behind one RF transmitter send different codes.
    """
    try:
        dialect = open_dialect(settings)
        wanted: State = next(({n: v} for n, v in _TRIED if n in dialect.features), {})
        messages = dialect.commands(wanted) if wanted else ()
    except (ConfigError, HouseError, ValueError):  # of a value beyond its limits, of a template
        return frozenset()
    return frozenset((message.topic, _plain(message.payload)) for message in messages)


_TRIED = (
    ("on", True), ("open", True), ("position", 100), ("locked", True), ("activate", True),
    ("mode", "heat"), ("target_temperature", 20.0), ("playback", "playing"), ("preset", "auto"),
)  # fmt: skip


def _plain(payload: str) -> str:
    """zigbee2mqtt takes ON and {"state": "ON"} for the same."""
    try:
        found = json.loads(payload)
    except ValueError:
        return payload
    if isinstance(found, dict) and found.keys() == {"state"}:
        return str(found["state"])
    return json.dumps(found, sort_keys=True)
