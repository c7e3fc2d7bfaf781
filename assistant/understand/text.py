"""What was said → words to match, each with its place in the original text."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from assistant.lang import language
from assistant.naming import without_accents

_TOKEN = re.compile(
    r"""
    (?P<number>\d{1,3}(?:,\d{3})+|\d+(?:[.,]\d+)?)(?=[cfk]\b|[^\w]|$|_)  # 21.5  2,700  20c
    |(?P<word>\w+(?:'\w+)*)                                              # it's  80s
    |(?P<sign>%|°|&|(?<!\w)-(?=\d))
    """,
    re.VERBOSE,
)
_LITERAL = re.compile(r"[{<][^}>]*[}>]|[^\W\d_{}<>]+(?:'[^\W\d_]+)*")


@dataclass(frozen=True, slots=True)
class Word:
    """One word in matching form: lower case, no punctuation, `%` and `°` spelled out."""

    text: str
    start: int
    """Where it begins and ends (exclusive) in the original text, characters."""

    end: int


def split_words(text: str) -> tuple[Word, ...]:
    """The words of `text` in matching form.

    "Set it to 21.5°!" → set, it, to, 21.5, degrees. "2,700" → 2700, "per cent" → percent.
    """
    # NFKC can lengthen a text ("…" → "..."): places then count in the normalised text, which
    # is why characters are normalised one by one and only kept where the length stays.
    own, compounds = language().lexicon.LETTERS, language().lexicon.COMPOUNDS
    folded = (
        text.lower().replace("`", "'")  # a tenth of the time; no table says more of these letters
        if text.isascii()
        else "".join(_fold(character, own) for character in text)
    )
    found: list[Word] = []
    for match in _TOKEN.finditer(folded):
        word = Word(_spelling(match), match.start(), match.end())
        if found and (whole := compounds.get((found[-1].text, word.text))):
            word = Word(whole, found.pop().start, word.end)
        found += _apart(word)
    return tuple(found)


def _apart(word: Word) -> Iterator[Word]:
    """ "küchenlicht" → küchen, licht; each with its place, where both spellings are as long."""
    lexicon = language().lexicon
    head = next((head for head in lexicon.HEADS if word.text.endswith(head)), "")
    first = word.text.removesuffix(head)
    if not head or len(first) < _SHORTEST_FIRST or word.text in lexicon.WHOLE:
        yield word
        return
    middle = max(word.start, word.end - len(head))
    yield Word(first, word.start, middle)
    yield Word(head, middle, word.end)


_SHORTEST_FIRST = 3
"""Letters of the first part of a compound."""


@lru_cache(maxsize=4096)
def _fold(character: str, own: frozenset[str]) -> str:
    """In small letters and without accents, apart from the letters of a language of its own."""
    small = unicodedata.normalize("NFKC", character).lower()
    folded = small if small in own else without_accents(small)
    return "'" if folded in "\u2019`\u00b4" else folded if len(folded) == 1 else character


def _plain(text: str) -> str:
    """Without accents, where a letter with one is no letter of its own."""
    own = language().lexicon.LETTERS
    return "".join(c if c in own else without_accents(c) for c in text)


def _spelling(match: re.Match[str]) -> str:
    token, lexicon = match[0], language().lexicon
    if match["sign"]:
        return lexicon.SIGNS[token]
    if match["number"]:
        comma = "." if lexicon.DECIMAL_COMMA else ","
        thousands = re.fullmatch(rf"\d{{1,3}}([{comma}]\d{{3}})+", token)
        return re.sub("[.,]", "", token) if thousands else token.replace(",", ".")
    token = token.replace("_", " ").strip() or token
    return lexicon.SPELLINGS.get(token, token)


def one_spelling(template: str) -> str:
    """A sentence template in the spelling of `split_words`: "colo[u]r" and "colour" → "color",
    "café" → "cafe".

    Names of slots and rules stay as they are.
    """
    for written, spelled in language().lexicon.SPELLED_BOTH_WAYS.items():
        template = re.sub(re.escape(written), spelled, template, flags=re.IGNORECASE)
    return _LITERAL.sub(
        lambda m: m[0] if m[0][0] in "{<" else _one_spelling(m[0].lower()), template
    )


def _one_spelling(word: str) -> str:
    return language().lexicon.SPELLINGS.get(word, _plain(word))


def join(words: Sequence[Word]) -> str:
    """Words in matching form as one string, a space between two."""
    return " ".join(word.text for word in words)


def matching_form(text: str) -> str:
    """`text` as the matcher sees it: what names of the house are compared in."""
    return join(split_words(text))


def original(text: str, words: Sequence[Word]) -> str:
    """The stretch of the original text that `words` (in a row) stand for."""
    return text[words[0].start : words[-1].end] if words else ""


def without_fillers(words: Sequence[Word]) -> Iterator[tuple[Word, ...]]:
    """`words` without politeness and hesitation, the surest reading first.

    First without those at either end, then as said (a song can be called "please"), then
    without those in the middle as well, then without thanks after a single word, last without
    "again" ("turn it off again", where no sentence has it). Equal readings come once.
    """
    trimmed = _trim(words, thanks_after=2)
    inner = tuple(word for word in trimmed if word.text not in language().lexicon.INNER_FILLERS)
    readings = [trimmed, tuple(words), inner, _trim(words, thanks_after=1)]
    while len(trimmed) > 2 and trimmed[-1].text == language().lexicon.AGAIN:
        trimmed = _trim(trimmed[:-1], thanks_after=1)
        readings.append(trimmed)
    yield from dict.fromkeys(reading for reading in readings if reading)


def _trim(words: Sequence[Word], *, thanks_after: int) -> tuple[Word, ...]:
    """`words` without the fillers at either end, thanks only after so many words.

    "play thank you" asks for a song, "pause, thank you" does not.
    """
    rest, lexicon = tuple(words), language().lexicon
    while filler := _longest(leading_fillers(), rest, at_end=False):
        rest = rest[len(filler) :]
    while filler := _longest(trailing_fillers(), rest, at_end=True):
        if filler[0] in lexicon.THANKS and len(rest) - len(filler) < thanks_after:
            break
        if (rest[-2].text, *filler) in lexicon.NO_FILLERS:  # "ten minutes from now"
            break
        rest = rest[: -len(filler)]
    return rest


@lru_cache
def _longest_first(fillers: tuple[str, ...]) -> Sequence[tuple[str, ...]]:
    """So that "could you please" goes whole."""
    return sorted((tuple(filler.split()) for filler in fillers), key=len, reverse=True)


def leading_fillers() -> Sequence[tuple[str, ...]]:
    """What may stand before a command and says nothing, in words; longer ones first."""
    return _longest_first(language().lexicon.LEADING_FILLERS)


def trailing_fillers() -> Sequence[tuple[str, ...]]:
    """The same after a command."""
    return _longest_first(language().lexicon.TRAILING_FILLERS)


def _longest(
    fillers: Sequence[tuple[str, ...]], words: Sequence[Word], *, at_end: bool
) -> tuple[str, ...]:
    """The longest filler at that end of `words`; never all of them."""
    texts = tuple(word.text for word in words)
    for filler in fillers:
        size = len(filler)
        if size < len(texts) and (texts[-size:] if at_end else texts[:size]) == filler:
            return filler
    return ()
