"""The interpreter of the next words, which knows what was said before.

Answers and follow-ups are sentences like those of the skills, so that they can be heard as well
as read: the recognizer's graph has them for as long as they make sense.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, cached_property
from pathlib import Path

from assistant.events import Intent, Understanding
from assistant.grammar.graph import Graph
from assistant.grammar.matcher import TemplateMatcher
from assistant.grammar.templates import Template, compile_templates, read_rules
from assistant.lang import language
from assistant.schema import read_yaml
from assistant.skill.manifest import OPEN_TYPES, IntentSpec, Manifest
from assistant.understand import Interpreter
from assistant.understand.names import HouseNames
from assistant.understand.text import split_words

Meaning = Callable[[str, Intent], Understanding | None]
"""What a sentence of the dialogue, as text and as its own intent, means now; None: nothing."""


@dataclass(frozen=True)
class Sentences:
    """What makes sense now beside what always does."""

    key: Hashable
    templates: Sequence[Template]
    matcher: TemplateMatcher
    open: bool
    """They take any words: a command goes before."""

    points: bool
    """Something was spoken of before: "it" can be said."""


def sentences(
    names: HouseNames,
    intents: Sequence[str],
    asked: tuple[Manifest, str, str] | None = None,
    done: tuple[Manifest, str] | None = None,
    *,
    points: bool = False,
) -> Sentences:
    """Those of these intents of the dialogue, and the answers to a question.

    names    as they are said where it is clear that a device is spoken of
    asked    the skill, the intent and the slot that was asked for
    done     the skill and the intent that was done last, whose values may be corrected
    points   something was spoken of before
    """
    every = dialogue().manifest
    chosen = [_only(every, intents)]
    if asked:
        chosen.append(_answers(*asked))
    if done and any(spec.type not in OPEN_TYPES for spec in done[0].slots.values()):
        chosen.append(_corrections(*done))
    templates = compile_templates(chosen, read_rules())
    key = (
        tuple(intents),
        asked and (asked[0].name, *asked[1:]),
        done and (done[0].name, done[1]),
        points,
    )
    slot = asked and asked[0].slots[asked[2]]
    takes_any = bool(slot and slot.type in OPEN_TYPES)
    return Sentences(key, templates, TemplateMatcher(templates, names), takes_any, points)


@dataclass(frozen=True, slots=True)
class Dialogue:
    """dialogue.yaml of a language: the sentences, and what answers are made of."""

    manifest: Manifest
    in_full: Mapping[str, str]
    """What is too short to be a command by itself → the command."""

    answers: tuple[str, ...]
    """How a slot that was asked for is said; SLOT stands for it."""

    corrections: tuple[str, ...]
    """How another value is put in the place of the one that was said."""


def dialogue() -> Dialogue:
    """What the language says."""
    return _dialogue(language().folder / "dialogue.yaml")


@cache
def _dialogue(file: Path) -> Dialogue:
    return read_yaml(Dialogue, file)


def _only(manifest: Manifest, intents: Iterable[str]) -> Manifest:
    return replace(manifest, intents={name: manifest.intents[name] for name in intents})


def _answers(manifest: Manifest, intent: str, slot: str) -> Manifest:
    """The skill with but one sentence: what fills the slot."""
    said = [sentence.replace(_SLOT, slot) for sentence in dialogue().answers]
    rules = {**manifest.rules, **_of_answers()}
    answers = {intent: _only_saying(manifest, intent, *said)}
    return replace(manifest, intents=answers, rules=rules)


_SLOT = "SLOT"


def _of_answers() -> dict[str, str]:
    """The rules of the dialogue that are about no device and no room."""
    return {name: text for name, text in dialogue().manifest.rules.items() if "{" not in text}


def _corrections(manifest: Manifest, intent: str) -> Manifest:
    """The skill with but what puts another value in the place of the one that was said."""
    values = [name for name, spec in manifest.slots.items() if spec.type not in OPEN_TYPES]
    said = [each.replace(_SLOT, slot) for slot in values for each in dialogue().corrections]
    rules = {**manifest.rules, **_of_answers()}
    corrections = {intent: _only_saying(manifest, intent, *said)}
    return replace(manifest, intents=corrections, rules=rules)


def _only_saying(manifest: Manifest, intent: str, *said: str) -> IntentSpec:
    return IntentSpec(said, manifest.intents[intent].target)


class InContext:
    """An `Interpreter` that tries what makes sense now before what always does."""

    def __init__(
        self,
        always: Interpreter,
        now: Sentences,
        meaning: Meaning,
        settle: Callable[[Understanding], Understanding],
    ) -> None:
        """`settle` finds out what "it" is."""
        self._always = always
        self._now = now
        self._meaning = meaning
        self._settle = settle

    @cached_property
    def graph(self) -> Graph:
        return self._always.graph.beside(
            self._now.key, self._now.templates, points=self._now.points
        )

    def interpret(self, text: str) -> Understanding:
        if self._now.open:
            command = self._settle(self._always.interpret(text))
            if command.decision == "accept":
                return command
        return self._in_context(text) or self._settle(self._always.interpret(text))

    def suggest(self, text: str) -> str:
        return self._always.suggest(text)

    def complete(self, text: str) -> bool:
        return self._in_context(text) is not None or self._always.complete(text)

    def _in_context(self, text: str) -> Understanding | None:
        matches = self._now.matcher.match(text, split_words(text))
        for match in matches:
            if meant := self._meaning(text, match.intent):
                return meant
            if (whole := dialogue().in_full.get(match.intent.name)) and self._now.points:
                found = self._settle(self._always.interpret(whole))
                return replace(found, text=text) if found.decision == "accept" else None
        return None
