"""SIGTERM and Ctrl-C end `assistant run` with exit code 0, whenever they come."""

import os
import random
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from broker import free_port

from assistant.demo import HOUSE

DEADLINE_S = 60.0
STOPS = 6  # at random moments; each is a whole start


@contextmanager
def started(command: list[str]) -> Iterator[subprocess.Popen[str]]:
    with subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def assistant(folder: Path, port: int, *more: str) -> list[str]:
    config = folder / "config.yaml"
    settings = f"mqtt: {{ port: {port} }}\nschedule: {{ file: {folder / 'schedule.json'} }}\n"
    config.write_text(settings + HOUSE.read_text(encoding="utf-8"), encoding="utf-8")
    run = [sys.executable, "-m", "assistant.cli", "run", "--no-microphone", *more]
    return [*run, "--config", str(config)]


def catches(process: subprocess.Popen[str], number: int) -> bool:
    """Whether the process has a handler for the signal by now."""
    for line in Path(f"/proc/{process.pid}/status").read_text().splitlines():
        if line.startswith("SigCgt:"):
            return bool(int(line.split()[1], 16) >> (number - 1) & 1)
    return False


def wait_ready(process: subprocess.Popen[str], number: int = signal.SIGTERM) -> None:
    """Until the interpreter is there, and the program has begun to look after signals."""
    deadline = time.monotonic() + DEADLINE_S
    while not catches(process, number):
        assert process.poll() is None
        assert time.monotonic() < deadline
        time.sleep(0.001)


def ended(process: subprocess.Popen[str]) -> tuple[int, str]:
    out, _ = process.communicate(timeout=DEADLINE_S)
    return process.returncode, out


def test_at_random_moments_of_its_start_and_its_run_it_ends_in_order(tmp_path):
    moments = random.Random(11)
    command = assistant(tmp_path, free_port(), "--simulate")
    for _ in range(STOPS):
        number = moments.choice([signal.SIGTERM, signal.SIGINT])
        with started(command) as process:
            wait_ready(process)
            time.sleep(moments.uniform(0, 3))
            process.send_signal(number)
            code, out = ended(process)
        assert code == 0, out
        assert "Traceback" not in out
        assert "Exception ignored" not in out


def test_while_a_broker_is_waited_for_that_says_nothing(tmp_path):
    with (
        socket.create_server(("127.0.0.1", 0)) as silent,
        started(assistant(tmp_path, silent.getsockname()[1])) as process,
    ):
        connected, _ = silent.accept()
        with connected:
            process.send_signal(signal.SIGTERM)
            code, out = ended(process)
    assert (code, "Traceback" in out) == (0, False), out


SCRIPT = """
import subprocess, sys, threading
from assistant.cli.stopping import stoppable
with stoppable() as stop:
    stop.patience_s = {patience}
    child = subprocess.Popen(["sleep", "1000"], start_new_session=True)
    stop.wakes(lambda: print("asked", flush=True))
    print("child", child.pid, flush=True)
    threading.Event().wait()
"""


def script(patience_s: float) -> list[str]:
    return [sys.executable, "-c", SCRIPT.format(patience=patience_s)]


def gone(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().split()[2] == "Z"
    except FileNotFoundError:
        return True


def test_what_does_not_end_is_left_behind_and_what_it_started_ends():
    with started(script(0.05)) as process:
        child = int(process.stdout.readline().split()[1])
        process.send_signal(signal.SIGTERM)
        code, out = ended(process)
    assert code == 0
    assert out == "asked\n"
    deadline = time.monotonic() + DEADLINE_S
    while not gone(child):
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_a_second_signal_ends_it_at_once():
    with started(script(600)) as process:
        child = process.stdout.readline()
        process.send_signal(signal.SIGTERM)
        assert process.stdout.readline() == "asked\n", child
        process.send_signal(signal.SIGINT)
        code, _ = ended(process)
    assert code == 128 + signal.SIGINT


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_in_a_destructor_is_not_lost(number):
    code = """
import threading
from assistant.cli.stopping import stoppable
class Thing:
    def __del__(self):
        ready.set()
        stop.asked.wait()   # the signal comes here, where an exception would be swallowed
ready = threading.Event()
def tell():
    ready.wait(); print("ready", flush=True)
threading.Thread(target=tell).start()
with stoppable() as stop:
    stop.patience_s = 600
    thing = Thing()
    del thing
    assert stop.asked.is_set()
"""
    with started([sys.executable, "-c", code]) as process:
        assert process.stdout.readline() == "ready\n"
        process.send_signal(number)
        code, out = ended(process)
    assert (code, out) == (0, "")
