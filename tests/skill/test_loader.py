"""Skills are found and checked; a broken one is named and the others go on."""

import textwrap
from pathlib import Path

import pytest

from assistant.config import SkillsSettings
from assistant.errors import AssistantError
from assistant.skill.loader import load_skill, load_skills

MANIFEST = """
name: {name}
version: 1.0.0
description: Says hello.
slots:
  who: {{ type: text }}
intents:
  greet:
    sentences: ["greet {{who}}"]
"""
CODE = """
from assistant.skill import Answer

def greet(who: str) -> Answer:
    return Answer(f"Hello {who}.")
"""


def write_skill(folder: Path, name: str, *, manifest: str = MANIFEST, code: str = CODE) -> Path:
    skill = folder / name
    skill.mkdir(parents=True)
    (skill / "skill.yaml").write_text(manifest.format(name=name), encoding="utf-8")
    (skill / "skill.py").write_text(textwrap.dedent(code), encoding="utf-8")
    return skill


def test_the_shipped_skills_load():
    skills = load_skills(SkillsSettings())
    assert set(skills.working) == {"lights", "thermostat", "music"}
    assert not skills.broken


def test_a_skill_in_a_configured_folder_is_found_and_can_be_disabled(tmp_path):
    write_skill(tmp_path, "hello")
    assert set(load_skills(SkillsSettings((str(tmp_path),))).working) == {"hello"}
    assert not load_skills(SkillsSettings((str(tmp_path),), disabled=("hello",))).working


@pytest.mark.parametrize(
    ("code", "says"),
    [
        ("def greet(:", "skill.py:1: cannot be imported: SyntaxError"),
        ("import json\n\n1 / 0", "skill.py:3: cannot be imported: ZeroDivisionError"),
        ("def wave(): ...", "no function greet() for the intent 'greet'"),
        ("def greet(whom): ...", "skill.py:1: greet(): 'whom' is not a slot of this skill"),
    ],
)
def test_a_broken_skill_is_named_with_its_line_and_the_others_work(tmp_path, code, says):
    write_skill(tmp_path, "broken", code=code)
    write_skill(tmp_path, "hello")
    skills = load_skills(SkillsSettings((str(tmp_path),)))
    assert set(skills.working) == {"hello"}
    (error,) = skills.broken
    assert says in error.problem


@pytest.mark.parametrize(
    ("manifest", "says"),
    [
        ("name: {name}", "version, description, intents missing"),
        (MANIFEST.replace("type: text", "type: poem"), "skill.yaml:6: slots.who.type: 'poem'"),
        (MANIFEST.replace("who: {{ type", "area: {{ type"), "area stands for devices already"),
        (MANIFEST.replace('["greet {{who}}"]', "[]"), "an intent needs sentences"),
    ],
)
def test_a_wrong_manifest_is_named_with_its_line(tmp_path, manifest, says):
    folder = write_skill(tmp_path, "broken", manifest=manifest)
    with pytest.raises(AssistantError) as caught:
        load_skill(folder)
    assert says in caught.value.problem


def test_two_skills_of_one_name_are_both_named(tmp_path):
    first = write_skill(tmp_path / "a", "hello")
    second = write_skill(tmp_path / "b", "hello")
    folders = (str(first.parent), str(second.parent))
    skills = load_skills(SkillsSettings(folders))
    (error,) = skills.broken
    assert str(first) in error.problem
    assert str(second) in error.problem
