"""Which devices announced themselves first: an older one keeps its name.

Kept in a file, since a broker hands over what was retained in no order: without it, nobody can
tell after a restart which of two is the older.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Iterable, Mapping
from pathlib import Path

from assistant.disk import OWNER_ONLY, why, write_whole

log = logging.getLogger(__name__)

MOST = 20_000
"""Ids that are kept; whoever comes later is as new as can be."""


class Seniority:
    """Ids of announced devices, the oldest first."""

    def __init__(self, file: Path | None) -> None:
        """file: where they are kept; None: only here."""
        self._file = file
        self._ranks = {id_: rank for rank, id_ in enumerate(_read(file) if file else [])}
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


def _read(file: Path) -> list[str]:
    try:
        found = json.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return []
    except (OSError, ValueError) as error:
        log.warning("%s: cannot be read and is begun anew: %s", file, error)
        return []
    ids = found if isinstance(found, list) else []
    return list(dict.fromkeys(id_ for id_ in ids if isinstance(id_, str)))[:MOST]
