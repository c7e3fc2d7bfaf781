"""assistant run where no file can grow any more: it answers, rings, and is not ended by it."""

import asyncio
import os
import resource
import signal
import subprocess
import sys
from importlib.util import find_spec

import pytest
from broker import free_port

from assistant.demo import HOUSE

DEADLINE_S = 60.0

if find_spec("wyoming") is None:
    pytest.skip("NOT TESTED: run on a full disk: no extra `wyoming`", allow_module_level=True)


async def said(port: int, text: str) -> str:
    from wyoming.asr import Transcript
    from wyoming.client import AsyncTcpClient

    async with AsyncTcpClient("127.0.0.1", port) as client:
        await client.write_event(Transcript(text).event())
        return (await client.read_event()).data["text"]


def no_file_may_grow() -> None:
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))


def test_a_timer_is_set_said_to_be_in_danger_and_rings(tmp_path):
    port = free_port()
    config = tmp_path / "config.yaml"
    config.write_text(
        f"mqtt: {{ port: {free_port()}, publish_s: 0.1 }}\n"
        f"schedule: {{ file: {tmp_path / 'schedule.json'}, ring_s: 5 }}\n"
        f"bridge: {{ wyoming: {{ enabled: true, port: {port}, zeroconf: false }} }}\n"
        + HOUSE.read_text(encoding="utf-8"),
        encoding="utf-8",
    )
    with subprocess.Popen(
        [sys.executable, "-m", "assistant.cli", "run", "--no-microphone", "--config", config],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
        preexec_fn=no_file_may_grow,
    ) as process:
        try:
            lines: list[str] = []

            def wait_for(text: str) -> None:
                for line in process.stdout:
                    lines.append(line)
                    if text in line:
                        return
                pytest.fail("".join(lines))

            wait_for("waiting for other programs")
            reply = asyncio.run(asyncio.wait_for(said(port, "set a timer for 1 second"), 60))
            assert reply == (
                "Timer set for 1 second. But I can't save that: the disk is full; "
                "it is lost if I restart."
            )
            wait_for("Your timer is done.")
            assert asyncio.run(asyncio.wait_for(said(port, "what time is it"), 60)).startswith("It")
            process.send_signal(signal.SIGTERM)
            rest, _ = process.communicate(timeout=DEADLINE_S)
        finally:
            process.kill()
    assert process.returncode == 0
    assert "Traceback" not in "".join(lines) + rest
