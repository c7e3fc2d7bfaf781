"""A hand on the microphone's stages: mute, wake without a word, more or less sensitive, stop.

`Ear` stands in for the wake words and `Attention` for the listener, so that the pipeline runs as
if nobody interfered. Everything here is called on the pipeline's thread.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace

from assistant.audio.framing import level_dbfs
from assistant.bridge.rooms import Claim, Rooms
from assistant.config import WakeSettings
from assistant.events import FRAME_S, Completeness, Frame, SpeechEnded, Wake
from assistant.listen import Heard, Listener
from assistant.wake import WakeDetector, open_wake
from assistant.wake.models import read_model

WORD_S = 0.8  # of sound, of which the loudness counts: a wake word and no more
USUAL_SENSITIVITY = 50  # percent: each word at its own cutoff


def cutoff_at(sensitivity: int, usual: float) -> float:
    """The cutoff of a word at a sensitivity of 0 to 100 percent.

    usual    its cutoff at 50: from there down to half of it at 100, up to almost 1 at 0
    """
    if sensitivity >= USUAL_SENSITIVITY:
        return usual * (1 - 0.5 * (sensitivity - USUAL_SENSITIVITY) / (100 - USUAL_SENSITIVITY))
    return usual + 0.9 * (1 - usual) * (USUAL_SENSITIVITY - sensitivity) / USUAL_SENSITIVITY


def at_sensitivity(settings: WakeSettings, sensitivity: int) -> WakeSettings:
    """The same words, with the cutoffs of that sensitivity."""
    return replace(
        settings,
        words=tuple(
            replace(
                word,
                cutoff=cutoff_at(
                    sensitivity,
                    read_model(word.model).cutoff if word.cutoff is None else word.cutoff,
                ),
            )
            for word in settings.words
        ),
    )


class Ear:
    """A `WakeDetector` that can be closed, summoned and tuned."""

    def __init__(
        self, settings: WakeSettings, opened: Callable[[WakeSettings], WakeDetector] = open_wake
    ) -> None:
        self._settings = settings
        self._open = opened
        self._detector = opened(settings)
        self._closed_by: set[str] = set()
        self.summoned = False
        """The next frame wakes, whatever is said in it."""

        self.rooms: Rooms | None = None
        """The other rooms, of which a nearer one answers; None: they are not asked."""

        self._held: tuple[Wake, Claim] | None = None
        self._recent: deque[bytes] = deque(maxlen=round(WORD_S / FRAME_S))
        self.woken_by = ""
        """The last word that woke; empty when it was none."""

    @property
    def scores(self) -> Mapping[str, float]:
        """As the wake words have them."""
        return self._detector.scores

    @property
    def closed(self) -> bool:
        """Somebody wants that no word wakes."""
        return bool(self._closed_by)

    def process(self, frame: Frame) -> Wake | None:
        """Hear 10 ms; a wake without a word has the word ""."""
        wake: Wake | None = None
        if self.summoned:
            self.summoned = False
            wake = Wake("", 1.0, frame.at, frame.at + FRAME_S)
        elif not self.closed:
            wake = self._detector.process(frame)
            wake = self._nearest(wake, frame) if self.rooms else wake
        if wake:
            self.woken_by = wake.word
        return wake

    def _nearest(self, wake: Wake | None, frame: Frame) -> Wake | None:
        """Hold a wake back until it is known that no other room is nearer."""
        assert self.rooms is not None
        self.rooms.tick(frame.at)
        self._recent.append(frame.pcm)
        if wake and self._held is None and not self.rooms.alone:
            self._held = wake, self.rooms.claim(wake, level_dbfs(b"".join(self._recent)))
        if self._held is None:
            return wake
        held, claim = self._held
        won = self.rooms.won(claim)
        if won is not None:
            self._held = None
        return held if won else None

    def reset(self) -> None:
        """Forget everything heard."""
        self._detector.reset()
        self._held = None

    def close(self, reason: str) -> None:
        """No word wakes until everybody who closed it has opened it again."""
        self._closed_by.add(reason)

    def open(self, reason: str) -> None:
        """Take back `close(reason)`."""
        if reason in self._closed_by:
            self._closed_by.discard(reason)
            self._detector.reset()

    def tune(self, sensitivity: int) -> None:
        """More or less sensitive, 0 to 100 percent. Loads the models again: milliseconds."""
        self._detector = self._open(at_sensitivity(self._settings, sensitivity))


class Attention:
    """A `Listener` that can be told that it has heard enough."""

    def __init__(self, listener: Listener, ear: Ear) -> None:
        self._listener = listener
        self._ear = ear
        self._listening = False
        self._enough: bool | None = None

    @property
    def paused(self) -> bool:
        """As the listener has it."""
        return self._listener.paused

    def begin(
        self,
        pre_roll: Iterable[Frame] = (),
        earliest: float = 0.0,
        window_s: float | None = None,
    ) -> Sequence[Frame]:
        """Listen for a command from here on."""
        self._listening, self._enough = True, None
        return self._listener.begin(pre_roll, earliest, window_s)

    def process(self, frame: Frame) -> Heard | None:
        """Hear the next 10 ms."""
        self._ear.summoned = False  # it listens already
        heard = self._listener.process(frame) if self._enough is None else self._end()
        if isinstance(heard, SpeechEnded):
            self._listening = False
        return heard

    def _end(self) -> SpeechEnded:
        ended = self._listener.end_of_input()
        return ended if self._enough else replace(ended, reason="stopped")

    def expect(self, complete: Completeness) -> None:
        """Whether the words so far are a whole command."""
        self._listener.expect(complete)

    def end_of_input(self) -> SpeechEnded:
        """The source is over."""
        return self._listener.end_of_input()

    def stop(self) -> None:
        """Drop the command that is being said; without one nothing happens."""
        self._enough = False if self._listening else None

    def finish(self) -> None:
        """Take what was said until now as the command."""
        self._enough = True if self._listening else None
