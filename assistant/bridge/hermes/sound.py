"""A WAV that an app wants to be played: hermes/audioServer/<siteId>/playBytes/<requestId>."""

from __future__ import annotations

from io import BytesIO

import numpy as np
import soundfile  # type: ignore[import-untyped]  # ships no types

from assistant.speak.sound import Sound

MAX_SOUND_BYTES = 8 * 1024 * 1024
"""A minute and a half of a CD's quality."""


def read_sound(payload: bytes) -> Sound:
    """The sound of a WAV of any rate, its channels mixed; raises ValueError for what is none."""
    try:
        samples, rate_hz = soundfile.read(BytesIO(payload), dtype="int16", always_2d=True)
    except (soundfile.SoundFileError, TypeError) as error:
        raise ValueError(f"no sound file: {error}") from error
    if not len(samples):
        raise ValueError("an empty sound file")
    return Sound(samples.mean(axis=1).astype(np.int16), int(rate_hz))
