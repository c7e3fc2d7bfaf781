import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.understand.text import join, matching_form, original, split_words, without_fillers


@pytest.mark.parametrize(
    ("said", "matched"),
    [
        ("Turn on the LIGHT!", "turn on the light"),
        ("set it to 21.5°", "set it to 21.5 degrees"),
        ("20°C, please", "20 degrees c please"),
        ("50%", "50 percent"),
        ("fifty per cent", "fifty percent"),
        ("2,700 kelvin", "2700 kelvin"),
        ("living-room lights", "living room lights"),
        ("It\u2019s too dark.", "it's too dark"),
        ("the colour grey", "the color gray"),
        ("minus 5 and -5", "minus 5 and minus 5"),
    ],
)
def test_words_come_in_one_form(said: str, matched: str) -> None:
    assert matching_form(said) == matched


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("hey jarvis could you please turn on the light for me thanks", "turn on the light"),
        ("um okay stop", "stop"),
        ("stop please", "stop"),
        ("play thank you", "play thank you"),
        ("please", "please"),
    ],
)
def test_fillers_at_the_ends_go(said: str, meant: str) -> None:
    assert join(next(iter(without_fillers(split_words(said))))) == meant


def test_fillers_inside_go_last_because_a_song_may_be_called_so() -> None:
    readings = [join(words) for words in without_fillers(split_words("play please please me"))]
    assert readings == ["play please please me", "play me"]


def test_thanks_after_one_word_may_be_a_title_or_thanks() -> None:
    assert [join(words) for words in without_fillers(split_words("pause, thank you"))] == [
        *("pause thank you", "pause")
    ]


def test_a_word_knows_its_place_in_what_was_said() -> None:
    said = "Set  Anna's lamp to 50%!"
    words = split_words(said)
    assert original(said, words[1:3]) == "Anna's lamp"
    assert original(said, words[4:]) == "50%"


@given(st.text())
def test_any_text_splits_into_words_within_it(said: str) -> None:
    for word in split_words(said):
        assert word.text
        assert 0 <= word.start < word.end <= len(said)
