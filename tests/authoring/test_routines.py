"""Routines that cannot work are named before anybody starts them."""

from dataclasses import replace
from pathlib import Path

import pytest

from assistant.app import App, open_app
from assistant.authoring.routines import routine_problems
from assistant.cli import doctor
from assistant.config import Config, MqttSettings, load_config
from assistant.errors import ConfigError
from assistant.events import Action, Reply

HOUSE = """\
site: { area: hall }
house:
  areas: [{ id: hall, name: hall }]
  devices:
    - id: lamp
      kind: light
      name: hall lamp
      area: hall
      mqtt: { command_topic: lamp/set, state_topic: lamp }
    - { id: movie, kind: scene, name: movie night, mqtt: { command_topic: movie } }
  routines:
"""


def config_with(tmp_path: Path, *routines: str) -> Config:
    file = tmp_path / "config.yaml"
    file.write_text(HOUSE + "".join(f"    - {routine}\n" for routine in routines), "utf-8")
    return load_config(file)


def problems(config: Config) -> list[str]:
    with open_app(config, dry_run=True) as app:
        found = routine_problems(config.house.routines, app.conversation.interpret)
        return [problem.problem for problem in found]


def say(app: App, text: str) -> tuple[dict[str, object], str]:
    """What is changed, by device, and what is answered."""
    events = list(app.conversation.respond(text, "test"))
    changes = {e.device_id: dict(e.change) for e in events if isinstance(e, Action)}
    (reply,) = (event.text for event in events if isinstance(event, Reply))
    return changes, reply


def test_a_routine_is_started_by_its_name_and_does_its_commands(tmp_path: Path) -> None:
    config = config_with(
        tmp_path,
        "{ name: good night, aliases: [bedtime], commands: [turn off the hall lamp, movie night] }",
    )
    assert problems(config) == []
    with open_app(config, dry_run=True) as app:
        for words in ("good night", "Bedtime!", "run the good night routine"):
            assert say(app, words) == (
                {"lamp": {"on": False}, "movie": {"activate": True}},
                "Good night.",
            )


def test_a_command_that_nobody_understands_is_named_with_its_line(tmp_path: Path) -> None:
    config = config_with(
        tmp_path, "{ name: party, commands: [turn on the hall lamp, turn on the disco ball] }"
    )
    (problem,) = problems(config)
    assert problem.endswith(
        "config.yaml:12: routine 'party': the command 'turn on the disco ball' is not understood"
    )


def test_a_routine_in_a_circle_is_named_and_ends(tmp_path: Path) -> None:
    config = config_with(
        tmp_path,
        "{ name: dusk, commands: [turn on the hall lamp, start dawn] }",
        "{ name: dawn, commands: [start dusk] }",
        "{ name: noon, commands: [start dusk] }",
    )
    found = problems(config)
    assert [problem.partition(": ")[2] for problem in found] == [
        "routine 'dusk' starts itself",
        "routine 'dawn' starts itself",
    ]
    with open_app(config, dry_run=True) as app:
        changes, _ = say(app, "dusk")
    assert changes == {"lamp": {"on": True}}


@pytest.mark.parametrize(
    ("routine", "problem"),
    [
        ("{ name: party, commands: [] }", "the routine 'party' needs commands"),
        ("{ name: party, commands: [''] }", "the routine 'party' needs commands"),
        ("{ name: party }", "commands"),
        ("{ name: party, commands: [movie night], area: attic }", "no area 'attic'"),
        ("{ name: a, aliases: [A], commands: [movie night] }", "two routines are called 'a'"),
    ],
)
def test_a_routine_that_cannot_be_is_refused_in_one_line(
    tmp_path: Path, routine: str, problem: str
) -> None:
    if "aliases" in routine:
        routine += "\n    - { name: a, commands: [movie night] }"
    with pytest.raises(ConfigError) as error:
        config_with(tmp_path, routine)
    assert problem in error.value.problem
    assert "\n" not in error.value.problem


def test_the_doctor_says_which_routine_will_not_work(tmp_path: Path) -> None:
    away = MqttSettings(host="localhost", port=1, publish_s=0.1)
    good = "{ name: good night, commands: [turn off the hall lamp] }"
    for routines, verdict in (((good,), "ok"), ((good, "{ name: x, commands: [fly] }"), "FAIL")):
        config = replace(config_with(tmp_path, *routines), mqtt=away)
        (finding,) = doctor._careful(doctor._routines, config)
        assert finding.verdict == verdict
    assert "'fly' is not understood" in finding.text
