"""The figures of a model: from right answers and its own, nothing else. All shares are 0 to 1."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, fields

import numpy as np
import numpy.typing as npt

from assistant.evaluation.answers import Answer
from assistant.understand.tagger import NONE

BINS = 15
"""Of the calibration error, as in Guo et al. 2017."""


@dataclass(frozen=True, slots=True)
class Figures:
    """How good the answers to a list of sentences are; None: nothing to count, or not known."""

    intent: float | None = None
    """Share with the right intent, whatever the confidence; `NONE` is an intent like others."""

    slot_f1: float | None = None
    """Of spans with their slot, micro-averaged; None in a task without slots."""

    sentence: float | None = None
    """Share with the right intent and exactly the right spans."""

    calibration: float | None = None
    """Expected calibration error of the intent."""

    in_scope: float | None = None
    """Of the sentences in scope: right intent, no threshold."""

    accepted: float | None = None
    """Of the sentences in scope: right intent, and confidence at least the threshold."""

    recall: float | None = None
    """Of the sentences out of scope: share that is refused."""

    rejected: float | None = None
    """Of the sentences in scope: share that is refused."""

    agree_intent: float | None = None
    """Share with the teacher's intent; None without a teacher."""

    agree: float | None = None
    """Share with the teacher's intent and exactly its spans."""


def measure(
    right: Sequence[Answer],
    found: Sequence[Answer],
    accept: float,
    teacher: Sequence[Answer] | None = None,
) -> Figures:
    """All figures of `found`, in the order of `right`.

    accept    a sentence is refused when its intent is `NONE` or less probable than this
    teacher   another model's answers to the same sentences
    """
    same_intent = _same(right, found, spans=False)
    inside = np.array([answer.intent != NONE for answer in right], np.bool_)
    kept = np.array([a.intent != NONE and a.confidence >= accept for a in found], np.bool_)
    return Figures(
        intent=_share(same_intent),
        slot_f1=micro_f1([a.spans for a in right], [a.spans for a in found]),
        sentence=_share(_same(right, found, spans=True)),
        calibration=calibration_error([a.confidence for a in found], same_intent),
        in_scope=_share(same_intent[inside]),
        accepted=_share((same_intent & kept)[inside]),
        recall=_share(~kept[~inside]),
        rejected=_share(~kept[inside]),
        agree_intent=_share(_same(teacher, found, spans=False)) if teacher else None,
        agree=_share(_same(teacher, found, spans=True)) if teacher else None,
    )


def micro_f1(
    right: Sequence[AbstractSet[Hashable]], found: Sequence[AbstractSet[Hashable]]
) -> float | None:
    """Harmonic mean of precision and recall over the members of all sets.

    None when there are none on either side.
    """
    hits = sum(len(a & b) for a, b in zip(right, found, strict=True))
    total = sum(map(len, right)) + sum(map(len, found))
    return 2 * hits / total if total else None


def calibration_error(confidences: Sequence[float], hits: npt.NDArray[np.bool_]) -> float:
    """How far confidence and accuracy lie apart, averaged over `BINS` equal bins of confidence.

    Source: Guo et al. 2017, "On Calibration of Modern Neural Networks", equation 3: bins
    (0, 1/15], (1/15, 2/15] … weighted with their share of the sentences.
    """
    sure = np.asarray(confidences, np.float64)
    bins = np.clip(np.ceil(sure * BINS).astype(int) - 1, 0, BINS - 1)
    gaps = np.bincount(bins, hits.astype(np.float64) - sure, BINS)
    return float(np.abs(gaps).sum() / len(sure))


def mean(several: Sequence[Figures]) -> Figures:
    """Field by field; None where one of them has None."""
    return Figures(
        **{f.name: _mean([getattr(s, f.name) for s in several]) for f in fields(Figures)}
    )


def _mean(values: Sequence[float | None]) -> float | None:
    numbers = [value for value in values if value is not None]
    return float(np.mean(numbers)) if len(numbers) == len(values) else None


def _same(
    right: Sequence[Answer], found: Sequence[Answer], *, spans: bool
) -> npt.NDArray[np.bool_]:
    return np.array(
        [
            a.intent == b.intent and (not spans or a.spans == b.spans)
            for a, b in zip(right, found, strict=True)
        ],
        np.bool_,
    )


def _share(hits: npt.NDArray[np.bool_]) -> float | None:
    return float(hits.mean()) if len(hits) else None
