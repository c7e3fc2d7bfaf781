"""Labelled sentences → padded tensors, a row for each word whatever its number of pieces.

Teacher and student cut words into different pieces; what they say of a word is what they say of
its first piece, so that everything they compare has the shape (B, words).
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from tokenizers import Tokenizer
from torch import Tensor

from assistant.evaluation.tasks import Labelled
from assistant.understand.tagger import encode

IGNORED = -100
"""Target of a word that does not exist."""

_STEP = 8
"""Widths are multiples of it: torch prepares its kernels anew for every shape it meets."""


@dataclass(frozen=True)
class Frame:
    """How a model wants its word pieces."""

    tokenizer: Tokenizer
    length: int
    """Pieces at most."""

    before: tuple[int, ...] = ()
    """Pieces put before every sentence, [CLS] for example."""

    after: tuple[int, ...] = ()

    def encode(self, words: Sequence[str]) -> tuple[list[int], list[int]]:
        """Pieces of `words`, and the place of each word's first one."""
        room = self.length - len(self.before) - len(self.after)
        padded, firsts = encode(self.tokenizer, words, room)
        pieces = padded[: int(np.flatnonzero(padded)[-1]) + 1 if padded.any() else 0].tolist()
        # A word without any piece, a lone accent for example, can stand behind the last one.
        last = max(len(pieces) - 1, 0)
        places = [len(self.before) + min(at, last) for at in firsts]
        return [*self.before, *pieces, *self.after], places


@dataclass(frozen=True)
class Head:
    """Labels that one pair of outputs tells apart: intents and slots."""

    intents: tuple[str, ...]
    slots: tuple[str, ...]
    """BIO."""

    see: Callable[[Labelled], Labelled | None] = lambda sentence: sentence
    """What a sentence is for this head; None: nothing to learn from it."""


@dataclass(frozen=True)
class Batch:
    """Sentences as numbers; L pieces and W words at most."""

    ids: Tensor
    """(B, L) int32, padded with 0."""

    firsts: Tensor
    """(B, W) int64, padded with 0."""

    real: Tensor
    """(B, W) bool: whether there is such a word."""

    intents: Tensor
    """(heads, B) int64, `IGNORED` where a head learns nothing."""

    tags: Tensor
    """(heads, B, W) int64, `IGNORED` also where there is no word."""

    rows: Tensor
    """(B,) int64: places in the list that the batch was drawn from."""


class Sentences:
    """A list of sentences, encoded once."""

    def __init__(
        self, sentences: Sequence[Labelled], frame: Frame, heads: Sequence[Head] = ()
    ) -> None:
        self._pieces = [frame.encode(sentence.words) for sentence in sentences]
        self._targets = [_targets(sentences, head) for head in heads]

    def __len__(self) -> int:
        return len(self._pieces)

    def epoch(self, size: int, rng: random.Random) -> Iterator[Batch]:
        """Batches of similar length in random order, each sentence once."""
        order = list(range(len(self)))
        rng.shuffle(order)
        pool = size * 32
        batches = []
        for start in range(0, len(order), pool):
            near = sorted(order[start : start + pool], key=lambda row: len(self._pieces[row][0]))
            batches += [near[at : at + size] for at in range(0, len(near), size)]
        rng.shuffle(batches)
        yield from map(self.batch, batches)

    def in_order(self, size: int) -> Iterator[Batch]:
        """All sentences as they come."""
        for start in range(0, len(self), size):
            yield self.batch(range(start, min(start + size, len(self))))

    def by_length(self, size: int) -> Iterator[Batch]:
        """All sentences, the shortest first: the least padding."""
        order = sorted(range(len(self)), key=lambda row: len(self._pieces[row][0]))
        for start in range(0, len(order), size):
            yield self.batch(order[start : start + size])

    def batch(self, rows: Sequence[int]) -> Batch:
        """These sentences, padded."""
        chosen = [self._pieces[row] for row in rows]
        longest = -(-max(len(pieces) for pieces, _ in chosen) // _STEP) * _STEP
        words = max(max(len(firsts) for _, firsts in chosen), 1)
        ids = np.zeros((len(chosen), longest), np.int32)
        firsts = np.zeros((len(chosen), words), np.int64)
        real = np.zeros((len(chosen), words), np.bool_)
        tags = np.full((len(self._targets), len(chosen), words), IGNORED, np.int64)
        for at, (pieces, places) in enumerate(chosen):
            count = len(places)
            ids[at, : len(pieces)] = pieces
            firsts[at, :count] = places
            real[at, :count] = True
            for head, (_, known) in enumerate(self._targets):
                tags[head, at, :count] = known[rows[at]][:count]
        intents = [[known[row] for row in rows] for known, _ in self._targets]
        return Batch(
            ids=torch.from_numpy(ids),
            firsts=torch.from_numpy(firsts),
            real=torch.from_numpy(real),
            intents=torch.tensor(intents, dtype=torch.int64),
            tags=torch.from_numpy(tags),
            rows=torch.tensor(list(rows)),
        )


def _targets(sentences: Sequence[Labelled], head: Head) -> tuple[list[int], list[list[int]]]:
    """Intent of each sentence, and tag of each word."""
    intents = {name: at for at, name in enumerate(head.intents)}
    slots = {name: at for at, name in enumerate(head.slots)}
    seen = [head.see(sentence) for sentence in sentences]
    return (
        [IGNORED if view is None else intents[view.intent] for view in seen],
        [
            [IGNORED] * len(sentence.words) if view is None else [slots[tag] for tag in view.tags]
            for view, sentence in zip(seen, sentences, strict=True)
        ],
    )


def split_heads(logits: Tensor, sizes: Sequence[int]) -> tuple[Tensor, ...]:
    """Logits of all heads, side by side in the last axis → those of each."""
    parts: tuple[Tensor, ...] = logits.split(list(sizes), dim=-1)
    return parts


def at_words(per_piece: Tensor, firsts: Tensor) -> Tensor:
    """(B, L, C) of pieces → (B, W, C) of words."""
    return per_piece.gather(1, firsts[:, :, None].expand(-1, -1, per_piece.shape[-1]))
