"""Whether a sentence template takes any words at all: its skill would hear whatever is said."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache

from hassil.expression import (
    Alternative,
    Expression,
    Group,
    ListReference,
    RuleReference,
    Sentence,
    TextChunk,
)

from assistant.lang import language
from assistant.skill.manifest import OPEN_TYPES, SlotSpec
from assistant.understand.text import split_words

_ANY = ""
"""Stands for free text among words."""

_MOST_WAYS = 500
"""Of saying a part of it without a word that counts; the shortest are looked at."""

Way = tuple[str, ...]


@lru_cache
def _fillers(*said: str) -> frozenset[Way]:
    return frozenset(tuple(filler.split()) for filler in said)


def _all_fillers() -> frozenset[Way]:
    lexicon = language().lexicon
    return _fillers(*lexicon.LEADING_FILLERS, *lexicon.TRAILING_FILLERS)


def polite() -> frozenset[str]:
    """Words that politeness has: a sentence that needs any other is not said by free text alone."""
    return frozenset(word for filler in _all_fillers() for word in filler)


def takes_anything(
    sentence: Sentence, rules: Mapping[str, Sentence], specs: Mapping[str, SlotSpec]
) -> bool:
    """Whether some way of saying it is free text, and beside it no more than politeness."""
    ways = _polite_ways(sentence.expression, rules, specs)
    return any(_ANY in way and _only_fillers(way) for way in ways)


def _polite_ways(
    expression: Expression, rules: Mapping[str, Sentence], specs: Mapping[str, SlotSpec]
) -> frozenset[Way]:
    """The ways of saying it with nothing but free text and words that politeness has."""
    if isinstance(expression, RuleReference):
        return _polite_ways(rules[expression.rule_name].expression, rules, specs)
    if isinstance(expression, Alternative):
        ways = (_polite_ways(item, rules, specs) for item in expression.items)
        return _few(way for some in ways for way in some)
    if isinstance(expression, Group):
        found = frozenset[Way]({()})
        for item in expression.items:
            following = _polite_ways(item, rules, specs)
            found = _few(before + after for before in found for after in following)
        return found
    if isinstance(expression, ListReference):
        spec = specs.get(expression.list_name.rpartition("/")[2])
        return frozenset({(_ANY,)} if spec and spec.type in OPEN_TYPES else ())
    assert isinstance(expression, TextChunk)
    words = tuple(word.text for word in split_words(expression.text))
    return frozenset({words} if polite().issuperset(words) else ())


def _few(ways: Iterable[Way]) -> frozenset[Way]:
    return frozenset(sorted(set(ways), key=len)[:_MOST_WAYS])


def _only_fillers(words: Way) -> bool:
    """Whether the words are whole fillers in a row, with free text between them."""
    reached, fillers = {0}, _all_fillers()
    for start in range(len(words)):
        if start not in reached:
            continue
        if words[start] == _ANY:
            reached.add(start + 1)
        for size in range(1, max(map(len, fillers)) + 1):
            if words[start : start + size] in fillers:
                reached.add(start + size)
    return len(words) in reached
