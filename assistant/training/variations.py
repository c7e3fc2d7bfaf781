"""Sentences made from sentences: other slot values, words that mean nearly the same.

What comes out need not be labelled rightly: a teacher labels it anew (data augmentation as in
TinyBERT, Jiao et al. 2020, with MiniLM's word embeddings in the place of GloVe).
"""

from __future__ import annotations

import random
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from assistant.evaluation.answers import spans_of
from assistant.evaluation.tasks import Labelled
from assistant.understand.tagger import Span

_OPEN = 100
"""A slot with so many different values takes any name: a song, a place, a book."""

_NEIGHBOURS = 12


class Values:
    """What fills the slots of a list of sentences, to say the same of something else."""

    def __init__(self, sentences: Sequence[Labelled]) -> None:
        self._of: dict[str, list[tuple[str, ...]]] = {}
        for sentence in sentences:
            for span in _spans(sentence):
                self._of.setdefault(span.slot, []).append(_words(sentence, span))
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
        for span in _spans(sentence):
            words += sentence.words[done : span.first]
            tags += sentence.tags[done : span.first]
            value = _words(sentence, span)
            if rng.random() < share:
                values = self._of[span.slot]
                if rng.random() < foreign and values in self._open:
                    values = rng.choice(self._open)
                value = rng.choice(values)
            words += value
            tags += [f"B-{span.slot}", *[f"I-{span.slot}"] * (len(value) - 1)]
            done = span.last + 1
        words += sentence.words[done:]
        tags += sentence.tags[done:]
        return Labelled(tuple(words), tuple(tags), sentence.intent)


def _spans(sentence: Labelled) -> list[Span]:
    """In the order of the sentence: what is drawn from them must not depend on Python's hashes."""
    return sorted(spans_of(sentence.tags), key=lambda span: span.first)


def _words(sentence: Labelled, span: Span) -> tuple[str, ...]:
    return sentence.words[span.first : span.last + 1]


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
