"""Whatever a device tells of itself, as a sentence: "The blind is 40 percent open"."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from assistant.home.model import Device
from assistant.home.readings import UNITS
from assistant.lang import language
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
        raise CannotDo(language().say("tells_nothing", targets=targets.phrase))
    are = language().wording.are(many=targets.phrase.endswith("s"))
    return f"{sentence(targets.phrase)} {are} {listed(list(dict.fromkeys(found)))}."


def was(aspect: Aspect) -> Callable[[Device], str]:
    """What a device was, for `untold`."""
    return lambda device: "" if aspect.read(device) is None else word_for(device, aspect)


def word_for(device: Device, aspect: Aspect) -> str:
    """What it is: "on", "paused", "40 percent open", "closed"."""
    state, yes = device.state, bool(aspect.read(device))
    if aspect is SWITCHED and device.kind == "media_player":
        return _state(str(state["playback"]))
    position = state.get("position")
    if aspect is OPENED and isinstance(position, int | float) and 0 < position < 100:
        return _saying("percent_open", position=f"{position:g}")
    return _state(aspect.yes if yes else aspect.no)


def moving(device: Device, aspect: Aspect) -> str:
    """What it is on its way to: "opening"; "" where it stands still."""
    motion = str(device.state.get("motion"))
    return _state(motion) if motion in aspect.passing else ""


def _state(word: str) -> str:
    return language().wording.STATES.get(word, word)


def _saying(key: str, **values: object) -> str:
    return language().wording.SAYINGS[key].format(**values)


def _sayings(device: Device, rooms: Rooms) -> Iterator[str]:
    state = device.state
    for aspect in ASPECTS:
        if aspect.read(device) is not None:
            yield moving(device, aspect) or word_for(device, aspect)
    if state.get("on"):
        yield from (
            _saying("at_percent", value=state[name])
            for name in ("brightness", "speed")
            if name in state
        )
    if device.kind == "climate":
        yield from _climate(device, rooms)
    if device.kind == "sensor":
        yield from _readings(device, rooms)


def _climate(device: Device, rooms: Rooms) -> Iterator[str]:
    state = device.state
    if state.get("mode", "off") not in ("off", "heat"):
        yield _saying("in_mode", mode=str(state["mode"]).replace("_", " "))
    if "target_temperature" in state:
        yield _saying("set_to", degrees=degrees(float(state["target_temperature"]), rooms))
    if "temperature" in state:
        yield _saying("at", value=degrees(float(state["temperature"]), rooms))


def _readings(device: Device, rooms: Rooms) -> Iterator[str]:
    for attribute, value in device.state.items():
        if attribute in _LISTED_APART:
            continue
        if isinstance(value, bool):
            words = language().wording.FLAGS.get(attribute, (attribute.replace("_", " "), ""))
            yield words[0] if value else words[1] or _saying("not", what=words[0])
        else:
            unit = device.unit if attribute == "value" else UNITS.get(attribute)
            yield _saying("at", value=measured(value, unit, rooms))
