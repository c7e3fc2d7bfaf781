"""A WAV that an app wants to be played: hermes/audioServer/<siteId>/playBytes/<requestId>."""

from __future__ import annotations

from io import BytesIO

import numpy as np
import soundfile  # type: ignore[import-untyped]  # ships no types

from assistant.speak.sound import Sound

MAX_SOUND_BYTES = 8 * 1024 * 1024
"""A minute and a half of a CD's quality."""

LONGEST_S = 120.0
"""Compressed, some bytes can be hours."""

RATES_HZ = range(4_000, 192_001)
MOST_CHANNELS = 8


def read_sound(payload: bytes) -> Sound:
    """The sound of a WAV of any rate, its channels mixed; raises ValueError for what is none."""
    try:
        with soundfile.SoundFile(BytesIO(payload)) as file:
            rate_hz, most = file.samplerate, int(LONGEST_S * file.samplerate)
            if rate_hz not in RATES_HZ or file.channels > MOST_CHANNELS:
                raise ValueError(f"{rate_hz} samples a second, {file.channels} channels")
            samples = file.read(most + 1, dtype="int16", always_2d=True)
    except (soundfile.SoundFileError, TypeError) as error:
        raise ValueError("no sound file") from error
    if not len(samples):
        raise ValueError("an empty sound file")
    if len(samples) > most:
        raise ValueError(f"longer than {LONGEST_S:g} s")
    return Sound(samples.mean(axis=1).astype(np.int16), int(rate_hz))
