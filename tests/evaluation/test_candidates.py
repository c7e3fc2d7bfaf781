"""Which encoder fits a budget."""

import json

import pytest
from small_models import CANDIDATES

from assistant.errors import ModelError
from assistant.evaluation.candidates import Budget, best, comparison, read_candidates


@pytest.fixture
def file(tmp_path):
    file = tmp_path / "candidates.json"
    file.write_text(json.dumps(CANDIDATES))
    return file


@pytest.mark.parametrize(
    ("megabytes", "milliseconds", "name"),
    [(None, None, "teacher"), (2, None, "wide"), (None, 0.15, "narrow"), (1.8, 1, "narrow")],
)
def test_the_best_that_fits_is_named(file, megabytes, milliseconds, name) -> None:
    found, budget = read_candidates(file), Budget(megabytes, milliseconds)
    chosen = best(found, budget)
    assert chosen is not None
    assert chosen.name == name
    assert f": {name}, " in comparison(found, budget).splitlines()[-1]


def test_the_table_goes_from_small_to_large_and_marks_what_fits(file) -> None:
    lines = comparison(read_candidates(file), Budget(megabytes=1.6)).splitlines()[1:-1]
    assert [line.lstrip("+ ").split()[0] for line in lines] == ["narrow", "same", "wide", "teacher"]
    assert [line.startswith("+") for line in lines] == [True, True, False, False]


def test_when_nothing_fits_one_line_says_what_comes_nearest(file) -> None:
    found, budget = read_candidates(file), Budget(megabytes=0.5)
    assert best(found, budget) is None
    assert comparison(found, budget).splitlines()[-1] == (
        "nothing fits 0.5 MB: the smallest is narrow with 1.10 MB, the quickest narrow with "
        "0.100 ms"
    )


@pytest.mark.parametrize("content", ["{", "[]", '[{"name": "x"}]', "[1]", '{"a": 1}', "null"])
def test_a_damaged_file_is_named_and_what_to_do(tmp_path, content) -> None:
    file = tmp_path / "candidates.json"
    file.write_text(content)
    with pytest.raises(ModelError, match=r"candidates\.json:.*\n.*scripts/train select"):
        read_candidates(file)


def test_no_file_is_said(tmp_path) -> None:
    with pytest.raises(ModelError, match=r"candidates\.json: there is no such file"):
        read_candidates(tmp_path / "candidates.json")
