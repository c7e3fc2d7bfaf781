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
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import IO, Any

from assistant.config import SkillsSettings
from assistant.errors import SkillError
from assistant.lang import language
from assistant.paths import PACKAGE
from assistant.skill.answer import Answer, AskFor, CannotDo
from assistant.skill.call import Call, answer_from_json, call_to_json, printable
from assistant.skill.containment import bubblewrap_works, confined, readable
from assistant.skill.host import FAILED, TOO_LONG
from assistant.skill.manifest import TARGET_SLOTS, Manifest
from assistant.understand.secrets import without_any_digits

log = logging.getLogger(__name__)

_WORKER = Path(__file__).with_name("worker.py")
_LONGEST_ANSWER = 2**20  # bytes
_LONGEST_LINE = 1000  # characters of what a skill prints
_MOST_LINES = 200  # of what it prints in
_PRINTS_S = 60.0  # seconds
_FLOOD, _FLOOD_S = 65536, 0.02  # bytes that are left out at once, and the wait after them
_FRAME = re.compile(r' +File "(?P<file>[^"]+)", line (?P<line>\d+)')

# bwrap --die-with-parent means the parent's thread: this one lives as long as the program.
_SPAWNER = ThreadPoolExecutor(1, thread_name_prefix="skill-spawner")


class _Lost(Exception):
    """The process is of no use any more; the text says why."""


class SkillProcess:
    """Calls the handlers of one skill in a process of its own. Any thread may call."""

    def __init__(self, manifest: Manifest, folder: Path, settings: SkillsSettings) -> None:
        self._manifest = manifest
        self._name = manifest.name
        self._folder = folder
        self._settings = settings
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._prints: threading.Thread | None = None
        self._received = b""
        self._closed = False

    def call(self, call: Call, deadline_s: float) -> Answer:
        """The handler's answer; raises CannotDo, with a text to speak, when there is none."""
        with self._lock:
            try:
                content = self._ask(call_to_json(call), time.monotonic() + deadline_s)
                return self._answer(content)
            except SkillError as error:
                log.error("skill %s", error)
                raise CannotDo(language().say(FAILED)) from error
            except TimeoutError as error:
                self._kill()
                where = f" ({error})" if str(error) else ""
                log.error("skill %s did not answer within %g s%s", self._name, deadline_s, where)
                raise CannotDo(language().say(TOO_LONG)) from None
            except (_Lost, ValueError) as error:
                self._kill()
                log.error("skill %s: its process %s", self._name, error)
                raise CannotDo(language().say(FAILED)) from error

    def _shown(self, text: str) -> str:
        """What the log may have of its words: who is told a secret may print it."""
        secret = any(spec.secret for spec in self._manifest.slots.values())
        secret = secret or any(spec.secret for spec in self._manifest.settings.values())
        return without_any_digits(text) if secret else text

    def start(self) -> None:
        """Start it now, so that the first call need not; raises SkillError with file and line."""
        limit_s = self._settings.deadline_s
        with self._lock:
            try:
                self._started(time.monotonic() + limit_s)
            except (TimeoutError, _Lost, ValueError) as error:
                self._kill()
                if self._closed:  # meanwhile: nobody wants it any more
                    return
                late = isinstance(error, TimeoutError)
                at = (str(error) if late else "") or self._folder / "skill.py"
                why = f"it takes longer than {limit_s:g} s" if late else f"its process {error}"
                raise SkillError(
                    f"{at}: cannot be imported: {why}", fix="mend it there; the other skills work"
                ) from error

    def close(self) -> None:
        """End the process for good: whoever still has this skill gets no answer."""
        self._closed = True
        # A call that goes on would hold the lock until its deadline.
        if (process := self._process) is not None and process.returncode is None:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
        with self._lock:
            self._kill()

    def _ask(self, content: Mapping[str, Any], deadline: float) -> dict[str, Any]:
        process = self._started(deadline)
        if self._received or _has_more(process.stdout):
            raise _Lost("sent what nobody had asked for")
        return self._said(process, content, deadline)

    def _said(
        self, process: subprocess.Popen[bytes], content: Mapping[str, Any], deadline: float
    ) -> dict[str, Any]:
        """What comes back; raises TimeoutError, with the place, when the skill was interrupted."""
        # In between it stands still, with whatever threads it has.
        os.killpg(process.pid, signal.SIGCONT)
        self._write(process, {**content, "until": deadline}, deadline)
        answer = self._read(process, deadline)
        os.killpg(process.pid, signal.SIGSTOP)
        if answer.get("late") is True:
            raise TimeoutError(_place(self._folder, str(answer.get("failed")))[0])
        return answer

    def _started(self, deadline: float) -> subprocess.Popen[bytes]:
        if self._process is not None and self._process.poll() is None:
            return self._process
        self._kill()
        if self._closed:
            raise _Lost("is closed")
        process = self._process = _SPAWNER.submit(self._spawn).result()
        network = self._manifest.permissions.network
        hello = {
            "file": str(self._folder / "skill.py"),
            "replies": self._manifest.replies,
            "language": language().code,
            "memory_mb": self._settings.memory_mb,
            "network": network,
            "files": [] if bubblewrap_works() else readable(self._folder, network=network),
        }
        answer = self._said(process, hello, deadline)
        if "ready" not in answer:
            self._kill()
            raise _broken(self._folder, str(answer.get("failed") or answer.get("cannot")))
        return process

    def _spawn(self) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-S", "-B", "-P", str(_WORKER)]
        paths = [str(PACKAGE.parent), *(path for path in sys.path if path)]
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
                "OMP_NUM_THREADS": "1",  # numpy would take the memory of one thread per core
                "OPENBLAS_NUM_THREADS": "1",
            },
        )
        for pipe in (process.stdin, process.stdout):
            os.set_blocking(_open(pipe).fileno(), False)
        self._prints = threading.Thread(
            target=_log_prints,
            args=(self._name, _open(process.stderr), self._shown),
            name=f"skill-{self._name}-prints",
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
        try:
            content = json.loads(line, parse_constant=_no_number)
        except RecursionError as error:
            raise ValueError("sent what is nested too deep") from error
        if not isinstance(content, dict):
            raise ValueError(f"sent no object: {content!r:.100}")
        return content

    def _answer(self, content: Mapping[str, Any]) -> Answer:
        """What was answered; raises CannotDo or AskFor, ValueError for whatever is no answer."""
        if "cannot" in content:
            text, slot = printable(content["cannot"]), content.get("asks")
            if not slot:
                raise CannotDo(text)
            self._check_slot(slot)
            raise AskFor(text, slot)
        if "failed" in content:
            report = str(content["failed"])
            at, problem = _place(self._folder, report)
            log.error("skill %s failed: %s: %s", self._name, at, self._shown(problem))
            log.debug("%s", self._shown(report))
            raise CannotDo(language().say(FAILED))
        answer = answer_from_json(content.get("answer"))
        self._check_slot(answer.asks or "it")
        return answer

    def _check_slot(self, slot: object) -> None:
        if slot not in (*self._manifest.slots, *TARGET_SLOTS):
            raise ValueError(f"asks for {slot!r:.100}, which is no slot of it")

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


def _has_more(pipe: IO[bytes] | None) -> bool:
    with selectors.DefaultSelector() as selector:
        selector.register(_open(pipe), selectors.EVENT_READ)
        return bool(selector.select(0))


def _no_number(text: str) -> float:
    raise ValueError(f"sent {text}, which is no number")


def _wait(pipe: IO[bytes], event: int, deadline: float) -> None:
    with selectors.DefaultSelector() as selector:
        selector.register(pipe, event)
        if not selector.select(max(0.0, deadline - time.monotonic())):
            raise TimeoutError


def _open(pipe: IO[bytes] | None) -> IO[bytes]:
    assert pipe is not None  # every pipe was asked for
    return pipe


def _broken(folder: Path, report: str) -> SkillError:
    """The error of a skill.py that cannot be imported; file and line are from the traceback."""
    at, problem = _place(folder, report)
    return SkillError(
        f"{at or folder / 'skill.py'}: cannot be imported: {problem}",
        fix="mend it there; the other skills work",
    )


def _place(folder: Path, report: str) -> tuple[str, str]:
    """The deepest `file:line` of a traceback that lies in `folder`, or "", and what happened."""
    lines = report.strip().splitlines()
    frames = [(number, found) for number, line in enumerate(lines) if (found := _FRAME.match(line))]
    ours = [f"{found['file']}:{found['line']}" for _, found in frames
            if Path(found["file"]).is_relative_to(folder)]  # fmt: skip
    last = frames[-1][0] if frames else 0
    after = [line for line in lines[last + 1 :] if line[:1].strip()]
    return ours[-1] if ours else "", (after or lines[-1:] or [""])[0]


def _log_prints(skill: str, pipe: IO[bytes], shown: Callable[[str], str]) -> None:
    """What the skill prints, into the log, until it ends; of a flood only the beginning."""
    since, lines = time.monotonic(), 0
    with pipe:
        while line := pipe.readline(_LONGEST_LINE):
            if (now := time.monotonic()) - since > _PRINTS_S:
                since, lines = now, 0
            lines += 1
            if lines <= _MOST_LINES:
                text = printable(line.decode(errors="replace").rstrip())
                log.info("skill %s: %s", skill, shown(text))
                continue
            if lines == _MOST_LINES + 1:
                log.warning("skill %s prints too much; the rest of it is left out", skill)
            pipe.read(_FLOOD)  # whoever floods waits for us, and we for more than a line
            time.sleep(_FLOOD_S)
