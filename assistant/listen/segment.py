"""The arithmetic of speech and silence: when does a command start, pause, go on and end?

Fed with times and yes or no, it knows neither sound nor clock:

    segmenter.begin(0.0)
    segmenter.process(0.032, True)    # the chunk that ends at 32 ms is speech
    segmenter.process(0.040, None)    # 8 ms later, no new chunk yet
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from assistant.config import ListenSettings
from assistant.events import Completeness, SpeechEnded, SpeechStarted

CHUNK_S = 0.032  # what one yes or no speaks of

MIN_SPEECH_S = 0.09
"""Three chunks. Less is a click, or the rest of the wake word: in 95 % of recordings its voice
ends no later than 42 ms after the detector has decided (`scripts/bench_wake.py --offsets`);
the shortest commands ("yes", "stop") have 250 ms and more."""

_MIN_GAP_S = 0.07  # two chunks without voice break off what has not lasted MIN_SPEECH_S
_RESUME_CHUNKS = 2  # one voiced chunk in a pause is a click and does not restart the waiting
_TINY_S = 1e-6  # times are sums of floats


@dataclass(frozen=True, slots=True)
class Pause:
    """Silence after speech, perhaps the end: look at the words so far, then call `expect`."""

    heard_at: float
    """End of the frame in which the silence was long enough, seconds."""

    speech_s: float
    """From the start of speech to its last voiced frame."""

    in_one_breath: bool
    """It began before the wake word was decided: a command, or the rest of that word."""


@dataclass(frozen=True, slots=True)
class Resume:
    """It was not the end: speech goes on."""

    heard_at: float


Heard = SpeechStarted | Pause | Resume | SpeechEnded


class Segmenter:
    """One command at a time; `begin` starts over."""

    def __init__(self, settings: ListenSettings) -> None:
        self._settings = settings
        self.begin(0.0)

    def begin(
        self, at: float, carried_since: float | None = None, window_s: float | None = None
    ) -> None:
        """Wait for speech from `at` on.

        carried_since   voice was already on since then, seconds: the command in one breath with
                        the wake word, or only the rest of that word. It counts as a command when
                        it goes on for MIN_SPEECH_S after `at`
        window_s        how long to wait for speech, seconds; None: `no_speech_s`
        """
        self.paused = False
        self._begun = at
        self._window_s = self._settings.no_speech_s if window_s is None else window_s
        self._since = carried_since
        self._counted_from = at
        self._last_voiced = at
        self._carried = carried_since is not None
        self._speaking = False
        self._complete: Completeness = "no"
        self._voiced_chunks = 0

    def expect(self, complete: Completeness) -> None:
        """Whether the words so far are a whole command; forgotten when speech goes on."""
        self._complete = complete

    def process(self, at: float, is_speech: bool | None) -> Heard | None:
        """The sound until `at` seconds; `is_speech` None: no chunk was completed by it."""
        if is_speech is not None:
            self._count(at, is_speech)
        return self._follow(at) if self._speaking else self._wait(at)

    def end_of_input(self, at: float) -> SpeechEnded:
        """There is no more sound after `at`."""
        if self._speaking or (self._since is not None and not self._carried):
            return self._ended("end_of_input", at)
        return self._ended("nothing_said", at)

    def _count(self, at: float, is_speech: bool) -> None:
        self._voiced_chunks = self._voiced_chunks + 1 if is_speech else 0
        if not is_speech:
            return
        if self._since is None:
            self._since = self._counted_from = at - CHUNK_S
        if not self.paused or self._voiced_chunks >= _RESUME_CHUNKS:
            self._last_voiced = at

    def _wait(self, at: float) -> Heard | None:
        """Nobody has spoken for long enough yet."""
        if self._since is not None:
            if self._last_voiced - self._counted_from >= MIN_SPEECH_S:
                self._speaking = True
                return SpeechStarted(self._since)
            if at - self._last_voiced >= _MIN_GAP_S:
                self._since, self._carried = None, False
        if self._since is None and at - self._begun >= self._window_s - _TINY_S:
            return self._ended("nothing_said", at)
        return None

    def _follow(self, at: float) -> Heard | None:
        """Somebody is speaking, or was until a moment ago."""
        if at - (self._since or 0.0) >= self._settings.max_s - _TINY_S:
            return self._ended("too_long", at)
        silence_ms = 1000 * (at - self._last_voiced + _TINY_S)
        if self.paused and silence_ms < self._settings.pause_ms:
            self.paused, self._complete = False, "no"
            return Resume(at)
        if not self.paused and silence_ms >= self._settings.pause_ms:
            self.paused = True
            return Pause(at, self._last_voiced - (self._since or 0.0), self._carried)
        if self.paused and silence_ms >= self._patience_ms():
            return self._ended("silence" if self._complete == "no" else "complete", at)
        return None

    def _patience_ms(self) -> int:
        settings = self._settings
        return {
            "no": settings.incomplete_silence_ms,
            "yes": settings.complete_silence_ms,
            "nothing can follow": settings.pause_ms,
        }[self._complete]

    def _ended(
        self,
        reason: Literal["complete", "silence", "too_long", "nothing_said", "end_of_input"],
        at: float,
    ) -> SpeechEnded:
        spoken = reason != "nothing_said" and self._since is not None
        return SpeechEnded(
            reason=reason,
            heard_at=at,
            speech_s=self._last_voiced - (self._since or 0.0) if spoken else 0.0,
            waited_ms=1000 * (at - (self._last_voiced if spoken else self._begun)),
        )
