"""How long after the end of its word does each wake-word model decide? For wake.models.LAG_MS.

    .venv/bin/python scripts/measure_lag.py        needs espeak-ng and flite; about two minutes

Each wake word is said in one breath with a command (no gap, and 0.15 s), by six synthetic voices.
The sound from `lag` before the decision on goes to Moonshine; the table shows the share of commands
whose words are the same as without a wake word before them. The best lag is that of the word.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import product

import numpy as np
from voices import VOICES, Sound, quiet, speak

from assistant.audio.framing import frames
from assistant.config import WakeSettings, WakeWordSettings
from assistant.events import FRAME_S, SAMPLE_RATE_HZ
from assistant.recognize.moonshine import decode
from assistant.recognize.moonshine_model import Moonshine, packaged_folder
from assistant.wake import open_wake

WORDS = ("alexa", "hey_jarvis", "okay_nabu", "hey_mycroft")
COMMANDS = (
    "set the kitchen lights to forty percent",
    "turn on the kitchen lights",
    "play some jazz in the living room",
    "make it two degrees warmer",
    "pause the music",
)
LAGS_MS = (0, 25, 50, 75, 100, 125, 150, 175, 200, 250, 300)
QUIET = quiet(0.5)


def main() -> None:
    """Print the table."""
    model = Moonshine(packaged_folder())
    print(f"{'word':<12}" + "".join(f"{lag:>7}" for lag in LAGS_MS) + "   ms")
    for word in WORDS:
        same = np.array(list(outcomes(model, word)))
        row = "".join(f"{100 * share:6.0f}%" for share in same.mean(axis=0))
        print(f"{word:<12}{row}   of {len(same)}", flush=True)


def outcomes(model: Moonshine, word: str) -> Iterator[list[bool]]:
    """For each utterance in which the word is heard: are the words right, for each lag?"""
    detector = open_wake(WakeSettings(words=(WakeWordSettings(word),)))
    for voice, command, gap_s in product(VOICES, COMMANDS, (0.0, 0.15)):
        said, gap = said_alone(voice, command), QUIET[: round(gap_s * SAMPLE_RATE_HZ)]
        start = np.concatenate([QUIET, QUIET, said_alone(voice, word.replace("_", " ")), gap])
        sound = np.concatenate([start, said, QUIET])
        sound += np.random.default_rng(0).normal(0, 3e-4, len(sound)).astype(np.float32)
        detector.reset()
        pcm = (sound * 32767).astype("<i2").tobytes()
        heard = next(filter(None, map(detector.process, frames([pcm]))), None)
        if heard is None:
            continue
        alone = words(model, np.concatenate([QUIET[:1600], said, QUIET]))
        decided = heard.heard_at + FRAME_S
        yield [
            words(model, sound[round((decided - lag / 1000) * SAMPLE_RATE_HZ) :]) == alone
            for lag in LAGS_MS
        ]


def words(model: Moonshine, sound: Sound) -> list[str]:
    """What is recognized, without case and punctuation."""
    return re.findall(r"[a-z0-9]+", decode(model, sound).free.text.lower())


def said_alone(voice: str, text: str) -> Sound:
    """`text` without the silence around it, at one level."""
    sound = speak(voice, text)
    loud = np.flatnonzero(np.abs(sound) > 0.02 * np.abs(sound).max())
    sound = sound[loud[0] : loud[-1] + 1]
    return (sound * (0.7 / np.abs(sound).max())).astype(np.float32)


if __name__ == "__main__":
    main()
