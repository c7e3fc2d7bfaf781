"""What a transcript leads to, at any threshold of acceptance, without hearing it again.

`judge` decides by a probability and two thresholds. With both at 0 it always goes by the sound,
with both out of reach never: the two answers and the probability say what it does at any other.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace

from assistant.conversation import understand_speech
from assistant.evaluation.speech.recordings import Recording, as_text
from assistant.events import Decision, Transcript, Understanding
from assistant.understand import Interpreter
from assistant.understand.judge import fitted, judge

Right = Callable[[Understanding], bool]


@dataclass(frozen=True, slots=True)
class Answer:
    """One way to take what was heard."""

    acts: bool
    """It would be carried out."""

    right: bool
    """It is what was asked for, whether or not it would be carried out."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of one command, or of one stretch of talk."""

    decision: Decision
    """With the thresholds that are in use."""

    right: bool
    text: str
    """The words that were gone by."""

    meant: str
    """Intents and slots, for people to read."""

    probability: float | None
    """That what was said is sayable here; None: the engine gives none, or it had no say."""

    by_sound: Answer
    by_words: Answer
    """Where the probability is too small."""

    @property
    def accepted(self) -> bool:
        """Carried out, and what was asked for."""
        return self.decision == "accept" and self.right

    def at(self, accept: float) -> Answer:
        """What happens when `accept` is the threshold, and nothing is asked back below it."""
        if self.probability is not None and self.probability >= accept:
            return self.by_sound
        return self.by_words


def verdict(heard: Transcript, interpreter: Interpreter, right: Right) -> Verdict:
    """What `heard` leads to.

    right   whether an understanding is what was asked for
    """
    found = understand_speech(heard, interpreter)
    always, never = fitted_at(0.0, heard, interpreter), fitted_at(math.inf, heard, interpreter)
    asked = always != never and heard.engine != "vosk"
    return Verdict(
        decision=found.decision,
        right=right(found),
        text=found.text,
        meant=described(found),
        probability=always.confidence if asked else None,
        by_sound=_answer(always, right),
        by_words=_answer(never, right),
    )


def fitted_at(threshold: float, heard: Transcript, interpreter: Interpreter) -> Understanding:
    """What the judge says with `threshold` in the place of both of its own."""
    return judge(heard, interpreter, replace(fitted(), accept=threshold, confirm=threshold))


def is_right(found: Understanding, asked: Recording) -> bool:
    """One intent, the labelled one, with every labelled slot equal; others do no harm."""
    if len(found.intents) != 1:
        return False
    intent = found.intents[0]
    if asked.intent not in (intent.name, intent.verb):
        return False
    values = {name: as_text(slot.value) for name, slot in intent.slots.items()}
    return all(values.get(name) == value for name, value in asked.slots.items())


def described(found: Understanding) -> str:
    """Intents and slots in one line; empty when there are none."""
    return " + ".join(
        " ".join([i.name, *(f"{s.name}={as_text(s.value)!r}" for s in i.slots.values())])
        for i in found.intents
    )


def _answer(found: Understanding, right: Right) -> Answer:
    return Answer(found.decision == "accept", right(found))
