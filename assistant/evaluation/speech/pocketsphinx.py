"""PocketSphinx under the graph, for comparison: hidden Markov models and a closed grammar.

The grammar is the word graph itself, handed over as a finite-state grammar, which is what
PocketSphinx makes of a JSGF. Written as JSGF it could not be loaded: every mention of a rule is
expanded anew, which doubles the grammar with every place where two ways meet (measured with 5.1.1:
12 such places take 0.4 s, each more twice as long).
"""

from __future__ import annotations

import logging
from typing import Any

from assistant.errors import ModelError
from assistant.events import Frame, Transcript
from assistant.grammar.graph import Graph
from assistant.recognize.words import WordGraph, word_graph

log = logging.getLogger(__name__)

_GRAMMAR = "commands"
_CERTAIN = 1.0  # of a transition: the grammar allows or forbids, it does not prefer


class PocketSphinxRecognizer:
    """A `Recognizer` that decodes all of a command at its end."""

    def __init__(self, graph: Graph) -> None:
        """graph   without free text (`without_free_text`); it stays the same for good

        Raises ModelError when the package is missing.
        """
        try:
            import pocketsphinx
        except ImportError as error:
            raise ModelError(
                "the package pocketsphinx is not installed", fix="run: scripts/setup bench"
            ) from error
        self._decoder: Any = pocketsphinx.Decoder(lm=None, loglevel="FATAL")
        words = word_graph(graph)
        sayable = word_graph(graph, self._knows)
        if unknown := sorted(words.words - sayable.words):
            log.warning("pocketsphinx cannot hear: %s", ", ".join(unknown))
        if not sayable.ends:
            raise ModelError(
                "pocketsphinx knows none of the sentences word for word",
                fix="leave it out of --engines",
            )
        self._use(sayable)
        self._pcm, self._decoded = bytearray(), 0
        self._text, self._confidence = "", 0.0

    def feed(self, frame: Frame) -> str | None:
        self._pcm += frame.pcm
        return None

    def transcribe(self) -> Transcript:
        if self._decoded < len(self._pcm):
            self._decoder.start_utt()
            self._decoder.process_raw(bytes(self._pcm), no_search=False, full_utt=True)
            self._decoder.end_utt()
            found = self._decoder.hyp()
            self._text = found.hypstr if found else ""
            self._confidence = float(found.prob) if found else 0.0
            self._decoded = len(self._pcm)
        return Transcript(self._text, self._confidence, "pocketsphinx")

    def reset(self, graph: Graph | None = None) -> None:
        self._pcm, self._decoded = bytearray(), 0
        self._text, self._confidence = "", 0.0

    def _knows(self, word: str) -> bool:
        return self._decoder.lookup_word(word) is not None

    def _use(self, words: WordGraph) -> None:
        end = len(words.followers)  # PocketSphinx has one end: it can be reached from every other
        steps: list[tuple[int, int, float, str] | tuple[int, int, float]] = [
            (state, after, _CERTAIN, word)
            for state, following in enumerate(words.followers)
            for word, after in following.items()
        ]
        steps += [(state, end, _CERTAIN) for state in sorted(words.ends)]
        grammar = self._decoder.create_fsg(_GRAMMAR, words.start, end, steps)
        self._decoder.add_fsg(_GRAMMAR, grammar)
        self._decoder.activate_search(_GRAMMAR)
