"""The way of commands to the broker: a second connection, on which nothing is heard.

A broker keeps few messages for each client and drops what is more, its own acknowledgements
included (Mosquitto: 1,000). On one connection a flood of reports would take the commands with it.

Threads: one, which connects, writes and reads what the broker answers; everything public may be
called from any.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

from assistant.config import MqttSettings
from assistant.mqtt.link import Link
from assistant.mqtt.problems import LinkDown
from assistant.mqtt.terms import Terms, pauses
from assistant.threads import Supervised

log = logging.getLogger(__name__)

CLOSE_S = 2.0


class Commands:
    """Is there while the main connection is, and comes back by itself; until `close()`."""

    def __init__(
        self,
        settings: MqttSettings,
        client_id: str,
        rng: Callable[[], float],
        refused_topic: Callable[[str, str], None],
    ) -> None:
        """refused_topic    as of `Link`"""
        self._settings = settings
        self._client_id = f"{client_id}-commands"
        self._rng = rng
        self._refused_topic = refused_topic
        self._changed = threading.Condition()
        self._terms: Terms | None = None
        self._closing = False
        self._link: Link | None = None
        self._ready = False
        self._thread = Supervised(self._run, "mqtt-commands", wanted=lambda: not self._closing)
        self._thread.start()

    @property
    def link(self) -> Link | None:
        """What commands can be sent on at this moment; None: only the main connection is there."""
        link = self._link
        return link if link and self._ready and link.end is None else None

    def follow(self, terms: Terms | None) -> None:
        """The main connection is there, on these terms; None: it is gone, and so are we."""
        with self._changed:
            self._terms = terms
            self._changed.notify_all()
            link, ready = self._link, self._ready
        if link and ready:
            link.wake()
        elif link:
            link.abort("not wanted any more")

    def close(self) -> None:
        """Leave; does nothing the second time."""
        with self._changed:
            self._closing = True
        self.follow(None)
        self._thread.join(CLOSE_S)

    def _run(self) -> None:
        pause, before = pauses(self._rng), None
        while terms := self._wanted():
            if terms is not before:  # the main connection is a new one: so is the broker's mood
                pause, before = pauses(self._rng), terms
            down = self._connect_and_stay(terms)
            # Where the broker does not want a second connection the first one does for both.
            asked_again = None if down and down.by_settings else next(pause)
            with self._changed:
                self._changed.wait_for(lambda t=terms: self._terms is not t, asked_again)  # type: ignore[misc]

    def _wanted(self) -> Terms | None:
        """Wait until the main connection is there; None: it will not be any more."""
        with self._changed:
            self._changed.wait_for(lambda: self._terms is not None or self._closing)
            return None if self._closing else self._terms

    def _connect_and_stay(self, terms: Terms) -> LinkDown | None:
        """One connection from beginning to end; returns why it ended, where it was not wanted."""
        link = Link(
            self._settings,
            self._client_id,
            None,
            _unheard,
            self._changed,
            terms,
            self._refused_topic,
        )
        with self._changed:
            self._link = link
        try:
            if self._terms is terms:
                link.open()
                self._ready = True
                link.run(lambda: self._terms is not terms)
        except LinkDown:
            pass  # `link.end` knows why
        end = link.end
        if end and self._terms is terms:
            log.debug("no connection for commands alone: %s", end.why)
        with self._changed:
            self._link, self._ready = None, False
        link.close()
        return end


def _unheard(_topic: str, _payload: bytes, _retained: bool) -> None:
    """Nothing was asked for."""
