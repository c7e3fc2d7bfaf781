"""Synthetic speech for the scripts: flite and espeak-ng from Debian, equal in every run."""

from __future__ import annotations

import subprocess
import tempfile
from pathlib import Path

import numpy as np
import numpy.typing as npt
import soundfile
import soxr

from assistant.events import SAMPLE_RATE_HZ

Sound = npt.NDArray[np.float32]

FLITE = ("slt", "rms", "awb")
ESPEAK = ("en-us", "en-gb", "en-us+f3")
VOICES = FLITE + ESPEAK


def speak(voice: str, text: str) -> Sound:
    """`text` as float32 samples at 16 kHz, -1 to 1, as the program made it."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "speech.wav"
        if voice in FLITE:
            program = ["flite", "-voice", voice, "-t", text, "-o", str(file)]
        else:
            program = ["espeak-ng", "-v", voice, "-s", "150", "-w", str(file), text]
        subprocess.run(program, check=True)
        samples, rate_hz = soundfile.read(file, dtype="float32")
    sound: Sound = soxr.resample(samples, rate_hz, SAMPLE_RATE_HZ)
    return sound


def quiet(seconds: float) -> Sound:
    """So many seconds of nothing."""
    return np.zeros(round(seconds * SAMPLE_RATE_HZ), np.float32)


def in_a_room(speech: Sound, rng: np.random.Generator) -> Sound:
    """The speech at a usual level, between half a second and a second and a half of quiet room."""
    louder = speech * (0.6 / np.abs(speech).max())
    sound = np.concatenate([quiet(0.5), louder, quiet(1.5)])
    return (sound + rng.normal(0, 1e-4, len(sound))).astype(np.float32)
