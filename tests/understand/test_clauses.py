"""How sentences divide: other talk around a command, slips of the tongue, commands in a row."""

import pytest
from test_interpreter import HOUSE, MANIFESTS, commands

from assistant.config import UnderstandSettings
from assistant.understand import Interpreter, open_interpreter
from assistant.understand.clauses import corrected, halves, run_on, without_talk
from assistant.understand.text import join, split_words


@pytest.fixture(scope="module")
def ours() -> Interpreter:
    return open_interpreter(UnderstandSettings(), MANIFESTS, HOUSE)


FAN_OFF = [("fans.turn_off", {"name": "tower fan"})]


@pytest.mark.parametrize(
    ("said", "wanted"),
    [
        ("i'm cold, turn off the tower fan", FAN_OFF),
        ("It's freezing in here turn off the tower fan.", FAN_OFF),
        ("turn off the tower fan because the noise is awful", FAN_OFF),
        ("turn off the tower fan it's too loud", FAN_OFF),
        ("The film begins, pause the music.", [("music.pause", {})]),
        ("make the desk lamp blue i mean red", [
            ("lights.set_color", {"name": "desk lamp", "color": "red"}),
        ]),
        ("turn on the desk lamp no wait the moomin lamp", [
            ("lights.turn_on", {"name": "moomin lamp"}),
        ]),
        ("turn off the tower fan lock the cellar door", [
            *FAN_OFF, ("locks.lock", {"name": "cellar door"}),
        ]),
        ("tower fan off desk lamp on", [*FAN_OFF, ("lights.turn_on", {"name": "desk lamp"})]),
    ],
)  # fmt: skip
def test_the_command_in_it_is_understood(ours: Interpreter, said: str, wanted: object) -> None:
    found = ours.interpret(said)
    assert (found.decision, commands(found)) == ("accept", wanted)


@pytest.mark.parametrize(
    "said",
    [
        "he said turn off the tower fan",
        "I told her, turn off the tower fan",
        "i'm about to turn off the tower fan",
        "if it gets cold, turn off the tower fan",
        "when i'm out, lock the cellar door",
        "i wonder why you turn off the tower fan",
    ],
)
def test_what_only_speaks_of_a_command_is_none(ours: Interpreter, said: str) -> None:
    assert ours.interpret(said).decision != "accept"


def test_the_likeliest_way_to_divide_comes_first() -> None:
    text = "lamp on, and fan off"
    assert [tuple(map(join, pair)) for pair in halves(text, split_words(text))] == [
        ("lamp on", "fan off")
    ]
    words = split_words("make it blue i mean red")
    assert [join(found) for found in corrected(words)] == ["make it red", "make red"]
    words = split_words("lights off close the blinds")
    assert ("lights off", "close the blinds") in [tuple(map(join, pair)) for pair in run_on(words)]
    text = "i'm tired, turn off the lights"
    assert [join(found) for found in without_talk(text, split_words(text))] == [
        "turn off the lights"
    ]
