"""One step of learning for the network of `understand.head_network`: its gradient, and Adam."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from assistant.understand.head_network import (
    PARTS,
    Given,
    Ints,
    Rows,
    Trace,
    Weights,
    forward,
    stack,
)
from assistant.understand.tagger import Floats, log_softmax


@dataclass(frozen=True, slots=True)
class Example:
    """A sentence as numbers."""

    given: Given
    intent: int
    slots: Ints
    """(words + 1,) labels; 0 for the empty row after the words."""


@dataclass(frozen=True, slots=True)
class Loss:
    """Cross entropy of the intent, plus `slot_weight` times the words' mean cross entropy."""

    slot_weight: float
    smoothing: float
    """Of the intents' targets, 0 to 1."""

    dropped: float
    """Share of every layer's numbers, and of the lexicon's entries, that is hidden."""


class _Dropout:
    """Hides random numbers of a layer and makes the others larger."""

    def __init__(self, share: float, rng: np.random.Generator) -> None:
        self._hidden, self._rng = round(share * 256), rng
        self.louder = np.float32(256 / (256 - self._hidden))
        """What the others are multiplied with."""

    def __call__(self, layer: Floats) -> Floats:
        return layer * self._kept(layer.shape) * self.louder

    def entries(self, rows: Rows) -> Rows:
        return replace(rows, lexicon=rows.lexicon * self._kept(rows.lexicon.shape))

    def _kept(self, shape: tuple[int, ...]) -> npt.NDArray[np.bool_]:
        # Random bytes cost a quarter of random numbers, and this is a tenth of all the work.
        kept: npt.NDArray[np.bool_] = self._rng.integers(0, 256, shape, np.uint8) >= self._hidden
        return kept


def gradients(
    weights: Weights, chosen: Sequence[Example], loss: Loss, rng: np.random.Generator
) -> tuple[dict[str, Floats], tuple[Ints, Floats]]:
    """Gradient of the loss by each weight, the lexicon's apart: rows (n,) and theirs (n, E)."""
    thin = _Dropout(loss.dropped, rng)
    rows = thin.entries(stack([example.given for example in chosen]))
    trace = forward(weights, rows, thin)
    slots = np.exp(log_softmax(trace.slots))
    slots[np.arange(len(slots)), np.concatenate([example.slots for example in chosen])] -= 1
    slots *= rows.real * (loss.slot_weight / rows.real.sum())
    intents = np.exp(log_softmax(trace.intents)) - loss.smoothing / trace.intents.shape[1]
    intents[np.arange(len(chosen)), [example.intent for example in chosen]] -= 1 - loss.smoothing
    intents /= len(chosen)
    return _back(weights, rows, trace, slots, intents, thin.louder)


def _back(
    weights: Weights, rows: Rows, trace: Trace, slots: Floats, intents: Floats, louder: np.float32
) -> tuple[dict[str, Floats], tuple[Ints, Floats]]:
    """Back-propagation through `forward`, from the logits' gradients to the weights'.

    louder   what dropout multiplied the numbers with that it kept
    """
    first, second, third = trace.layers
    owner, width = rows.owner, third.shape[1]
    pooled = np.concatenate([trace.most, trace.whole], axis=1)
    found = {
        "slots": third.T @ slots,
        "slots_bias": slots.sum(axis=0),
        "intents": pooled.T @ intents,
        "intents_bias": intents.sum(axis=0),
    }
    by_most = (intents @ weights["intents"].T)[:, :width]
    at = slots @ weights["slots"].T + by_most[owner] * (third == trace.most[owner])
    for name, before, after in (("near2", second, third), ("near1", first, second)):
        at = at * (after > 0) * louder
        near = np.zeros((len(at), 3 * width), np.float32)
        near[:, width : 2 * width] = at
        near[1:, :width] = at[:-1]
        near[:-1, 2 * width :] = at[1:]
        found[name] = before.T @ near
        found[f"{name}_bias"] = at.sum(axis=0)
        at = near @ weights[name].T + at
    at = at * (first > 0) * louder
    found["enter"] = trace.given.T @ at
    found["enter_bias"] = at.sum(axis=0)
    found["enter_whole"] = trace.whole.T @ np.add.reduceat(at, rows.starts, axis=0)
    size = weights["lexicon"].shape[1]
    by_entry = (at @ weights["enter"][-PARTS * size :].T).reshape(-1, size)
    return found, _summed(rows.lexicon.reshape(-1), by_entry)


def _summed(entries: Ints, by_entry: Floats) -> tuple[Ints, Floats]:
    """Rows of the lexicon that occur, and the sum of each one's gradients; row 0 stays as it is."""
    order = np.argsort(entries, kind="stable")
    found, starts = np.unique(entries[order], return_index=True)
    sums = np.add.reduceat(by_entry[order], starts, axis=0)
    real = found > 0
    return found[real], sums[real]


class Adam:
    """Kingma, Ba 2015, with decoupled weight decay; the lexicon only where it was used."""

    def __init__(self, weights: dict[str, Floats], decay: float) -> None:
        self._weights = weights
        self._decay = decay
        self._mean = {name: np.zeros_like(array) for name, array in weights.items()}
        self._square = {name: np.zeros_like(array) for name, array in weights.items()}
        self._steps = 0

    def step(
        self, gradient: Mapping[str, Floats], entries: tuple[Ints, Floats], rate: float
    ) -> None:
        """Change the weights in place; `entries` as `gradients` returns them."""
        self._steps += 1
        for name, by_weight in gradient.items():
            decay = 0.0 if name.endswith("_bias") else self._decay
            self._move(name, slice(None), by_weight, rate, decay)
        self._move("lexicon", *entries, rate, 0.0)

    def _move(
        self, name: str, rows: slice | Ints, gradient: Floats, rate: float, decay: float
    ) -> None:
        mean, square = self._mean[name], self._square[name]
        mean[rows] += np.float32(0.1) * (gradient - mean[rows])
        square[rows] += np.float32(0.01) * (gradient * gradient - square[rows])
        steady = np.float32(rate * np.sqrt(1 - 0.99**self._steps) / (1 - 0.9**self._steps))
        change = steady * mean[rows] / (np.sqrt(square[rows]) + np.float32(1e-8))
        weights = self._weights[name]
        weights[rows] -= change + np.float32(rate * decay) * weights[rows]
