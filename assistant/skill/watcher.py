"""Tells when a skill, or what was chosen for one, has changed."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Self

from watchdog.events import FileSystemEvent, FileSystemEventHandler
from watchdog.observers import Observer

from assistant.config import SkillsSettings, resolve
from assistant.skill.choices import choices_file
from assistant.skill.loader import Signature, signature, skill_folders

log = logging.getLogger(__name__)

QUIET_S = 0.1
"""Nothing has happened for so long: whoever was writing a file has finished."""


class SkillWatcher(FileSystemEventHandler):
    """Calls back, on a thread of its own, when the files of the skills are other than before."""

    def __init__(self, settings: SkillsSettings, changed: Callable[[], None]) -> None:
        self._settings = settings
        self._changed = changed
        self._stopping = False
        self._woken = threading.Event()
        self._known = self._look()
        self._observer = Observer()
        for folder in self._folders():
            self._observer.schedule(self, str(folder), recursive=True)
        # A folder beside the configuration may hold anything: only its own files matter.
        choices = choices_file(settings).parent
        if choices.is_dir() and choices not in self._folders():
            self._observer.schedule(self, str(choices))
        self._thread = threading.Thread(target=self._run, name="skill-watcher", daemon=True)

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
        if event.event_type not in ("opened", "closed_no_write"):
            self._woken.set()

    def _folders(self) -> set[Path]:
        folders = {resolve(folder) for folder in self._settings.folders}
        folders |= {folder for folder in skill_folders(self._settings)
                    if folder.parent not in folders}  # fmt: skip
        return {folder for folder in folders if folder.is_dir()}

    def _look(self) -> dict[Path, Signature]:
        found = {folder: signature(folder) for folder in skill_folders(self._settings)}
        file = choices_file(self._settings)
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
