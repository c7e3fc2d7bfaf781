"""Fits heads for other skills on a frozen encoder: numpy only, a quarter of a minute on two cores.

The encoder's features know what kind of word stands where, but nothing of a new skill. What
closes the gap to training the whole network (measured by scripts/bench_train.py):

- a network that sees a word's neighbours, and the whole utterance beside every word
- a lexicon: the sentences' own words, which the encoder's pieces blur
- the encoder's own answers as a beginning: what it knows already need not be learnt again
- each sentence said again about something else: slot values swapped between sentences
- two members, each fitted on a core of its own with other swaps, that answer together
"""

from __future__ import annotations

import os
import random
import signal
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass
from math import ceil
from multiprocessing import get_context
from pathlib import Path

import numpy as np

from assistant.errors import ModelError
from assistant.evaluation.tasks import Labelled
from assistant.tflite import Runtime, Tensor
from assistant.training.gradient import Adam, Example, Loss, gradients
from assistant.training.progress import Progress
from assistant.training.variations import Values
from assistant.understand.head_network import PARTS, Ints, Weights, give, parts
from assistant.understand.tagger import NONE, Encoder, Floats, Labels

_ENOUGH = 2000
"""Sentences to find the features' mean and scale from."""


@dataclass(frozen=True)
class Recipe:
    """How heads are fitted; chosen on SNIPS sentences held out of its training part."""

    members: int = 2
    hidden: int = 96
    entry: int = 48
    """Width of a lexicon entry."""

    seldom: int = 3
    """A part of a word that occurs less often gets no entry: unheard-of words are nothing new."""

    swapped: float = 1.4
    """Sentences with swapped values for each sentence of an intent that is new to the encoder."""

    looks: int = 20
    """How often a sentence of a new intent is looked at, those made of it included."""

    rehearsed: int = 2
    """The same for what the encoder knows: it must only not be forgotten."""

    batch: int = 32
    rate: float = 2.5e-3
    """Low enough for what the encoder knows to stay."""

    decay: float = 0.02
    dropped: float = 0.1
    smoothing: float = 0.05
    """Of the intents' targets."""

    slot_weight: float = 2.0


AFRESH = Recipe(looks=22, rate=4e-3)
"""For commands of which the encoder knows none: there is nothing to be lost."""


@dataclass(frozen=True)
class Lesson:
    """What one member learns; it travels to another process."""

    folder: Path
    runtime: Runtime | None
    sentences: Sequence[Labelled]
    labels: Labels
    lexicon: Mapping[str, int]
    recipe: Recipe
    known: frozenset[str]
    """Intents that the encoder answers by itself."""

    seed: int
    watched: bool
    """Whether to show progress on standard error."""

    def new(self, intent: int) -> bool:
        """Whether the encoder has never heard of this intent."""
        return self.labels.intents[intent] not in self.known


def fit(
    folder: Path,
    sentences: Sequence[Labelled],
    labels: Labels,
    *,
    recipe: Recipe | None = None,
    seed: int = 1,
    runtime: Runtime | None = None,
) -> tuple[Mapping[str, int], tuple[Weights, ...]]:
    """The lexicon and the members' weights for `sentences`.

    folder   of the encoder
    labels   whose intents and slots the sentences have; its thresholds do not matter here
    Progress goes to standard error. Raises ModelError for an encoder without features.
    """
    encoder = Encoder(folder, runtime=runtime)
    if not encoder.has_features:
        raise ModelError(
            f"{folder}: this model has no output of features to learn from",
            fix="use models/intent-en, or make yours again with scripts/train",
        )
    known = frozenset(encoder.labels.intents)
    some_known = not known.isdisjoint(set(labels.intents) - {NONE})
    recipe = recipe or (Recipe() if some_known else AFRESH)
    lexicon = read_lexicon(sentences, recipe.seldom)
    lessons = [
        Lesson(
            folder, runtime, sentences, labels, lexicon, recipe, known, seed + at, watched=at == 0
        )
        for at in range(recipe.members)
    ]
    # Spawned, not forked: both TFLite runtimes and BLAS have threads that a fork would lose.
    pool = ProcessPoolExecutor(
        min(recipe.members, os.cpu_count() or 1),
        mp_context=get_context("spawn"),
        initializer=signal.signal,
        initargs=(signal.SIGINT, signal.SIG_DFL),  # Ctrl-C: the main process says what there is
    )
    try:
        with _one_thread_each(), pool:
            return lexicon, tuple(pool.map(fit_member, lessons))
    except BrokenProcessPool as error:
        raise ModelError(
            "a process that was learning ended before it was done",
            fix="was there enough memory? it takes about 250 MB for each of two processes",
        ) from error


@contextmanager
def _one_thread_each() -> Iterator[None]:
    """Processes started meanwhile multiply matrices on one core: there is one for each member."""
    names = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS")
    before = {name: os.environ.get(name) for name in names}
    os.environ.update(dict.fromkeys(names, "1"))
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


def read_lexicon(sentences: Sequence[Labelled], seldom: int) -> dict[str, int]:
    """Parts of words that occur `seldom` times or more → row, from 1 on."""
    counted = Counter(part for s in sentences for word in s.words for part in parts(word))
    known = sorted(part for part, count in counted.items() if count >= seldom)
    return {part: row for row, part in enumerate(known, start=1)}


def fit_member(lesson: Lesson) -> Weights:
    """The weights of one member; everything random comes from the lesson's seed."""
    recipe = lesson.recipe
    rng = np.random.default_rng(lesson.seed)
    encoder = Encoder(lesson.folder, runtime=lesson.runtime)
    examples = list(_examples(lesson, encoder))
    weights = _start(examples, lesson, encoder, rng)
    loss = Loss(recipe.slot_weight, recipe.smoothing, recipe.dropped)
    adam = Adam(weights, recipe.decay)
    order = _order([lesson.new(example.intent) for example in examples], recipe, rng)
    steps = -(-len(order) // recipe.batch)
    progress = Progress("learning", steps) if lesson.watched else None
    for step in range(steps):
        rows = order[step * recipe.batch : (step + 1) * recipe.batch]
        chosen = [examples[row] for row in rows]
        gradient, entries = gradients(weights, chosen, loss, rng)
        adam.step(gradient, entries, recipe.rate * _rise_and_fall((step + 1) / steps))
        if progress:
            progress.done(step + 1)
    return weights


def _order(new: Sequence[bool], recipe: Recipe, rng: np.random.Generator) -> list[int]:
    """Rows of the examples as they are looked at, each about equally often in every part."""
    # Two orders of their own, one put into the other at random places.
    fresh = _in_turns(np.flatnonzero(new), recipe.looks / (1 + recipe.swapped), rng)
    known = _in_turns(np.flatnonzero(np.logical_not(new)), recipe.rehearsed, rng)
    places = np.zeros(len(fresh) + len(known), bool)
    places[rng.permutation(len(places))[: len(fresh)]] = True
    merged = np.empty(len(places), np.int64)
    merged[places], merged[~places] = fresh, known
    order: list[int] = merged.tolist()
    return order


def _in_turns(rows: Ints, times: float, rng: np.random.Generator) -> Ints:
    """All rows in random order, then all of them again, so many times."""
    turns = np.concatenate([rng.permutation(rows) for _ in range(ceil(times))])
    result: Ints = turns[: round(len(rows) * times)]
    return result


def _examples(lesson: Lesson, encoder: Encoder) -> Iterator[Example]:
    intents = {intent: at for at, intent in enumerate(lesson.labels.intents)}
    slots = {slot: at for at, slot in enumerate(lesson.labels.slots)}
    pool = list(_pool(lesson))
    progress = Progress("reading sentences", len(pool)) if lesson.watched else None
    for number, sentence in enumerate(pool, start=1):
        if progress:
            progress.done(number)
        seen = encoder.see(sentence.words)
        size = len(seen.words)
        if not size:  # one word longer than the model takes
            continue
        tags = [slots[tag] for tag in sentence.tags[:size]]
        given = give(seen, sentence.words, lesson.lexicon)
        yield Example(given, intents[sentence.intent], np.array([*tags, 0]))


def _pool(lesson: Lesson) -> Iterator[Labelled]:
    """The sentences, then those of new intents with other slot values."""
    rng = random.Random(lesson.seed)
    values = Values(lesson.sentences)
    yield from lesson.sentences
    new = [sentence for sentence in lesson.sentences if sentence.intent not in lesson.known]
    said = [sentence for sentence in new if any(tag != "O" for tag in sentence.tags)]
    for _ in range(round(len(new) * lesson.recipe.swapped) if said else 0):
        yield values.swap(rng.choice(said), rng, 0.5)


def _start(
    examples: Sequence[Example], lesson: Lesson, encoder: Encoder, rng: np.random.Generator
) -> dict[str, Floats]:
    """Random weights of a sensible size (He et al. 2015), and the mean and scale of what is given.

    Residual layers start small, for the sum to keep its size.
    """
    recipe, labels = lesson.recipe, lesson.labels
    # What the encoder says already is not to be drowned by random numbers.
    shared = {*encoder.labels.intents} & {*labels.intents} - {NONE}
    loud = 0.1 if shared else 1.0
    some = [examples[row].given for row in rng.permutation(len(examples))[:_ENOUGH]]
    words = np.concatenate([given.words for given in some]).astype(np.float32)
    whole = np.stack([given.whole for given in some]).astype(np.float32)
    hidden, given = recipe.hidden, words.shape[1] + PARTS * recipe.entry

    def draw(rows: int, columns: int, share: float) -> Floats:
        drawn = rng.standard_normal((rows, columns), np.float32)
        result: Floats = drawn * np.float32(share * np.sqrt(2 / rows))
        return result

    weights = {
        "lexicon": rng.standard_normal((len(lesson.lexicon) + 1, recipe.entry), np.float32)
        * np.float32(0.1),
        "enter": draw(given, hidden, 1.0),
        "enter_whole": draw(whole.shape[1], hidden, 0.5),
        "near1": draw(hidden, 3 * hidden, 0.6),
        "near2": draw(hidden, 3 * hidden, 0.6),
        "slots": draw(hidden, len(labels.slots), 0.5 * loud),
        "intents": draw(hidden + whole.shape[1], len(labels.intents), 0.3 * loud),
    }
    weights["lexicon"][0] = 0
    for name in ("enter", "near1", "near2", "slots", "intents"):
        columns = hidden if name.startswith("near") else weights[name].shape[1]
        weights[f"{name}_bias"] = np.zeros(columns, np.float32)
    weights |= _known("intents", encoder.labels.intents, labels.intents, encoder.answers[0], whole)
    weights |= _known("slots", encoder.labels.slots, labels.slots, encoder.answers[1], words)
    for name, rows in (("words", words), ("whole", whole)):
        weights[f"{name}_mean"] = rows.mean(axis=0)
        spread = rows.std(axis=0)
        # A feature that hardly moves says little, and must not say it a thousand times louder.
        weights[f"{name}_scale"] = 1 / (spread + 0.01 * rows.std() + np.float32(1e-6))
    return weights


def _known(
    name: str, theirs: Sequence[str], ours: Sequence[str], logits: Tensor, given: Floats
) -> dict[str, Floats]:
    """How the encoder's own logits go into ours, and the bias that makes real values of them.

    theirs   what the logits stand for: the last columns of `given`, on the grid of `logits`
    A label that is new to the encoder begins where its labels are on the average: unlikely.
    """
    same = np.array([[one == other for other in ours] for one in theirs], np.float32)
    shared = same.any(axis=0)
    zero = -logits.zero_point * logits.scale
    level = given[:, -len(theirs) :].mean() * logits.scale + zero if shared.any() else 0.0
    bias = np.where(shared, zero, level).astype(np.float32)
    return {f"known_{name}": same * np.float32(logits.scale), f"{name}_bias": bias}


def _rise_and_fall(done: float) -> float:
    """Share of the highest rate: rises for a tenth of the steps, then falls along a half-wave."""
    return done / 0.1 if done < 0.1 else 0.5 * float(1 + np.cos(np.pi * (done - 0.1) / 0.9))
