"""Which engine is opened."""

from pathlib import Path

import pytest

from assistant import catalogue
from assistant.config import AsrSettings
from assistant.errors import ModelError
from assistant.recognize import engine_name, open_recognizer
from assistant.recognize.moonshine import MoonshineRecognizer


@pytest.fixture(autouse=True)
def models(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(catalogue, "MODELS", tmp_path)
    return tmp_path


def test_auto_is_moonshine_until_a_vosk_model_is_there(models: Path) -> None:
    assert engine_name(AsrSettings()) == "moonshine"
    assert isinstance(open_recognizer(AsrSettings()), MoonshineRecognizer)
    (models / "asr" / "vosk-small-en").mkdir(parents=True)
    assert engine_name(AsrSettings()) == "vosk"
    assert engine_name(AsrSettings(engine="moonshine")) == "moonshine"


def test_a_model_folder_in_the_settings_means_vosk() -> None:
    assert engine_name(AsrSettings(vosk_model=Path("vosk"))) == "vosk"


def test_a_pull_that_was_interrupted_is_no_model(models: Path) -> None:
    (models / "asr" / ".vosk-small-en").mkdir(parents=True)
    assert engine_name(AsrSettings()) == "moonshine"


@pytest.mark.parametrize(
    "settings",
    [AsrSettings(engine="vosk"), AsrSettings(vosk_model=Path("/nowhere"))],
    ids=["none installed", "wrong folder"],
)
def test_vosk_without_a_model_says_what_to_type(settings: AsrSettings) -> None:
    with pytest.raises(ModelError) as caught:
        open_recognizer(settings)
    assert caught.value.fix == "run: assistant models pull vosk-small-en"
