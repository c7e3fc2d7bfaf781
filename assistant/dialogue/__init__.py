"""What to do with an understanding: carry it out, ask back, or say that it made no sense.

memory        what was done last
in_context    the interpreter that knows it: answers and follow-ups (sentences.yaml)
wish          a wish in words

A question keeps what it is about for a while: "yes" carries it out, "no" drops it, a place or a
value fills what was missing, and anything else is taken as a new command. What was done is kept
longer: "turn them off again", "and the bedroom too", "undo that".
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from assistant.config import DialogueSettings
from assistant.dialogue.in_context import InContext, Sentences, sentences
from assistant.dialogue.memory import JUST_NOW_S, Done, Memory
from assistant.dialogue.wish import in_words
from assistant.events import Because, Intent, Reason, Slot, Source, Turn, Understanding
from assistant.lang import language
from assistant.skill.answer import Targets
from assistant.skill.manifest import TARGET_SLOTS, IntentSpec, Manifest
from assistant.understand import HouseNames, Interpreter
from assistant.understand.text import split_words
from assistant.understand.values import TemperatureUnit, check_range

ANSWER_WITHIN_S = 20.0  # a yes that comes later is no answer any more

UNDO = "dialogue.undo"
HALT = "dialogue.halt"
"""The intents that no skill answers."""

Resolve = Callable[[Intent], Targets | None]
"""The devices that an intent means here; None when it means none, or several things."""


@dataclass(frozen=True, slots=True)
class Question:
    """What was asked, and what becomes of the answer."""

    intents: tuple[Intent, ...]
    slot: str = ""
    """The slot that was asked for; "which": which devices; "": yes or no."""

    allows: frozenset[str] = frozenset()
    """Ids of what lets somebody in and is named in it."""


class Dialogue:
    """Remembers the open question of one site, and what was done there last."""

    def __init__(
        self,
        manifests: Sequence[Manifest],
        names: HouseNames,
        resolve: Resolve,
        settings: DialogueSettings | None = None,
        temperature_unit: TemperatureUnit = "celsius",
        ringing: Callable[[], bool] = lambda: False,
    ) -> None:
        """`ringing`: whether a timer or an alarm rings here: then "stop" means that."""
        self._ringing = ringing
        self._settings = settings or DialogueSettings()
        self._temperature_unit = temperature_unit
        self._manifests = {manifest.name: manifest for manifest in manifests}
        self._resolve = resolve
        self._question: Question | None = None
        self._open_until = 0.0
        self.memory = Memory()
        self.rename(names)

    def rename(self, names: HouseNames) -> None:
        """Go on with these names."""
        self._names = names
        self._in_short = names.in_short()  # once: with many devices it takes as long as a sentence
        self._sentences: dict[tuple[object, ...], Sentences] = {}

    def close(self) -> None:
        """No question is open any more."""
        self._question = None

    def wait_anew(self, now: float) -> None:
        """The time for an answer counts from `now`; only for whoever has just asked."""
        self._open_until = now + ANSWER_WITHIN_S

    def open_question(self, now: float) -> Question | None:
        """What somebody is expected to answer."""
        return self._question if self._question and now <= self._open_until else None

    # What the next words mean.

    def interpreter(self, always: Interpreter, now: float) -> InContext:
        """`always`, which now also understands answers and follow-ups."""
        return InContext(
            always,
            self._makes_sense(now),
            lambda text, said: self._meaning(text, said, now),
            lambda understanding: self._settled(understanding, now),
        )

    def _makes_sense(self, now: float) -> Sentences:
        question, asked = self.open_question(now), None
        intents = ["dismiss", "halt", "undo"]
        if question:
            intents.append("deny")
            if question.slot in ("", "which"):
                intents.append("which" if question.slot else "affirm")
            else:
                skill, name = question.intents[0].skill, question.intents[0].verb
                asked = self._manifests[skill], name, question.slot
        done = None
        if last := self.memory.last(now):
            intents += ["also", "about", "instead", "again", "more"]
            skill, name = last.intents[-1].skill, last.intents[-1].verb
            spec = self._spec(last.intents[-1])
            intents += ["less"] if spec and spec.less else []
            done = (self._manifests[skill], name) if skill in self._manifests else None
        points = self.memory.spoken_of(now) is not None
        intents += ["on", "off"] if points else []
        about = question.intents[0].name if asked and question else None
        corrected = done and (done[0].name, done[1])
        key = (*intents, points, corrected, about, question.slot if question else None)
        if key not in self._sentences:
            self._sentences[key] = sentences(self._in_short, intents, asked, done, points=points)
        return self._sentences[key]

    def _meaning(self, text: str, said: Intent, now: float) -> Understanding | None:
        """What a sentence of the dialogue means; None: nothing."""
        skill, name = said.skill, said.verb
        question, last = self.open_question(now), self.memory.last(now)
        if question and (name == "which" or question.slot in said.slots):
            return _accepted(text, _answered(question, said), Source.ANSWER)
        if skill != "dialogue":
            return _accepted(text, _corrected(last, said), Source.FOLLOW_UP) if last else None
        if name == "halt" and self._ringing():
            return _accepted(text, (Intent(HALT, 1.0),), Source.FOLLOW_UP)
        if question and name == "affirm":
            return _accepted(text, question.intents, Source.YES)
        if name in ("dismiss", "deny") or (question and name == "halt"):
            return _accepted(text, (), Source.NO)
        if name == "undo":
            return _accepted(text, (Intent(UNDO, 1.0),), Source.FOLLOW_UP)
        return self._follow_up(text, name, said, last) if last else None

    def _follow_up(self, text: str, name: str, said: Intent, last: Done) -> Understanding | None:
        if name == "again":
            return _accepted(text, last.intents, Source.FOLLOW_UP)
        if name in ("more", "less"):
            return _accepted(text, self._by_degrees(name, last), Source.FOLLOW_UP)
        if name not in ("also", "about", "instead"):
            return None
        moved = list(filter(None, (self._moved(intent, said) for intent in last.intents)))
        wrong = [Intent(UNDO, 1.0)] if name == "instead" and last.undo else []
        source = Source.ALSO if name == "also" else Source.FOLLOW_UP
        return _accepted(text, [*wrong, *moved], source) if moved else None

    def _by_degrees(self, name: str, last: Done) -> tuple[Intent, ...]:
        """ "A bit more", after a lamp was set to forty percent: brighter. The same again, where no
        other intent is meant by it."""
        (*_, intent) = last.intents
        spec = self._spec(intent)
        step = getattr(spec, name) if spec else ""
        if not step:
            return last.intents
        kept = {slot: value for slot, value in intent.slots.items() if slot in TARGET_SLOTS}
        return (Intent(f"{intent.skill}.{step}", 1.0, kept),)

    def _moved(self, intent: Intent, said: Intent) -> Intent | None:
        """`intent` for the devices that `said` names; None when it has nothing to do with any."""
        spec = self._spec(intent)
        if spec is None or not (spec.target or self._has_places(intent)):
            return None
        kinds = self._kinds(said)
        if kinds and spec.target not in (None, "any", *kinds):
            return self._alike(intent, said, kinds)
        return replace(intent, slots=_pointing(intent, said))

    def _has_places(self, intent: Intent) -> bool:
        """Whether a room can be said with it, though it is about no devices."""
        skill, name = intent.skill, intent.verb
        manifest = self._manifests[skill]
        said = (*manifest.intents[name].sentences, *manifest.rules.values())
        return any("{area}" in text or "<where>" in text for text in said)

    def _alike(self, intent: Intent, said: Intent, kinds: Sequence[str]) -> Intent | None:
        """The intent of another skill that does the same to devices of another kind."""
        verb = intent.verb
        for manifest in self._manifests.values():
            spec = manifest.intents.get(verb)
            if spec and spec.target in kinds:
                return replace(
                    intent, name=f"{manifest.name}.{verb}", slots=_pointing(intent, said)
                )
        return None

    def _kinds(self, said: Intent) -> list[str]:
        """What kinds of device have the name that was said; none when none was."""
        if "name" not in said.slots:
            return []
        name = str(said.slots["name"].value)
        kinds = self._names.devices
        return [kind for kind in kinds if name in self._names.spoken("name", kind).values()]

    # What "it" is.

    def _settled(self, understanding: Understanding, now: float) -> Understanding:
        """The same, with the devices that "it" stands for, and the skill that they need."""
        if understanding.decision == "reject":
            return understanding
        settled = []
        spoken_of = self.memory.spoken_of(now)
        just_now = self.memory.spoken_of(now, JUST_NOW_S)
        for intent in understanding.intents:
            found = self._pointed(intent, spoken_of, just_now, understanding.text)
            settled.append(found)
            if len(understanding.intents) > 1:
                spoken_of = just_now = self._resolve(found) or spoken_of
        intents = tuple(settled)
        if any(intent.rivals and _points_nowhere(intent) for intent in intents):
            return replace(
                understanding, decision="reject", reason=Reason(Because.NOTHING_SPOKEN_OF)
            )
        clear = all(not intent.rivals for intent in intents)
        if understanding.reason == Reason(Because.AMBIGUOUS) and clear:
            return replace(
                understanding, decision="accept", confidence=1.0, intents=intents, reason=None
            )
        return replace(understanding, intents=intents)

    def _pointed(
        self, intent: Intent, spoken_of: Targets | None, just_now: Targets | None, text: str
    ) -> Intent:
        """`intent`, or the one of its rivals that has to do with what was spoken of."""
        options = (intent, *intent.rivals)
        if any("it" in option.slots for option in options):
            meant = spoken_of
        elif self._names_nothing(intent, text):
            meant = just_now
        else:
            meant = None
        for option in options if meant else ():
            assert meant is not None
            target = self._target(option)
            ids = tuple(device.id for device in meant if target in ("any", device.kind))
            if ids:
                it = Slot("it", meant.phrase, ids)
                return replace(option, slots={**option.slots, "it": it}, rivals=())
        return self._busy(options) or intent

    def _names_nothing(self, intent: Intent, text: str) -> bool:
        """ "A bit brighter": neither a device nor a place nor what kind of thing."""
        kind = self._target(intent)
        if kind is None or set(intent.slots) & set(TARGET_SLOTS):
            return False
        said = language().wording
        nouns = {word.lower() for word in said.NOUNS[kind]} | said.MORE_NOUNS
        return not nouns & {word.text for word in split_words(text)}

    def _busy(self, options: Sequence[Intent]) -> Intent | None:
        """The only one of several whose devices are doing something: "stop"."""
        if len(options) < 2:
            return None
        busy = [option for option in options if _does_something(self._resolve(option))]
        return replace(busy[0], rivals=()) if len(busy) == 1 else None

    def _target(self, intent: Intent) -> str | None:
        spec = self._spec(intent)
        return spec.target if spec else None

    # What is to be done.

    def turn(
        self,
        understanding: Understanding,
        area: str | None,
        now: float,
        *,
        confirmed: bool = False,
    ) -> Turn:
        """What to do about `understanding`.

        area        the room it was said in
        confirmed   somebody has said yes to it before
        """
        if understanding.decision == "reject":
            return Turn((), area)
        asked = self.open_question(now)
        self.close()
        intents = understanding.intents
        if understanding.decision == "confirm" and intents:
            wish = self._wish(intents)
            text = language().say("wanted", wish=wish)
            return Turn((), area, self.ask(text, Question(intents), now))
        confirmed = confirmed or understanding.source is Source.YES
        risky = () if confirmed else tuple(filter(self._risky, intents))
        ready, question = [], None
        for intent in intents:
            missing = self._missing(intent)
            if missing and not question:
                question = self.ask(missing[1], Question((intent,), missing[0]), now)
            elif not missing and intent not in risky:
                ready.append(intent)
        if risky and not question:
            text = language().say("sure", wish=self._wish(risky))
            question = self.ask(text, Question(risky), now)
        allowed = asked.allows if confirmed and asked else frozenset[str]()
        return Turn(tuple(ready), area, question, confirmed=confirmed, allowed=allowed)

    def ask(self, text: str, question: Question, now: float) -> str:
        """`text`, from now on an open question."""
        self._question, self._open_until = question, now + ANSWER_WITHIN_S
        return text

    def summary(self, intent: Intent) -> str:
        """The intent in words: "turn on the kitchen lights"."""
        spec = self._spec(intent)
        return in_words(intent, spec) if spec else language().say("undo")

    def _wish(self, intents: Sequence[Intent]) -> str:
        wishes = [self.summary(intent) for intent in intents]
        return f" {language().lexicon.JOINTS[0]} ".join(wishes)

    def _spec(self, intent: Intent) -> IntentSpec | None:
        skill, name = intent.skill, intent.verb
        return self._manifests[skill].intents[name] if skill in self._manifests else None

    def _risky(self, intent: Intent) -> bool:
        spec, listed = self._spec(intent), self._settings.confirm
        if spec is None:
            return False
        if spec.confirm or intent.name in listed:
            return True
        targets = self._resolve(intent) if listed and spec.target else None
        return any(device.id in listed for device in targets or ())

    def _missing(self, intent: Intent) -> tuple[str, str] | None:
        """The slot that has to be said (again), and the question."""
        manifest = self._manifests.get(intent.skill)
        spec = self._spec(intent)
        if manifest is None or spec is None:
            return None
        for name, slot in intent.slots.items():
            if name in manifest.slots and (
                question := check_range(
                    slot, manifest.slots[name], house_unit=self._temperature_unit
                )
            ):
                return name, question
        return next(((s, text) for s, text in spec.asks.items() if s not in intent.slots), None)


def _accepted(text: str, intents: Iterable[Intent], source: Source) -> Understanding:
    return Understanding(text, "accept", 1.0, tuple(intents), source)


def _pointing(intent: Intent, said: Intent) -> Mapping[str, Slot]:
    """The slots of `intent`, for the devices that `said` names."""
    kept = {name: slot for name, slot in intent.slots.items() if name not in TARGET_SLOTS}
    return {**kept, **(dict(said.slots) or {"all": Slot("all", "all", value=True)})}


def _answered(question: Question, said: Intent) -> tuple[Intent, ...]:
    """What was asked about, with the answer in it."""
    if question.slot != "which":
        return tuple(replace(i, slots={**i.slots, **said.slots}) for i in question.intents)
    given = dict(said.slots) or {"all": Slot("all", "all", value=True)}
    return tuple(
        replace(intent, slots={**_without_pronoun(intent.slots), **given}, rivals=())
        for intent in question.intents
    )


def _corrected(last: Done, said: Intent) -> tuple[Intent, ...]:
    """What was done last, with another value."""
    (*before, intent) = last.intents
    return (*before, replace(intent, slots={**intent.slots, **said.slots}))


def _points_nowhere(intent: Intent) -> bool:
    return "it" in intent.slots and not isinstance(intent.slots["it"].value, tuple)


def _without_pronoun(slots: Mapping[str, Slot]) -> dict[str, Slot]:
    return {name: slot for name, slot in slots.items() if name != "it"}


def _does_something(targets: Targets | None) -> bool:
    """Music plays, a blind moves."""
    return any(
        device.state.get("playback") == "playing"
        or device.state.get("motion") in ("opening", "closing")
        for device in targets or ()
    )
