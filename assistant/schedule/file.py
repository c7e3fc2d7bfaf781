"""Where what is planned is kept: one JSON file, changed by one program at a time."""

from __future__ import annotations

import fcntl
import json
import logging
import os
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from assistant.errors import SkillError
from assistant.schedule.entry import DAYS, Entry

log = logging.getLogger(__name__)

_VERSION = 1
_KINDS = ("timer", "alarm", "reminder", "command")


@dataclass(frozen=True, slots=True)
class Planned:
    """An entry, whose it is, and when it is due."""

    entry: Entry
    skill: str
    due_at: float | None
    """Seconds since 1970; None: it is paused."""

    @property
    def rings(self) -> bool:
        """It is due, and rings until somebody stops it."""
        return self.entry.ringing


class Kept:
    """All that is planned, in a file or only here."""

    def __init__(self, file: Path | None) -> None:
        self._file = file
        self._seen: tuple[int, int] | None = None
        self._planned: dict[str, Planned] = {}
        self._attending: int | None = None

    def read(self) -> Sequence[Planned]:
        """Everything, as whoever changed it last left it."""
        self._refresh()
        return list(self._planned.values())

    def _refresh(self) -> None:
        if self._file is None or (seen := _signature(self._file)) == self._seen:
            return
        self._planned, self._seen = _load(self._file), seen

    @contextmanager
    def changing(self) -> Iterator[dict[str, Planned]]:
        """Everything, by id, to be changed; no other program can meanwhile.

        Raises SkillError, with a text to speak, when it cannot be written.
        """
        if self._file is None:
            yield self._planned
            return
        try:
            self._file.parent.mkdir(parents=True, exist_ok=True)
            with _beside(self._file, "lock").open("w", encoding="utf-8") as lock:
                fcntl.flock(lock, fcntl.LOCK_EX)
                self._refresh()
                changed = dict(self._planned)
                yield changed
                _write(self._file, changed)
                self._planned, self._seen = changed, _signature(self._file)
        except OSError as error:
            raise SkillError(
                f"{self._file}: cannot be written: {error.strerror}",
                fix="see schedule.file in config.yaml",
            ) from error

    @property
    def attended(self) -> bool:
        """Whether a program is `attending`."""
        if self._file is None or self._attending is not None:
            return self._attending is not None
        try:
            with _beside(self._file, "attended").open("w", encoding="utf-8") as lock:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return True
        return False

    @contextmanager
    def attending(self) -> Iterator[None]:
        """Within it, others know that somebody rings."""
        if self._file is None:
            self._attending = 0
            yield
            self._attending = None
            return
        self._file.parent.mkdir(parents=True, exist_ok=True)
        with _beside(self._file, "attended").open("w", encoding="utf-8") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                log.warning("%s: another assistant rings as well", self._file)
            self._attending = lock.fileno()
            yield
            self._attending = None


def _beside(file: Path, what: str) -> Path:
    return file.with_name(f".{file.name}.{what}")


def _signature(file: Path) -> tuple[int, int] | None:
    try:
        status = file.stat()
    except FileNotFoundError:
        return None
    return status.st_mtime_ns, status.st_ino


def _load(file: Path) -> dict[str, Planned]:
    """What the file holds; a damaged one is set aside, and said."""
    try:
        content = json.loads(file.read_text(encoding="utf-8"))
        if content["version"] != _VERSION:
            raise ValueError(f"version {content['version']!r}, not {_VERSION}")
        planned = [from_json(one) for one in content["planned"]]
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        aside = file.with_name(f"{file.name}.broken-{time.time():.0f}")
        try:
            file.rename(aside)
        except OSError:
            aside = file
        log.warning("%s: cannot be read (%s); kept as %s, no timers or alarms", file, error, aside)
        return {}
    return {one.entry.id: one for one in planned}


def _write(file: Path, planned: Mapping[str, Planned]) -> None:
    """In one step: whoever reads finds the old or the new."""
    content = {"version": _VERSION, "planned": [to_json(one) for one in planned.values()]}
    new = _beside(file, f"{os.getpid()}.new")
    with new.open("w", encoding="utf-8") as out:
        json.dump(content, out, indent=1)
        out.flush()
        os.fsync(out.fileno())
    new.replace(file)


def to_json(planned: Planned) -> dict[str, Any]:
    """As it stands in the file."""
    entry = asdict(planned.entry)
    entry["due"] = planned.entry.due and planned.entry.due.isoformat()
    return {"skill": planned.skill, "due_at": planned.due_at, **entry}


def from_json(content: Mapping[str, Any]) -> Planned:
    """The other side of `to_json`; raises ValueError, KeyError or TypeError for anything else."""
    values = dict(content)
    skill, due_at = values.pop("skill"), values.pop("due_at")
    values["due"] = values["due"] and datetime.fromisoformat(values["due"])
    values["days"] = tuple(values["days"])
    entry = Entry(**values)
    if entry.kind not in _KINDS or not set(entry.days) <= set(DAYS) or not entry.id:
        raise ValueError(f"no entry: {content!r}")
    if not isinstance(skill, str) or not isinstance(due_at, int | float | None):
        raise TypeError(f"no entry: {content!r}")
    return Planned(entry, skill, due_at)
