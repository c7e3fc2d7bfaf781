"""A skill in its own process: started when it is first asked, ended when it goes wrong."""

from __future__ import annotations

import json
import logging
import os
import re
import selectors
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import IO, Any

from assistant.config import ROOT, SkillsSettings
from assistant.errors import SkillError
from assistant.skill.answer import Answer, CannotDo
from assistant.skill.call import Call, answer_from_json, call_to_json
from assistant.skill.containment import bubblewrap_works, confined, readable
from assistant.skill.host import FAILED, TOO_LONG
from assistant.skill.manifest import Manifest

log = logging.getLogger(__name__)

_WORKER = Path(__file__).with_name("worker.py")
_LONGEST_ANSWER = 2**20  # bytes
_LONGEST_LINE = 1000  # characters of what a skill prints
_FRAME = re.compile(r'File "(?P<file>[^"]+)", line (?P<line>\d+)')

# bwrap --die-with-parent means the parent's thread: this one lives as long as the program.
_SPAWNER = ThreadPoolExecutor(1, thread_name_prefix="skill-spawner")


class _Lost(Exception):
    """The process is of no use any more; the text says why."""


class SkillProcess:
    """Calls the handlers of one skill in a process of its own. Any thread may call."""

    def __init__(self, manifest: Manifest, folder: Path, settings: SkillsSettings) -> None:
        self._manifest = manifest
        self._folder = folder
        self._settings = settings
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._prints: threading.Thread | None = None
        self._received = b""

    def call(self, call: Call, deadline_s: float) -> Answer:
        """The handler's answer; raises CannotDo, with a text to speak, when there is none."""
        with self._lock:
            try:
                content = self._ask(call_to_json(call), time.monotonic() + deadline_s)
                return _answer(self._manifest.name, content)
            except SkillError as error:
                log.error("skill %s", error)
                raise CannotDo(FAILED) from error
            except TimeoutError:
                self._kill()
                log.error("skill %s did not answer within %g s", self._manifest.name, deadline_s)
                raise CannotDo(TOO_LONG) from None
            except (_Lost, ValueError) as error:
                self._kill()
                log.error("skill %s: its process %s", self._manifest.name, error)
                raise CannotDo(FAILED) from error

    def start(self) -> None:
        """Start it now, so that the first call need not; raises SkillError with file and line."""
        with self._lock:
            try:
                self._started(time.monotonic() + self._settings.deadline_s)
            except (TimeoutError, _Lost, ValueError) as error:
                self._kill()
                why = str(error) or "it takes too long"
                raise SkillError(
                    f"{self._folder / 'skill.py'}: cannot be started: {why}",
                    fix="mend it there; the other skills work",
                ) from error

    def close(self) -> None:
        """End the process; the next call starts another."""
        with self._lock:
            self._kill()

    def _ask(self, content: Mapping[str, Any], deadline: float) -> dict[str, Any]:
        process = self._started(deadline)
        self._write(process, content, deadline)
        return self._read(process, deadline)

    def _started(self, deadline: float) -> subprocess.Popen[bytes]:
        if self._process is not None and self._process.poll() is None:
            return self._process
        self._kill()
        process = self._process = _SPAWNER.submit(self._spawn).result()
        network = self._manifest.permissions.network
        hello = {
            "file": str(self._folder / "skill.py"),
            "replies": self._manifest.replies,
            "memory_mb": self._settings.memory_mb,
            "network": network,
            "files": [] if bubblewrap_works() else readable(self._folder, network=network),
        }
        self._write(process, hello, deadline)
        answer = self._read(process, deadline)
        if "ready" not in answer:
            self._kill()
            raise _broken(self._folder / "skill.py", str(answer.get("broken", "it says nothing")))
        return process

    def _spawn(self) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-S", "-B", "-P", str(_WORKER)]
        paths = [str(ROOT), *(path for path in sys.path if path)]
        process = subprocess.Popen(
            confined(command, self._folder, network=self._manifest.permissions.network),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,
            env={
                "PYTHONPATH": os.pathsep.join(paths),
                "PYTHONUTF8": "1",
                "PYTHONUNBUFFERED": "1",
                "PATH": "/usr/bin:/bin",
                "LANG": "C.UTF-8",
            },
        )
        for pipe in (process.stdin, process.stdout):
            os.set_blocking(_open(pipe).fileno(), False)
        name = self._manifest.name
        self._prints = threading.Thread(
            target=_log_prints,
            args=(name, _open(process.stderr)),
            name=f"skill-{name}-prints",
            daemon=True,
        )
        self._prints.start()
        return process

    def _write(
        self, process: subprocess.Popen[bytes], content: Mapping[str, Any], deadline: float
    ) -> None:
        pipe = _open(process.stdin)
        left = memoryview(json.dumps(content).encode() + b"\n")
        while left:
            _wait(pipe, selectors.EVENT_WRITE, deadline)
            try:
                left = left[os.write(pipe.fileno(), left) :]
            except BrokenPipeError as error:
                raise _Lost(self._how_it_ended(process)) from error

    def _read(self, process: subprocess.Popen[bytes], deadline: float) -> dict[str, Any]:
        """One line of JSON; raises TimeoutError, _Lost, or ValueError for anything else."""
        pipe = _open(process.stdout)
        while b"\n" not in self._received:
            _wait(pipe, selectors.EVENT_READ, deadline)
            part = os.read(pipe.fileno(), 65536)
            if not part:
                raise _Lost(self._how_it_ended(process))
            self._received += part
            if len(self._received) > _LONGEST_ANSWER:
                raise _Lost(f"sent more than {_LONGEST_ANSWER} bytes")
        line, _, self._received = self._received.partition(b"\n")
        content = json.loads(line)
        if not isinstance(content, dict):
            raise ValueError(f"sent no object: {content!r:.100}")
        return content

    def _how_it_ended(self, process: subprocess.Popen[bytes]) -> str:
        try:
            code = process.wait(1.0)
        except subprocess.TimeoutExpired:
            return "closed its standard output"
        return f"ended with code {code}"

    def _kill(self) -> None:
        """End the process and all it started."""
        process, self._process, self._received = self._process, None, b""
        if process is None:
            return
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        for pipe in (process.stdin, process.stdout):
            with suppress(BrokenPipeError):
                _open(pipe).close()
        process.wait()
        if self._prints:
            self._prints.join(1.0)


def _wait(pipe: IO[bytes], event: int, deadline: float) -> None:
    with selectors.DefaultSelector() as selector:
        selector.register(pipe, event)
        if not selector.select(max(0.0, deadline - time.monotonic())):
            raise TimeoutError


def _open(pipe: IO[bytes] | None) -> IO[bytes]:
    assert pipe is not None  # every pipe was asked for
    return pipe


def _answer(skill: str, content: Mapping[str, Any]) -> Answer:
    if "cannot" in content:
        raise CannotDo(str(content["cannot"]))
    if "failed" in content:
        log.error("skill %s failed:\n%s", skill, content["failed"])
        raise CannotDo(FAILED)
    return answer_from_json(content.get("answer"))


def _broken(file: Path, report: str) -> SkillError:
    """The error of a skill.py that cannot be imported, with its line, from the traceback."""
    lines = [found["line"] for found in _FRAME.finditer(report) if found["file"] == str(file)]
    at = f":{lines[-1]}" if lines else ""
    return SkillError(
        f"{file}{at}: cannot be imported: {report.strip().splitlines()[-1]}",
        fix="mend it there; the other skills work",
    )


def _log_prints(skill: str, pipe: IO[bytes]) -> None:
    """What the skill prints, into the log, until it ends."""
    with pipe:
        while line := pipe.readline(_LONGEST_LINE):
            log.info("skill %s: %s", skill, line.decode(errors="replace").rstrip())
