"""assistant train: a skill of one's own, understood in words that its skill.yaml does not have."""

import json
from functools import partial
from pathlib import Path

import pytest
from repository import ROOT

from assistant.cli import main
from assistant.demo import HOUSE
from assistant.training import installed
from assistant.training.heads import Recipe
from assistant.training.installed import Amount
from assistant.understand.tagger import Encoder

MODEL = ROOT / "models" / "intent-en"
SKILL = """\
name: garden
version: 1.0.0
description: Waters the garden.
slots:
  minutes: { type: number, min: 1, max: 180 }
intents:
  water:
    summary: "water the garden"
    sentences:
      - "(water|sprinkle) [the|my|our] (garden|lawn|grass|plants) for {minutes} minutes"
      - "(start|begin) {minutes} minutes of watering [in the garden]"
  stop:
    summary: "stop watering"
    sentences: ["(stop|end) [the] watering"]
"""
CODE = """\
from assistant.skill import Answer

def water(minutes: float) -> Answer:
    return Answer(f"Watering for {minutes:g} minutes.")

def stop() -> Answer:
    return Answer("Stopped.")
"""
OTHERS = sorted({f.parent.name for f in (ROOT / "skills").glob("*/skill.yaml")} - {"lights"})
UNHEARD = "would you give the garden some watering for twelve minutes"
"""Fits no template, for the first words and the verb."""


def make_home(folder: Path, skill: str = SKILL) -> Path:
    """A configuration with the lights and one skill more."""
    own = folder / "skills" / "garden"
    own.mkdir(parents=True, exist_ok=True)
    (own / "skill.yaml").write_text(skill, encoding="utf-8")
    (own / "skill.py").write_text(CODE, encoding="utf-8")
    (folder / "skills.yaml").write_text(
        f"disabled: [{', '.join(OTHERS)}]\n",
        encoding="utf-8",
    )
    config = folder / "config.yaml"
    config.write_text(
        HOUSE.read_text(encoding="utf-8")
        + f"skills:\n  folders: [{folder / 'skills'}]\n"
        + f"  choices: {folder / 'skills.yaml'}\n"
        + f"understand:\n  model: {MODEL}\n  heads: {folder / 'heads.npz'}\n",
        encoding="utf-8",
    )
    return config


def train(config: Path, *options: str) -> int:
    """`assistant train`, with less to learn than it would take."""
    quick = partial(
        installed.train,
        amount=Amount(commands=500, none=500, quiet=300, check=60),
        recipe=Recipe(members=1, looks=8),
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(installed, "train", quick)
        return main(["train", "--config", str(config), *options])


def say(capsys, config: Path, text: str) -> dict:
    main(["say", "--json", "--dry-run", "--config", str(config), text])
    return json.loads(capsys.readouterr().out)


@pytest.fixture(scope="module")
def trained(tmp_path_factory) -> Path:
    """heads.npz of a home with a garden."""
    if not Encoder(MODEL).has_features:
        pytest.skip(f"NOT TESTED: {MODEL} has no output of features")
    folder = tmp_path_factory.mktemp("home")
    assert train(make_home(folder)) == 0
    return folder / "heads.npz"


@pytest.fixture
def home(tmp_path: Path, trained: Path) -> Path:
    """The configuration of a home that has learnt to water."""
    (tmp_path / "heads.npz").write_bytes(trained.read_bytes())
    return make_home(tmp_path)


def test_a_skill_is_understood_in_words_that_no_template_has(capsys, home: Path) -> None:
    found = say(capsys, home, UNHEARD)
    assert found["decision"] in ("accept", "confirm")
    (intent,) = found["intents"]
    assert intent["name"] == "garden.water"
    assert intent["slots"]["minutes"]["value"] == 12

    (home.parent / "heads.npz").unlink()  # what the shipped model makes of it
    assert say(capsys, home, UNHEARD)["decision"] == "reject"


def test_the_built_in_skills_are_understood_as_before(capsys, home: Path) -> None:
    found = say(capsys, home, "it would be nice to have the kitchen lights switched on")
    assert [intent["name"] for intent in found["intents"]] == ["lights.turn_on"]
    assert say(capsys, home, "the cat sat on the mat yesterday")["decision"] == "reject"


def test_templates_need_no_training(capsys, tmp_path: Path) -> None:
    found = say(capsys, make_home(tmp_path), "water the lawn for ten minutes")
    assert found["decision"] == "accept"
    assert found["intents"][0]["slots"]["minutes"]["value"] == 10


def test_a_skill_that_changed_is_said_in_one_line(capsys, caplog, home: Path) -> None:
    assert train(home, "--check") == 0
    assert capsys.readouterr().out == "nothing to learn\n"
    make_home(home.parent, SKILL.replace("(stop|end)", "(stop|end|finish)"))
    found = say(capsys, home, "finish the watering")
    assert found["decision"] == "accept"
    assert [r.message for r in caplog.records if r.levelname == "WARNING"] == [
        "skills that changed since the last training: garden; run assistant train"
    ]
    assert train(home, "--check") == 1
    assert "garden; run assistant train" in capsys.readouterr().out


def test_heads_that_fail_their_check_leave_the_old_ones(capsys, home: Path) -> None:
    before = (home.parent / "heads.npz").read_bytes()
    twice = "(start|begin) {minutes} minutes of watering [in the garden]"
    same = SKILL.replace("(stop|end) [the] watering", twice)
    make_home(home.parent, same)
    assert train(home) == 2
    said = capsys.readouterr().err
    assert "'garden'" in said
    assert "what was learnt before stays" in said
    assert (home.parent / "heads.npz").read_bytes() == before


def test_the_built_in_skills_alone_need_nothing(capsys, tmp_path: Path) -> None:
    config = tmp_path / "config.yaml"
    config.write_text(
        HOUSE.read_text(encoding="utf-8") + f"understand: {{heads: {tmp_path / 'heads.npz'}}}\n",
        encoding="utf-8",
    )
    assert main(["train", "--config", str(config)]) == 0
    assert "nothing to learn" in capsys.readouterr().out
    assert not (tmp_path / "heads.npz").exists()
