"""Nobody is let in by mistake: what unlocks or opens an entrance needs a yes, or the door's code.

Decided by the assistant about what any skill answers, its own ones included, and outside their
processes. A yes counts for the devices that the question named. Whether a code is right, only the
built-in skill `locks` knows; for every other skill a door with a code stays locked.
"""

from __future__ import annotations

from collections.abc import Sequence

from assistant.events import Turn
from assistant.home.model import Device
from assistant.lang import language
from assistant.skill.answer import Answer, CannotDo
from assistant.skill.loader import LOCKS, Skill, Skills
from assistant.skill.telling import listed


def question_before(
    answer: Answer,
    entrances: Sequence[Device],
    skill: Skill | None,
    turn: Turn,
    skills: Skills,
) -> str:
    """What has to be answered with a yes before `answer` is carried out; "" for nothing.

    entrances   what it unlocks or opens
    skill       whose answer it is; None: the dialogue's own
    Raises CannotDo, to be said, for what nobody may do this way.
    """
    said, ours = language(), skill is None or skill.built_in
    asked = "" if turn.confirmed else answer.confirm
    if not entrances:
        return asked
    if skills.unchecked:
        raise CannotDo(said.say("code_unchecked", why=skills.unchecked.removesuffix(".")))
    if not turn.may_open:
        raise CannotDo(said.say("not_for_programs", name=said.wording.the(entrances[0].name)))
    if skills.code_set and any(device.kind == "lock" for device in entrances):
        if skill is None or not skill.built_in or skill.manifest.name != LOCKS:
            raise CannotDo(said.say("code_wanted", names=_names(entrances).lower()))
        return ""  # it has compared the code
    if (ours and turn.confirmed) or turn.allowed.issuperset(d.id for d in entrances):
        return ""
    return (ours and answer.confirm) or _what(entrances)


def _what(entrances: Sequence[Device]) -> str:
    """In our words: a skill could ask for something harmless."""
    locks = [device for device in entrances if device.kind == "lock"]
    others = [device for device in entrances if device.kind != "lock"]
    said = language()
    done = [
        said.say(verb, what=_names(some))
        for verb, some in (("unlock", locks), ("open", others))
        if some
    ]
    return said.say("sure", wish=f" {said.lexicon.JOINTS[0]} ".join(done))


def _names(devices: Sequence[Device]) -> str:
    said = language().wording
    return listed([said.as_object(said.the(device.name)) for device in devices])
