"""assistant listen: recordings through the whole chain."""

import io
import json
from pathlib import Path

import numpy as np
import pytest
import soundfile
import soxr

from assistant.cli import main
from assistant.demo import FOLDER, HOUSE
from assistant.events import SAMPLE_RATE_HZ

KITCHEN = FOLDER / "01-kitchen-lights.flac"
VOLUME = FOLDER / "10-volume.flac"


def listen(capsys, *arguments: str | Path) -> tuple[int, list[dict]]:
    code = main(["listen", "--json", "--dry-run", "--config", str(HOUSE), *map(str, arguments)])
    return code, [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_files_are_answered_in_their_order(capsys):
    code, answers = listen(capsys, KITCHEN, VOLUME)
    assert code == 0
    assert [answer["intents"][0]["name"] for answer in answers] == [
        *("lights.turn_on", "music.set_volume")
    ]
    assert answers[0]["timings_ms"]["listen"] >= 250
    assert answers[0]["timings_ms"]["recognize"] > 0


def test_any_rate_and_any_number_of_channels(capsys, tmp_path):
    samples, rate_hz = soundfile.read(KITCHEN)
    stereo = np.repeat(soxr.resample(samples, rate_hz, 44_100)[:, None], 2, axis=1)
    file = tmp_path / "stereo.wav"
    soundfile.write(file, stereo, 44_100)
    code, (answer,) = listen(capsys, file)
    assert code == 0
    assert answer["intents"][0]["slots"]["area"]["value"] == "kitchen"


def test_raw_samples_from_standard_input(capsys, monkeypatch):
    samples, _ = soundfile.read(KITCHEN, dtype="int16")
    stdin = io.TextIOWrapper(io.BytesIO(samples.tobytes()))
    monkeypatch.setattr("sys.stdin", stdin)
    code, (answer,) = listen(capsys, "-")
    assert code == 0
    assert answer["decision"] == "accept"


def test_without_the_wake_word_only_on_request(capsys, tmp_path):
    samples, _ = soundfile.read(KITCHEN)
    command = tmp_path / "command.wav"
    soundfile.write(command, samples[round(1.15 * SAMPLE_RATE_HZ) :], SAMPLE_RATE_HZ)
    code, answers = listen(capsys, command)
    assert (code, answers) == (1, [])
    code, (answer,) = listen(capsys, "--no-wake", command)
    assert code == 0
    assert answer["intents"][0]["name"] == "lights.turn_on"


@pytest.mark.parametrize("content", [b"", b"not a sound at all", b"RIFF\x24\x00\x00\x00WAVE"])
def test_a_file_that_is_no_sound_is_one_clear_line(capsys, tmp_path, content):
    file = tmp_path / "sound.wav"
    file.write_bytes(content)
    assert main(["listen", "--dry-run", "--config", str(HOUSE), str(file)]) == 2
    error = capsys.readouterr().err
    assert str(file) in error
    assert "Traceback" not in error


def test_a_file_that_is_not_there_is_one_clear_line(capsys, tmp_path):
    assert main(["listen", "--dry-run", "--config", str(HOUSE), str(tmp_path / "no.wav")]) == 2
    assert "no.wav" in capsys.readouterr().err


def test_silence_is_nothing(capsys, tmp_path):
    file = tmp_path / "silence.wav"
    soundfile.write(file, np.zeros(3 * SAMPLE_RATE_HZ), SAMPLE_RATE_HZ)
    assert main(["listen", "--dry-run", "--config", str(HOUSE), str(file)]) == 1
    assert "no wake word" in capsys.readouterr().err
