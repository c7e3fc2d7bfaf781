"""One call of a handler: what it is given, as arguments and as JSON for another process."""

from __future__ import annotations

import inspect
import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from assistant.errors import ConfigError
from assistant.events import Message, SlotValue, Value
from assistant.home.model import Change, Device
from assistant.schedule.entry import Entry
from assistant.schema import read, to_json
from assistant.skill.answer import Answer, Targets
from assistant.skill.replies import Replies
from assistant.skill.rooms import Rooms

SPECIAL = ("targets", "devices", "rooms", "topics", "settings", "say", "now", "schedule")
"""Parameters that are no slots."""

Handler = Callable[..., Any]

_LONGEST_TEXT = 1000
"""Characters of an answer from another process: about a minute of speech."""

_MOST_MESSAGES = 100
"""Of one answer: each is waited for until the broker has it."""

_LONGEST_TOPIC = 65535  # bytes; MQTT has two for its length


@dataclass(frozen=True, slots=True)
class Said:
    """One slot: its type in skill.yaml, its value, its words."""

    type: str
    value: SlotValue | Targets
    raw: str = ""


@dataclass(frozen=True, slots=True)
class Call:
    """What a handler can be given."""

    intent: str
    """Without the skill's name."""

    now: datetime
    slots: Mapping[str, Said] = field(default_factory=dict)
    targets: Targets | None = None
    devices: tuple[Device, ...] = ()
    topics: Mapping[str, str] = field(default_factory=dict)
    settings: Mapping[str, Value] = field(default_factory=dict)
    rooms: Rooms = field(default_factory=Rooms)
    schedule: tuple[Entry, ...] = ()
    """Only for skills in this program."""


def arguments(handler: Handler, call: Call, say: Replies) -> dict[str, Any]:
    """The arguments by name; a slot that was not said is left to the default, or None."""
    given: dict[str, Any] = {name: _typed(said) for name, said in call.slots.items()}
    given |= {
        "devices": call.devices,
        "rooms": call.rooms,
        "topics": call.topics,
        "settings": call.settings,
        "say": say,
        "now": call.now,
        "schedule": call.schedule,
    }
    if call.targets is not None:
        given["targets"] = call.targets
    return {
        name: given.get(name)
        for name, parameter in inspect.signature(handler).parameters.items()
        if name in given or parameter.default is inspect.Parameter.empty
    }


_TYPED: Mapping[str, Callable[[Any], Any]] = {
    "duration": lambda seconds: timedelta(seconds=seconds),
    "time": time.fromisoformat,
    "date": date.fromisoformat,
    "datetime": datetime.fromisoformat,
    "list": tuple,
}


def _typed(said: Said) -> Any:
    return _TYPED.get(said.type, lambda value: value)(said.value)


def call_to_json(call: Call) -> dict[str, Any]:
    """The call as JSON; `call_from_json` is its other side."""
    return {
        "intent": call.intent,
        "now": call.now.isoformat(),
        "slots": {
            name: {"type": said.type, "value": _value_to_json(said.value)}
            for name, said in call.slots.items()
        },
        "targets": call.targets and _targets_to_json(call.targets),
        "devices": [_device_to_json(device) for device in call.devices],
        "rooms": asdict(call.rooms),
        "topics": dict(call.topics),
        "settings": dict(call.settings),
    }


def call_from_json(content: Mapping[str, Any]) -> Call:
    """The other side of `call_to_json`."""
    return Call(
        intent=content["intent"],
        now=datetime.fromisoformat(content["now"]),
        slots={
            name: Said(said["type"], _value_from_json(said["value"]))
            for name, said in content["slots"].items()
        },
        targets=_targets_from_json(content["targets"]) if content["targets"] else None,
        devices=tuple(_device_from_json(device) for device in content["devices"]),
        rooms=Rooms(**content["rooms"]),
        topics=content["topics"],
        settings=content["settings"],
    )


def _value_to_json(value: SlotValue | Targets) -> Any:
    return _targets_to_json(value) if isinstance(value, Targets) else value


def _value_from_json(value: Any) -> Any:
    return _targets_from_json(value) if isinstance(value, dict) else value


def _targets_to_json(targets: Targets) -> dict[str, Any]:
    return {
        "devices": [_device_to_json(device) for device in targets],
        "phrase": targets.phrase,
        "plural": targets.plural,
        "area_name": targets.area_name,
    }


def _targets_from_json(content: Mapping[str, Any]) -> Targets:
    devices = tuple(_device_from_json(device) for device in content["devices"])
    return Targets(devices, content["phrase"], content["plural"], content["area_name"])


def _device_to_json(device: Device) -> dict[str, Any]:
    return {
        **{name: getattr(device, name) for name in Device.__dataclass_fields__},
        "features": sorted(device.features),
        "measures": sorted(device.measures),
        "state": dict(device.state),
        "past": dict(device.past),
    }


def _device_from_json(content: Mapping[str, Any]) -> Device:
    return Device(
        **{
            **content,
            "aliases": tuple(content["aliases"]),
            "commands": tuple(content["commands"]),
            "features": frozenset(content["features"]),
            "speeds": tuple(content["speeds"]),
            "measures": frozenset(content["measures"]),
        }
    )


@dataclass(frozen=True, slots=True)
class _Told:
    """An answer as it comes from another process."""

    text: str
    changes: tuple[Change, ...]
    messages: tuple[Message, ...]
    question: bool
    asks: str
    confirm: str


def answer_to_json(answer: Answer) -> dict[str, Any]:
    """The answer as JSON; `answer_from_json` is its other side."""
    return {name: to_json(getattr(answer, name)) for name in _Told.__dataclass_fields__}


def answer_from_json(content: Any) -> Answer:
    """An answer that came from a process that is not trusted.

    Raises ValueError for whatever is no answer.
    """
    try:
        told = read(_Told, content, "not an answer")
    except ConfigError as error:
        raise ValueError(f"{error.problem:.200}") from error
    if len(told.messages) > _MOST_MESSAGES:
        raise ValueError(f"{len(told.messages)} messages; {_MOST_MESSAGES} are the most")
    for message in told.messages:
        if len(message.topic.encode()) > _LONGEST_TOPIC:
            raise ValueError(f"a topic of {len(message.topic)} characters is too long")
    # What is half of a surrogate pair cannot be sent: UnicodeEncodeError is a ValueError.
    json.dumps(to_json((told.changes, told.messages)), ensure_ascii=False).encode()
    text, confirm = printable(told.text), printable(told.confirm)
    return Answer(text, told.changes, told.messages, told.question, told.asks, confirm)


def printable(text: object) -> str:
    """A text to be said and shown: not endless, and without what a terminal would obey.

    Raises TypeError for what is no text.
    """
    if not isinstance(text, str):
        raise TypeError(f"{text!r:.100} is no text")
    shown = text[:_LONGEST_TEXT]
    return "".join(letter if letter.isprintable() else " " for letter in shown)
