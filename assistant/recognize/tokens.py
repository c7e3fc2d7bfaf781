"""Which of a recognizer's tokens may follow in a state of the graph.

A word can be written with many sequences of tokens ("soy" as "▁soy", "▁s"+"oy", "▁So"+"y"), in
capital or small letters. All of them are one word here: a token is followed letter by letter.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt

from assistant.grammar.graph import DEAD, Graph, as_read

_SPECIAL = b"<"
_WORD_START = "\u2581"
_LAST = "\U0010ffff"

Tokens = npt.NDArray[np.int64]
FloatArray = npt.NDArray[np.float32]


class TokenTable:
    """The text of every token, sorted, so that those with a common beginning are neighbours."""

    def __init__(self, tokens: Sequence[bytes]) -> None:
        """tokens   the bytes of each, index = id; a blank is U+2581"""
        self.texts = tuple(_readable(token) for token in tokens)
        pairs = sorted((text, number) for number, text in enumerate(self.texts) if text)
        self._sorted = [text for text, _ in pairs]
        self._ids = [number for _, number in pairs]

    def following(self, graph: Graph, state: int) -> Iterator[tuple[int, int]]:
        """Tokens that may be read in `state`, and the state after each; not those of free text."""
        yield from self._extend(graph, state, "", 0, len(self._sorted))

    def _extend(
        self, graph: Graph, state: int, beginning: str, low: int, high: int
    ) -> Iterator[tuple[int, int]]:
        """The same for the tokens from `low` to `high`, all of which have this beginning."""
        while low < high and self._sorted[low] == beginning:
            yield self._ids[low], state
            low += 1
        for letter in sorted(graph.letters(state) | _BREAKS_OF_TOKENS):
            if low >= high:
                return
            longer = beginning + letter
            first = bisect_left(self._sorted, longer, low, high)
            end = bisect_right(self._sorted, longer + _LAST, first, high)
            if first < end and (follower := graph.step(state, letter)) != DEAD:
                yield from self._extend(graph, follower, longer, first, end)


_BREAKS = re.compile(r"[ ,;:!?…\-—\u2019\".]+")
_BREAKS_OF_TOKENS = frozenset(" .,?!-'")


_LOOKED_AT = 1_000
"""Tokens that are tried one by one, the likeliest first. In most states a few of them may follow;
spelling out all that may follow takes a hundred times as long where any name may."""

_FEW = 8
"""With fewer of those, all that may follow are looked for."""


class Continuations:
    """`TokenTable.following` of a graph, kept for the states that were asked for."""

    def __init__(self, table: TokenTable, graph: Graph) -> None:
        self.graph = graph
        self._table = table
        self._closed: dict[int, tuple[Tokens, Tokens]] = {}

    def likely(self, state: int, scores: FloatArray, count: int) -> dict[int, int]:
        """The likeliest tokens that may follow, apart from free text → the state after each.

        scores   log-probabilities (32768)
        """
        found: dict[int, int] = {}
        letters = self.graph.letters(state) | _BREAKS_OF_TOKENS
        best = np.argpartition(-scores, _LOOKED_AT)[:_LOOKED_AT]
        for token in best[np.argsort(-scores[best])]:
            text = self._table.texts[token]
            if text[:1] in letters and (after := self.graph.step(state, text)) != DEAD:
                found[int(token)] = after
                if len(found) == count:
                    return found
        if len(found) >= _FEW:
            return found
        ids, states = self.closed(state)
        kept = np.argsort(-scores[ids])[:count]
        return {int(ids[k]): int(states[k]) for k in kept}

    def closed(self, state: int) -> tuple[Tokens, Tokens]:
        """Ids of the tokens that may follow and the states they lead to, apart from free text."""
        if state not in self._closed:
            found = list(self._table.following(self.graph, state))
            array = np.array(found, np.int64).reshape(-1, 2)
            self._closed[state] = (array[:, 0], array[:, 1])
        return self._closed[state]

    def follow(self, graph: Graph) -> None:
        """Between two searches: what can be said in the next, and memory within bounds."""
        if graph.trim() or not graph.shares_states(self.graph):
            self._closed.clear()
        self.graph = graph

    def after(self, state: int, token: int) -> int:
        """The state after `token`; DEAD when it may not follow."""
        text = self._table.texts[token]
        return self.graph.step(state, text) if text else DEAD

    def said(self, before: str, token: int) -> str:
        """`before` with the text of `token`, words separated by single blanks."""
        words = _BREAKS.sub(" ", self._table.texts[token])
        return before + (words.lstrip() if before.endswith(" ") or not before else words)


def _readable(token: bytes) -> str:
    """What a token adds to the text, in small letters; empty for one that stands for no text."""
    try:
        text = token.decode("utf-8")
    except UnicodeDecodeError:
        return ""
    if token.startswith(_SPECIAL):
        return ""
    return as_read(text.replace(_WORD_START, " "))
