"""What most dialects are made of: topics with a text on each, both ways."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any, NamedTuple, Protocol

from assistant.events import Message, Value
from assistant.home.attributes import COMMAND_ONLY, MANNER
from assistant.home.dialects.availability import Availability
from assistant.home.dialects.command import command
from assistant.home.dialects.partial import read_parts
from assistant.home.dialects.payload import NOTHING
from assistant.home.dialects.template import Template
from assistant.home.dialects.topics import matches, one_of
from assistant.home.model import State

Encode = Callable[[State], str | None]
"""Attributes → the text that says them; None: it has nothing to say about these."""

Decode = Callable[[str], State]
"""Text → the attributes it says, empty when none; raises ValueError for garbage."""


class Passing(NamedTuple):
    """How long what was reported holds."""

    seconds: float
    value: Value | None
    """What is so afterwards; None: nobody knows, and the device counts as gone."""


class Shared(Protocol):
    """Keys that hold for all channels of a device."""

    @property
    def optimistic(self) -> bool:
        """It is believed to do what it is told, whatever it reports."""

    @property
    def retain(self) -> bool:
        """Its commands stay with the broker."""


class Pair(NamedTuple):
    """How attributes become a text, and a text attributes."""

    encode: Encode
    decode: Decode
    attributes: frozenset[str]
    """Those that it is about."""


@dataclass(frozen=True, slots=True)
class Channel:
    """A topic and what is said on it: a command to the device, or its report."""

    topic: str
    """Of a report: a filter, it may have wildcards."""

    encode: Encode
    decode: Decode
    attributes: frozenset[str] = frozenset()
    """Those that it is about; empty: nobody says."""

    template: Template | None = None
    """Of a report: which part of the payload it is. Of a command: what is made of the text."""

    variable: str = "value"
    """How a command's template calls the text."""

    parts: tuple[str, ...] = ()
    """How it calls the parts of the text, which have commas between them."""

    retain: bool = False
    """A command stays with the broker, for a device that sleeps."""

    def command(self, attributes: State) -> Message | None:
        """The message that asks for these attributes; None: they are not this channel's."""
        text = self.encode(attributes)
        if text is None:
            return None
        if self.template:
            parts = zip(self.parts, map(_typed, text.split(",")), strict=False)
            text = self.template.write(**{self.variable: _typed(text), **dict(parts)})
        return command(self.topic, text, retain=self.retain)

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
    passing: Mapping[str, Passing] = field(default_factory=dict)
    silent: frozenset[str] = frozenset()
    ask: tuple[Message, ...] = ()
    unit: str | None = None
    carrier: str = "mqtt"


@dataclass(frozen=True, slots=True, kw_only=True)
class Channels(Described):
    """A device that is nothing but its channels."""

    commanded: tuple[Channel, ...] = ()
    reported: tuple[Channel, ...] = ()
    said_when_on: Mapping[str, Value] = field(default_factory=dict)
    """What has to be said whenever it is switched on, unless it has told something else."""

    said_together: Mapping[str, Value] = field(default_factory=dict)
    """Attributes of which one cannot be said without the others: a level that is a colour's."""

    known: dict[str, Value] = field(default_factory=dict, compare=False)
    """Of these two: as it was when it was last on."""

    def commands(self, attributes: State) -> tuple[Message, ...]:
        if attributes.get("on") is True:
            attributes = {**self._last(self.said_when_on), **attributes}
        if self.said_together.keys() & attributes.keys() and "color_temperature" not in attributes:
            attributes = {**self._last(self.said_together), **attributes}
        messages = (channel.command(attributes) for channel in self.commanded)
        return tuple(message for message in messages if message)

    def read(self, topic: str, payload: bytes) -> State | None:
        if payload in NOTHING:
            return None
        groups: dict[str | None, list[Channel]] = {}
        for channel in self.reported:
            if matches(channel.topic, topic):
                source = channel.template.source if channel.template else None
                groups.setdefault(source, []).append(channel)
        told = read_parts(partial(_read_group, group, payload) for group in groups.values())
        recalled = self.said_when_on.keys() | self.said_together.keys()
        on = {n: v for n, v in told.items() if n in recalled and (v or n != "brightness")}
        self.known.update(on)
        return told if told or told.problems else None

    def _last(self, usual: Mapping[str, Value]) -> State:
        return {name: self.known.get(name, value) for name, value in usual.items()}

    def obey(self, topic: str, payload: bytes) -> State:
        here = [channel for channel in self.commanded if channel.topic == topic]
        return read_parts(partial(channel.obey, payload) for channel in here)

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
        return tuple(Message(one_of(topic), text, retain=True) for topic, text in texts.items())


def _read_group(channels: Iterable[Channel], payload: bytes) -> State:
    """What channels say that read the same text: garbage is what none of them understands."""
    told = read_parts(partial(channel.read, payload) for channel in channels)
    return dict(told)


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
    *,
    keys: Shared | None = None,
    retain: bool = True,
    of: type[Channels] = Channels,
    **more: Any,
) -> Channels:
    """A device of these channels; `more` are further fields of `Described`.

    keys      what holds for all its channels
    retain    commands may stay with the broker, if its keys say so
    """
    features, commanded = frozenset(features), tuple(commanded)
    # A template that cannot be used costs its channel, not the device.
    reported = tuple(c for c in reported if not (c.template and c.template.problem))
    if keys and keys.retain and retain:
        commanded = tuple(replace(channel, retain=True) for channel in commanded)
    more["silent"] = more.get("silent", frozenset()) | _silent(features, reported, keys)
    return of(
        features=features,
        commanded=commanded,
        reported=reported,
        topics=tuple(dict.fromkeys(channel.topic for channel in reported)),
        command_topics=tuple(dict.fromkeys(channel.topic for channel in commanded)),
        **more,
    )


def _silent(
    features: frozenset[str], reported: tuple[Channel, ...], keys: Shared | None
) -> frozenset[str]:
    """The features that no channel reports, or whose reports are not to be waited for."""
    if not reported or (keys and keys.optimistic):
        return features
    if not all(channel.attributes for channel in reported):
        return frozenset()  # nobody knows
    told = frozenset[str]().union(*(channel.attributes for channel in reported))
    return features - told - COMMAND_ONLY - MANNER
