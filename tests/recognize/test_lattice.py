"""Where words could have been said."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.recognize.lattice import Words
from assistant.recognize.sound import difference, pronounce, pronounce_word, weight

VOCABULARY = ("soy", "milk", "mocha", "thermostat", "a", "espresso", "oh")


def cost(one: str, other: str) -> float:
    """Weighted edit distance, written down as it is defined."""
    if not one or not other:
        return sum(map(weight, one + other))
    return min(
        cost(one[1:], other[1:]) + difference(one[0], other[0]),
        cost(one[1:], other) + weight(one[0]),
        cost(one, other[1:]) + weight(other[0]),
    )


def test_a_word_is_found_where_it_was_said() -> None:
    heard = pronounce("with so email")
    [soy] = [s for s in Words(VOCABULARY).spots(heard)[3] if s.word == "soy" and s.end == 5]
    assert soy.cost == pytest.approx(cost("sQ", "so"))


@given(st.text("soymIlkQEt@", min_size=1, max_size=6))
def test_all_that_is_near_is_found_at_its_edit_distance(heard: str) -> None:
    spots = Words(["milk"]).spots(heard)
    found = {(start, s.end): s.cost for start, at in enumerate(spots) for s in at}
    word = pronounce_word("milk")
    for start, end in itertools.combinations(range(len(heard) + 1), 2):
        expected = cost(word, heard[start:end])
        if expected < 0.5 * sum(map(weight, word)):
            assert found[start, end] == pytest.approx(expected, abs=1e-5)
        else:
            assert found.get((start, end), expected) == pytest.approx(expected, abs=1e-5)


def test_a_word_that_must_be_sure_is_not_found_in_another() -> None:
    heard = pronounce("how")
    assert any(s.word == "oh" for spots in Words(["oh"]).spots(heard) for s in spots)
    assert not any(Words(["oh"], surely={"oh"}).spots(heard))


def test_nothing_heard_and_nothing_to_hear() -> None:
    assert Words(VOCABULARY).spots("") == []
    assert Words([]).spots("milk") == [[], [], [], []]
    assert Words(["'"]).spots("mIlk") == [[], [], [], []]
