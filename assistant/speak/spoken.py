"""What is written → what is said: units and signs as words."""

from __future__ import annotations

import re
from collections.abc import Iterator

from assistant.lang import language

TOGETHER = 60
"""Short sentences are said in one piece up to so many characters."""

LONGEST = 100
"""A longer sentence is said in several pieces: the first is heard while the rest is rendered."""

_UNSAID = (re.compile(r"[\[\]{}<>|\\^~`*_#•]"), " ")
"""[[…]] would be taken for phonemes by both engines."""

_SENTENCE_END = re.compile(r"(?<=[.!?;:])\s+")


def spoken(text: str) -> str:
    """Return `text` as a voice should read it; empty when nothing in it can be said."""
    for pattern, said in (_UNSAID, *language().voice.RULES):
        text = pattern.sub(said, text)
    text = " ".join(text.split())
    return text if any(character.isalnum() for character in text) else ""


def parts(text: str) -> tuple[str, ...]:
    """`text` in the pieces in which it is said one after the other, each a sentence or a few: the
    first can be heard while the next is still rendered."""
    pieces: list[str] = []
    for sentence in _SENTENCE_END.split(text.strip()):
        for piece in _bounded(sentence):
            if pieces and len(pieces[-1]) + len(piece) < TOGETHER:
                pieces[-1] += f" {piece}"
            else:
                pieces.append(piece)
    return tuple(piece for piece in pieces if any(character.isalnum() for character in piece))


def _pauses() -> Iterator[re.Pattern[str]]:
    yield re.compile(r",\s")
    yield re.compile(rf"\s(?=(?:{'|'.join(language().voice.JOINTS)})\s)")
    yield re.compile(r"\s")


def _bounded(sentence: str) -> Iterator[str]:
    """No piece longer than `LONGEST`; cut where a speaker would breathe, if there is a place."""
    while len(sentence) > LONGEST:
        breaks = ([*pause.finditer(sentence, LONGEST // 3, LONGEST)] for pause in _pauses())
        at = next((found[-1].end() for found in breaks if found), LONGEST)
        yield sentence[:at].strip()
        sentence = sentence[at:].strip()
    if sentence:
        yield sentence
