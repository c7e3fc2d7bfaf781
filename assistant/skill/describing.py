"""Whatever a device tells of itself, as a sentence: "The blind is 40 percent open"."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from assistant.home.model import Device
from assistant.home.readings import UNITS
from assistant.skill.answer import CannotDo, Targets, sentence
from assistant.skill.aspects import ASPECTS, OPENED, SWITCHED, Aspect
from assistant.skill.rooms import Rooms
from assistant.skill.telling import degrees, listed, measured, silent

_LISTED_APART = frozenset({"open", "running", "present"})


def described(targets: Targets, rooms: Rooms) -> str:
    """One sentence; raises CannotDo, to be said, when they tell nothing."""

    def last(device: Device) -> str:
        sayings = list(dict.fromkeys(_sayings(device, rooms)))
        return listed(sayings) if sayings else ""

    if problem := silent(targets, rooms, last):
        raise CannotDo(problem)
    found = [saying for one in targets if one.available for saying in _sayings(one, rooms)]
    if not found:
        raise CannotDo(f"{sentence(targets.phrase)} tells nothing that I could say.")
    are = "are" if targets.phrase.endswith("s") else "is"
    return f"{sentence(targets.phrase)} {are} {listed(list(dict.fromkeys(found)))}."


def was(aspect: Aspect) -> Callable[[Device], str]:
    """What a device was, for `untold`."""
    return lambda device: "" if aspect.read(device) is None else word_for(device, aspect)


def word_for(device: Device, aspect: Aspect) -> str:
    """What it is: "on", "paused", "40 percent open", "closed"."""
    state, yes = device.state, bool(aspect.read(device))
    if aspect is SWITCHED and device.kind == "media_player":
        return str(state["playback"])
    position = state.get("position")
    if aspect is OPENED and isinstance(position, int | float) and 0 < position < 100:
        return f"{position:g} percent open"
    return aspect.yes if yes else aspect.no


def _sayings(device: Device, rooms: Rooms) -> Iterator[str]:
    state = device.state
    for aspect in ASPECTS:
        if aspect.read(device) is not None:
            yield aspect.passing.get(str(state.get("motion")), word_for(device, aspect))
    if state.get("on"):
        yield from (
            f"at {state[name]} percent" for name in ("brightness", "speed") if name in state
        )
    if device.kind == "climate":
        yield from _climate(device, rooms)
    if device.kind == "sensor":
        yield from _readings(device, rooms)


def _climate(device: Device, rooms: Rooms) -> Iterator[str]:
    state = device.state
    if state.get("mode", "off") not in ("off", "heat"):
        yield f"in {str(state['mode']).replace('_', ' ')} mode"
    if "target_temperature" in state:
        yield f"set to {degrees(float(state['target_temperature']), rooms)}"
    if "temperature" in state:
        yield f"at {degrees(float(state['temperature']), rooms)}"


def _readings(device: Device, rooms: Rooms) -> Iterator[str]:
    for attribute, value in device.state.items():
        if attribute in _LISTED_APART:
            continue
        if isinstance(value, bool):
            words = _FLAGS.get(attribute, (attribute.replace("_", " "), ""))
            yield words[0] if value else words[1] or f"not {words[0]}"
        else:
            unit = device.unit if attribute == "value" else UNITS.get(attribute)
            yield f"at {measured(value, unit, rooms)}"


_FLAGS = {
    "occupied": ("detecting motion", "detecting no motion"),
    "present": ("home", "away"),
    "wet": ("wet", "dry"),
    "smoke": ("detecting smoke", "detecting no smoke"),
    "gas": ("detecting gas", "detecting no gas"),
    "battery_low": ("low on battery", "good on battery"),
    "problem": ("reporting a problem", "without a problem"),
    "vibration": ("shaking", "still"),
}
