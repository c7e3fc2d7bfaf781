"""What the doctor says of the accelerator, of skills not learnt, and of Home Assistant."""

import socket
from dataclasses import replace
from pathlib import Path

import pytest
from broker import free_port

from assistant import tflite
from assistant.cli import doctor
from assistant.config import (
    BridgeSettings,
    Config,
    HermesSettings,
    HomeAssistantSettings,
    MqttSettings,
    WyomingSettings,
)
from assistant.errors import ConfigError
from assistant.evaluation import edgetpu

SKILL = """\
name: hello
version: 1.0.0
description: Greets.
slots: { who: { type: text, examples: [anna] } }
intents: { greet: { sentences: ["greet {who}"], summary: "greet {who}" } }
"""


def findings(config: Config) -> list[doctor.Finding]:
    return list(doctor._careful(doctor._edgetpu, config))


@pytest.fixture
def hello(tmp_path: Path) -> Config:
    """A house with the skill hello alone."""
    folder = tmp_path / "skills" / "hello"
    folder.mkdir(parents=True)
    (folder / "skill.yaml").write_text(SKILL, encoding="utf-8")
    (folder / "skill.py").write_text("def greet(who: str) -> None: ...\n", encoding="utf-8")
    whole = Config()
    return replace(
        whole,
        skills=replace(whole.skills, folders=(folder.parent,), shipped=False),
        understand=replace(whole.understand, heads=tmp_path / "heads.npz"),
    )


def test_a_skill_that_the_model_has_not_learnt_is_noted(hello: Config, tmp_path: Path) -> None:
    works, finding = doctor._careful(doctor._skills, hello)
    assert (works.verdict, works.text) == ("ok", "hello")
    assert (finding.verdict, finding.fix) == ("note", "assistant train")
    assert "has not learnt your own skills yet" in finding.text
    (tmp_path / "heads.npz").write_bytes(b"not what was learnt")
    *_, finding = doctor._careful(doctor._skills, hello)
    assert finding.verdict == "note"
    assert "heads.npz: damaged" in finding.text


def test_a_skill_of_an_app_needs_the_hermes_bridge(hello: Config, tmp_path: Path) -> None:
    file = tmp_path / "skills" / "hello" / "skill.yaml"
    file.write_text(SKILL.replace(', summary: "greet {who}"', "") + "answered_by: hermes\n")
    (file.parent / "skill.py").unlink()
    _, failure, *_ = doctor._careful(doctor._skills, hello)
    assert failure.verdict == "FAIL"
    assert failure.text.startswith("hello: answered by an app over Hermes")
    on = replace(hello, bridge=BridgeSettings(hermes=HermesSettings(enabled=True)))
    assert not [f for f in doctor._careful(doctor._skills, on) if f.verdict == "FAIL"]


def test_of_the_built_in_skills_there_is_nothing_to_learn() -> None:
    assert [f.verdict for f in doctor._careful(doctor._skills, Config())] == ["ok"]


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


def test_a_broker_that_takes_the_connection_and_is_silent_is_named(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(doctor, "PATIENCE_S", 0.3)
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        mqtt = MqttSettings(host="127.0.0.1", port=port, publish_s=0.2)
        (finding,) = doctor._broker(Config(mqtt=mqtt))
    assert finding.verdict == "FAIL"
    assert finding.text == f"127.0.0.1:{port} takes the connection and says nothing"
    assert "it hangs" in finding.fix


@pytest.mark.parametrize(
    ("settings", "verdict", "text"),
    [
        (WyomingSettings(True), "note", "for programs of this machine only"),
        (WyomingSettings(True, host="0.0.0.0"), "FAIL", "lets nobody else in"),
        (WyomingSettings(True, allow=("10.0.0.7",)), "FAIL", "listens at 127.0.0.1 only"),
        (WyomingSettings(True, "0.0.0.0", allow=("10.0.0.7",)), "ok", "this machine and 10.0.0.7"),
    ],
)
def test_who_may_use_wyoming_is_said_and_what_to_set(
    settings: WyomingSettings, verdict: str, text: str
) -> None:
    (finding,) = doctor._wyoming(Config(bridge=BridgeSettings(wyoming=settings)))
    assert finding.verdict == verdict
    assert text in finding.text
    assert verdict == "ok" or "allow: [the address of Home Assistant]" in finding.fix


def test_without_wyoming_there_is_nothing_to_say_of_it() -> None:
    assert list(doctor._wyoming(Config())) == []


def test_a_home_assistant_that_is_not_there_is_a_failure_in_one_line() -> None:
    url = f"http://127.0.0.1:{free_port()}"
    home = BridgeSettings(HomeAssistantSettings(url=url, token="secret"))
    (finding,) = doctor._home_assistant(Config(bridge=home))
    assert finding.verdict == "FAIL"
    assert finding.text == f"{url}: nothing listens there (connection refused)"
    assert list(doctor._home_assistant(Config())) == []


@pytest.mark.parametrize("url", ["homeassistant.local", "mqtt://home", "http://"])
def test_an_address_that_is_none_says_how_to_write_it(url: str) -> None:
    home = BridgeSettings(HomeAssistantSettings(url=url))
    with pytest.raises(ConfigError, match="no address") as caught:
        list(doctor._home_assistant(Config(bridge=home)))
    assert "http://homeassistant.local:8123" in caught.value.fix


def test_files_that_cannot_be_written_are_named_with_the_setting(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("no folder", encoding="utf-8")
    config = Config()
    config = replace(
        config, schedule=replace(config.schedule, file=tmp_path / "taken" / "schedule.json")
    )
    (finding,) = [one for one in doctor.writable(config) if one.verdict == "FAIL"]
    assert str(tmp_path / "taken" / "schedule.json") in finding.text
    assert "schedule.file" in finding.fix
