"""assistant run: a real sounddevice, a sound card made of a pipe, and the whole chain."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from threading import Thread, Timer

import pytest
import soundfile

from assistant.demo import FOLDER, HOUSE

ALSA = Path("/usr/share/alsa/alsa.conf")
CARD = """
<{alsa}>
pcm.!default {{ type plug slave.pcm testcard }}
pcm.testcard {{ type file file {played} infile "{pipe}" format raw slave.pcm null }}
"""
NO_CARD = "pcm.!default { type hw card 7 }\n"
DEADLINE_S = 60.0
SILENT = "--no-microphone"

if not ALSA.is_file():
    pytest.skip(f"NOT TESTED: assistant run: no {ALSA}", allow_module_level=True)


class Running:
    """`assistant run --simulate` in its own process; `lines` is what it prints as it goes."""

    def __init__(self, alsa: Path, config: Path, *more: str) -> None:
        command = [sys.executable, "-m", "assistant.cli", "run", "--simulate", *more]
        self.process = subprocess.Popen(
            [*command, "--config", config],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            env={**os.environ, "ALSA_CONFIG_PATH": str(alsa), "PYTHONUNBUFFERED": "1"},
        )
        self.lines: list[str] = []
        self._deadline = Timer(DEADLINE_S, self.process.kill)
        self._deadline.start()

    def wait_for(self, text: str) -> None:
        for line in self.process.stdout:
            self.lines.append(line)
            if text in line:
                return
        pytest.fail(f"{text!r} did not come; it printed:\n{''.join(self.lines)}")

    def stop(self) -> int:
        self.process.send_signal(signal.SIGTERM)
        return self.end()

    def end(self) -> int:
        """The exit code, when it has ended."""
        self.lines += self.process.stdout.readlines()
        code = self.process.wait()
        self._deadline.cancel()
        self.process.stdout.close()
        return code


@pytest.fixture
def pipe(tmp_path: Path) -> Iterator[int]:
    """The sound card's microphone: what is written here is heard."""
    os.mkfifo(tmp_path / "card")
    end = os.open(tmp_path / "card", os.O_RDWR)
    yield end
    os.close(end)


def write(pipe: int, pcm: bytes) -> None:
    """Block while the card is full; the device must find whole periods in it."""
    while pcm:
        pcm = pcm[os.write(pipe, pcm) :]


def alsa(folder: Path, text: str = CARD) -> Path:
    file = folder / "asound.conf"
    file.write_text(text.format(alsa=ALSA, pipe=folder / "card", played=folder / "played"))
    return file


def test_a_spoken_command_is_carried_out_and_the_program_ends_in_order(tmp_path, pipe):
    # This card delivers faster than a real one, so that more has to wait its turn.
    config = tmp_path / "config.yaml"
    config.write_text("audio: { buffer_s: 30 }\n" + HOUSE.read_text(encoding="utf-8"))
    running = Running(alsa(tmp_path), config)
    running.wait_for("listening")
    samples, _ = soundfile.read(FOLDER / "01-kitchen-lights.flac", dtype="int16")
    room = Thread(target=write, args=(pipe, samples.tobytes()))
    room.start()
    running.wait_for("reply       The kitchen lights are on.")
    room.join()
    assert running.stop() == 0
    assert not [line for line in running.lines if "Traceback" in line]
    assert any("kitchen_ceiling says it is done" in line for line in running.lines)


def test_without_a_microphone_it_says_so_in_one_line_and_ends(tmp_path):
    running = Running(alsa(tmp_path, NO_CARD.replace("{", "{{").replace("}", "}}")), HOUSE)
    running.wait_for("assistant: ")
    assert "microphone" in running.lines[-1]
    assert "fix:" in running.process.stdout.readline()
    assert running.end() == 2


def test_without_a_wish_for_one_it_serves_other_programs(tmp_path):
    running = Running(alsa(tmp_path, NO_CARD.replace("{", "{{").replace("}", "}}")), HOUSE, SILENT)
    running.wait_for("no microphone; waiting for other programs")
    assert running.stop() == 0
    assert not [line for line in running.lines if "Traceback" in line]
