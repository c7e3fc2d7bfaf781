"""Regular expressions of templates: those only that Python's `re` matches in bounded time.

It tries every way to match, and has no limit. So a repeat here holds no other repeat and no choice,
and a pattern pays for all the ways in which its repeats could share a text of that length.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from functools import lru_cache
from re import _constants as sre  # type: ignore[attr-defined]
from re import _parser as sre_parser  # type: ignore[attr-defined]
from typing import Any

from assistant.home.dialects.template_budget import Budget, TooMuchError

LONGEST_PATTERN = 200
MOST_CHOICES = 40
TRIED_IN_A_STEP = 50  # ways to match, for the price of a step
REPEATS = (sre.MAX_REPEAT, sre.MIN_REPEAT, sre.POSSESSIVE_REPEAT)
REFUSED = (sre.GROUPREF, sre.GROUPREF_EXISTS)


def compiled(
    budget: Budget, source: object, text: str, *, ignore_case: bool = False, anchored: bool = False
) -> re.Pattern[str]:
    """The pattern, paid for on `text`; ValueError: it is none. TooMuchError: it might take long.

    anchored    it is matched at the beginning only
    """
    pattern, choices = _parsed(str(source), re.IGNORECASE if ignore_case else 0)
    length = len(text) + 1
    tried = math.prod(min(most, length) for most in choices)
    open_ones = sum(most >= length for most in choices)
    tried //= math.factorial(open_ones)  # they share one text: their ends come one after another
    budget.pay(1 + tried * (1 if anchored else length) // TRIED_IN_A_STEP)
    return pattern


@lru_cache(256)
def _parsed(source: str, flags: int) -> tuple[re.Pattern[str], tuple[int, ...]]:
    if len(source) > LONGEST_PATTERN:
        raise TooMuchError("its regular expression is too long")
    try:
        choices = tuple(_choices(sre_parser.parse(source, flags).data))
        pattern = re.compile(source, flags)
    except (re.error, OverflowError, RecursionError) as error:
        raise ValueError(f"no regular expression: {error}") from error
    if len(choices) > MOST_CHOICES:
        raise TooMuchError("its regular expression has too many repeats")
    return pattern, choices


def _choices(items: Any, *, inside: bool = False) -> Iterator[int]:
    """How many ways there are at each repeat and each choice; TooMuchError for nested ones."""
    for operator, argument in items:
        if operator in REFUSED or (inside and (operator in REPEATS or operator is sre.BRANCH)):
            raise TooMuchError("its regular expression might take too long")
        if operator in REPEATS:
            least, most, repeated = argument
            yield int(most) - int(least) + 1
            yield from _choices(repeated.data, inside=most > 1)
        elif operator is sre.BRANCH:
            yield len(argument[1])
            for branch in argument[1]:
                yield from _choices(branch.data)
        else:
            yield from _choices(_within(argument), inside=inside)


def _within(argument: Any) -> Iterator[Any]:
    """What a group or a look-around holds."""
    for part in argument if isinstance(argument, tuple) else (argument,):
        if isinstance(part, sre_parser.SubPattern):
            yield from part.data
