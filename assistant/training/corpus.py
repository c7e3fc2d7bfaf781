"""English words and sentences from WordNet, to fill slots and to stand for everything else.

corpus.txt.gz beside this file is an extract of Princeton WordNet 3.0 (licence: corpus.LICENSE);
scripts/make_corpus.py made it and makes it again.
"""

from __future__ import annotations

import gzip
import random
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, fields
from functools import cache
from pathlib import Path

from assistant.errors import ModelError
from assistant.understand.text import matching_form

CORPUS = Path(__file__).with_name("corpus.txt.gz")

_PARTS_OF_SPEECH = ("noun", "verb", "adj", "adv")
_DEFINITIONS = 6000
"""So many of them, chosen at random, keep the extract below a megabyte."""

_EXAMPLE = re.compile(r'"([^"]+)"')


@dataclass(frozen=True)
class Corpus:
    """What WordNet offers, in matching form."""

    examples: tuple[str, ...]
    """Example sentences and phrases of its glosses."""

    definitions: tuple[str, ...]
    nouns: tuple[str, ...]
    """Single nouns that are no rarities."""

    def word(self, rng: random.Random) -> str:
        return rng.choice(self.nouns)

    def phrase(self, rng: random.Random, longest: int = 6) -> str:
        """One to `longest` words in a row from an example or a definition."""
        words = rng.choice(self.examples if rng.random() < 0.7 else self.definitions).split()
        size = min(rng.randint(1, longest), len(words))
        first = rng.randint(0, len(words) - size)
        return " ".join(words[first : first + size])


@cache
def read_corpus(file: Path = CORPUS) -> Corpus:
    """Read an extract: a heading, its lines, an empty line, the next heading. Raises ModelError."""
    try:
        text = gzip.decompress(file.read_bytes()).decode()
        parts = [part.splitlines() for part in text.split("\n\n")]
        return Corpus(**{heading: tuple(lines) for heading, *lines in parts})
    except (OSError, EOFError, ValueError, TypeError) as error:
        raise ModelError(
            f"{file}: not the words to learn from: {error}", fix="install the assistant again"
        ) from error


def write_corpus(corpus: Corpus, file: Path) -> None:
    """Write what `read_corpus` reads; the same corpus gives the same bytes."""
    parts = ["\n".join((f.name, *getattr(corpus, f.name))) for f in fields(corpus)]
    file.write_bytes(gzip.compress("\n\n".join(parts).encode(), mtime=0))


def extract(wordnet: Path, known: frozenset[str]) -> Corpus:
    """All examples, some definitions and the nouns of WordNet's data files that are `known`.

    Raises ModelError when it is not there.
    """
    entries = [line.partition(" | ") for part in _PARTS_OF_SPEECH for line in _data(wordnet, part)]
    glosses = [gloss for _, _, gloss in entries]
    examples = _forms(example for gloss in glosses for example in _EXAMPLE.findall(gloss))
    definitions = _forms(_EXAMPLE.sub("", gloss) for gloss in glosses)
    lemmas = [entry.split()[4].lower() for entry, _, _ in entries if entry.split()[2] == "n"]
    nouns = dict.fromkeys(lemma for lemma in lemmas if lemma in known and len(lemma) > 2)
    chosen = random.Random(0).sample(definitions, min(_DEFINITIONS, len(definitions)))
    return Corpus(tuple(examples), tuple(chosen), tuple(nouns))


def _forms(texts: Iterable[str]) -> Sequence[str]:
    """Each in matching form, once."""
    return [form for form in dict.fromkeys(map(matching_form, texts)) if form]


def _data(wordnet: Path, part: str) -> Iterator[str]:
    file = wordnet / f"data.{part}"
    try:
        lines = file.read_text(encoding="utf-8").splitlines()
    except OSError as error:
        raise ModelError(
            f"{file}: WordNet is not installed", fix="sudo apt-get install wordnet-base"
        ) from error
    return (line for line in lines if not line.startswith("  "))  # the licence comes first
