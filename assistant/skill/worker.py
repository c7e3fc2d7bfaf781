"""The process of a skill that is not built in: `python worker.py` reads lines of JSON, answers so.

    → {"file", "replies", "language", "memory_mb", "network", "files", "until"}   ← {"ready": true}
    → {**call_to_json(…), "until"}         ← {"answer": …} | {"cannot": text, "asks": slot}

or, to both, ← {"failed": traceback, "late": whether it was interrupted}. `until` is a moment of
time.monotonic(), which is the same in every process; who goes on then is ended from outside.
What the skill prints goes to standard error: standard output belongs to the answers alone.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import time
import traceback
from collections.abc import Callable, Mapping
from types import FrameType, ModuleType
from typing import Any, BinaryIO

from assistant.lang import choose
from assistant.skill.answer import BUILT_IN_ONLY, Answer, CannotDo
from assistant.skill.call import answer_to_json, arguments, call_from_json
from assistant.skill.containment import confine
from assistant.skill.replies import Replies

_SHARE = 0.9
"""Of its time, after which it is asked where it is; the rest is for the answer's way."""

_SHORTEST_S = 0.01


def main() -> None:
    """Serve until standard input ends."""
    answers = os.fdopen(os.dup(1), "wb", buffering=0)
    os.dup2(2, 1)
    calls = sys.stdin.buffer
    sys.stdin = open(os.devnull, encoding="utf-8")  # noqa: PTH123, SIM115  for the whole process
    start = json.loads(calls.readline())
    confine(start["memory_mb"], network=start["network"], files=start["files"])
    choose(start["language"])
    say = Replies(start["replies"])
    sys.path.insert(0, os.path.dirname(start["file"]))  # noqa: PTH120  modules beside skill.py
    signal.signal(signal.SIGALRM, _late)
    outcome = _outcome(lambda: import_skill(start["file"], "skill"), start["until"])
    if isinstance(outcome, dict):
        _send(answers, outcome)
        return
    _send(answers, {"ready": True})
    for line in calls:
        _send(answers, _answer(outcome, json.loads(line), say))


def _send(answers: BinaryIO, content: Mapping[str, Any]) -> None:
    answers.write(json.dumps(content).encode() + b"\n")


def _answer(module: ModuleType, content: Mapping[str, Any], say: Replies) -> dict[str, Any]:
    call = call_from_json(content)
    handler = getattr(module, call.intent)
    outcome = _outcome(lambda: handler(**arguments(handler, call, say)), content["until"])
    if isinstance(outcome, dict):
        return outcome
    if not isinstance(outcome, Answer):
        return {"failed": f"{call.intent}() returned no Answer: {outcome!r:.200}"}
    if planned := [name for name in BUILT_IN_ONLY if getattr(outcome, name)]:
        return {
            "failed": f"{call.intent}() returned an Answer with {planned[0]}: nothing comes of it"
        }
    try:
        answer = answer_to_json(outcome)
        json.dumps(answer)
    except (AttributeError, TypeError, ValueError) as error:
        return {"failed": f"{call.intent}() returned an Answer that is none: {error}"}
    return {"answer": answer}


class _Late(BaseException):
    """Raised within the skill, wherever it is, so that the traceback tells where that was."""


def _late(_signal: int, _frame: FrameType | None) -> None:
    raise _Late("too long")


def _outcome(work: Callable[[], Any], until: float) -> Any:
    """What `work` returns, or as a dictionary why it does not."""
    try:
        left_s = until - time.monotonic()
        signal.setitimer(signal.ITIMER_REAL, max(_SHORTEST_S, left_s * _SHARE))
        return work()
    except CannotDo as problem:
        return {"cannot": str(problem), "asks": getattr(problem, "slot", "")}
    except BaseException as error:  # noqa: BLE001  SystemExit too: the skill must not end its process
        late = isinstance(error, _Late)
        return {"failed": traceback.format_exc(limit=-5), "late": late}
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)


def import_skill(file: str, name: str) -> ModuleType:
    """Run a skill.py as module `name`; never from a .pyc, which only knows whole seconds."""
    module = ModuleType(name)
    module.__file__ = file
    sys.modules[module.__name__] = module
    with open(file, "rb") as source:  # noqa: PTH123  pathlib costs 5 ms of a start
        exec(compile(source.read(), file, "exec"), module.__dict__)
    return module


if __name__ == "__main__":
    main()
