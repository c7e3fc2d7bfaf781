"""Slots and rules that touch: "{a}{b}".

What is read off the compiled sentences without following them whole (vocabulary.py) ends a word at
a blank. Where one slot or rule follows another without any, words would go on without an end.
"""

from __future__ import annotations

from dataclasses import dataclass

from hassil.expression import Alternative, Expression, Group, TextChunk


@dataclass(frozen=True, slots=True)
class _Stretch:
    """The most slots and rules between two blanks of an expression; None: no such place."""

    whole: int | None
    """In all of it, said without a blank."""

    head: int | None
    """Before its first blank."""

    tail: int | None
    """After its last blank."""

    most: int = 0
    """Anywhere in it."""


def touch(expression: Expression) -> bool:
    """Whether two slots or rules of a template stand in one word."""
    found = _stretch(expression)
    return max(found.most, found.whole or 0, found.head or 0, found.tail or 0) > 1


def _stretch(expression: Expression) -> _Stretch:
    if isinstance(expression, TextChunk):
        blank = any(letter.isspace() for letter in expression.text)
        return _Stretch(None, 0, 0) if blank else _Stretch(0, None, None)
    if not isinstance(expression, Group):  # a slot or a rule, which may have blanks within
        return _Stretch(1, 1, 1)
    parts = [_stretch(item) for item in expression.items]
    if isinstance(expression, Alternative):
        return _Stretch(
            _larger(*(part.whole for part in parts)),
            _larger(*(part.head for part in parts)),
            _larger(*(part.tail for part in parts)),
            max((part.most for part in parts), default=0),
        )
    said = _Stretch(0, None, None)
    for part in parts:
        said = _after(said, part)
    return said


def _after(said: _Stretch, part: _Stretch) -> _Stretch:
    return _Stretch(
        whole=_sum(said.whole, part.whole),
        head=_larger(said.head, _sum(said.whole, part.head)),
        tail=_larger(part.tail, _sum(said.tail, part.whole)),
        most=max(said.most, part.most, _sum(said.tail, part.head) or 0),
    )


def _sum(one: int | None, other: int | None) -> int | None:
    return None if one is None or other is None else one + other


def _larger(*numbers: int | None) -> int | None:
    return max((number for number in numbers if number is not None), default=None)
