"""What is wrong with what others send: one line in the log, not again and again."""

from __future__ import annotations

import logging
import time
from collections import OrderedDict

log = logging.getLogger(__name__)

TOLD_S = 60.0
"""The same of the same one is not said again so soon."""

MOST_TOLD = 256


class Complaints:
    """Of one protocol; on one thread."""

    def __init__(self, protocol: str) -> None:
        self._protocol = protocol
        self._told: OrderedDict[tuple[str, str], float] = OrderedDict()

    def say(self, who: str, problem: str) -> None:
        """One line; nothing where it was said just now."""
        now = time.monotonic()
        last = self._told.get((who, problem))
        if last is None or now - last >= TOLD_S:
            self._told[who, problem] = now
            self._told.move_to_end((who, problem))
            log.warning("%s %s: %s", self._protocol, who, problem)
        if len(self._told) > MOST_TOLD:
            self._told.popitem(last=False)
