"""Where a skill's handlers run: in this program, in a process, or behind a bridge."""

from __future__ import annotations

import logging
import queue
import threading
from collections.abc import Callable, Mapping
from typing import Any, Protocol

from assistant.lang import language
from assistant.skill.answer import Answer, CannotDo
from assistant.skill.call import Call, Handler, arguments
from assistant.skill.replies import Replies

log = logging.getLogger(__name__)

FAILED = "failed"
TOO_LONG = "too_long"
"""Why there is no answer; said by `Language.say`."""

Outcome = tuple[Any, BaseException | None]


class Host(Protocol):
    """Runs the handlers of one skill."""

    def call(self, call: Call, deadline_s: float) -> Answer:
        """The handler's answer within `deadline_s`.

        Raises CannotDo with a text to speak: the handler's own, or one that says that the skill
        took too long or failed (why is logged).
        """

    def start(self) -> None:
        """Get ready for the first call; raises SkillError, with file and line, when it cannot."""

    def close(self) -> None:
        """Give everything back."""


class InProcess:
    """Handlers in this program, outside the caller's thread.

    One that never returns keeps its daemon thread, and nothing else.
    """

    def __init__(self, skill: str, handlers: Mapping[str, Handler], say: Replies) -> None:
        self._skill = skill
        self._handlers = handlers
        self._say = say

    def call(self, call: Call, deadline_s: float) -> Answer:
        handler = self._handlers[call.intent]
        given = arguments(handler, call, self._say)
        answer, error = _in_thread(lambda: handler(**given), self._skill, deadline_s)
        if isinstance(error, CannotDo):
            raise error
        if error is not None:
            log.error("skill %s: %s() failed", self._skill, call.intent, exc_info=error)
            raise CannotDo(language().say(FAILED))
        if not isinstance(answer, Answer):
            kind = type(answer).__name__
            log.error("skill %s: %s() returned no Answer: %s", self._skill, call.intent, kind)
            raise CannotDo(language().say(FAILED))
        return answer

    def start(self) -> None:
        """Nothing to do: its handlers are imported already."""

    def close(self) -> None:
        """Nothing to give back."""


class NoPython:
    """No handlers: skill.yaml says all of it."""

    def call(self, call: Call, deadline_s: float) -> Answer:
        raise CannotDo(language().say(FAILED))  # nobody calls what has no handlers

    def start(self) -> None:
        """Nothing to do."""

    def close(self) -> None:
        """Nothing to give back."""


class Outside:
    """Handlers in another program; the bridge that reaches it sets `answer`."""

    def __init__(self) -> None:
        self.answer: Callable[[], Answer] = _nobody
        """Returns, or raises CannotDo, within the deadline of skills."""

    def call(self, call: Call, deadline_s: float) -> Answer:
        return self.answer()

    def start(self) -> None:
        """Nothing to do: the other program runs by itself."""

    def close(self) -> None:
        """Nothing to give back."""


def _nobody() -> Answer:
    raise CannotDo(language().say("nobody"))


def _in_thread(work: Callable[[], Any], name: str, deadline_s: float) -> Outcome:
    outcome: queue.SimpleQueue[Outcome] = queue.SimpleQueue()

    def run() -> None:
        try:
            outcome.put((work(), None))
        except BaseException as error:  # noqa: BLE001  handed to the caller, who sorts it out
            outcome.put((None, error))

    threading.Thread(target=run, name=f"skill-{name}", daemon=True).start()
    try:
        return outcome.get(timeout=deadline_s)
    except queue.Empty:
        log.error("skill %s did not answer within %g s", name, deadline_s)
        raise CannotDo(language().say(TOO_LONG)) from None
