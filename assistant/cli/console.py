"""Events as lines for people, and utterances as JSON lines for programs."""

from __future__ import annotations

import json
import sys
from functools import singledispatch
from typing import TextIO

from assistant import events
from assistant.events import Event
from assistant.lang import language
from assistant.utterance import record


class Console:
    """Prints each event as one line: seconds since the first one, stage, what happened."""

    def __init__(self, out: TextIO | None = None, *, start: float | None = None) -> None:
        self._out = out or sys.stdout
        self._start = start

    def __call__(self, event: Event) -> None:
        if self._start is None:
            self._start = event.at
        if line := describe(event):
            stage, text = line
            shown = f"{event.at - self._start:8.2f} s  {stage:<11} {text}"
            print(shown, file=self._out, flush=True)


class JsonLines:
    """Prints one JSON object per utterance as soon as it has its reply."""

    def __init__(self, out: TextIO | None = None) -> None:
        self._out = out or sys.stdout
        self._events: list[Event] = []

    def __call__(self, event: Event) -> None:
        if self._events and self._events[0].utterance_id != event.utterance_id:
            self._events = []
        self._events.append(event)
        if isinstance(event, events.Reply):
            print(json.dumps(record(self._events), ensure_ascii=False), file=self._out, flush=True)
            self._events = []


Line = tuple[str, str]
"""Stage, and what happened there."""


@singledispatch
def describe(event: Event) -> Line | None:
    """One event as a line for people; None: it says nothing new."""
    return None


@describe.register
def _(event: events.Wake) -> Line:
    return "wake", f"“{event.word}” ({event.score:.2f})"


@describe.register
def _(event: events.SpeechStarted) -> Line:
    return "listen", "speech begins"


@describe.register
def _(event: events.SpeechEnded) -> Line:
    if event.reason == "nothing_said":
        return "listen", "nobody spoke"
    if event.reason == "stopped":
        return "listen", "stopped"
    waited = f", {event.waited_ms:.0f} ms of silence" if event.waited_ms else ""
    reason = event.reason.replace("_", " ")
    return "listen", f"speech ends: {event.speech_s:.2f} s{waited} ({reason})"


@describe.register
def _(event: events.Partial) -> Line | None:
    return ("recognize", f"… {event.text}{_took(event)}") if event.text else None


@describe.register
def _(event: events.Transcript) -> Line:
    nearest = event.sayable[0].text if event.sayable else event.text
    sayable = f", nearest that can be said: “{nearest}”" if nearest != event.text else ""
    return "recognize", f"“{event.text}” ({event.engine}){sayable}{_took(event)}"


@describe.register
def _(event: events.Understanding) -> Line:
    wishes = "; ".join(
        " ".join([intent.name, *(f"{name}={slot.value}" for name, slot in intent.slots.items())])
        for intent in event.intents
    )
    trust = f"{event.decision} ({event.confidence:.2f}, {event.reason or event.source})"
    return "understand", f"{trust}: {wishes or 'nothing'}{_took(event)}"


@describe.register
def _(event: events.Turn) -> Line | None:
    return ("dialogue", f"asks back: {event.question}") if event.question else None


@describe.register
def _(event: events.Action) -> Line:
    wish = ", ".join(f"{name}={value}" for name, value in event.change.items())
    if not event.device_id:
        return "skill", f"{len(event.messages)} of its own messages{_took(event)}"
    return "skill", f"{event.device_id}: {wish}{_took(event)}"


@describe.register
def _(event: events.Published) -> Line:
    return "home", f"→ {event.message.topic} {event.message.payload}{_took(event)}"


@describe.register
def _(event: events.Confirmed) -> Line:
    said = "says it is done" if event.done else language().predicate(event.problem)
    return "home", f"← {event.device_id} {said}{_took(event)}"


@describe.register
def _(event: events.Reply) -> Line:
    return "reply", event.text


@describe.register
def _(event: events.Troubled) -> Line:
    return "trouble", "; ".join(event.problems) or "everything works again"


@describe.register
def _(event: events.Rang) -> Line:
    return "schedule", event.text


@describe.register
def _(event: events.Spoken) -> Line | None:
    return ("speak", f"played for {event.seconds:.1f} s") if event.seconds else None


def _took(event: Event) -> str:
    return f"  [{event.took_ms:.0f} ms]" if event.took_ms >= 1 else ""
