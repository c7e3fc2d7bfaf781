"""An hour in the life of `assistant run`: see scripts/soak.

    .venv/bin/python scripts/soak.py [--minutes 60] [--speech] [--seed 0]

Commands come in over Wyoming, one after the other. In the first part the assistant is restarted
again and again; then it stays, and its memory, threads and descriptors are watched. All the time
the broker is killed, the lamps lose power, and garbage is sent. A command that is answered with
"done" has to reach its lamp once:

lost      done, and the lamp was told nothing
twice     the lamp was told more than once
late      the lamp was told after the answer that it could not be done
"""

from __future__ import annotations

import argparse
import asyncio
import os
import random
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from itertools import cycle
from pathlib import Path

import numpy as np
import soundfile
from pipe_microphone import pipe_microphone
from soak_house import Broker, House
from wyoming.asr import Transcript
from wyoming.client import AsyncTcpClient

from assistant.demo import FOLDER, HOUSE, commands
from assistant.evaluation.machine import machine

ROOT = Path(__file__).resolve().parent.parent

LAMPS = ("heron", "falcon", "sparrow", "swallow", "magpie")
MOST_MIB = 350.0
GROWTH = 1.10
WARM_S = 600.0
"""From here on the memory has to be flat."""

TELL_S = 60.0
STOP_S = 2.5
"""For a stop: 2 s, and what the system needs on a busy machine."""

LATE_S = 0.5
SAMPLES, SAMPLE_S = 20, 0.15
START_S = 60.0
ANSWER_S = 30.0
RESTARTING = 0.2
"""The part of the time in which the assistant is restarted."""


def main() -> None:
    """Run, print, and end with 1 when a bound was broken."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--minutes", type=float, default=60.0, help="how long it takes")
    parser.add_argument("--speech", action="store_true", help="recordings, and replies by Piper")
    parser.add_argument("--seed", type=int, default=0, help="of what happens when")
    options = parser.parse_args()
    print(machine(), flush=True)
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        soak = Soak(Path(folder), options.minutes * 60, options.seed, options.speech, stack)
        soak.run()
    broken = soak.report()
    for line in broken:
        print(f"BROKEN: {line}")
    sys.exit(bool(broken))


@dataclass
class Assistant:
    """`assistant run` in a process of its own."""

    command: list[str]
    env: dict[str, str]
    lines: Counter[str] = field(default_factory=Counter)
    """Of its output, how many are of each stage."""

    troubles: list[str] = field(default_factory=list)

    def start(self) -> None:
        """Start, and wait until it is ready."""
        self.process = subprocess.Popen(
            self.command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=self.env
        )
        self._ready = threading.Event()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        if not self._ready.wait(START_S):
            raise SystemExit(f"assistant run is not ready: {self.troubles}")

    def _read(self) -> None:
        for line in self.process.stdout or ():
            if line.startswith(("listening", "no microphone")):
                self._ready.set()
            words = line.split()
            if len(words) > 2 and words[1] == "s":
                self.lines[words[2]] += 1
            elif "Traceback" in line or " failed" in line or "Exception" in line:
                self.troubles.append(line.strip())

    def stop(self, number: int) -> str:
        """Ask it to end; what was wrong about how it did, or nothing."""
        since = time.monotonic()
        self.process.send_signal(number)
        try:
            code = self.process.wait(START_S)
        except subprocess.TimeoutExpired:
            self.process.kill()
            return "did not end"
        took_s = time.monotonic() - since
        self._reader.join(1)
        if code:
            return f"exit code {code}"
        return f"took {took_s:.1f} s" if took_s > STOP_S else ""

    def measure(self) -> tuple[float, int, int]:
        """Resident memory in MiB, threads, descriptors: the least within a few seconds, so that it
        is not that of a moment in which it recognizes or speaks."""
        proc, least = Path(f"/proc/{self.process.pid}"), float("inf")
        for _ in range(SAMPLES):
            pages = int((proc / "statm").read_text().split()[1])
            least = min(least, pages * os.sysconf("SC_PAGE_SIZE") / 2**20)
            time.sleep(SAMPLE_S)
        return least, len(list((proc / "task").iterdir())), len(list((proc / "fd").iterdir()))

    def proportional(self) -> float:
        """Resident memory in MiB, what other processes have as well shared out among them."""
        rollup = Path(f"/proc/{self.process.pid}/smaps_rollup").read_text().splitlines()
        return next(int(line.split()[1]) / 1024 for line in rollup if line.startswith("Pss:"))

    def peak(self) -> float:
        """The most memory that it ever had, MiB."""
        status = Path(f"/proc/{self.process.pid}/status").read_text().splitlines()
        return next(int(line.split()[1]) / 1024 for line in status if line.startswith("VmHWM"))


class Soak:
    """Everything together."""

    def __init__(
        self, folder: Path, seconds: float, seed: int, speech: bool, stack: ExitStack
    ) -> None:
        self._seconds = seconds
        self._rng = random.Random(seed)
        self._broker = Broker(folder)
        stack.callback(self._broker.kill)
        self._house = House(self._broker.port, [f"soak/{name}" for name in LAMPS])
        stack.callback(self._house.close)
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self._port: int = free.getsockname()[1]
        env = dict(os.environ, PYTHONUNBUFFERED="1")
        config = folder / "config.yaml"
        config.write_text(self._config(folder, speech), encoding="utf-8")
        command = [str(Path(sys.executable).with_name("assistant")), "run"]
        if speech:
            env["ALSA_CONFIG_PATH"] = str(
                stack.enter_context(pipe_microphone(folder, recordings()))
            )
        else:
            command.append("--no-microphone")
        self._assistant = Assistant([*command, "--config", str(config)], env)
        self.counts: Counter[str] = Counter()
        self.replies: Counter[str] = Counter()
        """Where it was not done."""

        self._unclean: list[str] = []
        self._measured: dict[str, tuple[float, int, int]] = {}
        self._done: dict[str, list[tuple[float, float, bool]]] = {}
        self._orders: list[tuple[str, float]] = []
        self._peak = 0.0
        self._began_at = self._told_at = time.monotonic()

    def _config(self, folder: Path, speech: bool) -> str:
        lamps = "".join(
            f"    - {{ id: {name}, kind: light, name: {name} lamp, area: bedroom,"
            f" mqtt: {{ command_topic: soak/{name}/set, state_topic: soak/{name},"
            " brightness: true } }\n"
            for name in LAMPS
        )
        house = HOUSE.read_text(encoding="utf-8").replace("  devices:\n", f"  devices:\n{lamps}", 1)
        if speech:
            house = house.replace('  replies: "off"', "  replies: speech\n  engine: piper")
        return (
            f"mqtt: {{ port: {self._broker.port}, publish_s: 1.0, confirm_s: 1.0 }}\n"
            f"schedule: {{ file: {folder / 'schedule.json'}, ring_s: 5 }}\n"
            f"bridge: {{ wyoming: {{ enabled: true, port: {self._port}, zeroconf: false }} }}\n"
            f"{house}"
        )

    def run(self) -> None:
        """All of the time."""
        self._assistant.start()
        start = time.monotonic()
        settled = start + RESTARTING * self._seconds
        end = start + self._seconds
        try:
            self._live(settled, restarts=True)
            self._restart()
            self._measured["start"] = self._assistant.measure()
            warm = time.monotonic() + min(WARM_S, (end - time.monotonic()) / 2)
            self._live(warm)
            self._measured["warm"] = self._assistant.measure()
            self._live(end)
            self._measured["end"] = self._assistant.measure()
            self._peak = self._assistant.peak()
        finally:
            self._stopped(self._assistant.stop(signal.SIGTERM))
        self._orders += self._house.taken()

    def _live(self, until: float, *, restarts: bool = False) -> None:
        happens = [self._kill_broker, self._house.restart, self._garbage, self._timer]
        happens += [self._restart] if restarts else []
        pause_s = min(15.0, self._seconds / 20)
        at = time.monotonic() + pause_s
        while time.monotonic() < until:
            self._command()
            if time.monotonic() > self._told_at + TELL_S:
                self._tell()
            if time.monotonic() > at:
                self._rng.choice(happens)()
                at = time.monotonic() + self._rng.uniform(0.5, 1.5) * pause_s

    def _tell(self) -> None:
        """How it is on the way: what grows until it is warm, and what without end?"""
        self._told_at = time.monotonic()
        mib, threads, descriptors = self._assistant.measure()
        print(
            f"{(self._told_at - self._began_at) / 60:5.1f} min {mib:8.0f} MiB, at most"
            f" {self._assistant.peak():.0f}, shared out {self._assistant.proportional():.0f};"
            f" {threads} threads, {descriptors} descriptors, {self.counts['done']} done",
            flush=True,
        )

    def _command(self) -> None:
        name = self._rng.choice(LAMPS)
        since = time.monotonic()
        percent = self._rng.randint(1, 99)
        reply = self._ask(f"set the {name} lamp to {percent} percent")
        done = reply == f"The {name} lamp is at {percent} percent."
        self.counts["commands"] += 1
        self.counts["done"] += done
        self.counts["unanswered"] += not reply
        self.replies[reply.replace(name, "…")] += not done
        times = self._done.setdefault(f"soak/{name}", [])
        times.append((since, time.monotonic(), done))
        self._orders += self._house.taken()

    def _ask(self, text: str) -> str:
        """What the assistant answers; empty: nothing."""
        with suppress(OSError, TimeoutError):
            return asyncio.run(asyncio.wait_for(answer(self._port, text), ANSWER_S))
        return ""

    def _kill_broker(self) -> None:
        self.counts["broker killed"] += 1
        self._broker.kill()
        if self._rng.random() < 0.5:
            self._command()
        self._broker.start()

    def _restart(self) -> None:
        self.counts["restarts"] += 1
        self._stopped(self._assistant.stop(self._rng.choice([signal.SIGTERM, signal.SIGINT])))
        self._assistant.start()

    def _stopped(self, problem: str) -> None:
        self._unclean += [problem] if problem else []

    def _garbage(self) -> None:
        self.counts["garbage"] += 1
        topics = ("soak/heron", "home/kitchen/counter", "assistant/default/volume/set",
                  "homeassistant/light/x/config", "zigbee2mqtt/bridge/devices")  # fmt: skip
        for topic in topics:
            self._house.disturb(topic, self._rng.randbytes(self._rng.randint(0, 5000)))
        with suppress(OSError), socket.create_connection(("127.0.0.1", self._port), 1) as stranger:
            stranger.sendall(self._rng.randbytes(1000))

    def _timer(self) -> None:
        self.counts["timers"] += self._ask("set a timer for two seconds").startswith("Timer set")

    def report(self) -> list[str]:
        """Print the table; what is not as it should be."""
        told = self._told()
        broken = [f"{what}: {told[what]}" for what in ("lost", "twice", "late") if told[what]]
        broken += [f"a stop {problem}" for problem in self._unclean]
        broken += self._assistant.troubles
        print(f"\n{'':<12}{'MiB':>8}{'threads':>9}{'descriptors':>13}")
        for when, (mib, threads, descriptors) in self._measured.items():
            print(f"{when:<12}{mib:8.0f}{threads:9}{descriptors:13}")
        print(f"{'at most':<12}{self._peak:8.0f}\n")
        for what, count in {**self.counts, "rang": self._house.rang, **told}.items():
            print(f"{what:<20}{count:8}")
        print(f"{'unclean stops':<20}{len(self._unclean):8}")
        for reply, count in self.replies.most_common(8):
            print(
                f"{count:8}  {reply or '(no answer)'}" if count else "", end="\n" if count else ""
            )
        print("events: " + ", ".join(f"{n} {k}" for k, n in self._assistant.lines.items()))
        return [*broken, *self._grown()]

    def _told(self) -> Counter[str]:
        """Of all commands what became of them, by what the lamps were told."""
        found: Counter[str] = Counter(orders=len(self._orders), lost=0, twice=0, late=0)
        for lamp, asked_for in self._done.items():
            told = [at for name, at in self._orders if name == lamp]
            ends = [since for since, _, _ in asked_for[1:]] + [float("inf")]
            for (since, answered, done), following in zip(asked_for, ends, strict=True):
                mine = [at for at in told if since <= at < following]
                found["lost"] += done and not mine
                found["twice"] += len(mine) > 1
                found["late"] += any(at > answered + LATE_S for at in mine) and not done
        return found

    def _grown(self) -> Iterator[str]:
        start, warm, end = (self._measured[when] for when in ("start", "warm", "end"))
        if end[0] > MOST_MIB:
            yield f"memory: {end[0]:.0f} MiB, more than {MOST_MIB:.0f}"
        if self._seconds >= 2 * WARM_S and end[0] > GROWTH * warm[0]:
            yield f"memory grows: {warm[0]:.0f} → {end[0]:.0f} MiB"
        for at, what in ((1, "threads"), (2, "descriptors")):
            if end[at] > max(start[at], warm[at]) + 8:
                yield f"{what} grow: {start[at]} → {warm[at]} → {end[at]}"


async def answer(port: int, text: str) -> str:
    """Say it to the assistant over Wyoming; what it answers."""
    async with AsyncTcpClient("127.0.0.1", port) as client:
        await client.write_event(Transcript(text).event())
        while event := await client.read_event():
            if event.type in ("handled", "not-handled"):
                return str(event.data["text"])
    raise ConnectionResetError


def recordings() -> Iterator[bytes]:
    """The demo's, with a pause after each, again and again."""
    quiet = np.zeros(3 * 16_000, "<i2").tobytes()
    return cycle(
        soundfile.read(FOLDER / one.file, dtype="int16")[0].tobytes() + quiet for one in commands()
    )


if __name__ == "__main__":
    os.chdir(ROOT)
    main()
