"""Where commands begin and end, on synthesised speech and real noise, with the real Silero."""

import subprocess
from collections.abc import Callable, Iterable
from itertools import islice
from pathlib import Path

import numpy as np
import pytest

from assistant.audio import read_file
from assistant.audio.framing import frames
from assistant.config import ListenSettings
from assistant.events import FRAME_S, Completeness, Frame, SpeechEnded, SpeechStarted
from assistant.listen import Listener, Pause, PreRoll, Resume, open_listener
from assistant.listen.pre_roll import LENGTH_S, command_begins

SETTINGS = ListenSettings()
LAG_S = 0.175  # what the detector is taken to need, whatever it really needed
Say = Callable[[str], bytes]


def quiet(seconds: float) -> bytes:
    noise = np.random.default_rng(0).normal(0, 5, round(16_000 * seconds))
    return noise.astype("<i2").tobytes()


@pytest.fixture(scope="module")
def say(tmp_path_factory: pytest.TempPathFactory) -> Say:
    """say("stop") → its samples, without the silence around them."""
    folder = tmp_path_factory.mktemp("said")

    def say(text: str) -> bytes:
        path = folder / f"{text}.wav"
        subprocess.run(["espeak-ng", "-v", "en-us", "-s", "150", "-w", path, text], check=True)
        samples = np.frombuffer(b"".join(f.pcm for f in read_file(path)), "<i2")
        loud = np.flatnonzero(np.abs(samples) > 200)
        return samples[loud[0] : loud[-1] + 1].tobytes()

    return say


def seconds(pcm: bytes) -> float:
    return len(pcm) / 32_000


def listen(
    listener: Listener, sound: Iterable[Frame], *, complete: Completeness = "yes"
) -> list[object]:
    """Every event until the command is over; pauses are answered with `complete`."""
    found: list[object] = []
    for frame in sound:
        if heard := listener.process(frame):
            found.append(heard)
        if isinstance(heard, Pause):
            listener.expect(complete)
        if isinstance(heard, SpeechEnded):
            break
    return found


@pytest.mark.parametrize("text", ["yes", "stop", "no", "turn on the kitchen light"])
def test_a_complete_command_ends_a_moment_after_its_last_sound(say: Say, text: str) -> None:
    said = say(text)
    listener = open_listener(SETTINGS)
    listener.begin()
    found = listen(listener, frames([quiet(1.0), said, quiet(3.0)]))
    ended = found[-1]
    assert isinstance(found[0], SpeechStarted)
    assert found[0].heard_at == pytest.approx(1.0, abs=0.15)
    assert (ended.reason, 300 <= ended.waited_ms < 345) == ("complete", True)
    assert ended.heard_at == pytest.approx(1.0 + seconds(said) + 0.3, abs=0.2)


def test_an_incomplete_command_is_waited_for(say: Say) -> None:
    sound = [quiet(0.5), say("set the light to"), quiet(0.7), say("forty percent"), quiet(3.0)]
    listener = open_listener(SETTINGS)
    listener.begin()
    found = listen(listener, frames(sound), complete="no")
    assert [type(item) for item in found].count(Resume) >= 1
    assert found[-1].reason == "silence"
    assert found[-1].heard_at > sum(map(seconds, sound[:4])) + 0.8
    assert not listener.paused or isinstance(found[-1], SpeechEnded)


def test_nobody_speaks() -> None:
    listener = open_listener(SETTINGS)
    listener.begin()
    (ended,) = listen(listener, frames([quiet(8.0)]))
    assert (ended.reason, round(ended.heard_at, 1)) == ("nothing_said", 5.0)


def test_kitchen_noise_is_no_speech(shared_data: Path) -> None:
    listener = open_listener(SETTINGS)
    listener.begin()
    (ended,) = listen(listener, read_file(shared_data / "noise" / "kitchen.wav"))
    assert ended.reason == "nothing_said"


def test_a_radio_that_never_stops_ends_at_the_maximum(say: Say) -> None:
    listener = open_listener(SETTINGS)
    listener.begin()
    radio = say("and now the news of the day and the weather for the weekend in the north")
    found = listen(listener, frames([radio] * 6))
    assert found[-1].reason == "too_long"
    assert found[-1].heard_at <= 12.5


def test_after_begin_it_hears_as_a_new_one_does(say: Say) -> None:
    used, new = open_listener(SETTINGS), open_listener(SETTINGS)
    sound = list(frames([quiet(0.4), say("turn on the kitchen light"), quiet(2.0)]))
    used.begin()
    listen(used, islice(sound, 101))
    for listener in (used, new):
        listener.begin()
    chunk = (sound[45].pcm * 4)[:1024]
    assert used._voice(chunk) == new._voice(chunk)  # its state, not only what it leads to
    for listener in (used, new):
        listener.begin()
    assert listen(used, sound) == listen(new, sound)


def test_time_goes_on_where_the_source_is(say: Say) -> None:
    """The house has been listening for an hour."""
    listener = open_listener(SETTINGS)
    listener.begin()
    late = (Frame(f.pcm, f.at + 3600) for f in frames([quiet(1.0), say("stop"), quiet(2.0)]))
    found = listen(listener, late)
    assert found[0].heard_at == pytest.approx(3601.0, abs=0.15)


def wake(sound: bytes, decided_at: float) -> tuple[list[Frame], list[Frame]]:
    """The pre-roll when the wake word is decided at that time, and the frames after it."""
    every, ring = list(frames([sound])), PreRoll()
    count = round(decided_at / FRAME_S)
    for frame in every[:count]:
        ring.push(frame)
    return list(ring.frames()), every[count:]


@pytest.mark.parametrize("gap_s", [0.0, 0.05, 0.1, 0.2])
@pytest.mark.parametrize("late_s", [0.03, 0.07, 0.13])
def test_nothing_of_a_command_in_one_breath_is_cut(say: Say, gap_s: float, late_s: float) -> None:
    """`late_s`: how long after the wake word's end the detector decides."""
    word, command = say("alexa"), say("turn on the kitchen light")
    spoken = quiet(1.0) + word
    starts = seconds(spoken) + gap_s
    pre_roll, after = wake(spoken + quiet(gap_s) + command + quiet(2.0), seconds(spoken) + late_s)
    listener = open_listener(SETTINGS)
    kept = listener.begin(pre_roll, seconds(spoken) + late_s - LAG_S)
    first = kept[0].at if kept else after[0].at
    assert first <= starts + 0.01
    assert first >= seconds(spoken) + late_s - LAG_S - 0.04
    found = listen(listener, after)
    assert found[0].heard_at <= starts + 0.1
    assert found[-1].reason == "complete"
    assert found[-1].heard_at > starts + seconds(command)


@pytest.mark.parametrize("late_s", [0.03, 0.07, 0.13])
@pytest.mark.parametrize("gap_s", [0.5, 1.0, 3.0])
def test_the_wake_words_rest_is_no_command(say: Say, gap_s: float, late_s: float) -> None:
    word, command = say("alexa"), say("turn on the kitchen light")
    spoken = quiet(1.0) + word
    starts = seconds(spoken) + gap_s
    pre_roll, after = wake(spoken + quiet(gap_s) + command + quiet(2.0), seconds(spoken) + late_s)
    listener = open_listener(SETTINGS)
    listener.begin(pre_roll, seconds(spoken) + late_s - LAG_S)
    started, *_, ended = listen(listener, after)
    assert started.heard_at == pytest.approx(starts, abs=0.15)
    assert ended.heard_at > starts + seconds(command)


def test_the_pre_roll_keeps_the_last_frames() -> None:
    ring = PreRoll()
    for number in range(500):
        ring.push(Frame(bytes(320), number * FRAME_S))
    assert len(ring.frames()) == LENGTH_S / FRAME_S
    assert ring.frames()[-1].at == pytest.approx(4.99)
    ring.clear()
    assert ring.frames() == ()


def test_the_command_begins_at_the_first_gap_of_the_voice() -> None:
    def chunks(text: str) -> list[tuple[float, float, bool]]:
        return [(n, n + 1, letter == "#") for n, letter in enumerate(text)]

    assert command_begins(chunks("####...."), 2) == (4, False)
    assert command_begins(chunks("####.###"), 2) == (4, True)
    assert command_begins(chunks("########"), 2) == (2, True)
    assert command_begins(chunks("#......."), 3.5) == (3.5, False)
    assert command_begins([], 0.0) == (0.0, False)
