"""What was said → words to match, each with its place in the original text."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from assistant.naming import without_accents

_TOKEN = re.compile(
    r"""
    (?P<number>\d{1,3}(?:,\d{3})+|\d+(?:[.,]\d+)?)(?=[cfk]\b|[^\w]|$|_)  # 21.5  2,700  20c
    |(?P<word>\w+(?:'\w+)*)                                              # it's  80s
    |(?P<sign>%|°|&|(?<!\w)-(?=\d))
    """,
    re.VERBOSE,
)
_SIGNS = {"%": "percent", "°": "degrees", "&": "and", "-": "minus"}
_SPELLINGS = {"colour": "color", "colours": "colors", "grey": "gray", "ok": "okay"}

_LITERAL = re.compile(r"[{<][^}>]*[}>]|[^\W\d_{}<>]+(?:'[^\W\d_]+)*")
_BOTH_COLORS = re.compile(r"(?i)colo\[u\]r")

# Words that carry no command. Longer ones first, so that "could you please" goes whole.
LEADING_FILLERS = (
    "hey jarvis", "hey mycroft", "okay nabu", "alexa", "jarvis", "mycroft", "nabu",
    "could you", "can you", "would you", "will you", "i would like you to", "i'd like you to",
    "i want you to", "go ahead and", "please", "hey", "hi", "hello", "okay", "now", "um", "uh",
    "uhm", "er", "erm", "so", "well", "just", "right", "oh", "actually", "then", "and", "kindly",
    "i need you to", "could we", "can we", "can you go ahead and", "do me a favor and", "all right",
    "alright", "be so kind as to", "would you be so kind as to", "yo", "would you kindly",
    "could you kindly", "you can", "you could", "go on and", "quickly",
)  # fmt: skip
TRAILING_FILLERS = (
    "thank you very much", "thank you", "thanks a lot", "thanks", "for me", "right now", "please",
    "now", "um", "uh", "uhm", "er", "erm", "okay", "would you", "will you", "if you can",
    "if you could", "immediately", "at once", "if you would", "if you don't mind", "mate", "buddy",
    "dude", "cheers", "ta", "for the night", "when you can", "when you get a chance", "quickly",
    "real quick", "straight away", "right away", "will you please", "if you please",
    "as soon as you can", "would you please", "could you", "can you", "pretty please", "for now",
)  # fmt: skip
AGAIN = "again"
_INNER = frozenset({"please", "both", "um", "uh", "uhm", "er", "erm", "just", "kindly"})
LEADING_WORDS: Sequence[tuple[str, ...]] = sorted(
    (tuple(f.split()) for f in LEADING_FILLERS), key=len, reverse=True
)
TRAILING_WORDS: Sequence[tuple[str, ...]] = sorted(
    (tuple(f.split()) for f in TRAILING_FILLERS), key=len, reverse=True
)


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
    folded = "".join(_fold(character) for character in text)
    found: list[Word] = []
    for match in _TOKEN.finditer(folded):
        word = Word(_spelling(match), match.start(), match.end())
        if word.text == "cent" and found and found[-1].text == "per":
            word = Word("percent", found.pop().start, word.end)
        found.append(word)
    return tuple(found)


def _fold(character: str) -> str:
    folded = without_accents(unicodedata.normalize("NFKC", character).lower())
    return "'" if folded in "\u2019`\u00b4" else folded if len(folded) == 1 else character


def _spelling(match: re.Match[str]) -> str:
    token = match[0]
    if match["sign"]:
        return _SIGNS[token]
    if match["number"]:
        thousands = re.fullmatch(r"\d{1,3}(,\d{3})+", token)
        return token.replace(",", "" if thousands else ".")
    token = token.replace("_", " ").strip() or token
    return _SPELLINGS.get(token, token)


def one_spelling(template: str) -> str:
    """A sentence template in the spelling of `split_words`: "colo[u]r" and "colour" → "color",
    "café" → "cafe".

    Names of slots and rules stay as they are.
    """
    return _LITERAL.sub(
        lambda m: m[0] if m[0][0] in "{<" else _one_spelling(m[0].lower()),
        _BOTH_COLORS.sub("color", template),
    )


def _one_spelling(word: str) -> str:
    return _SPELLINGS.get(word, without_accents(word))


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
    inner = tuple(word for word in trimmed if word.text not in _INNER)
    readings = [trimmed, tuple(words), inner, _trim(words, thanks_after=1)]
    while len(trimmed) > 2 and trimmed[-1].text == AGAIN:
        trimmed = _trim(trimmed[:-1], thanks_after=1)
        readings.append(trimmed)
    yield from dict.fromkeys(reading for reading in readings if reading)


def _trim(words: Sequence[Word], *, thanks_after: int) -> tuple[Word, ...]:
    """`words` without the fillers at either end, thanks only after so many words.

    "play thank you" asks for a song, "pause, thank you" does not.
    """
    rest = tuple(words)
    while filler := _longest(LEADING_WORDS, rest, at_end=False):
        rest = rest[len(filler) :]
    while filler := _longest(TRAILING_WORDS, rest, at_end=True):
        if filler[0].startswith("thank") and len(rest) - len(filler) < thanks_after:
            break
        if filler == ("now",) and rest[-2].text == "from":  # "ten minutes from now"
            break
        rest = rest[: -len(filler)]
    return rest


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
