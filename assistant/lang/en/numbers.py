"""English number words and digits → numbers: "twenty one and a half", "21.5", "a hundred and five".

The words come from unicode-rbnf (Unicode's own spelling rules, which hassil needs anyhow); the
grammar that puts them together is below. text2num would be another compiled package and knows
neither halves nor "a couple"; word2number has no releases any more.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache

from unicode_rbnf import FormatPurpose, RbnfEngine

GLUE = frozenset({"a", "an", "and", "of"})
"""Words of numbers that are none alone."""

_DIGITS = re.compile(r"\d+(?:\.\d+)?")
_NUMERAL = re.compile(r"(\d+)(?:st|nd|rd|th)")
_LAST_ORDINAL = 100
_SCALES = {"hundred": 100, "thousand": 1000}
_COUPLES = {
    ("a", "couple"): 2.0,
    ("a", "couple", "of"): 2.0,
    ("couple",): 2.0,
    ("couple", "of"): 2.0,
}
_FRACTIONS = {
    ("half",): 0.5, ("a", "half"): 0.5, ("one", "half"): 0.5,
    ("quarter",): 0.25, ("a", "quarter"): 0.25, ("one", "quarter"): 0.25,
    ("three", "quarters"): 0.75,
    ("a", "third"): 1 / 3, ("one", "third"): 1 / 3, ("third",): 1 / 3, ("two", "thirds"): 2 / 3,
}  # fmt: skip
_FRACTION_WORDS = frozenset(word for words in _FRACTIONS for word in words)


@cache
def _engine() -> RbnfEngine:
    return RbnfEngine.for_language("en")


@cache
def spell(number: float) -> str:
    """21 → "twenty one"; 21.5 → "twenty one point five"."""
    return _engine().format_number(number).text.replace("-", " ")


@cache
def _units() -> dict[str, int]:
    """zero … nineteen, and oh."""
    return {spell(n): n for n in range(20)}


@cache
def _tens() -> dict[str, int]:
    return {spell(n): n for n in range(20, 100, 10)}


@cache
def number_words() -> frozenset[str]:
    """Every word, apart from digits, that a number can contain."""
    more = {"point", "minus", "couple", "oh"}
    return frozenset({*_units(), *_tens(), *_SCALES, *_FRACTION_WORDS, *GLUE, *more})


@cache
def _ordinals() -> dict[str, int]:
    """first … hundredth, in words."""
    purpose = FormatPurpose.ORDINAL
    return {
        _engine().format_number(n, purpose).text.replace("-", " "): n
        for n in range(1, _LAST_ORDINAL + 1)
    } | {"hundredth": 100}


@cache
def ordinal_words() -> frozenset[str]:
    """Every word, apart from digits, that an ordinal number can contain."""
    return frozenset(word for said in _ordinals() for word in said.split())


def ordinal_words_up_to(highest: int) -> Iterator[str]:
    """first, 1st, second, 2nd …"""
    for said, number in _ordinals().items():
        if number <= highest:
            ending = {1: "st", 2: "nd", 3: "rd"}.get(
                number % 10 * (number not in (11, 12, 13)), "th"
            )
            yield from (said, f"{number}{ending}")


def ordinal(words: Sequence[str]) -> int:
    """ "third" → 3, "twenty first" → 21, "3rd" → 3; ValueError for anything else."""
    if len(words) == 1 and (found := _NUMERAL.fullmatch(words[0])):
        return int(found[1])
    if (number := _ordinals().get(" ".join(words))) is None:
        raise ValueError(f"{' '.join(words)!r} is not an ordinal number")
    return number


def is_number_word(word: str) -> bool:
    """Whether `word`, in matching form, can be part of a number."""
    return word in number_words() or _DIGITS.fullmatch(word) is not None


def fraction(words: Sequence[str]) -> float | None:
    """ "a third" → 0.333…, "three quarters" → 0.75; None for anything else."""
    return _FRACTIONS.get(tuple(words))


def parse_number(words: Sequence[str]) -> float:
    """The number that `words` (matching form) spell, all of them; ValueError when they do not."""
    if not words:
        raise ValueError("no number")
    if words[0] == "minus":
        return -_positive(words[1:], said=words)
    return _positive(words, said=words)


def _positive(words: Sequence[str], *, said: Sequence[str]) -> float:
    problem = ValueError(f"{' '.join(said)!r} is not a number")
    for special in (_COUPLES, _FRACTIONS):
        if tuple(words) in special:
            return special[tuple(words)]
    whole, part = list(words), 0.0
    if "and" in whole:
        last = len(whole) - 1 - whole[::-1].index("and")
        if (tail := fraction(whole[last + 1 :])) is not None:
            whole, part = whole[:last], tail
    elif "point" in whole:
        point = whole.index("point")
        whole, part = whole[:point], _decimals(whole[point + 1 :], problem)
    value = _whole(whole)
    if value is None or (part and value % 1):
        raise problem
    return value + part


def _decimals(words: Sequence[str], problem: ValueError) -> float:
    """Digits one by one after "point": "two five" → 0.25."""
    digits = ""
    for word in words:
        number = _units().get(word, 0 if word == "oh" else None)
        if number is None and word.isdecimal() and word.isascii():
            digits += word
        elif number is None or number > 9:
            raise problem
        else:
            digits += str(number)
    if not digits:
        raise problem
    return float(f"0.{digits}")


def _whole(words: Sequence[str]) -> float | None:
    """A number without fraction words; None when the words are none."""
    if len(words) == 1 and _DIGITS.fullmatch(words[0]):
        return float(words[0])
    if "thousand" in words:
        return _scaled(words, "thousand", limit=1000)
    return _hundreds(words)


def _hundreds(words: Sequence[str]) -> float | None:
    """Up to 9999: "twenty seven hundred" is 2700."""
    if "hundred" in words:
        return _scaled(words, "hundred", limit=100)
    return _below_hundred(words)


def _scaled(words: Sequence[str], scale: str, *, limit: int) -> float | None:
    """`head` times the scale plus `rest`: "two hundred [and] five", "a thousand"."""
    at = words.index(scale)
    head, rest = words[:at], words[at + 1 :]
    below = _hundreds if scale == "thousand" else _below_hundred
    times = 1.0 if list(head) in ([], ["a"], ["one"]) else below(head)
    if rest and rest[0] == "and" and len(rest) > 1:
        rest = rest[1:]
    plus = below(rest) if rest else 0.0
    if times is None or plus is None or not 0 < times < limit or plus >= _SCALES[scale]:
        return None
    return times * _SCALES[scale] + plus


def _below_hundred(words: Sequence[str]) -> float | None:
    match list(words):
        case ["a" | "an"]:
            return 1.0
        case [word] if _DIGITS.fullmatch(word):
            return float(word)
        case [word]:
            number = _units().get(word, _tens().get(word))
            return None if number is None else float(number)
        case [ten, unit] if ten in _tens() and 0 < _units().get(unit, 0) < 10:
            return float(_tens()[ten] + _units()[unit])
        case _:
            return None


_ZERO = ("oh", "o")


def digits(words: Sequence[str]) -> str:
    """A code said digit by digit or in pairs: "one two", "twelve thirty four" → "1234".

    Raises ValueError for a word that is no number below a hundred.
    """
    code, after_tens = "", False
    for word in words:
        unit = 0 if word in _ZERO else _units().get(word)
        if word.isdecimal():
            code, after_tens = code + word, False
        elif unit is not None and after_tens and 0 < unit < 10:
            code, after_tens = code[:-1] + str(unit), False
        elif unit is not None:
            code, after_tens = code + str(unit), False
        elif word in _tens():
            code, after_tens = code + str(_tens()[word]), True
        else:
            raise ValueError(f"{word!r} is no digit")
    return code


def is_digit_word(word: str) -> bool:
    """Whether a code can have the word."""
    return word.isdecimal() or word in _ZERO or word in _units() or word in _tens()
