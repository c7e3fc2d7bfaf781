"""Which devices announced themselves first: an older one keeps its name.

Kept in a file, since a broker hands over what was retained in no order: without it, nobody can
tell after a restart which of two is the older.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Iterable, Mapping
from pathlib import Path

from assistant.disk import OWNER_ONLY, set_aside, why, write_whole
from assistant.errors import ConfigError
from assistant.schema import read

log = logging.getLogger(__name__)

MOST = 20_000
"""Ids that are kept; whoever comes later is as new as can be."""


class Seniority:
    """Ids of announced devices, the oldest first."""

    def __init__(self, file: Path | None) -> None:
        """file: where they are kept; None: only here."""
        known: tuple[str, ...] = ()
        try:
            known = _read(file) if file else ()
        except FileNotFoundError:
            pass
        except OSError as error:  # written over, it would be lost
            log.warning("%s: cannot be read: %s; it stays as it is", file, why(error))
            file = None
        self._file = file
        self._ranks = {id_: rank for rank, id_ in enumerate(dict.fromkeys(known))}
        self._told = False

    def of(self, announced: Iterable[str]) -> Mapping[str, int]:
        """Id → the smaller, the older; those that are new come in this order after all others."""
        before = len(self._ranks)
        for id_ in announced:
            if len(self._ranks) < MOST:
                self._ranks.setdefault(id_, len(self._ranks))
        if self._file and len(self._ranks) > before:
            self._write(self._file)
        return self._ranks

    def _write(self, file: Path) -> None:
        try:  # what is in a home is nobody else's business
            write_whole(file, json.dumps(list(self._ranks)).encode(), mode=OWNER_ONLY)
            self._told = False
        except OSError as error:
            if not self._told:
                log.warning(
                    "%s: cannot be written, %s: after a restart nobody knows which of two "
                    "announced devices of one name is the older; house.discover.known",
                    *(file, why(error)),
                )
            self._told = True


def _read(file: Path) -> tuple[str, ...]:
    """What is in the file; a damaged one is set aside. Raises OSError, also where there is none."""
    content = file.read_bytes()
    try:
        return read(tuple[str, ...], json.loads(content), str(file))[:MOST]
    except (ConfigError, ValueError, RecursionError) as error:
        problem = getattr(error, "problem", error)
        log.warning("%s: damaged (%s), kept as %s and begun anew", file, problem, set_aside(file))
        return ()
