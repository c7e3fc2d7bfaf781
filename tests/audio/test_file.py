"""Sound files of every kind → frames, or one line that says what is wrong with the file."""

from pathlib import Path

import numpy as np
import pytest
import soundfile
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.audio import read_file
from assistant.audio.framing import SILENT_DBFS, frames, level_dbfs
from assistant.errors import AudioError
from assistant.events import FRAME_BYTES, FRAME_S


def tone(rate_hz: int, seconds: float, hz: float = 440.0) -> np.ndarray:
    return 0.5 * np.sin(2 * np.pi * hz * np.arange(round(rate_hz * seconds)) / rate_hz)


def pcm_of(path: Path) -> np.ndarray:
    return np.frombuffer(b"".join(f.pcm for f in read_file(path)), np.int16)


@pytest.mark.parametrize("kind", ["wav", "flac"])
def test_a_16_khz_file_comes_out_bit_for_bit(tmp_path: Path, kind: str) -> None:
    samples = np.random.default_rng(1).integers(-32768, 32768, 16_000).astype(np.int16)
    soundfile.write(tmp_path / f"a.{kind}", samples, 16_000, subtype="PCM_16")
    assert np.array_equal(pcm_of(tmp_path / f"a.{kind}"), samples)


@pytest.mark.parametrize("rate_hz", [8_000, 11_025, 22_050, 44_100, 48_000, 96_000])
@pytest.mark.parametrize("channels", [1, 2, 6])
def test_any_rate_and_channel_count_becomes_16_khz_mono(
    tmp_path: Path, rate_hz: int, channels: int
) -> None:
    path = tmp_path / "a.flac"
    soundfile.write(path, np.stack([tone(rate_hz, 1.0)] * channels, axis=1), rate_hz)
    heard = pcm_of(path) / 32768
    assert len(heard) == pytest.approx(16_000, abs=160)
    middle = slice(2_000, 14_000)
    assert np.abs(heard[middle] - tone(16_000, 1.0)[middle]).max() < 0.01


def test_channels_are_mixed_by_their_mean(tmp_path: Path) -> None:
    left = tone(16_000, 0.1)
    soundfile.write(tmp_path / "a.wav", np.stack([left, -left], axis=1), 16_000)
    assert np.abs(pcm_of(tmp_path / "a.wav")).max() <= 1


def test_a_float_file_beyond_full_scale_saturates(tmp_path: Path) -> None:
    soundfile.write(tmp_path / "a.wav", 4 * tone(16_000, 0.1), 16_000, subtype="FLOAT")
    heard = pcm_of(tmp_path / "a.wav")
    assert (heard.max(), heard.min()) == (32767, -32768)


def test_an_ogg_file_is_read(tmp_path: Path) -> None:
    soundfile.write(tmp_path / "a.ogg", tone(16_000, 1.0), 16_000)
    assert len(pcm_of(tmp_path / "a.ogg")) == 16_000


@given(st.lists(st.integers(0, 900).map(lambda size: bytes([1 + size % 255]) * size), max_size=12))
@settings(deadline=None)
def test_frames_hold_every_byte_in_order_and_zeros_behind(blocks: list[bytes]) -> None:
    cut, whole = list(frames(blocks)), b"".join(blocks)
    joined = b"".join(f.pcm for f in cut)
    assert all(len(f.pcm) == FRAME_BYTES for f in cut)
    assert joined.startswith(whole)
    assert len(joined) - len(whole) < FRAME_BYTES
    assert not any(joined[len(whole) :])
    assert [f.at for f in cut] == [n * FRAME_S for n in range(len(cut))]


def refused(path: Path) -> str:
    with pytest.raises(AudioError) as caught:
        list(read_file(path))
    assert str(path) in caught.value.problem
    assert caught.value.fix
    return caught.value.problem


def test_what_is_no_sound_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "noise.wav").write_bytes(bytes(range(256)) * 20)
    (tmp_path / "empty.wav").touch()
    soundfile.write(tmp_path / "header.wav", np.zeros(0, np.int16), 16_000)
    assert "not a sound file" in refused(tmp_path / "noise.wav")
    assert "empty (0 bytes)" in refused(tmp_path / "empty.wav")
    assert "no sound in this file" in refused(tmp_path / "header.wav")
    assert "No such file" in refused(tmp_path / "absent.wav")
    assert "directory" in refused(tmp_path)


@pytest.mark.parametrize("kind", ["wav", "flac"])
def test_a_cut_off_file_gives_what_is_there_and_then_says_so(tmp_path: Path, kind: str) -> None:
    whole, path = tmp_path / f"whole.{kind}", tmp_path / f"cut.{kind}"
    noise = np.random.default_rng(1).integers(-3000, 3000, 48_000).astype(np.int16)
    soundfile.write(whole, noise, 16_000, subtype="PCM_16")
    path.write_bytes(whole.read_bytes()[: whole.stat().st_size // 2])
    heard = []
    with pytest.raises(AudioError, match=r"only the first 1\.\d\d s of 3\.00 s"):
        heard.extend(read_file(path))
    samples = np.frombuffer(b"".join(f.pcm for f in heard), np.int16)
    assert len(samples) > 16_000
    assert np.array_equal(samples, noise[: len(samples)])


def test_a_wav_file_written_to_a_pipe_is_whole(tmp_path: Path) -> None:
    """`arecord | …` cannot know the length in advance and states the longest possible."""
    path = tmp_path / "a.wav"
    soundfile.write(path, tone(16_000, 0.5), 16_000, subtype="PCM_16")
    content = bytearray(path.read_bytes())
    content[4:8] = content[40:44] = b"\xff\xff\xff\x7f"
    path.write_bytes(content)
    assert len(pcm_of(path)) == 8_000


def test_level_is_in_decibels_below_full_scale() -> None:
    sine = (32767 * np.sin(np.arange(1600) * 2 * np.pi / 16)).astype(np.int16)
    assert level_dbfs(sine.tobytes()) == pytest.approx(-3.0, abs=0.05)
    assert level_dbfs(bytes(320)) == level_dbfs(b"") == SILENT_DBFS


def headless(path: Path, size: bytes, more: bytes = b"") -> None:
    """As a program leaves it that wrote to a pipe: it could not go back to fill in the length."""
    soundfile.write(path, np.full(1600, 0.25, np.float32), 16000, subtype="PCM_16")
    content = path.read_bytes()
    at = content.index(b"data") + 4
    path.write_bytes(content[:4] + size + content[8:at] + size + content[at + 4 :] + more)


@pytest.mark.parametrize("size", [b"\0\0\0\0", b"\xff\xff\xff\xff"])
def test_a_wav_from_a_pipe_is_read_to_its_end(tmp_path, size):
    path = tmp_path / "piped.wav"
    headless(path, size)
    assert sum(len(frame.pcm) for frame in read_file(path)) == 3200


def test_a_wav_without_samples_is_none_though_chunks_follow(tmp_path):
    path = tmp_path / "empty.wav"
    soundfile.write(path, np.zeros(0, np.float32), 16000, subtype="PCM_16")
    path.write_bytes(path.read_bytes() + b"LIST" + (4).to_bytes(4, "little") + b"INFO")
    with pytest.raises(AudioError, match="no sound in this file"):
        read_file(path)
