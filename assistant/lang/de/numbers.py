"""German number words and digits ↔ numbers: "einundzwanzig", "zweieinhalb", "21,5", "anderthalb".

The words come from unicode-rbnf, as in English. German writes them in one word up to a million, so
that a table of all below a thousand, read backwards, is the grammar of most of them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache

from unicode_rbnf import FormatPurpose, RbnfEngine

_ONES = ("ein", "eine", "einen", "einer", "einem", "eines")
GLUE = frozenset({*_ONES, "und", "halb", "halbe", "halben", "halbes"})
"""Words of numbers that are none alone."""

_DIGITS = re.compile(r"\d+(?:\.\d+)?")
_LAST_ORDINAL = 100
_THOUSAND, _HUNDRED = "tausend", "hundert"
_ENDINGS = ("e", "er", "es", "en", "em")
_POINT = "komma"
_PARTS: Mapping[str, float] = {
    "einhalb": 0.5, "einviertel": 0.25, "dreiviertel": 0.75, "eindrittel": 1 / 3,
    "zweidrittel": 2 / 3,
}  # fmt: skip
"""Fractions in one word, alone or at the end of a number: "zweieinhalb"."""

_FRACTIONS: Mapping[str, float] = {
    "halb": 0.5, "halbe": 0.5, "halben": 0.5, "halbes": 0.5, "ein halb": 0.5, "die hälfte": 0.5,
    "hälfte": 0.5, "viertel": 0.25, "ein viertel": 0.25, "eine viertel": 0.25,
    "einer viertel": 0.25, "drei viertel": 0.75,
    "drittel": 1 / 3, "ein drittel": 1 / 3, "zwei drittel": 2 / 3,
    "eine halbe": 0.5, "einer halben": 0.5, "einen halben": 0.5, "ein halbes": 0.5,
    "einem halben": 0.5, **_PARTS,
}  # fmt: skip
_MIXED: Mapping[str, float] = {
    "anderthalb": 1.5, "eineinhalb": 1.5, "einundeinhalb": 1.5, "eineinviertel": 1.25,
}  # fmt: skip
_FRACTION_WORDS = frozenset(word for said in _FRACTIONS for word in said.split()) - {"die"}


@cache
def _engine() -> RbnfEngine:
    return RbnfEngine.for_language("de")


@cache
def spell(number: float) -> str:
    """21 → "einundzwanzig"; 21.5 → "einundzwanzig komma fünf"."""
    return _plain(_engine().format_number(number).text)


def _plain(text: str) -> str:
    """Without the places where a word may be divided."""
    return text.replace("\u00ad", "").lower()


def written_otherwise(word: str) -> Iterator[str]:
    """ "dreißig" → "dreissig", "fünf" → "fuenf": how keyboards without these letters write it."""
    spelled = word.replace("ä", "ae").replace("ö", "oe").replace("ü", "ue")
    ways = (word, spelled)
    yield from dict.fromkeys((*ways, *(way.replace("ß", "ss") for way in ways)))


def _all_ways(table: Iterable[tuple[str, int]]) -> dict[str, int]:
    return {way: number for word, number in table for way in written_otherwise(word)}


@cache
def _below_thousand() -> Mapping[str, int]:
    """null … neunhundertneunundneunzig, in all the ways in which they are written."""
    return _all_ways((word, number) for number in range(1000) for word in _words(number))


def _words(number: int) -> Iterator[str]:
    said = spell(number)
    forms = [said, *(_ONES if number == 1 else ())]
    if number % 100 == 1:  # "dreihunderteintausend"
        forms.append(said.removesuffix("s"))
    if number % 10 == 2 and number % 100 != 12:
        forms.append(said.replace("zwei", "zwo"))
    for form in forms:
        yield form
        if 100 <= number < 200:
            yield form.removeprefix("ein")
        if number > 100 and number % 100:  # "zweihundertundfünf"
            yield form.replace(_HUNDRED, f"{_HUNDRED}und", 1)
            if number < 200:
                yield form.removeprefix("ein").replace(_HUNDRED, f"{_HUNDRED}und", 1)


@cache
def number_words() -> frozenset[str]:
    """The words, apart from digits and from a thousand on, that a number can contain."""
    small = [word for word, number in _below_thousand().items() if number <= 100]
    halves = {f"{word}{part}" for word in small for part in _PARTS}
    more = {_POINT, "minus", "und", _THOUSAND, _HUNDRED}
    return frozenset({*_below_thousand(), *halves, *_MIXED, *_FRACTION_WORDS, *more})


@cache
def _ordinals() -> Mapping[str, int]:
    """erste … hundertste, with every ending."""
    found = []
    for number in range(1, _LAST_ORDINAL + 1):
        said = _plain(_engine().format_number(number, FormatPurpose.ORDINAL).text).removesuffix("e")
        stems = [said, *(["siebent"] if number == 7 else [])]
        if number == _LAST_ORDINAL:
            stems.append(said.removeprefix("ein"))
        found += [(f"{stem}{ending}", number) for stem in stems for ending in _ENDINGS]
    return _all_ways(found)


@cache
def ordinal_words() -> frozenset[str]:
    """Every word, apart from digits, that an ordinal number can contain."""
    return frozenset(_ordinals())


def ordinal_words_up_to(highest: int) -> Iterator[str]:
    """erste, ersten, 1 …; a full stop after digits is not heard."""
    for number in range(1, highest + 1):
        yield str(number)
    for said, number in _ordinals().items():
        if number <= highest:
            yield said


def ordinal(words: Sequence[str]) -> int:
    """ "dritte" → 3, "einundzwanzigsten" → 21, "3." → 3; ValueError for anything else."""
    said = " ".join(words)
    if len(words) == 1 and words[0].isdecimal() and words[0].isascii():
        return int(words[0])
    if (number := _ordinals().get(said)) is None:
        raise ValueError(f"{said!r} is not an ordinal number")
    return number


def is_number_word(word: str) -> bool:
    """Whether `word`, in matching form, can be part of a number."""
    return (
        word in number_words()
        or _DIGITS.fullmatch(word) is not None
        or (_THOUSAND in word and _whole_word(word) is not None)
    )


def fraction(words: Sequence[str]) -> float | None:
    """ "ein drittel" → 0.333…, "dreiviertel" → 0.75; None for anything else."""
    return _FRACTIONS.get(" ".join(words))


def parse_number(words: Sequence[str]) -> float:
    """The number that `words` (matching form) spell, all of them; ValueError when they do not."""
    if not words:
        raise ValueError("no number")
    if words[0] == "minus":
        return -_positive(words[1:], said=words)
    return _positive(words, said=words)


def _positive(words: Sequence[str], *, said: Sequence[str]) -> float:
    problem = ValueError(f"{' '.join(said)!r} is not a number")
    if (part := fraction(words)) is not None:
        return part
    if _POINT in words:
        point = list(words).index(_POINT)
        whole, decimals = _whole(words[:point]), _decimals(words[point + 1 :], problem)
        if whole is None:
            raise problem
        return whole + decimals
    if (whole := _whole(words)) is not None:
        return whole
    # "zwei einhalb", "zwei und ein halb", "zwei ein halb"
    for at in range(1, len(words)):
        tail = words[at + 1 :] if words[at] == "und" else words[at:]
        whole, part = _whole(words[:at]), fraction(tail)
        if whole is not None and part is not None and whole % 1 == 0 and tail[0] != "viertel":
            return whole + part
    raise problem


def _decimals(words: Sequence[str], problem: ValueError) -> float:
    """Digits one by one after "komma", or as a number: "zwei fünf", "fünfundzwanzig" → 0.25."""
    numbers = [_whole_word(word) for word in words]
    if not numbers or any(number is None or number % 1 for number in numbers):
        raise problem
    if len(numbers) > 1 and any(number > 9 for number in numbers if number is not None):
        raise problem
    return float(f"0.{''.join(f'{number:.0f}' for number in numbers)}")


def _whole(words: Sequence[str]) -> float | None:
    """A number in one word, or in those that recognizers make of it: "zwei hundert fünf"."""
    if len(words) == 1:
        return _whole_word(words[0])
    if not words or any(word[:1].isdigit() for word in words) or len(words) > 7:
        return None
    apart = {"und", _HUNDRED, _THOUSAND}
    return _whole_word("".join(words)) if apart.intersection(words) else None


@cache
def _whole_word(word: str) -> float | None:
    if _DIGITS.fullmatch(word):
        return float(word)
    if word in _MIXED:
        return _MIXED[word]
    known = _below_thousand()
    if (number := known.get(word)) is not None:
        return float(number)
    for part, value in _PARTS.items():
        if word.endswith(part) and (whole := known.get(word.removesuffix(part))) is not None:
            return whole + value
    head, thousand, tail = word.partition(_THOUSAND)
    if thousand:
        times = known.get(head) if head else 1
        rest = known.get(tail.removeprefix("und") if tail != "und" else tail) if tail else 0
        if times and rest is not None:
            return float(times * 1000 + rest)
    return None


def digits(words: Sequence[str]) -> str:
    """A code said digit by digit or in pairs: "eins zwei", "zwölf vierunddreißig" → "1234".

    Raises ValueError for a word that is no number below a hundred.
    """
    code = ""
    for word in words:
        number = _below_thousand().get(word)
        if word.isdecimal():
            code += word
        elif number is None or number > 99:
            raise ValueError(f"{word!r} is no digit")
        else:
            code += str(number)
    return code


def is_digit_word(word: str) -> bool:
    """Whether a code can have the word."""
    return word.isdecimal() or (_below_thousand().get(word, 100) < 100 and word not in GLUE)
