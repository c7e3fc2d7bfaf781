"""Tells when a skill, or what was chosen for one, has changed."""

from __future__ import annotations

import logging
import os
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import NamedTuple, Self

from watchdog.events import FileSystemEvent, FileSystemEventHandler
from watchdog.observers import Observer
from watchdog.observers.api import ObservedWatch

from assistant.config import SkillsSettings
from assistant.disk import is_folder
from assistant.skill.loader import Signature, signature, skill_folders
from assistant.threads import Supervised

log = logging.getLogger(__name__)

QUIET_S = 0.1
"""Nothing has happened for so long: whoever was writing a file has finished."""


class Place(NamedTuple):
    """A folder that is watched; a new one of the same name is another."""

    folder: Path
    inode: int
    whole: bool
    """With all that is in it; otherwise only for what is awaited there."""


class SkillWatcher(FileSystemEventHandler):
    """Calls back, on a thread of its own, when the files of the skills are other than before."""

    def __init__(self, settings: SkillsSettings, changed: Callable[[], None]) -> None:
        self._settings = settings
        self._changed = changed
        self._stopping = False
        self._woken = threading.Event()
        self._known = self._look()
        self._observer = Observer()
        self._watched: dict[Place, ObservedWatch] = {}
        self._awaited: set[Path] = set()
        self._watch()
        self._thread = Supervised(self._run, "skill-watcher", wanted=lambda: not self._stopping)

    def __enter__(self) -> Self:
        self._observer.start()
        self._thread.start()
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        self._stopping = True
        self._woken.set()
        self._observer.stop()
        self._observer.join()
        self._thread.join()

    def on_any_event(self, event: FileSystemEvent) -> None:
        """Something was written, made, moved or deleted (or merely opened: that is no change)."""
        if event.event_type in ("opened", "closed_no_write"):
            return
        touched = {Path(os.fsdecode(path)) for path in (event.src_path, event.dest_path) if path}
        inside = any(place.whole and path.is_relative_to(place.folder)
                     for path in touched for place in list(self._watched))  # fmt: skip
        if inside or touched & self._awaited:
            self._woken.set()

    def _watch(self) -> None:
        """Watch what there is now: folders and links to them come and go, too."""
        wanted = dict.fromkeys(self._places())
        for place in [place for place in self._watched if place not in wanted]:
            with suppress(KeyError, OSError):  # its folder is gone, and what watched it with it
                self._observer.unschedule(self._watched[place])
            del self._watched[place]
        for place in wanted:
            if place not in self._watched:
                with suppress(OSError):  # it went away meanwhile; that wakes us again
                    self._watched[place] = self._observer.schedule(
                        self, str(place.folder), recursive=place.whole
                    )

    def _places(self) -> Iterator[Place]:
        choices = self._settings.choices_file
        wanted = set(self._settings.all_folders)
        missing = (folder for folder in wanted if not is_folder(folder))
        self._awaited = {_next_to_come(path) for path in (choices, *missing)}
        folders = {folder for folder in wanted if is_folder(folder)}
        for folder in skill_folders(self._settings):
            if folder.parent not in folders and is_folder(folder):  # a pip package
                folders.add(folder)
            if folder.is_symlink():  # what is behind it is watched as well, and where it stands
                folders.add(folder.resolve())
        yield from (Place(folder, folder.stat().st_ino, True) for folder in sorted(folders))
        # Beside the configuration, or where a folder of skills is missing, there may be anything.
        for parent in sorted({path.parent for path in self._awaited}):
            if is_folder(parent) and parent not in folders:
                yield Place(parent, parent.stat().st_ino, False)

    def _look(self) -> dict[Path, Signature]:
        found = {folder: signature(folder) for folder in skill_folders(self._settings)}
        file = self._settings.choices_file
        if file.is_file():
            status = file.stat()
            found[file] = ((str(file), status.st_mtime_ns, status.st_size),)
        return found

    def _run(self) -> None:
        while not self._stopping:
            self._woken.wait()
            while self._woken.is_set() and not self._stopping:
                self._woken.clear()
                self._woken.wait(QUIET_S)
            if not self._stopping:
                self._compare()

    def _compare(self) -> None:
        try:
            self._watch()
            now = self._look()
        except OSError:  # a file went away between finding and looking; that wakes us again
            return
        if now == self._known:
            return
        self._known = now
        try:
            self._changed()
        except Exception:  # the next change may mend it
            log.exception("the skills could not be loaded again")


def _next_to_come(path: Path) -> Path:
    """`path`, or the first of the folders on the way to it that is not there yet."""
    while not is_folder(path.parent):
        path = path.parent
    return path
