"""Of an array of microphones the channel is taken that hears the person."""

import numpy as np
import pytest
import soundfile

from assistant.audio.channels import ChannelChoice
from assistant.audio.file import read_file
from assistant.audio.framing import Converter
from assistant.demo import FOLDER
from assistant.events import SAMPLE_RATE_HZ

RNG = np.random.default_rng(7)


def recorded(name: str) -> np.ndarray:
    sound, rate = soundfile.read(FOLDER / name, dtype="float32")
    assert rate == SAMPLE_RATE_HZ
    return sound


SPEECH = recorded("01-kitchen-lights.flac")
PLAYED = np.resize(recorded("09-jazz.flac") * 3, len(SPEECH))


def noise(level: float = 0.05) -> np.ndarray:
    return (RNG.standard_normal(len(SPEECH)) * level).astype(np.float32)


def microphone(delay: int = 0, gain: float = 0.5, hiss: float = 0.002) -> np.ndarray:
    return np.roll(SPEECH, delay) * gain + noise(hiss)


SILENT = np.zeros(len(SPEECH), np.float32)
CLEANED = microphone(hiss=0.0001)
ARRAYS = {
    "six of a ReSpeaker": ([CLEANED, *map(microphone, (3, 5, 8, 11)), PLAYED], {0}),
    "playback first": ([PLAYED, *map(microphone, (3, 5, 8))], {1, 2, 3}),
    "four inputs open": (
        [*(noise() for _ in range(4)), *map(microphone, (2, 4, 6, 8))], {4, 5, 6, 7},
    ),
    "one dead": ([SILENT, *map(microphone, (1, 2, 3))], {1, 2, 3}),
    "echo in them": ([*(microphone(d) + PLAYED * 0.1 for d in (1, 4, 9)), PLAYED], {0, 1, 2}),
    "two for playback": ([*map(microphone, (0, 2, 4)), PLAYED, PLAYED * 0.7], {0, 1, 2}),
}  # fmt: skip


@pytest.mark.parametrize("array", ARRAYS.values(), ids=ARRAYS.keys())
def test_the_channel_that_hears_is_taken(array):
    channels, right = array
    choice = ChannelChoice(SAMPLE_RATE_HZ, len(channels))
    choice.hear(np.stack(channels, axis=1))
    assert choice.chosen in right


def test_before_anybody_speaks_it_is_the_first():
    choice = ChannelChoice(SAMPLE_RATE_HZ, 4)
    choice.hear(np.stack([noise() for _ in range(4)], axis=1))
    assert choice.chosen == 0


def test_block_by_block_what_is_played_is_left_out():
    stacked = np.stack([CLEANED, *map(microphone, (3, 5, 8, 11)), PLAYED], axis=1)
    converter = Converter(SAMPLE_RATE_HZ)
    blocks = [converter.convert(stacked[at : at + 320]) for at in range(0, len(stacked), 320)]
    pcm = np.frombuffer(b"".join(blocks), "<i2") / 32768
    assert np.abs(pcm - CLEANED).max() < 1e-3


def test_a_file_of_six_channels_is_heard_as_its_microphone(tmp_path):
    path = tmp_path / "array.wav"
    stacked = np.stack([*(noise() for _ in range(3)), *map(microphone, (0, 2, 4))], axis=1)
    soundfile.write(path, np.clip(stacked, -1, 1), SAMPLE_RATE_HZ)
    pcm = np.frombuffer(b"".join(frame.pcm for frame in read_file(path)), "<i2") / 32768
    assert np.corrcoef(pcm[: len(SPEECH)], SPEECH)[0, 1] > 0.9
