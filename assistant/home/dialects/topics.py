"""Topics, and the filters with wildcards that a report may come on."""

from __future__ import annotations

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
