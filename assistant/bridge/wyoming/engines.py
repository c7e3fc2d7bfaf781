"""The models behind the services: loaded when somebody first wants them, used by one at a time.

Called on worker threads; nothing here is shared with the pipeline, which has its own.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace

from assistant.audio.framing import frames
from assistant.bridge.wyoming.info import word_of
from assistant.config import AsrSettings, Config
from assistant.errors import ModelError
from assistant.events import Transcript
from assistant.grammar.graph import Graph
from assistant.recognize import Recognizer, open_recognizer
from assistant.speak.sound import Sound, Voice
from assistant.speak.spoken import spoken
from assistant.speak.voice import VoiceChoice
from assistant.wake import WakeDetector, open_wake

MOST_WAITING = 4
"""Who asks for recognition or speech at a time; each takes a thread and as long as it takes."""


class Engines:
    """Recognizer and voice; a wake-word detector for each who asks."""

    def __init__(self, config: Config, voice: VoiceChoice | None) -> None:
        self._config = config
        self._choice = voice
        self._recognizer: Recognizer | None = None
        self._voice: Voice | None = None
        self._graphs: tuple[Graph, Graph] | None = None
        """The pipeline's, and ours of the same sentences."""

        self._waiting = threading.BoundedSemaphore(MOST_WAITING)
        self._recognizing = threading.Lock()
        self._speaking = threading.Lock()

    def transcribe(self, pcm: bytes, graph: Graph | None) -> Transcript:
        """What is said in 16 kHz mono 16-bit sound; raises ModelError.

        graph    what can be said, as the pipeline has it; None: anything
        """
        with self._place(), self._recognizing:
            if self._recognizer is None:
                self._recognizer = open_recognizer(self._once(self._config.asr))
            self._recognizer.reset(self._of_our_own(graph))
            for frame in frames([pcm]):
                self._recognizer.feed(frame)
            return self._recognizer.transcribe()

    @contextmanager
    def _place(self) -> Iterator[None]:
        """A place in the queue; raises ModelError when it is full."""
        if not self._waiting.acquire(blocking=False):
            raise ModelError(
                f"{MOST_WAITING} others are waiting for recognition or speech", fix="try again"
            )
        try:
            yield
        finally:
            self._waiting.release()

    def _of_our_own(self, graph: Graph | None) -> Graph | None:
        if graph is None:
            return None
        if self._graphs is None or self._graphs[0] is not graph:
            before = self._graphs and self._graphs[1]
            self._graphs = graph, graph.apart(before)
        return self._graphs[1]

    @staticmethod
    def _once(settings: AsrSettings) -> AsrSettings:
        """Nobody sees partial results here."""
        return replace(settings, partial_every_s=0.0)

    def synthesize(self, text: str) -> Sound:
        """The words as sound; raises ModelError. Empty where there is nothing to say."""
        with self._place(), self._speaking:
            if self._voice is None:
                assert self._choice is not None  # else tts is not offered
                self._voice = self._choice.open()
            return self._voice.synthesize(spoken(text) or ".")

    def listen_for(self, names: Sequence[str]) -> WakeDetector:
        """A detector of its own for these of the configured words; all, where none is named."""
        wake = self._config.wake
        words = tuple(word for word in wake.words if word_of(word.model) in names)
        return open_wake(replace(wake, words=words or wake.words))
