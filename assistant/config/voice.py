"""What is heard and said: microphone, wake word, recognizer, replies."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

from assistant.schema import Between


@dataclass(frozen=True, slots=True)
class SiteSettings:
    """This microphone's place in the house."""

    id: str = "default"
    area: str | None = None
    """Id of the area where the microphone stands: "the lights" means the lights here."""


@dataclass(frozen=True, slots=True)
class AudioSettings:
    """Microphone and speaker."""

    input: str | int | None = None
    """Name (or part of it) or number of the microphone; null: the system's default."""

    output: str | int | None = None
    """Name (or part of it) or number of the speaker; null: the system's default."""

    buffer_s: Annotated[float, Between(0.5, 60)] = 5.0
    """Sound kept while the program is busy; older sound is dropped and counted, seconds."""


@dataclass(frozen=True, slots=True)
class WakeWordSettings:
    """One wake word."""

    model: str = "alexa"
    """A built-in one (alexa, hey_jarvis, hey_mycroft, okay_nabu) or the path of a
    microWakeWord .json whose .tflite lies beside it."""

    cutoff: Annotated[float, Between(0, 1)] | None = None
    """Probability from which the word counts as said, 0 to 1; null: the model's own."""

    lag_ms: Annotated[int, Between(0, 500)] | None = None
    """From the end of the spoken word to the model's decision, milliseconds: what was said in
    that time belongs to the command. null: as measured for the built-in words, else 100."""


@dataclass(frozen=True, slots=True)
class WakeSettings:
    """The streaming int8 wake-word loop."""

    words: tuple[WakeWordSettings, ...] = (WakeWordSettings(),)
    refractory_s: Annotated[float, Between(0, 10)] = 1.0
    """A word that was just heard is not heard again for so long, seconds."""

    def __post_init__(self) -> None:
        if not self.words:
            raise ValueError("words must name at least one wake word")


@dataclass(frozen=True, slots=True)
class ListenSettings:
    """Where a command begins and ends."""

    speech_threshold: Annotated[float, Between(0, 1)] = 0.5
    """Silero VAD probability from which a 32 ms chunk is speech, 0 to 1."""

    pause_ms: Annotated[int, Between(50, 1000)] = 200
    """Silence after which the words so far are looked at, milliseconds."""

    complete_silence_ms: Annotated[int, Between(50, 3000)] = 300
    """Silence that ends a command that is complete, milliseconds."""

    incomplete_silence_ms: Annotated[int, Between(50, 5000)] = 900
    """Silence that ends a command that does not (yet) make sense, milliseconds."""

    no_speech_s: Annotated[float, Between(0.5, 60)] = 5.0
    """After the wake word: give up when nobody speaks for so long, seconds."""

    max_s: Annotated[float, Between(1, 60)] = 12.0
    """A command never lasts longer, seconds; noise that never ends does end."""

    def __post_init__(self) -> None:
        times = (self.pause_ms, self.complete_silence_ms, self.incomplete_silence_ms)
        if list(times) != sorted(times):
            names = "pause_ms, complete_silence_ms and incomplete_silence_ms"
            raise ValueError(f"{names} must not fall, as {times[0]}, {times[1]}, {times[2]} do")


@dataclass(frozen=True, slots=True)
class AsrSettings:
    """Offline speech recognition."""

    engine: Literal["auto", "vosk", "moonshine"] = "auto"
    """auto: Vosk when a Vosk model is installed, Moonshine otherwise."""

    vosk_model: Path | None = None
    """Folder of a Vosk model; null: the one that `assistant models pull` installed."""

    partial_every_s: Annotated[float, Between(0, 10)] = 0.6
    """Moonshine: seconds of new speech between two partial results; 0: none."""

    threads: Annotated[int, Between(1, 64)] = 1


@dataclass(frozen=True, slots=True)
class SpeakSettings:
    """Replies."""

    replies: Literal["speech", "earcon", "off"] = "speech"
    """speech: earcons and spoken replies; earcon: short sounds only; off: silent."""

    engine: Literal["auto", "piper", "espeak"] = "auto"
    """auto: Piper when a voice is installed, espeak-ng otherwise."""

    voice: str | None = None
    """Piper: the voice's .onnx file; espeak-ng: a voice name such as en-gb; null: the default."""

    volume: Annotated[int, Between(0, 100)] = 80
    """Percent."""
