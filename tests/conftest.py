"""Fixtures that several folders of tests share."""

from pathlib import Path

import pytest
from hypothesis import settings

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
