"""Where the pipeline's thread meets everybody else's.

Events go out to whoever listens, on the pipeline's thread, one after the other. What others want
comes in as wishes from any thread and is done between two frames. So neither the pipeline nor
what it drives has to know of threads.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from queue import Empty, SimpleQueue

from assistant.events import Event, Frame
from assistant.redact import shown

log = logging.getLogger(__name__)

MOST_AT_ONCE = 64
"""Wishes that are done between two frames: who floods us does not make us deaf."""

MOST_WAITING = 1000
"""Wishes from which no more are taken of those whom nobody invited."""

Listener = Callable[[Event], None]
Wish = Callable[[], None]


class Hub:
    """Passes events on, and wishes in."""

    def __init__(self, site_id: str) -> None:
        """`site_id` is put on events that do not say where they come from: they are our own."""
        self._site_id = site_id
        self._listeners: list[Listener] = []
        self._wishes: SimpleQueue[Wish] = SimpleQueue()
        self._full = False

    def subscribe(self, listener: Listener) -> None:
        """Have `listener` hear every event from now on. It must return soon and not wait."""
        self._listeners.append(listener)

    def emit(self, event: Event) -> None:
        """Tell everybody; only on the pipeline's thread."""
        event = shown(event)
        event = event if event.site_id else replace(event, site_id=self._site_id)
        for listener in self._listeners:
            try:
                listener(event)
            except Exception:  # whatever it is, the assistant and the others must survive it
                log.exception("a listener failed at %s", type(event).__name__)

    def tell(self, event: Event) -> None:
        """Emit it between two frames; from any thread."""
        self.ask(lambda: self.emit(event))

    def ask(self, wish: Wish) -> None:
        """Have `wish` called between two frames; from any thread."""
        self._wishes.put(wish)

    def ask_if_room(self, wish: Wish, by: str) -> None:
        """The same for whom nobody invited: while too much is wished for, it is dropped.

        by    who wants it, for people
        """
        waiting = self._wishes.qsize()
        full = waiting >= (MOST_WAITING // 2 if self._full else MOST_WAITING)
        if full and not self._full:
            log.warning("%s: more messages than can be dealt with; some are dropped", by)
        self._full = full
        if not full:
            self.ask(wish)

    def between(self, frames: Iterable[Frame]) -> Iterator[Frame]:
        """`frames`, with the wishes done in between."""
        for frame in frames:
            for _ in range(min(self._wishes.qsize(), MOST_AT_ONCE)):
                self._grant(self._wishes.get())
            yield frame

    def serve(self, ended: Callable[[], bool]) -> None:
        """Do wishes as they come, where there are no frames; `ended` is asked after each."""
        while not ended():
            self._grant(self._wishes.get())

    def serve_until(self, done: Callable[[], bool], timeout_s: float) -> bool:
        """Do wishes while a stage waits for one of them; False: not `done` within `timeout_s`."""
        deadline = time.monotonic() + timeout_s
        while not done():
            try:
                self._grant(self._wishes.get(timeout=max(0.0, deadline - time.monotonic())))
            except Empty:
                return False
        return True

    def _grant(self, wish: Wish) -> None:
        try:
            wish()
        except Exception:  # a bug in one bridge must not silence the house
            log.exception("what a bridge wanted could not be done")
