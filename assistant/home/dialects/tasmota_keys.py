"""The keys of a device that speaks Tasmota's dialect, and what its parts have in common."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from assistant.events import Value

Order = tuple[str, str]
"""A command word and its argument."""

Told = Iterator[tuple[str, Value]]
"""Attributes as a report tells them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TasmotaKeys:
    """The keys below `mqtt:`."""

    topic: str
    full_topic: str = "%prefix%/%topic%/"
    prefixes: tuple[str, ...] = ("cmnd", "stat", "tele")
    index: int = 1
    """Which of its relays, lights or shutters."""

    state_off: str = "OFF"
    state_on: str = "ON"
    online: str = "Online"
    offline: str = "Offline"
    light_type: int = 0
    """0: a relay; 1 dimmed, 2 white, 3 RGB, 4 RGBW, 5 RGBCW."""

    min_mireds: int = 153
    max_mireds: int = 500
    dimmer: str = "Dimmer"
    """How its brightness is commanded: Dimmer1 and Dimmer2 of a lamp whose colour and white are two
    lights, Channel3 of a lamp of several channels, Dimmer3 behind a Tuya chip."""

    dimmer_told: str = "Dimmer"
    """How its brightness is reported."""

    fades: bool = True
    inverted: bool = False
    """Of a shutter."""

    tilt_min: int = 0
    tilt_max: int = 0
    """Of a shutter: its angles when closed and open; the same: it cannot be tilted."""

    readings: tuple[Mapping[str, Any], ...] = ()
    """Of a sensor: {path: [AM2301, Temperature], attribute: temperature, unit: C}."""

    def __post_init__(self) -> None:
        if len(self.prefixes) != 3:
            raise ValueError("prefixes: expected three, for example [cmnd, stat, tele]")
        if not 1 <= self.index <= 64:
            raise ValueError(f"index: {self.index} is not in 1 to 64")
        if not self.dimmer.isalnum():  # it becomes a part of a topic
            raise ValueError(f"dimmer: {self.dimmer!r} is no command word")
        if not 0 < self.min_mireds < self.max_mireds:
            raise ValueError("min_mireds: not below max_mireds")

    def place(self, prefix: int, end: str) -> str:
        """A topic; prefix 0 cmnd, 1 stat, 2 tele."""
        full = self.full_topic.replace("%prefix%", self.prefixes[prefix])
        return full.replace("%topic%", self.topic).rstrip("/") + f"/{end}"
