"""The player's thread with a scripted voice and device: order, stopping, its own voice."""

import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from queue import Queue
from threading import Event

import numpy as np
import pytest

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

    def synthesize(self, text: str) -> Sound:
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
