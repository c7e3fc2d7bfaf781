"""Music: play by name, pause, skip, volume, in any room."""

from assistant.skill import Answer, CannotDo, Change, Targets

STEP_PERCENT = 10  # "louder" without a number
LOUD_PERCENT = 30  # after a silence that the player knows nothing of


def play(targets: Targets, query: str, volume: int | None = None) -> Answer:
    """Play whatever the player finds for these words, and so loud."""
    changes = targets.set(query=query)
    if volume is not None:
        changes = (*targets.set(volume=volume), *changes)
    return Answer(f"Playing {query}{_in(targets)}.", changes)


def resume(targets: Targets) -> Answer:
    """Go on playing."""
    return Answer(f"Playing{_in(targets)}.", targets.set(playback="playing"))


def pause(targets: Targets) -> Answer:
    """Pause."""
    return Answer(f"Paused{_in(targets)}.", targets.set(playback="paused"))


def next(targets: Targets) -> Answer:
    """Skip to the next title."""
    return Answer("Next one.", targets.set(skip="next"))


def previous(targets: Targets) -> Answer:
    """Back to the title before."""
    return Answer("Going back.", targets.set(skip="previous"))


def set_volume(targets: Targets, volume: int) -> Answer:
    """Set the volume, percent."""
    return Answer(f"The volume is {volume} percent{_in(targets)}.", targets.set(volume=volume))


def louder(targets: Targets, step: int = STEP_PERCENT) -> Answer:
    """Raise the volume by so many percentage points."""
    return _by(step, targets)


def quieter(targets: Targets, step: int = STEP_PERCENT) -> Answer:
    """Lower the volume by so many percentage points."""
    return _by(-step, targets)


def _by(step: int, targets: Targets) -> Answer:
    changes = []
    for device in targets:
        if "volume" not in device.state:
            raise CannotDo(f"I don't know how loud the {device.name} is.")
        volume = min(100, max(0, int(device.state["volume"]) + step))
        changes.append(Change(device.id, {"volume": volume}))
    volumes = {change.attributes["volume"] for change in changes}
    reached = f"{volumes.pop()} percent" if len(volumes) == 1 else "changed"
    return Answer(f"The volume is {reached}{_in(targets)}.", tuple(changes))


def mute(targets: Targets) -> Answer:
    """Silent, and playing on."""
    return Answer(f"Muted{_in(targets)}.", _muted(targets, True, 0))


def unmute(targets: Targets) -> Answer:
    """As loud as before; a player that can't be muted was turned down to nothing."""
    return Answer(f"The sound is on{_in(targets)}.", _muted(targets, False, LOUD_PERCENT))


def _muted(targets: Targets, muted: bool, volume: int) -> tuple[Change, ...]:
    return tuple(
        Change(device.id, {"muted": muted} if "muted" in device.features else {"volume": volume})
        for device in targets
    )


def whats_playing(targets: Targets) -> Answer:
    """Say what is playing."""
    playing = [
        str(device.state["title"])
        for device in targets
        if device.state.get("playback") == "playing" and device.state.get("title")
    ]
    return Answer(f"This is {' and '.join(playing)}." if playing else "Nothing is playing.")


def _in(targets: Targets) -> str:
    return f" in the {targets.area_name}" if targets.area_name else ""
