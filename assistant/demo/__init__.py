"""The recordings and the house of scripts/demo; scripts/make_recordings speaks them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from assistant.events import Value
from assistant.schema import read_yaml

FOLDER = Path(__file__).resolve().parent
HOUSE = FOLDER / "house.yaml"


@dataclass(frozen=True, slots=True)
class Command:
    """A recording, and what it must bring about."""

    file: str
    """The sound, beside commands.yaml."""

    says: str
    voice: str
    """The voice of flite that spoke it."""

    expect: Mapping[str, Mapping[str, Value]]
    """Device id → attributes it must report afterwards."""

    reply: str = ""
    """Part of the answer that must be given; empty: any."""


@dataclass(frozen=True, slots=True)
class _Script:
    commands: tuple[Command, ...]


def commands(folder: Path = FOLDER) -> tuple[Command, ...]:
    """The spoken commands of a folder, in the order in which they make sense."""
    return read_yaml(_Script, folder / "commands.yaml").commands
