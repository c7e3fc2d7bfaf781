"""Samples of any length and rate → frames; how loud a frame is."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator

import numpy as np
import numpy.typing as npt
import soxr  # type: ignore[import-untyped]  # ships no types

from assistant.audio.channels import ARRAY, ChannelChoice
from assistant.events import FRAME_BYTES, FRAME_S, SAMPLE_RATE_HZ, Frame

_FULL_SCALE = 32768.0
SILENT_DBFS = -100.0
"""What `level_dbfs` says of digital silence: below the noise floor of 16 bits (-98)."""


def frames(blocks: Iterable[bytes]) -> Iterator[Frame]:
    """Cut 16 kHz mono 16-bit PCM into frames; zeros fill up the last one."""
    rest, number = b"", 0
    for block in blocks:
        rest += block
        whole = len(rest) // FRAME_BYTES * FRAME_BYTES
        for start in range(0, whole, FRAME_BYTES):
            yield Frame(rest[start : start + FRAME_BYTES], number * FRAME_S)
            number += 1
        rest = rest[whole:]
    if rest:
        yield Frame(rest.ljust(FRAME_BYTES, b"\0"), number * FRAME_S)


class Converter:
    """Sound of another rate and channel count → 16 kHz mono 16-bit PCM, block by block.

    rate_hz   samples per second of what comes in
    choice    which channel of an array is taken; None: it is found out as the sound comes
    """

    def __init__(self, rate_hz: float, choice: ChannelChoice | None = None) -> None:
        self._rate_hz = rate_hz
        self._choice = choice
        self._resampler = (
            None
            if rate_hz == SAMPLE_RATE_HZ
            else soxr.ResampleStream(rate_hz, SAMPLE_RATE_HZ, 1, dtype="float32")
        )

    def convert(self, block: npt.NDArray[np.float32], *, last: bool = False) -> bytes:
        """The PCM that `block` completes; the resampler keeps some back until `last`.

        block   (samples, channels), 1.0 is full scale; two channels are mixed by their mean, of
                an array one is taken
        """
        mono = self._mono(block)
        if self._resampler is not None:
            mono = self._resampler.resample_chunk(np.ascontiguousarray(mono), last=last)
        pcm: npt.NDArray[np.int16] = np.clip(np.round(mono * _FULL_SCALE), -32768, 32767).astype(
            "<i2"
        )
        return pcm.tobytes()

    def _mono(self, block: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
        channels = block.shape[1]
        chosen = 0  # of one channel as it is, so that a 16 kHz file comes out bit for bit
        if channels >= ARRAY:
            self._choice = self._choice or ChannelChoice(self._rate_hz, channels)
            self._choice.hear(block)
            chosen = self._choice.chosen
        elif channels > 1:
            block = block.mean(axis=1, keepdims=True, dtype=np.float32)
        mono: npt.NDArray[np.float32] = block[:, chosen]
        return mono


def to_float(pcm: bytes, channels: int) -> npt.NDArray[np.float32]:
    """16-bit PCM as (samples, channels) with 1.0 at full scale."""
    samples = np.frombuffer(pcm, "<i2").reshape(-1, channels)
    return samples.astype(np.float32) / np.float32(_FULL_SCALE)


def level_dbfs(pcm: bytes) -> float:
    """Root mean square of 16-bit samples in decibels below full scale; `SILENT_DBFS` at least.

    A full-scale sine has -3 dBFS by this measure.
    """
    samples = np.frombuffer(pcm, "<i2").astype(np.float64) / _FULL_SCALE
    rms = math.sqrt(float(np.mean(samples * samples))) if len(samples) else 0.0
    return max(SILENT_DBFS, 20 * math.log10(rms)) if rms > 0 else SILENT_DBFS
