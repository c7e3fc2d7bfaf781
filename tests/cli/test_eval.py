"""`assistant eval speech`, as it is typed."""

import json

import numpy as np
import pytest
import soundfile
from repository import ROOT

from assistant.cli import main
from assistant.evaluation.speech import measure as speech_measure

SKILLS = str(ROOT / "tests" / "skills")


@pytest.fixture
def order(shared_data, tmp_path):
    """A folder of one order."""
    (line, *_) = (shared_data / "coffee_orders" / "labels.jsonl").read_text().splitlines()
    name = json.loads(line)["file"]
    (tmp_path / name).write_bytes((shared_data / "coffee_orders" / name).read_bytes())
    (tmp_path / "labels.jsonl").write_text(line, encoding="utf-8")
    return tmp_path


def test_it_prints_draws_and_writes(order, capsys, tmp_path) -> None:
    pytest.importorskip("matplotlib", reason="NOT TESTED: the plot: scripts/setup bench")
    picture, file = tmp_path / "plot.png", tmp_path / "figures.json"
    asked = ["eval", "speech", str(order), "--skills", SKILLS, "--engines", "moonshine"]
    published = f"{SKILLS}/coffee_machine/published.yaml"
    asked += ["--published", published, "--plot", str(picture), "--json", str(file), "--misses"]
    assert main(asked) == 0
    printed = capsys.readouterr().out
    assert "moonshine     100.0" in printed
    assert "Rhino *" in printed
    assert "Cost on this machine" in printed
    assert picture.read_bytes().startswith(b"\x89PNG")
    figures = json.loads(file.read_text(encoding="utf-8"))["engines"]["moonshine"]
    assert figures["shares"]["clean"]["accepted"] == 1
    assert 50 < figures["peak_mib"] < 1000


def test_an_engine_that_is_not_installed_costs_one_line(order, capsys, monkeypatch) -> None:
    monkeypatch.setattr(speech_measure, "measure_apart", speech_measure.measure)  # faster
    monkeypatch.setattr("assistant.catalogue.find", lambda kind: None)
    asked = ["eval", "speech", str(order), "--skills", SKILLS, "--engines", "vosk"]
    assert main([*asked, "moonshine-free"]) == 1
    printed = capsys.readouterr().out
    assert "NOT MEASURED: vosk: " in printed
    assert "run: assistant models pull" in printed
    assert "moonshine-free" in printed
    assert main(asked) == 1


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        ([], "nothing to measure"),
        (["{tmp}"], "labels.jsonl: there is no such file"),
        (["{tmp}/good", "--noise", "{tmp}/none.wav"], "none.wav: cannot read"),
        (["{tmp}/good", "--noise", "{tmp}/silent.wav"], "silent.wav: silent"),
        (["{tmp}/good", "--snr", "6"], "no noise to mix in"),
        (["{tmp}/good", "--skills", "{tmp}/nothing"], "nothing: no skill there"),
        (["{tmp}/good", "--negatives", "{tmp}/nothing"], "no such folder"),
        (["{tmp}/good", "--published", "{tmp}/none.yaml"], "none.yaml"),
    ],
)
def test_what_cannot_be_measured_is_one_clear_line(asked, says, capsys, tmp_path) -> None:
    (tmp_path / "good").mkdir()
    soundfile.write(tmp_path / "good" / "a.wav", np.zeros(1_600), 16_000)
    soundfile.write(tmp_path / "silent.wav", np.zeros(1_600), 16_000)
    line = '{"file": "a.wav", "intent": "order", "slots": {}}'
    (tmp_path / "good" / "labels.jsonl").write_text(line, encoding="utf-8")
    assert main(["eval", "speech", *(part.format(tmp=tmp_path) for part in asked)]) == 2
    assert says in capsys.readouterr().err


@pytest.mark.parametrize("snr", ["loud", "nan", "inf"])
def test_a_ratio_that_is_none_is_refused(snr, capsys, tmp_path) -> None:
    with pytest.raises(SystemExit):
        main(["eval", "speech", str(tmp_path), "--snr", snr])
    assert snr in capsys.readouterr().err
