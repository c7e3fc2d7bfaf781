"""Topics, and the filters with wildcards that a report may come on."""

from __future__ import annotations

from typing import Annotated

from paho.mqtt.client import topic_matches_sub

LONGEST_BYTES = 65_535  # MQTT 3.1.1, section 1.5.3


def matches(pattern: str, topic: str) -> bool:
    """Whether a filter, which may have wildcards, takes in a topic."""
    if pattern == topic or not any(letter in pattern for letter in "+#"):
        return pattern == topic
    return topic_matches_sub(pattern, topic)


def is_topic(text: str) -> bool:
    """Whether something can be published there."""
    return bool(text) and not any(letter in text for letter in "+#\0") and _is_short(text)


def is_filter(text: str) -> bool:
    """Whether it can be listened to, and at least one level of it is named."""
    levels = text.split("/")
    last = levels[-1] == "#"
    named = levels[:-1] if last else levels
    wild = any(letter in level for level in named for letter in "+#" if level != "+")
    names = any(level not in ("+", "") for level in named)
    return names and not wild and "\0" not in text and _is_short(text)


def one_of(pattern: str) -> str:
    """A topic that the filter takes in."""
    return pattern.replace("+", "it").replace("#", "it")


def _is_short(text: str) -> bool:
    return len(text.encode(errors="replace")) <= LONGEST_BYTES


def _to_send(text: str) -> None:
    if not is_topic(text):
        raise ValueError(f"{text[:100]!r} is no topic, or one with + or #, where nothing is sent")


def _to_hear(text: str) -> None:
    if not is_filter(text):
        raise ValueError(f"{text[:100]!r} is no topic: some of its levels may be +, the last one #")


Topic = Annotated[str, _to_send]
"""A key that names where commands go."""

Filter = Annotated[str, _to_hear]
"""A key that names where reports come from: it may have wildcards."""
