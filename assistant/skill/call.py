"""One call of a handler: what it is given, as arguments and as JSON for another process."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from assistant.events import Message, SlotValue, Value
from assistant.home.model import Change, Device
from assistant.schedule.entry import Entry
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
            "measures": frozenset(content["measures"]),
        }
    )


def answer_to_json(answer: Answer) -> dict[str, Any]:
    """The answer as JSON; `answer_from_json` is its other side."""
    return {
        "text": answer.text,
        "changes": [
            {"device_id": change.device_id, "attributes": dict(change.attributes)}
            for change in answer.changes
        ],
        "messages": [asdict(message) for message in answer.messages],
        "question": answer.question,
        "asks": answer.asks,
        "confirm": answer.confirm,
    }


def answer_from_json(content: Any) -> Answer:
    """An answer that came from a process that is not trusted.

    Raises ValueError for whatever is no answer.
    """
    try:
        messages = content["messages"]
        if len(messages) > _MOST_MESSAGES:
            raise ValueError(f"{len(messages)} messages; {_MOST_MESSAGES} are the most")
        return Answer(
            printable(content["text"]),
            tuple(
                Change(_utf8(change["device_id"]), _attributes(change["attributes"]))
                for change in content["changes"]
            ),
            tuple(map(_message, messages)),
            _as(bool, content["question"]),
            _as(str, content["asks"]),
            printable(content["confirm"]),
        )
    except (KeyError, TypeError) as error:
        raise ValueError(f"not an answer: {error!r:.200}") from error


def printable(text: object) -> str:
    """A text to be said and shown: not endless, and without what a terminal would obey.

    Raises TypeError for what is no text.
    """
    shown = _as(str, text)[:_LONGEST_TEXT]
    return "".join(letter if letter.isprintable() else " " for letter in shown)


def _message(content: Any) -> Message:
    topic = _utf8(content["topic"])
    if len(topic.encode()) > _LONGEST_TOPIC:
        raise ValueError(f"a topic of {len(topic)} characters is too long")
    return Message(
        topic, _utf8(content["payload"]), _as(int, content["qos"]), _as(bool, content["retain"])
    )


def _utf8(value: Any) -> str:
    """A text that can be sent: not half of a surrogate pair."""
    text: str = _as(str, value)
    text.encode()  # or raises UnicodeEncodeError, which is a ValueError
    return text


def _as(kind: type[Any], value: Any) -> Any:
    if type(value) is not kind:
        raise TypeError(f"{value!r:.100} is no {kind.__name__}")
    return value


def _attributes(content: Any) -> dict[str, Value]:
    for value in _as(dict, content).values():
        if not isinstance(value, str | int | float):
            raise TypeError(f"{value!r:.100} is no attribute's value")
        if isinstance(value, str):
            _utf8(value)
    return dict(content)
