"""One utterance: the stamp on its events, and the record they add up to."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any, TypeVar

from assistant import events
from assistant.events import Event

E = TypeVar("E", bound=Event)

Clock = Callable[[], float]
"""Monotonic seconds."""


def new_id() -> str:
    """An id that no other utterance has."""
    return uuid.uuid4().hex[:12]


class Stamp:
    """Puts the utterance's id, the time, and how long the stage took on each event."""

    def __init__(
        self,
        utterance_id: str,
        clock: Clock = time.monotonic,
        mask: Callable[[Any], Any] = lambda event: event,
    ) -> None:
        """`mask` takes the secrets out of an event, which leaves its stage here."""
        self.utterance_id = utterance_id
        self.clock = clock
        self._mask = mask

    def __call__(self, event: E, *, since: float | None = None, took_ms: float = 0.0) -> E:
        """The stamped event; the work began at `since` (clock seconds) or took `took_ms`."""
        now = self.clock()
        if since is not None:
            took_ms += (now - since) * 1000
        masked: E = self._mask(event)
        return replace(
            masked, utterance_id=self.utterance_id, at=now, took_ms=took_ms or event.took_ms
        )


def record(seen: Iterable[Event]) -> dict[str, Any]:
    """The JSON object of one utterance, from its events in order (README.md, JSON)."""
    result: dict[str, Any] = {
        "id": "",
        "text": "",
        "decision": "reject",
        "confidence": 0.0,
        "intents": [],
        "actions": [],
        "reply": "",
        "timings_ms": {},
    }
    timings: dict[str, float] = result["timings_ms"]
    for event in seen:
        result["id"] = event.utterance_id
        match event:
            case events.Transcript():
                result["text"] = event.text
            case events.Understanding():
                result["text"] = event.text
                result["decision"] = event.decision
                result["confidence"] = round(event.confidence, 4)
                result["intents"] = [_intent(intent) for intent in event.intents]
            case events.Action():
                result["actions"] += [_message(message) for message in event.messages]
            case events.Reply():
                result["reply"] = event.text
        if timing := _timing(event):
            stage, milliseconds = timing
            timings[stage] = round(timings.get(stage, 0.0) + milliseconds, 3)
    return result


def _intent(intent: events.Intent) -> dict[str, Any]:
    slots: Mapping[str, events.Slot] = intent.slots
    return {
        "name": intent.name,
        "confidence": round(intent.confidence, 4),
        "slots": {
            name: {"raw": slot.raw, "value": slot.value, "unit": slot.unit}
            for name, slot in slots.items()
        },
    }


def _message(message: events.Message) -> dict[str, Any]:
    return {
        "topic": message.topic,
        "payload": message.payload,
        "qos": message.qos,
        "retain": message.retain,
    }


_STAGES: Mapping[type[Event], str] = {
    events.Transcript: "recognize",
    events.Understanding: "understand",
    events.Turn: "dialogue",
    events.Action: "skill",
    events.Published: "publish",
    events.Confirmed: "confirm",
}


def _timing(event: Event) -> tuple[str, float] | None:
    """What this event adds to `timings_ms`: stage and milliseconds."""
    if isinstance(event, events.SpeechEnded):
        return "listen", event.waited_ms
    stage = _STAGES.get(type(event))
    return (stage, event.took_ms) if stage else None
