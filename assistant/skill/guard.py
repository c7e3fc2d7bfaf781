"""What a skill may do, enforced outside its process."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Mapping, Sequence

from paho.mqtt.client import topic_matches_sub

from assistant.events import Message
from assistant.home.attributes import fits
from assistant.home.model import Device
from assistant.lang import language
from assistant.skill.answer import Answer, CannotDo, Targets
from assistant.skill.call import printable
from assistant.skill.host import FAILED
from assistant.skill.manifest import Access, Manifest

log = logging.getLogger(__name__)


def may_command(manifest: Manifest, device: Device) -> bool:
    """Whether the skill may change the device."""
    return _covers(manifest.permissions.command, device)


def may_read(manifest: Manifest, device: Device) -> bool:
    """Whether the skill may see the device's state."""
    allowed = manifest.permissions
    return _covers(allowed.read, device) or _covers(allowed.command, device)


def may_publish(manifest: Manifest, topic: str) -> bool:
    """Whether the skill may send to the topic."""
    return any(topic_matches_sub(allowed, topic) for allowed in manifest.permissions.command.topics)


def _covers(access: Access, device: Device) -> bool:
    kind = device.kind in access.devices or "any" in access.devices
    return kind and (not access.areas or device.area in access.areas)


def check_targets(manifest: Manifest, targets: Targets) -> None:
    """Raise CannotDo, to be said, when a target is none of the skill's business."""
    for device in targets:
        if not may_read(manifest, device):
            raise _refused(manifest, f"use the {device.name}")


def check_answer(manifest: Manifest, answer: Answer, devices: Sequence[Device]) -> None:
    """Raise CannotDo, to be said, when the answer goes beyond the skill's permissions."""
    known = {device.id: device for device in devices}
    for what in (*_foreign(manifest, answer, known), *_forbidden(manifest, answer.messages)):
        raise _refused(manifest, what)
    for change in answer.changes:
        for attribute, value in change.attributes.items():
            if not fits(attribute, value):
                log.error("skill %s sets %s to %.100r", manifest.name, attribute, value)
                raise CannotDo(language().say(FAILED))


def _foreign(manifest: Manifest, answer: Answer, known: Mapping[str, Device]) -> Iterator[str]:
    say = language().say
    for change in answer.changes:
        device = known.get(change.device_id)
        if device is None or not may_command(manifest, device):
            yield say("command_it", what=device.name if device else change.device_id)


def _forbidden(manifest: Manifest, messages: Iterable[Message]) -> Iterator[str]:
    say = language().say
    for message in messages:
        wild = any(letter in message.topic for letter in "+#\0")
        if wild or not message.topic or not may_publish(manifest, message.topic):
            yield say("send_to", topic=message.topic or say("empty_topic"))
        elif message.qos not in (0, 1, 2):
            yield say("send_with", qos=message.qos)


def _refused(manifest: Manifest, what: str) -> CannotDo:
    what = printable(what)  # ids and topics are the skill's own words
    log.warning(
        "skill %s was refused to %s: not under permissions in %s",
        *(manifest.name, what, manifest.where or "skill.yaml"),
    )
    name = manifest.name.replace("_", " ")
    return CannotDo(language().say("not_allowed", name=name, what=what))
