"""What is to happen later: timers, alarms, reminders, commands. It survives a restart.

entry.py    one thing that is planned
file.py     where all of it is kept
ring.py     what is heard when it is due

Several programs may plan at once (`assistant say` beside `assistant run`): every change reads the
file again, and the one that rings looks at it every `_LOOK_S`.
"""

from __future__ import annotations

import logging
import threading
import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

from assistant.schedule.entry import DAYS, Entry
from assistant.schedule.file import Kept, Planned

log = logging.getLogger(__name__)

TOO_LATE_S = {"command": 60.0, "alarm": 600.0}
"""What could not happen in time (the program was off) does not any more after so many seconds: a
light that is switched hours later helps nobody. Timers and reminders are told whenever."""

_LOOK_S = 2.0

OnDue = Callable[[Entry, float], None]
"""Called, on the schedule's thread, with what is due and how many seconds ago it was."""


class Schedule:
    """Knows what is planned, and when the next thing is due. Any thread may call anything."""

    def __init__(self, file: Path | None = None, *, wall: Callable[[], float] = time.time) -> None:
        """`file` None: nothing is kept beyond this program. `wall`: seconds since 1970."""
        self._kept = Kept(file)
        self._wall = wall
        self._changed = threading.Condition()
        self._ended = False

    @property
    def attended(self) -> bool:
        """Whether a program runs that will ring."""
        return self._kept.attended

    @property
    def ids(self) -> frozenset[str]:
        """Of everything that is planned."""
        return frozenset(planned.entry.id for planned in self._kept.read())

    def entries(self, skill: str) -> tuple[Entry, ...]:
        """What a skill has planned, as it is now."""
        with self._changed:
            now = self._wall()
            return tuple(_as_seen(p, now) for p in self._kept.read() if p.skill == skill)

    def change(
        self, skill: str, site_id: str, put: Sequence[Entry] = (), cancel: Sequence[str] = ()
    ) -> tuple[str, ...]:
        """Plan new entries, change or cancel those of this skill; returns the ids of the new."""
        if not put and not cancel:
            return ()
        new = []
        with self._changed, self._kept.changing() as planned:
            own = {id_ for id_, one in planned.items() if one.skill == skill}
            for id_ in own.intersection(cancel):
                del planned[id_]
            for entry in put:
                kept = planned[entry.id].entry.site_id if entry.id in own else site_id
                id_ = entry.id if entry.id in own else uuid.uuid4().hex[:8]
                new += [id_] if id_ not in own else []
                entry = replace(entry, id=id_, site_id=kept)
                planned[id_] = Planned(entry, skill, self._due_at(entry))
            self._changed.notify_all()
        return tuple(new)

    def clear(self) -> None:
        """Nothing is planned any more."""
        with self._changed, self._kept.changing() as planned:
            planned.clear()
            self._changed.notify_all()

    def _due_at(self, entry: Entry) -> float | None:
        if entry.paused:
            return None
        if entry.kind == "timer":
            return self._wall() + entry.left
        return _next(entry, self._wall()) if entry.due else None

    def ringing(self, site_id: str) -> tuple[Entry, ...]:
        """What rings there."""
        with self._changed:
            now = self._wall()
            every = (_as_seen(planned, now) for planned in self._kept.read())
            return tuple(e for e in every if e.ringing and e.site_id == site_id)

    def silence(self, site_id: str) -> tuple[Entry, ...]:
        """Stop what rings there, and return it; what comes again stays planned."""
        found = self.ringing(site_id)
        with self._changed, self._kept.changing() as planned:
            for entry in found:
                if entry.days:
                    one = planned[entry.id]
                    planned[entry.id] = replace(one, entry=replace(one.entry, ringing=False))
                else:
                    planned.pop(entry.id, None)
        return found

    @contextmanager
    def attend(self, on_due: OnDue) -> Iterator[None]:
        """Within it, `on_due` is called for everything that is due."""
        with self._kept.attending():
            self._ended = False
            thread = threading.Thread(target=self._wait, args=(on_due,), name="schedule")
            thread.start()
            try:
                yield
            finally:
                with self._changed:
                    self._ended = True
                    self._changed.notify_all()
                thread.join()

    def _wait(self, on_due: OnDue) -> None:
        while True:
            with self._changed:
                if self._ended:
                    return
                due = self.take_due()
                if not due:
                    self._changed.wait(self._until_next())
            for entry, late_s in due:
                try:
                    on_due(entry, late_s)
                except Exception:  # one alarm that cannot ring must not silence the others
                    log.exception("%s %s could not happen", entry.kind, entry.name or entry.text)

    def _until_next(self) -> float:
        ahead = [p.due_at - self._wall() for p in self._kept.read() if p.due_at and not p.rings]
        return max(0.0, min([_LOOK_S, *ahead]))

    def take_due(self) -> list[tuple[Entry, float]]:
        """What is due now, with its lateness in seconds; from now on it rings, or is gone."""
        now = self._wall()
        with self._changed:
            if not any(_is_due(planned, now) for planned in self._kept.read()):
                return []
            with self._kept.changing() as planned:
                due = [one for one in planned.values() if _is_due(one, now)]
                happened = [self._happen(one, planned, now) for one in due]
        return [found for found in happened if found]

    def _happen(
        self, one: Planned, planned: dict[str, Planned], now: float
    ) -> tuple[Entry, float] | None:
        entry, late_s = one.entry, now - (one.due_at or now)
        rings = entry.kind in ("timer", "alarm")
        missed = late_s > TOO_LATE_S.get(entry.kind, late_s)
        if entry.days:
            following = _next(entry, now)
            due = datetime.fromtimestamp(following)
            ahead = replace(entry, due=due, ringing=rings and not missed)
            planned[entry.id] = Planned(ahead, one.skill, following)
        elif rings and not missed:
            planned[entry.id] = replace(one, entry=replace(entry, ringing=True))
        else:
            del planned[entry.id]
        if missed:
            log.warning(
                "%s %s was due %d minutes ago, while nothing ran: left out",
                *(entry.kind, entry.name or entry.text or entry.due, late_s // 60),
            )
            return None
        return replace(_as_seen(one, now), ringing=rings), late_s


def _is_due(planned: Planned, now: float) -> bool:
    return planned.due_at is not None and planned.due_at <= now and not planned.rings


def _next(entry: Entry, now: float) -> float:
    """When `entry` is due, seconds since 1970; of what comes again the first time after `now`.

    Local time decides: seven o'clock stays seven o'clock when the clocks are changed.
    """
    assert entry.due is not None
    due = entry.due
    if not entry.days:
        return due.timestamp()
    today = datetime.fromtimestamp(now)
    for ahead in range(8):
        moment = datetime.combine(today.date() + timedelta(days=ahead), due.time())
        if DAYS[moment.weekday()] in entry.days and moment.timestamp() > now:
            return moment.timestamp()
    raise ValueError(f"{entry.days} are no days")


def _as_seen(planned: Planned, now: float) -> Entry:
    """The entry at this moment: what is left of a timer, when it is due."""
    entry = planned.entry
    if planned.due_at is None:
        return entry
    due = datetime.fromtimestamp(planned.due_at)
    if entry.kind != "timer":
        return replace(entry, due=due)
    return replace(entry, due=due, left=max(0.0, planned.due_at - now))
