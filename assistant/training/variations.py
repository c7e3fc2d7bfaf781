"""Sentences made from sentences: other slot values, words that mean nearly the same.

What comes out need not be labelled rightly: a teacher labels it anew (data augmentation as in
TinyBERT, Jiao et al. 2020, with MiniLM's word embeddings in the place of GloVe).
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt

from assistant.evaluation.tasks import Labelled

_OPEN = 100
"""A slot with so many different values takes any name: a song, a place, a book."""

_NEIGHBOURS = 12


class Values:
    """What fills the slots of a list of sentences, to say the same of something else."""

    def __init__(self, sentences: Sequence[Labelled]) -> None:
        self._of: dict[str, list[tuple[str, ...]]] = {}
        for sentence in sentences:
            for slot, first, end in spans(sentence.tags):
                self._of.setdefault(slot, []).append(sentence.words[first:end])

        self._open = [values for values in self._of.values() if len(set(values)) >= _OPEN]

    def swap(
        self, sentence: Labelled, rng: random.Random, share: float, foreign: float = 0.0
    ) -> Labelled:
        """`sentence` with about `share` of its slots filled as another sentence does.

        foreign   share of open slots that get the value of any open slot: a film where a song
                  stood. The labels may then be wrong
        """
        words: list[str] = []
        tags: list[str] = []
        done = 0
        for slot, first, end in spans(sentence.tags):
            words += sentence.words[done:first]
            tags += sentence.tags[done:first]
            value = sentence.words[first:end]
            if rng.random() < share:
                values = self._of[slot]
                if rng.random() < foreign and values in self._open:
                    values = rng.choice(self._open)
                value = rng.choice(values)
            words += value
            tags += [f"B-{slot}", *[f"I-{slot}"] * (len(value) - 1)]
            done = end
        words += sentence.words[done:]
        tags += sentence.tags[done:]
        return Labelled(tuple(words), tuple(tags), sentence.intent)


class Neighbours:
    """For each word those nearest to it in an embedding."""

    def __init__(self, words: Sequence[str], rows: npt.NDArray[np.float32]) -> None:
        """Rows (words, width): the embedding of each word."""
        unit = rows / np.linalg.norm(rows, axis=1, keepdims=True)
        self._of: dict[str, list[str]] = {}
        for start in range(0, len(words), 1000):
            alike = unit[start : start + 1000] @ unit.T
            nearest = np.argpartition(-alike, _NEIGHBOURS, axis=1)[:, : _NEIGHBOURS + 1]
            for word, row in zip(words[start : start + 1000], nearest, strict=True):
                self._of[word] = [words[at] for at in row if words[at] != word]

    def replace(self, sentence: Labelled, rng: random.Random, share: float) -> Labelled:
        """`sentence` with about `share` of its words replaced by a neighbour."""
        words = tuple(
            rng.choice(self._of[word]) if word in self._of and rng.random() < share else word
            for word in sentence.words
        )
        return Labelled(words, sentence.tags, sentence.intent)


def spans(tags: Sequence[str]) -> Iterator[tuple[str, int, int]]:
    """Slot, first word and end (exclusive) of each span of valid BIO tags."""
    start = 0
    for at, tag in enumerate(tags):
        if tag.startswith("B-"):
            start = at
        after = tags[at + 1] if at + 1 < len(tags) else "O"
        if tag != "O" and not after.startswith("I-"):
            yield tag[2:], start, at + 1
