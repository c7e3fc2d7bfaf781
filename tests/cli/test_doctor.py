"""What the doctor says of the accelerator."""

from dataclasses import replace

import pytest

from assistant import tflite
from assistant.cli import doctor
from assistant.config import Config
from assistant.evaluation import edgetpu


def findings(config: Config) -> list[doctor.Finding]:
    return list(doctor._careful(doctor._edgetpu, config))


@pytest.fixture
def config() -> Config:
    whole = Config()
    return replace(whole, understand=replace(whole.understand, accelerator="edgetpu"))


def test_without_the_setting_there_is_nothing_to_say() -> None:
    assert findings(Config()) == []


def test_a_missing_driver_is_a_failure_with_its_package(
    config: Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tflite, "EDGETPU_LIBRARY", "libedgetpu-absent.so.1")
    (finding,) = findings(config)
    assert (finding.verdict, finding.subject) == ("FAIL", "edgetpu")
    assert "libedgetpu-absent.so.1: cannot open" in finding.text
    assert "libedgetpu1-std" in finding.fix


def test_a_model_that_is_not_compiled_for_it_is_noted(
    config: Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tflite, "_load_edgetpu", lambda runtime: None)
    monkeypatch.setattr(tflite.Model, "_build", lambda model: None)
    (finding,) = findings(config)
    assert finding.verdict == "note"
    assert "not compiled for it: all of it runs on the CPU" in finding.text
    assert "edgetpu_compiler" in finding.fix
    monkeypatch.setattr(edgetpu, "compiled", lambda file: True)
    assert [f.verdict for f in findings(config)] == ["ok"]
