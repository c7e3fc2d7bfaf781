"""Sentences in, decisions out, with the shipped model."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from repository import ROOT

from assistant.config import HouseSettings, UnderstandSettings
from assistant.errors import ModelError
from assistant.evaluation.house import HOUSE_FILE
from assistant.events import Understanding
from assistant.schema import read_yaml
from assistant.skill.manifest import load_manifest
from assistant.understand import HouseNames, Interpreter, open_interpreter

HOUSE = HouseNames.of(read_yaml(HouseSettings, HOUSE_FILE))
MANIFESTS = [load_manifest(f.parent) for f in sorted((ROOT / "skills").glob("*/skill.yaml"))]


@pytest.fixture(scope="module")
def ours() -> Interpreter:
    return open_interpreter(UnderstandSettings(), MANIFESTS, HOUSE)


def commands(found: Understanding) -> list[tuple[str, dict[str, object]]]:
    return [(i.name, {s.name: s.value for s in i.slots.values()}) for i in found.intents]


def test_a_template_is_carried_out(ours: Interpreter) -> None:
    found = ours.interpret("Turn on the kitchen lights, please.")
    assert (found.decision, found.confidence, found.source) == ("accept", 1.0, "grammar")
    assert commands(found) == [("lights.turn_on", {"area": "kitchen"})]


@pytest.mark.parametrize(
    ("said", "wanted"),
    [
        (
            "turn off the lights and play some jazz in the kitchen",
            [("lights.turn_off", {}), ("music.play", {"query": "jazz", "area": "kitchen"})],
        ),
        (
            "pause the music then turn on the desk lamp and set the bedroom to 20 degrees",
            [
                ("music.pause", {}),
                ("lights.turn_on", {"name": "desk lamp"}),
                ("thermostat.set_temperature", {"area": "bedroom", "temperature": 20}),
            ],
        ),
        (
            "play some jazz and turn off the lights",
            [("music.play", {"query": "jazz"}), ("lights.turn_off", {})],
        ),
        ("play simon and garfunkel", [("music.play", {"query": "simon and garfunkel"})]),
    ],
)
def test_two_commands_come_in_the_order_said(
    ours: Interpreter, said: str, wanted: list[tuple[str, dict[str, object]]]
) -> None:
    found = ours.interpret(said)
    assert found.decision == "accept"
    assert commands(found) == wanted


def test_a_place_said_first_is_the_place(ours: Interpreter) -> None:
    found = ours.interpret("In the kitchen, turn on the lights.")
    assert (found.decision, found.text) == ("accept", "In the kitchen, turn on the lights.")
    assert commands(found) == [("lights.turn_on", {"area": "kitchen"})]


def test_a_noun_that_two_devices_share_is_said_once(ours: Interpreter) -> None:
    found = ours.interpret("turn on the floor and desk lamps")
    assert commands(found) == [
        ("lights.turn_on", {"name": "floor lamp"}),
        ("lights.turn_on", {"name": "desk lamp"}),
    ]


def test_a_command_for_later_is_as_sure_as_the_command(ours: Interpreter) -> None:
    found = ours.interpret("close the blinds tomorrow at eight")
    assert (found.decision, found.source) == ("accept", "grammar")
    assert found.intents[0].slots["command"].raw == "close the blinds"
    assert ours.interpret("the train leaves tomorrow at eight").decision == "reject"


@pytest.mark.parametrize(
    "said",
    [
        "", "...", "what's the weather like tomorrow", "i turned off the light yesterday",
        "the kitchen is lovely", "you remind me of somebody", "book a table for ten",
        "lock the shed", "close the blinds when it rains", "would you dim the lights at sunset",
        "add milk to the shopping list", "don't turn off the light", "who won the game last night",
        "turn on the", "set the light to", "good morning", "tell me a joke",
        "my favorite color is blue", "turn on the television",
    ],
)  # fmt: skip
def test_what_is_no_command_is_not_carried_out(ours: Interpreter, said: str) -> None:
    assert ours.interpret(said).decision == "reject"


@pytest.mark.parametrize(
    "said", ["would you mind turning on the light in the castle", "i'd like the ballroom lit"]
)
def test_a_room_that_is_not_there_is_never_acted_upon(ours: Interpreter, said: str) -> None:
    assert ours.interpret(said).decision != "accept"


def test_a_name_in_two_kinds_of_device_is_told_apart_by_the_house() -> None:
    names = HouseNames(devices={"light": {"arco": ()}, "media_player": {"bose": ()}})
    found = open_interpreter(UnderstandSettings(), MANIFESTS, names)
    assert commands(found.interpret("would you mind switching off arco")) == [
        ("lights.turn_off", {"name": "arco"})
    ]
    assert commands(found.interpret("would you mind switching off the bose")) == [
        ("music.pause", {"name": "bose"})
    ]


def test_two_rooms_in_one_sentence_are_two_commands(ours: Interpreter) -> None:
    found = ours.interpret("would you mind turning off the lights in the kitchen and the bedroom")
    assert commands(found) == [
        ("lights.turn_off", {"area": "kitchen"}),
        ("lights.turn_off", {"area": "bedroom"}),
    ]


def test_a_skill_that_is_not_installed_gets_no_command() -> None:
    lights = [manifest for manifest in MANIFESTS if manifest.name == "lights"]
    found = open_interpreter(UnderstandSettings(), lights, HOUSE)
    assert found.interpret("would you mind pausing the music for a moment").decision == "reject"
    assert found.interpret("turn on the desk lamp").decision == "accept"


def test_what_is_too_long_for_the_model_is_not_guessed_at(ours: Interpreter) -> None:
    found = ours.interpret("would you be so kind as to " + "really " * 30 + "turn on the desk lamp")
    assert (found.decision, str(found.reason)) == ("reject", "too long")


def test_thresholds_come_from_the_settings() -> None:
    strict = open_interpreter(UnderstandSettings(accept=1.0, confirm=1.0), MANIFESTS, HOUSE)
    found = strict.interpret("could you make the desk lamp a soft pink")
    assert (found.decision, str(found.reason)) == ("reject", "too unsure")


@pytest.mark.parametrize(
    ("said", "complete"),
    [
        ("turn on the kitchen light", True),
        ("set the desk lamp to fifty percent", True),
        ("pause", True),
        ("turn off the lights and turn on the desk lamp", True),
        ("set the desk lamp to", False),
        ("turn off the lights and", False),
        ("turn on the", False),
        ("play", False),
        ("play some jazz", False),
        ("turn off the lights and play some", False),
        ("next song", True),
        ("", False),
    ],
)
def test_complete(ours: Interpreter, said: str, complete: bool) -> None:
    assert ours.complete(said) is complete


@settings(max_examples=30, deadline=None)
@given(st.text())
def test_any_text_gets_an_answer(said: str) -> None:
    found = _once().interpret(said)
    assert found.decision in ("accept", "confirm", "reject")


def _once(made: list[Interpreter] = []) -> Interpreter:  # noqa: B006  # hypothesis takes no fixture
    if not made:
        made.append(open_interpreter(UnderstandSettings(), MANIFESTS, HOUSE))
    return made[0]


def test_a_missing_model_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"labels\.json") as caught:
        open_interpreter(UnderstandSettings(model=tmp_path), MANIFESTS, HOUSE)
    assert "scripts/train" in caught.value.fix
