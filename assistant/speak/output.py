"""The speaker, by sounddevice: opened for one sound, closed after it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
import soxr  # type: ignore[import-untyped,unused-ignore]  # ships no types

from assistant.audio.portaudio import import_sounddevice, playing
from assistant.errors import AudioError
from assistant.speak.sound import Sound

_BLOCK_S = 0.05  # how soon a sound that plays can be stopped
_INVALID_CHANNELS, _INVALID_RATE = -9998, -9997  # PaErrorCode, portaudio.h


class Output(Protocol):
    """Something that plays."""

    def play(self, sound: Sound, stopped: Callable[[], bool]) -> None:
        """Play to the end, or until `stopped`; raises AudioError."""


@dataclass(frozen=True, slots=True)
class SoundDevice:
    """An `Output`: a name, part of a name or number; None: the system's default."""

    device: str | int | None

    def play(self, sound: Sound, stopped: Callable[[], bool]) -> None:
        with playing, _errors(self.device), self._open(sound.rate_hz) as stream:
            stream.start()
            for block in _blocks(sound, int(stream.samplerate), stream.channels):
                if stopped():
                    stream.abort()
                    return
                stream.write(block)
            stream.stop()  # returns when the last sample has left the device

    def _open(self, rate_hz: int) -> Any:
        """A stream of the sound's own rate in mono, or else of the device's nature."""
        sounddevice = import_sounddevice()
        try:
            return self._stream(rate_hz, 1)
        except sounddevice.PortAudioError as error:
            if error.args[1:2] not in ((_INVALID_RATE,), (_INVALID_CHANNELS,)):
                raise
        found = sounddevice.query_devices(self.device, "output")
        return self._stream(int(found["default_samplerate"]), min(2, found["max_output_channels"]))

    def _stream(self, rate_hz: int, channels: int) -> Any:
        return import_sounddevice().OutputStream(
            device=self.device, samplerate=rate_hz, channels=channels, dtype="int16"
        )


def _blocks(sound: Sound, rate_hz: int, channels: int) -> Iterator[Any]:
    """Blocks of int16 (samples, channels) at the device's rate."""
    samples = sound.samples
    if rate_hz != sound.rate_hz:
        samples = soxr.resample(samples, sound.rate_hz, rate_hz)
    step = round(rate_hz * _BLOCK_S)
    for start in range(0, samples.size, step):
        yield np.repeat(samples[start : start + step, None], channels, axis=1)


def output_names() -> list[str]:
    """The speakers that PortAudio sees, as config.yaml can name them."""
    return [d["name"] for d in import_sounddevice().query_devices() if d["max_output_channels"]]


@contextmanager
def _errors(device: str | int | None) -> Iterator[None]:
    """Say which speaker failed and which ones there are."""
    sounddevice = import_sounddevice()
    try:
        yield
    except (sounddevice.PortAudioError, ValueError) as error:
        which = "the default speaker" if device is None else f"speaker {device!r}"
        names = ", ".join(output_names())
        fix = f"set audio.output in config.yaml to one of: {names}" if names else "plug one in"
        raise AudioError(
            f"cannot play on {which}: {' '.join(str(error).split())}", fix=fix
        ) from error
