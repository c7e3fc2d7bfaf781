"""Our events → the JSON of Hermes, key by key.

Source: hermes-protocol (hermes/src/ontology/*.rs) and rhasspy-hermes 0.6 for what it adds.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from assistant.events import Intent, Slot, Transcript

Json = dict[str, Any]


def intent_name(intent: Intent, outside: frozenset[str]) -> str:
    """What Hermes calls it: `GetBins` where an app answers it, else our own `lights.turn_on`.

    outside    names of the skills that apps answer
    """
    skill, name = intent.skill, intent.verb
    return name if skill in outside else intent.name


def tokens(text: str, confidence: float) -> list[list[Json]]:
    """`asrTokens`: one sentence, its words and where they are."""
    found, at = [], 0
    for word in text.split():
        start = text.index(word, at)
        at = start + len(word)
        found.append(
            {
                "value": word,
                "confidence": confidence,
                "rangeStart": start,
                "rangeEnd": at,
                "time": None,
            }
        )
    return [found]


def text_captured(heard: Transcript, seconds: float, session_id: str | None) -> Json:
    """The words of one utterance."""
    return {
        "text": heard.text,
        "likelihood": heard.confidence,
        "seconds": seconds,
        "siteId": heard.site_id,
        "sessionId": session_id,
        "wakewordId": None,
        "asrTokens": tokens(heard.text, heard.confidence),
    }


def parsed(text: str, intent: Intent, name: str) -> Json:
    """What `nlu/intentParsed` and `intent/<name>` have in common."""
    return {
        "input": text,
        "intent": {"intentName": name, "confidenceScore": intent.confidence},
        "slots": slots(text, intent.slots.values(), intent.confidence),
        "alternatives": [],
    }


def slots(text: str, filled: Iterable[Slot], confidence: float) -> list[Json]:
    """`slots`; the score is that of the intent, under the names of Snips and of Rhasspy."""
    return [
        {
            "slotName": slot.name,
            "entity": slot.name,
            "rawValue": slot.raw,
            "value": value(slot),
            "range": place(text, slot.raw),
            "confidence": confidence,
            "confidenceScore": confidence,
            "alternatives": [],
        }
        for slot in filled
    ]


def value(slot: Slot) -> Json:
    """A slot's value with its kind."""
    if slot.unit == "percent":
        return {"kind": "Percentage", "value": slot.value}
    if slot.unit in ("celsius", "fahrenheit"):
        return {"kind": "Temperature", "value": slot.value, "unit": slot.unit}
    if isinstance(slot.value, int | float) and not isinstance(slot.value, bool):
        return {"kind": "Number", "value": slot.value}
    return {"kind": "Custom", "value": slot.value}


def place(text: str, raw: str) -> Json:
    """Where the slot's words are in the text; 0 to 0 where they were said differently."""
    start = max(0, text.casefold().find(raw.casefold()))
    found = raw.casefold() in text.casefold()
    return {"start": start, "end": start + len(raw) if found else start}
