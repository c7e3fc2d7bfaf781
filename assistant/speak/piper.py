"""Piper as a voice: natural, in this process."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np

from assistant.errors import ModelError
from assistant.speak.sound import Sound

_FIX = "run: assistant models pull piper-alba, or set speak.engine: espeak"


class PiperVoice:
    """One `.onnx` voice with its `.onnx.json` beside it."""

    def __init__(self, file: Path) -> None:
        from piper import PiperVoice as Engine

        self.name = f"piper {file.stem}"
        with _errors(file):
            self._engine = Engine.load(file)

    def synthesize(self, text: str) -> Sound:
        with _errors(Path(self.name)):
            parts = [chunk.audio_int16_array for chunk in self._engine.synthesize(text)]
        samples = np.concatenate(parts) if parts else np.zeros(0, np.int16)
        return Sound(samples, self._engine.config.sample_rate)


@contextmanager
def _errors(voice: Path) -> Iterator[None]:
    from onnxruntime.capi import onnxruntime_pybind11_state as ort  # type: ignore[import-untyped,unused-ignore]

    try:
        yield
    except OSError as error:
        raise ModelError(f"cannot read the voice {voice}: {error}", fix=_FIX) from error
    except (ort.Fail, ort.InvalidProtobuf, ort.InvalidGraph, ort.InvalidArgument) as error:
        raise ModelError(f"{voice} does not work: {_first_line(error)}", fix=_FIX) from error
    except (ValueError, KeyError, RuntimeError) as error:  # its .json; its phonemizer
        raise ModelError(f"{voice} does not work: {_first_line(error)}", fix=_FIX) from error


def _first_line(error: Exception) -> str:
    return str(error).strip().partition("\n")[0]
