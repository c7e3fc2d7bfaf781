"""The player's thread with a scripted voice and device: order, stopping, its own voice."""

import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from queue import Queue
from threading import Event

import numpy as np
import pytest

from assistant import threads
from assistant.errors import AudioError, ModelError
from assistant.events import Reply, Spoken
from assistant.speak.earcon import earcon
from assistant.speak.player import SpokenPlayer
from assistant.speak.sound import Sound

DEADLINE_S = 10.0


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


@dataclass
class FakeVoice:
    """Half a second for any text."""

    name: str = "fake"
    said: list[str] = field(default_factory=list)
    fails: bool = False
    breaks: bool = False

    def synthesize(self, text: str) -> Sound:
        if self.breaks:
            raise ZeroDivisionError
        if self.fails:
            raise ModelError("the voice is hoarse", fix="tea")
        self.said.append(text)
        return Sound(np.full(8_000, 1_000, np.int16), 16_000)


@dataclass
class FakeOutput:
    """Tells when a sound begins, and holds on until it may end."""

    clock: Clock
    began: Queue[Sound] = field(default_factory=Queue)
    may_end: Event = field(default_factory=Event)
    fails: bool = False

    def play(self, sound: Sound, stopped: Callable[[], bool]) -> None:
        if self.fails:
            raise AudioError("no speaker", fix="plug one in")
        self.began.put(sound)
        while not stopped() and not self.may_end.wait(0.005):
            pass
        if not stopped():
            self.clock.now += sound.seconds


@dataclass
class Rig:
    clock: Clock
    voice: FakeVoice
    output: FakeOutput
    spoken: Queue[Spoken]
    player: SpokenPlayer

    def next_sound(self) -> Sound:
        return self.output.began.get(timeout=DEADLINE_S)

    def next_spoken(self) -> Spoken:
        return self.spoken.get(timeout=DEADLINE_S)


@pytest.fixture
def rig() -> Iterator[Rig]:
    clock, voice, spoken = Clock(), FakeVoice(), Queue[Spoken]()
    output = FakeOutput(clock)
    player = SpokenPlayer(lambda: voice, output, volume=100, on_spoken=spoken.put, clock=clock)
    yield Rig(clock, voice, output, spoken, player)
    output.may_end.set()
    player.close()


def reply(text: str) -> Reply:
    return Reply(text=text, kind="done", utterance_id="u7")


def test_its_own_voice_counts_until_300_ms_after_its_end(rig: Rig) -> None:
    rig.player.say(reply("The light is on."))
    rig.next_sound()
    assert rig.player.speaking_at(100.0)
    assert rig.player.speaking_at(100.4)
    assert not rig.player.speaking_at(99.9)
    rig.output.may_end.set()
    spoken = rig.next_spoken()
    assert (spoken.text, spoken.utterance_id) == ("The light is on.", "u7")
    assert spoken.seconds == pytest.approx(0.5)
    assert rig.player.speaking_at(100.79)
    assert not rig.player.speaking_at(100.81)
    rig.clock.now += 60
    assert rig.player.speaking_at(100.2)  # a frame that waited for a minute was still its own


def test_a_device_that_hangs_does_not_leave_the_assistant_deaf(rig: Rig) -> None:
    rig.player.say(reply("Hello."))
    rig.next_sound()
    assert rig.player.speaking_at(100.5 + 2.0)
    assert not rig.player.speaking_at(100.5 + 2.0 + 0.4)


def test_an_earcon_does_not_count_as_speaking(rig: Rig) -> None:
    rig.player.earcon("wake")
    rig.next_sound()
    assert not rig.player.speaking_at(100.0)


def test_one_after_the_other(rig: Rig) -> None:
    rig.output.may_end.set()
    for text in ("One.", "Two.", "Three."):
        rig.player.say(reply(text))
    assert [rig.next_spoken().text for _ in range(3)] == ["One.", "Two.", "Three."]


def test_stop_ends_what_plays_and_forgets_what_waits(rig: Rig) -> None:
    rig.player.say(reply("One."))
    rig.player.say(reply("Two."))
    rig.next_sound()
    rig.player.stop()
    assert rig.next_spoken().seconds < 0.5
    assert rig.next_spoken() == Spoken("Two.", 0.0, utterance_id="u7", at=100.0)
    rig.output.may_end.set()
    rig.player.say(reply("Three."))
    assert rig.next_spoken().text == "Three."
    assert rig.voice.said == ["One.", "Three."]


def test_the_volume_can_be_changed_for_the_next_sound(rig: Rig) -> None:
    rig.output.may_end.set()
    rig.player.set_volume(10)
    rig.player.say(reply("One."))
    assert rig.next_sound().samples.max() == 100


def test_a_voice_that_fails_leaves_an_earcon_and_one_warning(
    rig: Rig, caplog: pytest.LogCaptureFixture
) -> None:
    rig.output.may_end.set()
    rig.voice.fails = True
    for text in ("One.", "Two."):
        rig.player.say(reply(text))
        rig.next_spoken()
        assert np.array_equal(rig.next_sound().samples, earcon("done").samples)
    assert [r.getMessage() for r in caplog.records if r.levelno >= logging.WARNING] == [
        "the voice is hoarse; fix: tea"
    ]


def test_a_device_that_fails_is_not_spoken_and_not_speaking(rig: Rig) -> None:
    rig.output.fails = True
    rig.player.say(reply("One."))
    assert rig.next_spoken().seconds == 0.0  # over all the same: somebody may wait for its end
    assert not rig.player.speaking_at(100.1)


def test_a_voice_that_cannot_be_loaded_is_tried_again(caplog: pytest.LogCaptureFixture) -> None:
    clock, voice, spoken = Clock(), FakeVoice(), Queue[Spoken]()
    tries = [ModelError("damaged", fix="pull it"), ModelError("damaged", fix="pull it"), voice]

    def load() -> FakeVoice:
        outcome = tries.pop(0)
        if isinstance(outcome, ModelError):
            raise outcome
        return outcome

    output = FakeOutput(clock)
    output.may_end.set()
    player = SpokenPlayer(load, output, volume=100, on_spoken=spoken.put, clock=clock)
    for text in ("One.", "Two."):
        player.say(reply(text))
        spoken.get(timeout=DEADLINE_S)
    player.close()
    assert voice.said == ["Two."]
    assert sum(r.levelno >= logging.WARNING for r in caplog.records) == 1


def test_a_long_reply_is_heard_sentence_by_sentence(rig: Rig) -> None:
    sentences = [
        f"In room number {n} the lamp is on, and the window is open wide." for n in range(4)
    ]
    rig.player.say(reply(" ".join(sentences)))
    rig.next_sound()
    assert len(rig.voice.said) < 4, "the first is heard before the last is rendered"
    assert rig.player.speaking_at(100.4)
    rig.output.may_end.set()
    spoken = rig.next_spoken()
    assert rig.voice.said == sentences
    assert spoken.seconds == pytest.approx(2.0)
    assert rig.player.speaking_at(101.3)


def test_stop_ends_a_long_reply_between_its_sentences(rig: Rig) -> None:
    rig.player.say(
        reply("In this room the lamp is on, and the window is open wide, as I see. " * 4)
    )
    rig.next_sound()
    rig.player.stop()
    assert rig.next_spoken().seconds < 0.5
    assert len(rig.voice.said) < 4
    assert rig.output.began.empty()


def test_a_voice_with_a_bug_costs_only_its_reply(
    rig: Rig, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(threads, "PAUSES_S", (0.0,))
    rig.output.may_end.set()
    rig.voice.breaks = True
    rig.player.say(reply("One."))
    assert rig.next_spoken().seconds == 0.0, "over all the same"
    rig.voice.breaks = False
    rig.player.say(reply("Two."))
    assert rig.next_spoken().seconds > 0
    assert "speak failed" in caplog.text


def test_what_waits_while_a_device_hangs_is_bounded_and_said(
    rig: Rig, caplog: pytest.LogCaptureFixture
) -> None:
    rig.player.say(reply("First."))
    rig.next_sound()
    for number in range(40):
        rig.player.say(reply(f"Reply {number}."))
        rig.player.earcon("ring")
    assert "is not said" in caplog.text
    assert rig.next_spoken().seconds == 0.0
    rig.clock.now += 60
    rig.output.may_end.set()
    while rig.next_spoken().text != "Reply 0.":
        pass
    rings = earcon("ring").samples
    assert all(sound.samples is not rings for sound in rig.output.began.queue), "they are too late"


def test_a_speaker_that_does_not_work_is_told_until_it_does(rig: Rig) -> None:
    rig.output.may_end.set()
    rig.output.fails = True
    rig.player.say(reply("One."))
    rig.next_spoken()
    assert threads.health.problems["speaker"] == "no speaker"
    rig.output.fails = False
    rig.player.say(reply("Two."))
    rig.next_spoken()
    assert "speaker" not in threads.health.problems
