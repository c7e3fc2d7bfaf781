"""Sound on its way to the speaker."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt


@dataclass(frozen=True, slots=True, eq=False)
class Sound:
    """Mono sound."""

    samples: npt.NDArray[np.int16]
    rate_hz: int

    @property
    def seconds(self) -> float:
        """How long it plays."""
        return self.samples.size / self.rate_hz

    def scaled(self, percent: int) -> Sound:
        """Return it at `percent` of its amplitude, 0 to 100."""
        return Sound((self.samples * (percent / 100)).astype(np.int16), self.rate_hz)


class Voice(Protocol):
    """Text to speech."""

    name: str
    """Engine and voice, for people."""

    def synthesize(self, text: str) -> Sound:
        """Speak `text`; raises ModelError when the engine fails."""
