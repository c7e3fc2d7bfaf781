"""The figures, on sentences few enough to count by hand."""

import numpy as np
import pytest

from assistant.evaluation.answers import Answer
from assistant.evaluation.metrics import Figures, calibration_error, mean, measure, micro_f1
from assistant.understand.tagger import NONE, Span

AREA, NAME = Span("area", 1, 2), Span("name", 3, 3)


def said(intent: str, *spans: Span, sure: float = 1.0) -> Answer:
    return Answer(intent, frozenset(spans), sure)


RIGHT = [
    said("on", AREA, NAME),
    said("off", AREA),
    said("on", NAME),
    said("dim"),
    said(NONE),
    said(NONE),
]
FOUND = [
    said("on", AREA, NAME, sure=0.9),
    said("off", NAME, sure=0.8),  # right intent, wrong span
    said("off", NAME, sure=0.4),  # wrong intent, below the threshold
    said(NONE, sure=0.7),  # refused, although it is a command
    said(NONE, sure=0.6),
    said("on", sure=0.95),  # accepted, although it is none
]


def test_every_figure_counted_by_hand() -> None:
    teacher = [said("on", AREA, NAME), said("off", NAME), *FOUND[2:5], said("dim")]
    figures = measure(RIGHT, FOUND, accept=0.5, teacher=teacher)
    assert figures.intent == pytest.approx(3 / 6)
    assert figures.slot_f1 == pytest.approx(2 * 3 / (4 + 4))
    assert figures.sentence == pytest.approx(2 / 6)
    assert figures.in_scope == pytest.approx(2 / 4)
    assert figures.accepted == pytest.approx(2 / 4)
    assert figures.recall == pytest.approx(1 / 2)
    assert figures.rejected == pytest.approx(2 / 4)
    assert figures.agree_intent == pytest.approx(5 / 6)
    assert figures.agree == pytest.approx(5 / 6)


def test_the_threshold_refuses_what_is_less_sure_even_when_it_is_right() -> None:
    strict = measure(RIGHT, FOUND, accept=0.85)
    assert strict.in_scope == pytest.approx(2 / 4)
    assert strict.accepted == pytest.approx(1 / 4)
    assert strict.rejected == pytest.approx(3 / 4)
    assert strict.agree is None


def test_nothing_to_count_is_not_a_nought() -> None:
    figures = measure([said("on")], [said("on")], accept=0.5)
    assert figures.slot_f1 is None
    assert figures.recall is None
    assert micro_f1([{"a"}], [set()]) == 0.0


def test_calibration_error_is_the_gap_between_sureness_and_success() -> None:
    hits = np.array([True, True, True, False])
    assert calibration_error([0.75] * 4, hits) == pytest.approx(0.0)
    assert calibration_error([1.0] * 4, hits) == pytest.approx(0.25)
    # Two bins, (1/15, 2/15] and (14/15, 1], too unsure and too sure: the gaps do not cancel out.
    assert calibration_error([0.1, 1.0], np.array([True, False])) == pytest.approx((0.9 + 1.0) / 2)
    assert calibration_error([0.0], np.array([False])) == 0.0


def test_the_mean_knows_only_what_all_know() -> None:
    together = mean([Figures(intent=0.9, recall=0.5), Figures(intent=0.8)])
    assert together.intent == pytest.approx(0.85)
    assert together.recall is None
