"""The sentences of the skills as one automaton over characters: its nodes and what leads where.

    start ─ fillers ─ template ─ fillers ─ end          " and " leads from there to the start
              each {slot} and <rule> is an automaton of its own, entered like a subroutine;
              so are the commands, for the slots that take one: "{command} in ten minutes"

Compiling takes milliseconds, since nothing is expanded. `Graph` reads it.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from hassil.expression import (
    Alternative,
    Expression,
    Group,
    ListReference,
    Permutation,
    RuleReference,
    TextChunk,
)

from assistant.skill.manifest import HOUSE_TYPES, OPEN_TYPES, TARGET_SLOTS, SlotSpec
from assistant.understand.names import HouseNames
from assistant.understand.phrases import phrases
from assistant.understand.phrases_of_time import Phrases
from assistant.understand.templates import FIXED_WORDS, Template, planners
from assistant.understand.text import AGAIN, LEADING_FILLERS, TRAILING_FILLERS, matching_form

_FILLERS = 2
"""Words of politeness or hesitation that may come before a command: "okay, could you …"."""


@dataclass(slots=True)
class Automaton:
    """The automaton as compiled: index = node."""

    letters: list[dict[str, int]] = field(default_factory=list)
    """Node → letter → the node after it. Most nodes have but this: letters and numbers alone are
    no work for the garbage collector, which would take twice as long as all the rest."""

    skips: dict[int, list[int]] = field(default_factory=dict)
    calls: dict[int, list[tuple[int, int]]] = field(default_factory=dict)
    """(first node of the part that is entered, node to go on from when it is left)."""

    leaves: set[int] = field(default_factory=set)
    """Nodes at which a part is left."""

    openings: set[int] = field(default_factory=set)
    """Nodes where a sentence begins."""

    joints: set[int] = field(default_factory=set)
    """Nodes after "and": another command begins."""

    pronouns: set[int] = field(default_factory=set)
    """Parts that are only entered when something was spoken of before."""

    free_words: dict[int, int] = field(default_factory=dict)
    """Free text: node before a word → node inside it."""

    free_gaps: dict[int, int] = field(default_factory=dict)
    """Free text: node inside a word → node before the next."""

    def new(self) -> int:
        self.letters.append({})
        return len(self.letters) - 1

    def skip(self, at: int, to: int) -> None:
        """Nothing need be said between the two."""
        self.skips.setdefault(at, []).append(to)

    def call(self, at: int, part: int) -> int:
        """Enter `part` from `at`; returns where it is left to, which is the same each time."""
        calls = self.calls.setdefault(at, [])
        for first, back in calls:
            if first == part:
                return back
        calls.append((part, self.new()))
        return calls[-1][1]

    def text(self, at: int, text: str) -> int:
        """A path that spells `text`; returns its end. Texts share their beginnings, as a tree."""
        for letter in text:
            if letter not in self.letters[at]:
                self.letters[at][letter] = self.new()
            at = self.letters[at][letter]
        return at

    def phrases(self, at: int, said: Iterable[str]) -> int:
        """Any one of these; returns their common end."""
        end = self.new()
        for phrase in dict.fromkeys(said):
            self.skip(self.text(at, phrase), end)
        return end


class Compiler:
    """Puts sentences into an automaton; parts that several of them enter are there once."""

    def __init__(self, names: HouseNames) -> None:
        self.automaton = Automaton()
        self._names = names
        self._parts: dict[tuple[int, str], int] = {}
        self._lists: dict[str, int] = {}
        self._commands = self.automaton.new()
        self.end = self.automaton.new()
        """The node at which a sentence is over."""

    def add(self, templates: Sequence[Template]) -> tuple[int, tuple[int, ...]]:
        """The node where one of these sentences begins, and those where one may be over."""
        nodes = self.automaton
        start, before, after = nodes.new(), nodes.new(), nodes.new()
        nodes.openings.add(before)
        at = start
        for _ in range(_FILLERS):
            nodes.skip(at, before)
            at = nodes.text(nodes.phrases(at, LEADING_FILLERS), " ")
        nodes.skip(at, before)
        later = self._planned(templates, before, after)
        nodes.skip(after, self.end)
        nodes.skip(nodes.text(after, " "), self.end)  # a full stop
        for joint in (" and ", " then ", " and then "):
            nodes.joints.add(at := nodes.text(after, joint))
            nodes.skip(at, start)
        nodes.skip(nodes.phrases(nodes.text(after, " "), (*TRAILING_FILLERS, AGAIN)), after)
        return start, (after, *later)

    def _planned(self, templates: Sequence[Template], before: int, after: int) -> Sequence[int]:
        """Put the sentences between the two; the nodes where only a time may follow.

        What takes a command, "{command} in ten minutes", takes those of skills that take none.
        """
        nodes = self.automaton
        commands, leave = nodes.new(), nodes.new()
        plan = planners(templates)
        plain = [t for t in templates if t.intent.partition(".")[0] not in plan]
        planning = [t for t in templates if t.intent.partition(".")[0] in plan]
        for template in plain:
            end = self._expression(template.sentence.expression, commands, template)
            nodes.skip(end, leave)
        nodes.leaves.add(leave)
        nodes.skip(nodes.call(before, commands), after)
        if planning:
            nodes.skip(self._commands, commands)
        for template in planning:
            nodes.skip(self._expression(template.sentence.expression, before, template), after)
        return [back for part, back in nodes.calls[before] if part == self._commands]

    def _expression(self, expression: Expression, at: int, template: Template) -> int:
        """Append `expression` to node `at`; returns the node after it."""
        nodes = self.automaton
        match expression:
            case TextChunk():
                return nodes.text(at, expression.text)
            case ListReference():
                return nodes.call(at, self._list(expression.list_name, template))
            case RuleReference():
                return nodes.call(at, self._rule(expression.rule_name, template))
            case Alternative() | Permutation():
                end = nodes.new()
                for way in _ways(expression):
                    nodes.skip(self._sequence(way, at, template), end)
                return end
            case Group():
                return self._sequence(expression.items, at, template)
        raise TypeError(f"hassil has no such expression: {expression!r}")

    def _sequence(self, items: Iterable[Expression], at: int, template: Template) -> int:
        for item in items:
            at = self._expression(item, at, template)
        return at

    def _rule(self, name: str, template: Template) -> int:
        key = (id(template.rules), name)
        if key not in self._parts:
            self._parts[key] = start = self.automaton.new()
            end = self._expression(template.rules[name].expression, start, template)
            self.automaton.leaves.add(end)
        return self._parts[key]

    def _list(self, name: str, template: Template) -> int:
        if name not in self._lists:
            self._lists[name] = start = self.automaton.new()
            slot = name.rpartition("/")[2]
            if slot not in TARGET_SLOTS and template.specs[slot].type == "command":
                self._lists[name] = self._commands
                return self._commands
            if slot == "it":
                self.automaton.pronouns.add(start)
            if slot in FIXED_WORDS:
                end = self.automaton.phrases(start, FIXED_WORDS[slot])
            elif slot in TARGET_SLOTS:
                end = self.automaton.phrases(start, self._names.spoken(slot, template.target))
            elif template.specs[slot].type in HOUSE_TYPES:
                end = self.automaton.phrases(start, self._names.of_slot(template.specs[slot]))
            elif template.specs[slot].type in OPEN_TYPES:
                end = self._text(start, template.specs[slot])
            else:
                unit = self._names.temperature_unit
                end = self._values(start, phrases(template.specs[slot], house_unit=unit))
            self.automaton.leaves.add(end)
        return self._lists[name]

    def _values(self, start: int, ways: Iterable[Phrases]) -> int:
        end = self.automaton.new()
        for parts in ways:
            first = at = self.automaton.new()
            self.automaton.skip(start, first)
            for said in parts:
                at = self.automaton.phrases(at, said)
            self.automaton.skip(at, end)
        return end

    def _text(self, start: int, spec: SlotSpec) -> int:
        if spec.listen == "examples":
            return self.automaton.phrases(start, map(matching_form, spec.examples))
        inside = self.automaton.new()
        self.automaton.free_words[start], self.automaton.free_gaps[inside] = inside, start
        return inside


def _ways(expression: Alternative | Permutation) -> Iterator[Sequence[Expression]]:
    """The sequences that an expression stands for, one of which is said."""
    if isinstance(expression, Permutation):
        yield from itertools.permutations(expression.items)
    else:
        yield from ([item] for item in expression.items)
