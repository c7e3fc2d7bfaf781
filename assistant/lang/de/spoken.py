"""What is written in German → what a voice reads: units, signs and times of day as words."""

from __future__ import annotations

import re
from collections.abc import Sequence

RULES: Sequence[tuple[re.Pattern[str], str]] = tuple(
    (re.compile(pattern), said)
    for pattern, said in (
        (r"\b(\d{1,2}):00 Uhr", r"\1 Uhr"),
        (r"\b(\d{1,2}):0?(\d{1,2})(?: Uhr)?\b", r"\1 Uhr \2"),
        (r"(?<=\d)\.(?=\d{3}\b)", ""),  # 2.700
        (r"(?<=\d)[.,](?=\d)", " Komma "),
        (r"(?<![\w.])[-\u2212](?=\d)", "minus "),
        (r"(?<=\d)\s*[-\u2013](?=\d)", " bis "),
        (r"\s*°\s?C\b", " Grad"),
        (r"\s*°\s?F\b", " Grad Fahrenheit"),
        (r"\s*°", " Grad"),
        (r"(?<=\d)\s*%", " Prozent"),
        (r"(?<=\d)\s*K\b", " Kelvin"),
        (r"\s*&\s*", " und "),
        (r"\b1 (?=Stunde|Minute|Sekunde|Woche)", "eine "),
        (r"\b1 (?=Tag|Monat|Grad|Prozent|Jahr|Uhr)", "ein "),
        (r"\bz\. ?B\.", "zum Beispiel"),
        (r"\u2026", "."),
    )
)
JOINTS: Sequence[str] = ("und", "oder")
