"""Figures that others published of the same recordings, to be shown beside ours."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from assistant.schema import read_yaml


@dataclass(frozen=True, slots=True)
class PublishedEngine:
    """One engine."""

    name: str
    accepted: Mapping[str, float]
    """Signal-to-noise ratio in dB → command acceptance in percent."""

    def __post_init__(self) -> None:
        for snr_db, percent in self.accepted.items():
            try:
                float(snr_db)
            except ValueError:
                problem = f"accepted: write <dB>: <percent>, not {snr_db}: {percent}"
                raise ValueError(problem) from None

    def at(self, snr_db: float | None) -> float | None:
        """Percent; None: not published."""
        found = {float(snr): percent for snr, percent in self.accepted.items()}
        return None if snr_db is None else found.get(snr_db)


@dataclass(frozen=True, slots=True)
class Published:
    """A table of a paper or a repository."""

    source: str
    engines: tuple[PublishedEngine, ...]


def read_published(file: Path) -> Published:
    """Read a YAML file; raises ConfigError with file and line."""
    return read_yaml(Published, file)
