"""Tags → spans as the package that papers count with reads them; files of answers."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.errors import ModelError
from assistant.evaluation.answers import Answer, read_answers, spans_of
from assistant.evaluation.metrics import micro_f1
from assistant.understand.tagger import Span

TAG = st.sampled_from(["O", "B-a", "I-a", "B-b", "I-b"])
TAGS = st.lists(TAG, min_size=1, max_size=9)


def test_an_inside_tag_that_continues_nothing_begins_a_span() -> None:
    assert spans_of(["B-a", "I-a", "I-b", "O", "I-a"]) == {
        Span("a", 0, 1),
        Span("b", 2, 2),
        Span("a", 4, 4),
    }
    assert spans_of(["B-a", "B-a"]) == {Span("a", 0, 0), Span("a", 1, 1)}


@st.composite
def tagged(draw: st.DrawFn) -> tuple[list[list[str]], list[list[str]]]:
    """Right and found tags of some sentences, valid BIO or not."""
    right = draw(st.lists(TAGS, min_size=1, max_size=5))
    found = [draw(st.lists(TAG, min_size=n, max_size=n)) for n in map(len, right)]
    return right, found


@settings(deadline=None)  # the first example imports scikit-learn
@given(tagged())
def test_spans_and_f1_are_those_of_seqeval(pair: tuple[list[list[str]], list[list[str]]]) -> None:
    metrics = pytest.importorskip("seqeval.metrics", reason="NOT TESTED: no package seqeval")
    labeling = pytest.importorskip("seqeval.metrics.sequence_labeling")
    right, found = pair
    for tags in right:
        theirs = {Span(*entity) for entity in labeling.get_entities(tags)}
        assert spans_of(tags) == theirs
    ours = micro_f1([spans_of(t) for t in right], [spans_of(t) for t in found])
    assert (ours or 0.0) == pytest.approx(metrics.f1_score(right, found, zero_division=0))


def test_a_teachers_answers_are_read(tmp_path) -> None:
    file = tmp_path / "teacher.json"
    file.write_text(json.dumps([["lights.dim", [["area", 2, 4]]], ["none", []]]))
    assert read_answers(file) == [
        Answer("lights.dim", frozenset({Span("area", 2, 3)})),
        Answer("none", frozenset()),
    ]


@pytest.mark.parametrize("content", ["[", "[1]", '[["a", [["b", "c", "d"]]]]', "7"])
def test_a_damaged_file_of_answers_is_named(tmp_path, content) -> None:
    file = tmp_path / "teacher.json"
    file.write_text(content)
    with pytest.raises(ModelError, match=r"teacher\.json: not a teacher's answers"):
        read_answers(file)
