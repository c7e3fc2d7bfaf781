"""The streaming int8 loop over microWakeWord models.

Every 10 ms the frontend makes 40 features (mel energies, noise-suppressed and gain-controlled)
of the last 30 ms, once for all words. Three such slices, the stride of the model's input, make
one inference; what came before lives in the model's own variables. The probabilities of the
last inferences are averaged over a sliding window and compared with the word's cutoff.

Source of the algorithm: github.com/kahrendt/microWakeWord; pymicro-wakeword 2.x does the same
and a test holds both to the same scores.
"""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Mapping

import numpy as np
import numpy.typing as npt
from pymicro_features import (  # type: ignore[import-untyped,unused-ignore]  # ships no types
    MicroFrontend,
)

from assistant.config import WakeSettings, WakeWordSettings
from assistant.errors import ModelError
from assistant.events import FRAME_S, Frame, Wake
from assistant.tflite import Model, Runtime
from assistant.wake.models import WakeModel, read_model

log = logging.getLogger(__name__)

FEATURES = 40  # mel bands of one slice


class MicroWakeWord:
    """Several wake words at once; see `assistant.wake.WakeDetector`.

    settings   the words, a cutoff for each, and how long a heard word is deaf
    runtime    a name from `tflite.runtimes()`; None: the preferred one
    xnnpack    False: slower kernels; with ai_edge_litert bit for bit pymicro-wakeword's scores
    """

    def __init__(
        self, settings: WakeSettings, *, runtime: Runtime | None = None, xnnpack: bool = True
    ) -> None:
        self._frontend = MicroFrontend()
        described = [(word, read_model(word.model)) for word in settings.words]
        self._words = [
            _Word(word, model, settings.refractory_s, _streaming_model(model, runtime, xnnpack))
            for word, model in described
        ]

    @property
    def scores(self) -> Mapping[str, float]:
        """Word → mean probability over its window, 0 to 1; 0.0 until the window is full."""
        return {word.name: word.score for word in self._words}

    def process(self, frame: Frame) -> Wake | None:
        """Hear 10 ms; of several words completed by them the one with the best score."""
        features = self._frontend.process_samples(frame.pcm).features
        if not features:  # the first two frames do not fill the frontend's 30 ms
            return None
        heard = [word for word in self._words if word.process(features, frame.at)]
        if not heard:
            return None
        best = max(heard, key=lambda word: word.score)
        return Wake(best.name, best.score, frame.at, frame.at + FRAME_S - best.lag_s)

    def reset(self) -> None:
        """Forget everything heard. Half a millisecond or less for each word."""
        self._frontend.reset()
        for word in self._words:
            word.reset()


class _Word:
    """One model, its sliding window and its cutoff."""

    def __init__(
        self, word: WakeWordSettings, described: WakeModel, refractory_s: float, model: Model
    ) -> None:
        self.name = described.word
        self.score = 0.0
        self.lag_s = (described.lag_ms if word.lag_ms is None else word.lag_ms) / 1000
        self._cutoff = described.cutoff if word.cutoff is None else word.cutoff
        self._refractory_s = refractory_s
        self._model = model
        (self._input,), (self._output,) = self._model.inputs, self._model.outputs
        # float64 slices of one inference: (1, stride, 40) = (batch, 10 ms slices, mel bands)
        self._slices: npt.NDArray[np.float64] = np.zeros(self._input.shape)
        self._filled = 0
        self._window: deque[float] = deque(maxlen=described.window)
        self._above = False
        self._deaf_until = float("-inf")

    def process(self, features: list[float], at: float) -> bool:
        """Take one slice; True when it completes the word.

        at   `Frame.at` of the slice, seconds
        """
        self._slices[0, self._filled] = features
        self._filled += 1
        if self._filled < self._slices.shape[1]:
            return False
        self._filled = 0
        self._infer()
        # A word is heard where its score rises above the cutoff, not for as long as it stays.
        rises = self.score > self._cutoff and not self._above
        self._above = self.score > self._cutoff
        if not rises or at < self._deaf_until:
            return False
        self._deaf_until = at + self._refractory_s
        log.debug("%s: score %.3f, cutoff %.3f", self.name, self.score, self._cutoff)
        return True

    def _infer(self) -> None:
        (output,) = self._model.run(self._input.quantize(self._slices))
        self._window.append(self._output.dequantize(output).item())
        full = len(self._window) == self._window.maxlen
        self.score = sum(self._window) / len(self._window) if full else 0.0

    def reset(self) -> None:
        self._model.reset()
        self._window.clear()
        self._filled, self.score, self._above = 0, 0.0, False
        self._deaf_until = float("-inf")


def _streaming_model(described: WakeModel, runtime: Runtime | None, xnnpack: bool) -> Model:
    """Load the .tflite and check that it is made for this loop."""
    model = Model(described.tflite, runtime=runtime, xnnpack=xnnpack)
    shapes = [tensor.shape for tensor in model.inputs]
    sizes = [int(np.prod(tensor.shape)) for tensor in model.outputs]
    if len(shapes) != 1 or shapes[0][0::2] != (1, FEATURES) or sizes != [1]:
        raise ModelError(
            f"{described.tflite}: not a streaming wake-word model: inputs {shapes},"
            f" outputs of {sizes} values",
            fix=f"use a microWakeWord model: input (1, slices, {FEATURES}), one probability out",
        )
    return model
