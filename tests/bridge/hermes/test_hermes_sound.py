"""What an app may have played."""

from io import BytesIO

import numpy as np
import pytest
import soundfile

from assistant.bridge.hermes.sound import LONGEST_S, MAX_SOUND_BYTES, read_sound


def file(samples: np.ndarray, rate_hz: int, kind: str = "WAV") -> bytes:
    made = BytesIO()
    soundfile.write(made, samples, rate_hz, format=kind, subtype="PCM_16")
    return made.getvalue()


def test_its_channels_are_mixed():
    sound = read_sound(file(np.full((4410, 2), 0.5), 44_100))
    assert sound.seconds == pytest.approx(0.1)
    assert abs(int(sound.samples[0]) - 16_384) < 3


@pytest.mark.parametrize(
    ("payload", "problem"),
    [
        (b"", "no sound file"),
        (b"RIFF" + bytes(100), "no sound file"),
        (file(np.zeros(0), 8_000), "an empty sound file"),
        (file(np.zeros(100), 1), "1 samples a second"),
        (file(np.zeros(100), 1_000_000), "1000000 samples a second"),
        (file(np.zeros((100, 9)), 8_000), "9 channels"),
        (file(np.zeros(int(LONGEST_S + 1) * 8_000), 8_000), "longer than 120 s"),
    ],
)
def test_what_cannot_be_played_is_named(payload, problem):
    with pytest.raises(ValueError, match=problem):
        read_sound(payload)


def test_an_hour_of_silence_in_few_bytes_is_not_unpacked():
    hour = file(np.zeros(3600 * 8_000, np.int16), 8_000, "FLAC")
    assert len(hour) < MAX_SOUND_BYTES
    with pytest.raises(ValueError, match="longer than"):
        read_sound(hour)
