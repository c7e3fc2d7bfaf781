"""From what was heard to what is meant, and how far to trust it.

A recognizer that knows what can be said gives two answers: the words it would have written down
freely, and the sayable sentence that comes nearest to the sound. People who command are close to
a sayable sentence; conversation, television and half sentences are far from all of them. How far
is put into numbers (`Evidence`), the numbers into one probability: logistic regression, fitted by
scripts/train_judge on recordings of commands and of other talk.

Wordings that no template foresees are left to the intent model, on the freely recognized words.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from difflib import SequenceMatcher
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from assistant.errors import ModelError
from assistant.events import (
    Because,
    Completeness,
    Decision,
    Hypothesis,
    Reason,
    SlotValue,
    Source,
    Transcript,
    Understanding,
)
from assistant.schema import read_json
from assistant.understand.text import matching_form

if TYPE_CHECKING:
    from assistant.understand import Interpreter

WEIGHTS_FILE = Path(__file__).with_name("judge.json")


@dataclass(frozen=True, slots=True)
class Evidence:
    """How well a sayable sentence goes with the sound."""

    gap: float
    """How much less likely than the free words it is, in nats; negative: it is likelier."""

    difference: float
    """Of its letters from those of the free words, 0 (same) to 1."""

    surprise: float
    """Minus its mean log-probability per token, nats."""

    rival: float
    """How much likelier it is than the best sentence that means something else, nats; at most
    `_FAR_RIVAL`."""

    wording: float
    """1: no template has it, only the intent model understands it; 0: a template does."""

    agrees: float
    """What the intent model makes of the free words: 1 the same, 0 something else, -1 that they
    are no command."""


_FAR_RIVAL = 10.0

_LOOKED_AT = 6
"""Sayable sentences that are interpreted, the likeliest first."""

_BEHIND = 2.0
"""Nats from which on free words that are a command by themselves win over a sayable sentence."""


_SPELLED_ALIKE = 0.2
"""`Evidence.difference` up to which free words are the sayable sentence, misheard."""


@dataclass(frozen=True, slots=True)
class Weights:
    """The fitted probability, and where it is enough."""

    bias: float
    weights: Mapping[str, float]
    """Field of `Evidence` → weight."""

    accept: float
    confirm: float

    def probability(self, evidence: Evidence) -> float:
        """That the sentence is what was said, 0 to 1."""
        values = asdict(evidence)
        z = self.bias + sum(weight * values[name] for name, weight in self.weights.items())
        return 1 / (1 + math.exp(-max(-50.0, min(50.0, z))))


@cache
def fitted() -> Weights:
    """The weights that scripts/train_judge left."""
    return read_json(Weights, WEIGHTS_FILE, error=ModelError, fix="install the assistant again")


def judge(
    heard: Transcript, interpreter: Interpreter, weights: Weights | None = None
) -> Understanding:
    """What `heard` means, by the sayable sentence where it can be trusted, else by its words.

    weights   None: those that were fitted
    """
    weights = weights or fitted()
    freely = interpreter.interpret(heard.text)
    nearest = understood(heard, interpreter)
    if heard.free is None or nearest is None:
        return freely
    _, best = nearest
    found = evidence(heard, freely, nearest, interpreter)
    # What the model makes of "set the beds I'd lamp to forty" is a guess at words misheard.
    by_itself = freely.source is not Source.MODEL or found.difference > _SPELLED_ALIKE
    far = found.gap > _BEHIND and meaning(freely) != meaning(best)
    if freely.decision == "accept" and by_itself and far:
        return freely
    sound = weights.probability(found)
    probability = sound * best.confidence
    if probability < weights.confirm:
        return freely if freely.source is Source.MODEL else _unlike(freely, probability)
    sure = best.decision == "accept" and probability >= weights.accept
    decision: Decision = "accept" if sure else "confirm"
    intents = tuple(replace(intent, confidence=probability) for intent in best.intents)
    return replace(best, decision=decision, confidence=probability, intents=intents)


def _unlike(freely: Understanding, probability: float) -> Understanding:
    """Nothing that can be said sounds like it, and the words by themselves are no command."""
    if freely.decision == "reject":
        return freely
    return replace(freely, decision="reject", confidence=probability, reason=Reason(Because.UNLIKE))


Nearest = tuple[Hypothesis, Understanding]
"""A sayable sentence, and what it means."""


def understood(heard: Transcript, interpreter: Interpreter) -> Nearest | None:
    """The likeliest sayable sentence that makes sense; None when there is none.

    The wordings let one say more than the model understands: "turn on the kitchen's parts".
    Sentences that ask for the same ("pause", "pause them", "pause the music") are as likely as all
    of them together; it is the one whose spelling is nearest to what was heard.
    """
    found = ((said, interpreter.interpret(said.text)) for said in heard.sayable[:_LOOKED_AT])
    sensible = [pair for pair in found if pair[1].decision != "reject"]
    if not sensible:
        return None
    wish = _wish(sensible[0][1])
    same = [(said, meant) for said, meant in sensible if _wish(meant) == wish]
    together = float(np.logaddexp.reduce([said.log_probability for said, _ in same]))
    said, meant = max(same, key=lambda pair: _alike(pair[0].text, heard.text))
    return replace(said, log_probability=together), meant


def _wish(understanding: Understanding) -> tuple[object, ...]:
    """The meaning, "it" apart."""
    return tuple(
        (name, frozenset(pair for pair in slots if pair[0] != "it"))
        for name, slots in meaning(understanding)
    )


def _alike(said: str, heard: str) -> float:
    """How alike two texts are spelled, 0 to 1."""
    return SequenceMatcher(None, matching_form(said), matching_form(heard)).ratio()


def evidence(
    heard: Transcript, freely: Understanding, nearest: Nearest, interpreter: Interpreter
) -> Evidence:
    """Numbers for one of the sayable sentences of `heard`, which has `free`.

    freely   what the free words mean
    """
    assert heard.free is not None
    said, best = nearest
    return Evidence(
        gap=heard.free.log_probability - said.log_probability,
        difference=1 - _alike(said.text, heard.text),
        surprise=-said.log_probability / max(1, said.tokens),
        rival=_rival(heard.sayable, nearest, interpreter),
        wording=float(best.source is Source.MODEL),
        agrees=_agreement(freely, best),
    )


def _rival(sayable: Sequence[Hypothesis], nearest: Nearest, interpreter: Interpreter) -> float:
    said, best = nearest
    for other in sayable[:_LOOKED_AT]:
        ahead = said.log_probability - other.log_probability
        if ahead < 0:  # it made no sense
            continue
        if ahead >= _FAR_RIVAL:
            break
        if _wish(interpreter.interpret(other.text)) != _wish(best):
            return ahead
    return _FAR_RIVAL


def _agreement(freely: Understanding, best: Understanding) -> float:
    if freely.decision == "reject":
        return -1.0
    return 1.0 if meaning(freely) == meaning(best) else 0.0


def meaning(
    understanding: Understanding,
) -> tuple[tuple[str, frozenset[tuple[str, SlotValue]]], ...]:
    """Intents and slot values, whatever the words."""
    return tuple(
        (intent.name, frozenset((slot.name, slot.value) for slot in intent.slots.values()))
        for intent in understanding.intents
    )


def complete(meant: Understanding, heard: Transcript, interpreter: Interpreter) -> Completeness:
    """Whether `heard` is a whole command, and whether more words could make it another one.

    meant   what `judge` makes of it
    """
    if meant.decision != "accept":
        return "yes" if interpreter.complete(heard.text) else "no"
    if not interpreter.complete(meant.text):
        return "no"
    return "yes" if interpreter.graph.goes_on(meant.text) else "nothing can follow"
