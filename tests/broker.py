"""A real Mosquitto for tests, with user and password, that can be killed and started again.

A test module or conftest.py takes the fixture `mosquitto` with
`pytest_plugins = ["broker"]` (top-level conftest) or `from broker import mosquitto`.
"""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

START_S = 10.0


def free_port() -> int:
    """A TCP port of 127.0.0.1 that nobody uses at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def executable(name: str) -> str | None:
    """Debian puts daemons where the PATH of an ordinary user does not look."""
    return shutil.which(name, path=os.pathsep.join([os.environ.get("PATH", ""), "/usr/sbin"]))


class Mosquitto:
    """One broker: always the same port, the same user, an empty memory after every start."""

    def __init__(self, folder: Path, *, port: int | None = None, config: str = "") -> None:
        """config: further lines of mosquitto.conf, such as those of TLS and ACLs."""
        self.host = "127.0.0.1"
        self.port = port or free_port()
        self.username = "assistant"
        self.password = "s3cret-of-the-house"
        self._folder = folder
        self._process: subprocess.Popen[bytes] | None = None
        program, passwd = executable("mosquitto"), executable("mosquitto_passwd")
        if program is None or passwd is None:
            pytest.skip("NOT TESTED: Mosquitto is missing: sudo apt-get install mosquitto")
        self._program = program
        users = folder / "users"
        users.touch(mode=0o600)
        subprocess.run([passwd, "-b", users, self.username, self.password], check=True)
        # Started as root it becomes the user `mosquitto`, who may not enter pytest's folders.
        me = "root" if os.geteuid() == 0 else "mosquitto"
        (folder / "mosquitto.conf").write_text(
            f"listener {self.port} {self.host}\nallow_anonymous false\npassword_file {users}\n"
            f"persistence false\nuser {me}\nlog_dest file {folder / 'mosquitto.log'}\n{config}\n"
        )

    def __enter__(self) -> Mosquitto:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.kill()

    def start(self) -> None:
        """Start it and wait until it answers."""
        self._process = subprocess.Popen(
            [self._program, "-c", self._folder / "mosquitto.conf"],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        deadline = time.monotonic() + START_S
        while time.monotonic() < deadline:
            if self._process.poll() is not None:
                break
            with socket.socket() as probe:
                if probe.connect_ex((self.host, self.port)) == 0:
                    return
        raise RuntimeError(f"Mosquitto does not start; see {self._folder / 'mosquitto.log'}")

    def stop(self) -> None:
        """Ask it to end, and wait until it has."""
        self._end(signal.SIGTERM)

    def kill(self) -> None:
        """End it as a power cut would."""
        self._end(signal.SIGKILL)

    def restart(self) -> None:
        """Kill it and start it again on the same port."""
        self.kill()
        self.start()

    def freeze(self) -> None:
        """Connections stay open, nothing is answered."""
        self._signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """Go on after `freeze`."""
        self._signal(signal.SIGCONT)

    def _signal(self, number: signal.Signals) -> None:
        if self._process is not None:
            self._process.send_signal(number)

    def _end(self, number: signal.Signals) -> None:
        if self._process is not None:
            self._signal(number)
            self.thaw()
            self._process.wait(START_S)
            self._process = None


@pytest.fixture
def mosquitto(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mosquitto]:
    """A running Mosquitto of this test's own."""
    with Mosquitto(tmp_path_factory.mktemp("mosquitto")) as broker:
        yield broker
