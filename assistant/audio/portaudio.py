"""The edge to PortAudio: the one place where its errors become ours.

`sounddevice` is imported at call time, because its import fails where libportaudio2 is missing.
"""

from __future__ import annotations

import atexit
import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Lock, Thread
from typing import Any

from assistant.audio.channels import ARRAY
from assistant.errors import AudioError
from assistant.events import SAMPLE_RATE_HZ

log = logging.getLogger(__name__)

BLOCK_S = 0.02  # 20 ms a callback: half the wake-ups of 10 ms, unnoticed beside 30 ms a decision
_LARGEST_ARRAY = 16  # channels
_CLOSE_S = 1.0  # a driver that has not let go by then is left behind
_INVALID_CHANNELS, _INVALID_RATE = -9998, -9997  # PaErrorCode, portaudio.h

playing = Lock()
"""Held while a speaker stream is open: PortAudio must not be started anew under it."""


def import_sounddevice() -> Any:
    """The module `sounddevice`; AudioError with the command to type where it does not work."""
    try:
        import sounddevice  # type: ignore[import-untyped,unused-ignore]  # ships no types
    except ImportError as error:
        raise AudioError("sounddevice is not installed", fix="pip install sounddevice") from error
    except OSError as error:
        raise AudioError(
            f"no sound library: {error}", fix="sudo apt-get install libportaudio2"
        ) from error
    return sounddevice


def input_names() -> list[str]:
    """The microphones that PortAudio sees, as config.yaml can name them."""
    return [d["name"] for d in import_sounddevice().query_devices() if d["max_input_channels"]]


def refresh_devices() -> None:
    """Look for devices anew: PortAudio lists them once, when it starts.

    Does nothing while the speaker plays. No stream may be open in this module then.
    """
    sounddevice = import_sounddevice()
    if not playing.acquire(blocking=False):
        return
    try:
        sounddevice._terminate()
        sounddevice._initialize()
    except sounddevice.PortAudioError as error:
        log.debug("PortAudio does not start: %s", error)
    finally:
        playing.release()


@dataclass(frozen=True, slots=True)
class Input:
    """An open microphone. `on_block` is called from PortAudio's thread."""

    stream: Any
    rate_hz: int
    channels: int

    def close(self) -> bool:
        """Let go of the device; False when its driver hangs and was left behind."""
        # Aborting waits for PortAudio's thread, and that may wait for ever in a dead driver.
        worker = Thread(target=_close, args=(self.stream,), daemon=True)
        worker.start()
        worker.join(_CLOSE_S)
        if worker.is_alive():
            # At exit sounddevice would wait for the same driver.
            atexit.unregister(import_sounddevice()._exit_handler)
        return not worker.is_alive()


def _close(stream: Any) -> None:
    try:
        stream.abort(ignore_errors=True)
        stream.close(ignore_errors=True)
    except import_sounddevice().PortAudioError as error:
        log.debug("closing the microphone: %s", error)


def open_input(
    device: str | int | None, on_block: Callable[[bytes], None], on_end: Callable[[], None]
) -> Input:
    """Start recording; raises AudioError with the microphones that exist.

    device     name, part of a name or number; None: the system's default
    on_block   gets `BLOCK_S` of 16-bit samples, channels interleaved, from PortAudio's thread
    on_end     called from there when the stream ends by itself
    """
    sounddevice = import_sounddevice()

    def callback(block: Any, _samples: int, _time: Any, _status: Any) -> None:
        on_block(bytes(block))

    with _errors(device):
        for rate_hz, channels in _formats(sounddevice, device):
            try:
                stream = sounddevice.RawInputStream(
                    device=device,
                    samplerate=rate_hz,
                    channels=channels,
                    dtype="int16",
                    blocksize=round(rate_hz * BLOCK_S),
                    callback=callback,
                    finished_callback=on_end,
                )
            except sounddevice.PortAudioError as error:
                if error.args[1:2] not in ((_INVALID_RATE,), (_INVALID_CHANNELS,)):
                    raise
                refused = error
                continue
            stream.start()
            return Input(stream, rate_hz, channels)
        raise refused


def _formats(sounddevice: Any, device: str | int | None) -> list[tuple[int, int]]:
    """(rate, channels) to try: what we want first, then what the device has by nature."""
    found = sounddevice.query_devices(device, "input")
    native_hz, most = int(found["default_samplerate"]), found["max_input_channels"]
    channels = min(2, most)
    # An array is taken as a whole: mixed by the driver, what its loudspeaker plays would be in it.
    # A sound server that offers dozens of channels is none.
    array = [(SAMPLE_RATE_HZ, most), (native_hz, most)] if ARRAY <= most <= _LARGEST_ARRAY else []
    wanted = [
        *array,
        (SAMPLE_RATE_HZ, 1),
        (native_hz, 1),
        (SAMPLE_RATE_HZ, channels),
        (native_hz, channels),
    ]
    return list(dict.fromkeys(wanted))


@contextmanager
def _errors(device: str | int | None) -> Iterator[None]:
    """Say which microphone failed and which ones there are."""
    sounddevice = import_sounddevice()
    try:
        yield
    except (sounddevice.PortAudioError, ValueError) as error:
        names = input_names()
        which = "the default microphone" if device is None else f"microphone {device!r}"
        if not names:
            raise AudioError(
                f"cannot record from {which}: no microphone is connected",
                fix="plug one in; `arecord -l` must list it; you must be in the group `audio`",
            ) from error
        raise AudioError(
            f"cannot record from {which}: {' '.join(str(error).split())}",
            fix=f"set audio.input in config.yaml to one of: {', '.join(names)}",
        ) from error
