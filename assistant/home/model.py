"""The house in its own units: what a device is, can do and reports, whoever made it.

Attributes (the only names and units that skills, dialogue and tests ever see):

    kind           attribute            type   unit, range
    light, switch  on                   bool
    light          brightness           int    percent, 0 to 100
    light          hue                  float  degrees, 0 to 360
    light          saturation           float  percent, 0 to 100
    light          color_temperature    int    kelvin
    climate        mode                 str    off, heat, cool, auto, dry, fan_only
    climate        target_temperature   float  °C
    climate        temperature          float  °C, reported only
    media_player   playback             str    playing, paused, stopped
    media_player   volume               int    percent, 0 to 100
    media_player   query                str    free text to play, command only
    media_player   skip                 str    next, previous, command only
    media_player   title                str    what is playing, reported only
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from assistant.events import Value

if TYPE_CHECKING:  # a skill's own process reads no YAML
    from assistant.config import Kind

State = Mapping[str, Value]
"""Attributes as the device last reported them; an attribute it never reported is absent."""


@dataclass(frozen=True, slots=True)
class Device:
    """Something in the house that can be commanded or asked, with its state at this moment."""

    id: str
    kind: Kind
    name: str
    aliases: tuple[str, ...] = ()
    area: str | None = None
    """Id of its area."""

    features: frozenset[str] = frozenset()
    """Attributes that can be set."""

    available: bool = True
    state: State = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Change:
    """A wish: attributes that one device should take."""

    device_id: str
    attributes: State
