"""A real MPD from Debian's packages, playing into a null output."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import soundfile
from broker import free_port
from listener import wait_until

from assistant.config import DeviceSettings, HouseSettings
from assistant.errors import ConfigError, HouseError
from assistant.events import Confirmed
from assistant.home.dialects.keys import read_keys
from assistant.home.dialects.mpd import MpdKeys
from assistant.home.house import House
from assistant.home.model import Change
from assistant.home.mpd import MpdCarrier


@pytest.fixture
def mpd(tmp_path: Path) -> Iterator[int]:
    """A running MPD with two songs; its port."""
    program = shutil.which("mpd")
    if program is None:
        pytest.skip("NOT TESTED: MPD is missing: sudo apt-get install mpd")
    music, port = tmp_path / "music", free_port()
    music.mkdir()
    for name in ("so what", "blue in green"):
        soundfile.write(music / f"{name}.wav", np.zeros(8000 * 30, "int16"), 8000)
    (tmp_path / "playlists").mkdir()
    (tmp_path / "playlists" / "evening.m3u").write_text("blue in green.wav\n")
    config = tmp_path / "mpd.conf"
    config.write_text(
        f'music_directory "{music}"\nplaylist_directory "{tmp_path}/playlists"\n'
        f'db_file "{tmp_path}/db"\nlog_file "{tmp_path}/log"\nbind_to_address "127.0.0.1"\n'
        f'port "{port}"\naudio_output {{\ntype "null"\nname "none"\nmixer_type "null"\n}}\n'
        'zeroconf_enabled "no"\n'
    )
    with subprocess.Popen([program, "--no-daemon", str(config)], stderr=subprocess.DEVNULL) as one:
        yield port
        one.terminate()


def player(port: int) -> DeviceSettings:
    return DeviceSettings("mpd", "media_player", "stereo", {"port": port}, dialect="mpd")


def test_music_plays_pauses_skips_and_is_named(mpd: int) -> None:
    settings = HouseSettings(devices=(player(mpd),))
    with MpdCarrier(settings) as carrier:
        house = House(settings, None, carriers={"mpd": carrier})

        def state() -> dict[str, object]:
            return dict(house.devices()[0].state)

        def do(**attributes: str | int) -> Confirmed:
            *_, confirmed = house.carry_out(house.plan([Change("mpd", attributes)]))
            assert isinstance(confirmed, Confirmed)
            return confirmed

        wait_until(lambda: state().get("playback") == "stopped" and house.online, 10)
        wait_until(lambda: _found(do, "so what"), 10)  # it is still reading its folder
        assert state()["title"] == "so what"
        assert do(volume=35).done
        assert do(playback="paused").done
        assert do(playback="playing").done
        assert do(query="evening").done
        assert state() == {"playback": "playing", "volume": 35, "title": "blue in green"}
        assert do(playback="stopped").done
        with pytest.raises(HouseError, match="I can't find any polka"):
            do(query="polka")


def _found(do, query: str) -> bool:
    try:
        return bool(do(query=query).done)
    except HouseError:
        return False


def test_a_player_that_is_off_is_not_available() -> None:
    settings = HouseSettings(devices=(player(free_port()),))
    with MpdCarrier(settings) as carrier:
        house = House(settings, None, carriers={"mpd": carrier})
        wait_until(lambda: not house.devices()[0].available)
        (confirmed,) = house.carry_out(house.plan([Change("mpd", {"playback": "paused"})]))
        assert confirmed == Confirmed("mpd", done=False, problem="not_available")


def test_a_password_is_what_is_written_and_no_error_shows_it() -> None:
    settings = DeviceSettings("it", "media_player", "it", {"password": 1234}, dialect="mpd")
    assert read_keys(MpdKeys, settings).password == "1234"
    with pytest.raises(ConfigError) as caught:
        read_keys(MpdKeys, replace(settings, mqtt={"password": "hunter2", "port": "x"}))
    assert "hunter2" not in str(caught.value)
