"""Of every command: where its options stand, what explains them, which file it reads."""

import argparse
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant.cli import _parser, main

HOUSE = """\
house:
  areas: [{ id: attic, name: attic }]
  devices:
    - { id: lamp, kind: light, name: star lamp, area: attic, mqtt: { command_topic: a, state_topic: b } }
"""  # noqa: E501


def explained(parser: argparse.ArgumentParser, path: str = "assistant") -> Iterator[str]:
    """The arguments that have no help text."""
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for name, part in action.choices.items():
                yield from explained(part, f"{path} {name}")
        elif not action.help:
            yield f"{path}: {action.dest}"


def test_every_argument_is_explained():
    assert list(explained(_parser(""))) == []


@pytest.mark.parametrize(
    "order",
    [
        ("--config", "{file}", "say", "--dry-run", "turn on the star lamp"),
        ("say", "--dry-run", "turn on the star lamp", "--config", "{file}"),
        ("--verbose", "say", "--config", "{file}", "--dry-run", "turn on the star lamp"),
    ],
)
def test_the_configuration_is_named_before_the_command_or_after_it(tmp_path, capsys, order):
    file = tmp_path / "mine.yaml"
    file.write_text(HOUSE, encoding="utf-8")
    assert main([part.format(file=file) for part in order]) == 0
    assert "The star lamp is on." in capsys.readouterr().out


def test_the_version_is_told(capsys):
    with pytest.raises(SystemExit) as ended:
        main(["--version"])
    assert ended.value.code == 0
    assert capsys.readouterr().out.startswith("assistant 0.")


def run_beside(folder: Path, monkeypatch: pytest.MonkeyPatch, content: str) -> int:
    (folder / "config.yaml").write_text(content, encoding="utf-8")
    monkeypatch.chdir(folder)
    return main(["skill", "list"])


@pytest.mark.parametrize("content", ["cameras: {}\ndetectors: {}\n", "homeassistant: {}\n"])
def test_another_programs_file_is_left_alone_and_named(tmp_path, monkeypatch, caplog, content):
    assert run_beside(tmp_path, monkeypatch, content) == 0
    assert "belongs to another program" in caplog.text
    assert str(tmp_path / "config.yaml") in caplog.text


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        ("mqtt: {}\ncameras: {}\n", "cameras: no such key"),
        ("hosue: {}\n", "hosue: no such key"),  # a slip of the pen in a file that is ours
        ("- a\n- b\n", "expected settings"),
        ("mqtt: {host: [\n", "not YAML"),
    ],
)
def test_a_file_that_may_be_ours_is_not_passed_over(
    tmp_path, monkeypatch, capsys, content, problem
):
    assert run_beside(tmp_path, monkeypatch, content) == 2
    said = capsys.readouterr().err
    assert problem in said
    assert "another program's: assistant --config PATH" in said


def test_a_typed_command_waits_for_nothing_that_it_does_not_need():
    """What listens, speaks and connects takes most of a start."""
    code = (
        "import sys; from assistant.cli import main; main(['say', '--dry-run', 'mute']);"
        "print(*sys.modules)"
    )
    command = [sys.executable, "-c", code]
    loaded = subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()
    unwanted = {"assistant.mqtt.link", "assistant.home.discovery", "assistant.bridge"}
    unwanted |= {"websockets", "onnxruntime", "sounddevice", "amqtt", "assistant.cli.run"}
    assert "assistant.app" in loaded
    assert unwanted & set(loaded) == set()
