"""The invented skills: sentences of many kinds, labelled without a slip."""

import random
from collections import Counter, defaultdict
from pathlib import Path

import pytest

from assistant.errors import ModelError
from assistant.training.corpus import read_corpus
from assistant.training.curriculum import Curriculum, read_curriculum
from assistant.understand.text import matching_form

VALUES = """
rules: {verb: find, before: please, after: now, place: "(the shop|town)"}
slots: {kind: "(novel|short story)"}
"""


@pytest.fixture(scope="module")
def curriculum() -> Curriculum:
    return read_curriculum()


def written(folder: Path, template: str) -> Path:
    (folder / "values.yaml").write_text(VALUES)
    (folder / "skills.yaml").write_text(f"books:\n  find: |\n    {template}\n")
    return folder


def test_there_are_many_skills_each_said_in_many_ways(curriculum: Curriculum) -> None:
    assert len(curriculum.intents) >= 200
    assert len(curriculum.slots) >= 80
    assert sum(map(len, curriculum.templates.values())) >= 1500
    assert min(map(len, curriculum.templates.values())) >= 6


def test_every_template_can_be_said_and_every_slot_filled(curriculum: Curriculum) -> None:
    rng, filled = random.Random(1), set()
    for ways in curriculum.templates.values():
        for say in ways:
            for _ in range(12):
                words = say(rng).split()
                assert words
                filled |= {word.split("\ue000")[0][2:] for word in words if "\ue000" in word}
    assert filled == set(curriculum.slots)


def test_sentences_carry_valid_labels(curriculum: Curriculum) -> None:
    for sentence in curriculum.draw(random.Random(1), 10_000):
        assert 0 < len(sentence.words) == len(sentence.tags) <= 32
        used = {tag[2:] for tag in sentence.tags if tag != "O"}
        assert used <= curriculum.slots_of[sentence.intent], sentence
        for before, tag in zip(("O", *sentence.tags), sentence.tags, strict=False):
            assert not tag.startswith("I-") or before[2:] == tag[2:], sentence


def test_the_words_are_in_matching_form(curriculum: Curriculum) -> None:
    drawn = curriculum.draw(random.Random(2), 10_000)
    words = {word for sentence in drawn for word in sentence.words}
    assert [w for w in words - {*read_corpus().nouns} if matching_form(w) != w] == []


def test_values_change_from_sentence_to_sentence(curriculum: Curriculum) -> None:
    drawn = curriculum.draw(random.Random(3), 10_000)
    assert len(set(drawn)) > 9_000
    slots = Counter(tag for sentence in drawn for tag in sentence.tags if tag.startswith("B-"))
    assert sum(slots.values()) > 10_000


def test_the_same_seed_gives_the_same_sentences(curriculum: Curriculum) -> None:
    first = curriculum.draw(random.Random(7), 500)
    assert first == read_curriculum().draw(random.Random(7), 500)
    assert first != curriculum.draw(random.Random(8), 500)


def test_a_sentence_seldom_means_two_things(curriculum: Curriculum) -> None:
    meanings = defaultdict(set)
    for sentence in curriculum.draw(random.Random(4), 20_000):
        meanings[sentence.words].add(sentence.intent)
    twice = {words: found for words, found in meanings.items() if len(found) > 1}
    assert len(twice) < 40, twice


def test_a_plural_belongs_to_the_slot(tmp_path: Path) -> None:
    drawn = read_curriculum(written(tmp_path, "all {kind:what}s here")).draw(random.Random(1), 50)
    found = {(sentence.words, sentence.tags) for sentence in drawn}
    assert (("all", "novels", "here"), ("O", "B-what", "O")) in found
    assert (("all", "short", "storys", "here"), ("O", "B-what", "I-what", "O")) in found


@pytest.mark.parametrize(
    ("template", "named"),
    [("find (a|b", "find"), ("find {thing}", "{thing}"), ("find <where>", "<where>")],
)
def test_a_faulty_template_is_named(tmp_path: Path, template: str, named: str) -> None:
    with pytest.raises(ModelError, match=r"skills\.yaml: books") as caught:
        read_curriculum(written(tmp_path, template))
    assert named in caught.value.problem
