"""The sound just before the wake word was decided, and what of it is command.

A model decides some time after the end of its word (`assistant.wake.models.LAG_MS`); who speaks in
one breath has begun the command by then. So the last frames may hold the word's rest, a short gap
and the first sound of the command.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence

from assistant.events import FRAME_S, Frame

LENGTH_S = 1.0
"""Half a second is the longest lag; voice activity needs to have heard what came before that."""


class PreRoll:
    """The last second of frames, in which `Listener.begin` finds the command."""

    def __init__(self) -> None:
        self._frames: deque[Frame] = deque(maxlen=round(LENGTH_S / FRAME_S))

    def push(self, frame: Frame) -> None:
        self._frames.append(frame)

    def frames(self) -> Sequence[Frame]:
        """Oldest first; not all of them are command: `Listener.begin` says which."""
        return tuple(self._frames)

    def clear(self) -> None:
        self._frames.clear()


def command_begins(
    chunks: Sequence[tuple[float, float, bool]], earliest: float
) -> tuple[float, bool]:
    """Where the sound of the command begins, and whether somebody is speaking at the end.

    chunks     (start, end, is speech) of successive chunks up to the decision, seconds
    earliest   nothing before that time is command, seconds
    returns    the first gap in the voice after `earliest`, where the wake word may have ended;
               `earliest` itself when there is no gap
    """
    speaking = bool(chunks) and chunks[-1][2]
    gaps = (start for start, end, is_speech in chunks if end > earliest and not is_speech)
    return max(earliest, next(gaps, earliest)), speaking
