"""From words that were heard wrongly to what can be said here."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from repository import ROOT

from assistant.config import UnderstandSettings, load_config
from assistant.demo import HOUSE
from assistant.events import Transcript
from assistant.recognize.repair import (
    ACCEPT,
    CONFIRM,
    judge_repaired,
    known_texts,
    repair,
    repair_texts,
)
from assistant.skill.manifest import Manifest, load_manifest
from assistant.understand import HouseNames, Interpreter, open_interpreter

CHATTER = (
    "please give me the amount of money that is on both of our accounts",
    "erase all events on friday from my calendar",
    "can you roll a four sided die and tell me the result",
    pytest.param(
        "place an order for my entire shopping list",
        marks=pytest.mark.xfail(reason="sounds like “play than order for my entire shopping list”"),
    ),
)
"""Begins like "play …", after which anything could follow."""


def manifests(*folders: str) -> list[Manifest]:
    return [load_manifest(ROOT / folder) for folder in folders]


@pytest.fixture(scope="module")
def home() -> Interpreter:
    skills = manifests("skills/lights", "skills/music", "skills/thermostat")
    return open_interpreter(UnderstandSettings(), skills, HouseNames.of(load_config(HOUSE).house))


@pytest.fixture(scope="module")
def coffee() -> Interpreter:
    skills = manifests("tests/skills/coffee_machine")
    return open_interpreter(UnderstandSettings(), skills, HouseNames())


@pytest.mark.parametrize(
    ("heard", "said"),
    [
        ("Can I have a light rose iced mocker?", "can i have a light roast iced mocha"),
        ("Brew a 12 ounce late with some cream", "brew a twelve ounce latte with some cream"),
        ("Get me an espresso, with so email.", "get me an espresso with soy milk"),
        ("i'd like large latte", "i'd like large latte"),
    ],
)
def test_the_nearest_by_sound(coffee: Interpreter, heard: str, said: str) -> None:
    candidates = repair(heard, coffee.graph)
    assert candidates[0].text == said
    assert [c.distance for c in candidates] == sorted(c.distance for c in candidates)
    assert len({c.text for c in candidates}) == len(candidates)
    assert candidates[0].distance <= ACCEPT


def test_words_that_were_right_stay(home: Interpreter) -> None:
    best = repair("okay, turn off the kitchen lights please", home.graph)[0]
    assert best.text == "turn off the kitchen lights"
    assert best.distance == best.cost == 0


@pytest.mark.parametrize(
    ("heard", "said"),
    [
        ("pley Purple Reign in the leaving room", "play purple reign in the living room"),
        ("play the beetles in the living room", "play the beetles in the living room"),
        ("play blew nites", "play blew nites"),  # and not "blue", which is a word elsewhere
    ],
)
def test_free_text_is_taken_as_it_was_heard(home: Interpreter, heard: str, said: str) -> None:
    assert repair(heard, home.graph)[0].text == said


@pytest.mark.parametrize("heard", CHATTER)
def test_free_text_does_not_make_a_sentence_nearer(home: Interpreter, heard: str) -> None:
    assert all(candidate.distance > ACCEPT for candidate in repair(heard, home.graph))


@given(st.text("abcdefghijklmnopqrstuvwxyz '0123456789.,?é거", max_size=60))
def test_whatever_was_heard_comes_out_sayable(coffee: Interpreter, heard: str) -> None:
    for candidate in repair(heard, coffee.graph):
        assert coffee.graph.accepts(candidate.text)
        assert 0 <= candidate.distance <= 1


@pytest.mark.parametrize("heard", ["", "?!", "please", "so"])
def test_nothing_said_is_nothing_to_repair(coffee: Interpreter, heard: str) -> None:
    assert not [c for c in repair(heard, coffee.graph) if c.distance <= CONFIRM]


def judged(text: str, interpreter: Interpreter) -> tuple[str, str]:
    understood = judge_repaired(Transcript(text, 1.0, "vosk"), interpreter)
    return understood.decision, understood.source


def test_a_template_needs_no_repair(home: Interpreter) -> None:
    assert judged("turn on the kitchen lights", home) == ("accept", "grammar")


def test_what_is_near_is_acted_upon(home: Interpreter) -> None:
    heard = Transcript("set thermal stat to 21 degrees", 1.0, "vosk")
    understood = judge_repaired(heard, home)
    assert (understood.decision, understood.source) == ("accept", "repaired")
    assert understood.intents[0].slots["temperature"].value == 21
    assert understood.confidence == understood.intents[0].confidence < 1


def test_what_is_as_near_to_something_else_is_asked_back(coffee: Interpreter) -> None:
    assert judged("brew a twelvety ounce latte", coffee) == ("confirm", "repaired")


def test_what_only_the_model_reads_is_not_acted_upon(home: Interpreter) -> None:
    assert judged("i no longer want my reservation anymore", home)[0] != "accept"


@pytest.mark.parametrize(
    "heard",
    ["what a lovely day it was", "please give me the amount", "i told him to call his mother"],
)
def test_conversation_is_no_command(home: Interpreter, coffee: Interpreter, heard: str) -> None:
    assert judged(heard, home)[0] == judged(heard, coffee)[0] == "reject"


def test_names_in_free_text_become_those_the_skill_knows(home: Interpreter) -> None:
    known = known_texts(manifests("skills/music"))
    understood = repair_texts(home.interpret("play the beetles"), known)
    slot = understood.intents[0].slots["query"]
    assert (slot.value, slot.raw) == ("the beatles", "the beetles")
    other = home.interpret("play purple rain")
    assert repair_texts(other, known) == other
