"""How words sound and how far apart they are."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.recognize.sound import distance, nearest, pronounce, pronounce_word, pronunciations

WORDS = st.text("abcdefghijklmnopqrstuvwxyz ' 0123456789éß거실", max_size=30)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("the beetles", "The Beatles!"),
        ("by the whole night", "buy the hole knight"),
        ("bed side", "bedside"),
        ("21 degrees", "twenty one degrees"),
        ("2.5", "two point five"),
        ("phone", "fone"),
        ("jürgen", "jurgen"),
    ],
)
def test_what_sounds_the_same_is_the_same(one: str, other: str) -> None:
    assert distance(one, other) == 0


@pytest.mark.parametrize(
    ("near", "said", "far"),
    [
        ("light roast iced mocha", "light rose ice mocker", "dark roast mocha"),
        ("soy milk", "so email", "skim milk"),
        ("bedroom lamp", "bathroom lamp", "kitchen lamp"),
        ("moomin lamp", "mooming lamb", "desk lamp"),
        ("turn on", "torn on", "turn off"),
        ("tv", "tee vee", "sofa"),
        ("bit", "beet", "boot"),
        ("pad", "bad", "mad"),
    ],
)
def test_near_is_nearer_than_far(near: str, said: str, far: str) -> None:
    assert distance(said, near) < distance(said, far)


@pytest.mark.parametrize(
    ("word", "phonemes"),
    [
        ("kitchen", "kIC@n"), ("light", "lYt"), ("name", "nem"), ("making", "mekIN"),
        ("station", "steS@n"), ("iced", "Yst"), ("living", "lIvIN"),
        ("lights", "lYts"), ("roses", "rozIz"), ("12", "twElv"), ("the", "D@"),
        ("brightness", "brYtnEs"), ("queen", "kwin"), ("tv", "tivi"),
    ],
)  # fmt: skip
def test_letters_become_phonemes(word: str, phonemes: str) -> None:
    assert pronounce_word(word) == phonemes


def test_what_letters_leave_open_has_two_sounds() -> None:
    assert pronunciations("mocha") == ("moC@", "mok@")
    assert pronunciations("lamp") == ("lamp",)


def test_another_script_is_compared_letter_by_letter() -> None:
    assert distance("거실", "거실") == 0
    assert 0 < distance("거실", "침실") < distance("거실", "부엌")


@given(WORDS, WORDS)
def test_it_is_a_distance(one: str, other: str) -> None:
    assert 0 <= distance(one, other) <= 1
    assert distance(one, other) == pytest.approx(distance(other, one))
    assert distance(one, one) == 0
    assert (pronounce(one) == pronounce(other)) == (distance(one, other) == 0)


def test_the_nearest_name_within_reach() -> None:
    known = ["the beatles", "the beach boys", "jazz"]
    assert nearest("the beetles", known, within=0.1) == ("the beatles", 0)
    assert nearest("bohemian rhapsody", known, within=0.3) is None
    assert nearest("jazz", [], within=1) is None
