"""What is heard when something is due: an earcon until it is stopped, a reminder, a command."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Protocol

from assistant.config import SiteSettings
from assistant.events import Event, Rang, Reply, SpeechEnded, Wake
from assistant.lang import language
from assistant.schedule import Schedule
from assistant.schedule.entry import Entry
from assistant.speak import Speaker
from assistant.threads import Supervised

EVERY_S = 2.5
"""From one ring to the next: in between the wake word can be said."""

LISTENING_S = 15.0
"""While somebody speaks to the assistant it does not ring, but no longer than this."""

_LATE_S = 30.0
_SAME_DAY_S = 6 * 3600.0


class Orders(Protocol):
    """What is done about it: the bridges' `Desk`."""

    site: SiteSettings

    def emit(self, event: Event) -> None:
        """Tell everybody."""

    def say(self, text: str, utterance_id: str) -> None:
        """Speak."""

    def command(
        self,
        text: str,
        site: SiteSettings,
        answer: Callable[[Reply], None],
        *,
        confirmed: bool = False,
    ) -> None:
        """Carry out words, and speak the reply."""


class Ringer:
    """Rings at one site."""

    def __init__(
        self,
        schedule: Schedule,
        orders: Orders,
        speaker: Speaker,
        ask: Callable[[Callable[[], None]], None],
        ring_s: float,
    ) -> None:
        """`ask` has something done on the pipeline's thread."""
        self._schedule = schedule
        self._orders = orders
        self._speaker = speaker
        self._ask = ask
        self._ring_s = ring_s
        self._quiet_until = 0.0
        self._stopped = threading.Event()
        self._ringing: threading.Thread | None = None

    @contextmanager
    def attend(self) -> Iterator[None]:
        """Within it, what is due is heard."""
        with self._schedule.attend(self._due, self._missed):
            try:
                yield
            finally:
                self._stopped.set()
                if self._ringing:
                    self._ringing.join()

    def heard(self, event: Event) -> None:
        """Be quiet while somebody speaks to the assistant."""
        if event.site_id != self._orders.site.id:
            return
        if isinstance(event, Wake):
            self._quiet_until = time.monotonic() + LISTENING_S
        elif isinstance(event, Reply) or (
            isinstance(event, SpeechEnded) and event.reason in ("nothing_said", "stopped")
        ):
            self._quiet_until = 0.0

    def _missed(self, entry: Entry, late_s: float) -> None:
        self._ask(lambda: self._tell(entry, missed(entry, late_s)))

    def _due(self, entry: Entry, late_s: float) -> None:
        self._ask(lambda: self._happen(entry, late_s))

    def _happen(self, entry: Entry, late_s: float) -> None:
        if entry.kind == "command":
            self._emit(entry, told(entry, late_s))
            here = self._orders.site
            self._orders.command(entry.text, here, lambda reply: None, confirmed=entry.confirmed)
        else:
            self._tell(entry, told(entry, late_s))

    def _tell(self, entry: Entry, text: str) -> None:
        """Wherever it was planned: there is no other place where it could be heard."""
        self._emit(entry, text)
        self._orders.say(text, f"ring-{entry.id}")
        if entry.ringing and entry.site_id in ("", self._orders.site.id):
            self._start()
        elif entry.ringing:  # of a site that was called otherwise: "stop" would not stop it
            self._schedule.silence(entry.site_id)

    def _emit(self, entry: Entry, text: str) -> None:
        self._orders.emit(Rang(entry.kind, entry.name, text, site_id=self._orders.site.id))

    def _start(self) -> None:
        if self._ringing is None or not self._ringing.is_alive():
            self._ringing = Supervised(
                self._ring, "ringer", wanted=lambda: not self._stopped.is_set()
            )
            self._ringing.start()

    def _ring(self) -> None:
        site_id = self._orders.site.id
        until = time.monotonic() + self._ring_s
        while self._schedule.ringing(site_id) and not self._stopped.is_set():
            if time.monotonic() > until:
                self._schedule.silence(site_id)
            elif time.monotonic() > self._quiet_until:
                self._speaker.earcon("ring")
            self._stopped.wait(EVERY_S)


def told(entry: Entry, late_s: float) -> str:
    """What is said: "Your pasta timer is done."."""
    said = language()
    late = late_s > _LATE_S
    ago = said.wording.duration(timedelta(seconds=round(late_s))) if late else ""
    key = "_ago" if late else ""
    if entry.kind == "timer":
        key = f"{'named_' if entry.name else ''}timer_done{key}"
        return said.say(key, name=entry.name, ago=ago)
    if entry.kind == "alarm":
        at = said.wording.clock_time(entry.due.time()) if entry.due else ""
        return said.say("alarm_at" if entry.due else "alarm", time=at)
    if entry.kind == "reminder":
        return said.say(f"reminder{key}", text=entry.text, ago=ago)
    return said.say("command", text=entry.text)


def missed(entry: Entry, late_s: float) -> str:
    """What is said of something that is too late: "I missed your alarm at 7 AM."."""
    said = language()
    key = "missed_command" if entry.kind == "command" else "missed"
    when = _moment(entry.due, late_s) if entry.due else ""
    kind = said.wording.ENTRIES.get(entry.kind, "")
    return said.say(f"{key}_at" if when else key, kind=kind, text=entry.text, time=when)


def _moment(due: datetime, late_s: float) -> str:
    """With its day, when that may be another one."""
    said = language().wording
    if late_s > _SAME_DAY_S:
        return said.time_on(due.time(), due.date())
    return said.clock_time(due.time())
