"""Secrets are masked in every event before it leaves the turn: here, and nowhere else.

Whoever shows, sends or writes down events (console, JSON, MQTT, Hermes, log) sees what this left.
What carries a command out works with the words as they were said.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any, TypeVar

from assistant import events
from assistant.events import Event, Intent, Message, Slot, SlotValue, Understanding
from assistant.skill.manifest import Manifest
from assistant.understand.secrets import MASK, without_any_digits, without_digits

E = TypeVar("E", bound=Event)

HUSHED_S = 60.0
"""So long after a secret was asked for, what was not understood may be another try at it."""

_REFERENCE = re.compile(r"\{[^}]*\}|<[^>]*>")
_WORD = re.compile(r"[^\W\d_]+")


class Redactor:
    """Masks what one conversation says of its secrets."""

    def __init__(
        self, manifests: Iterable[Manifest], hushed: Callable[[], bool] = lambda: False
    ) -> None:
        """`hushed`: whether a secret was asked for just now."""
        manifests = tuple(manifests)
        self._secret = {
            manifest.name: frozenset(n for n, spec in manifest.slots.items() if spec.secret)
            for manifest in manifests
        }
        self._opening = _only_beside_secrets(manifests, self._secret)
        self._hushed = hushed
        self._spoken: tuple[str, ...] = ()
        self._alone = False
        """Nothing but digits was said: a late code, or a number for something else."""

    def is_secret(self, intent_name: str, slot: str) -> bool:
        """Whether nobody may see what was said there."""
        return slot in self._secret.get(intent_name.partition(".")[0], ())

    def begin(self, understanding: Understanding) -> None:
        """From now on the secrets of these words are masked, too."""
        found = [slot for intent in _every(understanding.intents) for slot in self._slots(intent)]
        said = (text for slot in found for text in (slot.raw, *_texts(slot.value)))
        self._spoken = tuple(sorted({text for text in said if text}, key=len, reverse=True))
        self._alone = without_digits(understanding.text, unclear=False) == MASK

    def _slots(self, intent: Intent) -> list[Slot]:
        return [slot for n, slot in intent.slots.items() if self.is_secret(intent.name, n)]

    def event(self, event: E, meant: Understanding | None = None) -> E:
        """The event as anybody may see it.

        meant   what the words of a transcript mean
        """
        masked: Event = event
        match event:
            case events.Partial():
                text = MASK if self._hushed() and event.text else self._unclear(event.text)
                masked = replace(event, text=text)
            case events.Transcript():
                masked = self._transcript(event, meant)
            case events.Understanding():
                masked = self._understanding(event)
            case events.Turn():
                question = event.question and self._exact(event.question)
                masked = replace(event, intents=self._intents(event.intents), question=question)
            case events.Action():
                change = {name: self._value(value) for name, value in event.change.items()}
                messages = tuple(map(self._message, event.messages))
                masked = replace(event, change=change, messages=messages)
            case events.Published():
                masked = replace(event, message=self._message(event.message))
            case events.Reply():
                masked = replace(event, text=self._clear(self._exact(event.text)))
        return masked  # type: ignore[return-value]  # of the same class

    def _understanding(self, event: Understanding) -> Understanding:
        text, intents = self.text(event.text, event), self._intents(event.intents)
        if event.decision != "reject":
            return replace(event, text=text, intents=intents)
        # A guess at words that nobody may see is their echo.
        intents = intents if text == event.text else ()
        reason = event.reason and replace(event.reason, what=self._unclear(event.reason.what))
        return replace(event, text=text, intents=intents, reason=reason)

    def text(self, text: str, meant: Understanding) -> str:
        """Words that mean `meant`."""
        if meant.decision == "reject":
            return MASK if self._hushed() and text.strip() else self._unclear(text)
        for slot in (slot for intent in _every(meant.intents) for slot in self._slots(intent)):
            shorter = _without(text, slot.raw)
            if shorter == text:  # the recognizer wrote it otherwise
                return MASK
            text = shorter
        return without_any_digits(text) if self._hushed() else self._clear(text)

    def _transcript(self, heard: events.Transcript, meant: Understanding | None) -> Event:
        text = self.text(heard.text, meant) if meant else self._unclear(heard.text)
        if text == heard.text and not self._hushed():
            said = tuple(one for one in heard.sayable if self._clear(one.text) == one.text)
            return replace(heard, sayable=said)
        return replace(heard, text=text, free=None, sayable=())

    def _intents(self, intents: Sequence[Intent]) -> tuple[Intent, ...]:
        return tuple(
            replace(
                intent,
                slots={name: self._slot(intent, slot) for name, slot in intent.slots.items()},
                rivals=self._intents(intent.rivals),
            )
            for intent in intents
        )

    def _slot(self, intent: Intent, slot: Slot) -> Slot:
        if self.is_secret(intent.name, slot.name):
            return Slot(slot.name, MASK, MASK)
        said = f"{slot.raw} {slot.value}"
        raw, value = self._clear(slot.raw), self._value(slot.value)
        if self._hushed() and without_any_digits(said) != said:
            return Slot(slot.name, MASK, MASK)
        if raw != slot.raw and value == slot.value:  # the same as a number
            value = MASK
        return replace(slot, raw=raw, value=value)

    def _value(self, value: Any) -> Any:
        if isinstance(value, tuple):
            return tuple(map(self._value, value))
        return self._clear(self._exact(value)) if isinstance(value, str) else value

    def _message(self, message: Message) -> Message:
        return replace(
            message, topic=self._exact(message.topic), payload=self._exact(message.payload)
        )

    def _exact(self, text: str) -> str:
        """Without what was said for a secret in this turn."""
        for secret in self._spoken:
            text = _without(text, secret)
        return text

    def _clear(self, text: str) -> str:
        """Of words that were understood: beside others, "0700" is a time of day, 99 a song."""
        return without_digits(text, unclear=False, opening=self._opening, alone=self._alone)

    def _unclear(self, text: str) -> str:
        return without_digits(text, unclear=True, opening=self._opening)


def shown(event: E) -> E:
    """An event that no conversation has made, as anybody may see it."""
    if isinstance(event, events.Rang | events.Reply | events.Spoken | events.Transcript):
        return replace(event, text=without_digits(event.text, unclear=False))
    return event


def _every(intents: Iterable[Intent]) -> Iterable[Intent]:
    for intent in intents:
        yield intent
        yield from intent.rivals


def _texts(value: SlotValue) -> Sequence[str]:
    return value if isinstance(value, tuple) else (str(value),)


def _without(text: str, secret: str) -> str:
    return re.sub(rf"(?<!\w){re.escape(secret)}(?!\w)", MASK, text, flags=re.IGNORECASE)


def _only_beside_secrets(
    manifests: Sequence[Manifest], secret: Mapping[str, frozenset[str]]
) -> frozenset[str]:
    """Words of sentences with a secret in them that no other sentence has."""
    beside, elsewhere = set[str](), set[str]()
    for manifest in manifests:
        names = [f"{{{name}}}" for name in secret[manifest.name]]
        for text in (s for intent in manifest.intents.values() for s in intent.sentences):
            words = _WORD.findall(_REFERENCE.sub(" ", text.lower()))
            (beside if any(name in text for name in names) else elsewhere).update(words)
        for text in manifest.rules.values():
            elsewhere.update(_WORD.findall(_REFERENCE.sub(" ", text.lower())))
    return frozenset(beside - elsewhere)
