"""What a device either is or is not, whatever it is: on, open, locked, home."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from assistant.home.model import Device

_AT_WORK = ("heating", "preheating", "cooling", "drying", "fan")


def _on(device: Device) -> bool | None:
    state = device.state
    if device.kind == "climate":
        if state.get("action") in _AT_WORK:
            return True
        return state["mode"] != "off" if "mode" in state else None
    if device.kind == "media_player":
        return state["playback"] == "playing" if "playback" in state else None
    on = state.get("on", state.get("running"))
    return on if on is None else bool(on)


def _open(device: Device) -> bool | None:
    state = device.state
    if "open" not in state and "position" in state:
        return float(state["position"]) > 0
    return bool(state["open"]) if "open" in state else None


def _locked(device: Device) -> bool | None:
    return bool(device.state["locked"]) if "locked" in device.state else None


def _present(device: Device) -> bool | None:
    return bool(device.state["present"]) if "present" in device.state else None


def _muted(device: Device) -> bool | None:
    return bool(device.state["muted"]) if "muted" in device.state else None


@dataclass(frozen=True, slots=True)
class Aspect:
    """A thing that a device either is or is not."""

    yes: str
    no: str
    """Its names, for skills; how that is said, `describing.word_for` knows."""

    read: Callable[[Device], bool | None]
    kinds: frozenset[str]
    """Devices that have it, whether they told or not."""

    passing: frozenset[str]
    """`motion` of a device that is on its way."""


SWITCHED = Aspect(
    "on", "off", _on, frozenset({"light", "switch", "climate", "media_player", "fan"}), frozenset()
)
OPENED = Aspect("open", "closed", _open, frozenset({"cover"}), frozenset({"opening", "closing"}))
LOCKED = Aspect(
    "locked",
    "unlocked",
    _locked,
    frozenset({"lock"}),
    frozenset({"locking", "unlocking"}),
)
PRESENT = Aspect("home", "away", _present, frozenset(), frozenset())
MUTED = Aspect("muted", "not muted", _muted, frozenset({"media_player"}), frozenset())
ASPECTS = (SWITCHED, OPENED, LOCKED, PRESENT)
"""What belongs to the state of a device."""

STATES = {word: (one, word == one.yes) for one in (*ASPECTS, MUTED) for word in (one.yes, one.no)}
"""Word for a state → what it is about, and which of the two it is."""


def has(device: Device, aspect: Aspect) -> bool:
    """Whether it can tell that; a sensor that has told nothing yet may."""
    told = aspect.read(device.as_last_heard()) is not None
    return told or device.kind in aspect.kinds or (aspect is OPENED and is_quiet(device))


def is_quiet(device: Device) -> bool:
    """Whether it is a sensor that has told nothing yet: who knows what it measures."""
    return device.kind == "sensor" and not device.state and not device.past
