"""English words and sentences from WordNet, to fill slots and to stand for everything else."""

from __future__ import annotations

import random
import re
from dataclasses import dataclass
from pathlib import Path

from assistant.errors import ModelError
from assistant.understand.text import matching_form

WORDNET = Path("/usr/share/wordnet")
"""Where Debian's package wordnet-base puts Princeton WordNet 3.0."""

_EXAMPLE = re.compile(r'"([^"]+)"')


@dataclass(frozen=True)
class Corpus:
    """What WordNet offers, in matching form."""

    examples: tuple[str, ...]
    """Example sentences and phrases of its glosses."""

    definitions: tuple[str, ...]
    nouns: tuple[str, ...]
    """Single nouns that the tokenizer knows as one piece: no rarities."""

    def word(self, rng: random.Random) -> str:
        return rng.choice(self.nouns)

    def phrase(self, rng: random.Random, longest: int = 6) -> str:
        """One to `longest` words in a row from an example or a definition."""
        words = rng.choice(self.examples if rng.random() < 0.7 else self.definitions).split()
        size = min(rng.randint(1, longest), len(words))
        first = rng.randint(0, len(words) - size)
        return " ".join(words[first : first + size])


def read_corpus(known_words: frozenset[str], folder: Path = WORDNET) -> Corpus:
    """Read WordNet's data files.

    known_words   the tokenizer's whole words
    Raises ModelError when it is not installed.
    """
    examples: dict[str, None] = {}
    definitions: dict[str, None] = {}
    nouns: dict[str, None] = {}
    for part in ("noun", "verb", "adj", "adv"):
        for line in _lines(folder / f"data.{part}"):
            entry, _, gloss = line.partition(" | ")
            for example in _EXAMPLE.findall(gloss):
                examples.setdefault(matching_form(example))
            definitions.setdefault(matching_form(_EXAMPLE.sub("", gloss)))
            lemma = entry.split()[4].lower()
            if part == "noun" and lemma in known_words and len(lemma) > 2:
                nouns.setdefault(lemma)
    return Corpus(tuple(e for e in examples if e), tuple(d for d in definitions if d), tuple(nouns))


def _lines(file: Path) -> list[str]:
    try:
        lines = file.read_text(encoding="utf-8").splitlines()
    except OSError as error:
        raise ModelError(
            f"{file}: WordNet is not installed", fix="sudo apt-get install wordnet-base"
        ) from error
    return [line for line in lines if not line.startswith("  ")]  # the licence comes first
