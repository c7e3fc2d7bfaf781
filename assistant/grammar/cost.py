"""What the sentences of a skill cost, counted before any of it is paid.

A line of a skill.yaml can stand for very much: "(a;b;c;…)" for each order of its parts, rules that
hold each other twice for a sentence as long as memory. Everything that walks a template (the
matcher, the graph, samples, training) costs as much as it has parts when its rules are written
out, so that is counted, once for each rule, and a skill that has too many is refused.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from functools import lru_cache

from hassil.expression import Expression, Group, Permutation, RuleReference, Sentence

from assistant.errors import SkillError
from assistant.grammar.ways import ways
from assistant.schema import where
from assistant.skill.manifest import Manifest, SlotSpec, SlotType
from assistant.understand.phrases import phrases

# The largest of our own are in brackets.
MOST_LETTERS = 2_000
"""Of one sentence or rule (330)."""

MOST_NESTED = 40
"""Brackets in brackets, those of the rules in it among them (16)."""

MOST_PARTS = 5_000
"""Words and slots of one sentence, its rules written out; (a;b;c) counts in each order (1,100)."""

MOST_PARTS_OF_A_SKILL = 60_000
"""Of all its sentences together (21,000)."""

MOST_SENTENCES = 2_000
MOST_RULES = 300
MOST_SLOTS = 100

MOST_CHOICES = 3_000
"""Words for the choices of all slots of a skill."""

MOST_LETTERS_OF_VALUES = 400_000
"""Of everything that can be said in the place of a skill's slots (44,000)."""

_SHORTER = "say it in fewer words: shorter alternatives, fewer rules in rules, no (a;b;c;…) of many"
_FEWER = "write fewer, or make two skills of it; a slot of type text takes any words"


def check_text(text: str, at: str) -> None:
    """Raise SkillError for a template that would take long to be parsed."""
    if len(text) > MOST_LETTERS:
        raise SkillError(
            f"{at}: {len(text):,} characters are too many for one template, {MOST_LETTERS:,} are "
            "allowed",
            fix="make several of it",
        )
    depth = deepest = 0
    for letter in text:
        depth += (letter in "([{<") - (letter in ")]}>")
        deepest = max(deepest, depth)
    if deepest > MOST_NESTED:
        raise _too_deep(at)


def _too_deep(at: str) -> SkillError:
    return SkillError(
        f"{at}: is nested too deep: more than {MOST_NESTED} brackets and rules in each other",
        fix="write it out",
    )


class Parts:
    """Counts the parts of sentences that share their rules."""

    def __init__(self, rules: Mapping[str, Sentence]) -> None:
        self._rules = rules
        self._of_rules: dict[str, tuple[int, int]] = {}
        """Rule → its parts, and how deep it is nested."""

        self._open: set[str] = set()

    def check(self, sentence: Sentence, at: str) -> None:
        """Raise SkillError for a sentence that has too many parts with its rules written out, is
        nested too deep, or has a rule that refers to itself or is none.
        """
        self._open.clear()
        parts, _ = self._count(sentence.expression, 0, at)
        if parts > MOST_PARTS:
            raise SkillError(
                f"{at}: has {_shown(parts)} parts when all its rules and orders are written out, "
                f"{MOST_PARTS:,} are allowed",
                fix=_SHORTER,
            )

    def _count(self, expression: Expression, depth: int, at: str) -> tuple[int, int]:
        if isinstance(expression, RuleReference):
            parts, height = self._count_rule(expression.rule_name, depth + 1, at)
        elif isinstance(expression, Group):
            found = [self._count(item, depth + 1, at) for item in expression.items]
            parts = sum(each for each, _ in found)
            if isinstance(expression, Permutation):
                parts *= _orders(expression)
            height = max((each for _, each in found), default=0)
        else:
            return 1, 0
        if depth + height + 1 > MOST_NESTED:
            raise _too_deep(at)
        return parts, height + 1

    def _count_rule(self, name: str, depth: int, at: str) -> tuple[int, int]:
        if name in self._open:
            raise SkillError(f"{at}: a rule refers to itself: <{name}>", fix="write it out")
        if name not in self._rules:
            raise SkillError(
                f"{at}: no rule <{name}>", fix=f"rules: {', '.join(sorted(self._rules))}"
            )
        if depth > MOST_NESTED:
            raise _too_deep(at)
        if name not in self._of_rules:
            self._open.add(name)
            self._of_rules[name] = self._count(self._rules[name].expression, depth, at)
            self._open.remove(name)
        return self._of_rules[name]


def own_parts(expression: Expression) -> int:
    """The parts of a sentence or a rule by itself: a rule in it is one."""
    if not isinstance(expression, Group):
        return 1
    parts = sum(map(own_parts, expression.items))
    return parts * (_orders(expression) if isinstance(expression, Permutation) else 1)


def _orders(expression: Permutation) -> int:
    return math.factorial(min(len(expression.items), 20))  # past all bounds anyhow


def _shown(number: int) -> str:
    return f"{number:,}" if number < 10**9 else "more than a billion"


def check_amount(manifest: Manifest) -> None:
    """Raise SkillError for a skill with too many sentences, rules, slots or values of slots."""
    sentences = sum(len(intent.sentences) for intent in manifest.intents.values())
    choices = sum(map(len, map(_choices, manifest.slots.values())))
    for what, found, most in (
        ("sentences", sentences, MOST_SENTENCES),
        ("rules", len(manifest.rules), MOST_RULES),
        ("slots", len(manifest.slots), MOST_SLOTS),
        ("words for choices", choices, MOST_CHOICES),
    ):
        if found > most:
            raise SkillError(
                f"{manifest.where}: more than {most:,} {what}: too many for one skill", fix=_FEWER
            )
    letters = {name: letters_of(spec) for name, spec in manifest.slots.items()}
    if sum(letters.values()) > MOST_LETTERS_OF_VALUES:
        largest = max(letters, key=letters.__getitem__)
        raise SkillError(
            f"{manifest.where}: slots: what can be said in their places has "
            f"{sum(letters.values()):,} letters, {MOST_LETTERS_OF_VALUES:,} are allowed; most of "
            f"them are in {largest!r}",
            fix="fewer choices or examples, a smaller range; a slot of type text takes anything",
        )


def _choices(spec: SlotSpec) -> list[str]:
    """The choices of a slot and the words for them, templates written out; raises SkillError."""
    found = list(spec.choices)
    for words in spec.choices.values():
        for word in words:
            at = f"{where(word) or 'choices'}: {word[:100]!r}"
            check_text(word, at)
            try:
                found += ways(word)
            except ValueError as error:
                raise SkillError(
                    f"{at}: {error}", fix="write (a|b) and [optional], every bracket closed"
                ) from error
            if len(found) > MOST_CHOICES:
                return found
    return found


def letters_of(spec: SlotSpec) -> int:
    """Letters of everything that can be said in the place of a slot, alike beginnings apart."""
    own = sum(map(len, spec.examples))
    own += sum(map(len, _choices(spec)))
    return own + (0 if spec.type == "choice" else _letters_of_values(spec.type, spec.min, spec.max))


@lru_cache(maxsize=1024)
def _letters_of_values(kind: SlotType, low: float | None, high: float | None) -> int:
    if kind == "device":
        return 0
    ways = phrases(SlotSpec(kind, low, high))
    return sum(len(said) for parts in ways for part in parts for said in part)
