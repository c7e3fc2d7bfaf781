"""The words of everything that can be said, and which of them follow each other.

Read off the compiled automaton without following whole sentences: a part that several sentences
enter is left towards all of them. So a pair that no sentence has may come out, rarely; none that
a sentence has is missing, apart from the words of free text.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from functools import cached_property

from assistant.grammar.automaton import Automaton

_ANY = "*"
"""In place of a word of free text."""

_DIGITS = 1
"""Longer numbers in digits are cut off: of codes with eight there are a hundred million."""


class Vocabulary:
    """What is said between node `start` and node `end` of an automaton, in small letters."""

    def __init__(self, nodes: Automaton, start: int, end: int) -> None:
        self._nodes = nodes
        self._end = end
        self._backs: defaultdict[int, set[int]] = defaultdict(set)
        """Node at which a part is left → where to go on."""

        self._said: dict[int, frozenset[tuple[str, int]]] = {}
        """Node → each word that begins there, and the node before the next word."""

        self._near: dict[int, Sequence[int]] = {}
        callers: defaultdict[int, set[int]] = defaultdict(set)
        for calls in nodes.calls.values():
            for first, back in calls:
                callers[first].add(back)
        for first, backs in callers.items():
            for leaf in self._leaves(first):
                self._backs[leaf] |= backs
        self._read(start)

    @cached_property
    def words(self) -> frozenset[str]:
        """Every word of a sentence, apart from those of free text; numbers as they are spelled."""
        words = (word for said in self._said.values() for word, _ in said)
        return frozenset(word for word in words if _is_word(word))

    @cached_property
    def pairs(self) -> frozenset[tuple[str, str]]:
        """Words that follow each other."""
        after: defaultdict[str, set[int]] = defaultdict(set)
        for said in self._said.values():
            for word, place in said:
                after[word].add(place)
        begun = {
            node: frozenset(word for word, _ in said if _is_word(word))
            for node, said in self._said.items()
        }
        first = {
            place: frozenset[str]().union(*(begun[node] for node in self._next(place)))
            for places in after.values()
            for place in places
        }
        return frozenset(
            (word, other)
            for word, places in after.items()
            if _is_word(word)
            for other in frozenset[str]().union(*(first[place] for place in places))
        )

    def _read(self, start: int) -> None:
        places, waiting = {start}, [start]
        while waiting:
            for node in self._next(waiting.pop()):
                if node not in self._said:
                    self._said[node] = frozenset(self._words_at(node))
                    new = {place for _, place in self._said[node]} - places
                    places |= new
                    waiting += new

    def _words_at(self, node: int) -> Iterator[tuple[str, int]]:
        nodes = self._nodes
        met: set[tuple[int, str]] = set()
        waiting = [(node, "")]
        if node in nodes.free_words:
            waiting = [(n, _ANY) for n in self._next(nodes.free_words[node])]
        while waiting:
            node, word = waiting.pop()
            if (node, word) in met:
                continue
            met.add((node, word))
            if word and node == self._end:
                yield word, node
            for letter, follower in nodes.letters[node].items():
                if letter == " " and word:
                    yield word, follower
                elif word != _ANY:
                    longer = _longer(word, letter)
                    waiting += ((n, longer) for n in self._next(follower))

    def _next(self, place: int) -> Sequence[int]:
        """The nodes that can be reached from `place` without reading, and at which one can read."""
        if place not in self._near:
            nodes, reached, waiting = self._nodes, {place}, [place]
            while waiting:
                node = waiting.pop()
                found = [*nodes.skips.get(node, ()), *self._backs.get(node, ())]
                found += [first for first, _ in nodes.calls.get(node, ())]
                waiting += [n for n in found if n not in reached]
                reached.update(found)
            self._near[place] = [n for n in reached if self._reads(n)]
        return self._near[place]

    def _reads(self, node: int) -> bool:
        return (
            bool(self._nodes.letters[node]) or node in self._nodes.free_words or node == self._end
        )

    def _leaves(self, first: int) -> Iterator[int]:
        """The nodes at which the part that begins at `first` is left."""
        nodes = self._nodes
        reached, waiting = {first}, [first]
        while waiting:
            node = waiting.pop()
            if node in nodes.leaves:
                yield node
            found = [*nodes.skips.get(node, ()), *nodes.letters[node].values()]
            found += [back for _, back in nodes.calls.get(node, ())]
            found += [n for n in (nodes.free_words.get(node), nodes.free_gaps.get(node)) if n]
            waiting += [n for n in found if n not in reached]
            reached.update(found)


def _longer(word: str, letter: str) -> str:
    more = letter.strip()  # a second blank is none
    full = len(word) >= _DIGITS and word[-_DIGITS:].isdecimal()
    return word if full and more.isdecimal() else word + more


def _is_word(word: str) -> bool:
    """Neither free text nor a number in digits, which the graph knows spelled as well."""
    return word != _ANY and not word.replace(".", "").isdecimal()
