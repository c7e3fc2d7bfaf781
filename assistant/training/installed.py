"""`assistant train`: the installed skills → sentences → heads that passed their check."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from math import ceil
from pathlib import Path

from assistant.evaluation.tasks import Labelled
from assistant.grammar.templates import read_rules
from assistant.skill.manifest import Manifest
from assistant.training.acceptance import check
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

    commands: int = 1200
    """Of new intents, at least; more where there are many, each of which needs `each`."""

    each: int = 140
    rehearsed: int = 100
    """Of an intent that the model knows already: it must only not be forgotten."""

    none: int = 1000
    check: int = 150
    """More of each skill that are held out, to check with; of what is no command, twice as many."""

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
    manifests: Sequence[Manifest],
    length: int,
    amount: Amount = Amount(),
    *,
    known: Sequence[str] = (),
    seed: int = 1,
) -> Material:
    """Draw sentences of the skills; the same for the same seed.

    length   word pieces that the model takes
    known    intents that the model to be taught answers by itself
    """
    grammar = read_grammar(manifests, read_rules())
    rng = random.Random(seed)
    sampler = Sampler(grammar, read_corpus(), rng)
    new = [intent for intent in grammar.own if intent not in known]
    each = max(amount.commands // max(len(new), 1), amount.each)
    siblings = Counter(map(_skill, grammar.own))
    learnt: list[Labelled] = []
    checked: list[Labelled] = []
    progress = Progress("drawing sentences", len(grammar.own) + 1)
    for number, intent in enumerate(grammar.own, start=1):
        held_out = ceil(amount.check / siblings[_skill(intent)])
        # A skill of two intents would be drowned by one of thirty.
        wanted = max(amount.rehearsed, 2 * held_out) if intent in known else each
        drawn = draw_many(sampler, [intent], wanted + held_out, 0)
        rng.shuffle(drawn)
        # Of an intent with few ways of being said the same share is held out.
        split = len(drawn) * held_out // (wanted + held_out)
        checked, learnt = checked + drawn[:split], learnt + drawn[split:]
        progress.done(number)
    none = draw_many(sampler, [NONE], 0, amount.quiet + 2 * amount.check + amount.none)
    progress.done(len(grammar.own) + 1)
    quiet, none = none[: amount.quiet], none[amount.quiet :]
    checked, learnt = checked + none[: 2 * amount.check], learnt + none[2 * amount.check :]
    rng.shuffle(learnt)
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
    return Material(labels, learnt, checked, quiet)


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
    material = gather(manifests, own.length, amount, known=own.intents)
    say(f"{len(material.labels.intents) - 1} intents, {len(material.learnt)} sentences to learn")
    lexicon, members = fit(model, material.learnt, material.labels, recipe=recipe)
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


def _skill(intent: str) -> str:
    return intent.partition(".")[0]
