"""What README.md says under "Write a skill" works, word for word."""

import re
import shlex
from typing import get_args

import pytest
from repository import ROOT

from assistant.cli import main
from assistant.demo import HOUSE
from assistant.skill.manifest import IntentSpec, Manifest, SettingSpec, SlotSpec, SlotType

README = (ROOT / "README.md").read_text(encoding="utf-8")
SECTION = README.partition("## Write a skill")[2].partition("\n## ")[0]
FENCE = re.compile(r"```(\w+)\n(.*?)```", re.DOTALL)


@pytest.fixture
def config(tmp_path):
    """A house whose skills are the page's files beside the shipped ones."""
    for kind, text in FENCE.findall(SECTION):
        if kind in ("yaml", "python"):
            name = re.match(r"# (\S+)\n", text)
            file = tmp_path / name[1]
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8")
    file = tmp_path / "config.yaml"
    file.write_text(
        f"skills: {{folders: ['{tmp_path / 'skills'}'], choices: '{tmp_path / 'c'}'}}\n"
        + HOUSE.read_text(encoding="utf-8"),
        encoding="utf-8",
    )
    return file


def commands():
    """What is typed on the page, and what is printed."""
    (text,) = [text for kind, text in FENCE.findall(SECTION) if kind == "console"]
    for part in text.split("$ ")[1:]:
        typed, _, printed = part.partition("\n")
        yield pytest.param(shlex.split(typed), printed.splitlines(), id=typed)


@pytest.mark.parametrize(("typed", "printed"), list(commands()))
def test_what_is_typed_on_the_page_prints_what_the_page_says(capsys, config, typed, printed):
    assert printed
    assert main([*typed[1:], "--config", str(config)]) == 0
    # Times are left out on the page.
    out = [re.sub(r"^ +\d\.\d\d s|  \[\d+ ms\]$", "    ", line).rstrip() for line in
           capsys.readouterr().out.splitlines()]  # fmt: skip
    assert [" ".join(line.split()) for line in out][: len(printed)] == [
        " ".join(line.split()) for line in printed
    ]


def test_the_example_has_at_most_thirty_lines():
    lines = [line for kind, text in FENCE.findall(SECTION) if kind in ("yaml", "python")
             for line in text.splitlines() if line and not line.startswith("#")]  # fmt: skip
    assert 10 < len(lines) <= 30


def test_the_page_names_every_slot_type_and_every_key():
    for kind in get_args(SlotType):
        assert f"`{kind}`" in SECTION
    keys = {name for spec in (Manifest, IntentSpec) for name in spec.__dataclass_fields__}
    for key in keys - {"where", "name", "version", "description", "rules", *("type",)}:
        assert f"`{key}`" in SECTION, key
    for spec in (SlotSpec, SettingSpec):
        for key in spec.__dataclass_fields__:
            assert f"`{key}`" in SECTION, key
