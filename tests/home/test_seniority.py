"""Who was there first is known after a restart; both are named."""

from __future__ import annotations

import argparse
import errno
import json
import stat
from pathlib import Path

import pytest
from broker import Mosquitto
from listener import Listener

from assistant.cli import devices, doctor
from assistant.config import Config, DiscoverSettings, HouseSettings, MqttSettings
from assistant.home.discovery.seniority import MOST, Seniority


def test_the_older_one_is_known_after_a_restart(tmp_path: Path) -> None:
    file = tmp_path / "announced.json"
    assert Seniority(file).of(["b", "a"]) == {"b": 0, "a": 1}
    assert Seniority(file).of(["a", "c", "b"]) == {"b": 0, "a": 1, "c": 2}
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


@pytest.mark.parametrize("content", [b"", b"[", b"{}", b"[1, null]", b"\xff", b'["a"'])
def test_a_damaged_file_is_begun_anew(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "announced.json"
    file.write_bytes(content)
    assert Seniority(file).of(["x"]) == {"x": 0}
    assert json.loads(file.read_text()) == ["x"]


def test_what_cannot_be_written_is_said_once(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_descriptor: int) -> None:
        raise OSError(errno.ENOSPC, "refused")

    monkeypatch.setattr("os.fsync", full)
    seniority = Seniority(tmp_path / "announced.json")
    assert seniority.of(["a"]) == {"a": 0}
    assert seniority.of(["a", "b"]) == {"a": 0, "b": 1}
    assert [record.message.count("cannot be written") for record in caplog.records] == [1]


def test_a_damaged_file_is_set_aside_and_one_that_cannot_be_read_is_not_written_over(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    (file := tmp_path / "announced.json").write_text('["a", "b"')
    assert Seniority(file).of(["x"]) == {"x": 0}
    (aside,) = tmp_path.glob("announced.json.broken-*")
    assert aside.read_text() == '["a", "b"'
    assert stat.S_IMODE(aside.stat().st_mode) == 0o600

    def faulty(_file: Path) -> bytes:
        raise OSError(errno.EIO, "refused")

    file.write_text('["a", "b"]')
    monkeypatch.setattr(Path, "read_bytes", faulty)
    assert Seniority(file).of(["x"]) == {"x": 0}
    assert file.read_text() == '["a", "b"]'
    assert "cannot be read: the disk is faulty; it stays as it is" in caplog.text


def test_a_flood_of_ids_does_not_make_the_oldest_new() -> None:
    seniority = Seniority(None)
    seniority.of(["mine"])
    ranks = seniority.of(str(number) for number in range(MOST + 9))
    assert len(ranks) == MOST
    assert ranks["mine"] == 0


def test_doctor_and_devices_name_both(
    mosquitto: Mosquitto, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    known = tmp_path / "announced.json"
    known.write_text('["newer_in_the_alphabet_but_older"]')
    user = {"username": mosquitto.username, "password": mosquitto.password}
    config = Config(
        mqtt=MqttSettings(host=mosquitto.host, port=mosquitto.port, **user),
        house=HouseSettings(discover=DiscoverSettings(known=known)),
    )
    with Listener(mosquitto.host, mosquitto.port, **user) as listener:
        for id_ in ("a", "newer_in_the_alphabet_but_older"):
            wire = {"name": "lamp", "uniq_id": id_, "cmd_t": f"{id_}/set"}
            listener.publish(f"homeassistant/light/{id_}/config", json.dumps(wire), retain=True)
        scene = {"name": "turn off the lamp", "uniq_id": "s", "cmd_t": "s/set"}
        listener.publish("homeassistant/scene/s/config", json.dumps(scene), retain=True)
        told = (
            "'lamp' is newer_in_the_alphabet_but_older; a, which announced itself so too, "
            "is called 'home assistant lamp'"
        )
        options = argparse.Namespace(json=False, simulate=False)
        devices.run(options, config)
        assert f"note: {told}" in capsys.readouterr().out
        notes = {one.text for one in doctor._broker(config) if one.verdict == "note"}
        like = "s announced itself as 'turn off the lamp', which is a command of lights.turn_off"
        assert {told, like} <= notes
    assert json.loads(known.read_text()) == ["newer_in_the_alphabet_but_older", "a", "s"]
