"""Two assistants with one site id: noticed on both sides, and the one that came later is quiet.

Each says every few seconds how long it has been there, and at once when it hears of another. Who
has been there longer goes on; the other does nothing until it has not heard of the first for a
while, or the first has said that it leaves. Nothing is retained, and a restarted assistant is a
new one: what is left of a dead one (its last will, a retained `online`) says nothing here. Ages
are counted by a clock that does not jump, and compared when they arrive; no two clocks are.

    <mqtt.topic>/<site id>/instance   {"id": "a1b2c3d4", "age_s": 12.3, "host": "pi", "pid": 4711}
"""

from __future__ import annotations

import json
import logging
import math
import os
import socket
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from secrets import token_hex
from typing import Any, Self

from assistant.events import Message
from assistant.mqtt.connection import Connection
from assistant.threads import Supervised

log = logging.getLogger(__name__)

EVERY_S = 5.0
GONE_S = 3.5 * EVERY_S  # without a word of it, another one has gone
TOGETHER_S = 0.5
CLOSE_S = 2.0


@dataclass(slots=True)
class _Other:
    """Another assistant of this site."""

    where: str
    older: bool
    heard_at: float


class Presence:
    """This assistant among those of its site; open until `close()`."""

    def __init__(
        self,
        connection: Connection,
        site_id: str,
        *,
        clock: Callable[[], float] = time.monotonic,
        every_s: float = EVERY_S,
    ) -> None:
        self._connection = connection
        self._site_id = site_id
        self._topic = f"{connection.settings.topic}/{site_id}/instance"
        self._clock = clock
        self._every_s = every_s
        self._gone_s = every_s * GONE_S / EVERY_S
        self._since = clock()
        self._id = token_hex(8)
        self._host, self._pid = socket.gethostname(), os.getpid()
        self._others: dict[str, _Other] = {}
        self._changed = threading.Condition()
        self._session = 0
        self._closing = False
        connection.subscribe(self._topic, self._heard, qos=0, max_bytes=1024)
        self._thread = Supervised(self._run, "presence", wanted=lambda: not self._closing)
        self._thread.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def rival(self) -> str:
        """Where the assistant runs that was here first; empty: this one was."""
        with self._changed:
            return next((one.where for one in self._others.values() if one.older), "")

    def close(self) -> None:
        """Say that we leave; does nothing the second time."""
        with self._changed:
            if self._closing:
                return
            self._closing = True
            self._changed.notify_all()
        self._connection.unsubscribe(self._topic, self._heard)
        self._say(leaves=True)
        self._thread.join(CLOSE_S)

    def _run(self) -> None:
        while not self._closing:
            self._say()
            self._forget_gone()
            with self._changed:
                self._session = self._connection.session
                self._changed.wait_for(
                    lambda: self._closing or self._connection.session != self._session,
                    self._every_s,
                )

    def _say(self, *, leaves: bool = False) -> None:
        said: dict[str, Any] = {"id": self._id, "age_s": round(self._age_s(), 3)}
        said |= {"leaves": True} if leaves else {"host": self._host, "pid": self._pid}
        self._connection.send(Message(self._topic, json.dumps(said)))

    def _age_s(self) -> float:
        return self._clock() - self._since

    def _heard(self, _topic: str, payload: bytes, retained: bool) -> None:
        try:
            said = json.loads(payload)
            id_, age_s = str(said["id"]), float(said["age_s"])
        except (ValueError, KeyError, TypeError):
            return
        if retained or id_ == self._id or not math.isfinite(age_s):
            return
        if said.get("leaves"):
            self._lose(id_)
        else:
            self._meet(id_, age_s, f"{said.get('host')}, process {said.get('pid')}")

    def _meet(self, id_: str, age_s: float, where: str) -> None:
        ahead_s = age_s - self._age_s()
        # On its way the word has lost some of the age that it tells: who came together are told
        # apart by their ids.
        older = id_ > self._id if abs(ahead_s) < TOGETHER_S else ahead_s > 0
        with self._changed:
            known = self._others.get(id_)
            self._others[id_] = _Other(where, older, self._clock())
        if known and known.older is older:
            return
        fix = f"give each assistant a site.id of its own; both have {self._site_id!r}"
        if older:
            log.warning("another assistant (%s) was here first: I keep quiet; %s", where, fix)
        else:
            log.warning("another assistant (%s) has started: it keeps quiet; %s", where, fix)
        self._say()

    def _forget_gone(self) -> None:
        now = self._clock()
        if not self._connection.online:
            return  # nobody can be heard
        with self._changed:
            gone = [id_ for id_, o in self._others.items() if now - o.heard_at > self._gone_s]
        for id_ in gone:
            self._lose(id_)

    def _lose(self, id_: str) -> None:
        with self._changed:
            gone = self._others.pop(id_, None)
        if gone and gone.older and not self.rival:
            log.warning("the other assistant (%s) has gone: I go on in its place", gone.where)
