"""Requests to dozens of skills that nobody has built: what makes the encoder a general one.

Users teach the shipped model their own skills by fitting heads on its frozen features. An encoder
that has only ever heard of lights, heating and music would be blind to dishes, trains and
parcels; so it also learns these invented skills, written for it in curriculum/*.yaml:

    values.yaml    rules that all files share, and what fills each slot
    <group>.yaml   skill → intent → templates, one a line; a skill's `rules` are its own

All in the language of skill.yaml (hassil): (a|b), (a;b) in any order, [optional], <rule>, {slot},
and {city:origin} for a city in the slot `origin`. Three more fill themselves in and are no slots:
{1..59} is a number in digits or in words ({1..59:digits} and {1..59:words} insist), {word} a noun
and {words} a few words in a row of WordNet's examples and definitions.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from hassil.expression import (
    Alternative,
    Expression,
    Group,
    ListReference,
    Permutation,
    RuleReference,
    Sentence,
    TextChunk,
)
from hassil.parse_expression import parse_sentence
from hassil.parser import ParseError

from assistant.errors import ModelError
from assistant.evaluation.tasks import Labelled
from assistant.grammar.templates import walk
from assistant.lang.en.numbers import spell
from assistant.training.corpus import Corpus, read_corpus
from assistant.training.noise import mishear

FOLDER = Path(__file__).with_name("curriculum")

_OPTIONAL = 0.5
"""How often an [optional] part is said."""

_DIGITS = 0.4
"""How often a number comes in digits: what a recognizer writes depends on the recognizer."""

_POLITE, _MISHEARD = 0.2, 0.5
"""Share of requests said politely, and of sentences that a recognizer may mishear."""

_LONGEST_WORDS = 5
_RANGE = re.compile(r"(\d+)\.\.(\d+)(?:,(\d+))?")
_TAG = "\ue000"
"""Between a tag and its word while a sentence is put together."""

Say = Callable[[random.Random], str]
"""One way, drawn at random, of saying a template."""


@dataclass(frozen=True)
class Curriculum:
    """Intents with their templates, ready to be drawn from."""

    templates: Mapping[str, Sequence[Say]]
    """`skill.intent` → its ways of being said."""

    slots_of: Mapping[str, frozenset[str]]
    """`skill.intent` → slots that any of its templates has."""

    verbs: frozenset[str]
    """First words of a request that can be wrapped in politeness."""

    before: Say
    after: Say

    @property
    def intents(self) -> tuple[str, ...]:
        """In the order of the alphabet."""
        return tuple(sorted(self.templates))

    @property
    def slots(self) -> tuple[str, ...]:
        """Names of all slots, in the order of the alphabet."""
        return tuple(sorted(frozenset().union(*self.slots_of.values())))

    def draw(self, rng: random.Random, count: int) -> list[Labelled]:
        """`count` sentences in matching form, all intents alike often; some may be equal."""
        intents = self.intents
        return [self._sentence(rng.choice(intents), rng) for _ in range(count)]

    def _sentence(self, intent: str, rng: random.Random) -> Labelled:
        said = rng.choice(self.templates[intent])(rng).split()
        if said[0] in self.verbs and rng.random() < _POLITE:
            said = [*self.before(rng).split(), *said, *self.after(rng).split()]
        words = [(word, tag or "O") for tag, _, word in (token.rpartition(_TAG) for token in said)]
        if rng.random() < _MISHEARD:
            words = mishear(words, rng)
        return Labelled(tuple(w for w, _ in words), tuple(t for _, t in words), intent)


def read_curriculum(folder: Path = FOLDER) -> Curriculum:
    """Read and parse all templates; raises ModelError naming file and template."""
    corpus = read_corpus()
    shared = _read(folder / "values.yaml")
    rules = _parse_all(shared["rules"], "values.yaml")
    values = _Scope("values.yaml", rules, {}, corpus)
    slots = _parse_all(shared["slots"], "values.yaml")
    fills = {slot: values.compile(sentence.expression) for slot, sentence in slots.items()}
    templates: dict[str, list[Say]] = {}
    slots_of: dict[str, frozenset[str]] = {}
    for intent, scope, sentences in _intents(folder, rules, fills, corpus):
        templates[intent] = [scope.compile(sentence.expression) for sentence in sentences]
        slots_of[intent] = frozenset(slot for s in sentences for slot in scope.slots(s.expression))
    return Curriculum(
        templates,
        slots_of,
        verbs=frozenset(values.rule_words("verb")),
        before=values.rule("before"),
        after=values.rule("after"),
    )


class _Scope:
    """The rules and slots that a template can refer to; turns templates into functions."""

    def __init__(
        self, where: str, rules: Mapping[str, Sentence], fills: Mapping[str, Say], corpus: Corpus
    ) -> None:
        self._where = where
        self._rules = rules
        self._fills = fills
        self._corpus = corpus
        self._compiled: dict[str, Say] = {}

    def rule(self, name: str) -> Say:
        """A rule as a function; what it refers to is compiled with it."""
        if name not in self._compiled:
            if name not in self._rules:
                raise ModelError(
                    f"{FOLDER.name}/{self._where}: no rule <{name}>", fix="add it to the rules"
                )
            self._compiled[name] = self.compile(self._rules[name].expression)
        return self._compiled[name]

    def rule_words(self, name: str) -> list[str]:
        """The literal words of a rule."""
        parts = walk(self._rules[name].expression, self._rules)
        return [w for part in parts if isinstance(part, TextChunk) for w in part.text.split()]

    def slots(self, expression: Expression) -> Iterator[str]:
        """Slots of a template."""
        for part in walk(expression, self._rules):
            if isinstance(part, ListReference) and part.list_name in self._fills:
                yield part.slot_name

    def compile(self, expression: Expression) -> Say:
        """The function that says `expression`, words of slots behind their tags."""
        if isinstance(expression, TextChunk):
            text = expression.text
            return lambda rng: text
        if isinstance(expression, RuleReference):
            return self.rule(expression.rule_name)
        if isinstance(expression, ListReference):
            return self._list(expression)
        if not isinstance(expression, Group):
            raise TypeError(f"unknown template part {expression!r}")
        parts = [self.compile(item) for item in expression.items]
        if isinstance(expression, Alternative):
            return _optional(parts) if expression.is_optional else _one_of(parts)
        return _any_order(parts) if isinstance(expression, Permutation) else _row(parts)

    def _list(self, reference: ListReference) -> Say:
        name = reference.list_name
        if name in self._fills:
            return _tagged(self._fills[name], reference.slot_name)
        if name == "word":
            return self._corpus.word
        if name == "words":
            return lambda rng: self._corpus.phrase(rng, _LONGEST_WORDS)
        if match := _RANGE.fullmatch(name):
            low, high, step = int(match[1]), int(match[2]), int(match[3] or 1)
            return _number(range(low, high + 1, step), reference.slot_name)
        raise ModelError(
            f"{FOLDER.name}/{self._where}: no slot {{{name}}}", fix="add its values to values.yaml"
        )


def _one_of(parts: Sequence[Say]) -> Say:
    return lambda rng: rng.choice(parts)(rng)


def _optional(parts: Sequence[Say]) -> Say:
    """hassil writes [a|b] as (a|b|): what is optional comes first, nothing comes last."""
    said = parts[:-1]
    return lambda rng: rng.choice(said)(rng) if rng.random() < _OPTIONAL else ""


def _row(parts: Sequence[Say]) -> Say:
    return parts[0] if len(parts) == 1 else lambda rng: "".join([part(rng) for part in parts])


def _any_order(parts: Sequence[Say]) -> Say:
    return lambda rng: "".join([part(rng) for part in rng.sample(parts, len(parts))])


def _number(numbers: range, how: str) -> Say:
    share = {"digits": 1.0, "words": 0.0}.get(how, _DIGITS)

    def say(rng: random.Random) -> str:
        number = rng.choice(numbers)
        return str(number) if rng.random() < share else _spelled(number)

    return say


@cache
def _spelled(number: int) -> str:
    return spell(number)


def _tagged(fill: Say, slot: str) -> Say:
    """Each word behind its BIO tag, so that "{book_kind}s" makes one word of "novel" and "s"."""

    def say(rng: random.Random) -> str:
        first, *others = fill(rng).split()
        return " ".join([f"B-{slot}{_TAG}{first}", *[f"I-{slot}{_TAG}{word}" for word in others]])

    return say


def _intents(
    folder: Path, shared: Mapping[str, Sentence], fills: Mapping[str, Say], corpus: Corpus
) -> Iterator[tuple[str, _Scope, list[Sentence]]]:
    """Each intent with what its templates can refer to."""
    for file in sorted(folder.glob("*.yaml")):
        if file.name == "values.yaml":
            continue
        for skill, content in _read(file).items():
            where = f"{file.name}: {skill}"
            own = _parse_all(content.get("rules", {}), where)
            scope = _Scope(where, {**shared, **own}, fills, corpus)
            for intent in sorted(content.keys() - {"rules"}):
                lines = content[intent].splitlines()
                yield f"{skill}.{intent}", scope, [_parse(line, where) for line in lines]


def _read(file: Path) -> dict[str, Any]:
    try:
        content: dict[str, Any] = yaml.safe_load(file.read_text(encoding="utf-8"))
    except (OSError, yaml.YAMLError) as error:
        raise ModelError(f"{file}: {error}", fix="install the assistant again") from error
    return content


def _parse_all(texts: Mapping[str, str], where: str) -> dict[str, Sentence]:
    return {name: _parse(text, f"{where}: {name}") for name, text in texts.items()}


def _parse(text: str, where: str) -> Sentence:
    try:
        return parse_sentence(text, keep_text=True)
    except (ParseError, ValueError, AssertionError) as error:  # hassil asserts on () and []
        raise ModelError(
            f"{FOLDER.name}/{where}: {text!r} is no template: {error}",
            fix="write (a|b), [optional], {slot} and <rule>, every bracket closed",
        ) from error
