"""Figures of an intent model: thresholds from generated sentences, measurements on others'."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from assistant.events import Understanding
from assistant.training.sentences import Labelled
from assistant.understand import Interpreter
from assistant.understand.tagger import NONE, Tagger, best_spans, log_softmax

OVERLAPS = frozenset(
    {
        "smart_home", "change_volume", "play_music", "next_song", "what_song", "update_playlist",
    }
)  # fmt: skip
"""CLINC150 intents that partly ask for what our skills do: not counted as out of domain."""


@dataclass(frozen=True, slots=True)
class Guess:
    """What the model alone says of a labelled sentence."""

    confidence: float
    """0 when it says that this is no command."""

    right_intent: bool
    right: bool
    """Intent and all slots."""

    command: bool
    """Whether the sentence is one."""


def guess_all(
    tagger: Tagger, sentences: Sequence[Labelled], allowed: Mapping[str, frozenset[str]]
) -> list[Guess]:
    """The model's guesses, without a house.

    allowed   intent → slots it can have
    """
    return [_guess(tagger, sentence, allowed) for sentence in sentences]


def _guess(tagger: Tagger, sentence: Labelled, allowed: Mapping[str, frozenset[str]]) -> Guess:
    labels = tagger.labels
    scores = tagger.score(sentence.words)
    best = int(scores.intents.argmax())
    intent = labels.intents[best]
    command = sentence.intent != NONE
    if intent == NONE:
        return Guess(0.0, not command, not command, command)
    spans, sureness = best_spans(scores.slots, labels.slots, allowed[intent])
    tags = ["O"] * len(sentence.words)
    for span in spans:
        tags[span.first] = f"B-{span.slot}"
        for at in range(span.first + 1, span.last + 1):
            tags[at] = f"I-{span.slot}"
    right_intent = intent == sentence.intent
    right = right_intent and tuple(tags) == sentence.tags
    return Guess(float(scores.intents[best]) * sureness, right_intent, right, command)


def choose_threshold(guesses: Sequence[Guess], false_accepts: float) -> float:
    """The lowest confidence at which so few sentences that are no command get through.

    false_accepts   allowed share of them, 0 to 1
    """
    wrong = sorted((g.confidence for g in guesses if not g.command), reverse=True)
    at = wrong[min(int(len(wrong) * false_accepts), len(wrong) - 1)]
    return round(min(max(at + 0.005, 0.3), 0.99), 3)


def fit_temperature(logits: npt.NDArray[np.float32], targets: npt.NDArray[np.int64]) -> float:
    """The divisor of the logits (n, intents) that makes their probabilities likeliest."""
    rows = np.arange(len(targets))
    candidates = np.linspace(0.5, 3.0, 51)
    losses = [-log_softmax(logits / t)[rows, targets].mean() for t in candidates]
    return round(float(candidates[int(np.argmin(losses))]), 3)


@dataclass(frozen=True, slots=True)
class Commands:
    """Figures on sentences that are commands."""

    count: int
    intent: float
    """Share with the right intent, whatever the decision."""

    exact: float
    """Share with the right intent and exactly the right slots and values."""

    accepted: float
    """Share carried out: accept."""

    wrongly_accepted: float
    """Share that is carried out and is not exactly right."""

    by_template: float


def measure_commands(
    interpret: Callable[[str], Understanding], rows: Sequence[Mapping[str, Any]]
) -> tuple[Commands, list[str]]:
    """Figures on `rows` (text, intent, slots), and one line for each that is not right."""
    counts: dict[str, int] = dict.fromkeys(("intent", "exact", "accept", "wrong", "template"), 0)
    misses: list[str] = []
    for row in rows:
        found = interpret(row["text"])
        first = found.intents[0] if found.intents else None
        slots = {s.name: s.value for s in first.slots.values()} if first else {}
        right_intent = first is not None and first.name == row["intent"]
        exact = right_intent and slots == row["slots"] and len(found.intents) == 1
        accepted = found.decision == "accept"
        counts["intent"] += right_intent
        counts["exact"] += exact
        counts["accept"] += accepted
        counts["wrong"] += accepted and not exact
        counts["template"] += found.rule == "template"
        if not (exact and accepted):
            misses.append(
                f"{'WRONG ' if accepted else ''}{row['text']!r}: {row['intent']} {row['slots']} → "
                f"{found.decision} {found.confidence:.2f} {first.name if first else None} {slots} "
                f"({found.rule})"
            )
    n = len(rows)
    return Commands(n, *(counts[name] / n for name in counts)), misses


def count_accepts(
    interpret: Callable[[str], Understanding], texts: Iterable[str]
) -> tuple[int, int, int, list[str]]:
    """Of texts that are no commands: how many, accepted, asked for, and the accepted ones."""
    total, asked, accepted = 0, 0, []
    for text in texts:
        found = interpret(text)
        total += 1
        asked += found.decision == "confirm"
        if found.decision == "accept":
            accepted.append(f"{text!r} → {found.intents[0].name} {found.confidence:.2f}")
    return total, len(accepted), asked, accepted


def latency_ms(interpreter: Interpreter, texts: Sequence[str]) -> tuple[float, float]:
    """Median and 95th percentile of one `interpret`, each text once after one warm-up round."""
    for text in texts:
        interpreter.interpret(text)
    taken = []
    for text in texts:
        started = time.perf_counter()
        interpreter.interpret(text)
        taken.append((time.perf_counter() - started) * 1000)
    return float(np.percentile(taken, 50)), float(np.percentile(taken, 95))


def read_clinc(folder: Path, part: str) -> list[str]:
    """Texts of CLINC150 that no skill of ours serves: `part` is val, test, oos_val or oos_test."""
    rows = read_jsonl(folder / "clinc150" / f"{part}.jsonl")
    return [row["text"] for row in rows if row["intent"] not in OVERLAPS]


def read_jsonl(file: Path) -> list[dict[str, Any]]:
    """One JSON object per line."""
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
