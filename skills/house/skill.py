"""Everything off, in a room or the whole house."""

from assistant.skill import Answer, CannotDo, Change, Device, Rooms, Targets, lets_in, sentence
from assistant.skill.aspects import SWITCHED
from assistant.skill.describing import was
from assistant.skill.telling import named_all, untold

OBEY = ("light", "switch", "fan", "media_player")
"""Kinds that go off with everything; heating does not, and is told."""


def everything_off(
    devices: tuple[Device, ...],
    rooms: Rooms,
    besides: Targets | None = None,
    besides_area: str | None = None,
) -> Answer:
    """Whatever is on."""
    all_of_them = Targets(devices, "everything", plural=False)
    meant = all_of_them.without(besides, besides_area)
    what = "everything" if meant is all_of_them else "everything else"
    return _off(meant.devices, rooms, what)


def room_off(
    devices: tuple[Device, ...], rooms: Rooms, area: str | None = None, floor: str | None = None
) -> Answer:
    """Whatever is on there."""
    within = rooms.within(area, floor)
    there = tuple(one for one in devices if within is None or one.area in within)
    if not any(one.kind in OBEY for one in there):
        raise CannotDo(f"There is nothing{rooms.phrase(area, floor)} that I can turn off.")
    return _off(there, rooms, f"everything{rooms.phrase(area, floor)}")


def _off(devices: tuple[Device, ...], rooms: Rooms, what: str) -> Answer:
    """What is off already is left alone, and so is a switch that works a door; what stays on, and
    what is away, is told."""
    switched = [one for one in devices if one.kind in OBEY and not lets_in(one)]
    away = [one for one in switched if not one.available]
    warm = [one for one in devices if one.kind == "climate" and SWITCHED.read(one)]
    but = f" but {named_all(warm, warm, rooms)}" if warm else ""
    what = f"{what} that I can reach" if away else what
    more = f" {untold(away, rooms, was(SWITCHED))}" if away else ""
    changes = [change for one in switched for change in _change(one)]
    return Answer(f"{sentence(what)} is off{but}.{more}", tuple(changes))


def _change(device: Device) -> tuple[Change, ...]:
    if device.available and device.state.get("on", "on" in device.features):
        return (Change(device.id, {"on": False}),)
    if device.available and device.state.get("playback") == "playing":
        return (Change(device.id, {"playback": "paused"}),)
    return ()
