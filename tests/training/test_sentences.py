"""What the intent model learns from; nothing here needs torch."""

import random
from typing import get_args

import pytest
from repository import ROOT

from assistant.evaluation.house import held_out
from assistant.grammar.templates import read_rules
from assistant.skill.manifest import (
    HOUSE_TYPES,
    IntentSpec,
    Manifest,
    SlotSpec,
    SlotType,
    load_manifest,
)
from assistant.training.corpus import Corpus
from assistant.training.fill import Filler
from assistant.training.noise import mishear
from assistant.training.sentences import Grammar, Sampler, draw_many, read_grammar
from assistant.understand.tagger import NONE
from assistant.understand.values import parse_value

CORPUS = Corpus(
    examples=("he turned off the light", "the dog barked all night"),
    definitions=("a small domestic animal",),
    nouns=("table", "river", "cloud"),
)


@pytest.fixture(scope="module")
def grammar() -> Grammar:
    manifests = [load_manifest(f.parent) for f in sorted((ROOT / "skills").glob("*/skill.yaml"))]
    return read_grammar(manifests, read_rules())


def sampler(grammar: Grammar, seed: int = 1) -> Sampler:
    return Sampler(grammar, CORPUS, random.Random(seed))


def test_every_intent_of_every_skill_has_wordings_of_its_own(grammar: Grammar) -> None:
    assert len(grammar.own) >= 20
    assert set(grammar.more) == {*grammar.own, NONE}


@pytest.mark.parametrize("kind", sorted({*get_args(SlotType)} - {*HOUSE_TYPES}))
def test_what_fills_a_slot_is_a_value_of_its_type(kind: SlotType) -> None:
    spec = SlotSpec(kind, choices={"a": ("one", "two")}, kind="light")
    filler = Filler(CORPUS, random.Random(1))
    for _ in range(60):
        said = filler.fill("slot", spec, None)
        assert said
        parse_value(spec, said)


def test_sentences_carry_valid_labels(grammar: Grammar) -> None:
    drawn = draw_many(sampler(grammar), [*grammar.own, NONE], per_intent=40, none=200)
    assert {sentence.intent for sentence in drawn} == {*grammar.own, NONE}
    for sentence in drawn:
        assert len(sentence.words) == len(sentence.tags) > 0
        before = "O"
        for tag in sentence.tags:
            assert not tag.startswith("I-") or before[2:] == tag[2:], sentence
            before = tag
        if sentence.intent == NONE:
            assert set(sentence.tags) == {"O"}


def test_the_same_seed_gives_the_same_sentences(grammar: Grammar) -> None:
    first, again = (draw_many(sampler(grammar, 7), ["music.play"], 50, 0) for _ in range(2))
    assert first == again
    assert first != draw_many(sampler(grammar, 8), ["music.play"], 50, 0)


def test_mishearing_keeps_words_and_labels_together() -> None:
    sentence = [("turn", "O"), ("off", "O"), ("the", "O"), ("hall", "B-name"), ("light", "I-name")]
    for seed in range(200):
        heard = mishear(sentence, random.Random(seed))
        assert [tag for _, tag in heard][-2:] == ["B-name", "I-name"]


def test_the_held_out_sentences_are_known_as_the_model_reads_them() -> None:
    found = held_out()
    assert len(found) >= 120
    assert ("make", "sure", "the", "lightname", "is", "on") in found


def test_what_a_skill_of_ones_own_does_is_no_longer_no_command() -> None:
    vacuum = Manifest(
        "vacuum", "1", "", {"start": IntentSpec(("(start|send) the vacuum for {number} minutes",))},
        {"number": SlotSpec("number", min=1, max=90)},
    )  # fmt: skip
    shipped = [load_manifest(f.parent) for f in sorted((ROOT / "skills").glob("*/skill.yaml"))]
    for manifests, said in ((shipped, True), ([*shipped, vacuum], False)):
        found = read_grammar(manifests, read_rules())
        drawn = draw_many(sampler(found), [NONE], 0, none=3000)
        assert any("vacuum" in sentence.words for sentence in drawn) is said
        assert any("door" in sentence.words for sentence in drawn)
    (example, *_) = draw_many(sampler(found), ["vacuum.start"], 20, 0)
    assert example.intent == "vacuum.start"
    assert "B-number" in example.tags


def test_a_skill_that_only_has_a_built_in_one_s_name_keeps_its_own_sentences() -> None:
    lights = Manifest("lights", "1", "", {"blink": IntentSpec(("blink twice",))})
    found = read_grammar([lights], read_rules())
    assert set(found.own) == {"lights.blink"}
    assert set(found.more) == {NONE}
    drawn = draw_many(sampler(found), ["lights.blink", NONE], 5, none=200)
    assert {sentence.intent for sentence in drawn} == {"lights.blink", NONE}


def test_parts_in_any_order_are_said_in_any_order() -> None:
    rings = Manifest(
        "rings", "1", "", {"call": IntentSpec(("ring (loudly;thrice) {number}",))},
        {"number": SlotSpec("number", min=1, max=90)},
    )  # fmt: skip
    drawn = draw_many(sampler(read_grammar([rings], read_rules())), ["rings.call"], 30, 0)
    whole = [s.words for s in drawn if {"loudly", "thrice"} <= set(s.words)]
    assert {min(("loudly", "thrice"), key=words.index) for words in whole} == {"loudly", "thrice"}
