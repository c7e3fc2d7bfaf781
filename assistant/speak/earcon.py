"""The short sounds: two or three soft notes each, computed when they are needed."""

from __future__ import annotations

from functools import cache
from typing import Literal

import numpy as np
import numpy.typing as npt

from assistant.speak.sound import Sound

EarconName = Literal["wake", "done", "failed", "question", "ring"]

RATE_HZ = 22_050
_LEVEL = 0.25  # of full scale: softer than speech
_FADE_S = 0.012  # at both ends of a note: without it, it clicks

# (Hz, seconds) of each note: up means "go on", down means "no", the same note twice means "done".
_NOTES: dict[EarconName, tuple[tuple[float, float], ...]] = {
    "wake": ((659.3, 0.07), (880.0, 0.09)),
    "done": ((880.0, 0.06), (880.0, 0.10)),
    "failed": ((440.0, 0.12), (329.6, 0.18)),
    "ring": ((987.8, 0.12), (1318.5, 0.12), (987.8, 0.12), (1318.5, 0.16)),
    "question": ((659.3, 0.08), (784.0, 0.08), (987.8, 0.14)),
}


@cache
def earcon(name: EarconName) -> Sound:
    """Compute the sound of that name."""
    wave = np.concatenate([_note(hz, seconds) for hz, seconds in _NOTES[name]])
    return Sound((wave * 32767).astype(np.int16), RATE_HZ)


def _note(hz: float, seconds: float) -> npt.NDArray[np.float64]:
    """A sine with a quieter octave above, that swells and dies away; ±_LEVEL."""
    t = np.arange(round(seconds * RATE_HZ)) / RATE_HZ
    tone = (np.sin(2 * np.pi * hz * t) + 0.25 * np.sin(4 * np.pi * hz * t)) / 1.25
    swell = np.clip(np.minimum(t, t[-1] - t) / _FADE_S, 0, 1)
    note: npt.NDArray[np.float64] = _LEVEL * tone * np.sin(swell * np.pi / 2) ** 2
    return note
