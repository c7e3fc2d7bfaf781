"""Everything that can be said here, read character by character.

The automaton of the skills' sentences, the names of the house and the values of typed slots reads
what any recognizer writes: capital letters, commas, hyphens and full stops make no difference,
numbers may be spelled or in digits. A slot of free text takes any words.

Sets of places in the automaton become states of a deterministic one when a search first meets
them, and are kept (Thompson 1968, "Regular expression search algorithm").
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Sequence
from copy import copy
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from assistant.grammar.automaton import Automaton
from assistant.grammar.compiler import Compiler
from assistant.grammar.templates import Template
from assistant.grammar.vocabulary import Vocabulary
from assistant.understand.names import HouseNames

DEAD = -1
"""The state from which no sentence can be finished."""

_BREAKS = frozenset(' ,;:!?…-\u2014\u201c\u201d"')
"""Characters that only separate words."""

_MOST_STATES = 20_000
"""About 40 MB; a command that is new in every word needs some hundred."""

_SIGNS = {"%": " percent", "°": " degrees", "&": " and "}

_MAYBE_BREAKS = frozenset(".'")
"""Characters that separate words or belong to one: "21.5", "what's"."""


def as_read(text: str) -> str:
    """`text` for `Graph.step`: in small letters, signs as words."""
    for sign, words in _SIGNS.items():
        text = text.replace(sign, words)
    return text.lower()


_Stack = tuple[int, Any] | tuple[()]
_Place = tuple[int, _Stack]
"""A node, and where to go on when the part it belongs to is left."""


@dataclass(slots=True)
class _State:
    """A set of places in the automaton: everything that what was read so far may be."""

    places: tuple[_Place, ...]
    """In order, each once: a set of them would take seven times the memory."""

    after_break: bool
    """The last character read separated words."""

    ends: bool
    letters: frozenset[str]
    """Characters that may follow, other than inside free text."""

    free: bool
    """Any word may follow, or go on."""

    points: bool
    """ "It" may be said."""

    followers: dict[str, int] = field(default_factory=dict)


@dataclass(slots=True)
class _Met:
    """The states that were met so far. Graphs that read the same automaton share them."""

    states: list[_State] = field(default_factory=list)
    numbers: dict[tuple[tuple[_Place, ...], bool, bool, bool], int] = field(default_factory=dict)
    places: dict[_Place, _Place] = field(default_factory=dict)
    letters: dict[frozenset[str], frozenset[str]] = field(default_factory=dict)
    """Each that occurs → the one that all states hold: thousands of states have it."""

    forgotten: int = 0
    """How often they became too many."""


class Graph:
    """What can be said with these skills in this house."""

    def __init__(self, templates: Sequence[Template], names: HouseNames) -> None:
        self._names = names
        self._compiler = Compiler()
        self._nodes = self._compiler.automaton
        self._end = self._compiler.end
        self._begun: dict[tuple[int, bool], frozenset[_Place]] = {}
        self._first, self._after = self._compile(templates)
        self._beside: dict[Hashable, Graph] = {}
        self._points = False
        self._met = _Met()
        self._begins: tuple[int, int] | None = None

    @cached_property
    def vocabulary(self) -> Vocabulary:
        """The words of all sentences, apart from those of free text."""
        return Vocabulary(self._nodes, self._first, self._end)

    @property
    def start(self) -> int:
        """The state before the first letter."""
        if self._begins is None or self._begins[1] != self._met.forgotten:
            first = [(self._first, ())]
            state = self._state(first, after_break=True, points=self._points)
            self._begins = state, self._met.forgotten
        return self._begins[0]

    def step(self, state: int, text: str) -> int:
        """The state after `text` (see `as_read`) in `state`; `DEAD` when it cannot be said."""
        for letter in text:
            if state == DEAD:
                break
            known = self._met.states[state].followers
            if letter not in known:
                known[letter] = self._follow(self._met.states[state], letter)
            state = known[letter]
        return state

    def ends(self, state: int) -> bool:
        """Whether what was read is a whole sentence."""
        return self._met.states[state].ends

    def is_free(self, state: int) -> bool:
        """Whether any word may follow or go on."""
        return self._met.states[state].free

    def letters(self, state: int) -> frozenset[str]:
        """Characters that may follow in `state`, apart from those of free text."""
        return self._met.states[state].letters

    def accepts(self, text: str) -> bool:
        """Whether `text` is something that can be said here."""
        state = self.step(self.start, as_read(text))
        return state != DEAD and self.ends(state)

    def goes_on(self, text: str) -> bool:
        """Whether the command `text` becomes another when more words follow, "and …" apart."""
        state = self.step(self.step(self.start, as_read(text)), " ")
        return state != DEAD and not self._after.issuperset(self._met.states[state].places)

    def trim(self) -> bool:
        """Forget the states when they have become too many; True: they are all new ones now."""
        if len(self._met.states) <= _MOST_STATES:
            return False
        self._met.states.clear()
        self._met.numbers.clear()
        self._met.places.clear()
        self._met.letters.clear()
        self._met.forgotten += 1
        return True

    def shares_states(self, other: Graph) -> bool:
        """Whether a state of one graph is the same in the other, as long as none `trim`s."""
        return self._met is other._met

    def apart(self, before: Graph | None = None) -> Graph:
        """The same for another thread: what one search meets is not kept for the other's.

        before   what that thread had until now: goes on with its states where they are of the
                 same automaton
        """
        other = copy(self)
        same = before is not None and before._nodes is self._nodes
        other._met = before._met if before is not None and same else _Met()
        other._begins = None
        return other

    def beside(self, key: Hashable, templates: Sequence[Template], *, points: bool) -> Graph:
        """What can be said with these sentences as well; made once for each `key`.

        points   "it" can be said: something was spoken of before. Otherwise only the second of
                 two commands has it: half sentences ("turn on the …") would be heard as whole
        """
        if key not in self._beside:
            other = copy(self)
            other.__dict__.pop("vocabulary", None)
            other._first, after = self._compile(templates)
            other._after |= after
            other._points = points
            self._nodes.skip(other._first, self._first)
            other._begins = None
            self._beside[key] = other
        return self._beside[key]

    def _compile(self, templates: Sequence[Template]) -> tuple[int, frozenset[_Place]]:
        """The node where one of these sentences begins, and where one can be after it."""
        start, ends = self._compiler.add(templates)
        self._compiler.spell(self._names)
        over = self._reachable([(node, ()) for node in ends], after_break=False)
        # Over already: a sentence may close with a blank before what is optional.
        after = {*over, *_blank(self._nodes, over)}
        return start, frozenset(self._reachable(after, after_break=True))

    def _follow(self, state: _State, letter: str) -> int:
        if letter in _BREAKS:
            return self._after_break(state)
        letter = "'" if letter == "\u2019" else letter
        if letter in _MAYBE_BREAKS and letter not in state.letters:
            return self._after_break(state)
        found = self._after_letter(state, letter)
        return self._state(found, after_break=False, points=state.points)

    def _after_letter(self, state: _State, letter: str) -> Iterator[_Place]:
        nodes = self._nodes
        for node, stack in state.places:
            if letter in nodes.letters[node]:
                yield nodes.letters[node][letter], stack
            if node in nodes.free_words:
                yield nodes.free_words[node], stack
            elif node in nodes.free_gaps:
                yield node, stack

    def _after_break(self, state: _State) -> int:
        places = state.places if state.after_break else _blank(self._nodes, state.places)
        return self._state(places, after_break=True, points=state.points)

    def _state(self, places: Iterable[_Place], *, after_break: bool, points: bool) -> int:
        """The number of the state with these places and all that can be reached from them."""
        reached = self._reachable(places, after_break=after_break, points=points)
        points = points or any(node in self._nodes.joints for node, _ in reached)
        kept = tuple(sorted(place for place in reached if self._goes_on(place[0])))
        ends = (self._end, ()) in reached
        if not kept and not ends:
            return DEAD
        key = (kept, after_break, ends, points)
        if key not in self._met.numbers:
            if not ends and not after_break:  # a template may close with a blank nobody says
                closed = self._reachable(_blank(self._nodes, kept), after_break=True)
                ends = (self._end, ()) in closed
            state = self._new_state(kept, after_break, ends, points)
            self._met.numbers[state.places, *key[1:]] = len(self._met.states)
            self._met.states.append(state)
            return len(self._met.states) - 1
        return self._met.numbers[key]

    def _new_state(
        self, places: tuple[_Place, ...], after_break: bool, ends: bool, points: bool
    ) -> _State:
        nodes, met = self._nodes, self._met
        letters = frozenset(letter for node, _ in places for letter in nodes.letters[node])
        return _State(
            places=tuple(met.places.setdefault(place, place) for place in places),
            after_break=after_break,
            ends=ends,
            letters=met.letters.setdefault(letters, letters),
            free=any(n in nodes.free_words or n in nodes.free_gaps for n, _ in places),
            points=points,
        )

    def _goes_on(self, node: int) -> bool:
        nodes = self._nodes
        return bool(nodes.letters[node]) or node in nodes.free_words or node in nodes.free_gaps

    def _reachable(
        self,
        places: Iterable[_Place],
        *,
        after_break: bool,
        points: bool = False,
        opening: bool = False,
    ) -> set[_Place]:
        """`places` and those that can be reached from them without reading anything.

        opening   it is asked where a sentence can begin, see `_beginnings`
        """
        nodes = self._nodes
        reached = set(places)
        waiting = list(reached)
        while waiting:
            node, stack = waiting.pop()
            found: list[_Place] = []
            if node in nodes.openings and not opening:
                reached |= self._beginnings(node, points)
                continue
            if node in nodes.skips:
                found += [(to, stack) for to in nodes.skips[node]]
            if node in nodes.calls:
                found += [
                    (first, (back, stack))
                    for first, back in nodes.calls[node]
                    if points or first not in nodes.pronouns
                ]
            if stack and node in nodes.leaves:
                found.append(stack)
            if after_break and " " in nodes.letters[node]:  # a second blank is none
                found.append((nodes.letters[node][" "], stack))
            if found:
                waiting += [place for place in found if place not in reached]
                reached.update(found)
        return reached

    def _beginnings(self, node: int, points: bool) -> frozenset[_Place]:
        """Where a sentence that begins at `node` can begin; none does with free text.

        After "{label} timer", all that is said would be heard as the beginning of one.
        """
        if (node, points) not in self._begun:
            reached = self._reachable([(node, ())], after_break=True, points=points, opening=True)
            kept = frozenset(place for place in reached if place[0] not in self._nodes.free_words)
            self._begun[node, points] = kept
        return self._begun[node, points]


def _blank(nodes: Automaton, places: Iterable[_Place]) -> Iterator[_Place]:
    """Where a blank leads from `places`."""
    for node, stack in places:
        if " " in nodes.letters[node]:
            yield nodes.letters[node][" "], stack
        if node in nodes.free_gaps:
            yield nodes.free_gaps[node], stack
