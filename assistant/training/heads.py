"""Fits heads for other skills on a frozen encoder: numpy only, half a minute on two cores.

The encoder's features know what kind of word stands where, but nothing of a new skill. What
closes the gap to training the whole network (measured by scripts/bench_train.py):

- a network that sees a word's neighbours, and the whole utterance beside every word
- a lexicon: the sentences' own words, which the encoder's pieces blur
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
from multiprocessing import get_context
from pathlib import Path

import numpy as np

from assistant.errors import ModelError
from assistant.evaluation.tasks import Labelled
from assistant.tflite import Runtime
from assistant.training.gradient import Adam, Example, Loss, gradients
from assistant.training.progress import Progress
from assistant.training.variations import Values
from assistant.understand.head_network import PARTS, Weights, give, parts
from assistant.understand.tagger import Encoder, Floats, Labels

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

    pool: int = 12_000
    """Sentences to learn from, those with swapped values included; each is encoded once."""

    seen: int = 110_000
    """Sentences to learn from, counted as often as they are looked at."""

    batch: int = 32
    rate: float = 4e-3
    decay: float = 0.02
    dropped: float = 0.1
    smoothing: float = 0.05
    """Of the intents' targets."""

    slot_weight: float = 2.0


@dataclass(frozen=True)
class Lesson:
    """What one member learns; it travels to another process."""

    folder: Path
    runtime: Runtime | None
    sentences: Sequence[Labelled]
    labels: Labels
    lexicon: Mapping[str, int]
    recipe: Recipe
    seed: int
    watched: bool
    """Whether to show progress on standard error."""


def fit(
    folder: Path,
    sentences: Sequence[Labelled],
    labels: Labels,
    *,
    recipe: Recipe = Recipe(),
    seed: int = 1,
    runtime: Runtime | None = None,
) -> tuple[Mapping[str, int], tuple[Weights, ...]]:
    """The lexicon and the members' weights for `sentences`.

    folder   of the encoder
    labels   whose intents and slots the sentences have; its thresholds do not matter here
    Progress goes to standard error. Raises ModelError for an encoder without features.
    """
    if not Encoder(folder, runtime=runtime).has_features:
        raise ModelError(
            f"{folder}: this model has no output of features to learn from",
            fix="use models/intent-en, or make yours again with scripts/train",
        )
    lexicon = read_lexicon(sentences, recipe.seldom)
    lessons = [
        Lesson(folder, runtime, sentences, labels, lexicon, recipe, seed + at, watched=at == 0)
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
    examples = list(_examples(lesson))
    weights = _start(examples, lesson, rng)
    steps = max(recipe.seen // recipe.batch, 1)
    loss = Loss(recipe.slot_weight, recipe.smoothing, recipe.dropped)
    adam = Adam(weights, recipe.decay)
    order: list[int] = []
    progress = Progress("learning", steps) if lesson.watched else None
    for step in range(steps):
        if len(order) < recipe.batch:
            order += rng.permutation(len(examples)).tolist()
        chosen = [examples[row] for row in order[: recipe.batch]]
        del order[: recipe.batch]
        gradient, entries = gradients(weights, chosen, loss, rng)
        adam.step(gradient, entries, recipe.rate * _rise_and_fall((step + 1) / steps))
        if progress:
            progress.done(step + 1)
    return weights


def _examples(lesson: Lesson) -> Iterator[Example]:
    encoder = Encoder(lesson.folder, runtime=lesson.runtime)
    intents = {intent: at for at, intent in enumerate(lesson.labels.intents)}
    slots = {slot: at for at, slot in enumerate(lesson.labels.slots)}
    total = max(lesson.recipe.pool, len(lesson.sentences))
    progress = Progress("reading sentences", total) if lesson.watched else None
    for number, sentence in enumerate(_pool(lesson), start=1):
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
    """The sentences, then the same with other slot values until there are enough."""
    rng = random.Random(lesson.seed)
    values = Values(lesson.sentences)
    yield from lesson.sentences
    said = [sentence for sentence in lesson.sentences if any(tag != "O" for tag in sentence.tags)]
    for _ in range(lesson.recipe.pool - len(lesson.sentences) if said else 0):
        yield values.swap(rng.choice(said), rng, 0.5)


def _start(
    examples: Sequence[Example], lesson: Lesson, rng: np.random.Generator
) -> dict[str, Floats]:
    """Random weights of a sensible size (He et al. 2015), and the mean and scale of what is given.

    Residual layers start small, for the sum to keep its size.
    """
    recipe, labels = lesson.recipe, lesson.labels
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
        "slots": draw(hidden, len(labels.slots), 0.5),
        "intents": draw(hidden + whole.shape[1], len(labels.intents), 0.3),
    }
    weights["lexicon"][0] = 0
    for name in ("enter", "near1", "near2", "slots", "intents"):
        columns = hidden if name.startswith("near") else weights[name].shape[1]
        weights[f"{name}_bias"] = np.zeros(columns, np.float32)
    for name, rows in (("words", words), ("whole", whole)):
        weights[f"{name}_mean"] = rows.mean(axis=0)
        spread = rows.std(axis=0)
        # A feature that hardly moves says little, and must not say it a thousand times louder.
        weights[f"{name}_scale"] = 1 / (spread + 0.01 * rows.std() + np.float32(1e-6))
    return weights


def _rise_and_fall(done: float) -> float:
    """Share of the highest rate: rises for a tenth of the steps, then falls along a half-wave."""
    return done / 0.1 if done < 0.1 else 0.5 * float(1 + np.cos(np.pi * (done - 0.1) / 0.9))
