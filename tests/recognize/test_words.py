"""The graph as an automaton over words: the same sentences, in as few states as can be."""

import random

import pytest
from repository import ROOT

from assistant.config import AreaSettings, HouseSettings
from assistant.grammar.graph import Graph
from assistant.grammar.templates import compile_templates, read_rules
from assistant.recognize.words import WordGraph, without_free_text, word_graph
from assistant.skill.manifest import IntentSpec, Manifest, SlotSpec, load_manifest
from assistant.understand import HouseNames

SLOTS = {
    "size": SlotSpec("choice", choices={"small": (), "large": ("big",)}),
    "count": SlotSpec("number", min=1, max=3),
    "song": SlotSpec("text", examples=("kind of blue",)),
    "wish": SlotSpec("text"),
}


def graph_of(*sentences: str, slots: dict[str, SlotSpec] = SLOTS) -> Graph:
    intents = {"do": IntentSpec(sentences)}
    manifest = Manifest("test", "1", "d", intents, slots)
    house = HouseSettings(areas=(AreaSettings("living", "living room"),))
    templates = compile_templates([without_free_text(manifest)], read_rules())
    return Graph(templates, HouseNames.of(house))


def words_of(*sentences: str) -> WordGraph:
    return word_graph(graph_of(*sentences))


@pytest.mark.parametrize(
    "said",
    [
        "make a big coffee",
        "make two large coffees",
        "please make coffee thank you",
        "make coffee and make a small coffee",
    ],
)
def test_what_the_graph_accepts_can_be_said_in_words(said) -> None:
    sentence = "make [a|{count}] [{size}] coffee[s]"
    assert graph_of(sentence).accepts(said)
    assert words_of(sentence).accepts(said)


@pytest.mark.parametrize("said", ["", "make", "make a", "coffee make", "make coffee and", "mak"])
def test_what_it_does_not_cannot(said) -> None:
    assert not words_of("make [a] [{size}] coffee").accepts(said)


def test_numbers_are_spelled() -> None:
    words = words_of("make {count} coffee[s]").words
    assert {"one", "two", "three", "half"} <= words
    assert not any(character.isdigit() for word in words for character in word)


def test_free_text_is_its_examples() -> None:
    words = words_of("play {song}", "i want {wish}")
    assert words.accepts("play kind of blue")
    assert not words.accepts("play so what")
    assert words.accepts("i want something")


def test_a_word_that_is_not_known_takes_its_sentences_with_it() -> None:
    graph = graph_of("brew purple zwiebel now", "brew coffee")
    words = word_graph(graph, lambda word: word != "zwiebel")
    assert words.accepts("brew coffee")
    assert not words.accepts("brew purple")
    assert words.words.isdisjoint({"purple", "zwiebel"})  # "purple" would lead nowhere


def test_nothing_can_be_said_when_no_word_is_known() -> None:
    words = word_graph(graph_of("brew coffee"), lambda word: False)
    assert not words.ends
    assert words.words == frozenset()


def test_ways_that_go_on_alike_are_one() -> None:
    one = words_of("turn on the light in the living room")
    two = words_of("(turn|switch|put) on the light in the living room")
    assert len(two.followers) == len(one.followers)


def test_every_way_through_the_words_of_the_skills_is_in_the_graph() -> None:
    manifests = [
        without_free_text(load_manifest(file.parent))
        for file in sorted((ROOT / "tests" / "skills").glob("*/skill.yaml"))
    ]
    graph = Graph(compile_templates(manifests, read_rules()), HouseNames.of(HouseSettings()))
    words, rng = word_graph(graph), random.Random(0)
    for _ in range(300):
        state, said = words.start, []
        while state not in words.ends or rng.random() < 0.5:
            if not words.followers[state]:
                break
            word = rng.choice(sorted(words.followers[state]))
            state = words.followers[state][word]
            said.append(word)
        assert state in words.ends
        assert graph.accepts(" ".join(said)), said
