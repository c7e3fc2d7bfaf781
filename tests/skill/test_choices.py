"""skills.yaml: what was switched off and chosen."""

import os

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
    settings = SkillsSettings(choices=tmp_path / "skills.yaml")
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
        read_choices(SkillsSettings(choices=file))


EDITED = """\
# Ours. The door:
settings:
  locks: { code: '2580' } # do not tell
  hello:
    # how often
    times: 2

disabled: [music] # too loud
"""


def test_what_is_written_keeps_the_rest_of_the_file(tmp_path):
    file = tmp_path / "skills.yaml"
    file.write_text(EDITED, encoding="utf-8")
    settings = SkillsSettings(choices=file)
    choices = read_choices(settings).chosen("hello", "times", 3).chosen("hello", "tone", "cool")
    choices = choices.chosen("locks", "code", "").switched("scenes", on=False)
    choices = choices.chosen("timers", "snooze_minutes", 5)
    write_choices(settings, choices)
    text = file.read_text(encoding="utf-8")
    assert read_choices(settings) == choices
    for kept in ("# Ours. The door:", "# do not tell", "# how often", "# too loud"):
        assert kept in text
    assert text.index("# how often") < text.index("times: 3")


@pytest.mark.parametrize(
    "text",
    ["", "# mine\n", "settings: {}", "{}", "{ disabled: [a] }", "settings:\n  a:\n    b: 1\n# end"],
)
def test_a_choice_can_be_written_into_any_file(tmp_path, text):
    settings = SkillsSettings(choices=tmp_path / "skills.yaml")
    (tmp_path / "skills.yaml").write_text(text, encoding="utf-8")
    write_choices(settings, Choices().chosen("locks", "code", "0123"))
    assert read_choices(settings).settings["locks"] == {"code": "0123"}
    half = (tmp_path / "skills.yaml").read_text(encoding="utf-8").replace("'0123'", "'01")
    (tmp_path / "skills.yaml").write_text(half, encoding="utf-8")
    with pytest.raises(AssistantError):
        read_choices(settings)


def test_what_is_written_is_its_owners_alone_whatever_the_umask(tmp_path):
    before = os.umask(0)
    try:
        settings = SkillsSettings(choices=tmp_path / "skills.yaml")
        write_choices(settings, Choices().chosen("locks", "code", "2580"))
    finally:
        os.umask(before)
    files = [file for file in tmp_path.iterdir() if file.is_file()]
    assert {oct(file.stat().st_mode & 0o777) for file in files} == {"0o600"}
    assert len(files) == 2


def test_no_message_shows_a_secret():
    spec = SettingSpec("text", "", secret=True)
    with pytest.raises(ValueError, match="not a text") as error:
        spec.check(2580)
    assert "2580" not in str(error.value)
