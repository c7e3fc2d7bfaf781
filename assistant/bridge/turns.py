"""The turns of each place, one after the other; no place waits for another.

What a sentence means is found out on the pipeline's thread, which takes milliseconds. What comes
after that can take seconds, where a lamp is silent, or a skill, or an app: it goes on in a thread
of its own. Its events come back to the pipeline's thread, and it goes on when they were heard.
"""

from __future__ import annotations

import logging
import threading
from collections import deque
from collections.abc import Callable, Iterator
from contextvars import ContextVar
from dataclasses import dataclass
from queue import Empty, SimpleQueue

from assistant.bridge.hub import Hub
from assistant.events import (
    Because,
    Completeness,
    Event,
    Reason,
    Reply,
    Source,
    Transcript,
    Turn,
    Understanding,
)
from assistant.grammar.graph import Graph
from assistant.pipeline import E, Talk
from assistant.utterance import Stamp

log = logging.getLogger(__name__)

SITE: ContextVar[str] = ContextVar("SITE", default="")
"""Id of the place whose turn goes on in this thread."""

WAIT_S = 3600.0  # for a turn; each of its parts has its own, shorter deadline


@dataclass(frozen=True, slots=True)
class _Waiting:
    """A turn that has not begun."""

    events: Callable[[], Iterator[Event]]
    heard: Callable[[Event], None]
    over: Callable[[], None]


class Turns:
    """Used on the pipeline's thread only."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub
        self._waiting: dict[str, deque[_Waiting]] = {}
        """Place → what is to follow its present turn; no entry: it has none."""

    def take(
        self,
        site_id: str,
        events: Callable[[], Iterator[Event]],
        heard: Callable[[Event], None],
        over: Callable[[], None],
    ) -> None:
        """Have a turn, now or after those that the place has already; does not wait.

        heard    called with each event, before the turn goes on
        over     called after the last one
        """
        turn = _Waiting(events, heard, over)
        if site_id in self._waiting:
            self._waiting[site_id].append(turn)
        else:
            self._waiting[site_id] = deque()
            self._begin(site_id, turn)

    def follow(self, site_id: str, events: Callable[[], Iterator[Event]]) -> Iterator[Event]:
        """The events of a turn as they come; meanwhile what others want is done."""
        self._hub.serve_until(lambda: site_id not in self._waiting, WAIT_S)
        self._waiting[site_id] = deque()
        try:
            turn = events()
            for event in turn:
                yield event
                if isinstance(event, Turn):
                    break
            else:
                return
            came: SimpleQueue[Event] = SimpleQueue()
            rest = self._aside(site_id, turn, came.put)
            while not rest.is_set() or not came.empty():
                self._hub.serve_until(lambda: rest.is_set() or not came.empty(), WAIT_S)
                try:
                    yield came.get_nowait()
                except Empty:
                    continue
        finally:
            self._next(site_id)

    def _begin(self, site_id: str, turn: _Waiting) -> None:
        def over() -> None:
            turn.over()
            self._next(site_id)

        try:
            events = turn.events()
            for event in events:
                turn.heard(event)
                if isinstance(event, Turn):
                    self._aside(site_id, events, turn.heard, over)
                    return
        except Exception:
            self._next(site_id)
            raise
        over()

    def _next(self, site_id: str) -> None:
        if self._waiting[site_id]:
            turn = self._waiting[site_id].popleft()
            self._hub.ask(lambda: self._begin(site_id, turn))
        else:
            del self._waiting[site_id]

    def _aside(
        self,
        site_id: str,
        events: Iterator[Event],
        heard: Callable[[Event], None],
        over: Callable[[], None] = lambda: None,
    ) -> threading.Event:
        """The rest of a turn, in a thread of its own; returns what is set when it is over."""
        ended = threading.Event()

        def run() -> None:
            SITE.set(site_id)
            try:
                for event in events:
                    self._on_pipeline(lambda event=event: heard(event))  # type: ignore[misc]
            except Exception:  # it ends here, and the place goes on with the next
                log.exception("a turn failed at %s", site_id)
            finally:
                self._hub.ask(lambda: _both(ended.set, over))

        threading.Thread(target=run, name=f"turn-{site_id}", daemon=True).start()
        return ended

    def _on_pipeline(self, work: Callable[[], None]) -> None:
        """Do it there, and wait for that."""
        done = threading.Event()

        def do() -> None:
            try:
                work()
            finally:
                done.set()

        self._hub.ask(do)
        done.wait()


def _both(first: Callable[[], None], second: Callable[[], None]) -> None:
    first()
    second()


class Patient:
    """A conversation whose turns leave the pipeline's thread time for others."""

    def __init__(
        self, talk: Talk, site_id: str, turns: Turns, quiet: Callable[[], str] = lambda: ""
    ) -> None:
        """quiet    why nothing may be done here now, as a sentence; "" for nothing"""
        self._quiet = quiet
        self._talk = talk
        self._site_id = site_id
        self._turns = turns

    def begin(self) -> Graph:
        """As the conversation has it; so are the others."""
        return self._talk.begin()

    def complete(self, heard: Transcript) -> Completeness:
        """Whether `heard` is a whole command."""
        return self._talk.complete(heard)

    def is_command(self, heard: Transcript) -> bool:
        """Whether words that nobody was asked for are surely meant."""
        return self._talk.is_command(heard)

    def listens_on_s(self, reply: Reply) -> float:
        """How long something may follow this reply without the wake word, seconds."""
        return self._talk.listens_on_s(reply)

    def expect_answer(self) -> None:
        """The time for an answer counts from now."""
        self._talk.expect_answer()

    def masked(self, event: E) -> E:
        """The event without secrets."""
        return self._talk.masked(event)

    def respond(self, said: str | Transcript, utterance_id: str) -> Iterator[Event]:
        """Every event up to the reply."""
        if quiet := self._quiet():
            stamp = Stamp(utterance_id)
            text = said.text if isinstance(said, Transcript) else said
            meant = Understanding(text, "reject", 0.0, (), Source.NOTHING, Reason(Because.RIVAL))
            return iter((stamp(meant), stamp(Reply(quiet, "failed"))))
        return self._turns.follow(self._site_id, lambda: self._talk.respond(said, utterance_id))
