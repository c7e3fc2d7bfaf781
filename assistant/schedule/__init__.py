"""What is to happen later: timers, alarms, reminders, commands. It survives a restart.

entry.py    one thing that is planned
clocks.py   the time of day, and a clock that does not jump
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

from assistant.schedule.clocks import FLOOR, Clocks, follow_zone, steady_s
from assistant.schedule.entry import DAYS, Entry
from assistant.schedule.file import Kept, NotKept, Planned
from assistant.threads import Supervised

__all__ = ["NotKept", "Schedule"]

log = logging.getLogger(__name__)

TOO_LATE_S = {"command": 60.0, "alarm": 600.0}
"""What could not happen in time (the program was off) does not any more after so many seconds, and
is told as missed: a light that is switched hours later helps nobody. Timers and reminders are told
whenever."""

_LOOK_S = 2.0

_JUMP_S = 2.0
"""So much the two clocks may drift apart before what is written is corrected, seconds."""

Due = tuple[Entry, float]
"""What is due, and how many seconds ago it was."""

OnDue = Callable[[Entry, float], None]
"""Called with both, on the schedule's thread."""


def _log_missed(entry: Entry, late_s: float) -> None:
    """Nobody else wants to know."""


class Schedule:
    """Knows what is planned, and when the next thing is due. Any thread may call anything."""

    def __init__(
        self,
        file: Path | None = None,
        *,
        wall: Callable[[], float] = time.time,
        steady: Callable[[], float] | None = None,
        boot: str | None = None,
    ) -> None:
        """`file` None: nothing is kept beyond this program.

        wall      seconds since 1970
        steady    seconds of a clock that is never set; None: since the computer started, or
                  `wall` where that is another than the computer's
        boot      which start of the computer `steady` counts from; None: this one
        """
        self._clocks = Clocks(wall, steady or (steady_s if wall is time.time else wall), boot)
        self._kept = Kept(file, self._clocks)
        self._changed = threading.Condition()
        self._ended = False

    @property
    def attended(self) -> bool:
        """Whether a program runs that will ring."""
        return self._kept.attended

    @property
    def unsaved(self) -> str:
        """Why what was planned last would not survive a restart, as half a sentence; or empty."""
        return self._kept.unsaved

    @property
    def ids(self) -> frozenset[str]:
        """Of everything that is planned."""
        return frozenset(planned.entry.id for planned in self._kept.read())

    def entries(self, skill: str) -> tuple[Entry, ...]:
        """What a skill has planned, as it is now."""
        with self._changed:
            return tuple(self._as_seen(p) for p in self._kept.read() if p.skill == skill)

    def change(
        self, skill: str, site_id: str, put: Sequence[Entry] = (), cancel: Sequence[str] = ()
    ) -> tuple[str, ...]:
        """Plan new entries, change or cancel those of this skill; returns the ids of the new.

        Raises NotKept, with nothing changed, when it cannot be planned: the time of day is not
        known, or it cannot be written down and this program ends before it would be due. Where
        this program rings it is planned all the same, and `unsaved` says why it may get lost.
        """
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
                planned[id_] = self._planned(replace(entry, id=id_, site_id=kept), skill)
            self._changed.notify_all()
        return tuple(new)

    def clear(self) -> None:
        """Nothing is planned any more."""
        with self._changed, self._kept.changing() as planned:
            planned.clear()
            self._changed.notify_all()

    def _planned(self, entry: Entry, skill: str) -> Planned:
        """The entry from now on; raises NotKept where its time of day cannot be known."""
        if entry.paused or not (entry.due or entry.is_while):
            return Planned(entry, skill, None)
        if entry.is_while:
            due_at = self._clocks.wall() + entry.left
            return Planned(
                entry, skill, due_at, self._clocks.steady() + entry.left, self._clocks.boot
            )
        if self._clocks.wall() < FLOOR:
            raise NotKept(
                "I don't know what time it is: the clock of this computer is not set.",
                fix="wait until it has asked a time server, or set it",
            )
        return Planned(entry, skill, _next(entry, self._clocks.wall()))

    def _late_s(self, planned: Planned) -> float | None:
        """How long ago it was due, negative: how long it is until then; None: that is not known.

        Local time decides about what has a time of day: seven o'clock stays seven o'clock when
        the clocks are changed, or the computer's zone.
        """
        if planned.due_at is None:
            return None
        if planned.runs_out is not None and planned.boot == self._clocks.boot:
            return self._clocks.steady() - planned.runs_out
        if not self._clocks.believed(self._kept.saved_at, self._kept.saved_boot):
            return None
        if planned.entry.is_while:
            # Set while the clock was not: how long ago that is, nobody knows.
            return self._clocks.wall() - planned.due_at if planned.due_at >= FLOOR else 0.0
        due = planned.entry.due
        return self._clocks.wall() - (due.timestamp() if due else planned.due_at)

    def ringing(self, site_id: str) -> tuple[Entry, ...]:
        """What rings there."""
        with self._changed:
            every = (self._as_seen(planned) for planned in self._kept.read())
            return tuple(e for e in every if e.ringing and e.site_id == site_id)

    def silence(self, site_id: str) -> tuple[Entry, ...]:
        """Stop what rings there, and return it; what comes again stays planned."""
        found = self.ringing(site_id)
        if not found:
            return ()
        with self._changed, self._kept.changing() as planned:
            for entry in found:
                one = planned.pop(entry.id, None)
                if one and one.entry.days:
                    planned[entry.id] = replace(one, entry=replace(one.entry, ringing=False))
        return found

    @contextmanager
    def attend(self, on_due: OnDue, on_missed: OnDue = _log_missed) -> Iterator[None]:
        """Within it, `on_due` is called for everything that is due, `on_missed` for what is
        `TOO_LATE_S`."""
        with self._kept.attend():
            self._ended = False
            thread = Supervised(
                lambda: self._wait(on_due, on_missed), "schedule", wanted=lambda: not self._ended
            )
            thread.start()
            try:
                yield
            finally:
                with self._changed:
                    self._ended = True
                    self._changed.notify_all()
                thread.join()

    def _wait(self, on_due: OnDue, on_missed: OnDue) -> None:
        while True:
            with self._changed:
                if self._ended:
                    return
                follow_zone()
                self._kept.save_again()
                due, missed = self._take()
                if not due and not missed:
                    self._changed.wait(self._until_next())
            for tell, found in ((on_due, due), (on_missed, missed)):
                for entry, late_s in found:
                    try:
                        tell(entry, late_s)
                    except Exception:  # one alarm that cannot ring must not silence the others
                        log.exception("%s %s cannot be told", entry.kind, entry.name or entry.text)

    def _until_next(self) -> float:
        late = [self._late_s(p) for p in self._kept.read() if not p.rings]
        return max(0.0, min([_LOOK_S, *(-one for one in late if one is not None)]))

    def take_due(self) -> list[Due]:
        """What is due now, with its lateness in seconds; from now on it rings, or is gone."""
        with self._changed:
            return self._take()[0]

    def _take(self) -> tuple[list[Due], list[Due]]:
        """What is due now, and what is too late."""
        if not any(self._is_due(one) or self._settled(one) for one in self._kept.read()):
            return [], []
        due: list[Due] = []
        missed: list[Due] = []
        with self._kept.changing() as planned:
            for one in list(planned.values()):
                if self._is_due(one):
                    found, in_time = self._happen(one, planned)
                    (due if in_time else missed).append(found)
                elif settled := self._settled(one):
                    planned[one.entry.id] = settled
        return due, missed

    def _is_due(self, planned: Planned) -> bool:
        late_s = self._late_s(planned)
        return late_s is not None and late_s >= 0 and not planned.rings

    def _settled(self, one: Planned) -> Planned | None:
        """What is written of something that runs for a while, where it is not so any more: the
        computer was started anew, or its clock was set. None: it is."""
        if one.due_at is None or not one.entry.is_while or one.rings:
            return None
        late_s = self._late_s(one)
        if late_s is None:
            return None
        due_at = self._clocks.wall() - late_s
        here = one.boot == self._clocks.boot and one.runs_out is not None
        if here and abs(due_at - one.due_at) < _JUMP_S:
            return None
        return replace(
            one, due_at=due_at, runs_out=self._clocks.steady() - late_s, boot=self._clocks.boot
        )

    def _happen(self, one: Planned, planned: dict[str, Planned]) -> tuple[Due, bool]:
        """It is due: what is told of it, how late it is, and whether it happens all the same."""
        entry, late_s = one.entry, self._late_s(one) or 0.0
        rings = entry.kind in ("timer", "alarm")
        missed = late_s > TOO_LATE_S.get(entry.kind, late_s)
        rings = rings and not missed
        if entry.days:
            following = _next(entry, self._clocks.wall())
            ahead = replace(entry, due=datetime.fromtimestamp(following), ringing=rings)
            planned[entry.id] = Planned(ahead, one.skill, following)
        elif rings:
            planned[entry.id] = replace(one, entry=replace(entry, ringing=True))
        else:
            del planned[entry.id]
        if missed:
            log.warning(
                "%s %s was due %d minutes ago, while nothing ran: left out",
                *(entry.kind, entry.name or entry.text or entry.due, late_s // 60),
            )
        return (replace(self._as_seen(one), ringing=rings), late_s), not missed

    def _as_seen(self, planned: Planned) -> Entry:
        """The entry at this moment: what is left of a timer, when it is due."""
        entry = planned.entry
        late_s = self._late_s(planned)
        if late_s is None or not entry.is_while:
            return entry
        due = datetime.fromtimestamp(self._clocks.wall() - late_s)
        return replace(entry, due=due, left=max(0.0, -late_s))


def _next(entry: Entry, now: float) -> float:
    """When `entry` is due, seconds since 1970; of what comes again the first time after `now`.

    Where the clocks are changed, a time that there is twice is the first of them, and one that
    there is not is so much after the change as it would have been.
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
