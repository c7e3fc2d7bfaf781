"""What the intent model is shown: word pieces of any words, and no more than it takes."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from repository import ROOT

from assistant.understand.tagger import Tagger

SILENT = "\u0007"
"""A control character: the tokenizer drops it, so that a word of it has no piece."""


@pytest.fixture(scope="module")
def tagger() -> Tagger:
    return Tagger(ROOT / "models" / "intent-en")


@pytest.mark.parametrize("silent", [[], [SILENT]], ids=["", "and a word without a piece"])
def test_words_that_do_not_fit_are_cut_off(tagger: Tagger, silent: list[str]) -> None:
    length = tagger.labels.length
    scores = tagger.score(["on"] * length + silent + ["off"])
    assert scores.slots.shape == (length, len(tagger.labels.slots))


def test_a_word_without_a_piece_is_a_word(tagger: Tagger) -> None:
    with_it, without = tagger.score(["lights", SILENT, "on"]), tagger.score(["lights", "on"])
    assert len(with_it.slots) == 3
    assert with_it.intents == pytest.approx(without.intents)


@settings(max_examples=50, deadline=None)
@given(words=st.lists(st.text(min_size=1, max_size=12), max_size=40))
def test_any_words_get_scores(tagger: Tagger, words: list[str]) -> None:
    scores = tagger.score(words)
    assert len(scores.slots) <= len(words)
    assert scores.intents.sum() == pytest.approx(1, abs=1e-4)
