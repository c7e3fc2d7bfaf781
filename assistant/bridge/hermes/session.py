"""One dialogue of the Hermes protocol, from `sessionStarted` to `sessionEnded`."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from queue import SimpleQueue
from typing import Any, Literal
from uuid import uuid4

from assistant.events import Intent
from assistant.skill.answer import Answer

log = logging.getLogger(__name__)

LONGEST_TEXT = 1000  # characters to be said at once

Reason = Literal["nominal", "abortedByUser", "intentNotRecognized", "timeout", "error"]


def names(found: object) -> frozenset[str] | None:
    """The intents of an `intentFilter`; None: all."""
    return frozenset(map(str, found)) if isinstance(found, list) and found else None


def text_of(wanted: Mapping[str, Any]) -> str:
    """What an app wants to be said; what is too long to be listened to is cut off."""
    text = str(wanted.get("text") or "")
    if len(text) > LONGEST_TEXT:
        log.warning("Hermes: of a text of %d characters %d are said", len(text), LONGEST_TEXT)
    return text[:LONGEST_TEXT]


@dataclass(slots=True, kw_only=True)
class Session:
    """What is said between a person and one app, in one or several turns."""

    site_id: str
    id: str = field(default_factory=lambda: str(uuid4()))
    custom_data: str | None = None
    intent_filter: frozenset[str] | None = None
    """Names of the intents, as Hermes has them, that can be meant; None: all."""

    tells_unrecognized: bool = False
    """An app, not we, answers what was not understood."""

    slot: str | None = None
    """The next words fill this slot of `intent`, unless they are an intent themselves."""

    intent: Intent | None = None
    """The last one that was recognized."""

    ends: Reason | None = None
    """It is over when the assistant has finished speaking."""

    dictated: bool = False
    """Its words are only written down: an app asked for them alone."""

    typed: bool = False
    """Its words came in over Hermes, where nobody has to be told of them."""

    quiet_since: float = 0.0
    """When something last happened in it, monotonic seconds."""

    answers: SimpleQueue[Answer] | None = None
    """Where an app's answer is waited for; None: nobody waits."""

    def resume(self, wanted: Mapping[str, Any]) -> None:
        """Take over what an app's startSession or continueSession says of the next turn."""
        self.intent_filter = names(wanted.get("intentFilter"))
        self.tells_unrecognized = bool(wanted.get("sendIntentNotRecognized"))
        slot = wanted.get("slot")
        self.slot = slot if isinstance(slot, str) else None
        if wanted.get("customData") is not None:
            self.custom_data = wanted["customData"]

    def take(self, goes_on: bool, wanted: Mapping[str, Any]) -> bool:
        """Hand over what an app answered, on any thread; False: nobody waits for it."""
        if (answers := self.answers) is None:
            return False
        if goes_on:
            self.resume(wanted)
        answers.put(Answer(text_of(wanted), question=goes_on))
        return True
