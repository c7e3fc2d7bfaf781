"""What is written → what is said: units and signs as words."""

from __future__ import annotations

import re

_RULES: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern), said)
    for pattern, said in (
        (r"[\[\]{}<>|\\^~`*_#•]", " "),  # [[…]] would be taken for phonemes by both engines
        (r"(?<![\w.])[-\u2212](?=\d)", "minus "),
        (r"(?<=\d)\s*[-\u2013](?=\d)", " to "),
        (r"(?<![\d.,])1\s*°(?:\s?[CF]\b)?", "1 degree"),
        (r"\s*°(?:\s?[CF]\b)?", " degrees"),
        (r"(?<=\d)\s*%", " percent"),
        (r"(?<=\d)\s*K\b", " kelvin"),
        (r"\s*&\s*", " and "),
        (r"\u2026", "."),
    )
)


def spoken(text: str) -> str:
    """Return `text` as a voice should read it; empty when nothing in it can be said."""
    for pattern, said in _RULES:
        text = pattern.sub(said, text)
    text = " ".join(text.split())
    return text if any(character.isalnum() for character in text) else ""
