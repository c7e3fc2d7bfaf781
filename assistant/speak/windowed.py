"""A voice that makes its sound window by window, in memory that does not follow its length."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
import numpy.typing as npt

from assistant.onnx_sessions import open_session
from assistant.speak.onnx_cut import cut

WINDOW = 96
"""Frames, of 12 ms each in Piper's voices. While they are made it takes 29 MiB; six seconds in one
piece took 104. With 64 it is 23 MiB and, as windows overlap, 6 to 18 % more work."""


def open_voice(file: Path) -> Any:
    """An onnxruntime session, or what runs like one; whole where the network cannot be cut.

    Raises what onnxruntime raises, OSError, and ValueError for what is no .onnx file.
    """
    if not hasattr(os, "memfd_create"):
        return open_session(file)
    # onnxruntime keeps the bytes that a session is made of, but not the file.
    with _file_in_memory() as first, _file_in_memory() as second:
        halves = cut(file.read_bytes())
        if halves is None:
            return open_session(file)
        first.writelines(halves.first)
        second.writelines(halves.second)
        first.flush()
        second.flush()
        tensor, samples, reach = halves.tensor, halves.samples, halves.reach
        del halves  # and with it what was read, before it is there once more
        before = open_session(_path(first), as_it_is=True)
        return Windowed(before, open_session(_path(second)), tensor, samples, reach)


def _file_in_memory() -> BinaryIO:
    return os.fdopen(os.memfd_create("half of a voice"), "wb")


def _path(file: BinaryIO) -> Path:
    return Path(f"/proc/self/fd/{file.fileno()}")


class Windowed:
    """Runs as the session of the whole network would."""

    def __init__(self, first: Any, second: Any, tensor: str, samples: int, reach: int) -> None:
        """As in `Halves`: what the second takes, what it makes of a frame, how far it looks."""
        self._first = first
        self._second = second
        self._tensor = tensor
        self._samples = samples
        self._reach = reach

    def run(self, _outputs: None, feed: Mapping[str, Any]) -> list[npt.NDArray[np.float32]]:
        """The sound, (samples,)."""
        (frames,) = self._first.run([self._tensor], feed)
        last = frames.shape[-1]
        sounds = []
        for start in range(0, last, WINDOW):
            end = min(start + WINDOW, last)
            before, after = max(0, start - self._reach), min(last, end + self._reach)
            window = np.ascontiguousarray(frames[..., before:after])
            (sound,) = self._second.run(None, {self._tensor: window})
            made = sound.reshape(-1)[(start - before) * self._samples :]
            sounds.append(made[: (end - start) * self._samples])
        return [np.concatenate(sounds)]
