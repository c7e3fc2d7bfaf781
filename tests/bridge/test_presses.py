"""How often others may have the assistant listen."""

from itertools import pairwise

import pytest

from assistant.bridge.presses import LONGEST_PAUSE_S, MOST_IN_A_ROW, PAUSE_S, Presses
from assistant.events import Intent, SpeechEnded, Transcript, Turn, Wake


class Room:
    """A room in which somebody presses and somebody may speak."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.presses = Presses(lambda: self.now)

    def press(self, **more: bool) -> bool:
        if not self.presses.allow("a button", **more):
            return False
        self.presses(Wake("", 1.0, 0.0, 0.0))
        return True

    def listened(self, text: str = "", *, intent: str = "") -> None:
        self.now += 5
        self.presses(SpeechEnded("silence" if text else "nothing_said", 0.0, 0.0, 0.0))
        if text:
            self.presses(Transcript(text, 1.0, "moonshine"))
            intents = (Intent(intent, 1.0),) if intent else ()
            self.presses(Turn(intents, None))


@pytest.fixture
def room() -> Room:
    return Room()


def test_pressed_each_second_it_listens_ever_more_rarely(room, caplog):
    begun = []
    for second in range(600):
        room.now = 1000.0 + second
        if room.press():
            begun.append(second)
            room.listened("so I told her about the letter")
    assert len(begun) < 10
    pauses = [after - before for before, after in pairwise(begun)]
    assert pauses == sorted(pauses)
    assert len(caplog.records) <= 2 * len(begun)  # not a line for each press
    assert "a button: not listening: pressed too soon" in caplog.text


def test_what_listens_is_not_pressed_again(room):
    assert room.press()
    room.now += 60
    assert not room.press()
    room.listened()
    room.now += PAUSE_S
    assert room.press()


def test_the_wake_word_and_a_spoken_command_end_the_pause(room):
    for _ in range(20):
        room.now += LONGEST_PAUSE_S
        assert room.press()
        room.listened()
    assert not room.press()
    room.presses(Wake("alexa", 0.9, 0.0, 0.0))
    assert room.press()
    room.listened("turn on the light", intent="lights.turn_on")
    room.now += PAUSE_S
    assert room.press()


def test_a_typed_command_does_not(room):
    for _ in range(3):
        room.now += LONGEST_PAUSE_S
        room.press()
        room.listened()
    room.presses(Transcript("what time is it", 1.0, "text"))
    room.presses(Turn((Intent("time.tell", 1.0),), None))
    room.now += PAUSE_S
    assert not room.press()


def test_a_dialogue_goes_on_without_a_pause_but_not_for_ever(room):
    assert room.press(continues=True)
    turns = 0
    while turns < 100:
        room.listened("small or large")
        if not room.press(continues=True):
            break
        turns += 1
    assert turns == MOST_IN_A_ROW
    room.now += LONGEST_PAUSE_S
    assert room.press(continues=True)
    room.listened()  # nobody answered: nothing to go on with
    assert not room.press(continues=True)
