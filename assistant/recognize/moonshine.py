"""Moonshine as a recognizer: collects the command, decodes it greedily at a pause.

Partial results decode everything heard so far once more (see `Moonshine.encode`), so their price
grows with the command. They may take at most half of real time: where a decode takes long, the
next one waits for twice as much new speech.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from assistant.config import AsrSettings
from assistant.events import SAMPLE_RATE_HZ, Frame, Transcript
from assistant.recognize.moonshine_model import (
    END,
    START,
    FloatArray,
    Moonshine,
    give_back_memory,
    packaged_folder,
)

TOKENS_PER_S = 6.5
"""No English speech has more; the model's authors cut off there, what comes after is invented
(model card of UsefulSensors/moonshine-tiny)."""

_FEWEST_TOKENS = 6  # room for a short word in odd pieces, its full stop and the end
_LOOP = 3  # times that the same tokens may follow each other


@dataclass(frozen=True, slots=True)
class Hypothesis:
    """What the model makes of some audio."""

    text: str
    confidence: float
    """Geometric mean of the tokens' probabilities, 0 to 1."""


NOTHING = Hypothesis("", 0.0)


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
        self._every_s = settings.partial_every_s
        self._clock = clock
        self.reset()

    def feed(self, frame: Frame) -> str | None:
        self._pcm += frame.pcm
        waiting_s = (len(self._pcm) - self._decoded) / 2 / SAMPLE_RATE_HZ
        if not self._every_s or waiting_s < max(self._every_s, 2 * self._took_s):
            return None
        before = self._hypothesis.text
        self._decode()
        return self._hypothesis.text if self._hypothesis.text != before else None

    def so_far(self) -> str:
        if self._decoded < len(self._pcm):
            self._decode()
        return self._hypothesis.text

    def finish(self) -> Transcript:
        text = self.so_far()
        return Transcript(text=text, confidence=self._hypothesis.confidence, engine="moonshine")

    def reset(self) -> None:
        give_back_memory()
        self._pcm = bytearray()
        self._decoded = 0  # bytes of _pcm that the hypothesis covers
        self._took_s = 0.0
        self._hypothesis = NOTHING

    def _decode(self) -> None:
        started = self._clock()
        samples = np.frombuffer(bytes(self._pcm), "<i2").astype(np.float32) / 32768
        self._hypothesis = greedy(self._model, samples)
        self._decoded = len(self._pcm)
        self._took_s = self._clock() - started


def greedy(model: Moonshine, samples: FloatArray) -> Hypothesis:
    """Take the likeliest token at every step, until the end, the limit or a loop."""
    states = model.encode(samples)
    limit = max(_FEWEST_TOKENS, math.ceil(TOKENS_PER_S * samples.size / SAMPLE_RATE_HZ))
    tokens, log_probabilities, cache = [START], [], None
    while len(tokens) <= limit:
        logits, cache = model.step(np.array([tokens[-1:]], np.int64), states, cache)
        token = int(logits[0].argmax())
        log_probabilities.append(_log_probability(logits[0], token))
        if token == END:
            break
        tokens.append(token)
        if repeated := _loop(tokens):
            del tokens[-repeated:]
            break
    text = model.tokenizer.text(tokens)
    return Hypothesis(text, math.exp(np.mean(log_probabilities))) if text else NOTHING


def _log_probability(logits: FloatArray, token: int) -> float:
    return float(logits[token] - np.logaddexp.reduce(logits))


def _loop(tokens: list[int]) -> int:
    """How many tokens at the end only repeat those before them; 0: none."""
    for size in range(1, len(tokens) // _LOOP + 1):
        last = tokens[-size:]
        if tokens[-size * _LOOP :] == last * _LOOP:
            return size * (_LOOP - 1)
    return 0
