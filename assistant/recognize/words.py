"""What can be said, word by word: for recognizers that take a grammar of whole words.

`Graph` reads characters and is written down lazily; here all of it is walked once and made as
small as it can be (Moore 1956: states from which the same can be said are one).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace

from assistant.grammar.graph import DEAD, Graph
from assistant.skill.manifest import OPEN_TYPES, Manifest, SlotSpec

_ANYTHING = "something"
"""Stands for a slot of free text whose skill gives no examples."""


@dataclass(frozen=True, slots=True)
class WordGraph:
    """A deterministic automaton over words; a state is an index into `followers`."""

    start: int
    followers: tuple[Mapping[str, int], ...]
    """Per state: each word that may come next, and the state after it. Letters and apostrophes
    only: numbers are spelled."""

    ends: frozenset[int]
    """States in which a sentence may be over."""

    @property
    def words(self) -> frozenset[str]:
        """All that occur in it."""
        return frozenset(word for following in self.followers for word in following)

    def accepts(self, text: str) -> bool:
        """Whether `text`, words separated by blanks, can be said."""
        state: int | None = self.start
        for word in text.split():
            state = None if state is None else self.followers[state].get(word)
        return state in self.ends


def without_free_text(manifest: Manifest) -> Manifest:
    """`manifest` with its slots of free text closed: what they can hold is their examples."""
    slots = {name: _closed(spec) for name, spec in manifest.slots.items()}
    return replace(manifest, slots=slots)


def _closed(spec: SlotSpec) -> SlotSpec:
    if spec.type not in OPEN_TYPES:
        return spec
    examples = spec.examples or (_ANYTHING,)
    return replace(spec, type="choice", choices=dict.fromkeys(examples, ()))


def word_graph(graph: Graph, known: Callable[[str], bool] = lambda word: True) -> WordGraph:
    """All that `graph` accepts, but for free text and for sentences with a word not `known`."""
    followers: dict[int, dict[str, int]] = {}
    waiting = [graph.start]
    while waiting:
        state = waiting.pop()
        if state in followers:
            continue
        followers[state] = {w: after for w, after in _words(graph, state) if known(w)}
        waiting += followers[state].values()
    ends = {state for state in followers if graph.ends(state)}
    return _smallest(graph.start, _without_dead_ends(followers, ends), ends)


def _words(graph: Graph, state: int) -> Iterator[tuple[str, int]]:
    """Whole words that may follow in `state`, and the state after each and a blank."""
    waiting = [(state, "")]
    while waiting:
        at, word = waiting.pop()
        if word and (after := graph.step(at, " ")) != DEAD:
            yield word, after
        for letter in graph.letters(at):
            if letter.isalpha() or letter == "'":
                waiting.append((graph.step(at, letter), word + letter))


def _without_dead_ends(
    followers: Mapping[int, Mapping[str, int]], ends: set[int]
) -> dict[int, dict[str, int]]:
    """Only the states from which a sentence can be finished."""
    before: dict[int, set[int]] = {state: set() for state in followers}
    for state, following in followers.items():
        for after in following.values():
            before[after].add(state)
    alive: set[int] = set()
    waiting = list(ends)
    while waiting:
        if (state := waiting.pop()) not in alive:
            alive.add(state)
            waiting += before[state]
    return {
        state: {word: after for word, after in following.items() if after in alive}
        for state, following in followers.items()
        if state in alive
    }


def _smallest(start: int, followers: Mapping[int, Mapping[str, int]], ends: set[int]) -> WordGraph:
    """The automaton with those states made one that nothing that follows can tell apart."""
    if start not in followers:  # nothing can be said
        return WordGraph(0, ({},), frozenset())
    group = {state: int(state in ends) for state in followers}
    count = len(set(group.values()))
    while True:
        groups: dict[object, int] = {}
        finer = {
            state: groups.setdefault(
                (group[state], frozenset((word, group[after]) for word, after in out.items())),
                len(groups),
            )
            for state, out in followers.items()
        }
        group = finer
        if len(groups) == count:
            break
        count = len(groups)
    members = {number: state for state, number in group.items()}
    return WordGraph(
        start=group[start],
        followers=tuple(
            {word: group[after] for word, after in followers[members[number]].items()}
            for number in range(count)
        ),
        ends=frozenset(group[state] for state in followers if state in ends),
    )
