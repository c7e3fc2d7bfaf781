"""What is written in English → what a voice reads: units and signs as words."""

from __future__ import annotations

import re
from collections.abc import Sequence

RULES: Sequence[tuple[re.Pattern[str], str]] = tuple(
    (re.compile(pattern), said)
    for pattern, said in (
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
JOINTS: Sequence[str] = ("and",)
