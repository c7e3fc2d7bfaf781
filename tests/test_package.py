"""What a built wheel carries."""

import tomllib

from repository import ROOT


def test_every_file_of_the_program_is_package_data() -> None:
    """Only Python files come along by themselves."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    patterns = project["tool"]["setuptools"]["package-data"]["assistant"]
    carried = {file for pattern in patterns for file in (ROOT / "assistant").glob(pattern)}
    files = {
        file
        for file in (ROOT / "assistant").rglob("*.*")
        if file.suffix not in (".py", ".pyc") and file.is_file()
    }
    assert files
    assert files <= carried, f"not in the wheel: {sorted(files - carried)}"
