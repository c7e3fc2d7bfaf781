"""The keys of a device that speaks Tasmota's dialect, and what its parts have in common."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from assistant.events import Value
from assistant.home.dialects.topics import Filter, Topic
from assistant.schema import Between

Order = tuple[str, str]
"""A command word and its argument."""

Told = Iterator[tuple[str, Value]]
"""Attributes as a report tells them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TasmotaKeys:
    """The keys below `mqtt:`."""

    topic: Topic
    full_topic: Filter = "%prefix%/%topic%/"
    prefixes: tuple[str, ...] = ("cmnd", "stat", "tele")
    hostname: str = ""
    """What stands for %hostname% in `full_topic`."""

    mac: str = ""
    """Of which %id% in `full_topic` is made: DC4F2249A3BC."""

    own_topics: bool = False
    """SetOption4: it answers on the topic of the command's own word instead of RESULT."""

    sleeps: bool = False
    """DeepSleep: it is away most of the time, and its last report counts."""

    index: Annotated[int, Between(1, 64)] = 1
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
        if not self.dimmer.isalnum():  # it becomes a part of a topic
            raise ValueError(f"dimmer: {self.dimmer!r} is no command word")
        if not 0 < self.min_mireds < self.max_mireds:
            raise ValueError("min_mireds: not below max_mireds")

        for word, given in (("%hostname%", self.hostname), ("%id%", self.mac)):
            if word in self.full_topic and not given:
                key = {"%hostname%": "hostname", "%id%": "mac"}[word]
                raise ValueError(f"full_topic: {word} is in it, so add `{key}: …`")

    @property
    def ids(self) -> tuple[str, ...]:
        """How the device may write %id%, the likeliest first; one where it is not in its topic.

        The end of its MAC for older versions and hatasmota, all of it in later ones.
        """
        return (self.mac[-6:], self.mac) if "%id%" in self.full_topic else ("",)

    def place(self, prefix: int, end: str, id_: str | None = None) -> str:
        """A topic; prefix 0 cmnd, 1 stat, 2 tele."""
        full = self.full_topic.replace("%prefix%", self.prefixes[prefix])
        full = full.replace("%hostname%", self.hostname).replace("%topic%", self.topic)
        full = full.replace("%id%", self.ids[0] if id_ is None else id_)
        return full.replace("//", "/").rstrip("/") + f"/{end}"

    def places(self, prefix: int, end: str) -> tuple[str, ...]:
        """The topic, for each way of writing %id%."""
        return tuple(self.place(prefix, end, id_) for id_ in self.ids)
