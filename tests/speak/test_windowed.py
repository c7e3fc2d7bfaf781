"""A Piper voice in two halves: the same sound, in memory that does not follow the length."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from assistant.errors import ModelError
from assistant.onnx_sessions import open_session
from assistant.speak import windowed
from assistant.speak.onnx_cut import cut
from assistant.speak.voice import _installed_voice
from assistant.speak.windowed import WINDOW, Windowed, open_voice


@pytest.fixture(scope="module")
def file() -> Path:
    found = _installed_voice()
    if found is None:
        pytest.skip("NOT TESTED: Piper is missing: scripts/setup voice")
    return found


@pytest.fixture(scope="module")
def voice(file: Path) -> Windowed:
    voice = open_voice(file)
    assert isinstance(voice, Windowed)
    return voice


def said(voice: object, phonemes: int) -> npt.NDArray[np.float32]:
    """Any phonemes, without the noise that makes each time sound a little different."""
    feed = {
        "input": np.random.default_rng(0).integers(14, 40, (1, phonemes)),
        "input_lengths": np.array([phonemes], np.int64),
        "scales": np.array([0.0, 1.0, 0.0], np.float32),
    }
    sound: npt.NDArray[np.float32] = voice.run(None, feed)[0].reshape(-1)  # type: ignore[attr-defined]
    return sound


@pytest.mark.parametrize("phonemes", [7, 60, 150])
def test_it_sounds_as_in_one_window(
    voice: Windowed, phonemes: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    windows = said(voice, phonemes)
    monkeypatch.setattr(windowed, "WINDOW", 10**9)
    one = said(voice, phonemes)
    assert windows.size == one.size
    assert np.abs(one).max() > 0.001
    assert np.abs(windows - one).max() < 1e-5


def test_it_sounds_as_the_whole_network_does(file: Path, voice: Windowed) -> None:
    whole, halves = (said(one, 60) for one in (open_session(file), voice))
    same = min(whole.size, halves.size)
    assert abs(whole.size - halves.size) <= 2 * 256
    loud = np.square(whole[:same]).mean()
    assert np.square(whole[:same] - halves[:same]).mean() < loud / 1000, "30 dB below it"


def test_memory_does_not_follow_the_length(voice: Windowed) -> None:
    few, many = (peak_mib(voice, phonemes) for phonemes in (60, 400))
    assert said(voice, 400).size > 10 * WINDOW * 256
    assert many < few + 40, "in one piece it would be 400 MiB"


def peak_mib(voice: Windowed, phonemes: int) -> float:
    """The most memory that this process has while it is said."""
    Path("/proc/self/clear_refs").write_text("5")
    said(voice, phonemes)
    status = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) / 1024 for line in status if line.startswith("VmHWM"))


def test_a_network_that_ends_otherwise_stays_whole() -> None:
    piper = importlib.util.find_spec("piper")
    if piper is None or not piper.submodule_search_locations:
        pytest.skip("NOT TESTED: Piper is missing: scripts/setup voice")
    other = Path(piper.submodule_search_locations[0]) / "tashkeel" / "model.onnx"
    assert cut(other.read_bytes()) is None
    assert not isinstance(open_voice(other), Windowed)


@pytest.mark.parametrize(
    "content", [b"", b"<html>404</html>", b"\x3a\xff\xff\xff\x7f", b"\xff" * 99]
)
def test_a_file_that_is_no_voice(file: Path, tmp_path: Path, content: bytes) -> None:
    check(file, tmp_path, content)


def test_a_voice_that_is_cut_off(file: Path, tmp_path: Path) -> None:
    check(file, tmp_path, file.read_bytes()[:30_000_000])


def check(file: Path, tmp_path: Path, content: bytes) -> None:
    from assistant.speak.piper import PiperVoice

    (tmp_path / "voice.onnx").write_bytes(content)
    (tmp_path / "voice.onnx.json").write_bytes(file.with_name(f"{file.name}.json").read_bytes())
    with pytest.raises(ModelError, match=r"voice\.onnx"):
        PiperVoice(tmp_path / "voice.onnx")
