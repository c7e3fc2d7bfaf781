"""Beam search over Moonshine's tokens: the likeliest sentence the graph allows, and the free one.

The free one comes first, token by token. Where the model is sure of it and it can be said, that is
all; else the graph is searched with a beam. A hypothesis ends with the end token, whose probability
counts, so the scores of long and short sentences can be compared as they are. As probabilities only
shrink, the search is over when no open hypothesis is better than the best finished one.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from assistant.events import Hypothesis
from assistant.grammar.graph import DEAD
from assistant.recognize.moonshine_model import END, START, Cache, FloatArray, Moonshine
from assistant.recognize.tokens import Continuations

_SURE = 0.1
"""Nats per token up to which free words that can be said need no other reading."""

_OPEN_CHOICES = 24
"""Likeliest tokens that are looked at inside free text."""

_WIDE_START = (4, 4, 4, 3)
"""The beam is so many times as wide for the first tokens: nothing that was said tells the model
yet which words to expect, and a first word that was heard badly ranks low."""

_LOOP = 3  # times that the same tokens may follow each other


NOTHING = Hypothesis("", 0.0, 0)


@dataclass(frozen=True, slots=True)
class Found:
    """The result of one search."""

    free: Hypothesis
    """Likeliest token by token, whatever it says."""

    sayable: tuple[Hypothesis, ...]
    """What can be said here, the likeliest first; empty when nothing came near."""


@dataclass(frozen=True, slots=True)
class _Row:
    """One line of the batch."""

    tokens: tuple[int, ...]
    said: str
    """The same as the graph reads it: two ways to write the same words are one hypothesis."""

    state: int
    score: float


@dataclass(frozen=True, slots=True)
class _Next:
    """A row of the next step: the row it grows from, and what it adds."""

    source: int
    row: _Row


def search(
    model: Moonshine,
    states: FloatArray,
    may: Continuations | None,
    *,
    limit: int,
    beam: int = 8,
    slack: float = 30.0,
) -> Found:
    """The likeliest sentences for `states`, the encoder's (1, time, 288).

    may     what can be said; None: free recognition only
    limit   tokens that a sentence may have
    slack   hypotheses that are less likely than the free one by more (nats) are given up
    """
    free = _freely(model, states, limit)
    if may is None or not free.tokens:
        return Found(free, ())
    if free.log_probability > -_SURE * free.tokens and may.graph.accepts(free.text):
        return Found(free, (free,))
    least = free.log_probability - slack
    return Found(free, _Search(model, states, may, limit=limit, beam=beam, least=least).result())


def _freely(model: Moonshine, states: FloatArray, limit: int) -> Hypothesis:
    """The likeliest token at every step, until the end, the limit or a loop."""
    tokens, score, cache = [START], 0.0, None
    while len(tokens) <= limit:
        logits, cache = model.step(np.array([tokens[-1:]], np.int64), states, cache)
        token = int(logits[0].argmax())
        score += float(_log_softmax(logits)[0, token])
        if token == END:
            break
        tokens.append(token)
        if repeated := _loop(tokens):
            del tokens[-repeated:]
            break
    text = model.tokenizer.text(tokens)
    return Hypothesis(text, score, len(tokens)) if text else NOTHING


class _Search:
    def __init__(
        self,
        model: Moonshine,
        states: FloatArray,
        may: Continuations,
        *,
        limit: int,
        beam: int,
        least: float,
    ) -> None:
        self._model = model
        self._may = may
        self._limit, self._beam, self._least = limit, beam, least
        self._batch = _Batch(model, states)
        self._done: dict[str, Hypothesis] = {}

    def result(self) -> tuple[Hypothesis, ...]:
        start = _Row((START,), "", self._may.graph.start, 0.0)
        log_probabilities = self._batch.first()
        rows = self._best([_Next(0, row) for row in self._grown(start, log_probabilities[0])])
        while rows:
            log_probabilities = self._batch.next(
                [new.source for new in rows], [new.row.tokens[-1] for new in rows]
            )
            grown: list[_Next] = []
            for at, new in enumerate(rows):
                self._finish(new.row, log_probabilities[at])
                grown += [_Next(at, row) for row in self._grown(new.row, log_probabilities[at])]
            rows = self._best(grown)
        return tuple(sorted(self._done.values(), key=lambda h: -h.log_probability))

    def _finish(self, row: _Row, scores: FloatArray) -> None:
        """Count `row` as a whole sentence, where it is one."""
        if not self._may.graph.ends(row.state):
            return
        text = self._model.tokenizer.text(row.tokens)
        score = row.score + float(scores[END])
        key = row.said.rstrip()
        if key not in self._done or self._done[key].log_probability < score:
            self._done[key] = Hypothesis(text, score, len(row.tokens))

    def _grown(self, row: _Row, scores: FloatArray) -> Iterator[_Row]:
        """`row` with each token that may follow."""
        if len(row.tokens) > self._limit:
            return
        found = self._may.likely(row.state, scores, 4 * self._beam)
        if self._may.graph.is_free(row.state):
            for token in np.argpartition(-scores, _OPEN_CHOICES)[:_OPEN_CHOICES]:
                if (state := self._may.after(row.state, int(token))) != DEAD:
                    found[int(token)] = state
        for token, state in found.items():
            said = self._may.said(row.said, token)
            yield _Row((*row.tokens, token), said, state, row.score + float(scores[token]))

    def _best(self, grown: list[_Next]) -> list[_Next]:
        """The beam: the likeliest of `grown` that can still win."""
        step = len(grown[0].row.tokens) - 2 if grown else 0
        finished = max((h.log_probability for h in self._done.values()), default=-np.inf)
        least = max(finished, self._least)
        hopeful = [new for new in grown if new.row.score > least]
        hopeful.sort(key=lambda new: -new.row.score)
        best: dict[str, _Next] = {}
        width = self._beam * (_WIDE_START[step] if step < len(_WIDE_START) else 1)
        for new in hopeful:
            best.setdefault(new.row.said, new)
            if len(best) == width:
                break
        return list(best.values())


class _Batch:
    """The decoder's rows from step to step: which row each grew from, and its cache."""

    def __init__(self, model: Moonshine, states: FloatArray) -> None:
        self._model = model
        self._states = states
        self._own: Cache = {}  # of the tokens so far: one row per hypothesis
        self._shared: Cache = {}  # of the states: one for all rows

    def first(self) -> FloatArray:
        """Log-probabilities (1, 32768) of the first token."""
        logits, cache = self._model.step(np.array([[START]], np.int64), self._states, None)
        self._own = {n: v for n, v in cache.items() if ".decoder." in n}
        self._shared = {n: v for n, v in cache.items() if ".decoder." not in n}
        return _log_softmax(logits)

    def next(self, sources: list[int], tokens: list[int]) -> FloatArray:
        """Log-probabilities (rows, 32768) after each row of `sources` took its token."""
        cache = {name: values[sources] for name, values in self._own.items()} | self._shared
        ids: npt.NDArray[np.int64] = np.array(tokens, np.int64)[:, None]
        logits, grown = self._model.step(ids, self._states, cache)
        self._own = {name: grown[name] for name in self._own}
        return _log_softmax(logits)


def _log_softmax(logits: FloatArray) -> FloatArray:
    """In place: the first steps have dozens of rows, each of 32,768."""
    for row in logits:
        row -= row.max()
        row -= np.log(np.exp(row).sum())
    return logits


def _loop(tokens: list[int]) -> int:
    """How many tokens at the end only repeat those before them; 0: none."""
    for size in range(1, len(tokens) // _LOOP + 1):
        last = tokens[-size:]
        if tokens[-size * _LOOP :] == last * _LOOP:
            return size * (_LOOP - 1)
    return 0
