"""The figures of README.md: wake-word cost, time from speech to MQTT, idle cost, cold start, MQTT.

    scripts/bench [--parts wake latency idle start mqtt memory] [--rounds N]

latency   the recordings of the demo, played at the speed of real time into the chain with the
          broker in the process; each stage's p50 and p95 over all commands
idle      `assistant run` on an endless quiet recording as the microphone (ALSA's file plugin)
start     from the command to the answer of `assistant say --dry-run`, and to "listening" of run
memory    resident memory while texts of any length are spoken by Piper and Moonshine recognizes
mqtt      the house on a Mosquitto: see scripts/bench_mqtt.py
Every part says so when something it needs is missing. Idle and start need psutil.
"""

from __future__ import annotations

import argparse
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from itertools import pairwise, repeat
from pathlib import Path

import numpy as np
from pipe_microphone import pipe_microphone

from assistant import events
from assistant.app import open_app, open_stages
from assistant.audio import read_file
from assistant.config import load_config
from assistant.demo import FOLDER, HOUSE, commands
from assistant.evaluation.machine import machine
from assistant.events import FRAME_S, SAMPLE_RATE_HZ, Event, Frame
from assistant.pipeline import Pipeline

ROOT = Path(__file__).resolve().parent.parent

MILESTONES = {
    events.SpeechEnded: "",
    events.Transcript: "recognize, after the silence",
    events.Understanding: "understand",
    events.Action: "dialogue and skill",
    events.Published: "publish, acknowledged",
}
"""Events that end a stage, in their order, and the stage's name in the table."""

PARTS = ("wake", "latency", "idle", "start", "mqtt", "memory")
ASSISTANT = Path(sys.executable).with_name("assistant")


def main() -> None:
    """Run the parts that were asked for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--parts", nargs="+", choices=PARTS, default=PARTS)
    parser.add_argument("--rounds", type=int, default=3, help="times each recording is played")
    parser.add_argument("--idle-s", type=float, default=30, help="seconds of idling to measure")
    parser.add_argument("--texts", type=int, default=120, help="so many are spoken")
    options = parser.parse_args()
    print(machine())
    if "wake" in options.parts:
        print("\n## wake word", flush=True)
        subprocess.run([sys.executable, ROOT / "scripts" / "bench_wake.py"], check=True)
    if "latency" in options.parts:
        bench_latency(options.rounds)
    if "idle" in options.parts:
        bench_idle(options.idle_s)
    if "start" in options.parts:
        bench_start(options.rounds)
    if "mqtt" in options.parts:
        subprocess.run([sys.executable, ROOT / "scripts" / "bench_mqtt.py"], check=True)
    if "memory" in options.parts:
        bench_memory(options.texts)


def bench_latency(rounds: int) -> None:
    """From the last voiced frame to the broker's acknowledgement, stage by stage."""
    print("\n## from the end of speech to the MQTT publish, ms", flush=True)
    rows: dict[str, list[float]] = {}
    with open_app(load_config(HOUSE), simulate=True) as app:
        stages = open_stages(app.config, app.conversation)
        for command in commands() * rounds:
            seen = list(Pipeline(stages).run(paced(read_file(FOLDER / command.file))))
            for stage, milliseconds in stage_times(seen):
                rows.setdefault(stage, []).append(milliseconds)
    print(f"{'stage':<34} {'p50':>7} {'p95':>7} {'max':>7}   n")
    for stage, values in rows.items():
        p50, p95 = np.percentile(values, [50, 95])
        print(f"{stage:<34} {p50:7.1f} {p95:7.1f} {max(values):7.1f}   {len(values)}")


def paced(frames: Iterable[Frame]) -> Iterator[Frame]:
    """The frames when a microphone would deliver them: each at the end of its 10 ms."""
    start = time.monotonic()
    for frame in frames:
        delay = start + frame.at + FRAME_S - time.monotonic()
        if delay > 0:
            time.sleep(delay)
        yield frame


def stage_times(seen: list[Event]) -> Iterator[tuple[str, float]]:
    """(stage, ms) of one utterance, from its events' monotonic times; nothing for a question."""
    at = {kind: next((e for e in seen if isinstance(e, kind)), None) for kind in MILESTONES}
    ended = at[events.SpeechEnded]
    if not isinstance(ended, events.SpeechEnded) or not at[events.Published]:
        return
    yield "listen: silence waited for", ended.waited_ms
    for before, after in pairwise(MILESTONES):
        first, second = at[before], at[after]
        if first and second:
            yield MILESTONES[after], (second.at - first.at) * 1000
    published = at[events.Published]
    if published:
        yield "total after the silence", (published.at - ended.at) * 1000
        yield "total", (published.at - ended.at) * 1000 + ended.waited_ms


def bench_idle(seconds: float) -> None:
    """Processor time and memory of `assistant run` while nobody speaks."""
    import psutil

    print("\n## idle `assistant run`", flush=True)
    with running_assistant() as process:
        watched = psutil.Process(process.pid)
        before, start = sum(watched.cpu_times()[:2]), time.monotonic()
        time.sleep(seconds)
        used, wall = sum(watched.cpu_times()[:2]) - before, time.monotonic() - start
        memory = watched.memory_info().rss / 2**20
    print(f"{100 * used / wall:.2f} % of one core over {wall:.0f} s, {memory:.0f} MiB resident")


@contextmanager
def running_assistant() -> Iterator[subprocess.Popen[str]]:
    """`assistant run`, listening to a quiet room and connected to a Mosquitto of its own."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        port = stack.enter_context(mosquitto(folder))
        config = folder / "config.yaml"
        house = HOUSE.read_text(encoding="utf-8")
        config.write_text(f"mqtt: {{ port: {port} }}\n{house}", encoding="utf-8")
        alsa = stack.enter_context(pipe_microphone(folder, repeat(_quiet_second())))
        process = stack.enter_context(
            subprocess.Popen(
                [ASSISTANT, "run", "--config", config],
                stderr=subprocess.PIPE,
                stdout=subprocess.DEVNULL,
                text=True,
                cwd=ROOT,
                env={**os.environ, "ALSA_CONFIG_PATH": str(alsa)},
            )
        )
        stack.callback(process.terminate)
        for line in process.stderr or ():
            if line.startswith("listening"):
                break
        else:
            sys.exit("assistant run ended before it listened")
        yield process


@contextmanager
def mosquitto(folder: Path) -> Iterator[int]:
    """A broker on a free port of loopback; its port."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
    settings = folder / "mosquitto.conf"
    settings.write_text(f"listener {port} 127.0.0.1\nallow_anonymous true\n", encoding="utf-8")
    with subprocess.Popen(["mosquitto", "-c", settings], stderr=subprocess.DEVNULL) as broker:
        try:
            yield port
        finally:
            broker.terminate()


def _quiet_second() -> bytes:
    """Of a quiet room."""
    return np.random.default_rng(0).normal(0, 30, SAMPLE_RATE_HZ).astype("<i2").tobytes()


def bench_start(rounds: int) -> None:
    """Cold start: a new process each time, the files in the page cache."""
    print("\n## start", flush=True)
    say = [str(ASSISTANT), "say", "--dry-run", "turn on the kitchen lights"]
    print(f"say --dry-run, answered: {median(timed(say) for _ in range(rounds)):.2f} s")
    times = []
    for _ in range(rounds):
        start = time.monotonic()
        with running_assistant():
            times.append(time.monotonic() - start)
    print(f"run, listening: {median(times):.2f} s")


def bench_memory(texts: int) -> None:
    """Of Moonshine and Piper: it must not follow the length of what is spoken or heard."""
    from assistant.config import AsrSettings, SpeakSettings
    from assistant.recognize.moonshine import MoonshineRecognizer
    from assistant.speak.voice import choose_voice

    print("\n## memory of Moonshine and Piper", flush=True)
    voice = choose_voice(SpeakSettings(engine="piper"))
    if voice is None:
        sys.exit("Piper is missing: scripts/setup voice")
    engine, recognizer = voice.open(), MoonshineRecognizer(AsrSettings())
    rng, seen, peak = np.random.default_rng(0), [f"{resident_mib():.0f}"], 0.0
    said = "the kitchen light is on and the heron lamp in the garden will close at seven"
    words = said.split()
    recordings = [list(read_file(FOLDER / command.file)) for command in commands()]
    for number in range(texts):
        engine.synthesize(" ".join(rng.choice(words, rng.choice([3, 6, 10, 20, 40, 80]))))
        recognizer.reset()
        for frame in recordings[number % len(recordings)]:
            recognizer.feed(frame)
        recognizer.transcribe()
        peak = max(peak, resident_mib())
        if (number + 1) % max(1, texts // 6) == 0:
            seen.append(f"{resident_mib():.0f}")
    print(f"{texts} texts: {' '.join(seen)} MiB resident, at most {peak:.0f}", flush=True)


def resident_mib() -> float:
    """Of this process."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 2**20


def timed(command: list[str]) -> float:
    """Seconds that one run takes."""
    start = time.monotonic()
    subprocess.run(command, check=True, capture_output=True, cwd=ROOT)
    return time.monotonic() - start


def median(values: Iterable[float]) -> float:
    """The middle one."""
    return float(np.median(list(values)))


if __name__ == "__main__":
    main()
