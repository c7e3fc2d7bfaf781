"""Every way to say a short template: "(big|large) [one]" → "big", "big one", "large", …"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Sequence

from hassil.expression import Alternative, Expression, Group, Permutation, TextChunk
from hassil.parse_expression import parse_sentence
from hassil.parser import ParseError

MOST_WAYS = 200
"""Of one template."""

_MARKS = frozenset("()[]{}<>|;\\")


def ways(template: str) -> Sequence[str]:
    """What can be said; raises ValueError for what is no such template, or stands for too much."""
    if not _MARKS & set(template):
        return (template,)
    try:
        expression = parse_sentence(template).expression
    except (ParseError, AssertionError) as error:
        raise ValueError(f"not a template: {error}") from error
    if (count := _count(expression)) > MOST_WAYS:
        raise ValueError(f"can be said in {count:,} ways, {MOST_WAYS} are allowed")
    found = (" ".join(said.split()) for said in _say(expression))
    return tuple(dict.fromkeys(said for said in found if said))


def _count(expression: Expression) -> int:
    if isinstance(expression, Group):
        counts = [_count(item) for item in expression.items]
        if isinstance(expression, Alternative):
            return sum(counts)
        orders = len(counts) if isinstance(expression, Permutation) else 1
        return math.prod(counts) * math.factorial(orders)
    if isinstance(expression, TextChunk):
        return 1
    raise ValueError("{slots} and <rules> have no place in it")


def _say(expression: Expression) -> Iterator[str]:
    if isinstance(expression, TextChunk):
        yield expression.text
        return
    assert isinstance(expression, Group)
    if isinstance(expression, Alternative):
        for item in expression.items:
            yield from _say(item)
        return
    permuted = isinstance(expression, Permutation)
    for items in itertools.permutations(expression.items) if permuted else (expression.items,):
        yield from map("".join, itertools.product(*map(_say, items)))
