"""Whether what came of a sentence is what had to come of it (sentences.py)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal

from assistant.evaluation.sentences import AS_BEFORE, Item, Outcome, Scheduled, States
from assistant.events import Value
from assistant.home.attributes import COMMAND_ONLY, MANNER, fulfilled
from assistant.home.model import State

Verdict = Literal["right", "asked back", "rejected", "wrong"]

FILLERS = frozenset(
    {
        "a", "an", "the", "some", "any", "music", "by", "from", "of", "song", "songs", "track",
        "album", "please",
    }
)  # fmt: skip
"""Words that make no difference to what a player looks for or a reminder says."""

PASSED_S = 2.0  # that a timer may have run before it is looked at

FOLLOWS: Mapping[str, frozenset[str]] = {
    "brightness": frozenset({"on"}),
    "speed": frozenset({"on"}),
    "hue": frozenset({"on", "saturation", "color_temperature"}),
    "color_temperature": frozenset({"on", "hue", "saturation"}),
    "open": frozenset({"position"}),
    "position": frozenset({"open"}),
    "query": frozenset({"playback", "title"}),
    "skip": frozenset({"playback", "title"}),
}
"""Attribute → what else may change with it: nobody minds that a dimmed lamp is on."""


@dataclass(frozen=True, slots=True)
class Came:
    """What came of a sentence."""

    before: States
    after: States
    told: States
    """What each device was told, all its actions in one."""

    reply: str = ""
    reply_kind: str = "rejected"
    """As in events.Reply."""

    by_skill: bool = False
    """A skill had a say: the words were taken for a command or a question to the house."""

    schedule_before: tuple[Scheduled, ...] = ()
    schedule: tuple[Scheduled, ...] = ()
    silenced: bool = False

    @property
    def served(self) -> bool:
        """The words were taken for something that the house can do or tell, or may be."""
        return self.reply_kind == "question" or (
            self.by_skill and self.reply_kind in ("answer", "done")
        )

    @property
    def untouched(self) -> bool:
        """Nothing changed anywhere."""
        return not (
            any(self.changed(device) for device in self.after)
            or self.schedule != self.schedule_before
            or self.silenced
        )

    def changed(self, device: str) -> bool:
        """Whether `device` is not as before: telling a lamp that is off to go off is no harm."""
        return bool(
            self.told.get(device, {}).keys() & COMMAND_ONLY
            or self.before.get(device) != self.after.get(device)
        )


def judge(wanted: Outcome, came: Came) -> Verdict:
    """Whether that is what must come of it, and if not, what else: a mishap, or only no help."""
    alternatives = [replace(one, may=(*one.may, *wanted.may)) for one in wanted.any] or [wanted]
    if any(_as_wanted(one, came) for one in alternatives):
        return "right"
    if came.untouched and came.reply_kind == "question":
        return "asked back"
    if came.untouched and came.reply_kind in ("rejected", "failed"):
        return "rejected"
    return "wrong"


def _as_wanted(wanted: Outcome, came: Came) -> bool:
    if wanted.question:
        return came.untouched and came.reply_kind == "question"
    if wanted.nothing:
        return came.untouched and not came.served
    return (
        _devices_as_wanted(wanted, came)
        and _schedule_as_wanted(wanted, came)
        and came.silenced == wanted.silence
        and _reply_as_wanted(wanted, came)
    )


def _reply_as_wanted(wanted: Outcome, came: Came) -> bool:
    """A reply that has to say something; any other need only be no question and no excuse."""
    if came.reply_kind not in ("answer", "done"):
        return False
    return all(
        _has(came.reply, words.removeprefix("!")) is not words.startswith("!")
        for words in wanted.reply
    )


def _has(reply: str, words: str) -> bool:
    """Whether the reply has one of the alternatives, as whole words: unlocked is not locked."""
    choice = "|".join(map(re.escape, words.split("|")))
    return bool(re.search(rf"(?<!\w)({choice})(?!\w)", reply, re.IGNORECASE))


def _devices_as_wanted(wanted: Outcome, came: Came) -> bool:
    named = wanted.command
    return (
        (not named or any(came.told.get(device) for device in named))
        and all(_reached(named[device], device, came) for device in named)
        and not any(came.changed(d) for d in came.after if d not in named and d not in wanted.may)
    )


def _reached(attributes: State, device: str, came: Came) -> bool:
    """Whether `device` has the attributes now, and no others that it had not before."""
    before, after, told = (
        states.get(device, {}) for states in (came.before, came.after, came.told)
    )
    known = frozenset(attributes).union(*(FOLLOWS.get(n, frozenset()) for n in attributes))
    changed = {n for n in before.keys() | after.keys() if before.get(n) != after.get(n)}
    changed |= COMMAND_ONLY & told.keys()
    return changed <= known | MANNER and all(
        _is(name, value, told if name in COMMAND_ONLY else after)
        for name, value in attributes.items()
    )


def _is(name: str, wanted: Value, found: State) -> bool:
    value = found.get(name)
    if value is None:
        return False
    if name == "query":
        return words_of(str(wanted)) == words_of(str(value))
    if isinstance(wanted, str) and wanted[:1] in ("<", ">"):
        bound = float(wanted[1:])
        return float(value) < bound if wanted[0] == "<" else float(value) > bound
    return bool(value == wanted) if name in COMMAND_ONLY else fulfilled({name: wanted}, found)


def words_of(text: str) -> frozenset[str]:
    """The words of a text that make a difference."""
    return frozenset(re.findall(r"[\w']+", text.lower())) - FILLERS


def _schedule_as_wanted(wanted: Outcome, came: Came) -> bool:
    if wanted.silence:
        return True  # what has rung is over: how that is kept is not our business
    expected = came.schedule_before if wanted.becomes == AS_BEFORE else wanted.becomes
    if wanted.kind:
        expected += (wanted,)
    left = list(came.schedule)
    for one in expected:
        if (found := next((f for f in left if _same_entry(one, f)), None)) is None:
            return False
        left.remove(found)
    return not left


def _same_entry(wanted: Scheduled, found: Scheduled) -> bool:
    want, got = wanted.item, found.item
    return (
        wanted.kind == found.kind
        and (want.seconds is None or _soon(want.seconds, got.seconds))
        and (want.time is None or want.time == got.time)
        and (want.date is None or want.date == got.date)
        and set(want.days) == set(got.days)
        and want.paused == got.paused
        and _same_words(want, got)
        and _same_commands(want, got)
    )


def _same_words(want: Item, got: Item) -> bool:
    return all(
        wanted is None or words_of(wanted) == words_of(found or "")
        for wanted, found in ((want.name, got.name), (want.text, got.text))
    )


def _same_commands(want: Item, got: Item) -> bool:
    return want.command.keys() == got.command.keys() and all(
        _is(name, value, got.command[device])
        for device, attributes in want.command.items()
        for name, value in attributes.items()
    )


def _soon(wanted: float, found: float | None) -> bool:
    return found is not None and abs(wanted - found) <= PASSED_S
