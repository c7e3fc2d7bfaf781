"""The words of what can be said, and which follow each other."""

from itertools import pairwise

import pytest

from assistant.grammar.graph import Graph
from assistant.grammar.templates import compile_templates
from assistant.grammar.vocabulary import Vocabulary
from assistant.skill.manifest import IntentSpec, Manifest, SlotSpec
from assistant.understand.names import HouseNames

SENTENCES = (
    "turn (on|off) [the] {name}",
    "light[s] (up|down) [a bit|by {level}]",
    "play [some] {query} in [the] {area}",
    "(a|b|c) [d] stop ",
)
NAMES = HouseNames(
    devices={"light": {"bed side lamp": ("lamp 2",), "moomin": ()}}, areas={"hall": ("hall",)}
)


@pytest.fixture(scope="module")
def vocabulary() -> Vocabulary:
    slots = {"level": SlotSpec("percent", min=0, max=30), "query": SlotSpec("text")}
    manifest = Manifest("x", "1", "", {"do": IntentSpec(SENTENCES, target="light")}, slots)
    return Graph(compile_templates([manifest], {}), NAMES).vocabulary


def test_every_word_of_templates_names_and_values_is_there(vocabulary: Vocabulary) -> None:
    said = (
        "turn on off the bed side lamp two moomin light lights up down a bit by hall play some in"
    )
    assert {*said.split(), "twenty", "nine", "percent", "half", "stop"} <= vocabulary.words
    assert {"please", "could", "thank"} <= vocabulary.words  # politeness


def test_nothing_is_a_word_that_is_none(vocabulary: Vocabulary) -> None:
    assert all(word.replace("'", "").isalpha() for word in vocabulary.words)
    assert not {"ligh", "lampturn", "tw", ""} & vocabulary.words


@pytest.mark.parametrize(
    "sentence",
    [
        "please turn on the bed side lamp",
        "turn off moomin and turn on lamp two thank you",
        "lights up by twenty nine percent",
        "light down a bit then lights up",
        "b d stop",
        "c stop please",
    ],
)
def test_the_words_of_a_sentence_follow_each_other(vocabulary: Vocabulary, sentence: str) -> None:
    assert set(pairwise(sentence.split())) <= vocabulary.pairs


@pytest.mark.parametrize(
    "pair",
    [("turn", "moomin"), ("bed", "lamp"), ("moomin", "percent"), ("percent", "lamp"), ("on", "up")],
)
def test_words_of_no_sentence_do_not(vocabulary: Vocabulary, pair: tuple[str, str]) -> None:
    assert pair not in vocabulary.pairs


def test_what_follows_free_text_is_read_on(vocabulary: Vocabulary) -> None:
    assert {("in", "the"), ("the", "hall"), ("play", "some")} <= vocabulary.pairs
    assert ("play", "in") not in vocabulary.pairs
