"""Blinds, curtains, shutters, garage doors and gates."""

from collections.abc import Mapping

from assistant.skill import Answer, CannotDo, Change, Device, Targets, lets_in, sentence
from assistant.skill.telling import listed

STEP_PERCENT = 20  # "a bit more"

LETS_IN = ("garage", "gate", "door")
"""Words for what lets somebody in; every other word but "cover" means what does not."""

CLASSES: Mapping[str, str] = {"garage_door": "garage", "shade": "blind"}
"""Class of a device → the word for it, where they differ."""


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
    text = f"{sentence(meant.phrase)} {meant.are} at {tilt} percent."
    answer = Answer(text, meant.set(tilt=tilt))
    return _risky(answer, meant) if tilt else answer


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

    A word that nothing here is called by ("the blinds", which are called shutters) means all that
    lets nobody in; "the covers" are all of them.
    """
    if what is None:
        return targets
    named = [device for device in targets if _is(device, what)]
    harmless = [device for device in targets if not lets_in(device)]
    if what == "cover":
        named = list(targets)
    found = tuple(named or (harmless if what not in LETS_IN else ()))
    if not found:
        raise CannotDo(f"There is no {what}{_where(targets)}.")
    plural = len(found) > 1
    phrase = targets.phrase.replace("blinds", f"{what}s") if plural else f"the {found[0].name}"
    return Targets(found, phrase, plural, targets.area_name)


def _where(targets: Targets) -> str:
    return f" in the {targets.area_name}" if targets.area_name else " here"


def _is(device: Device, what: str) -> bool:
    """Whether that is a word for it: its class says so, or its name does."""
    class_ = device.device_class or ""
    names = " ".join((device.name, *device.aliases)).lower()
    return CLASSES.get(class_, class_) == what or what in names


def _risky(answer: Answer, targets: Targets) -> Answer:
    """Asks first where somebody could come in, and says by what."""
    entrances = [device.name for device in targets if lets_in(device)]
    if not entrances:
        return answer
    also = ""
    if len(entrances) < len(targets.devices):
        also = f", including {listed([f'the {name}' for name in entrances])}"
    return Answer(answer.text, answer.changes, confirm=f"Open {targets.phrase}{also}?")


def _able(targets: Targets, attribute: str, cannot: str) -> Targets:
    able = tuple(device for device in targets if attribute in device.features)
    if not able:
        raise CannotDo(f"{sentence(targets.phrase)} {cannot}.")
    return Targets(able, targets.phrase, targets.plural, targets.area_name)


def _doing(targets: Targets, what: str) -> str:
    return f"{sentence(targets.phrase)} {targets.are} {what}."
