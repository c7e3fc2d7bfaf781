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

from assistant.understand.graph import DEAD, Graph

_SPECIAL = b"<"
_WORD_START = "\u2581"
_SPELLED = {"%": " percent", "°": " degrees", "&": " and "}
_LAST = "\U0010ffff"

Tokens = npt.NDArray[np.int64]


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


class Continuations:
    """`TokenTable.following` of one graph, kept for the states that were asked for."""

    def __init__(self, table: TokenTable, graph: Graph) -> None:
        self.graph = graph
        self._table = table
        self._closed: dict[int, tuple[Tokens, Tokens]] = {}

    def closed(self, state: int) -> tuple[Tokens, Tokens]:
        """Ids of the tokens that may follow and the states they lead to, apart from free text."""
        if state not in self._closed:
            found = list(self._table.following(self.graph, state))
            array = np.array(found, np.int64).reshape(-1, 2)
            self._closed[state] = (array[:, 0], array[:, 1])
        return self._closed[state]

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
    for sign, words in _SPELLED.items():
        text = text.replace(sign, words)
    return text.replace(_WORD_START, " ").lower()
