"""The int8 intent model at run time: words in, intent probabilities and slot spans out."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from assistant.errors import ModelError

if TYPE_CHECKING:
    from tokenizers import Tokenizer

    from assistant.tflite import Runtime

NONE = "none"
"""The intent of everything that is no command for the house."""

_IMPOSSIBLE = -1e9
_FIX = "install the models again, or rebuild it with scripts/train_intent"
Floats = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Labels:
    """labels.json: what the numbers of a model mean."""

    intents: tuple[str, ...]
    slots: tuple[str, ...]
    """BIO: "O", "B-name", "I-name", …"""

    length: int
    """Word pieces the model takes; longer utterances are cut."""

    temperature: float
    """Intent logits are divided by it, so that probabilities mean what they say."""

    accept: float
    """Confidence from which a command is carried out, chosen on generated validation data."""

    confirm: float


@dataclass(frozen=True, slots=True)
class Span:
    """Words `first` to `last` (inclusive) fill a slot."""

    slot: str
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Scores:
    """What the model says of one utterance."""

    intents: Floats
    """(intents,) probabilities."""

    slots: Floats
    """(words, slot labels) log-probabilities, of each word's first piece."""


class Tagger:
    """A loaded intent model. Not for two threads at the same time."""

    def __init__(self, folder: Path, *, runtime: Runtime | None = None) -> None:
        from assistant.tflite import Model

        self.labels = read_labels(folder / "labels.json")
        self._tokenizer = _read_tokenizer(folder / "tokenizer.json")
        self._model = Model(folder / "model.tflite", runtime=runtime)
        shapes = {tensor.shape: at for at, tensor in enumerate(self._model.outputs)}
        wanted = (
            (1, len(self.labels.intents)),
            (1, self.labels.length, len(self.labels.slots)),
        )
        if any(shape not in shapes for shape in wanted):
            raise ModelError(
                f"{folder}: model.tflite has outputs {sorted(shapes)}, labels.json wants {wanted}",
                fix=_FIX,
            )
        self._intent_output, self._slot_output = (shapes[shape] for shape in wanted)

    def score(self, words: Sequence[str]) -> Scores:
        """Run the model over `words` (matching form)."""
        ids, firsts = encode(self._tokenizer, words, self.labels.length)
        outputs = self._model.run(ids[None, :])
        real = [t.dequantize(o) for t, o in zip(self._model.outputs, outputs, strict=True)]
        intents = real[self._intent_output][0] / self.labels.temperature
        slots = real[self._slot_output][0][firsts]
        return Scores(np.exp(log_softmax(intents)), log_softmax(slots))


def encode(
    tokenizer: Tokenizer, words: Sequence[str], length: int
) -> tuple[npt.NDArray[np.int32], list[int]]:
    """Word pieces of `words`: (length,) int32 padded with 0, and each word's first piece.

    Words that do not fit are cut off: the list is shorter then.
    """
    ids = np.zeros(length, np.int32)
    firsts: list[int] = []
    at = 0
    encodings = tokenizer.encode_batch_fast(list(words), add_special_tokens=False)
    for encoding in encodings:
        pieces = encoding.ids
        if at + len(pieces) > length:
            break
        ids[at : at + len(pieces)] = pieces
        firsts.append(at)
        at += len(pieces)
    return ids, firsts


def log_softmax(logits: Floats) -> Floats:
    """Over the last axis."""
    shifted = logits - logits.max(axis=-1, keepdims=True)
    result: Floats = shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True))
    return result


def best_spans(
    scores: Floats, labels: tuple[str, ...], allowed: frozenset[str]
) -> tuple[tuple[Span, ...], float]:
    """The likeliest valid BIO labelling with slots of `allowed` only (Viterbi).

    scores    (words, slot labels) log-probabilities
    returns   the spans, and the geometric mean of the probabilities of its labels, 0 to 1
    """
    if not len(scores):
        return (), 1.0
    usable = np.array([label == "O" or label[2:] in allowed for label in labels])
    masked = np.where(usable, scores, _IMPOSSIBLE)
    moves = _moves(labels)
    best = np.where(_starts(labels), masked[0], _IMPOSSIBLE)
    came_from = []
    for row in masked[1:]:
        total = best[:, None] + moves
        came_from.append(total.argmax(axis=0))
        best = total.max(axis=0) + row
    path = [int(best.argmax())]
    for back in reversed(came_from):
        path.append(int(back[path[-1]]))
    path.reverse()
    mean = float(np.exp(np.mean([scores[i, label] for i, label in enumerate(path)])))
    return _as_spans([labels[i] for i in path]), mean


@cache
def _starts(labels: tuple[str, ...]) -> npt.NDArray[np.bool_]:
    return np.array([not label.startswith("I-") for label in labels])


@cache
def _moves(labels: tuple[str, ...]) -> Floats:
    """(from, to): 0 where one label may follow the other; I-x follows only B-x and I-x."""
    return np.array(
        [
            [0.0 if not to.startswith("I-") or was[2:] == to[2:] else _IMPOSSIBLE for to in labels]
            for was in labels
        ],
        np.float32,
    )


def _as_spans(tags: Sequence[str]) -> tuple[Span, ...]:
    spans: list[Span] = []
    for at, tag in enumerate(tags):
        if tag.startswith("B-"):
            spans.append(Span(tag[2:], at, at))
        elif tag.startswith("I-"):
            spans[-1] = Span(spans[-1].slot, spans[-1].first, at)
    return tuple(spans)


def read_labels(file: Path) -> Labels:
    """Read labels.json; raises ModelError."""
    try:
        content: Mapping[str, Any] = json.loads(file.read_text(encoding="utf-8"))
        return Labels(
            intents=tuple(content["intents"]),
            slots=tuple(content["slots"]),
            length=int(content["length"]),
            temperature=float(content["temperature"]),
            accept=float(content["accept"]),
            confirm=float(content["confirm"]),
        )
    except OSError as error:
        raise ModelError(f"{file}: cannot be read: {error.strerror}", fix=_FIX) from error
    except (ValueError, KeyError, TypeError) as error:
        raise ModelError(f"{file}: not the labels of an intent model: {error}", fix=_FIX) from error


def _read_tokenizer(file: Path) -> Tokenizer:
    try:
        from tokenizers import Tokenizer
    except ImportError as error:
        raise ModelError(
            "the package tokenizers is missing", fix="pip install tokenizers"
        ) from error
    try:
        return Tokenizer.from_file(str(file))
    except Exception as error:
        raise ModelError(f"{file}: not a tokenizer: {error}", fix=_FIX) from error
