"""What is wrong with the sentences of a skill, shown by a sentence that shows it."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from assistant.grammar.matcher import Match, TemplateMatcher
from assistant.grammar.samples import Speaker
from assistant.grammar.templates import Template, compile_templates, read_rules
from assistant.schema import where
from assistant.skill.manifest import OPEN_TYPES, Manifest
from assistant.skill.replies import placeholders
from assistant.understand.names import HouseNames
from assistant.understand.text import split_words

_SAMPLES = 12
"""Sentences that are tried of each template; all of them by the same rule, every time."""


@dataclass(frozen=True, slots=True)
class Finding:
    """Something to mend."""

    where: str
    """`file:line`."""

    problem: str

    def __str__(self) -> str:
        return f"{self.where}: {self.problem}"


def lint(manifest: Manifest, installed: Sequence[Manifest], names: HouseNames) -> list[Finding]:
    """What is to be mended in one skill, beside the others that are installed.

    installed    all skills, this one among them
    names        of the house: sentences are tried with its rooms and devices
    Raises SkillError for a sentence that cannot be parsed.
    """
    compiled = compile_templates(installed, read_rules())
    matcher = TemplateMatcher(compiled, names)
    findings = [*_untested(manifest), *_unused(manifest), *_elsewhere(manifest, names)]
    for name, intent in manifest.intents.items():
        alone = [each for each in compiled if each.intent == f"{manifest.name}.{name}"]
        for text, template in zip(intent.sentences, alone, strict=True):
            at = where(text) or intent.where or manifest.where
            findings += _sentence_findings(at, str(text), template, matcher, names)
    return findings


def _untested(manifest: Manifest) -> Iterator[Finding]:
    tested = {test.then.intent for test in manifest.tests}
    for name, intent in manifest.intents.items():
        if name not in tested:
            yield Finding(
                intent.where or manifest.where,
                f"{name} has no test; add `tests: [{{ say: …, then: {{ intent: {name} }} }}]`",
            )


def _elsewhere(manifest: Manifest, names: HouseNames) -> Iterator[Finding]:
    allowed = manifest.permissions
    for area in (*allowed.command.areas, *allowed.read.areas):
        if area not in names.areas:
            at, known = where(area) or manifest.where, ", ".join(names.areas)
            yield Finding(at, f"permissions: no area {str(area)!r} in this house; it has {known}")


def _unused(manifest: Manifest) -> Iterator[Finding]:
    texts = [*read_rules().values(), *manifest.rules.values()]
    for intent in manifest.intents.values():
        texts += [*intent.sentences, *intent.negatives]
    used = {name for text in texts for name in placeholders(text)}
    for name in manifest.slots:
        if name not in used:
            yield Finding(manifest.where, f"slot {name} is in no sentence")
    for name in manifest.rules:
        if not any(f"<{name}>" in text for text in texts):
            yield Finding(manifest.where, f"rule {name} is in no sentence")


def _sentence_findings(
    at: str, text: str, template: Template, matcher: TemplateMatcher, names: HouseNames
) -> Iterator[Finding]:
    if not template.words and any(
        spec.type in OPEN_TYPES and name in template.needed for name, spec in template.specs.items()
    ):
        yield Finding(at, f"{text!r} takes any sentence; it needs words of its own")
        return
    speaker = Speaker(names, random.Random(text))
    drawn = dict.fromkeys(speaker.say(template) for _ in range(_SAMPLES))
    said = [sentence for sentence in drawn if sentence]
    rivals = [(sentence, _rival(template.intent, matcher, sentence)) for sentence in said]
    lost = [(sentence, rival) for sentence, rival in rivals if rival]
    if not lost:
        return
    sentence, rival = lost[0]
    if len(lost) == len(said) and all(found.startswith("is taken") for _, found in lost):
        yield Finding(at, f"{text!r} is never reached: “{sentence}” {rival}")
    else:
        yield Finding(at, f"{text!r} collides: “{sentence}” {rival}")


def _rival(intent: str, matcher: TemplateMatcher, sentence: str) -> str:
    """Who else takes the sentence, in words, and how it is read here; "" when nobody does."""
    matches = matcher.match(sentence, split_words(sentence))
    mine = [match for match in matches if match.intent.name == intent]
    if mine and "it" in mine[0].intent.slots:
        return ""  # what was spoken of before decides
    if not mine:
        return f"is taken by {_reading(matches[0])}" if matches else "is not understood"
    others = [match for match in matches if match.intent.name != intent]
    here = f"; here it is {_reading(mine[0])}"
    if others and others[0].rank < mine[0].rank:
        return f"is taken by {_reading(others[0])}{here}"
    if others and others[0].rank == mine[0].rank:
        return f"can as well be {_reading(others[0])}{here}"
    return _own_rival(mine)


def _own_rival(mine: Sequence[Match]) -> str:
    """Two readings of one intent that fit equally well: it would be asked which."""
    meanings: dict[tuple[tuple[str, str], ...], Match] = {}
    for match in mine:
        if match.rank == mine[0].rank:
            slots = match.intent.slots.values()
            meanings.setdefault(tuple(sorted((s.name, str(s.value)) for s in slots)), match)
    first, *others = meanings.values()
    if not others:
        return ""
    return f"can be read in two ways: as {_reading(first)}; or as {_reading(others[0])}"


def _reading(match: Match) -> str:
    """ "music.play with query “jazz” (skills/music/skill.yaml:30: 'play {query}')"."""
    slots = ", ".join(f"{slot.name} “{slot.raw}”" for slot in match.intent.slots.values())
    return f"{match.intent.name}{f' with {slots}' if slots else ''} ({match.where})"
