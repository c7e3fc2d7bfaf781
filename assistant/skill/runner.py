"""One call of a handler, outside the pipeline's thread and with a deadline."""

from __future__ import annotations

import inspect
import logging
import queue
import threading
from collections.abc import Callable, Mapping
from typing import Any

from assistant.events import Slot
from assistant.skill.answer import Answer, CannotDo, Targets
from assistant.skill.loader import Handler, Skill

log = logging.getLogger(__name__)

Outcome = tuple[Answer | None, BaseException | None]


def call(
    skill: Skill,
    intent: str,
    slots: Mapping[str, Slot],
    targets: Targets | None,
    *,
    deadline_s: float,
) -> Answer:
    """Run the handler of `intent` and return its answer.

    Raises CannotDo with a text to speak: the handler's own, or one that says that the skill took
    too long or failed (its traceback is logged). A handler that never returns keeps its daemon
    thread, and nothing else.
    """
    handler = skill.handlers[intent]
    arguments = _arguments(handler, slots, targets)
    answer, error = _in_thread(lambda: handler(**arguments), skill.manifest.name, deadline_s)
    if isinstance(error, CannotDo):
        raise error
    if error is not None:
        log.error("skill %s: %s() failed", skill.manifest.name, intent, exc_info=error)
        raise CannotDo("Sorry, that did not work.")
    if not isinstance(answer, Answer):
        log.error("skill %s: %s() returned no Answer: %r", skill.manifest.name, intent, answer)
        raise CannotDo("Sorry, that did not work.")
    return answer


def _arguments(
    handler: Handler, slots: Mapping[str, Slot], targets: Targets | None
) -> dict[str, Any]:
    given: dict[str, Any] = {name: slot.value for name, slot in slots.items()}
    if targets is not None:
        given["targets"] = targets
    parameters = inspect.signature(handler).parameters
    return {
        name: given.get(name)
        for name, parameter in parameters.items()
        if name in given or parameter.default is inspect.Parameter.empty
    }


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
        raise CannotDo("Sorry, that took too long.") from None
