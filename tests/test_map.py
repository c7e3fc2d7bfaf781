"""The map in assistant/__init__.py names every module, and the stages stay apart."""

import ast
from pathlib import Path

import pytest
from repository import ROOT

import assistant

PACKAGE = ROOT / "assistant"
STAGES = (
    *("audio", "wake", "listen", "recognize", "grammar", "understand", "dialogue", "home", "speak"),
)
SHARED = {
    "events",
    "errors",
    "config",
    "tflite",
    "schema",
    "catalogue",
    "colors",
    "lang",
    "naming",
    "threads",
    "disk",
    "paths",
    "onnx_sessions",
}
ALLOWED = {
    "dialogue": {
        "skill",
        "grammar",
        "understand",
        "home",
    },  # what undoes a change
    "grammar": {"skill", "understand"},  # manifests; names and typed values
    "understand": {"skill", "grammar"},
    "recognize": {"skill", "grammar", "understand"},  # the graph of what can be said
    "home": {"mqtt"},
    "speak": {"audio"},  # PortAudio is opened in one place
}


def modules() -> set[str]:
    files = {path.stem for path in PACKAGE.glob("*.py")} - {"__init__"}
    folders = {path.parent.name for path in PACKAGE.glob("*/__init__.py")}
    return files | folders | {"demo"}


def test_the_map_names_every_module_once():
    named = [line.split()[0] for line in (assistant.__doc__ or "").splitlines()[2:] if line]
    mentioned = set(named) | {"flatbuffer"}
    assert modules() == mentioned


def imports(file: Path) -> set[str]:
    """Our own modules that `file` imports, by their first name below `assistant`."""
    found = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("assistant."):
            found.add((node.module or "").split(".")[1])
        if isinstance(node, ast.Import):
            found |= {a.name.split(".")[1] for a in node.names if a.name.startswith("assistant.")}
    return found


@pytest.mark.parametrize("stage", STAGES)
def test_a_stage_imports_no_other_stage(stage):
    files = list((PACKAGE / stage).rglob("*.py"))
    assert files
    for file in files:
        foreign = imports(file) - SHARED - {stage} - ALLOWED.get(stage, set())
        assert not foreign, f"{file} imports {foreign}"


def test_events_and_errors_import_nothing_of_ours():
    assert not imports(PACKAGE / "events.py") | imports(PACKAGE / "errors.py")
