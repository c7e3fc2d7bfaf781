"""Everything off, in a room or the whole house."""

from assistant.skill import Answer, CannotDo, Change, Device, Rooms, Targets, lets_in


def everything_off(
    devices: tuple[Device, ...], besides: Targets | None = None, besides_area: str | None = None
) -> Answer:
    """Whatever is on."""
    all_of_them = Targets(devices, "everything", plural=False)
    meant = all_of_them.without(besides, besides_area)
    if meant is all_of_them:
        return Answer("Everything is off.", _off(devices))
    return Answer("Everything else is off.", _off(meant.devices))


def room_off(
    devices: tuple[Device, ...], rooms: Rooms, area: str | None = None, floor: str | None = None
) -> Answer:
    """Whatever is on there."""
    within = rooms.within(area, floor)
    there = tuple(one for one in devices if within is None or one.area in within)
    if not there:
        raise CannotDo(f"There is nothing{rooms.phrase(area, floor)} that I can turn off.")
    return Answer(f"Everything{rooms.phrase(area, floor)} is off.", _off(there))


def _off(devices: tuple[Device, ...]) -> tuple[Change, ...]:
    """What is off already, or away, is left alone; so is a switch that works a door."""
    changes = []
    for device in devices:
        if lets_in(device):
            continue
        if device.available and device.state.get("on", "on" in device.features):
            changes.append(Change(device.id, {"on": False}))
        elif device.available and device.state.get("playback") == "playing":
            changes.append(Change(device.id, {"playback": "paused"}))
    return tuple(changes)
