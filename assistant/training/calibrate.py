"""Probabilities that mean what they say, and the confidences from which a command is believed.

Everything here is measured on the int8 file, on sentences it has not learnt from.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from assistant.evaluation.tasks import Labelled
from assistant.understand.tagger import NONE, Labels, Scores, Tagger, best_spans, log_softmax

_TEMPERATURES = np.linspace(0.3, 3.0, 109)
_ACCEPT_WRONG, _CONFIRM_WRONG = 0.003, 0.02
"""Of sentences that are no command: share that may be carried out, that may be asked for."""

_REJECT_RIGHT = 0.04
"""Of sentences in scope: share that one threshold may refuse on validation data."""


@dataclass(frozen=True)
class Decision:
    """When an intent is believed; see `understand.tagger.Labels`."""

    temperature: float = 1.0
    accept: float = 0.0
    confirm: float = 0.0


Decide = Callable[[Tagger, Sequence[Labelled], float], Decision]
"""A model whose labels have the temperature, sentences, that temperature → the decision."""


def always(tagger: Tagger, sentences: Sequence[Labelled], temperature: float) -> Decision:
    """For a task where nothing is out of scope."""
    return Decision(temperature)


def by_false_rejection(
    tagger: Tagger, sentences: Sequence[Labelled], temperature: float
) -> Decision:
    """The highest threshold at which so few sentences in scope are refused (CLINC150)."""
    scores = tagger.score_all([s.words for s in sentences if s.intent != NONE])
    sure = [_sure(tagger.labels, each) for each in scores]
    threshold = float(np.quantile(sure, _REJECT_RIGHT))
    return Decision(temperature, accept=round(threshold, 4), confirm=round(threshold, 4))


def by_false_accepts(tagger: Tagger, sentences: Sequence[Labelled], temperature: float) -> Decision:
    """The lowest thresholds at which so few sentences that are no command get through."""
    scores = tagger.score_all([s.words for s in sentences if s.intent == NONE])
    wrong = sorted((_whole(tagger.labels, each) for each in scores), reverse=True)
    accept, confirm = (
        wrong[min(int(len(wrong) * share), len(wrong) - 1)]
        for share in (_ACCEPT_WRONG, _CONFIRM_WRONG)
    )
    return Decision(temperature, _within(accept), _within(confirm))


def _within(confidence: float) -> float:
    return round(min(max(confidence + 0.005, 0.3), 0.99), 3)


def _sure(labels: Labels, scores: Scores) -> float:
    """Probability of the likeliest intent; 0 when that is `NONE`."""
    best = int(scores.intents.argmax())
    return 0.0 if labels.intents[best] == NONE else float(scores.intents[best])


def _whole(labels: Labels, scores: Scores) -> float:
    """The confidence that the interpreter looks at: intent times slots."""
    best = int(scores.intents.argmax())
    intent = labels.intents[best]
    if intent == NONE:
        return 0.0
    _, sureness = best_spans(scores.slots, labels.slots, labels.slots_of[intent])
    return float(scores.intents[best]) * sureness


def fit_temperature(tagger: Tagger, sentences: Sequence[Labelled]) -> float:
    """The divisor of the logits that makes the right intents likeliest (Guo et al. 2017).

    tagger   with temperature 1
    """
    at = {intent: place for place, intent in enumerate(tagger.labels.intents)}
    logits: npt.NDArray[np.float32] = np.log(
        np.stack([each.intents for each in tagger.score_all([s.words for s in sentences])]) + 1e-12
    )
    targets = [at[sentence.intent] for sentence in sentences]
    rows = np.arange(len(targets))
    losses = [-log_softmax(logits / t)[rows, targets].mean() for t in _TEMPERATURES]
    return round(float(_TEMPERATURES[int(np.argmin(losses))]), 3)
