"""The microphone: frames for as long as the program runs, whatever happens to the device.

PortAudio's thread only copies blocks into a bounded buffer; everything else happens in the
thread that iterates.
"""

from __future__ import annotations

import logging
import time
from collections import deque
from collections.abc import Callable, Iterator
from threading import Condition, Event
from types import TracebackType
from typing import Self

from assistant.audio.framing import Converter, to_float
from assistant.audio.portaudio import BLOCK_S, Input, open_input, refresh_devices
from assistant.config import AudioSettings
from assistant.errors import AudioError
from assistant.events import FRAME_BYTES, FRAME_S, SAMPLE_RATE_HZ, Frame
from assistant.threads import health

log = logging.getLogger(__name__)

Meanwhile = Callable[[Callable[[], bool], float], object]
"""Does something else until the function returns true, at most for so many seconds."""

_SILENT_S = 2.0  # a device that sends nothing for so long is taken for dead
_PAUSES_S = (0.5, 1.0, 2.0, 5.0, 10.0)  # before each attempt to open it again; then the last


def open_microphone(settings: AudioSettings, meanwhile: Meanwhile | None = None) -> Microphone:
    """The microphone of the configuration, recording; AudioError when there is none."""
    return Microphone(settings, meanwhile=meanwhile)


class Microphone:
    """Iterate over it for frames; a dead or unplugged device is opened again when it is back.

    settings   which device, and how much sound to keep while the program is busy
    silent_s   a device that sends no block for so long is dead, seconds
    pauses_s   before each attempt to open it again, seconds; the last one repeats
    clock      monotonic seconds
    meanwhile  what is done in these pauses instead of waiting

    Iterate in one thread; `close` may be called from another and ends the iteration.
    """

    def __init__(
        self,
        settings: AudioSettings,
        *,
        silent_s: float = _SILENT_S,
        pauses_s: tuple[float, ...] = _PAUSES_S,
        clock: Callable[[], float] = time.monotonic,
        meanwhile: Meanwhile | None = None,
    ) -> None:
        self._meanwhile = meanwhile
        self.lost_s = 0.0
        """Sound dropped because the program was too slow to take it, seconds so far."""

        self.captured_at = clock()
        """When the frame that was yielded last came from the device, clock seconds: earlier than
        now by what waits in the buffer."""

        self._settings = settings
        self._silent_s, self._pauses_s, self._clock = silent_s, pauses_s, clock
        self._closed = Event()
        self._losing = False
        self._opened_at = clock()
        self._next_frame = 0
        self._failed_at: float | None = None
        self._attempts = 0
        self._recording: _Recording | None = _Recording(settings, clock)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Stop recording and end the iteration."""
        self._closed.set()
        if recording := self._recording:
            recording.close()

    def __iter__(self) -> Iterator[Frame]:
        while not self._closed.is_set():
            recording = self._recording
            block = recording.next(self._silent_s) if recording else None
            if recording is None or block is None:
                self._recover()
                continue
            self._note_recovery()
            self._note_losses()
            self.captured_at = recording.taken_at
            for pcm in block:
                yield Frame(pcm, self._next_frame * FRAME_S)
                self._next_frame += 1
        if self._recording:  # opened again while `close` was called
            self._recording.close()

    def _note_losses(self) -> None:
        """Count dropped sound; say so once each time that the program falls behind."""
        if self._recording is None:
            return
        lost_s = self._recording.take_lost_s()
        if lost_s and not self._losing:
            log.warning("the computer is too slow: sound from the microphone is being lost")
        if self._losing and self._recording.drained:
            log.info("the computer keeps up again; %.1f s of sound lost so far", self.lost_s)
            self._losing = False
        if lost_s:
            self._losing = True
            self.lost_s += lost_s
            self._next_frame += round(lost_s / FRAME_S)

    def _note_recovery(self) -> None:
        if self._failed_at is None:
            return
        health.mended("microphone")
        log.info("the microphone is back after %.0f s", self._clock() - self._failed_at)
        self._failed_at, self._attempts = None, 0
        elapsed = round((self._clock() - self._opened_at) / FRAME_S)
        self._next_frame = max(self._next_frame, elapsed)

    def _recover(self) -> None:
        """One attempt to open the device again, after a pause; says once that it is gone."""
        if self._closed.is_set():
            return
        if self._failed_at is None:
            self._failed_at = self._clock()
            log.warning("the microphone sends no sound any more; trying to open it again")
            health.note("microphone", "the microphone sends no sound")
        freed = self._recording.close() if self._recording else True
        self._recording = None
        pause_s = self._pauses_s[min(self._attempts, len(self._pauses_s) - 1)]
        if self._meanwhile:
            self._meanwhile(self._closed.is_set, pause_s)
        if self._closed.wait(0.0 if self._meanwhile else pause_s):
            return
        self._attempts += 1
        try:
            if self._attempts > 1 and freed:
                refresh_devices()  # it may have come back under another number
            self._recording = _Recording(self._settings, self._clock)
        except AudioError as error:
            log.debug("attempt %d: %s", self._attempts, error.problem)


class _Recording:
    """One opening of the device: from its blocks to frames of 16 kHz mono."""

    def __init__(self, settings: AudioSettings, clock: Callable[[], float]) -> None:
        self.taken_at = clock()
        """When the block that `next` returned last was recorded."""

        self._clock = clock
        self._filled = Condition()
        self._blocks: deque[tuple[float, bytes]] = deque()
        self._most_blocks = max(1, round(settings.buffer_s / BLOCK_S))
        self._lost_blocks = 0
        self._ended = False
        self._rest = b""
        self._input: Input = open_input(settings.input, self._put, self._end)
        self._converter = Converter(self._input.rate_hz)

    def _put(self, block: bytes) -> None:
        """Called in PortAudio's thread: must not do more than this."""
        with self._filled:
            if len(self._blocks) >= self._most_blocks:
                self._blocks.popleft()
                self._lost_blocks += 1
            self._blocks.append((self._clock(), block))
            self._filled.notify()

    def _end(self) -> None:
        with self._filled:
            self._ended = True
            self._filled.notify()

    def next(self, timeout_s: float) -> list[bytes] | None:
        """The frames that the next block completes; None: it ended or is silent too long."""
        with self._filled:
            self._filled.wait_for(lambda: self._blocks or self._ended, timeout_s)
            if not self._blocks:
                return None
            self.taken_at, block = self._blocks.popleft()
        if (self._input.rate_hz, self._input.channels) != (SAMPLE_RATE_HZ, 1):
            block = self._converter.convert(to_float(block, self._input.channels))
        pcm = self._rest + block
        whole = len(pcm) // FRAME_BYTES * FRAME_BYTES
        self._rest = pcm[whole:]
        return [pcm[at : at + FRAME_BYTES] for at in range(0, whole, FRAME_BYTES)]

    @property
    def drained(self) -> bool:
        """Nothing waits in the buffer: the program keeps up."""
        return not self._blocks

    def take_lost_s(self) -> float:
        """Seconds of sound dropped since the last call."""
        with self._filled:
            lost, self._lost_blocks = self._lost_blocks, 0
        return lost * BLOCK_S

    def close(self) -> bool:
        """Let go of the device; False when its driver hangs."""
        self._end()
        return self._input.close()
