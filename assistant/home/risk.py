"""What lets somebody in, or water: it is not opened before a "yes".

The class of a device decides. Its name only adds: many makers tell no class, and no name makes a
garage door harmless.
"""

from __future__ import annotations

from assistant.home.model import Device, State
from assistant.lang import protecting

CLASSES = frozenset({"garage", "garage_door", "gate", "door", "lock", "water", "gas"})
"""Home Assistant's classes of covers that somebody comes in by, and of valves."""


def lets_in(device: Device) -> bool:
    """Whether somebody can come in, or water, when it is opened, unlocked or switched.

    Covers by any word of their names. Switches and scenes by what their name is about: the plug
    of the "garage heater" lets nobody in, a relay called "garage door" does.
    """
    if device.kind == "lock":
        return True
    if device.kind not in ("cover", "switch", "scene") or device.commands:
        return False  # the commands of a routine are asked for one by one
    return device.device_class in CLASSES or any(
        _is_entrance(device.kind, name.lower()) for name in (device.name, *device.aliases)
    )


def opens(device: Device, attributes: State) -> bool:
    """Whether somebody can come in once the device has taken these attributes.

    A switch that works a door may open it by either of its states.
    """
    return lets_in(device) and (
        device.kind in ("switch", "scene")
        or attributes.get("locked") is False
        or bool(attributes.get("open"))
        or any(float(attributes.get(name, 0)) > 0 for name in ("position", "tilt"))
    )


def _is_entrance(kind: str, name: str) -> bool:
    said = protecting()
    words = name.replace("-", " ").replace("_", " ").split()
    if any(phrase in " ".join(words) for phrase in said.RISKY_PHRASES):
        return True
    if kind == "cover" or (kind == "scene" and said.OPENING.intersection(words)):
        return any(map(_is_one, words))
    while len(words) > 1 and words[-1] in said.RELAYS:
        words.pop()
    return bool(words) and _is_one(words[-1])


def _is_one(word: str) -> bool:
    said, bare = protecting(), word.removesuffix("s")
    return bare not in said.HARMLESS and bare.endswith(said.ENTRANCES)
