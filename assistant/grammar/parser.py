"""Words → every way to read them as one of the sentences, with what fills each slot.

The automaton is read from all places at once, and a rule or a slot that several sentences enter at
the same word is read once for all of them (generalized LL: Scott & Johnstone 2010). The words that
may fill a slot are looked up, not spelled out: names of the house in a table, values by the
grammars of their types, commands by reading them here.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from assistant.events import SlotValue
from assistant.grammar.automaton import SlotPart
from assistant.grammar.compiler import Compiler
from assistant.grammar.templates import Template

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
        self.parser = parser
        self._fill = fill
        self.text = " ".join(words)
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

    def of_skill(self, skill: str, word: int) -> list[Said]:
        """The sentences that begin at a word and end anywhere; raises TooManyReadings."""
        if word >= self._size:
            return []
        if (skill, word) not in self._known:
            self._known[skill, word] = _Walk(self, skill, word).run()
        return self._known[skill, word]

    def word_at(self, at: int) -> int | None:
        """The word before which a letter is, between two; None inside one."""
        return self._end.get(at, self._first.get(at))

    def letter_at(self, word: int) -> int:
        """The letter where a word begins."""
        return self._after[word - 1] + 1 if word else 0

    def fillings(self, part: int, at: int) -> list[tuple[int, Filled]]:
        """What can fill a slot from a letter on, with the letter after it."""
        if (part, at) not in self._filled:
            slot = self.parser.nodes.slots[part]
            first = self._first.get(at)
            found = () if first is None else self._fill(slot, first)
            self._filled[part, at] = [
                (self._after[end - 1], Filled(slot, first or 0, end, value)) for end, value in found
            ]
        return self._filled[part, at]


class _Walk:
    """The way through the sentences of one skill, from one word on."""

    def __init__(self, reading: Reading, skill: str, word: int) -> None:
        self._reading = reading
        self._skill = skill
        self._nodes = reading.parser.nodes
        self._text = reading.text
        self._root = _Call()
        self._calls: dict[tuple[int, int], _Call] = {}
        self._fillings: Counter[tuple[int, int, _Call]] = Counter()
        self._seen: set[_Item] = set()
        start = reading.parser.starts[skill]
        self._waiting: list[_Item] = [(start, reading.letter_at(word), self._root, ())]
        self.said: list[Said] = []

    def run(self) -> list[Said]:
        """The sentences that were read; raises TooManyReadings."""
        waiting, seen = self._waiting, self._seen
        while waiting:
            node, at, call, filling = waiting.pop()
            node, at = self._along(node, at)
            item = (node, at, call, filling)
            if node < 0 or item in seen or (filling and self._often(item)):
                continue
            seen.add(item)
            if len(seen) > MOST_ITEMS:
                raise TooManyReadings(self._skill)
            self._go_on(item)
        return self.said

    def _along(self, node: int, at: int) -> tuple[int, int]:
        """As far as there is one way only, letter by letter; a node below 0 when there is none."""
        letters, branching, text = self._nodes.letters, self._reading.parser.branching, self._text
        while node not in branching and at < len(text):
            here = letters[node]
            blank_said = " " in here and (at == 0 or text[at - 1] == " ")
            if text[at] in here:
                if blank_said:
                    break  # two ways
                node, at = here[text[at]], at + 1
            elif blank_said:
                node = here[" "]
            else:
                return -1, at
        return node, at

    def _often(self, item: _Item) -> bool:
        """Whether the same place was reached in very many ways already."""
        place = item[:3]
        self._fillings[place] += 1
        return self._fillings[place] > _MOST_FILLINGS

    def _go_on(self, item: _Item) -> None:
        node, at, call, filling = item
        text = self._text
        letter = text[at] if at < len(text) else ""
        after_blank = at == 0 or at == len(text) or text[at - 1] == " "
        moves = self._reading.parser.moves(node, letter, after_blank)
        for to in moves.nodes:
            self._waiting.append((to, at + 1, call, filling))
        for part, back in moves.calls:
            if part in self._nodes.slots:
                for end, filled in self._reading.fillings(part, at):
                    self._waiting.append((back, end, call, (*filling, filled)))
            else:
                self._enter(part, back, item)
        if call is self._root:
            self._say(moves.said, at, filling)
        elif moves.over:
            self._leave(call, at, filling)

    def _enter(self, part: int, back: int, item: _Item) -> None:
        """Read a part, or go on from where it has ended already."""
        _, at, call, filling = item
        entered = self._calls.get((part, at))
        if entered is None:
            entered = self._calls[part, at] = _Call()
            self._waiting.append((part, at, entered, ()))
        entered.waiting.append((back, call, filling))
        for end, more in entered.ended:
            self._waiting.append((back, end, call, (*filling, *more)))

    def _leave(self, call: _Call, at: int, filling: Filling) -> None:
        if (at, filling) not in call.ended:
            call.ended[at, filling] = None
            for back, outer, before in call.waiting:
                self._waiting.append((back, at, outer, (*before, *filling)))

    def _say(self, templates: Sequence[Template], at: int, filling: Filling) -> None:
        end = self._reading.word_at(at) if templates else None
        if end is not None:
            self.said += [Said(template, end, filling) for template in templates]


class TooManyReadings(Exception):
    """The sentences of a skill, the only argument, can be read in more ways than can be tried."""
