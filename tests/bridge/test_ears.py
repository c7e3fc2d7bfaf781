"""The hand on the microphone: mute, summon, tune, stop."""

import pytest

from assistant.bridge.ears import Attention, Ear, at_sensitivity, cutoff_at
from assistant.config import ListenSettings, WakeSettings, WakeWordSettings
from assistant.events import FRAME_BYTES, FRAME_S, Frame, SpeechEnded
from assistant.listen import open_listener
from assistant.wake.models import read_model

SILENCE = [Frame(bytes(FRAME_BYTES), i * FRAME_S) for i in range(10)]


def test_a_summoned_ear_wakes_once_even_when_its_words_are_off():
    ear = Ear(WakeSettings())
    ear.close("muted")
    ear.summoned = True
    woken = [ear.process(frame) for frame in SILENCE]
    assert [wake.word for wake in woken if wake] == [""]
    assert woken[0].word_ended_at == pytest.approx(SILENCE[1].at)  # nothing before is command


def test_everybody_who_closed_the_ear_has_to_open_it():
    ear = Ear(WakeSettings())
    ear.close("muted")
    ear.close("music")
    ear.open("muted")
    assert ear.closed
    ear.open("music")
    assert not ear.closed


def test_half_is_the_models_own_cutoff_and_more_is_easier():
    own = read_model("alexa").cutoff
    cutoffs = [cutoff_at(sensitivity, own) for sensitivity in range(101)]
    assert cutoffs[50] == own
    assert cutoffs == sorted(cutoffs, reverse=True)
    assert 0 < cutoffs[-1] < cutoffs[0] < 1


def test_a_cutoff_of_the_configuration_counts_as_the_words_own():
    settings = WakeSettings(words=(WakeWordSettings("alexa", cutoff=0.6),))
    assert at_sensitivity(settings, 50).words[0].cutoff == pytest.approx(0.6)
    assert at_sensitivity(settings, 100).words[0].cutoff == pytest.approx(0.3)


def test_stop_drops_the_command_and_only_one_that_is_being_said():
    attention = Attention(open_listener(ListenSettings()), Ear(WakeSettings()))
    attention.stop()
    attention.begin()
    assert attention.process(SILENCE[0]) is None
    attention.stop()
    ended = attention.process(SILENCE[1])
    assert isinstance(ended, SpeechEnded)
    assert ended.reason == "stopped"


def test_who_listens_already_is_not_woken_afterwards():
    ear = Ear(WakeSettings())
    attention = Attention(open_listener(ListenSettings()), ear)
    attention.begin()
    ear.summoned = True
    attention.process(SILENCE[0])
    assert ear.process(SILENCE[1]) is None
