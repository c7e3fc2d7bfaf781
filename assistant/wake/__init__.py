"""Frame → `Wake`: hears the wake words.

models          which model files there are, and what their .json says
microwakeword   the streaming int8 loop over them
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from assistant.config import WakeSettings
from assistant.events import Frame, Wake


class WakeDetector(Protocol):
    """Listens for wake words, frame by frame."""

    @property
    def scores(self) -> Mapping[str, float]:
        """Word → its score at this moment, 0 to 1; 0.0 until enough sound was heard."""
        ...

    def process(self, frame: Frame) -> Wake | None:
        """Hear 10 ms. None: no wake word was completed by them."""
        ...

    def reset(self) -> None:
        """Forget everything heard: the next frame is the first."""
        ...


def open_wake(settings: WakeSettings) -> WakeDetector:
    """The detector of the configuration; ModelError names a model that cannot be used."""
    from assistant.wake.microwakeword import MicroWakeWord

    return MicroWakeWord(settings)
