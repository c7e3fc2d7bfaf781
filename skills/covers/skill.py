"""Blinds, curtains, shutters, garage doors and gates."""

from assistant.skill import Answer, CannotDo, Change, Device, Targets, sentence

STEP_PERCENT = 20  # "a bit more"

LETS_IN = ("garage", "gate", "door")
"""What lets somebody in is not opened before a "yes"."""


def open(
    targets: Targets,
    what: str | None = None,
    besides: Targets | None = None,
    besides_area: str | None = None,
) -> Answer:
    """All the way up, back or open."""
    meant = _meant(targets.without(besides, besides_area), what)
    return _risky(Answer(_doing(meant, "opening"), meant.set(open=True)), meant)


def close(
    targets: Targets,
    what: str | None = None,
    besides: Targets | None = None,
    besides_area: str | None = None,
) -> Answer:
    """All the way down or shut."""
    meant = _meant(targets.without(besides, besides_area), what)
    return Answer(_doing(meant, "closing"), meant.set(open=False))


def set_position(targets: Targets, position: int, what: str | None = None) -> Answer:
    """So many percent open."""
    meant = _able(_meant(targets, what), "position", "can't be set to a position")
    answer = Answer(
        f"{sentence(meant.phrase)} {meant.are} going to {position} percent.",
        meant.set(position=position),
    )
    return _risky(answer, meant) if position else answer


def open_more(targets: Targets, what: str | None = None) -> Answer:
    """A little further open."""
    return _by(STEP_PERCENT, targets, what)


def close_more(targets: Targets, what: str | None = None) -> Answer:
    """A little further closed."""
    return _by(-STEP_PERCENT, targets, what)


def stop(targets: Targets, what: str | None = None) -> Answer:
    """Leave it where it is."""
    meant = _able(_meant(targets, what), "stop", "can't be stopped")
    return Answer("Stopped.", meant.set(stop=True))


def set_tilt(targets: Targets, tilt: int, what: str | None = None) -> Answer:
    """Turn the slats, 0 percent closed, 100 open."""
    meant = _able(_meant(targets, what), "tilt", "can't be tilted")
    return Answer(f"{sentence(meant.phrase)} {meant.are} at {tilt} percent.", meant.set(tilt=tilt))


def open_slats(targets: Targets, what: str | None = None) -> Answer:
    """Slats open."""
    return set_tilt(targets, 100, what)


def close_slats(targets: Targets, what: str | None = None) -> Answer:
    """Slats closed."""
    return set_tilt(targets, 0, what)


def _by(step: int, targets: Targets, what: str | None) -> Answer:
    meant = _able(_meant(targets, what), "position", "can't be set to a position")
    changes = []
    for device in meant:
        if "position" not in device.state:
            raise CannotDo(f"I don't know how far the {device.name} is open.")
        position = min(100, max(0, int(device.state["position"]) + step))
        changes.append(Change(device.id, {"position": position}))
    answer = Answer(f"{sentence(meant.phrase)} {meant.are} moving.", tuple(changes))
    return _risky(answer, meant) if step > 0 else answer


def _meant(targets: Targets, what: str | None) -> Targets:
    """Those of `targets` that are what was said: "the blinds" downstairs are not the garage door.

    A word that no name here has ("the blinds", which are called shutters) means all that lets
    nobody in.
    """
    if what is None:
        return targets
    named = [device for device in targets if what in _names(device)]
    harmless = [device for device in targets if not _lets_in(device)]
    found = tuple(named or (harmless if what not in LETS_IN else ()))
    if not found:
        raise CannotDo(f"There is no {what}{_where(targets)}.")
    plural = len(found) > 1
    phrase = targets.phrase if plural else f"the {found[0].name}"
    return Targets(found, phrase, plural, targets.area_name)


def _where(targets: Targets) -> str:
    return f" in the {targets.area_name}" if targets.area_name else " here"


def _names(device: Device) -> str:
    return " ".join((device.name, *device.aliases)).lower()


def _lets_in(device: Device) -> bool:
    return any(word in _names(device) for word in LETS_IN)


def _risky(answer: Answer, targets: Targets) -> Answer:
    if not any(_lets_in(device) for device in targets):
        return answer
    return Answer(answer.text, answer.changes, confirm=f"Open {targets.phrase}?")


def _able(targets: Targets, attribute: str, cannot: str) -> Targets:
    able = tuple(device for device in targets if attribute in device.features)
    if not able:
        raise CannotDo(f"{sentence(targets.phrase)} {cannot}.")
    return Targets(able, targets.phrase, targets.plural, targets.area_name)


def _doing(targets: Targets, what: str) -> str:
    return f"{sentence(targets.phrase)} {targets.are} {what}."
