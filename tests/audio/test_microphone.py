"""The microphone, through the real sounddevice, PortAudio and ALSA.

ALSA's file plugin plays the sound card: it reads the samples from a named pipe that the test
fills, so a device that delivers, stalls, vanishes or comes back is a matter of writing or not.
"""

import json
import os
import select
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event, Thread, Timer

import numpy as np
import pytest

from assistant.events import FRAME_BYTES

ALSA = Path("/usr/share/alsa/alsa.conf")
RECORDER = Path(__file__).with_name("recorder.py")
CARD = """
<{alsa}>
pcm.!default {{ type plug slave.pcm testmic }}
pcm.testmic {{ type file file /dev/null infile "{pipe}" format raw slave.pcm null }}
"""
DEADLINE_S = 20.0

if not ALSA.is_file():
    pytest.skip(f"NOT TESTED: the microphone: no {ALSA}", allow_module_level=True)


def noise(frames: int, seed: int = 1) -> bytes:
    return np.random.default_rng(seed).integers(-9000, 9000, frames * 160).astype("<i2").tobytes()


class Card:
    """A sound card made of a named pipe and an ALSA configuration."""

    def __init__(self, folder: Path) -> None:
        self.pipe, self.config = folder / "card", folder / "asound.conf"
        os.mkfifo(self.pipe)
        self.config.write_text(CARD.format(alsa=ALSA, pipe=self.pipe))
        # Open for both, so that neither opening nor the last writer's leaving ever blocks.
        self._end = os.open(self.pipe, os.O_RDWR)

    def deliver(self, pcm: bytes) -> None:
        """Blocks when the device has 2 s of sound that nobody took; not for ever."""
        while pcm:
            _, writable, _ = select.select([], [self._end], [], DEADLINE_S)
            assert writable, "nobody takes the sound"
            pcm = pcm[os.write(self._end, pcm[: select.PIPE_BUF]) :]

    def spill(self) -> None:
        """Sound that nobody needs: PortAudio's thread, which waits for some, can end."""
        while select.select([], [self._end], [], 0)[1]:
            os.write(self._end, bytes(select.PIPE_BUF))

    @contextmanager
    def playing(self) -> Iterator[None]:
        """Sound that never ends, at twice the speed of real sound."""
        over = Event()

        def play() -> None:
            while not over.wait(0.02):
                if select.select([], [self._end], [], 0)[1]:
                    os.write(self._end, noise(4))

        player = Thread(target=play)
        player.start()
        try:
            yield
        finally:
            over.set()
            player.join()

    def remove(self) -> None:
        os.close(self._end)


class Recorder:
    """`recorder.py` in its own process."""

    def __init__(self, config: Path, **todo: object) -> None:
        self.process = subprocess.Popen(
            [sys.executable, RECORDER, json.dumps(todo)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env={**os.environ, "ALSA_CONFIG_PATH": str(config)},
        )
        self.log: list[str] = []
        self._logged = Event()
        self._reader = Thread(target=self._read_log)
        self._reader.start()
        self._deadline = Timer(DEADLINE_S, self.process.kill)
        self._deadline.start()

    def _read_log(self) -> None:
        for line in self.process.stderr:
            self.log.append(line.decode().rstrip())
            self._logged.set()

    def wait_for(self, text: str) -> None:
        while not any(text in line for line in self.log):
            assert self._logged.wait(DEADLINE_S), self.log
            self._logged.clear()

    def hear(self, frames: int) -> bytes:
        return self.process.stdout.read(frames * FRAME_BYTES)

    def end(self) -> list[str]:
        if self.process.stdin.closed:
            return []
        self.process.stdin.close()
        self.process.stdout.read()
        self.process.stdout.close()
        self.process.wait()
        self._deadline.cancel()
        self._reader.join()
        self.process.stderr.close()
        return [line for line in self.log if line.split()[0] in ("INFO", "WARNING", "ERROR")]

    def summary(self) -> dict[str, float]:
        (line,) = [line for line in self.log if line.startswith("SUMMARY")]
        return json.loads(line.removeprefix("SUMMARY"))


Record = Callable[..., Recorder]


@pytest.fixture
def card(tmp_path: Path) -> Iterator[Card]:
    card = Card(tmp_path)
    yield card
    card.remove()


@pytest.fixture
def record() -> Iterator[Record]:
    """record(config, …) → a running `Recorder`; a failed test leaves none behind."""
    running: list[Recorder] = []

    def record(config: Path, **todo: object) -> Recorder:
        running.append(Recorder(config, **todo))
        return running[-1]

    yield record
    for recorder in running:
        recorder.process.kill()
        recorder.end()


def test_the_frames_are_what_the_card_delivers(card: Card, record: Record) -> None:
    recorder, sound = record(card.config, frames=100), noise(120)
    card.deliver(sound)
    assert recorder.hear(100) == sound[: 100 * FRAME_BYTES]
    card.spill()
    assert recorder.end() == []
    assert recorder.summary() == {"at": 0.99, "lost_s": 0.0}


def test_a_device_is_found_by_a_part_of_its_name(card: Card, record: Record) -> None:
    recorder = record(card.config, frames=10, input="testm")
    card.deliver(noise(200))
    assert recorder.hear(10) == noise(200)[: 10 * FRAME_BYTES]
    recorder.end()


def test_a_device_that_stalls_is_reported_once_and_comes_back(card: Card, record: Record) -> None:
    recorder = record(card.config, frames=100, silent_s=0.3)
    card.deliver(noise(52))
    assert recorder.hear(50) == noise(52)[: 50 * FRAME_BYTES]
    recorder.wait_for("sends no sound")
    with card.playing():
        assert len(recorder.hear(50)) == 50 * FRAME_BYTES
        log = recorder.end()
    assert [line.split()[0] for line in log] == ["WARNING", "INFO"]
    assert "sends no sound any more" in log[0]
    assert "is back after" in log[1]


def test_a_device_that_goes_away_is_tried_until_it_is_there_again(
    card: Card, record: Record
) -> None:
    recorder = record(card.config, frames=60, abort_at=20)
    away = card.pipe.with_name("unplugged")
    recorder.wait_for("READY")
    card.pipe.rename(away)
    with card.playing():
        assert len(recorder.hear(20)) == 20 * FRAME_BYTES
        recorder.wait_for("sends no sound")
        away.rename(card.pipe)
        assert len(recorder.hear(40)) == 40 * FRAME_BYTES
        assert [line.split()[0] for line in recorder.end()] == ["WARNING", "INFO"]


def test_a_card_that_refuses_16_khz_is_resampled(card: Card, record: Record) -> None:
    recorder = record(card.config, frames=60, refuse_16_khz=True)
    sine = 8000 * np.sin(2 * np.pi * 1000 * np.arange(44_100) / 44_100)
    card.deliver(sine.astype("<i2").tobytes())
    heard = np.frombuffer(recorder.hear(60), "<i2")[1600:8000]
    card.spill()
    recorder.end()
    spectrum = np.abs(np.fft.rfft(heard * np.hanning(len(heard))))
    assert np.argmax(spectrum) * 16_000 / len(heard) == pytest.approx(1000, abs=3)
    assert heard.max() == pytest.approx(8000, rel=0.02)


def test_a_program_that_is_too_slow_loses_the_oldest_sound_and_says_so_once(
    card: Card, record: Record
) -> None:
    recorder, sound = record(card.config, frames=50, buffer_s=0.5, wait=True), noise(300)
    recorder.wait_for("READY")
    card.deliver(sound)
    card.deliver(bytes(64_000))  # taken from the pipe only when `sound` was
    recorder.process.stdin.write(b"go\n")
    recorder.process.stdin.flush()
    heard = recorder.hear(50)
    card.spill()
    log = recorder.end()
    assert len(heard) == 50 * FRAME_BYTES
    assert not heard.startswith(sound[: 10 * FRAME_BYTES])
    assert len([line for line in log if "too slow" in line]) == 1
    assert recorder.summary()["lost_s"] >= 2.0
    assert recorder.summary()["at"] >= 2.4


def test_a_wrong_name_lists_the_microphones_that_exist(card: Card, record: Record) -> None:
    recorder = record(card.config, frames=1, input="Jabra")
    recorder.end()
    (problem, fix) = recorder.log[-2:]
    assert "cannot record from microphone 'Jabra'" in problem
    assert "audio.input" in fix
    assert "testmic, default" in fix


def test_no_microphone_at_all(tmp_path: Path, record: Record) -> None:
    (tmp_path / "none.conf").write_text("pcm.!default { type hw card 31 }\n")
    recorder = record(tmp_path / "none.conf", frames=1)
    recorder.end()
    assert "no microphone is connected" in recorder.log[-2]
    assert recorder.process.returncode == 1


def test_without_portaudio_the_package_to_install_is_named(tmp_path: Path, card: Card) -> None:
    (tmp_path / "sounddevice.py").write_text("raise OSError('PortAudio library not found')\n")
    code = (
        "import assistant.audio as a, assistant.config as c; a.open_microphone(c.AudioSettings())"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "PYTHONPATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert "AudioError: no sound library: PortAudio library not found" in done.stderr
    assert "sudo apt-get install libportaudio2" in done.stderr
