"""espeak-ng as a voice: robotic, but in every Debian."""

from __future__ import annotations

import subprocess

import numpy as np

from assistant.errors import ModelError
from assistant.speak.sound import Sound

PROGRAM = "espeak-ng"
DEFAULT = "en-us"
_TIMEOUT_S = 10.0  # it takes some 30 ms for a sentence
_WORDS_PER_MINUTE = 160  # its own 175 is hurried
_HEADER = 44  # bytes of the WAV header that espeak-ng writes; its lengths are not filled in


class EspeakVoice:
    """Runs espeak-ng once for each text."""

    def __init__(self, voice: str | None = None) -> None:
        self._voice = voice or DEFAULT
        self.name = f"{PROGRAM} {self._voice}"

    def synthesize(self, text: str) -> Sound:
        command = [PROGRAM, "--stdin", "--stdout", "-v", self._voice, "-s", str(_WORDS_PER_MINUTE)]
        try:
            done = subprocess.run(
                command, input=text.encode(), capture_output=True, timeout=_TIMEOUT_S, check=False
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            raise ModelError(
                f"{PROGRAM} cannot be run: {error}", fix=f"sudo apt-get install {PROGRAM}"
            ) from error
        wav = done.stdout
        if done.returncode or len(wav) <= _HEADER or not wav.startswith(b"RIFF"):
            said = " ".join(done.stderr.decode(errors="replace").split()) or "no sound came out"
            raise ModelError(
                f"{self.name}: {said}", fix=f"set speak.voice to one of `{PROGRAM} --voices`"
            )
        rate_hz = int.from_bytes(wav[24:28], "little")
        whole = len(wav) - len(wav) % 2
        return Sound(np.frombuffer(wav[_HEADER:whole], "<i2").astype(np.int16), rate_hz)
