"""The sayable sentences that sound most like the words of a free recognition.

For engines that cannot be told what to expect, and for what they hear where they can: the words
are turned back into sound, and the graph is walked word by word along it. Each word may begin at
any phoneme, so that "so email" can be "soy milk". Words of free text are taken as they were heard.

The search keeps, for every phoneme, the cheapest ways to have got there (a beam), then reads the
best whole sentences off backwards, in order (Soong & Huang 1991, "A tree-trellis based fast search
for finding the N best sentence hypotheses").
"""

from __future__ import annotations

import heapq
import itertools
import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from assistant.events import Because, Decision, Reason, Slot, Source, Transcript, Understanding
from assistant.grammar.graph import DEAD, Graph
from assistant.lang import language
from assistant.recognize.lattice import Spot, Words
from assistant.recognize.sound import nearest, pronounce_word, weight
from assistant.skill.manifest import Manifest
from assistant.understand.judge import meaning
from assistant.understand.text import (
    split_words,
    without_fillers,
)

if TYPE_CHECKING:
    from assistant.understand import Interpreter

ACCEPT, CONFIRM = 0.2, 0.3
"""Distances up to which a repaired sentence is acted upon, and asked back. Measured by
scripts/bench_repair.py."""

CLEAR = 0.015
"""How much farther the nearest sentence that means something else has to be."""

SAME = 0.12
"""Distance up to which two names in free text are one."""

_BEAM = 2.5
"""Ways that cost more than the cheapest one to the same phoneme by this are given up; in
phonemes, about."""

_WIDTH = 30
"""Ways that are followed from each phoneme."""

_UNSAID = 1.5
"""Words as light as this ("a", "the", "to") may be missing from what was heard."""

_FREE = 0.1
"""Cost of a word of free text per weight of its sound: what is sayable word by word comes first."""


_ANY_WORD = "\0 "
"""Stands for a word that is in no vocabulary."""

_POPS = 400
"""Partial sentences that are looked at when the best are read off."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A sentence that can be said here."""

    text: str
    distance: float
    """Of its sound from what was heard, 0 (same) to 1. What was heard from the first word of free
    text on does not count as agreeing: anything would."""

    cost: float
    """The same, summed over the phonemes that differ."""


@dataclass(slots=True)
class _Way:
    """A place in the graph and in the sound, and how one gets there."""

    cost: float
    steps: list[_Step] = field(default_factory=list)


_Step = tuple["_Key", str, float, bool]
"""Where from, the word, its cost, and whether it was taken as it was heard."""

_Key = tuple[int, int]
"""Phonemes heard, state of the graph."""


def _fillers() -> frozenset[str]:
    """Words that say nothing: they are never put in the place of something else."""
    said = language().lexicon
    return frozenset((*said.LEADING_FILLERS, *said.TRAILING_FILLERS)) - set(said.JOINTS)


def repair(text: str, graph: Graph, *, at_most: int = 4) -> tuple[Candidate, ...]:
    """The sentences of `graph` nearest to `text` by sound, the nearest first; maybe none."""
    return _repairer(graph).repair(text, at_most=at_most)


@lru_cache(maxsize=2)
def _repairer(graph: Graph) -> Repairer:
    return Repairer(graph)


def judge_repaired(heard: Transcript, interpreter: Interpreter) -> Understanding:
    """What `heard` means for an engine that knows nothing of what can be said.

    A sentence that a template takes as it is needs no repair. Else the nearest by sound is
    accepted where it is near enough and nothing of another meaning is as near, asked back where
    it may be, and the words are left to the intent model where it is not.
    """
    freely = interpreter.interpret(heard.text)
    if _as_it_is(freely):
        return freely
    near = [c for c in repair(heard.text, interpreter.graph, at_most=8) if c.distance <= CONFIRM]
    found = [(c.distance, interpreter.interpret(c.text)) for c in near]
    # Words that were put in place of others say nothing to a model that reads between them.
    found = [(d, said) for d, said in found if _as_it_is(said)]
    if not found:
        return freely
    distance, best = found[0]
    rivals = [other for other, said in found if meaning(said) != meaning(best)]
    # Several commands in one sentence are as many chances that one of them was never given.
    near_enough = distance <= ACCEPT / max(1, len(best.intents))
    sure = near_enough and all(rival - distance >= CLEAR for rival in rivals)
    if freely.decision == "accept" and (not sure or meaning(freely) == meaning(best)):
        return freely
    intents = tuple(replace(intent, confidence=1 - distance) for intent in best.intents)
    decision: Decision = "accept" if sure else "confirm"
    return replace(
        best,
        decision=decision,
        confidence=1 - distance,
        intents=intents,
        source=Source.REPAIRED,
        reason=None if sure else Reason(Because.TOO_UNSURE),
    )


def _as_it_is(said: Understanding) -> bool:
    """Whether a sentence has it, of a skill or of the dialogue."""
    return said.decision == "accept" and said.source is not Source.MODEL


Known = Mapping[str, Mapping[str, Sequence[str]]]
"""Skill → slot of free text → things that are said in it."""


def known_texts(manifests: Iterable[Manifest]) -> Known:
    """The examples that skills give for their slots of free text."""
    return {
        manifest.name: {name: spec.examples for name, spec in manifest.slots.items()}
        for manifest in manifests
    }


def repair_texts(understood: Understanding, known: Known) -> Understanding:
    """`understood` with what was heard in slots of free text replaced by what sounds the same:
    "the beetles" becomes "the beatles" where that is an example of the slot."""
    intents = []
    for intent in understood.intents:
        examples = known.get(intent.skill, {})
        slots = {
            name: _repaired(slot, examples.get(name, ())) for name, slot in intent.slots.items()
        }
        intents.append(replace(intent, slots=slots))
    return replace(understood, intents=tuple(intents))


def _repaired(slot: Slot, known: Sequence[str]) -> Slot:
    found = nearest(slot.raw, known, within=SAME)
    return replace(slot, value=found[0]) if found and isinstance(slot.value, str) else slot


class Repairer:
    """Finds what can be said in one graph by its sound."""

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        words = sorted(graph.vocabulary.words)
        fillers = _fillers()
        self._words = Words(words, surely=fillers)
        lightest = ((w, sum(map(weight, pronounce_word(w)))) for w in words if w not in fillers)
        self._unsaid = [(word, cost) for word, cost in lightest if cost <= _UNSAID]
        self._steps: defaultdict[int, dict[str, int]] = defaultdict(dict)
        self._unsaid_in: dict[int, list[tuple[str, float, int]]] = {}

    def repair(self, text: str, *, at_most: int = 4) -> tuple[Candidate, ...]:
        """The sayable sentences nearest to `text` by sound, the nearest first; maybe none."""
        search = _Search(self, text)
        return tuple(itertools.islice(search.sentences(), at_most))

    def spots(self, heard: str) -> list[list[Spot]]:
        """The words that may begin at each phoneme of `heard`."""
        return self._words.spots(heard)

    def unsaid(self, state: int) -> list[tuple[str, float, int]]:
        """Words that may be missing in `state`, what that costs, and the state after them."""
        if state not in self._unsaid_in:
            steps = ((word, cost, self.step(state, word)) for word, cost in self._unsaid)
            self._unsaid_in[state] = [s for s in steps if s[2] not in (DEAD, state)]
        return self._unsaid_in[state]

    def step(self, state: int, word: str) -> int:
        """The state after `word` and a blank; DEAD when it fits only as free text."""
        known = self._steps[state]
        if word not in known:
            known[word] = self._walk(state, word)
        return known[word]

    def step_freely(self, state: int) -> int:
        """The state after a word of free text and a blank; DEAD where there may be none."""
        return self.graph.step(state, _ANY_WORD) if self.graph.is_free(state) else DEAD

    def _walk(self, state: int, word: str) -> int:
        for letter in word:
            # Most words end here: they are not expected, or only as free text. Asking first also
            # spares the graph new states that lead nowhere.
            if letter.isalnum() and letter not in self.graph.letters(state):
                return DEAD
            state = self.graph.step(state, letter)
            if state == DEAD:
                return DEAD
        return self.graph.step(state, " ")


class _Search:
    def __init__(self, repairer: Repairer, text: str) -> None:
        self._repairer = repairer
        self._graph = repairer.graph
        self._heard = ""
        self._free: dict[int, tuple[str, int]] = {}
        """Phonemes before a word that was heard → the word, and the phonemes after it."""

        for word in next(without_fillers(split_words(text)), ()):
            start = len(self._heard)
            self._heard += pronounce_word(word.text)
            self._free.setdefault(start, (word.text, len(self._heard)))
        self._spots = repairer.spots(self._heard)
        places = len(self._heard) + 1
        self._ways: list[dict[int, _Way]] = [{} for _ in range(places)]
        self._cheapest = [math.inf] * places

    def sentences(self) -> Iterator[Candidate]:
        """Whole sentences, the nearest first."""
        self._ways[0][self._graph.start] = _Way(0.0)
        self._cheapest[0] = 0.0
        for at in range(len(self._heard) + 1):
            self._skip_unsaid(at)
            self._ways[at] = self._kept(at)
            if at < len(self._heard):
                self._go_on(at)
        yield from self._read_off()

    def _go_on(self, at: int) -> None:
        step, cheapest = self._repairer.step, self._cheapest
        for state, way in self._ways[at].items():
            key, here = (at, state), way.cost
            self._reach(at + 1, state, here, (key, "", weight(self._heard[at]), False))
            for spot in self._spots[at]:
                if here + spot.cost <= cheapest[spot.end] + _BEAM:
                    after = step(state, spot.word)
                    if after != DEAD:
                        self._reach(spot.end, after, here, (key, spot.word, spot.cost, False))
            if at in self._free and self._graph.is_free(state):
                word, end = self._free[at]
                cost = _FREE * sum(map(weight, self._heard[at:end]))
                after = self._repairer.step_freely(state)
                self._reach(end, after, here, (key, word, cost, True))

    def _skip_unsaid(self, at: int) -> None:
        waiting = [(way.cost, state) for state, way in self._kept(at).items()]
        heapq.heapify(waiting)
        for _ in range(_WIDTH):  # the others would not be kept
            if not waiting:
                return
            here, state = heapq.heappop(waiting)
            for word, cost, after in self._repairer.unsaid(state):
                if here + cost <= self._cheapest[at] + _BEAM:
                    if after not in self._ways[at]:
                        heapq.heappush(waiting, (here + cost, after))
                    self._reach(at, after, here, ((at, state), word, cost, False))

    def _reach(self, at: int, state: int, here: float, step: _Step) -> None:
        cost = here + step[2]
        if cost > self._cheapest[at] + _BEAM:
            return
        way = self._ways[at].get(state)
        if way is None:
            way = self._ways[at][state] = _Way(cost)
        elif cost < way.cost:
            way.cost = cost
        way.steps.append(step)
        if cost < self._cheapest[at]:
            self._cheapest[at] = cost

    def _kept(self, at: int) -> dict[int, _Way]:
        limit = self._cheapest[at] + _BEAM
        hopeful = [item for item in self._ways[at].items() if item[1].cost <= limit]
        return dict(heapq.nsmallest(_WIDTH, hopeful, key=lambda item: item[1].cost))

    def _read_off(self) -> Iterator[Candidate]:
        number = itertools.count()  # decides between equal costs
        end = len(self._heard)
        ends = ((state, way) for state, way in self._ways[end].items() if self._graph.ends(state))
        heap = [
            _Tail(way.cost, next(number), (end, state), 0.0, (), 0.0, end) for state, way in ends
        ]
        heapq.heapify(heap)
        said: set[str] = set()
        for _ in range(_POPS):
            if not heap:
                return
            tail = heapq.heappop(heap)
            text = " ".join(tail.words)
            if tail.begins == (0, self._graph.start) and text and text not in said:
                said.add(text)
                yield self._candidate(text, tail)
            at, state = tail.begins
            for before, word, price, as_heard in self._ways[at][state].steps:
                if (way := self._ways[before[0]].get(before[1])) is None:
                    continue
                cost = tail.cost + price
                uncounted = tail.uncounted + price * as_heard
                free_from = before[0] if self._graph.is_free(before[1]) else tail.free_from
                words = (word, *tail.words) if word else tail.words
                total = way.cost + cost
                heapq.heappush(
                    heap, _Tail(total, next(number), before, cost, words, uncounted, free_from)
                )

    def _candidate(self, text: str, whole: _Tail) -> Candidate:
        cost = max(0.0, whole.total - whole.uncounted)
        agreeing = sum(map(weight, self._heard[: whole.free_from]))
        return Candidate(text, min(1.0, cost / agreeing) if agreeing > 0 else 1.0, cost)


class _Tail(NamedTuple):
    """The end of a sentence, from some way on."""

    total: float
    """With the cheapest beginning."""

    number: int
    begins: _Key
    cost: float
    words: tuple[str, ...]
    uncounted: float
    """Part of the cost that is no difference: that of words taken as they were heard."""

    free_from: int
    """Phonemes heard before its first free text; all, where it has none."""
