"""The small commands: devices, models, doctor."""

import json

import pytest

from assistant.cli import main
from assistant.demo import HOUSE


def test_devices_shows_the_house_with_its_state(capsys):
    assert main(["devices", "--json", "--simulate", "--config", str(HOUSE)]) == 0
    devices = {d["id"]: d for d in map(json.loads, capsys.readouterr().out.splitlines())}
    assert devices["thermostat"]["state"]["temperature"] == 20.5
    assert devices["floor_lamp"]["aliases"] == ["reading lamp"]
    assert "hue" in devices["floor_lamp"]["features"]
    assert "hue" not in devices["kitchen_counter"]["features"]


def test_devices_without_a_broker_says_so(capsys, tmp_path):
    file = tmp_path / "config.yaml"
    house = HOUSE.read_text(encoding="utf-8")
    file.write_text(
        f"mqtt: {{host: 127.0.0.1, port: 1, publish_s: 0.1}}\n{house}", encoding="utf-8"
    )
    assert main(["devices", "--config", str(file)]) == 1
    assert "broker unreachable" in capsys.readouterr().out
    file.write_text("mqtt: {host: 127.0.0.1, port: 1, publish_s: 0.1}\n", encoding="utf-8")
    assert main(["devices", "--config", str(file)]) == 1
    assert "no devices: broker unreachable: nothing listens" in capsys.readouterr().out


def test_a_skill_with_a_broken_sentence_is_named_and_the_others_work(capsys, tmp_path):
    skill = tmp_path / "bad"
    skill.mkdir()
    (skill / "skill.py").write_text("def greet(): ...\n", encoding="utf-8")
    (skill / "skill.yaml").write_text(
        "name: bad\nversion: '1'\ndescription: d\n"
        "intents: {greet: {sentences: ['greet {whoever']}}\n",
        encoding="utf-8",
    )
    file = tmp_path / "config.yaml"
    house = HOUSE.read_text(encoding="utf-8")
    file.write_text(f"skills: {{folders: ['{tmp_path}']}}\n{house}", encoding="utf-8")
    assert main(["say", "--dry-run", "--config", str(file), "turn on the kitchen lights"]) == 0
    assert "The kitchen lights are on." in capsys.readouterr().out
    assert main(["skill", "list", "--config", str(file)]) == 1
    out = capsys.readouterr().out
    assert "NOT LOADED" in out
    assert "greet {whoever" in out
    assert "lights 1.0.0" in out


def test_models_lists_and_refuses_an_unknown_name(capsys):
    assert main(["models", "list"]) == 0
    assert "vosk-small-en" in capsys.readouterr().out
    assert main(["models", "pull", "vosk-small-enn"]) == 2
    assert "vosk-small-en" in capsys.readouterr().err


def test_the_doctor_names_what_is_wrong_and_how_to_mend_it(capsys, tmp_path):
    file = tmp_path / "config.yaml"
    file.write_text("mqtt: {host: 127.0.0.1, port: 1, publish_s: 0.1}\n", encoding="utf-8")
    assert main(["doctor", "--config", str(file)]) == 1
    lines = capsys.readouterr().out.splitlines()
    (broker,) = [i for i, line in enumerate(lines) if line.startswith("FAIL  broker")]
    assert "127.0.0.1:1" in lines[broker]
    assert lines[broker + 1].strip().startswith("fix:")
    assert any(line.startswith("ok    recognize") for line in lines)
    assert any(line.startswith("ok    understand") for line in lines)


@pytest.mark.parametrize(
    "command",
    [
        *("run", "listen", "say", "devices", "skill list", "doctor", "demo"),
        "models list",
        "models pull",
    ],
)
def test_every_command_explains_itself_and_takes_a_configuration(capsys, command):
    with pytest.raises(SystemExit) as ended:
        main([*command.split(), "--help"])
    assert ended.value.code == 0
    assert "--config" in capsys.readouterr().out
