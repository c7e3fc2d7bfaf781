"""What a voice is given to read, and the earcons."""

from typing import get_args

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.speak.earcon import EarconName, earcon
from assistant.speak.spoken import LONGEST, parts, spoken


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("It is 21 °C.", "It is 21 degrees."),
        ("It is 21.5°C and 40% humid.", "It is 21.5 degrees and 40 percent humid."),
        ("1 °C warmer", "1 degree warmer"),
        ("1.1 °C, 21 °F", "1.1 degrees, 21 degrees"),
        ("21° and rising", "21 degrees and rising"),
        ("It is −5 °C outside.", "It is minus 5 degrees outside."),
        ("-5 °C", "minus 5 degrees"),
        ("18–21 °C", "18 to 21 degrees"),
        ("The lamp is at 2700 K.", "The lamp is at 2700 kelvin."),
        ("Salt & Pepper", "Salt and Pepper"),
        ("[[f2u:]] *bold*", "f2u: bold"),
        ("well-known", "well-known"),
        ("…", ""),
        ("", ""),
    ],
)
def test_units_and_signs_become_words(written: str, said: str) -> None:
    assert spoken(written) == said


@given(st.text())
def test_nothing_that_a_voice_would_take_for_a_command(text: str) -> None:
    said = spoken(text)
    assert not set(said) & set("[]<>{}\n")
    assert said == " ".join(said.split())


@pytest.mark.parametrize("name", get_args(EarconName))
def test_an_earcon_is_short_soft_and_does_not_click(name: EarconName) -> None:
    sound = earcon(name)
    level = np.abs(sound.samples.astype(int))
    assert 0.1 < sound.seconds < 1.0
    assert 2_000 < level.max() < 10_000
    assert level[0] == level[-1] == 0
    # From one sample to the next; a tone of 2.6 kHz does 0.7 of its own level at 22,050 Hz.
    assert np.abs(np.diff(sound.samples.astype(int))).max() < 0.75 * level.max()


def test_earcons_can_be_told_apart() -> None:
    names = get_args(EarconName)
    assert len({earcon(name).samples.tobytes() for name in names}) == len(names)


def test_a_long_text_is_said_in_pieces_of_whole_sentences():
    lamps = [f"The lamp in room {n} is on, and the window there is open." for n in range(5)]
    assert parts(" ".join(lamps)) == tuple(lamps)
    assert parts("Okay. It is seven. All is well.") == ("Okay. It is seven. All is well.",)
    assert parts("") == ()


@given(st.text("ab ,.", max_size=2000))
def test_no_piece_is_long_and_nothing_is_left_out(text):
    found = parts(text)
    assert all(len(piece) <= LONGEST for piece in found)
    letters = [character for character in text if character.isalnum()]
    assert [character for piece in found for character in piece if character.isalnum()] == letters
