"""`assistant models eval` and `compare`, as they are typed."""

import json

import pytest
from small_models import CANDIDATES, benchmark, snips

from assistant.cli import main
from assistant.evaluation import candidates, machine, report, subjects
from assistant.tflite import runtimes


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Costs are measured in tests/evaluation/test_machine.py; models only those that are named."""
    monkeypatch.setattr(machine, "costs", lambda models, runtimes: "Cost on this machine: …")


def test_eval_prints_accuracy_and_says_what_is_missing(capsys, tmp_path) -> None:
    data, folder = snips(tmp_path / "data"), benchmark(tmp_path / "snips-1")
    asked = ["models", "eval", "--data", str(data), "--model", str(folder)]
    assert main([*asked, "--runtime", runtimes()[0]]) == 0
    printed = capsys.readouterr().out
    assert "snips-1  " + runtimes()[0] in printed
    assert "Cost on this machine" in printed
    assert report.NOT_MEASURED not in printed
    asked[3] = str(tmp_path / "nothing")
    assert main([*asked, "--runtime", runtimes()[0]]) == 1
    assert f"{report.NOT_MEASURED}{asked[3]}" in capsys.readouterr().out


def test_eval_of_all_models_names_the_task_that_has_none(capsys, monkeypatch, tmp_path) -> None:
    folder = benchmark(tmp_path / "benchmark" / "snips-1")
    monkeypatch.setattr(subjects, "PRODUCT", folder)
    monkeypatch.setattr(subjects, "BENCHMARKS", folder.parent)
    assert main(["models", "eval", "--data", str(snips(tmp_path / "data"))]) == 1
    assert f"{report.NOT_MEASURED}clinc150: no model of it" in capsys.readouterr().out


def test_eval_says_which_runtime_is_not_installed(capsys, monkeypatch, tmp_path) -> None:
    monkeypatch.setattr("assistant.cli.models.runtimes", lambda: ("ai_edge_litert",))
    data, folder = snips(tmp_path / "data"), benchmark(tmp_path / "snips-1")
    asked = ["models", "eval", "--data", str(data), "--model", str(folder)]
    assert main([*asked, "--runtime", "tflite_runtime"]) == 1
    assert "tflite_runtime is not installed; pip install tflite-runtime" in capsys.readouterr().out


def test_eval_of_a_folder_that_is_no_model_is_an_error(capsys, tmp_path) -> None:
    assert main(["models", "eval", "--model", str(tmp_path)]) == 2
    assert "no model.tflite there" in capsys.readouterr().err


def test_compare_marks_what_fits(capsys, monkeypatch, tmp_path) -> None:
    file = tmp_path / "candidates.json"
    file.write_text(json.dumps(CANDIDATES))
    monkeypatch.setattr(candidates.read_candidates, "__defaults__", (file,))
    assert main(["models", "compare", "--budget-mb", "2"]) == 0
    assert "best within 2 MB: wide" in capsys.readouterr().out
    assert main(["models", "compare", "--budget-mb", "0.1", "--budget-ms", "1"]) == 1
    assert "nothing fits 0.1 MB and 1 ms" in capsys.readouterr().out
    file.unlink()
    assert main(["models", "compare"]) == 2
    assert "scripts/train select" in capsys.readouterr().err


def test_edgetpu_says_where_operations_would_run(capsys, tmp_path) -> None:
    assert main(["models", "edgetpu"]) == 0
    assert "operations would run on the Edge TPU" in capsys.readouterr().out
    assert main(["models", "edgetpu", str(tmp_path)]) == 2
    assert "model.tflite" in capsys.readouterr().err
