"""The house in its own units: what a device is, can do and reports, whoever made it.

Attributes (the only names and units that skills, dialogue and tests ever see):

    kind           attribute            type   unit, range
    light, switch, fan  on              bool
    light          brightness           int    percent, 0 to 100
    light          hue                  float  degrees, 0 to 360
    light          saturation           float  percent, 0 to 100
    light          color_temperature    int    kelvin
    light          transition           float  seconds that a change takes, command only
    climate        mode                 str    off, heat, cool, auto, dry, fan_only
    climate        target_temperature   float  °C
    climate        preset, fan_mode     str    the device's own words
    climate        temperature          float  °C, reported only
    climate        humidity             float  percent, reported only
    climate        action               str    heating, cooling, idle, off …; reported only
    media_player   playback             str    playing, paused, stopped
    media_player   volume               int    percent, 0 to 100
    media_player   muted                bool
    media_player   source               str    the device's own words
    media_player   query                str    free text to play, command only
    media_player   skip                 str    next, previous, command only
    media_player   title                str    what is playing, reported only
    cover          open                 bool   False: all the way closed
    cover          position             int    percent, 0 closed, 100 open
    cover          tilt                 int    percent, 0 closed, 100 open
    cover          stop                 bool   halt where it is, command only
    cover          motion               str    opening, closing, stopped; reported only
    fan            speed                int    percent, 0 to 100
    fan            oscillating          bool
    fan            direction            str    forward, reverse
    fan            preset               str    the device's own words
    lock           locked               bool
    lock           motion               str    locking, unlocking, stopped; reported only
    lock           jammed               bool   reported only
    scene          activate             bool   command only
    sensor         see readings.py: temperature in °C, humidity in percent, open, occupied …

A device has the attributes that its maker gave it: look at `features` before setting one and at
`state` before reading one. A sensor has no features; one that measures several things may be
several devices of the same name, each with its own attribute.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from assistant.events import Value

if TYPE_CHECKING:  # a skill's own process reads no YAML
    from assistant.config import Category, Kind

State = Mapping[str, Value]
"""Attributes and their values; an attribute of which nothing is known is absent."""


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

    device_class: str | None = None
    """What it is, in Home Assistant's words: garage, blind, outlet, motion …; None: not told."""

    category: Category | None = None
    """Not None: there to set up or to watch another device. Known by its full name only, never
    part of "all", "everything", a room or a word for its kind."""

    measures: frozenset[str] = frozenset()
    """Attributes that it only reports, as far as they are known before it has reported them."""

    speeds: tuple[int, ...] = ()
    """Of a fan whose speeds are numbered: percent of each, the slowest first."""

    unit: str | None = None
    """Of the attribute `value` of a sensor; every other attribute has its own, always the same."""

    available: bool = True
    state: State = field(default_factory=dict)
    """As it has reported itself over the present connection; empty while it is away."""

    commands: tuple[str, ...] = ()
    """Of a routine (a scene of config.yaml): the sentences that it is made of."""

    past: State = field(default_factory=dict)
    """What it said before it went away, or before the connection was lost: nobody knows whether
    that is still so."""

    def as_last_heard(self) -> Device:
        """With what it said before for what it says now; to be told as what was."""
        return replace(self, state={**self.past, **self.state}, past={})


@dataclass(frozen=True, slots=True)
class Change:
    """A wish: attributes that one device should take."""

    device_id: str
    attributes: State
