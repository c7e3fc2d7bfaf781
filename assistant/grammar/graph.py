"""Everything that can be said here, read character by character.

The automaton of the skills' sentences, the names of the house and the values of typed slots reads
what any recognizer writes: capital letters, commas, hyphens and full stops make no difference,
numbers may be spelled or in digits. A slot of free text takes any words.

Sets of places in the automaton become states of a deterministic one when a search first meets
them, and are kept (Thompson 1968, "Regular expression search algorithm").
"""

from __future__ import annotations

import threading
from array import array
from collections.abc import Hashable, Iterable, Iterator, Sequence
from copy import copy
from dataclasses import dataclass, field
from functools import cached_property

from assistant.grammar.automaton import Automaton
from assistant.grammar.compiler import Compiler
from assistant.grammar.templates import Template
from assistant.grammar.vocabulary import Vocabulary
from assistant.understand.names import HouseNames

DEAD = -1
"""The state from which no sentence can be finished."""

_BREAKS = frozenset(' ,;:!?…-\u2014\u201c\u201d"')
"""Characters that only separate words."""

_MOST_STATES = 8_000
"""About 20 MiB; a command that is new in every word needs some hundred."""

_SIGNS = {"%": " percent", "°": " degrees", "&": " and "}

_MAYBE_BREAKS = frozenset(".'")
"""Characters that separate words or belong to one: "21.5", "what's"."""


def as_read(text: str) -> str:
    """`text` for `Graph.step`: in small letters, signs as words."""
    for sign, words in _SIGNS.items():
        text = text.replace(sign, words)
    return text.lower()


_Place = int
"""A node, and above its bits the number of a stack: where to go on when its part is left."""

_NODE_BITS = 24
_NODE = (1 << _NODE_BITS) - 1


class _Stacks:
    """The stacks that were met so far, each a place below which there is another stack. They are
    numbered, as there are many places and a number is the least that one can take."""

    def __init__(self) -> None:
        self._places: list[_Place] = [0]  # of the empty stack: none
        self._numbers: dict[_Place, int] = {}
        self._lock = threading.Lock()

    def on_top(self, place: _Place) -> int:
        """The number, above the bits of a node, of the stack whose top is `place`."""
        if place not in self._numbers:
            with self._lock:
                if place not in self._numbers:
                    self._places.append(place)
                    self._numbers[place] = len(self._places) - 1 << _NODE_BITS
        return self._numbers[place]

    def top(self, stack: int) -> _Place:
        return self._places[stack >> _NODE_BITS]


@dataclass(slots=True)
class _State:
    """A set of places in the automaton: everything that what was read so far may be."""

    packed: bytes
    """The places in order, 8 bytes each: in a set they would take ten times the memory."""

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

    @property
    def places(self) -> Iterable[_Place]:
        return memoryview(self.packed).cast("q")


@dataclass(slots=True)
class _Met:
    """The states that were met so far. Graphs that read the same automaton share them."""

    states: list[_State] = field(default_factory=list)
    numbers: dict[tuple[bytes, bool, bool, bool], int] = field(default_factory=dict)
    letters: dict[frozenset[str], frozenset[str]] = field(default_factory=dict)
    """Each set that occurs → the one that all states hold: there are few."""

    forgotten: int = 0
    """How often they became too many."""


class Graph:
    """What can be said with these skills in this house."""

    def __init__(self, templates: Sequence[Template], names: HouseNames) -> None:
        self._names = names
        self._compiler = Compiler()
        self._nodes = self._compiler.automaton
        self._end = self._compiler.end
        self._stacks = _Stacks()
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
            state = self._state([self._first], after_break=True, points=self._points)
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
        over = self._reachable(ends, after_break=False)
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
        for place in state.places:
            node = place & _NODE
            stack = place - node
            if letter in nodes.letters[node]:
                yield nodes.letters[node][letter] + stack
            if node in nodes.free_words:
                yield nodes.free_words[node] + stack
            elif node in nodes.free_gaps:
                yield place

    def _after_break(self, state: _State) -> int:
        places = state.places if state.after_break else _blank(self._nodes, state.places)
        return self._state(places, after_break=True, points=state.points)

    def _state(self, places: Iterable[_Place], *, after_break: bool, points: bool) -> int:
        """The number of the state with these places and all that can be reached from them."""
        reached = self._reachable(places, after_break=after_break, points=points)
        points = points or any(place & _NODE in self._nodes.joints for place in reached)
        kept = array("q", sorted(place for place in reached if self._goes_on(place & _NODE)))
        ends = self._end in reached
        if not kept and not ends:
            return DEAD
        key = (kept.tobytes(), after_break, ends, points)
        if key not in self._met.numbers:
            if not ends and not after_break:  # a template may close with a blank nobody says
                closed = self._reachable(_blank(self._nodes, kept), after_break=True)
                ends = self._end in closed
            self._met.numbers[key] = len(self._met.states)
            self._met.states.append(self._new_state(key[0], after_break, ends, points))
        return self._met.numbers[key]

    def _new_state(self, packed: bytes, after_break: bool, ends: bool, points: bool) -> _State:
        nodes = self._nodes
        places = [place & _NODE for place in memoryview(packed).cast("q")]
        letters = frozenset(letter for node in places for letter in nodes.letters[node])
        return _State(
            packed,
            after_break=after_break,
            ends=ends,
            letters=self._met.letters.setdefault(letters, letters),
            free=any(node in nodes.free_words or node in nodes.free_gaps for node in places),
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
            place = waiting.pop()
            node = place & _NODE
            stack = place - node
            found: list[_Place] = []
            if node in nodes.openings and not opening:
                reached |= self._beginnings(node, points)
                continue
            if node in nodes.skips:
                found += [to + stack for to in nodes.skips[node]]
            if node in nodes.calls:
                found += [
                    first + self._stacks.on_top(back + stack)
                    for first, back in nodes.calls[node]
                    if points or first not in nodes.pronouns
                ]
            if stack and node in nodes.leaves:
                found.append(self._stacks.top(stack))
            if after_break and " " in nodes.letters[node]:  # a second blank is none
                found.append(nodes.letters[node][" "] + stack)
            if found:
                waiting += [one for one in found if one not in reached]
                reached.update(found)
        return reached

    def _beginnings(self, node: int, points: bool) -> frozenset[_Place]:
        """Where a sentence that begins at `node` can begin; none does with free text.

        After "{label} timer", all that is said would be heard as the beginning of one.
        """
        if (node, points) not in self._begun:
            reached = self._reachable([node], after_break=True, points=points, opening=True)
            free = self._nodes.free_words
            kept = frozenset(place for place in reached if place & _NODE not in free)
            self._begun[node, points] = kept
        return self._begun[node, points]


def _blank(nodes: Automaton, places: Iterable[_Place]) -> Iterator[_Place]:
    """Where a blank leads from `places`."""
    for place in places:
        node = place & _NODE
        if " " in nodes.letters[node]:
            yield nodes.letters[node][" "] + place - node
        if node in nodes.free_gaps:
            yield nodes.free_gaps[node] + place - node
