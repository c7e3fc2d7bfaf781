"""Whoever makes the assistant listen without the wake word waits in between.

Without a pause, whoever can publish on the broker could have all talk in the room written down. The
pause begins when the last listening has ended, and doubles with each one that came to nothing; the
wake word and a spoken command end it.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from typing import Literal

from assistant.events import Event, SpeechEnded, Transcript, Turn, Wake

log = logging.getLogger(__name__)

PAUSE_S = 5.0
LONGEST_PAUSE_S = 300.0
MOST_IN_A_ROW = 6
"""Questions of one dialogue of an app, each after an answer was heard."""


class Presses:
    """The pause between two presses; on the pipeline's thread."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._again_at = 0.0
        self._pause_s = PAUSE_S
        self._spoken = False
        self._answered = False
        self._in_a_row = 0
        self._refused = ""
        self.listening = False
        """It listens because somebody pressed."""

    def allow(self, by: str, *, continues: bool = False) -> bool:
        """Whether a press counts now; why not, the log says once.

        by           who presses, for people: "listen/set"
        continues    a dialogue, in which nobody waits who has just been answered
        """
        wait_s = self._again_at - self._clock()
        if continues and self._answered and self._in_a_row < MOST_IN_A_ROW:
            self._in_a_row += 1
        elif self.listening or wait_s > 0:
            if self.listening:
                return self.refuse(by, "it listens already")
            again = f"once in {self._pause_s:g} s, longer after each time in vain"
            return self.refuse(by, f"pressed too soon after the last time ({again})")
        else:
            self._in_a_row = 0
        self._refused, self._answered = "", False
        self._again_at = self._clock() + self._pause_s
        return True

    def refuse(self, by: str, why: str) -> Literal[False]:
        """Say, but not again and again, why it does not listen."""
        if why != self._refused:
            log.warning("%s: not listening: %s", by, why)
        self._refused = why
        return False

    def __call__(self, event: Event) -> None:
        """Follow what comes of it; events of this site only."""
        match event:
            case Wake():
                self.listening = not event.word
                if event.word:
                    self._calm()
                    self._again_at, self._in_a_row = 0.0, 0
            case SpeechEnded() if self.listening:
                self.listening = False
                self._again_at = self._clock() + self._pause_s
                self._pause_s = min(2 * self._pause_s, LONGEST_PAUSE_S)
            case Transcript():
                self._spoken = event.engine != "text"
                self._answered = self._spoken and bool(event.text.strip())
            case Turn() if event.intents and self._spoken:
                self._calm()

    def _calm(self) -> None:
        self._pause_s = PAUSE_S
        self._again_at = min(self._again_at, self._clock() + PAUSE_S)
