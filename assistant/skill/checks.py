"""What is wrong with a skill.yaml beyond its form; nothing of the skill is run."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from keyword import iskeyword
from typing import Any

from paho.mqtt.client import topic_matches_sub

from assistant.config import RESERVED_TOPICS
from assistant.errors import AssistantError, SkillError
from assistant.events import Value
from assistant.home.attributes import ATTRIBUTES, check, fits
from assistant.schema import where
from assistant.skill.call import SPECIAL
from assistant.skill.guard import may_publish
from assistant.skill.manifest import TARGET_SLOTS, Expected, IntentSpec, Manifest
from assistant.skill.replies import fill, placeholders

_RESERVED = ("dialogue",)
"""Names that no skill can have: "undo that" is the intent dialogue.undo."""

_OF_AN_APP = re.compile(r"[\w:.-]+")
"""Names of intents that apps know; they become part of a topic."""


def check_manifest(manifest: Manifest, reserved: Sequence[str] = RESERVED_TOPICS) -> None:
    """Raise SkillError, with file and line, for the first thing that cannot be right.

    reserved   topics with all below them that no skill may read or send to
    """
    for problem in _problems(manifest, reserved):
        raise problem


def _problems(manifest: Manifest, reserved: Sequence[str]) -> Iterator[SkillError]:
    if manifest.name in _RESERVED:
        yield SkillError(
            f"{where(manifest.name) or manifest.where}: name: {str(manifest.name)!r} is the "
            "assistant's own",
            fix="take another",
        )
    if not manifest.intents:
        yield SkillError(f"{manifest.where}: intents: there are none", fix="write one")
    yield from _name_problems(manifest)
    for access in (manifest.permissions.command, manifest.permissions.read):
        for topic in access.topics:
            at = f"{where(topic) or manifest.where}: permissions"
            yield from _topic_problems(at, topic, reserved)
    for name, intent in manifest.intents.items():
        at = f"{intent.where or manifest.where}: {name}"
        yield from _permission_problems(manifest, at, intent)
        yield from _command_problems(at, intent)
        yield from _message_problems(manifest, at, intent)
        yield from _text_problems(manifest, at, intent)
    yield from _test_problems(manifest)


def _name_problems(manifest: Manifest) -> Iterator[SkillError]:
    if taken := sorted(set(manifest.slots) & set(SPECIAL)):
        yield SkillError(
            f"{manifest.where}: slots: {taken[0]!r} is the name of something else",
            fix=f"rename it; taken: {', '.join(SPECIAL)}",
        )
    named = {"slots": manifest.slots, "settings": manifest.settings}
    if manifest.answered_by == "skill.py":
        named["intents"] = manifest.intents
    for key, names in named.items():
        for name in names:
            if not name.isidentifier() or iskeyword(name) or name == "none":
                yield SkillError(
                    f"{_where(names[name]) or manifest.where}: {key}: {name!r} is no name",
                    fix="one word of letters, digits and _ that is none of Python's own",
                )
    for name, intent in manifest.intents.items():
        if not _OF_AN_APP.fullmatch(name):
            yield SkillError(
                f"{intent.where or manifest.where}: intents: {name!r} is no name",
                fix="letters, digits and _ : . -",
            )


def _where(spec: Any) -> str:
    return str(getattr(spec, "where", ""))


def _topic_problems(at: str, topic: str, reserved: Sequence[str]) -> Iterator[SkillError]:
    first, *rest = topic.split("/")
    whole = all(level in ("+", "#") or not set(level) & set("+#\0") for level in (first, *rest))
    if not topic or not whole or "#" in rest[:-1]:
        yield SkillError(
            f"{at}: {topic!r} is no topic",
            fix="write home/vacuum/set, or home/+/set, or home/vacuum/#",
        )
    elif first in ("+", "#", ""):
        yield SkillError(
            f"{at}: {topic!r} is too wide: the assistant's own topics would be among them",
            fix="begin with a name: home/#",
        )
    elif first.startswith("$"):
        yield SkillError(f"{at}: {topic!r} is the broker's own", fix="begin with a name: home/#")
    elif taken := next((one for one in reserved if _overlap(topic, one)), None):
        yield SkillError(
            f"{at}: {topic!r} is too wide: {taken}/… would be among it, which is the assistant's "
            "own, or tells it what there is",
            fix="name the topics that the skill needs",
        )


def _overlap(topic_filter: str, folder: str) -> bool:
    """Whether the filter matches `folder` or anything below it."""
    wanted = topic_filter.split("/")
    for at, level in enumerate(folder.split("/")):
        if at >= len(wanted) or wanted[at] not in ("#", "+", level):
            return False
        if wanted[at] == "#":
            return True
    return True


def _permission_problems(manifest: Manifest, at: str, intent: IntentSpec) -> Iterator[SkillError]:
    allowed = manifest.permissions
    commands, reads = set(allowed.command.devices), set(allowed.read.devices)
    if intent.target and not {intent.target, "any"} & (commands | reads):
        yield SkillError(
            f"{at}: target {intent.target} is not under permissions",
            fix=f"permissions: {{ command: {{ devices: [{intent.target}] }} }}, or read",
        )
    if intent.command and not {intent.target, "any"} & commands:
        yield SkillError(
            f"{at}: commands {intent.target}, which permissions.command.devices does not have",
            fix=f"permissions: {{ command: {{ devices: [{intent.target}] }} }}",
        )


def _command_problems(at: str, intent: IntentSpec) -> Iterator[SkillError]:
    for attribute, value in intent.command.items():
        if attribute not in ATTRIBUTES:
            yield SkillError(
                f"{at}: command: no attribute {attribute!r}",
                fix=f"one of: {', '.join(sorted(ATTRIBUTES))}",
            )
        elif problem := _value_problem(attribute, value):
            yield SkillError(
                f"{where(str(value)) or at}: command: {attribute}: {problem}",
                fix="assistant/home/model.py has the values of every attribute",
            )


def _value_problem(attribute: str, value: Value) -> str:
    """What is wrong with a value that is the same whatever was said; "" for nothing."""
    if isinstance(value, str) and placeholders(value):
        return ""
    if not fits(attribute, value):
        return f"{value!r} is no value of it"
    try:
        check("device", attribute, value)
    except AssistantError as error:
        return f"{value!r}: {error.problem}"
    return ""


def _message_problems(manifest: Manifest, at: str, intent: IntentSpec) -> Iterator[SkillError]:
    defaults = {name: spec.default for name, spec in manifest.settings.items()}
    for message in intent.publish:
        yield from _payload_problems(f"{at}: publish", message.payload)
        topic = fill(message.topic, defaults)
        if not placeholders(topic) and not may_publish(manifest, topic):
            yield SkillError(
                f"{where(message.topic) or at}: publish: {topic!r} is not under permissions",
                fix=f"permissions: {{ command: {{ topics: [{topic}] }} }}",
            )


def _text_problems(manifest: Manifest, at: str, intent: IntentSpec) -> Iterator[SkillError]:
    for slot in intent.asks:
        if slot not in manifest.slots:
            yield SkillError(
                f"{at}: asks: no slot {slot!r}",
                fix=f"one of: {', '.join(manifest.slots) or 'none yet: declare it under slots'}",
            )
    known = {*manifest.slots, *TARGET_SLOTS, *manifest.settings}
    for text in _filled_texts(intent):
        if unknown := sorted(placeholders(text) - known - {"targets", "are", "target"}):
            yield SkillError(
                f"{where(text) or at}: no slot {{{unknown[0]}}}",
                fix=f"slots and settings: {', '.join(sorted(known))}",
            )


def _filled_texts(intent: IntentSpec) -> Iterator[str]:
    yield intent.summary
    yield from intent.reply
    yield from (value for value in intent.command.values() if isinstance(value, str))
    for message in intent.publish:
        yield message.topic
        yield from _texts(message.payload)


def _texts(content: Any) -> Iterator[str]:
    """Every text in a payload."""
    if isinstance(content, str):
        yield content
    elif isinstance(content, dict):
        for value in content.values():
            yield from _texts(value)
    elif isinstance(content, list):
        for value in content:
            yield from _texts(value)


def _test_problems(manifest: Manifest) -> Iterator[SkillError]:
    for test in manifest.tests:
        yield from _expected_problems(manifest, test.where, test.then)
        for turn in test.turns:
            yield from _expected_problems(manifest, turn.where, turn.then)
        for topic, payload in test.topics.items():
            yield from _payload_problems(f"{test.where}: topics", payload)
            if not any(topic_matches_sub(f, topic) for f in manifest.permissions.read.topics):
                yield SkillError(
                    f"{test.where}: topics: {topic!r} is none that the skill reads",
                    fix=f"permissions: {{ read: {{ topics: [{topic}] }} }}",
                )


def _expected_problems(manifest: Manifest, at: str, then: Expected) -> Iterator[SkillError]:
    slots = {*manifest.slots, *TARGET_SLOTS}
    if then.intent not in (None, "none", *manifest.intents):
        yield SkillError(
            f"{at}: no intent {str(then.intent)!r}",
            fix=f"one of: {', '.join(manifest.intents)}, none",
        )
    if unknown := sorted(set(then.slots) - slots):
        yield SkillError(f"{at}: no slot {unknown[0]!r}", fix=f"one of: {', '.join(sorted(slots))}")


def _payload_problems(at: str, payload: Any) -> Iterator[SkillError]:
    try:
        json.dumps(payload, allow_nan=False)
    except (TypeError, ValueError, RecursionError) as error:
        yield SkillError(f"{at}: payload: {error}", fix="put quotes around dates and the like")
