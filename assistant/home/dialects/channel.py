"""What most dialects are made of: topics with a text on each, both ways."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from assistant.events import Message, Value
from assistant.home.dialects.availability import Availability
from assistant.home.dialects.command import command
from assistant.home.dialects.payload import NOTHING
from assistant.home.dialects.template import Template
from assistant.home.model import State

Encode = Callable[[State], str | None]
"""Attributes → the text that says them; None: it has nothing to say about these."""

Decode = Callable[[str], State]
"""Text → the attributes it says, empty when none; raises ValueError for garbage."""


@dataclass(frozen=True, slots=True)
class Channel:
    """A topic and what is said on it: a command to the device, or its report."""

    topic: str
    encode: Encode
    decode: Decode
    template: Template | None = None
    """Of a report: which part of the payload it is. Of a command: what is made of the text."""

    variable: str = "value"
    """How a command's template calls the text."""

    def command(self, attributes: State) -> Message | None:
        """The message that asks for these attributes; None: they are not this channel's."""
        text = self.encode(attributes)
        if text is None:
            return None
        if self.template:
            text = self.template.write(**{self.variable: _typed(text)})
        return command(self.topic, text)

    def read(self, payload: bytes) -> State:
        """What a report says; empty when it says nothing. ValueError: it is garbage."""
        text = self.template.read(payload) if self.template else payload.decode()
        return {} if text is None else self.decode(text)

    def obey(self, payload: bytes) -> State:
        """The device's side of `command`; a template cannot be undone."""
        return self.decode(payload.decode())


def _typed(text: str) -> Value:
    """A number for templates that calculate with it."""
    try:
        return int(text)
    except ValueError:
        try:
            return float(text)
        except ValueError:
            return text


@dataclass(frozen=True, slots=True, kw_only=True)
class Described:
    """What is known of a device before it has said a word; see `Dialect`."""

    features: frozenset[str]
    topics: tuple[str, ...]
    command_topics: tuple[str, ...]
    availability: Availability | None = None
    limits: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    choices: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    measures: frozenset[str] = frozenset()
    silent: frozenset[str] = frozenset()
    ask: tuple[Message, ...] = ()
    unit: str | None = None
    carrier: str = "mqtt"


@dataclass(frozen=True, slots=True, kw_only=True)
class Channels(Described):
    """A device that is nothing but its channels."""

    commanded: tuple[Channel, ...] = ()
    reported: tuple[Channel, ...] = ()

    def commands(self, attributes: State) -> tuple[Message, ...]:
        messages = (channel.command(attributes) for channel in self.commanded)
        return tuple(message for message in messages if message)

    def read(self, topic: str, payload: bytes) -> State | None:
        if payload in NOTHING:
            return None
        state: dict[str, Value] = {}
        for channel in self.reported:
            if channel.topic == topic:
                state.update(channel.read(payload))
        return state or None

    def obey(self, topic: str, payload: bytes) -> State:
        state: dict[str, Value] = {}
        for channel in self.commanded:
            if channel.topic == topic:
                state.update(channel.obey(payload))
        return state

    def report(self, state: State) -> tuple[Message, ...]:
        texts: dict[str, str] = {}
        objects: dict[str, dict[str, Any]] = {}
        for channel in self.reported:
            text = channel.encode(state)
            if text is None:
                continue
            if channel.template is None:
                texts[channel.topic] = text
            else:
                _put(objects.setdefault(channel.topic, {}), channel.template, _typed(text))
        texts.update({topic: json.dumps(wire) for topic, wire in objects.items()})
        return tuple(Message(topic, text, retain=True) for topic, text in texts.items())


def _put(wire: dict[str, Any], template: Template, value: Value) -> None:
    """Store the value where the template finds it; raises ValueError where only Jinja could."""
    path = template.path
    if path is None or not all(isinstance(part, str) for part in path):
        raise ValueError(f"a report through {template.source!r} cannot be simulated")
    *outer, last = map(str, path)
    for part in outer:
        wire = wire.setdefault(part, {})
    wire[last] = value


def channels(
    features: Iterable[str],
    commanded: Iterable[Channel],
    reported: Iterable[Channel],
    **more: Any,
) -> Channels:
    """A device of these channels; `more` are further fields of `Described`."""
    features, commanded, reported = frozenset(features), tuple(commanded), tuple(reported)
    if not reported:
        more["silent"] = features
    return Channels(
        features=features,
        commanded=commanded,
        reported=reported,
        topics=tuple(dict.fromkeys(channel.topic for channel in reported)),
        command_topics=tuple(dict.fromkeys(channel.topic for channel in commanded)),
        **more,
    )
