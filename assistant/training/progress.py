"""How far a training is: one line that changes, on a terminal; nothing into a pipe or a file."""

from __future__ import annotations

import sys
import time

_EVERY_S = 0.5
"""Between two changes of the line."""

_TELLS = 0.05
"""Share that must be done before it can be told how long the rest takes."""


class Progress:
    """One step of the work: `Progress("learning", 3000)`, and `done(n)` from time to time."""

    def __init__(self, what: str, total: int) -> None:
        self._what = what
        self._total = max(total, 1)
        self._began = self._shown = time.monotonic()
        self._terminal = sys.stderr.isatty()
        self._line(0)

    def done(self, number: int) -> None:
        """So many of `total` are done; the last one ends the line."""
        now = time.monotonic()
        if number >= self._total or now - self._shown >= _EVERY_S:
            self._shown = now
            self._line(number)

    def stop(self) -> None:
        """Something else is to be said before all is done."""
        if self._terminal:
            sys.stderr.write("\n")
            sys.stderr.flush()

    def _line(self, number: int) -> None:
        if not self._terminal:
            return
        share = min(number / self._total, 1.0)
        passed_s = self._shown - self._began
        left = ""
        if share >= 1:
            left = f" in {passed_s:.0f} s"
        elif share >= _TELLS:
            left = f", {passed_s / share - passed_s:.0f} s left"
        end = "\n" if share >= 1 else ""
        sys.stderr.write(f"\r{self._what}: {share:.0%}{left}\033[K{end}")
        sys.stderr.flush()
