"""Folders in the names of devices, "Hue/Lights/Kitchen/Roof": which of them is the room."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from assistant.config import AreaSettings
from assistant.home.discovery.announced import Announcement, spoken

NO_ROOMS = frozenset({
    "light", "lamp", "bulb", "sensor", "switch", "switche", "plug", "socket", "outlet", "blind",
    "cover", "curtain", "shutter", "shade", "fan", "lock", "door", "window", "thermostat",
    "radiator", "heating", "climate", "motion", "motionsensor", "contact", "temperature", "group",
    "scene", "device", "remote", "button", "zigbee", "zigbee2mqtt", "z2m", "hue", "philips",
    "ikea", "tradfri", "aqara", "tuya", "osram", "sonoff", "xiaomi", "home", "house", "misc",
    "other", "test", "all",
})  # fmt: skip
"""What folders are called that are no rooms: kinds of device and makers, in the singular."""


def placed(announced: Sequence[Announcement], areas: Iterable[AreaSettings]) -> list[Announcement]:
    """Each with the room and the name that its folders tell.

    A folder is a room where it is known as one; where there is only one folder, and it is called
    like nothing else, it is a new room. No room is made of a path.
    """
    rooms = {_key(name): name for area in areas for name in (area.name, *area.aliases)}
    for one in announced:
        folder = one.area or (one.folders[0] if len(one.folders) == 1 else "")
        if folder and not _is_no_room(folder):
            rooms.setdefault(_key(folder), spoken(folder))
    return [_placed(one, rooms) if one.folders else one for one in announced]


def _placed(one: Announcement, rooms: Mapping[str, str]) -> Announcement:
    at = next((i for i in reversed(range(len(one.folders))) if _key(one.folders[i]) in rooms), None)
    whole = spoken(" ".join((*one.folders, one.name)))
    if at is not None:
        area = rooms[_key(one.folders[at])]
        inner = [folder for folder in one.folders[at + 1 :] if not _is_no_room(folder)]
        name = spoken(" ".join((area, *inner, one.name)))
        return replace(one, name=name, area=one.area or area, aliases=(*one.aliases, whole))
    if _key(one.name) in rooms:  # lights/kitchen
        name = spoken(f"{one.name} {one.folders[-1]}")
        return replace(one, name=name, area=rooms[_key(one.name)], aliases=(*one.aliases, whole))
    turned = spoken(f"{one.name} {one.folders[-1]}")  # lights/living: "the living lights"
    more = (turned,) if _is_no_room(one.folders[-1]) else ()
    return replace(one, name=whole, aliases=(*one.aliases, *more))


def _key(name: str) -> str:
    """ "Livingroom" is the living room."""
    return spoken(name).replace(" ", "")


def _is_no_room(folder: str) -> bool:
    words = spoken(folder).split()
    return all(word.removesuffix("s") in NO_ROOMS or word.isdigit() for word in words)
