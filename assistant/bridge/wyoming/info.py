"""What the Wyoming servers offer."""

from __future__ import annotations

from importlib.metadata import version
from typing import Any

from wyoming.info import (
    AsrModel,
    AsrProgram,
    Attribution,
    HandleModel,
    HandleProgram,
    Info,
    IntentModel,
    IntentProgram,
    Satellite,
    TtsProgram,
    TtsVoice,
    WakeModel,
    WakeProgram,
)

from assistant.config import Config
from assistant.lang import language
from assistant.recognize import engine_name

NAME = "home-voice-assistant"
OURS = Attribution(NAME, "https://pypi.org/project/home-voice-assistant/")


def services(config: Config, voice: str | None) -> Info:
    """Wake, asr, handle, intent and, where there is a voice, tts."""
    engine, model = engine_name(config.asr), config.understand.model_folder.name
    text = "Turns words into actions, offline"
    return Info(
        asr=[
            AsrProgram(
                **_about(NAME, "Offline speech recognition"),
                models=[AsrModel(**_about(engine, engine), languages=[language().code])],
            )
        ],
        wake=[_wake(config)],
        handle=[
            HandleProgram(
                **_about(NAME, text),
                models=[HandleModel(**_about(model, text), languages=[language().code])],
                supports_home_control=True,
            )
        ],
        intent=[
            IntentProgram(
                **_about(NAME, "Turns words into intents, offline"),
                models=[
                    IntentModel(**_about(model, "templates and model"), languages=[language().code])
                ],
            )
        ],
        tts=[_tts(voice)] if voice else [],
    )


def satellite(config: Config, name: str, area: str | None) -> Info:
    """A microphone and a speaker."""
    words = [word_of(word.model) for word in config.wake.words]
    return Info(
        wake=[_wake(config)],
        satellite=Satellite(
            **_about(name, "Microphone and speaker"),
            area=area,
            has_vad=True,
            active_wake_words=words,
            max_active_wake_words=len(words),
        ),
    )


def word_of(model: str) -> str:
    """The name of a wake word: a built-in one, or the file of another."""
    return model.rpartition("/")[2].removesuffix(".json")


def _wake(config: Config) -> WakeProgram:
    models = [
        WakeModel(
            **_about(word, word.replace("_", " ")),
            languages=[language().code],
            phrase=word.replace("_", " "),
        )
        for word in (word_of(word.model) for word in config.wake.words)
    ]
    return WakeProgram(**_about("microwakeword", "Streaming int8 wake words"), models=models)


def _tts(voice: str) -> TtsProgram:
    name = voice.replace(" ", "-")
    voices = [TtsVoice(**_about(name, voice), languages=[language().code])]
    return TtsProgram(**_about(NAME, "Offline speech"), voices=voices)


def _about(name: str, description: str) -> dict[str, Any]:
    return {
        "name": name,
        "attribution": OURS,
        "installed": True,
        "description": description,
        "version": version(NAME),
    }
