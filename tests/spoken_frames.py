"""Speech for the tests: espeak-ng, resampled to frames."""

import shutil
import subprocess
from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
import pytest
import soxr

from assistant.events import FRAME_BYTES, FRAME_S, SAMPLE_RATE_HZ, Frame

needs_espeak = pytest.mark.skipif(
    shutil.which("espeak-ng") is None,
    reason="NOT TESTED: speech: sudo apt-get install espeak-ng",
)


def say(text: str, voice: str = "en-us") -> npt.NDArray[np.int16]:
    """`text` as 16 kHz samples."""
    wav = subprocess.run(
        ["espeak-ng", "--stdin", "--stdout", "-v", voice, "-s", "150"],
        input=text.encode(),
        capture_output=True,
        check=True,
    ).stdout
    rate_hz = int.from_bytes(wav[24:28], "little")
    return soxr.resample(np.frombuffer(wav[44:], "<i2"), rate_hz, SAMPLE_RATE_HZ)


def silence(seconds: float) -> npt.NDArray[np.int16]:
    return np.zeros(round(seconds * SAMPLE_RATE_HZ), np.int16)


def frames(*samples: npt.NDArray[np.int16]) -> Iterator[Frame]:
    """All of it in whole frames; the last is filled up with silence."""
    pcm = np.concatenate(samples).astype("<i2").tobytes()
    pcm += bytes(-len(pcm) % FRAME_BYTES)
    for number, start in enumerate(range(0, len(pcm), FRAME_BYTES)):
        yield Frame(pcm[start : start + FRAME_BYTES], number * FRAME_S)
