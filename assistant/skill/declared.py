"""Intents that need no Python: a device command, MQTT messages, a reply."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from assistant.events import Message, SlotValue
from assistant.home.model import Change
from assistant.skill.answer import Answer, Targets
from assistant.skill.call import Call
from assistant.skill.manifest import IntentSpec, MessageSpec
from assistant.skill.replies import PLACEHOLDER, choose, fill


def answer(intent: IntentSpec, call: Call) -> Answer:
    """What skill.yaml says is to be done."""
    values = {name: said.value for name, said in call.slots.items()} | dict(call.settings)
    changes: tuple[Change, ...] = ()
    if intent.command and call.targets:
        attributes = {name: _valued(value, values) for name, value in intent.command.items()}
        changes = call.targets.set(**attributes)
    return Answer("", changes, tuple(_message(spec, values) for spec in intent.publish))


def reply(intent: IntentSpec, call: Call) -> str:
    """One of the intent's wordings, with the words that were said; "" when it has none."""
    values: dict[str, Any] = dict(call.settings)
    values |= {name: said.raw or said.value for name, said in call.slots.items()}
    if call.targets is not None:
        values |= {"targets": call.targets.phrase, "are": call.targets.are}
    text = choose(intent.reply, values)
    return text[:1].upper() + text[1:]


def _message(spec: MessageSpec, values: Mapping[str, SlotValue | Targets]) -> Message:
    payload = _valued(spec.payload, values)
    if not isinstance(payload, str):
        payload = json.dumps(payload)
    return Message(fill(spec.topic, values), payload, spec.qos, spec.retain)


def _valued(content: Any, values: Mapping[str, Any]) -> Any:
    """`content` with its placeholders filled; a text that is one placeholder keeps the type."""
    if isinstance(content, dict):
        return {name: _valued(value, values) for name, value in content.items()}
    if isinstance(content, list):
        return [_valued(value, values) for value in content]
    if not isinstance(content, str):
        return content
    whole = PLACEHOLDER.fullmatch(content)
    return values[whole[1]] if whole and whole[1] in values else fill(content, values)
