"""skills.yaml: what was switched off and chosen."""

import pytest

from assistant.config import SkillsSettings
from assistant.errors import AssistantError, SkillError
from assistant.skill.choices import Choices, effective, read_choices, write_choices
from assistant.skill.manifest import IntentSpec, Manifest, SettingSpec

SKILL = Manifest(
    "hello", "1", "", {"go": IntentSpec(("go",))},
    settings={
        "greeting": SettingSpec("text", "Hello"),
        "times": SettingSpec("number", 1, min=1, max=3),
        "loud": SettingSpec("switch", False),
        "tone": SettingSpec("choice", "warm", choices=("warm", "cool")),
    },
)  # fmt: skip


def test_what_is_written_is_read_again(tmp_path):
    settings = SkillsSettings(choices=str(tmp_path / "skills.yaml"))
    assert read_choices(settings) == Choices()
    chosen = Choices().switched("music", on=False).chosen("hello", "greeting", "Grüß dich")
    write_choices(settings, chosen)
    assert read_choices(settings) == chosen
    write_choices(settings, read_choices(settings).switched("music", on=True))
    assert read_choices(settings).disabled == ()


def test_what_was_chosen_wins_over_the_default(tmp_path):
    values = effective(SKILL, Choices(settings={"hello": {"times": 3, "loud": True}}), tmp_path)
    assert values == {"greeting": "Hello", "times": 3, "loud": True, "tone": "warm"}


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("times", 4, "4 is more than the largest, 3"),
        ("times", True, "True is not a number"),
        ("times", "many", "'many' is not a number"),
        ("loud", 1, "1 is not true or false"),
        ("tone", "red", "'red' is none of warm, cool"),
        ("size", 1, "hello has no setting 'size'"),
    ],
)
def test_a_choice_that_does_not_fit_is_named(tmp_path, name, value, says):
    with pytest.raises(SkillError, match=says):
        effective(SKILL, Choices(settings={"hello": {name: value}}), tmp_path / "skills.yaml")


def test_a_damaged_file_is_named_with_its_line(tmp_path):
    file = tmp_path / "skills.yaml"
    file.write_text("disabled: []\nsettings: [", encoding="utf-8")
    with pytest.raises(AssistantError, match=r"skills\.yaml:"):
        read_choices(SkillsSettings(choices=str(file)))
