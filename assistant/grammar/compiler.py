"""The sentences of the skills → an automaton: each rule and each slot is in it once."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence

from hassil.expression import (
    Alternative,
    Expression,
    Group,
    ListReference,
    Permutation,
    RuleReference,
    TextChunk,
)

from assistant.events import SlotValue
from assistant.grammar.automaton import Automaton, SlotPart
from assistant.grammar.templates import FIXED_SLOTS, Template, fixed_words, planners
from assistant.lang import Phrases, language
from assistant.skill.manifest import HOUSE_TYPES, OPEN_TYPES, TARGET_SLOTS
from assistant.understand.names import HouseNames
from assistant.understand.phrases import phrases
from assistant.understand.text import matching_form

_FILLERS = 2
"""Words of politeness or hesitation that may come before a command: "okay, could you …"."""


class Compiler:
    """Puts sentences into an automaton; parts that several of them enter are there once."""

    def __init__(self) -> None:
        self.automaton = Automaton()
        self._rules: dict[tuple[int, str], int] = {}
        self._slots: dict[str, int] = {}
        self._silent: list[int] = []
        """Slots whose words are not in the automaton yet."""

        self._commands = self.automaton.new()
        self.end = self.automaton.new()
        """The node at which a sentence is over."""

    def add_sentences(self, templates: Sequence[Template], end: int) -> Mapping[str, int]:
        """Compile the sentences alone, each to end at `end`; skill → where its sentences begin."""
        nodes = self.automaton
        starts: dict[str, int] = {}
        for template in templates:
            if template.skill not in starts:
                starts[template.skill] = nodes.new()
            at = self._expression(template.sentence.expression, starts[template.skill], template)
            if at not in nodes.said:
                nodes.skip(at, end)
            nodes.said.setdefault(at, []).append(template)
        return starts

    def add(self, templates: Sequence[Template]) -> tuple[int, tuple[int, ...]]:
        """Compile the sentences with what may be said around them, one after another.

        Returns the node where one of these sentences begins, and those where one may be over.
        """
        nodes, lexicon = self.automaton, language().lexicon
        start, before, after = nodes.new(), nodes.new(), nodes.new()
        nodes.openings.add(before)
        at = start
        for _ in range(_FILLERS):
            nodes.skip(at, before)
            at = nodes.text(nodes.phrases(at, lexicon.LEADING_FILLERS), " ")
        nodes.skip(at, before)
        later = self._planned(templates, before, after)
        nodes.skip(after, self.end)
        nodes.skip(nodes.text(after, " "), self.end)  # a full stop
        for joint in lexicon.JOINTS:
            nodes.joints.add(at := nodes.text(after, f" {joint} "))
            nodes.skip(at, start)
        ends = (*lexicon.TRAILING_FILLERS, lexicon.AGAIN)
        nodes.skip(nodes.phrases(nodes.text(after, " "), ends), after)
        return start, (after, *later)

    def _planned(self, templates: Sequence[Template], before: int, after: int) -> Sequence[int]:
        """Put the sentences between the two; the nodes where only a time may follow.

        What takes a command, "{command} in ten minutes", takes those of skills that take none.
        """
        nodes = self.automaton
        commands, leave = nodes.new(), nodes.new()
        nodes.leaves.add(leave)
        plan = planners(templates)
        plain = [template for template in templates if template.skill not in plan]
        planning = [template for template in templates if template.skill in plan]
        for start in self.add_sentences(plain, leave).values():
            nodes.skip(commands, start)
        nodes.skip(nodes.call(before, commands), after)
        if planning:
            nodes.skip(self._commands, commands)
        later = []
        for start in self.add_sentences(planning, after).values():
            nodes.skip(before, start)
            for part, back in nodes.calls.get(start, ()):
                if part in nodes.slots and is_command(nodes.slots[part]):
                    later.append(back)
        return later

    def _expression(self, expression: Expression, at: int, template: Template) -> int:
        """Append `expression` to node `at`; returns the node after it."""
        nodes = self.automaton
        match expression:
            case TextChunk():
                return nodes.text(at, expression.text)
            case ListReference():
                return nodes.call(at, self._slot(expression.list_name, template))
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
        if key not in self._rules:
            self._rules[key] = start = self.automaton.new()
            end = self._expression(template.rules[name].expression, start, template)
            self.automaton.leaves.add(end)
        return self._rules[key]

    def _slot(self, list_name: str, template: Template) -> int:
        if list_name not in self._slots:
            self._slots[list_name] = start = self.automaton.new()
            slot = list_name.rpartition("/")[2]
            spec = None if slot in TARGET_SLOTS else template.specs[slot]
            self.automaton.slots[start] = SlotPart(slot, spec, template.target)
            self._silent.append(start)
            if slot == "it":
                self.automaton.pronouns.add(start)
        return self._slots[list_name]

    def spell(self, names: HouseNames) -> None:
        """Put the words of all slots into the automaton, which a parser looks up and a recognizer
        has to expect letter by letter."""
        while self._silent:
            start = self._silent.pop()
            self.automaton.leaves.add(self._spelled(start, self.automaton.slots[start], names))

    def _spelled(self, start: int, part: SlotPart, names: HouseNames) -> int:
        """Put the words of a slot at `start`; their common end."""
        nodes, spec = self.automaton, part.spec
        if spec is None or spec.type in HOUSE_TYPES:
            return nodes.phrases(start, house_words(part, names))
        if spec.type == "command":
            return nodes.call(start, self._commands)
        if spec.type in OPEN_TYPES and spec.listen == "examples":
            return nodes.phrases(start, map(matching_form, spec.examples))
        if spec.type in OPEN_TYPES:
            inside = nodes.new()
            nodes.free_words[start], nodes.free_gaps[inside] = inside, start
            return inside
        return self._values(start, phrases(spec, house_unit=names.temperature_unit))

    def _values(self, start: int, ways: Iterable[Phrases]) -> int:
        end = self.automaton.new()
        for parts in ways:
            first = at = self.automaton.new()
            self.automaton.skip(start, first)
            for said in parts:
                at = self.automaton.phrases(at, said)
            self.automaton.skip(at, end)
        return end


def house_words(part: SlotPart, names: HouseNames) -> Mapping[str, SlotValue]:
    """How the values of a slot for names of the house are said, in matching form → value."""
    if part.slot in FIXED_SLOTS:
        return dict.fromkeys(fixed_words(part.slot), True)
    return names.of_slot(part.spec) if part.spec else names.spoken(part.slot, part.target)


def is_command(part: SlotPart) -> bool:
    """Whether it takes a command of another skill."""
    return part.spec is not None and part.spec.type == "command"


def _ways(expression: Alternative | Permutation) -> Iterator[Sequence[Expression]]:
    """The sequences that an expression stands for, one of which is said."""
    if isinstance(expression, Permutation):
        yield from itertools.permutations(expression.items)
    else:
        yield from ([item] for item in expression.items)
