"""The int8 intent model at run time: words in, intent probabilities and slot spans out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from assistant.errors import ModelError
from assistant.schema import read_json

if TYPE_CHECKING:
    from tokenizers import Tokenizer

    from assistant.config import Accelerator
    from assistant.tflite import Runtime
    from assistant.understand.heads import Heads

NONE = "none"
"""The intent of everything that is no command for the house."""

_IMPOSSIBLE = -1e9
_FIX = "install the models again, or rebuild it with scripts/train"
_WORDS_KEPT = 4096  # whose word pieces need not be looked for again
_INTENTS_KEPT = 512  # whose slots need not be sorted out again
Floats = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Labels:
    """labels.json: what the numbers of a model mean."""

    intents: tuple[str, ...]
    slots: tuple[str, ...]
    """BIO: "O", "B-name", "I-name", …"""

    slots_of: Mapping[str, frozenset[str]]
    """Intent → slots it can have."""

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


@dataclass(frozen=True, slots=True)
class Seen:
    """What the model says of one utterance."""

    intents: Floats
    """(intents,) logits."""

    slots: Floats
    """(words, slot labels) logits, of each word's first piece."""

    words: npt.NDArray[np.int8]
    """(words, D) for heads of other skills: features and slot logits as the model has them."""

    whole: npt.NDArray[np.int8]
    """(G,) likewise: the maximum of each feature over all pieces, and the intent logits."""


class Encoder:
    """A loaded intent model. Not for two threads at the same time."""

    def __init__(
        self, folder: Path, *, runtime: Runtime | None = None, accelerator: Accelerator = "cpu"
    ) -> None:
        from assistant.tflite import Model

        self.folder = folder
        self.labels = read_labels(folder / "labels.json")
        self._tokenizer = _read_tokenizer(folder / "tokenizer.json")
        self._pieces = lru_cache(_WORDS_KEPT)(self._look_up)
        self._model = Model(folder / "model.tflite", runtime=runtime, accelerator=accelerator)
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
        self._intents, self._slots = (shapes.pop(shape) for shape in wanted)
        self.answers = tuple(self._model.outputs[at] for at in (self._intents, self._slots))
        """What its intent and slot logits are quantized as."""
        self.has_features = bool(shapes)
        """False: it knows its own skills and nothing that others could be learnt from."""
        self._features = next(iter(shapes.values()), self._slots)

    def see(self, words: Sequence[str]) -> Seen:
        """Run the model over `words` (matching form); words that do not fit are cut off."""
        ids, firsts = _line_up(map(self._pieces, words), self.labels.length)
        outputs = self._model.run(ids[None, :])
        intents, slots = outputs[self._intents][0], outputs[self._slots][0]
        features = outputs[self._features][0]
        return Seen(
            intents=self._model.outputs[self._intents].dequantize(intents),
            slots=self._model.outputs[self._slots].dequantize(slots)[firsts],
            words=np.concatenate([features, slots], axis=1)[firsts],
            whole=np.concatenate([features.max(axis=0), intents]),
        )

    def _look_up(self, word: str) -> tuple[int, ...]:
        return tuple(self._tokenizer.encode(word, add_special_tokens=False).ids)


class Tagger:
    """The intent model of a house. Not for two threads at the same time.

    heads   fitted at home: they answer in place of the model's own
    """

    def __init__(
        self,
        folder: Path,
        *,
        runtime: Runtime | None = None,
        accelerator: Accelerator = "cpu",
        heads: Heads | None = None,
    ) -> None:
        self._encoder = Encoder(folder, runtime=runtime, accelerator=accelerator)
        self._heads = heads
        self.labels = heads.labels if heads else self._encoder.labels

    def score(self, words: Sequence[str]) -> Scores:
        """Run the model over `words` (matching form)."""
        (scores,) = self.score_all([words])
        return scores

    def score_all(self, sentences: Sequence[Sequence[str]]) -> list[Scores]:
        """The same of several utterances: heads take much less time for many at once."""
        seen = [self._encoder.see(words) for words in sentences]
        found = (
            self._heads.logits(seen, sentences)
            if self._heads
            else [(each.intents, each.slots) for each in seen]
        )
        heat = self.labels.temperature
        return [
            Scores(np.exp(log_softmax(intents / heat)), log_softmax(slots))
            for intents, slots in found
        ]


def encode(
    tokenizer: Tokenizer, words: Sequence[str], length: int
) -> tuple[npt.NDArray[np.int32], list[int]]:
    """Word pieces of `words`: (length,) int32 padded with 0, and each word's first piece.

    Words that do not fit are cut off: the list is shorter then.
    """
    encodings = tokenizer.encode_batch_fast(list(words), add_special_tokens=False)
    return _line_up((encoding.ids for encoding in encodings), length)


def _line_up(
    words: Iterable[Sequence[int]], length: int
) -> tuple[npt.NDArray[np.int32], list[int]]:
    ids = np.zeros(length, np.int32)
    firsts: list[int] = []
    at = 0
    for pieces in words:
        if at + max(len(pieces), 1) > length:  # a word of control characters only has no piece
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
    at = _usable(labels, allowed)
    labels = tuple(labels[i] for i in at)
    scores = scores[:, at]
    moves = _moves(labels)
    best = np.where(_starts(labels), scores[0], _IMPOSSIBLE)
    came_from = []
    for row in scores[1:]:
        total = best[:, None] + moves
        came_from.append(total.argmax(axis=0))
        best = total.max(axis=0) + row
    path = [int(best.argmax())]
    for back in reversed(came_from):
        path.append(int(back[path[-1]]))
    path.reverse()
    mean = float(np.exp(np.mean([scores[i, label] for i, label in enumerate(path)])))
    return _as_spans([labels[i] for i in path]), mean


@lru_cache(_INTENTS_KEPT)
def _usable(labels: tuple[str, ...], allowed: frozenset[str]) -> tuple[int, ...]:
    """Places of the labels that an intent with these slots can have."""
    return tuple(at for at, label in enumerate(labels) if label == "O" or label[2:] in allowed)


@lru_cache(_INTENTS_KEPT)
def _starts(labels: tuple[str, ...]) -> npt.NDArray[np.bool_]:
    return np.array([not label.startswith("I-") for label in labels])


@lru_cache(_INTENTS_KEPT)
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
    return read_json(Labels, file, error=ModelError, fix=_FIX, extra=True)


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
