"""Whether a message lets somebody in; `risk` says what of a change does."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

from assistant.errors import AssistantError
from assistant.events import Message, Value
from assistant.home.attributes import complete
from assistant.home.followed import Followed
from assistant.home.model import Device
from assistant.home.risk import lets_in, opens

SHUTTING: tuple[tuple[str, Value], ...] = (
    ("locked", True), ("open", False), ("position", 0), ("on", False), ("stop", True),
)  # fmt: skip
"""What shuts a device; of a switch, `risk` knows that either state may open."""


def opened_by(message: Message, devices: Iterable[tuple[Followed, Device]]) -> Iterator[Device]:
    """The devices that let somebody in, as far as anybody can tell, when `message` is sent.

    Whatever goes to such a device and is not what shuts it: a device knows more commands than we
    do. Whoever shares no folder of topics with another device is spoken to anywhere below it.
    """
    every = list(devices)
    followed = [device for device, _ in every]
    for device, seen in every:
        if (
            lets_in(seen)
            and _hears(device, message.topic, followed)
            and _content(message) not in [_content(one) for one in _shutting(device, seen)]
        ):
            yield seen


def _hears(device: Followed, topic: str, every: Iterable[Followed]) -> bool:
    topics = device.dialect.command_topics
    if any(topic == own or topic.startswith(f"{own}/") for own in topics):
        return True
    others = [t for one in every if one is not device for t in one.dialect.command_topics]
    for own in topics:
        folder = own.rpartition("/")[0] + "/"
        shared = folder.count("/") < 2 or any(other.startswith(folder) for other in others)
        if topic.startswith(folder) and not shared:
            return True
    return False


def _shutting(device: Followed, seen: Device) -> Iterator[Message]:
    for name, value in SHUTTING:
        shuts = not opens(seen, {name: value})
        if name in device.dialect.features and shuts:
            try:
                yield from device.dialect.commands(complete({name: value}))
            except (AssistantError, ValueError):  # of a template that the device announced
                continue


def _content(message: Message) -> tuple[str, Any]:
    try:
        return message.topic, json.loads(message.payload)
    except ValueError:
        return message.topic, message.payload
