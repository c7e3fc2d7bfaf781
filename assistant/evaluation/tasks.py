"""Labelled sentences to learn from and to be measured with: SNIPS, CLINC150.

Both are public sets that are never committed here:
SNIPS     github.com/sonos/nlu-benchmark, 2017-06 custom-intent-engines, CC0
CLINC150  github.com/clinc/oos-eval, data_full, CC BY 3.0
as JSON lines: {"text", "intent", "slots": [{"name", "start", "end"}]}.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from assistant.errors import ModelError
from assistant.schema import read_json_lines
from assistant.understand.tagger import NONE

_WORD = re.compile(r"\w+|[^\w\s]")
_HELD_OUT = 700
"""SNIPS has no validation part of its own: so many of `train`, as in Goo et al. 2018."""


@dataclass(frozen=True, slots=True)
class Labelled:
    """One sentence, in matching form."""

    words: tuple[str, ...]
    tags: tuple[str, ...]
    """BIO tag of each word."""

    intent: str
    """`NONE` when it is out of scope."""


@dataclass(frozen=True)
class Task:
    """What a model learns, chooses its threshold on, and is reported on."""

    name: str
    train: Sequence[Labelled]
    validation: Sequence[Labelled]
    test: Sequence[Labelled]

    @property
    def intents(self) -> tuple[str, ...]:
        """Intents in scope, in the order of the alphabet."""
        return tuple(sorted({sentence.intent for sentence in self.train} - {NONE}))

    @property
    def slots(self) -> tuple[str, ...]:
        """BIO labels: "O", "B-artist", "I-artist", …"""
        names = sorted({tag[2:] for s in self.train for tag in s.tags if tag != "O"})
        return ("O", *(f"{mark}-{name}" for name in names for mark in "BI"))

    @property
    def slots_of(self) -> dict[str, frozenset[str]]:
        """Intent → slots it has in the training sentences."""
        found: dict[str, set[str]] = {intent: set() for intent in self.intents}
        for sentence in self.train:
            if sentence.intent != NONE:
                found[sentence.intent] |= {tag[2:] for tag in sentence.tags if tag != "O"}
        return {intent: frozenset(slots) for intent, slots in found.items()}


def read_snips(data: Path) -> Task:
    """SNIPS from data/snips/{train,test}.jsonl; raises ModelError."""
    train = _read(data / "snips" / "train.jsonl")
    random.Random(0).shuffle(train)
    test = _read(data / "snips" / "test.jsonl")
    return Task("snips", train[_HELD_OUT:], train[:_HELD_OUT], test)


def read_clinc(data: Path) -> Task:
    """CLINC150 from data/clinc150: out-of-scope sentences have the intent `NONE`.

    `train` holds the data set's 100 out-of-scope training sentences as well.
    """
    folder = data / "clinc150"
    train, validation, test = (
        [*_read(folder / f"{part}.jsonl"), *_read(folder / f"oos_{part}.jsonl")]
        for part in ("train", "val", "test")
    )
    return Task("clinc150", train, validation, test)


def read_rows(file: Path) -> list[dict[str, Any]]:
    """One JSON object per line; raises ModelError with file and line."""
    fix = "fetch the set from its public source, see --help"
    return read_json_lines(dict[str, Any], file, error=ModelError, fix=fix)


def _read(file: Path) -> list[Labelled]:
    return [_label(row) for row in read_rows(file)]


def _label(row: Mapping[str, Any]) -> Labelled:
    text, tags = row["text"], []
    matches = list(_WORD.finditer(text))
    for match in matches:
        tags.append(_tag(row.get("slots", ()), match.start()))
    intent = NONE if row["intent"] == "oos" else row["intent"]
    return Labelled(tuple(m[0].lower() for m in matches), _opened(tags), intent)


def _tag(slots: Iterable[Mapping[str, Any]], start: int) -> tuple[str, int]:
    """Slot that covers the character, and where it starts: two of a kind can follow each other."""
    for slot in slots:
        if slot["start"] <= start < slot["end"]:
            return slot["name"], slot["start"]
    return "", -1


def _opened(covers: Sequence[tuple[str, int]]) -> tuple[str, ...]:
    tags, before = [], ("", -1)
    for cover in covers:
        name, _ = cover
        tags.append("O" if not name else f"I-{name}" if cover == before else f"B-{name}")
        before = cover
    return tuple(tags)
