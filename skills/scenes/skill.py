"""Scenes of the house, and routines: several commands under one name."""

from assistant.skill import Answer, Change, Device, Rooms, Targets, lets_in, sentence
from assistant.skill.telling import listed

MOST_NAMES = 8


def activate(targets: Targets) -> Answer:
    """Activate scenes; carry out the commands of routines. A button that opens is asked for."""
    scenes = tuple(Change(one.id, {"activate": True}) for one in targets if not one.commands)
    commands = tuple(command for one in targets for command in one.commands)
    name = sentence(targets.phrase.removeprefix("the "))
    return Answer(
        f"{name}." if commands else f"{name} it is.",
        scenes,
        commands=commands,
        confirm=f"Start {targets.phrase}?" if any(map(lets_in, targets)) else "",
    )


def which(
    devices: tuple[Device, ...], rooms: Rooms, area: str | None = None, floor: str | None = None
) -> Answer:
    """Say what scenes and routines there are."""
    within = rooms.within(area, floor)
    found = [one for one in devices if one.kind == "scene"]
    names = [one.name for one in found if within is None or one.area in within]
    names = list(dict.fromkeys(names))
    if not names:
        return Answer(f"There are no scenes or routines{rooms.phrase(area, floor)}.")
    if len(names) > MOST_NAMES:
        shown = listed([*names[:MOST_NAMES], f"{len(names) - MOST_NAMES} more"])
    else:
        shown = listed(names)
    return Answer(f"You can say {shown}.")
