"""Piper as a voice: natural, in this process."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import numpy.typing as npt

from assistant.errors import ModelError
from assistant.onnx_sessions import give_back_memory
from assistant.speak.sound import Sound
from assistant.speak.spoken import parts
from assistant.speak.windowed import open_voice

_FIX = "run: assistant models pull piper-alba, or set speak.engine: espeak"


class PiperVoice:
    """One `.onnx` voice with its `.onnx.json` beside it."""

    def __init__(self, file: Path) -> None:
        from piper import PiperConfig
        from piper import PiperVoice as Engine

        self.name = f"piper {file.stem}"
        with _errors(file):
            # `Engine.load` would keep the memory of the longest text that was ever said.
            keys = json.loads(file.with_name(f"{file.name}.json").read_text(encoding="utf-8"))
            self._engine = Engine(session=open_voice(file), config=PiperConfig.from_dict(keys))

    def synthesize(self, text: str) -> Sound:
        sounds: list[npt.NDArray[np.int16]] = []
        try:
            with _errors(Path(self.name)):
                # In parts: what is read together grows with the square of its length.
                for part in parts(text) or (text,):
                    sounds += [one.audio_int16_array for one in self._engine.synthesize(part)]
                    give_back_memory()
        finally:
            give_back_memory()
        samples = np.concatenate(sounds) if sounds else np.zeros(0, np.int16)
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
