"""Several channels → the one that hears: an array of microphones also sends what its loudspeaker
plays, and channels that carry nothing but noise.

What several microphones hear rises and falls together; what a loudspeaker plays, and the noise of
an open input, does not. So the levels of 10 ms of all channels are compared (Pearson's correlation
of their logarithms), and of those that agree the first one is taken: where there is one that the
device has already cleaned (ReSpeaker, XMOS), it comes first.
"""

from __future__ import annotations

from collections import deque

import numpy as np
import numpy.typing as npt

ARRAY = 3
"""Channels from which on it is an array; two are a stereo microphone, and mixed."""

_STEP_S = 0.01
_REMEMBERED = 500  # steps of 10 ms
_ENOUGH = 30  # steps before anything is decided
_PAUSE = 10  # steps between two decisions
_ALIKE = 0.4
"""Correlation from which two channels hear the same."""

_AS_MUCH = 0.7
"""Share of the best correlation that another channel must have to hear the same. Of two who talk
at once, each is a little like the other; a cleaned channel is less like the noisy ones (0.77 of
0.95 in a recording of a ReSpeaker)."""


class ChannelChoice:
    """Which channel of an array is taken; it starts with the first and follows what is heard.

    rate_hz    samples per second
    channels   how many there are, `ARRAY` at least
    """

    def __init__(self, rate_hz: float, channels: int) -> None:
        self.chosen = 0
        """Index of the channel."""

        self._channels = channels
        self._step = max(1, round(rate_hz * _STEP_S))
        self._rest = np.zeros((0, channels), np.float32)
        self._levels: deque[npt.NDArray[np.float64]] = deque(maxlen=_REMEMBERED)
        self._undecided = 0

    def hear(self, block: npt.NDArray[np.float32]) -> None:
        """Take (samples, channels) into account."""
        sound = np.concatenate((self._rest, block))
        steps = len(sound) // self._step
        self._rest = sound[steps * self._step :]
        if not steps:
            return
        parts = sound[: steps * self._step].reshape(steps, self._step, self._channels)
        power = np.mean(parts.astype(np.float64) ** 2, axis=1)
        self._levels.extend(10 * np.log10(power + 1e-10))
        self._undecided += steps
        if len(self._levels) >= _ENOUGH and self._undecided >= _PAUSE:
            self._undecided = 0
            self._choose(np.array(self._levels))

    def _choose(self, levels: npt.NDArray[np.float64]) -> None:
        """levels   (steps, channels), dB"""
        apart = levels - levels.mean(axis=0)
        spread = np.sqrt(np.mean(apart**2, axis=0))
        live = spread > 1e-6
        scale = np.where(live, spread, 1.0)
        alike = (apart.T @ apart) / len(levels) / np.outer(scale, scale)
        alike[~live, :] = alike[:, ~live] = 0.0
        np.fill_diagonal(alike, 0.0)
        together = np.clip(alike, 0.0, None).sum(axis=0)
        centre = int(together.argmax())
        if alike[centre].max() < _ALIKE:
            return  # nobody speaks yet
        least = max(_ALIKE, _AS_MUCH * alike[centre].max())
        self.chosen = next(
            c for c in range(self._channels) if c == centre or alike[centre, c] >= least
        )
