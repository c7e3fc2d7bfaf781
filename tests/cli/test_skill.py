"""assistant skill …, as an author types it."""

import io

import pytest

from assistant.cli import main
from assistant.demo import HOUSE
from tests.skill.write import MANIFEST, write_skill


@pytest.fixture
def skill(tmp_path, capsys):
    """Runs `assistant skill …` for a house with its own folder of skills: exit code and output."""
    file = tmp_path / "config.yaml"
    file.write_text(
        f"skills: {{folders: ['{tmp_path / 'mine'}'], choices: '{tmp_path / 'c.yaml'}'}}\n"
        + HOUSE.read_text(encoding="utf-8"),
        encoding="utf-8",
    )
    (tmp_path / "mine").mkdir()

    def run(*arguments: str) -> tuple[int, str]:
        code = main(["skill", *arguments, "--config", str(file)])
        shown = capsys.readouterr()
        return code, shown.out + shown.err

    return run


def test_a_new_skill_works_at_once(skill, tmp_path):
    code, out = skill("new", "pirate")
    assert (code, "pirate is ready" in out) == (0, True)
    assert skill("test", "pirate") == (0, "3 passed, 0 failed\n")
    assert skill("lint", "pirate") == (0, "nothing to mend\n")
    code, out = skill("list")
    assert code == 0
    assert "pirate 0.1.0  Says hello.  (in its own process)" in out
    code, out = skill("new", "pirate")
    assert (code, "is there already" in out) == (2, True)


@pytest.mark.parametrize("name", ["Pirate", "two words", "../up", "7up"])
def test_a_name_that_is_none_is_refused(skill, tmp_path, name):
    code, out = skill("new", name)
    assert code == 2
    assert "no name for a skill" in out
    assert not list((tmp_path / "mine").iterdir())


def test_list_names_the_broken_ones_with_file_and_line(skill, tmp_path):
    write_skill(tmp_path / "mine", "crash", code="1 / 0\ndef greet(who): ...")
    write_skill(tmp_path / "mine", "poem", manifest=MANIFEST.replace("type: text", "type: poem"))
    code, out = skill("list")
    assert code == 1
    assert "crash/skill.py:1: cannot be imported: ZeroDivisionError" in out
    assert "poem/skill.yaml:6: slots.who.type: 'poem'" in out
    assert "lights 1.0.0" in out
    assert "commands     light" in out


def test_a_skill_without_python_works_like_any_other(skill, tmp_path, monkeypatch):
    manifest = MANIFEST + "    reply: ['Hello {{who}}.']\n"
    write_skill(tmp_path / "mine", "hello", manifest=manifest, code="")
    code, out = skill("list")
    assert code == 0
    assert "hello 1.0.0  Says hello.  (no Python)" in out
    monkeypatch.setattr("sys.stdin", io.StringIO("greet anna\n"))
    assert "Hello anna." in skill("simulate")[1]


def test_a_recording_that_is_missing_costs_no_other_test(skill, tmp_path):
    manifest = MANIFEST + (
        "tests:\n- {{ audio: none.wav, then: {{ intent: greet }} }}\n"
        "- {{ say: greet anna, then: {{ intent: greet }} }}\n"
    )
    write_skill(tmp_path / "mine", "hello", manifest=manifest)
    code, out = skill("test", "hello")
    assert code == 1
    assert "skill.yaml:11: “none.wav”: " in out
    assert "none.wav: cannot read the sound file" in out
    assert "1 passed, 1 failed" in out


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ("    negatives: ['greet (x']\n", "skill.yaml:10: 'greet (x': not a sentence template"),
        ("rules: {{ x: '(a' }}\n", "skill.yaml:10: rule x: not a sentence template"),
        (f"    negatives: ['{'(' * 800}a{')' * 800}']\n", "is nested too deep"),
        ("    negatives: ['(a;b;c;d;e;f;g;h;i;j)']\n", "has 108,864,000 parts when all"),
        (
            "    negatives: ['<x>']\nrules: {{ x: 'a <y>', y: 'b <x>' }}\n",
            "skill.yaml:10: '<x>': a rule refers to itself: <x>",
        ),
        ("rules: {{ x: 5 }}\n", "skill.yaml:10: rules.x: expected text, got '5'"),
    ],
)
def test_a_sentence_that_cannot_be_parsed_costs_its_skill_alone(
    skill, tmp_path, monkeypatch, more, says
):
    write_skill(tmp_path / "mine", "hello", manifest=MANIFEST + more)
    monkeypatch.setattr("sys.stdin", io.StringIO("turn on the kitchen lights\n"))
    assert "The kitchen lights are on." in skill("simulate")[1]
    code, out = skill("list")
    assert code == 1
    assert f"NOT LOADED  {tmp_path}/mine/hello/" in out
    assert says in out


def test_a_skill_is_switched_off_and_on(skill):
    assert skill("disable", "music") == (0, "music is disabled\n")
    assert "music  disabled; assistant skill enable music" in skill("list")[1]
    assert skill("enable", "music") == (0, "music is enabled\n")
    assert "music 1.0.0" in skill("list")[1]
    code, out = skill("disable", "musik")
    assert (code, "no skill 'musik'" in out) == (2, True)


def test_settings_are_shown_changed_and_checked(skill, tmp_path):
    manifest = (
        MANIFEST
        + "settings:\n  times: {{ type: number, default: 1, max: 3, description: How often. }}\n"
    )
    write_skill(tmp_path / "mine", "hello", manifest=manifest)
    assert skill("settings", "hello") == (0, "times = 1    How often.\n")
    assert skill("settings", "hello", "times", "2") == (0, "hello.times is 2\n")
    assert skill("settings", "hello", "times") == (0, "times = 2    How often.\n")
    for value, says in (("4", "4 is more than the largest, 3"), ("many", "is not a number")):
        code, out = skill("settings", "hello", "times", value)
        assert (code, says in out) == (2, True)
    choices = tmp_path / "c.yaml"
    choices.write_text("disabled: [hello]\nsettings: {hello: {times: 9}}\n", encoding="utf-8")
    assert skill("settings", "hello") == (0, "times = 9    How often.\n")
    assert skill("settings", "hello", "times", "3") == (0, "hello.times is 3\n")
    assert skill("test", "hello") == (
        2,
        "assistant: hello is disabled\n  fix: assistant skill enable hello\n",
    )
    code, out = skill("settings", "hello", "size", "1")
    assert (code, "hello has no setting 'size'" in out) == (2, True)


def test_lint_and_test_say_what_is_wrong_and_fail(skill, tmp_path):
    manifest = MANIFEST + (
        "  light: {{ sentences: [turn on the kitchen lights], reply: [No.] }}\n"
        "tests: [{{ say: greet anna, then: {{ reply: Bye }} }}]\n"
    )
    write_skill(tmp_path / "mine", "hello", manifest=manifest)
    code, out = skill("lint", "hello")
    assert code == 1
    assert "light has no test" in out
    code, out = skill("test", "hello")
    assert code == 1
    assert "skill.yaml:11: “greet anna”: reply: expected “Bye” in “Hello anna.”" in out
    assert "0 passed, 1 failed" in out


def test_what_is_typed_is_simulated(skill, monkeypatch):
    monkeypatch.setattr("sys.stdin", io.StringIO("turn on the kitchen lights\nnonsense\n"))
    code, out = skill("simulate")
    assert code == 0
    assert "lights.turn_on area=kitchen" in out
    assert "home/kitchen/ceiling/set" in out
    assert "reply       The kitchen lights are on." in out
    assert "make sense" in out
