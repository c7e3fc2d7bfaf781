"""Blinds, curtains, shutters, garage doors and gates."""

from collections.abc import Mapping

from assistant.skill import Answer, CannotDo, Change, Device, Say, Targets, lets_in, sentence
from assistant.skill.telling import agree, as_object, listed, several, the

STEP_PERCENT = 20  # "a bit more"

LETS_IN = ("garage", "gate", "door")
"""Words for what lets somebody in; every other word but "cover" means what does not."""

CLASSES: Mapping[str, str] = {"garage_door": "garage", "shade": "blind"}
"""Class of a device → the word for it, where they differ."""


def open(
    targets: Targets,
    say: Say,
    what: str | None = None,
    besides: Targets | None = None,
    besides_area: str | None = None,
) -> Answer:
    """All the way up, back or open."""
    meant = _meant(say, targets.without(besides, besides_area), what)
    return _risky(say, Answer(_told(say, meant, "opening"), meant.set(open=True)), meant)


def close(
    targets: Targets,
    say: Say,
    what: str | None = None,
    besides: Targets | None = None,
    besides_area: str | None = None,
) -> Answer:
    """All the way down or shut."""
    meant = _meant(say, targets.without(besides, besides_area), what)
    return Answer(_told(say, meant, "closing"), meant.set(open=False))


def set_position(targets: Targets, say: Say, position: int, what: str | None = None) -> Answer:
    """So many percent open."""
    meant = _meant(say, targets, what).with_feature("position")
    answer = Answer(
        _told(say, meant, "going_to", position=position),
        meant.set(position=position),
    )
    return _risky(say, answer, meant) if position else answer


def open_more(targets: Targets, say: Say, what: str | None = None) -> Answer:
    """A little further open."""
    return _by(say, STEP_PERCENT, targets, what)


def close_more(targets: Targets, say: Say, what: str | None = None) -> Answer:
    """A little further closed."""
    return _by(say, -STEP_PERCENT, targets, what)


def stop(targets: Targets, say: Say, what: str | None = None) -> Answer:
    """Leave it where it is."""
    meant = _meant(say, targets, what).with_feature("stop")
    return Answer(say("stopped"), meant.set(stop=True))


def set_tilt(targets: Targets, say: Say, tilt: int, what: str | None = None) -> Answer:
    """Turn the slats, 0 percent closed, 100 open."""
    meant = _meant(say, targets, what).with_feature("tilt")
    answer = Answer(_told(say, meant, "tilted", tilt=tilt), meant.set(tilt=tilt))
    return _risky(say, answer, meant) if tilt else answer


def open_slats(targets: Targets, say: Say, what: str | None = None) -> Answer:
    """Slats open."""
    return set_tilt(targets, say, 100, what)


def close_slats(targets: Targets, say: Say, what: str | None = None) -> Answer:
    """Slats closed."""
    return set_tilt(targets, say, 0, what)


def _by(say: Say, step: int, targets: Targets, what: str | None) -> Answer:
    meant = _meant(say, targets, what).with_feature("position")
    changes = []
    for device in meant:
        if "position" not in device.state:
            raise CannotDo(say("not_known", name=the(device.name)))
        position = min(100, max(0, int(device.state["position"]) + step))
        changes.append(Change(device.id, {"position": position}))
    answer = Answer(_told(say, meant, "moving"), tuple(changes))
    return _risky(say, answer, meant) if step > 0 else answer


def _meant(say: Say, targets: Targets, what: str | None) -> Targets:
    """Those of `targets` that are what was said: "the blinds" downstairs are not the garage door.

    A word that nothing here is called by ("the blinds", which are called shutters) means all that
    lets nobody in; "the covers" are all of them.
    """
    if what is None:
        return targets
    named = [device for device in targets if _is(say, device, what)]
    harmless = [device for device in targets if not lets_in(device)]
    if what == "cover":
        named = list(targets)
    found = tuple(named or (harmless if what not in LETS_IN else ()))
    if not found:
        key = "none_in" if targets.area_name else "none_here"
        raise CannotDo(say(key, what=say(what), place=targets.area_name))
    plural = len(found) > 1
    phrase = (
        targets.phrase.replace(several("cover"), say(f"{what}s")) if plural else the(found[0].name)
    )
    return Targets(found, phrase, plural, targets.area_name)


def _is(say: Say, device: Device, what: str) -> bool:
    """Whether that is a word for it: its class says so, or its name does."""
    class_ = device.device_class or ""
    names = " ".join((device.name, *device.aliases)).lower()
    return CLASSES.get(class_, class_) == what or any(
        word.lower() in names for word in say.all(what)
    )


def _risky(say: Say, answer: Answer, targets: Targets) -> Answer:
    """Asks first where somebody could come in, and says by what."""
    entrances = [as_object(the(device.name)) for device in targets if lets_in(device)]
    if not entrances:
        return answer
    key = "open" if len(entrances) == len(targets.devices) else "open_also"
    question = say(key, targets=targets.object, entrances=listed(entrances))
    return Answer(answer.text, answer.changes, confirm=question)


def _told(say: Say, targets: Targets, key: str, **values: object) -> str:
    told = agree(targets.phrase, say(key, **values), plural=targets.plural)
    return f"{sentence(told)}."
