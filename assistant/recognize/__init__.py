"""Offline speech recognition: the frames of one command in, its words out.

    vosk.py             decodes while it is fed, freely and by what can be said; needs a model
    moonshine.py        decodes at a pause; its English model comes with the installation
    search.py           beam search: freely, and under the graph of what can be said
    tokens.py           which of Moonshine's tokens the graph allows
    words.py            the graph as an automaton over whole words
    moonshine_model.py  Moonshine's encoder and decoder, below any search over tokens
    repair.py           the sayable sentences that sound most like what was recognized freely
    lattice.py          where in it each word could have been said
    sound.py            letters → phonemes, and how different two sound

`open_recognizer` is the one place that chooses between them.
"""

from __future__ import annotations

from pathlib import Path
from typing import Literal, Protocol

from assistant import catalogue
from assistant.config import AsrSettings
from assistant.errors import ModelError
from assistant.events import Frame, Transcript
from assistant.grammar.graph import Graph
from assistant.lang import ENGLISH, language

EngineName = Literal["vosk", "moonshine"]


class Recognizer(Protocol):
    """Writes down what was said in one command."""

    def feed(self, frame: Frame) -> str | None:
        """Take 10 ms; returns the words so far when they changed, else None."""

    def transcribe(self) -> Transcript:
        """Return the words of everything fed; costs nothing when nothing was fed since."""

    def reset(self, graph: Graph | None = None) -> None:
        """Forget everything fed: the next command begins.

        graph   what can be said in it; None: anything
        """


def engine_name(settings: AsrSettings) -> EngineName:
    """Name the engine that `open_recognizer` opens."""
    if settings.engine != "auto":
        return settings.engine
    if language().code != ENGLISH:
        return "vosk"
    return "vosk" if settings.vosk_model or catalogue.find("vosk") else "moonshine"


def open_recognizer(settings: AsrSettings) -> Recognizer:
    """Load the model of `settings`; raises ModelError when it is missing or damaged, or hears
    another language than is spoken."""
    code = language().code
    if code != ENGLISH and (engine_name(settings) == "moonshine" or not settings.vosk_model):
        raise ModelError(
            f"nothing that is installed hears {code!r}",
            fix="asr.vosk_model: the folder of a Vosk model of that language "
            "(alphacephei.com/vosk/models)",
        )
    if engine_name(settings) == "moonshine":
        from assistant.recognize.moonshine import MoonshineRecognizer

        return MoonshineRecognizer(settings)
    from assistant.recognize.vosk import VoskRecognizer

    return VoskRecognizer(_vosk_folder(settings))


def _vosk_folder(settings: AsrSettings) -> Path | None:
    return settings.vosk_model or catalogue.find("vosk")
