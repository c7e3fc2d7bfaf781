"""The small network that is fitted at home, on what the encoder says and on a lexicon.

    words (N, D)     ┐
    lexicon (N, 4 E) ┼→ enter → near1 → near2 → slots (N, S)
    whole (n, G)     ┘        (each sees its neighbours)  └ max → + whole → intents (n, I)

for N words of n utterances; `assistant.training.gradient` goes the same way back. What the
encoder itself answers is added to both: only what it does not know has to be learnt.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from assistant.understand.tagger import Floats, Seen

Ints = npt.NDArray[np.int64]
Weights = Mapping[str, Floats]
"""By name, for H hidden units:

    lexicon (entries + 1, E), its row 0 stays 0     whole_mean, whole_scale (G,)
    enter (D + 4 E, H), enter_whole (G, H)          words_mean, words_scale (D,)
    near1, near2 (H, 3 H): seen from the word after, from the word itself, from the word before
    slots (H, S), intents (H + G, I)                enter_bias, near1_bias … in the shape of outputs
    known_slots (L, S), known_intents (J, I)        real units a step, where the encoder's label is
                                                    also one of these: not learnt

The encoder's slot logits are the last L of D, its intent logits the last J of G.
"""
NAMES = frozenset({
    "lexicon", "words_mean", "words_scale", "whole_mean", "whole_scale", "enter", "enter_whole",
    "enter_bias", "near1", "near1_bias", "near2", "near2_bias", "slots", "slots_bias", "intents",
    "intents_bias", "known_slots", "known_intents",
})  # fmt: skip
"""Of all weights."""

Thin = Callable[[Floats], Floats]

PARTS = 4
"""Entries of the lexicon that a word has: see `parts`."""


def parts(word: str) -> tuple[str, str, str, str]:
    """What the lexicon keeps of a word: itself, how it begins, how it ends, how it looks."""
    digits = "digits" if any(letter.isdigit() for letter in word) else "letters"
    return (f"={word}", f"{word[:3]}-", f"-{word[-3:]}", f"{min(len(word), 9)} {digits}")


@dataclass(frozen=True, slots=True)
class Rows:
    """Utterances one below the other: a row for each word, an empty one after each utterance."""

    words: Floats
    """(N, D) as the encoder says it."""

    lexicon: Ints
    """(N, PARTS) rows of the lexicon; 0 where a word is not in it."""

    whole: Floats
    """(n, G) likewise."""

    starts: Ints
    """(n,) first row of each utterance."""

    real: Floats
    """(N, 1): 1 for words, 0 for empty rows."""

    @property
    def owner(self) -> Ints:
        """(N,) the utterance of each row."""
        lengths = np.diff(np.append(self.starts, len(self.real)))
        return np.repeat(np.arange(len(self.starts)), lengths)


@dataclass(frozen=True, slots=True)
class Trace:
    """All that the network computes on its way, after thinning."""

    given: Floats
    """(N, D + 4 E)."""

    whole: Floats
    layers: tuple[Floats, Floats, Floats]
    """(N, H) each."""

    most: Floats
    """(n, H): each unit's maximum over the words of an utterance."""

    slots: Floats
    """(N, S) logits."""

    intents: Floats
    """(n, I) logits."""


def forward(weights: Weights, rows: Rows, thin: Thin = lambda layer: layer) -> Trace:
    """Slot and intent logits of `rows`; `thin` is dropout's place when the network is fitted.

    What the encoder says of single words is not thinned: that made the fit slower and worse.
    """
    words = (rows.words - weights["words_mean"]) * weights["words_scale"] * rows.real
    whole = thin((rows.whole - weights["whole_mean"]) * weights["whole_scale"])
    entries = weights["lexicon"][rows.lexicon].reshape(len(rows.real), -1)
    given = np.concatenate([words, entries], axis=1)
    here = (whole @ weights["enter_whole"])[rows.owner]
    first = thin(_relu(given @ weights["enter"] + here + weights["enter_bias"]) * rows.real)
    second = thin(_relu(_near(first, weights, "near1") + first) * rows.real)
    third = thin(_relu(_near(second, weights, "near2") + second) * rows.real)
    most = np.maximum.reduceat(third, rows.starts, axis=0)
    return Trace(
        given=given,
        whole=whole,
        layers=(first, second, third),
        most=most,
        slots=third @ weights["slots"]
        + weights["slots_bias"]
        + _known(rows.words, weights["known_slots"]),
        intents=np.concatenate([most, whole], axis=1) @ weights["intents"]
        + weights["intents_bias"]
        + _known(rows.whole, weights["known_intents"]),
    )


def _known(given: Floats, known: Floats) -> Floats:
    """The encoder's own logits, each as the one of the same label here."""
    result: Floats = given[:, given.shape[1] - len(known) :] @ known
    return result


def _relu(layer: Floats) -> Floats:
    return np.maximum(layer, np.float32(0))


def _near(layer: Floats, weights: Weights, name: str) -> Floats:
    """A convolution over three rows: the one before, the row itself, the one after."""
    width = layer.shape[1]
    seen = layer @ weights[name]
    result: Floats = seen[:, width : 2 * width] + weights[f"{name}_bias"]
    result[1:] += seen[:-1, 2 * width :]
    result[:-1] += seen[1:, :width]
    return result


@dataclass(frozen=True, slots=True)
class Given:
    """What the network is given of one utterance; words that the encoder cut off are missing."""

    words: npt.NDArray[np.int8]
    """(words, D)."""

    whole: npt.NDArray[np.int8]
    """(G,)."""

    lexicon: Ints
    """(words, PARTS) rows of the lexicon."""


def give(seen: Seen, words: Sequence[str], lexicon: Mapping[str, int]) -> Given:
    """What the encoder says of `words`, and what the lexicon has of them."""
    found = [[lexicon.get(part, 0) for part in parts(word)] for word in words[: len(seen.words)]]
    return Given(seen.words, seen.whole, np.array(found, np.int64).reshape(-1, PARTS))


def stack(utterances: Sequence[Given]) -> Rows:
    """Utterances one below the other."""
    sizes = [len(given.words) for given in utterances]
    starts = np.cumsum([0, *(size + 1 for size in sizes)])
    words = np.zeros((starts[-1], utterances[0].words.shape[1]), np.float32)
    entries = np.zeros((starts[-1], PARTS), np.int64)
    real = np.zeros((starts[-1], 1), np.float32)
    for start, size, given in zip(starts, sizes, utterances, strict=False):
        words[start : start + size] = given.words
        entries[start : start + size] = given.lexicon
        real[start : start + size] = 1
    whole = np.stack([given.whole for given in utterances]).astype(np.float32)
    return Rows(words, entries, whole, starts[:-1], real)
