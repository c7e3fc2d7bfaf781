"""Where what is planned is kept: one JSON file, changed by one program at a time.

When it cannot be written (the disk is full, read-only, gone), the program that rings goes on from
memory and writes as soon as it can; another program, which will end, says that it cannot.
"""

from __future__ import annotations

import fcntl
import json
import logging
import os
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from assistant import schema
from assistant.disk import (
    OWNER_ONLY,
    clear_up,
    make_private_folder,
    private,
    set_aside,
    why,
    write_whole,
)
from assistant.errors import AssistantError, ConfigError
from assistant.schedule.clocks import Clocks
from assistant.schedule.entry import Entry
from assistant.threads import health

log = logging.getLogger(__name__)

AGAIN_S = (2.0, 60.0)
"""What could not be written is tried again after the first, later at most after the second."""

_VERSION: Literal[1] = 1
_OWN = ("skill", "due_at", "runs_out", "boot")  # of `Planned`; the others are the entry's
_HEALTH = "schedule"


class NotKept(AssistantError):
    """It could not be written down, and nothing was changed; `problem` can be spoken."""


@dataclass(frozen=True, slots=True)
class Planned:
    """An entry, whose it is, and when it is due."""

    entry: Entry
    skill: str
    due_at: float | None
    """Seconds since 1970; None: it is paused."""

    runs_out: float | None = None
    """Of what is to happen after a while: when, on the steady clock; None: a time of day."""

    boot: str = ""
    """Since which start of the computer that clock counts."""

    def __post_init__(self) -> None:
        if not self.entry.id or (self.entry.due and self.entry.due.tzinfo):
            raise ValueError("entry: what is planned has an id, and is due at a local time")

    @property
    def rings(self) -> bool:
        """It is due, and rings until somebody stops it."""
        return self.entry.ringing


@dataclass(frozen=True, slots=True)
class _File:
    version: Literal[1]
    planned: tuple[Any, ...]
    """Each by itself: where one is damaged, the others stay."""

    saved_at: float = 0.0
    boot: str = ""


_Plan = dict[str, Planned]


class Kept:
    """All that is planned, in a file or only here."""

    def __init__(self, file: Path | None, clocks: Clocks) -> None:
        self._file = file
        self._clocks = clocks
        self._seen: tuple[int, int] | None = None
        self._stored: _Plan = {}
        self._unsaved: dict[str, Planned | None] = {}  # id → what it is now; None: gone
        self._attending = False
        self._lock_problem = ""
        self._pause_s, self._again_at = AGAIN_S[0], 0.0
        self.problem = ""
        """Why the file could not be read or written last, as half a sentence; else empty."""

        self.saved_at, self.saved_boot = 0.0, ""
        """When the file was written last, by the time of day, and since which start."""

    def read(self) -> Sequence[Planned]:
        """Everything, as whoever changed it last left it."""
        self._refresh()
        return list(self._now().values())

    def _now(self) -> _Plan:
        now: dict[str, Planned | None] = {**self._stored, **self._unsaved}
        return {id_: one for id_, one in now.items() if one is not None}

    def _refresh(self) -> bool:
        """Take up what others have written; False: what is there cannot be read."""
        if self._file is None:
            return True
        try:
            seen = _signature(self._file)
            if seen == self._seen:
                return True
            if seen is None:
                self._remember_all()
            else:
                self._stored, self.saved_at, self.saved_boot = _load(self._file)
        except OSError as error:
            self._note(error)
            return False
        self._seen = seen
        return True

    def _remember_all(self) -> None:
        """The file, or its folder, is gone: what it held is not."""
        if self._stored:
            log.warning("%s is gone; what was planned is kept and written again", self._file)
            self._unsaved = {**self._stored, **self._unsaved}
            self._stored = {}

    @contextmanager
    def changing(self) -> Iterator[_Plan]:
        """Everything, by id, to be changed; no other program can meanwhile.

        Raises NotKept when it cannot be written and this program does not ring.
        """
        if self._file is None:
            yield (changed := dict(self._stored))
            self._stored = changed
            return
        with self._locked(self._file) as refused:
            readable = self._refresh()
            before, unsaved = self._now(), dict(self._unsaved)
            yield (changed := dict(before))
            for id_ in dict.fromkeys([*before, *changed]):
                if before.get(id_) != changed.get(id_):
                    self._unsaved[id_] = changed.get(id_)
            written = readable and self._save(self._file, refused)
        if not written and not self._attending:
            self._unsaved = unsaved
            raise NotKept(
                f"I can't save that: {self.problem}.", fix=f"{self._file}: see schedule.file"
            )

    def save_again(self) -> None:
        """Write what could not be written, when it is time to try."""
        if self._file is None or not self._unsaved or time.monotonic() < self._again_at:
            return
        with self._locked(self._file) as refused:
            if self._refresh():
                self._save(self._file, refused)

    @property
    def unsaved(self) -> str:
        """Why what was planned last is only in memory; empty: it is in the file."""
        return self.problem if self._unsaved else ""

    def _save(self, file: Path, refused: OSError | None) -> bool:
        if not self._unsaved:
            return True
        try:
            if refused:
                raise refused
            saved_at, changed = self._clocks.wall(), self._now()
            _write(file, changed, saved_at, self._clocks.boot)
        except OSError as error:
            self._note(error)
            return False
        self._stored, self._unsaved, self._seen = changed, {}, _signature(file)
        self.saved_at, self.saved_boot = saved_at, self._clocks.boot
        if self.problem:
            log.info("%s is written again; nothing that was planned is lost", file)
            health.mended(_HEALTH)
        self.problem, self._pause_s = "", AGAIN_S[0]
        return True

    def _note(self, error: OSError) -> None:
        """Warn when it is another problem than before; try again later and later."""
        problem = why(error)
        if problem != self.problem:
            log.warning("%s cannot be saved: %s; I go on from memory", self._file, problem)
        self.problem = problem
        health.note(_HEALTH, f"{self._file} cannot be saved: {problem}")
        self._again_at = time.monotonic() + self._pause_s
        self._pause_s = min(2 * self._pause_s, AGAIN_S[1])

    @contextmanager
    def _locked(self, file: Path) -> Iterator[OSError | None]:
        """No other program changes the file within; yields why it could not be locked."""
        try:
            make_private_folder(file.parent)
            path = _beside(file, "lock")
            lock = open(path, "w", encoding="utf-8", opener=private)  # noqa: SIM115  below
        except OSError as error:
            yield error
            return
        with lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield None

    @property
    def attending(self) -> bool:
        """Whether this program rings."""
        return self._attending

    @property
    def attended(self) -> bool:
        """Whether a program rings."""
        if self._file is None or self._attending:
            return self._attending
        try:
            with open(
                _beside(self._file, "attended"), "w", encoding="utf-8", opener=private
            ) as lock:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        except OSError as error:
            log.debug("%s: %s", self._file, error)
        return False

    @contextmanager
    def attend(self) -> Iterator[None]:
        """Within it, others know that somebody rings."""
        lock = self._attended_lock()
        self._attending = True
        try:
            yield
        finally:
            self._again_at = 0.0
            self.save_again()
            self._attending = False
            if lock is not None:
                os.close(lock)

    def _attended_lock(self) -> int | None:
        if self._file is None:
            return None
        try:
            make_private_folder(self._file.parent)
            clear_up(self._file)
            # For reading: what is open for writing would keep a disk from being made read-only.
            mode = os.O_RDONLY | os.O_CREAT | os.O_CLOEXEC
            lock = os.open(_beside(self._file, "attended"), mode, 0o600)
        except OSError as error:
            self._note(error)
            return None
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            log.warning("%s: another assistant rings as well", self._file)
        return lock


def _beside(file: Path, what: str) -> Path:
    return file.with_name(f".{file.name}.{what}")


def _signature(file: Path) -> tuple[int, int] | None:
    try:
        status = file.stat()
    except (FileNotFoundError, NotADirectoryError):
        return None
    return status.st_mtime_ns, status.st_ino


def _load(file: Path) -> tuple[_Plan, float, str]:
    """What the file holds, and when and since which start it was written.

    A damaged one is kept beside it, and said; what in it makes sense stays. Raises OSError.
    """
    raw = file.read_bytes()
    damage = ""
    planned: _Plan = {}
    found = _File(_VERSION, ())
    try:
        found = schema.read(_File, json.loads(raw), "schedule", extra=True)
    except ConfigError as error:
        damage = error.problem
    except (ValueError, RecursionError) as error:
        damage = str(error)
    for entry in found.planned:
        try:
            one = from_json(entry)
            planned[one.entry.id] = one
        except ConfigError as error:
            damage = error.problem
    if damage:
        aside = set_aside(file)
        _write(file, planned, found.saved_at, found.boot)
        left = f"{len(planned)} of {len(found.planned)} timers and alarms are left"
        log.warning("%s: cannot be read (%s); kept as %s, %s", file, damage, aside, left)
        health.note("schedule.broken", f"{file} was damaged and is kept as {aside}", 86_400.0)
    return planned, found.saved_at, found.boot


def _write(file: Path, planned: Mapping[str, Planned], saved_at: float, boot: str) -> None:
    entries = tuple(to_json(one) for one in planned.values())
    content = schema.to_json(_File(_VERSION, entries, saved_at, boot))
    write_whole(file, json.dumps(content, indent=1).encode(), mode=OWNER_ONLY)


def to_json(planned: Planned) -> dict[str, Any]:
    """As it stands in the file."""
    content: dict[str, Any] = schema.to_json(planned)
    return {**content.pop("entry"), **content}


def from_json(content: Any) -> Planned:
    """The other side of `to_json`; raises ConfigError for anything else."""
    whole = schema.read(dict[str, Any], content, "an entry")
    own = {name: value for name, value in whole.items() if name in _OWN}
    entry = {name: value for name, value in whole.items() if name not in _OWN}
    return schema.read(Planned, {**own, "entry": entry}, f"entry {whole.get('id')!r:.40}")
