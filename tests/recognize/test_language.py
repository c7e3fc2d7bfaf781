"""Nothing listens in a language that it does not hear."""

import pytest

from assistant.config import AsrSettings
from assistant.errors import ModelError
from assistant.recognize import engine_name, open_recognizer

pytestmark = pytest.mark.usefixtures("german")


@pytest.mark.parametrize("engine", ["auto", "moonshine", "vosk"])
def test_english_models_do_not_hear_german(engine):
    with pytest.raises(ModelError, match="nothing that is installed hears 'de'") as error:
        open_recognizer(AsrSettings(engine=engine))
    assert "asr.vosk_model" in error.value.fix


def test_a_model_of_its_own_is_taken(tmp_path):
    settings = AsrSettings(vosk_model=tmp_path)
    assert engine_name(settings) == "vosk"
    with pytest.raises(ModelError) as error:
        open_recognizer(settings)
    assert str(tmp_path) in error.value.problem
