"""From skills to models/intent-en: sentences, training, conversion, thresholds."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch
from safetensors.torch import load_file
from tokenizers import Tokenizer

from assistant.config import ROOT
from assistant.skill.manifest import TARGET_SLOTS, Manifest, load_manifest
from assistant.training.convert import convert
from assistant.training.corpus import read_corpus
from assistant.training.figures import held_out
from assistant.training.network import (
    IGNORED,
    Examples,
    Network,
    Schedule,
    Shape,
    seed_everything,
    squeeze_embedding,
    train,
)
from assistant.training.report import choose_threshold, fit_temperature, guess_all
from assistant.training.sentences import Grammar, Labelled, Sampler, draw_many, read_grammar
from assistant.training.vocabulary import build_tokenizer, choose_pieces, minilm_folder
from assistant.understand import RULES_FILE
from assistant.understand.reading import know
from assistant.understand.tagger import NONE, Tagger, encode
from assistant.understand.templates import Template, read_rules

PIECES = 8000
"""Most frequent plain word pieces of MiniLM that the model knows."""

EMBEDDING = 96
ACCEPT_WRONG, CONFIRM_WRONG = 0.002, 0.02
"""Share of generated sentences that are no command and may be accepted, may be asked for."""

_WORD_TABLE = "embeddings.word_embeddings.weight"


@dataclass(frozen=True)
class Plan:
    """What to train and how long."""

    seed: int = 1
    threads: int = 1
    per_intent: int = 1600
    none: int = 28_000
    epochs: int = 8


def read_manifests() -> list[Manifest]:
    """The skills of this repository."""
    files = sorted((ROOT / "skills").glob("*/skill.yaml"))
    return [load_manifest(file.parent) for file in files]


def build(folder: Path, plan: Plan, say: Callable[[str], None]) -> dict[str, object]:
    """Write model.tflite, tokenizer.json and labels.json to `folder`; returns facts for CARD.md."""
    folder.mkdir(parents=True, exist_ok=True)
    rng = seed_everything(plan.seed, plan.threads)
    grammar = read_grammar(read_manifests(), read_rules(RULES_FILE))
    pieces, rows = choose_pieces(_words(grammar), PIECES)
    tokenizer = build_tokenizer(pieces)
    tokenizer.save(str(folder / "tokenizer.json"))
    intents = (NONE, *grammar.own)
    train_set, check_set = _draw(grammar, frozenset(pieces), intents, plan, rng)
    say(f"{len(train_set)} sentences to train, {len(check_set)} to check, {len(pieces)} pieces")

    slots = _slot_labels(grammar)
    shape = Shape()
    examples = _encode(train_set, tokenizer, intents, slots, shape.length)
    table = load_file(str(minilm_folder() / "model.safetensors"))[_WORD_TABLE]
    embedding = squeeze_embedding(table, rows, EMBEDDING)
    network = Network(embedding, shape, len(intents), len(slots))
    train(network, examples, Schedule(epochs=plan.epochs), say, plan.seed)
    samples = rng.sample(range(len(train_set)), 400)
    convert(network, examples.ids[samples].numpy(), folder)

    labels = _Labels(folder, intents, slots, shape.length)
    labels.write()
    _calibrate(labels, grammar, check_set, intents)
    return {
        "network": f"embedding {len(pieces)} × {EMBEDDING}, then {len(shape.dilations)} "
        f"depthwise-separable convolution blocks of {shape.channels} and {shape.hidden} channels",
        "trained": len(train_set),
        "checked": len(check_set),
    }


def _words(grammar: Grammar) -> Iterable[str]:
    for templates in (*grammar.own.values(), *grammar.more.values()):
        for template in templates:
            yield from template.words


def _draw(
    grammar: Grammar,
    known: frozenset[str],
    intents: Sequence[str],
    plan: Plan,
    rng: random.Random,
) -> tuple[list[Labelled], list[Labelled]]:
    """Sentences to train on, and others (none of them the same) to choose thresholds on."""
    sampler = Sampler(grammar, read_corpus(known), rng)
    tested = held_out()
    drawn = draw_many(sampler, intents, plan.per_intent, plan.none)
    drawn = [sentence for sentence in drawn if sentence.words not in tested]
    rng.shuffle(drawn)
    checked = len(drawn) // 8
    return drawn[checked:], drawn[:checked]


def _slot_labels(grammar: Grammar) -> tuple[str, ...]:
    named: dict[str, None] = dict.fromkeys(TARGET_SLOTS)
    for templates in grammar.own.values():
        named |= dict.fromkeys(templates[0].specs)
    return ("O", *(f"{mark}-{slot}" for slot in named for mark in "BI"))


def _encode(
    sentences: Sequence[Labelled],
    tokenizer: Tokenizer,
    intents: Sequence[str],
    slots: Sequence[str],
    length: int,
) -> Examples:
    ids = np.zeros((len(sentences), length), np.int32)
    targets = np.full((len(sentences), length), IGNORED, np.int64)
    slot_ids = {label: at for at, label in enumerate(slots)}
    for row, sentence in enumerate(sentences):
        ids[row], firsts = encode(tokenizer, sentence.words, length)
        targets[row, firsts] = [slot_ids[tag] for tag in sentence.tags[: len(firsts)]]
    which = np.array([intents.index(sentence.intent) for sentence in sentences])
    # An utterance with no piece at all (one word longer than the model) teaches nothing.
    kept = (ids != 0).any(axis=1)
    return Examples(*(torch.from_numpy(array[kept]) for array in (ids, which, targets)))


@dataclass
class _Labels:
    """labels.json in the making."""

    folder: Path
    intents: Sequence[str]
    slots: Sequence[str]
    length: int

    def write(
        self, *, temperature: float = 1.0, accept: float = 1.0, confirm: float = 1.0
    ) -> Tagger:
        content = {
            "intents": list(self.intents),
            "slots": list(self.slots),
            "length": self.length,
            "temperature": temperature,
            "accept": accept,
            "confirm": confirm,
        }
        text = json.dumps(content, indent=1) + "\n"
        (self.folder / "labels.json").write_text(text, encoding="utf-8")
        return Tagger(self.folder)


def _calibrate(
    labels: _Labels, grammar: Grammar, sentences: Sequence[Labelled], intents: Sequence[str]
) -> None:
    """Temperature, then the two thresholds, with the int8 model."""
    tagger = labels.write()
    logits = np.log([tagger.score(sentence.words).intents for sentence in sentences])
    targets: npt.NDArray[np.int64] = np.array([intents.index(s.intent) for s in sentences])
    temperature = fit_temperature(logits.astype(np.float32), targets)
    guesses = guess_all(labels.write(temperature=temperature), sentences, allowed_slots(grammar))
    labels.write(
        temperature=temperature,
        accept=choose_threshold(guesses, ACCEPT_WRONG),
        confirm=choose_threshold(guesses, CONFIRM_WRONG),
    )


def allowed_slots(grammar: Grammar) -> Mapping[str, frozenset[str]]:
    """Intent → slots its own sentences have."""
    templates: list[Template] = [t for group in grammar.own.values() for t in group]
    return {intent: known.slots for intent, known in know(templates).items()}
