"""`assistant train`: the installed skills → sentences → heads that passed their check."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from assistant.errors import ModelError
from assistant.evaluation.answers import Answer, answer_all, gold
from assistant.evaluation.tasks import Labelled
from assistant.grammar.templates import read_rules
from assistant.skill.manifest import Manifest
from assistant.training.calibrate import by_false_accepts, fit_temperature
from assistant.training.corpus import read_corpus
from assistant.training.heads import Recipe, fit
from assistant.training.progress import Progress
from assistant.training.sentences import Sampler, draw_many, read_grammar
from assistant.understand.heads import Heads, encoder_digest, fingerprint
from assistant.understand.reading import know
from assistant.understand.tagger import NONE, Labels, Tagger, read_labels

Say = Callable[[str], None]


@dataclass(frozen=True)
class Amount:
    """How many sentences are drawn."""

    commands: int = 5200
    """At least; more where there are many intents, each of which needs `each`."""

    each: int = 120
    none: int = 2400
    check: int = 5
    """One sentence of so many is held out, to check with."""

    quiet: int = 3000
    """More that are no command, to choose thresholds with."""


@dataclass(frozen=True)
class Material:
    """What there is to learn, and what to be measured with."""

    labels: Labels
    learnt: Sequence[Labelled]
    checked: Sequence[Labelled]
    """Drawn like `learnt`, none of them the same."""

    quiet: Sequence[Labelled]
    """Sentences that are no command, none of them learnt."""


def gather(
    manifests: Sequence[Manifest], length: int, amount: Amount = Amount(), seed: int = 1
) -> Material:
    """Draw sentences of the skills; the same for the same seed.

    length   word pieces that the model takes
    """
    grammar = read_grammar(manifests, read_rules())
    rng = random.Random(seed)
    sampler = Sampler(grammar, read_corpus(), rng)
    each = max(amount.commands // max(len(grammar.own), 1), amount.each)
    commands: list[Labelled] = []
    progress = Progress("drawing sentences", len(grammar.own))
    for number, intent in enumerate(grammar.own, start=1):
        commands += draw_many(sampler, [intent], each, 0)
        progress.done(number)
    none = draw_many(sampler, [NONE], 0, amount.none + amount.quiet)
    quiet, drawn = none[: amount.quiet], [*commands, *none[amount.quiet :]]
    rng.shuffle(drawn)
    held_out = len(drawn) // amount.check
    templates = [template for group in grammar.own.values() for template in group]
    labels = Labels(
        intents=(NONE, *grammar.own),
        slots=grammar.slots,
        slots_of={intent: known.slots for intent, known in know(templates).items()},
        length=length,
        temperature=1.0,
        accept=1.0,
        confirm=1.0,
    )
    return Material(labels, drawn[held_out:], drawn[:held_out], quiet)


def train(
    model: Path,
    manifests: Sequence[Manifest],
    say: Say,
    *,
    amount: Amount = Amount(),
    recipe: Recipe | None = None,
) -> Heads:
    """Heads for these skills on the encoder in `model`.

    Raises ModelError when they do not pass their check, or the model offers no features.
    """
    own = read_labels(model / "labels.json")
    material = gather(manifests, own.length, amount)
    say(f"{len(material.labels.intents) - 1} intents, {len(material.learnt)} sentences to learn")
    lexicon, members = fit(model, material.learnt, material.labels, recipe=recipe or Recipe())
    heads = _calibrated(
        model,
        Heads(
            labels=material.labels,
            lexicon=lexicon,
            members=members,
            encoder=encoder_digest(model),
            skills={manifest.name: fingerprint(manifest) for manifest in manifests},
        ),
        material,
    )
    for line in check(Tagger(model), Tagger(model, heads=heads), material.checked):
        say(line)
    return heads


def _calibrated(model: Path, heads: Heads, material: Material) -> Heads:
    """`heads` with a temperature and thresholds from sentences they have not learnt."""
    progress = Progress("choosing thresholds", 2)
    temperature = fit_temperature(Tagger(model, heads=heads), material.checked)
    heads = replace(heads, labels=replace(heads.labels, temperature=temperature))
    progress.done(1)
    decision = by_false_accepts(Tagger(model, heads=heads), material.quiet, temperature)
    progress.done(2)
    labels = replace(heads.labels, accept=decision.accept, confirm=decision.confirm)
    return replace(heads, labels=labels)


_LEAST_RIGHT = 0.8
"""Share of the held-out sentences of a new skill that must come out right in every part."""

_TOO_FEW = 10
"""Held-out sentences of a skill that prove nothing: it can only be said in a few ways."""

_MOST_LOST = 0.03
"""Share of the held-out sentences of skills that the shipped model knows, and may be lost."""


def check(before: Tagger, after: Tagger, sentences: Sequence[Labelled]) -> list[str]:
    """A line for each skill; raises ModelError when `after` does not do.

    before   the model as it is shipped: new heads may hardly lose what it knows
    """
    skills = sorted({_skill(s.intent) for s in sentences})
    lines = []
    progress = Progress("checking", len(skills))
    for number, skill in enumerate(skills, start=1):
        spoken = [s for s in sentences if _skill(s.intent) == skill]
        known = all(s.intent in before.labels.intents for s in spoken)
        was, right = _right(before, spoken) if known else 0.0, _right(after, spoken)
        needed = was - _MOST_LOST if known else _LEAST_RIGHT
        progress.done(number)
        name = "no command" if skill == NONE else skill
        if right < needed and len(spoken) >= _TOO_FEW:
            progress.stop()
            raise ModelError(
                f"{right:.0%} of the sentences of {name!r} that were held out came out right,"
                f" {needed:.0%} are needed: what was learnt before stays",
                fix="are two intents said in the same words? more sentences in skill.yaml help",
            )
        earlier = f"before: {was:.0%}" if known else "new"
        lines.append(f"{name}: {right:.0%} of {len(spoken)} sentences held out ({earlier})")
    return lines


def _skill(intent: str) -> str:
    return intent.partition(".")[0]


def _right(tagger: Tagger, sentences: Sequence[Labelled]) -> float:
    """Share with the right intent and exactly the right slots, or not acted upon when `NONE`."""
    found = zip(answer_all(tagger, sentences), map(gold, sentences), strict=True)
    return sum(_fits(said, wanted, tagger.labels.accept) for said, wanted in found) / len(sentences)


def _fits(said: Answer, wanted: Answer, accept: float) -> bool:
    if wanted.intent == NONE:
        return said.intent == NONE or said.confidence < accept
    return said.intent == wanted.intent and said.spans == wanted.spans
