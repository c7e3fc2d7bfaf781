"""Shares, rates and percentiles of what was measured; nothing is heard here."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from assistant.evaluation.speech.measure import Heard, Measured
from assistant.evaluation.speech.verdicts import Verdict
from assistant.understand.text import matching_form


@dataclass(frozen=True, slots=True)
class Shares:
    """Of some recordings, 0 to 1; the four add up to 1."""

    accepted: float
    """Carried out, with the labelled intent and every labelled slot."""

    wrong: float
    """Carried out, and not what was asked for."""

    asked: float
    """Asked back, whether or not with the right question."""

    rejected: float


@dataclass(frozen=True, slots=True)
class Point:
    """What one threshold of acceptance leads to."""

    threshold: float
    accepted: float
    """Share of all recordings, 0 to 1."""

    false_per_hour: float


def shares(heard: Sequence[Heard]) -> Shares | None:
    """None: there are no recordings."""
    if not heard:
        return None
    found = [one.verdict for one in heard]
    count = len(found)
    return Shares(
        accepted=sum(v.accepted for v in found) / count,
        wrong=sum(v.decision == "accept" and not v.right for v in found) / count,
        asked=sum(v.decision == "confirm" for v in found) / count,
        rejected=sum(v.decision == "reject" for v in found) / count,
    )


def at_snr(heard: Iterable[Heard], snr_db: float | None) -> list[Heard]:
    """Those with that much noise; None: as recorded."""
    return [one for one in heard if one.snr_db == snr_db]


def acts(verdicts: Iterable[Verdict]) -> int:
    """How many would be carried out."""
    return sum(verdict.decision == "accept" for verdict in verdicts)


def percentiles(values: Sequence[float]) -> tuple[float | None, float | None]:
    """p50 and p95; None: there are no values."""
    if not values:
        return None, None
    p50, p95 = np.percentile(values, (50, 95))
    return float(p50), float(p95)


def real_time_factor(heard: Sequence[Heard]) -> float | None:
    """Processor seconds of recognizing per second of sound."""
    sound_s = sum(one.sound_s for one in heard)
    return sum(one.cpu_s for one in heard) / sound_s if sound_s else None


def word_error_rate(heard: Iterable[Heard]) -> float | None:
    """Of the words that were gone by, against the labels' text; None: no label has one.

    Both in the form that templates are matched in: capital letters and punctuation do not count.
    Raises ImportError without the extra `bench`.
    """
    import jiwer

    pairs = [
        (matching_form(one.recording.text), matching_form(one.verdict.text))
        for one in heard
        if one.recording.text and matching_form(one.recording.text)
    ]
    if not pairs:
        return None
    return float(jiwer.wer([said for said, _ in pairs], [found for _, found in pairs]))


def operating_curve(measured: Measured) -> list[Point]:
    """What every threshold leads to, from the strictest to the laxest.

    One point where the engine gives no probability, none without recordings or without talk.
    """
    commands = [one.verdict for one in measured.heard]
    talk = measured.talk.verdicts
    if not commands or not measured.talk.hours:
        return []
    steps = {v.probability for v in (*commands, *talk) if v.probability is not None}
    return [
        Point(
            threshold,
            sum((a := v.at(threshold)).acts and a.right for v in commands) / len(commands),
            sum(v.at(threshold).acts for v in talk) / measured.talk.hours,
        )
        for threshold in sorted(steps or {1.0}, reverse=True)
    ]
