"""Sound for the wake-word tests: espeak-ng says the words, so that no recording is needed."""

import subprocess
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from assistant.audio import read_file
from assistant.audio.framing import frames
from assistant.events import Frame


def silence(seconds: float, seed: int = 0) -> bytes:
    """A quiet room: noise of 5 steps."""
    noise = np.random.default_rng(seed).normal(0, 5, round(16_000 * seconds))
    return noise.astype("<i2").tobytes()


@pytest.fixture(scope="session")
def say(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., list[Frame]]:
    """say("okay nabu") → its frames, with a second of quiet room before and after."""
    folder = tmp_path_factory.mktemp("said")

    def say(text: str, voice: str = "en-gb", speed: int = 140) -> list[Frame]:
        path: Path = folder / f"{text}-{voice}-{speed}.wav"
        command = ["espeak-ng", "-v", voice, "-s", str(speed), "-w", str(path), text]
        subprocess.run(command, check=True)
        pcm = b"".join(frame.pcm for frame in read_file(path))
        return list(frames([silence(1.0), pcm, silence(1.0)]))

    return say
