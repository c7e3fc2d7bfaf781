"""Words → every way to read them as one of the sentences, with what fills each slot.

The automaton is read from all places at once, and a rule or a slot that several sentences enter at
the same word is read once for all of them (generalized LL: Scott & Johnstone 2010). The words that
may fill a slot are looked up, not spelled out: names of the house in a table, values by the
grammars of their types, commands by reading them here.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from assistant.events import SlotValue
from assistant.grammar.automaton import SlotPart
from assistant.grammar.compiler import Compiler
from assistant.understand.templates import Template

log = logging.getLogger(__name__)

MOST_ITEMS = 50_000
"""Places in the sentences of one skill at which the words of one utterance are read."""

_MOST_FILLINGS = 64
"""Ways to fill the slots so far, of the same words at the same place of a sentence."""


@dataclass(frozen=True, slots=True, eq=False)
class Filled:
    """A slot, and the words that fill it."""

    part: SlotPart
    first: int
    """Of the words of the utterance."""

    end: int
    """After the last of them."""

    value: SlotValue


Filling = tuple[Filled, ...]

Fill = Callable[[SlotPart, int], Iterable[tuple[int, SlotValue]]]
"""What can fill a slot from a word on: the word after it, and the value."""


@dataclass(frozen=True, slots=True)
class Said:
    """A sentence that was read in some words of the utterance."""

    template: Template
    end: int
    """After its last word."""

    filling: Filling


@dataclass(slots=True, eq=False)
class _Call:
    """A part that was entered at some letter: who waits for its end, and where it has ended."""

    waiting: list[tuple[int, _Call, Filling]] = field(default_factory=list)
    ended: dict[tuple[int, Filling], None] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Moves:
    """What can be next at a node."""

    nodes: tuple[int, ...]
    """Nodes after the letter that comes."""

    calls: tuple[tuple[int, int], ...]
    over: bool
    """The part can be left."""

    said: tuple[Template, ...]


@dataclass(frozen=True, slots=True)
class _Opening:
    """How a part begins."""

    letters: frozenset[str]
    with_slot: bool
    empty: bool
    """Nothing need be said."""


_Item = tuple[int, int, _Call, Filling]
"""Node, letter, and of the part that is read: its call, and what has filled slots in it."""


class Parser:
    """Reads utterances as sentences of these templates."""

    def __init__(self, templates: Sequence[Template]) -> None:
        compiler = Compiler()
        self.nodes = compiler.automaton
        self.starts = compiler.add_sentences(templates, compiler.end)
        """Skill → where its sentences begin."""

        nodes = self.nodes
        self.branching = frozenset({*nodes.skips, *nodes.calls, *nodes.leaves, *nodes.said})
        """Nodes with more than letters."""

        self._openings: dict[int, _Opening] = {}
        self._moves: dict[tuple[int, str, bool], _Moves] = {}

    def moves(self, node: int, letter: str, after_blank: bool) -> _Moves:
        """What can be next at `node` when `letter` comes; "" at the end.

        after_blank    where blanks of the sentence are said already
        """
        key = (node, letter, after_blank)
        if (known := self._moves.get(key)) is None:
            known = self._moves[key] = self._find_moves(*key)
        return known

    def _find_moves(self, node: int, letter: str, after_blank: bool) -> _Moves:
        nodes = self.nodes
        reached = {node: None}
        waiting = [node]
        while waiting:
            at = waiting.pop()
            found = [*nodes.skips.get(at, ())]
            if after_blank and " " in nodes.letters[at]:
                found.append(nodes.letters[at][" "])
            waiting += [to for to in found if to not in reached]
            reached.update(dict.fromkeys(found))
        calls = (call for at in reached for call in nodes.calls.get(at, ()))
        return _Moves(
            tuple(nodes.letters[at][letter] for at in reached if letter in nodes.letters[at]),
            tuple(call for call in calls if self._may_begin(call[0], letter)),
            any(at in nodes.leaves for at in reached),
            tuple(template for at in reached for template in nodes.said.get(at, ())),
        )

    def _may_begin(self, part: int, letter: str) -> bool:
        opening = self._opening(part)
        return opening.empty or letter in opening.letters or (opening.with_slot and letter > " ")

    def _opening(self, part: int) -> _Opening:
        if part not in self._openings:
            self._openings[part] = self._find_opening(part)
        return self._openings[part]

    def _find_opening(self, part: int) -> _Opening:
        nodes = self.nodes
        if part in nodes.slots:
            return _Opening(frozenset(), with_slot=True, empty=False)
        letters: set[str] = set()
        with_slot = False
        reached = {part}
        waiting = [part]
        while waiting:
            at = waiting.pop()
            letters.update(nodes.letters[at])
            found = [*nodes.skips.get(at, ())]
            if " " in nodes.letters[at]:
                found.append(nodes.letters[at][" "])
            for called, back in nodes.calls.get(at, ()):
                opening = self._opening(called)
                letters |= opening.letters
                with_slot |= opening.with_slot
                found += [back] if opening.empty else []
            waiting += [to for to in found if to not in reached]
            reached.update(found)
        empty = not reached.isdisjoint(nodes.leaves)
        return _Opening(frozenset(letters), with_slot, empty)


class Reading:
    """One utterance, read as what the skills' sentences say."""

    def __init__(self, parser: Parser, words: Sequence[str], fill: Fill) -> None:
        """words    in matching form"""
        self._parser = parser
        self._fill = fill
        self._text = " ".join(words)
        self._size = len(words)
        self._first: dict[int, int] = {}
        """Letter where a word begins → the word."""

        self._end: dict[int, int] = {}
        """Letter where words end → the word after them."""

        self._after: list[int] = []
        """Word → the letter after it."""

        at = 0
        for number, word in enumerate(words):
            self._first[at] = number
            at += len(word)
            self._end[at] = number + 1
            self._after.append(at)
            at += 1
        self._filled: dict[tuple[int, int], list[tuple[int, Filled]]] = {}
        self._known: dict[tuple[str, int], list[Said]] = {}

    def whole(self, skills: Iterable[str]) -> Iterator[Said]:
        """The sentences that all the words are.

        Raises TooManyReadings for a skill whose sentences can be read in endless ways.
        """
        for skill in skills:
            yield from (said for said in self.of_skill(skill, 0) if said.end == self._size)

    def of_skill(self, skill: str, word: int) -> list[Said]:
        """The sentences that begin at a word and end anywhere."""
        if word >= self._size:
            return []
        if (skill, word) not in self._known:
            start = self._parser.starts[skill]
            self._known[skill, word] = list(self._read(skill, start, word))
        return self._known[skill, word]

    def _read(self, skill: str, start: int, word: int) -> Iterator[Said]:
        moves, branching = self._parser.moves, self._parser.branching
        letters, slots = self._parser.nodes.letters, self._parser.nodes.slots
        text, length = self._text, len(self._text)
        root = _Call()
        calls: dict[tuple[int, int], _Call] = {}
        fillings: Counter[tuple[int, int, _Call]] = Counter()
        items: list[_Item] = [(start, self._after[word - 1] + 1 if word else 0, root, ())]
        seen: set[_Item] = set()
        while items:
            node, at, call, filling = items.pop()
            while node not in branching and at < length:
                here, letter = letters[node], text[at]
                said_already = " " in here and (at == 0 or text[at - 1] == " ")
                if letter in here:
                    if said_already:
                        break  # there are two ways
                    node, at = here[letter], at + 1
                else:
                    node = here[" "] if said_already else -1
                    if node < 0:
                        break
            if node < 0 or (item := (node, at, call, filling)) in seen:
                continue
            if filling:
                fillings[node, at, call] += 1
                if fillings[node, at, call] > _MOST_FILLINGS:
                    continue
            seen.add(item)
            if len(seen) > MOST_ITEMS:
                raise TooManyReadings(skill)
            letter = text[at] if at < length else ""
            after_blank = at == 0 or at == length or text[at - 1] == " "
            found = moves(node, letter, after_blank)
            for to in found.nodes:
                items.append((to, at + 1, call, filling))
            if call is root:
                if found.said and (end := self._word_at(at)) is not None:
                    for template in found.said:
                        yield Said(template, end, filling)
            elif found.over and (at, filling) not in call.ended:
                call.ended[at, filling] = None
                items += [(back, at, to, (*so_far, *filling)) for back, to, so_far in call.waiting]
            for part, back in found.calls:
                if part in slots:
                    for end, filled in self._fillings(part, at):
                        items.append((back, end, call, (*filling, filled)))
                    continue
                entered = calls.get((part, at))
                if entered is None:
                    entered = calls[part, at] = _Call()
                    items.append((part, at, entered, ()))
                entered.waiting.append((back, call, filling))
                items += [(back, end, call, (*filling, *more)) for end, more in entered.ended]

    def _word_at(self, at: int) -> int | None:
        """The word before which `at` is, between two; None inside one."""
        return self._end.get(at, self._first.get(at))

    def _fillings(self, part: int, at: int) -> list[tuple[int, Filled]]:
        """What can fill a slot from a letter on, with the letter after it."""
        if (part, at) not in self._filled:
            slot = self._parser.nodes.slots[part]
            first = self._first.get(at)
            found = () if first is None else self._fill(slot, first)
            self._filled[part, at] = [
                (self._after[end - 1], Filled(slot, first or 0, end, value)) for end, value in found
            ]
        return self._filled[part, at]


class TooManyReadings(Exception):
    """The sentences of a skill, the only argument, can be read in more ways than can be tried."""
