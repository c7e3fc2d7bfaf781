"""Moonshine as a recognizer: collects the command, decodes it at a pause.

Partial results decode everything heard so far once more (see `Moonshine.encode`), so their price
grows with the command. They may take at most half of real time: where a decode takes long, the
next one waits for twice as much new speech. They are recognized freely; at a pause the graph of
what can be said joins in.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable

import numpy as np

from assistant.config import AsrSettings
from assistant.events import SAMPLE_RATE_HZ, Frame, Transcript
from assistant.grammar.graph import Graph
from assistant.onnx_sessions import give_back_memory
from assistant.recognize.moonshine_model import (
    FloatArray,
    Moonshine,
    packaged_folder,
)
from assistant.recognize.search import NOTHING, Found, search
from assistant.recognize.tokens import Continuations, TokenTable

TOKENS_PER_S = 6.5
"""No English speech has more; the model's authors cut off there, what comes after is invented
(model card of UsefulSensors/moonshine-tiny)."""

_FEWEST_TOKENS = 6  # room for a short word in odd pieces, its full stop and the end


class MoonshineRecognizer:
    """A `Recognizer` for English that needs no download."""

    def __init__(
        self,
        settings: AsrSettings,
        *,
        model: Moonshine | None = None,
        clock: Callable[[], float] = time.perf_counter,
    ) -> None:
        self._model = model or Moonshine(packaged_folder(), threads=settings.threads)
        self._table = TokenTable(self._model.tokenizer.tokens)
        self._may: Continuations | None = None
        self._every_s = settings.partial_every_s
        self._clock = clock
        self.reset()

    def reset(self, graph: Graph | None = None) -> None:
        if graph is None:
            self._may = None
        elif self._may is None:
            self._may = Continuations(self._table, graph)
        else:
            self._may.follow(graph)
        give_back_memory()
        self._pcm = bytearray()
        self._looked = 0  # bytes of _pcm that the partial result covers
        self._decoded = 0  # bytes of _pcm that _found covers
        self._took_s = 0.0
        self._partial = ""
        self._found = Found(NOTHING, ())

    def feed(self, frame: Frame) -> str | None:
        self._pcm += frame.pcm
        waiting_s = (len(self._pcm) - self._looked) / 2 / SAMPLE_RATE_HZ
        if not self._every_s or waiting_s < max(self._every_s, 2 * self._took_s):
            return None
        before, since = self._partial, self._clock()
        self._partial = self._decode(None).free.text
        self._looked = len(self._pcm)
        self._took_s = self._clock() - since
        return self._partial if self._partial != before else None

    def transcribe(self) -> Transcript:
        if self._decoded < len(self._pcm):
            self._found = self._decode(self._may)
            self._decoded = self._looked = len(self._pcm)
            self._partial = self._found.free.text
        free = self._found.free
        return Transcript(free.text, free.confidence, "moonshine", free, self._found.sayable)

    def _decode(self, may: Continuations | None) -> Found:
        samples = np.frombuffer(bytes(self._pcm), "<i2").astype(np.float32) / 32768
        return decode(self._model, samples, may)


def decode(model: Moonshine, samples: FloatArray, may: Continuations | None = None) -> Found:
    """What was said in `samples`, 16 kHz, -1 to 1: freely, and of what `may` be said."""
    limit = max(_FEWEST_TOKENS, math.ceil(TOKENS_PER_S * samples.size / SAMPLE_RATE_HZ))
    return search(model, model.encode(samples), may, limit=limit)
