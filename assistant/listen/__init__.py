"""After the wake word: where does the command begin, where does it end?

pre_roll    the sound just before the wake word was decided, and what of it is command
silero      voice activity of every 32 ms
segment     the arithmetic of silences: no sound, no clock
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Protocol

from assistant.config import ListenSettings
from assistant.events import Completeness, Frame, SpeechEnded
from assistant.listen.pre_roll import PreRoll
from assistant.listen.segment import Heard, Pause, Resume

__all__ = ["Heard", "Listener", "Pause", "PreRoll", "Resume", "open_listener"]


class Listener(Protocol):
    """Finds one command in the sound; `begin` starts over."""

    @property
    def paused(self) -> bool:
        """Between `Pause` and `Resume`: the frames are silence so far."""
        ...

    def begin(
        self,
        pre_roll: Iterable[Frame] = (),
        earliest: float = 0.0,
        window_s: float | None = None,
    ) -> Sequence[Frame]:
        """Listen for a command from here on.

        pre_roll   `PreRoll.frames()` when a wake word was heard in the last of them; empty when
                   the command needs none (an answer to a question)
        earliest   where the wake word ended (`Wake.word_ended_at`): before it nothing is command
        window_s   give up when nobody speaks for so long, seconds; None: `listen.no_speech_s`
        returns    those of the frames that may belong to the command: for the recognizer
        """
        ...

    def process(self, frame: Frame) -> Heard | None:
        """Hear the next 10 ms. None: nothing has changed."""
        ...

    def expect(self, complete: Completeness) -> None:
        """Called in a pause: are the words so far a whole command? Until told: "no"."""
        ...

    def end_of_input(self) -> SpeechEnded:
        """The source is over: what was heard is the command; `nothing_said` if nothing was."""
        ...


def open_listener(settings: ListenSettings) -> Listener:
    """The listener of the configuration, its model loaded."""
    from assistant.listen.silero import SileroListener

    return SileroListener(settings)
