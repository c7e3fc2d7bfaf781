"""scripts/setup installs what is missing, and nothing again."""

import shutil
import subprocess
from pathlib import Path

import pytest
from repository import ROOT

PIP = """\
#!/bin/sh
if [ "$1" = --version ]; then echo Python 3.11.7; else echo "$@"; fi
"""


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A checkout whose .venv only writes down what pip is asked for."""
    (tmp_path / "scripts").mkdir()
    (tmp_path / ".venv/bin").mkdir(parents=True)
    shutil.copy(ROOT / "scripts/setup", tmp_path / "scripts/setup")
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    python = tmp_path / ".venv/bin/python"
    python.write_text(PIP, encoding="utf-8")
    python.chmod(0o755)
    return tmp_path


def asked(checkout: Path, *extras: str) -> str:
    """What pip was asked to install; empty: nothing."""
    out = subprocess.run(
        [checkout / "scripts/setup", *extras], capture_output=True, text=True, check=True
    ).stdout
    return out.strip().rpartition(" ")[2]


def test_more_extras_satisfy_fewer(checkout: Path) -> None:
    assert asked(checkout, "voice", "test") == ".[voice,test,fast]"
    assert asked(checkout) == ""
    assert asked(checkout, "voice") == ""
    assert asked(checkout, "test", "voice") == ""


def test_what_was_there_stays_when_more_is_wanted(checkout: Path) -> None:
    assert asked(checkout) == ".[fast]"
    assert asked(checkout, "voice") == ".[voice,fast]"
    assert asked(checkout, "check") == ".[voice,check,fast]"
    assert asked(checkout, "voice") == ""


def test_other_packages_in_pyproject_are_installed(checkout: Path) -> None:
    asked(checkout, "voice")
    with (checkout / "pyproject.toml").open("a", encoding="utf-8") as file:
        file.write("# changed\n")
    assert asked(checkout, "voice") == ".[voice,fast]"
