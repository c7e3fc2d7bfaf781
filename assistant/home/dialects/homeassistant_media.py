"""A music player made of Home Assistant's buttons, numbers, selects and sensors.

Its MQTT integration has no media player; this is how makers tell of one all the same. Sources:
home-assistant.io/integrations/button.mqtt, …/number.mqtt, …/select.mqtt
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from assistant.config import DeviceSettings
from assistant.home.dialects.channel import Channel, Channels, Pair, channels
from assistant.home.dialects.keys import EntityKeys, read_keys
from assistant.home.dialects.template import Template
from assistant.home.dialects.texts import between, flag, own_word, words
from assistant.home.dialects.topics import Filter, Topic
from assistant.home.model import State

PLAYBACK = {"play": "playing", "pause": "paused", "stop": "stopped"}
SKIPS = ("next", "previous")
TOLD = {"playing": "playing", "paused": "paused", "stopped": "stopped"} | dict.fromkeys(
    ("idle", "off", "standby", "stop"), "stopped"
)
TOLD |= {"play": "playing", "pause": "paused", "buffering": "playing", "on": "playing"}


@dataclass(frozen=True, slots=True, kw_only=True)
class MediaKeys(EntityKeys):
    """The keys below `mqtt:`."""

    play_command_topic: Topic | None = None
    play_payload: str = "PRESS"
    pause_command_topic: Topic | None = None
    pause_payload: str = "PRESS"
    stop_command_topic: Topic | None = None
    stop_payload: str = "PRESS"
    next_command_topic: Topic | None = None
    next_payload: str = "PRESS"
    previous_command_topic: Topic | None = None
    previous_payload: str = "PRESS"
    state_state_topic: Filter | None = None
    state_value_template: Template | None = None
    title_state_topic: Filter | None = None
    title_value_template: Template | None = None
    volume_command_topic: Topic | None = None
    volume_state_topic: Filter | None = None
    volume_value_template: Template | None = None
    volume_min: float = 0.0
    volume_max: float = 100.0
    source_command_topic: Topic | None = None
    source_state_topic: Filter | None = None
    source_value_template: Template | None = None
    source_options: tuple[str, ...] = ()
    muted_command_topic: Topic | None = None
    muted_state_topic: Filter | None = None
    muted_value_template: Template | None = None
    muted_payload_on: str = "ON"
    muted_payload_off: str = "OFF"

    def __post_init__(self) -> None:
        if self.volume_min >= self.volume_max:
            raise ValueError("volume_min: not below volume_max")

    def aspects(self) -> Iterator[tuple[str, Pair]]:
        """Attribute, and how it is written."""
        yield "volume", between("volume", self.volume_min, self.volume_max)
        yield "source", own_word("source")
        yield "muted", flag("muted", self.muted_payload_on, self.muted_payload_off)


def build(settings: DeviceSettings) -> Channels:
    """Read the device's keys; raises ConfigError."""
    keys = read_keys(MediaKeys, settings)
    commanded, reported = list(_buttons(keys)), []
    features = {"playback"} if commanded else set()
    features |= {"skip"} if keys.next_command_topic or keys.previous_command_topic else set()
    silent = {"skip"} & features
    if keys.state_state_topic:
        pair = words("playback", TOLD)
        reported.append(Channel(keys.state_state_topic, *pair, keys.state_value_template))
    else:
        silent |= {"playback"} & features
    if keys.title_state_topic:
        pair = own_word("title")
        reported.append(Channel(keys.title_state_topic, *pair, keys.title_value_template))
    for attribute, pair in keys.aspects():
        if topic := getattr(keys, f"{attribute}_command_topic"):
            features.add(attribute)
            commanded.append(Channel(topic, *pair))
            silent |= set() if getattr(keys, f"{attribute}_state_topic") else {attribute}
        if topic := getattr(keys, f"{attribute}_state_topic"):
            reported.append(Channel(topic, *pair, getattr(keys, f"{attribute}_value_template")))
    return channels(
        features,
        commanded,
        reported,
        keys=keys,
        availability=keys.reachable(),
        choices={"source": keys.source_options} if keys.source_options else {},
        silent=frozenset(silent),
    )


def _buttons(keys: MediaKeys) -> Iterator[Channel]:
    for button, playback in PLAYBACK.items():
        if topic := getattr(keys, f"{button}_command_topic"):
            yield Channel(topic, *_press("playback", playback, getattr(keys, f"{button}_payload")))
    for button in SKIPS:
        if topic := getattr(keys, f"{button}_command_topic"):
            yield Channel(topic, *_press("skip", button, getattr(keys, f"{button}_payload")))


def _press(attribute: str, value: str, payload: str) -> Pair:
    """A button: its word when this value is asked for."""

    def encode(state: State) -> str | None:
        return payload if state.get(attribute) == value else None

    def decode(text: str) -> State:
        return {attribute: value} if text == payload else {}

    return Pair(encode, decode, frozenset({attribute}))
