"""Tells when a skill, or what was chosen for one, has changed."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Self

from assistant.config import SkillsSettings
from assistant.skill.choices import choices_file
from assistant.skill.loader import Signature, signature, skill_folders

log = logging.getLogger(__name__)

EVERY_S = 0.4
"""Looking at 20 skills takes about a millisecond."""


class SkillWatcher:
    """Looks at the files of all skills, and calls back when they are other than before.

    A file that is being written is waited for: the callback comes when two looks in a row agree.
    """

    def __init__(
        self, settings: SkillsSettings, changed: Callable[[], None], every_s: float = EVERY_S
    ) -> None:
        self._settings = settings
        self._changed = changed
        self._every_s = every_s
        self._stop = threading.Event()
        self._known = self._look()
        self._thread = threading.Thread(target=self._run, name="skill-watcher", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        self._stop.set()
        self._thread.join()

    def _look(self) -> dict[Path, Signature]:
        found = {folder: signature(folder) for folder in skill_folders(self._settings)}
        file = choices_file(self._settings)
        if file.is_file():
            status = file.stat()
            found[file] = ((str(file), status.st_mtime_ns, status.st_size),)
        return found

    def _run(self) -> None:
        seen = self._known
        while not self._stop.wait(self._every_s):
            try:
                now = self._look()
            except OSError:  # a file went away between finding and looking
                continue
            if now != self._known and now == seen:
                self._known = now
                try:
                    self._changed()
                except Exception:  # the next change may mend it
                    log.exception("the skills could not be loaded again")
            seen = now
