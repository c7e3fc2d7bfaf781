"""Fixtures that several folders of tests share."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from assistant import lang

# How long an example takes says how busy the machine is, not whether the code is right.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")

SHARED_DATA = Path(__file__).resolve().parent.parent.parent / "shared" / "data"


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Recordings and text sets that are not part of the repository."""
    if not SHARED_DATA.is_dir():
        pytest.skip(f"NOT TESTED: the recordings are missing: no folder {SHARED_DATA}")
    return SHARED_DATA


@pytest.fixture
def german() -> Iterator[None]:
    """German is spoken; a process speaks one language, and keeps what it has read in that."""
    _speak("de")
    yield
    _speak("en")


def _speak(code: str) -> None:
    lang.choose(code)
    for name, module in list(sys.modules.items()):
        if name.startswith("assistant."):
            for value in vars(module).values():
                if hasattr(value, "cache_clear"):
                    value.cache_clear()
