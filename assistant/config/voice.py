"""What is heard and said: microphone, wake word, recognizer, replies."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from assistant.config.ranges import between


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

    buffer_s: float = 5.0
    """Sound kept while the program is busy; older sound is dropped and counted, seconds."""

    def __post_init__(self) -> None:
        between(0.5, 60, buffer_s=self.buffer_s)


@dataclass(frozen=True, slots=True)
class WakeWordSettings:
    """One wake word."""

    model: str = "alexa"
    """A built-in one (alexa, hey_jarvis, hey_mycroft, okay_nabu) or the path of a
    microWakeWord .json whose .tflite lies beside it."""

    cutoff: float | None = None
    """Probability from which the word counts as said, 0 to 1; null: the model's own."""

    lag_ms: int | None = None
    """From the end of the spoken word to the model's decision, milliseconds: what was said in
    that time belongs to the command. null: as measured for the built-in words, else 100."""

    def __post_init__(self) -> None:
        if self.cutoff is not None:
            between(0, 1, cutoff=self.cutoff)
        if self.lag_ms is not None:
            between(0, 500, lag_ms=self.lag_ms)


@dataclass(frozen=True, slots=True)
class WakeSettings:
    """The streaming int8 wake-word loop."""

    words: tuple[WakeWordSettings, ...] = (WakeWordSettings(),)
    refractory_s: float = 1.0
    """A word that was just heard is not heard again for so long, seconds."""

    def __post_init__(self) -> None:
        between(0, 10, refractory_s=self.refractory_s)
        if not self.words:
            raise ValueError("words must name at least one wake word")


@dataclass(frozen=True, slots=True)
class ListenSettings:
    """Where a command begins and ends."""

    speech_threshold: float = 0.5
    """Silero VAD probability from which a 32 ms chunk is speech, 0 to 1."""

    pause_ms: int = 200
    """Silence after which the words so far are looked at, milliseconds."""

    complete_silence_ms: int = 300
    """Silence that ends a command that is complete, milliseconds."""

    incomplete_silence_ms: int = 900
    """Silence that ends a command that does not (yet) make sense, milliseconds."""

    no_speech_s: float = 5.0
    """After the wake word: give up when nobody speaks for so long, seconds."""

    max_s: float = 12.0
    """A command never lasts longer, seconds; noise that never ends does end."""

    def __post_init__(self) -> None:
        between(0, 1, speech_threshold=self.speech_threshold)
        between(50, 1000, pause_ms=self.pause_ms)
        between(self.pause_ms, 3000, complete_silence_ms=self.complete_silence_ms)
        between(self.complete_silence_ms, 5000, incomplete_silence_ms=self.incomplete_silence_ms)
        between(0.5, 60, no_speech_s=self.no_speech_s)
        between(1, 60, max_s=self.max_s)


@dataclass(frozen=True, slots=True)
class AsrSettings:
    """Offline speech recognition."""

    engine: Literal["auto", "vosk", "moonshine"] = "auto"
    """auto: Vosk when a Vosk model is installed, Moonshine otherwise."""

    vosk_model: str | None = None
    """Folder of a Vosk model; null: the one that `assistant models pull` installed."""

    partial_every_s: float = 0.6
    """Moonshine: seconds of new speech between two partial results; 0: none."""

    threads: int = 1

    def __post_init__(self) -> None:
        between(0, 10, partial_every_s=self.partial_every_s)
        between(1, 64, threads=self.threads)


@dataclass(frozen=True, slots=True)
class SpeakSettings:
    """Replies."""

    replies: Literal["speech", "earcon", "off"] = "speech"
    """speech: earcons and spoken replies; earcon: short sounds only; off: silent."""

    engine: Literal["auto", "piper", "espeak"] = "auto"
    """auto: Piper when a voice is installed, espeak-ng otherwise."""

    voice: str | None = None
    """Piper: the voice's .onnx file; espeak-ng: a voice name such as en-gb; null: the default."""

    volume: int = 80
    """Percent."""

    def __post_init__(self) -> None:
        between(0, 100, volume=self.volume)
