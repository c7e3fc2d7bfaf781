"""Vosk as a recognizer: decodes while it is fed, so a finished command is written down at once.

A second decoder of the same model hears the same sound and knows only the words that can be said
here, in the order in which they can follow each other: Vosk makes a bigram model of the phrases it
is given (LanguageModelEstimator, order 2), so the pairs of words are all there is to say. Its
sentences, and what was recognized freely, are then repaired to sentences that can be said whole.

Two habits of Vosk show here. It ends an utterance by itself after its own idea of silence, and
begins the next one: their words are joined. And its partial result lags behind the sound, so
`transcribe` ends the utterance too; what is said after that is one more, joined like the others.
"""

from __future__ import annotations

import heapq
import itertools
import json
import logging
import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from assistant.errors import ModelError
from assistant.events import FRAME_BYTES, SAMPLE_RATE_HZ, Frame, Hypothesis, Transcript
from assistant.grammar.graph import Graph
from assistant.grammar.vocabulary import Vocabulary
from assistant.recognize.repair import repair

log = logging.getLogger(__name__)

_FIX = "run: assistant models pull vosk-small-en"
_NEEDED = ("am/final.mdl", "conf/model.conf", "graph", "ivector/final.ie")
_TAKES_GRAMMARS = ("graph/HCLr.fst", "graph/Gr.fst")  # models with one HCLG.fst know theirs only
_BLOCK_BYTES = 10 * FRAME_BYTES  # 100 ms: often enough for partial words, a tenth of the calls
_ALTERNATIVES = 4

_NATS_PER_PHONEME = 5.0
"""What a repaired sentence loses in likelihood per phoneme that had to be changed: a phoneme lasts
about three of Vosk's frames of 30 ms."""


@dataclass(frozen=True, slots=True)
class _Heard:
    """One way to write down what was heard."""

    text: str
    likelihood: float
    """Of sound and words together, nats; says something only beside others for the same sound."""


class VoskRecognizer:
    """A `Recognizer` over a Vosk model folder."""

    def __init__(self, folder: Path | None) -> None:
        if folder is None:
            raise ModelError("asr.engine is vosk, but no Vosk model is installed", fix=_FIX)
        self._model, self._open = _load(folder)
        self._takes_grammars = all((folder / name).exists() for name in _TAKES_GRAMMARS)
        self._free = _Decoder(self._open())
        self._graph: Graph | None = None
        self._expecting: _Decoder | None = None
        self._compiled_for: Graph | None = None
        self.reset()

    def feed(self, frame: Frame) -> str | None:
        self._block += frame.pcm
        if len(self._block) < _BLOCK_BYTES:
            return None
        before = self._free.text()
        self._hear()
        return self._free.text() if self._free.text() != before else None

    def transcribe(self) -> Transcript:
        if self._block:
            self._hear()
        ways = self._free.finish()
        # Likelihoods of Vosk's grow with the sound: only their differences say something.
        total = _log_sum(way.likelihood for way in ways)
        free, sayable = ways[0], self._sayable(ways[0])
        if not free.text and not sayable:
            return Transcript("", 0.0, "vosk")
        best = max(way.likelihood for way in (free, *sayable))
        offset = best - min(0.0, free.likelihood - total)
        return Transcript(
            free.text,
            math.exp(free.likelihood - total) if free.text else 0.0,
            "vosk",
            _hypothesis(free, offset),
            tuple(_hypothesis(way, offset) for way in sayable),
        )

    def reset(self, graph: Graph | None = None) -> None:
        self._block = bytearray()  # heard, but not yet given to Vosk
        self._graph = graph
        if graph is not None and graph is not self._compiled_for:
            self._expecting = self._decoder_for(graph.vocabulary)
            self._compiled_for = graph
        for decoder in self._decoders():
            decoder.reset()

    def _decoders(self) -> Sequence[_Decoder]:
        """Those that listen."""
        return [self._free, self._expecting] if self._graph and self._expecting else [self._free]

    def _decoder_for(self, vocabulary: Vocabulary) -> _Decoder | None:
        """One that knows only these words; None where the model cannot, or knows none of them."""
        if not self._takes_grammars:
            return None
        known = {w for w in vocabulary.words if self._model.vosk_model_find_word(w) >= 0}
        if unknown := sorted(vocabulary.words - known):
            log.warning("Vosk's model has no pronunciation for: %s", ", ".join(unknown))
        pairs = (f"{one} {other}" for one, other in vocabulary.pairs if {one, other} <= known)
        phrases = sorted({*known, *pairs})
        return _Decoder(self._open(json.dumps(phrases, ensure_ascii=False))) if phrases else None

    def _hear(self) -> None:
        for decoder in self._decoders():
            decoder.hear(bytes(self._block))
        self._block.clear()

    def _sayable(self, free: _Heard) -> list[_Heard]:
        """What can be said and comes nearest to the sound, the likeliest first."""
        if self._graph is None:
            return []
        heard = [free, *(way for d in self._decoders()[1:] for way in d.finish())]
        found: dict[str, float] = {}
        for way in heard:
            for text, likelihood in _repaired(way, self._graph):
                found[text] = max(likelihood, found.get(text, -math.inf))
        best = heapq.nlargest(_ALTERNATIVES, found.items(), key=lambda item: item[1])
        return [_Heard(text, likelihood) for text, likelihood in best]


class _Decoder:
    """One of Vosk's recognizers, and what it heard of the command so far."""

    def __init__(self, engine: Any) -> None:
        engine.SetMaxAlternatives(_ALTERNATIVES)
        self._engine = engine
        self.reset()

    def reset(self) -> None:
        self._open = False  # it has sound of an utterance that it has not ended
        self._partial = ""
        self._done: list[_Heard] = []
        """The likeliest ways to write down all utterances that have ended."""

        self._engine.Reset()

    def hear(self, pcm: bytes) -> None:
        self._open = True
        if self._engine.AcceptWaveform(pcm):
            self._close(self._engine.Result())
        else:
            self._partial = str(json.loads(self._engine.PartialResult()).get("partial", ""))

    def finish(self) -> Sequence[_Heard]:
        """End the utterance; returns the ways to write down everything, the likeliest first."""
        if self._open:
            self._close(self._engine.FinalResult())
        return self._done or [_Heard("", 0.0)]

    def text(self) -> str:
        """The words so far."""
        return " ".join([*(way.text for way in self._done[:1]), *self._partial.split()]).strip()

    def _close(self, result: str) -> None:
        self._open, self._partial = False, ""
        ended = [
            _Heard(" ".join(way["text"].split()), float(way["confidence"]))
            for way in json.loads(result).get("alternatives", ())
        ]
        both = itertools.product(self._done or [_Heard("", 0.0)], ended or [_Heard("", 0.0)])
        joined = [
            _Heard(f"{a.text} {b.text}".strip(), a.likelihood + b.likelihood) for a, b in both
        ]
        self._done = heapq.nlargest(_ALTERNATIVES, joined, key=lambda way: way.likelihood)


def _repaired(way: _Heard, graph: Graph) -> Iterable[tuple[str, float]]:
    if not way.text:
        return
    if graph.accepts(way.text):
        yield way.text, way.likelihood
    for candidate in repair(way.text, graph):
        yield candidate.text, way.likelihood - _NATS_PER_PHONEME * candidate.cost


def _hypothesis(way: _Heard, offset: float) -> Hypothesis:
    return Hypothesis(way.text, way.likelihood - offset, len(way.text.split()) + 1)


def _log_sum(values: Iterable[float]) -> float:
    found = list(values)
    return max(found) + math.log(sum(math.exp(value - max(found)) for value in found))


def _load(folder: Path) -> tuple[Any, Callable[..., Any]]:
    """The model, and what opens a recognizer of it; tells apart what is missing and damaged."""
    missing = [name for name in _NEEDED if not (folder / name).exists()]
    if missing:
        raise ModelError(f"{folder} is no Vosk model: it has no {missing[0]}", fix=_FIX)
    import vosk  # type: ignore[import-untyped,unused-ignore]  # ships no types

    vosk.SetLogLevel(-1)

    def recognizer(*grammar: str) -> Any:
        try:
            return vosk.KaldiRecognizer(model, SAMPLE_RATE_HZ, *grammar)
        except Exception as error:  # Vosk raises the bare class
            raise ModelError(f"the Vosk model in {folder} is damaged: {error}", fix=_FIX) from error

    try:
        model = vosk.Model(str(folder))
    except Exception as error:  # Vosk raises the bare class
        raise ModelError(f"the Vosk model in {folder} is damaged: {error}", fix=_FIX) from error
    return model, recognizer
