"""Vosk as a recognizer: decodes while it is fed, so a finished command is written down at once.

Two habits of Vosk show here. It ends an utterance by itself after its own idea of silence, and
begins the next one: their words are joined. And its partial result lags behind the sound, so
`transcribe` ends the utterance too; what is said after that is one more, joined like the others.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from assistant.errors import ModelError
from assistant.events import FRAME_BYTES, SAMPLE_RATE_HZ, Frame, Transcript
from assistant.understand.graph import Graph

_FIX = "run: assistant models pull vosk-small-en"
_NEEDED = ("am/final.mdl", "conf/model.conf", "graph", "ivector/final.ie")
_BLOCK_BYTES = 10 * FRAME_BYTES  # 100 ms: often enough for partial words, a tenth of the calls


@dataclass(frozen=True, slots=True)
class _Words:
    """What one utterance of Vosk's came to."""

    text: str
    confidences: tuple[float, ...]


class VoskRecognizer:
    """A `Recognizer` over a Vosk model folder."""

    def __init__(self, folder: Path | None) -> None:
        if folder is None:
            raise ModelError("asr.engine is vosk, but no Vosk model is installed", fix=_FIX)
        self._engine = _load(folder)
        self.reset()

    def feed(self, frame: Frame) -> str | None:
        self._block += frame.pcm
        if len(self._block) < _BLOCK_BYTES:
            return None
        before, self._partial = self._text(), self._accept()
        return self._text() if self._text() != before else None

    def transcribe(self) -> Transcript:
        if self._block:
            self._partial = self._accept()
        if self._open:
            self._close(self._engine.FinalResult())
        scores = [score for words in self._done for score in words.confidences]
        confidence = sum(scores) / len(scores) if scores else 0.0
        return Transcript(self._text(), confidence, "vosk")

    def reset(self, graph: Graph | None = None) -> None:
        self._block = bytearray()  # heard, but not yet given to Vosk
        self._open = False  # Vosk has sound of an utterance that it has not ended
        self._partial = ""
        self._done: list[_Words] = []
        self._engine.Reset()

    def _accept(self) -> str:
        """Let Vosk hear the block; returns the partial words of the utterance that is open."""
        ended = self._engine.AcceptWaveform(bytes(self._block))
        self._block.clear()
        self._open = True
        if ended:
            self._close(self._engine.Result())
            return ""
        return str(json.loads(self._engine.PartialResult()).get("partial", ""))

    def _close(self, result: str) -> None:
        found = json.loads(result)
        confidences = tuple(float(word["conf"]) for word in found.get("result", ()))
        self._done.append(_Words(str(found.get("text", "")), confidences))
        self._open, self._partial = False, ""

    def _text(self) -> str:
        return " ".join(" ".join([*(words.text for words in self._done), self._partial]).split())


def _load(folder: Path) -> Any:
    """Open Vosk's own recognizer; it must be told apart what is missing and what is damaged."""
    missing = [name for name in _NEEDED if not (folder / name).exists()]
    if missing:
        raise ModelError(f"{folder} is no Vosk model: it has no {missing[0]}", fix=_FIX)
    import vosk  # type: ignore[import-untyped,unused-ignore]  # ships no types

    vosk.SetLogLevel(-1)
    try:
        engine = vosk.KaldiRecognizer(vosk.Model(str(folder)), SAMPLE_RATE_HZ)
    except Exception as error:  # Vosk raises the bare class
        raise ModelError(f"the Vosk model in {folder} is damaged: {error}", fix=_FIX) from error
    engine.SetWords(True)
    return engine
