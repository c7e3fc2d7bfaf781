"""What in words is a secret: digits near a word that announces a code. Fails closed.

Knows no house and no skill: it is the net below `assistant.redact`, which knows what was said for
which slot, and all that is left where nothing was understood.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence

from assistant.lang import language, protecting
from assistant.understand.text import Word, split_words

MASK = "••••"

_RUN = 3
"""Digits in a row that make no sense otherwise are taken for a code."""


def without_digits(
    text: str, *, unclear: bool, opening: Collection[str] = (), alone: bool = True
) -> str:
    """`text` with what may be a secret masked.

    unclear   nobody knows what it means: rather too much is masked
    opening   more words like "unlock"
    alone     digits that are all of the text may be one; not where it is known what they are
    """
    words = split_words(text)
    opening = {*protecting().UNLOCKING, *opening}
    return _masked(text, words, _secret_parts(words, unclear, opening, alone))


def without_any_digits(text: str) -> str:
    """`text` with every number masked."""
    words = split_words(text)
    return _masked(text, words, list(_runs(words, 1)))


def _secret_parts(
    words: Sequence[Word], unclear: bool, opening: Collection[str], alone: bool
) -> list[tuple[int, int]]:
    """Where masked words begin and end (exclusive), as numbers of words."""
    announcing = protecting().ANNOUNCING
    at = next((i for i, word in enumerate(words) if word.text in announcing), None)
    if at is not None:
        after = any(_is_digit(word) for word in words[at + 1 :])
        parts = list(_runs(words[:at], 1))
        if (after or unclear) and at + 1 < len(words):
            parts.append((at + 1, len(words)))
        return parts
    if any(word.text in opening for word in words):
        return list(_runs(words, 1))
    runs = list(_runs(words, _RUN))
    return runs if unclear or (alone and runs == [(0, len(words))]) else []


def _runs(words: Sequence[Word], shortest: int) -> Iterator[tuple[int, int]]:
    """Stretches of digits, with what they may have been misheard as."""
    start, soundalikes = 0, protecting().SOUNDALIKES
    while start < len(words):
        end = start
        while end < len(words) and (_is_digit(words[end]) or words[end].text in soundalikes):
            end += 1
        if sum(map(_digits, words[start:end])) >= shortest:
            yield start, end
        start = max(end, start + 1)


def _is_digit(word: Word) -> bool:
    return bool(_digits(word))


def _digits(word: Word) -> int:
    """How many digits a word stands for."""
    written = sum(letter.isdigit() for letter in word.text)
    numbers = language().numbers
    spoken = numbers.is_digit_word(word.text) or (
        numbers.is_number_word(word.text) and word.text not in numbers.GLUE
    )
    return written or int(spoken)


def _masked(text: str, words: Sequence[Word], parts: Sequence[tuple[int, int]]) -> str:
    for start, end in reversed(parts):
        text = text[: words[start].start] + MASK + text[words[end - 1].end :]
    return re.sub(rf"{MASK}(\W+{MASK})+", MASK, text)
