"""Home Assistant's MQTT cover: blinds, shutters, curtains, garage doors.

Source: home-assistant.io/integrations/cover.mqtt
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from assistant.config import DeviceSettings
from assistant.home.dialects.channel import Channel, Channels, Pair, channels
from assistant.home.dialects.keys import EntityKeys, need_state, read_keys
from assistant.home.dialects.template import Template
from assistant.home.dialects.texts import between, trigger
from assistant.home.dialects.topics import Filter, Topic
from assistant.home.model import State


@dataclass(frozen=True, slots=True, kw_only=True)
class CoverKeys(EntityKeys):
    """The keys below `mqtt:`."""

    command_topic: Topic | None = None
    payload_open: str | None = "OPEN"
    payload_close: str | None = "CLOSE"
    payload_stop: str | None = "STOP"
    state_topic: Filter | None = None
    state_open: str = "open"
    state_opening: str = "opening"
    state_closed: str = "closed"
    state_closing: str = "closing"
    state_stopped: str = "stopped"
    value_template: Template | None = None
    position_topic: Filter | None = None
    position_template: Template | None = None
    position_open: int = 100
    position_closed: int = 0
    set_position_topic: Topic | None = None
    set_position_template: Template | None = None
    tilt_command_topic: Topic | None = None
    tilt_command_template: Template | None = None
    tilt_status_topic: Filter | None = None
    tilt_status_template: Template | None = None
    tilt_min: int = 0
    tilt_max: int = 100

    def __post_init__(self) -> None:
        if self.position_open == self.position_closed:
            raise ValueError("position_open: the same as position_closed")
        if self.tilt_min == self.tilt_max:
            raise ValueError("tilt_max: the same as tilt_min")
        if not (self.command_topic or self.set_position_topic or self.tilt_command_topic):
            raise ValueError("command_topic: missing, and so are all other topics")


def build(settings: DeviceSettings) -> Channels:
    """Read the device's keys; raises ConfigError."""
    keys = read_keys(CoverKeys, settings)
    need_state(settings, keys.state_topic or keys.position_topic or keys.tilt_status_topic)
    features = {
        *(["open", "stop"] if keys.command_topic else []),
        *(["open", "position"] if keys.set_position_topic else []),
        *(["tilt"] if keys.tilt_command_topic else []),
    }
    if keys.payload_stop is None:
        features.discard("stop")
    return channels(
        features,
        _commanded(keys),
        _reported(keys),
        keys=keys,
        retain=False,  # it must not move because it found its way back to the broker
        availability=keys.reachable(),
    )


def _commanded(keys: CoverKeys) -> Iterator[Channel]:
    position = between("position", keys.position_closed, keys.position_open)
    by_position = keys.set_position_topic is not None
    if keys.command_topic:
        yield Channel(keys.command_topic, *_open_close(keys, by_position=by_position))
        if keys.payload_stop is not None:
            yield Channel(keys.command_topic, *_ignoring(trigger("stop", keys.payload_stop)))
    if keys.set_position_topic:
        if not keys.command_topic:  # then "open" is a position, too

            def whole(state: State) -> str | None:
                if "position" not in state and "open" in state:
                    state = {"position": 100 if state["open"] else 0}
                return by_number.encode(state)

            by_number = position
            position = position._replace(encode=whole)
        yield Channel(keys.set_position_topic, *position, keys.set_position_template, "position")
    if keys.tilt_command_topic:
        tilt = between("tilt", keys.tilt_min, keys.tilt_max)
        yield Channel(keys.tilt_command_topic, *tilt, keys.tilt_command_template, "tilt_position")


def _open_close(keys: CoverKeys, *, by_position: bool) -> Pair:
    words = {keys.payload_open: True, keys.payload_close: False}

    def encode(state: State) -> str | None:
        if "open" not in state or (by_position and "position" in state):
            return None
        return keys.payload_open if state["open"] else keys.payload_close

    def decode(text: str) -> State:
        return {"open": words[text]} if text in words else {}

    return Pair(encode, decode, frozenset({"open"}))


def _ignoring(pair: Pair) -> Pair:
    """`pair`, to which another channel's words on the same topic are none of its business."""

    def lenient(text: str) -> State:
        try:
            return pair.decode(text)
        except ValueError:
            return {}

    return pair._replace(decode=lenient)


def _reported(keys: CoverKeys) -> Iterator[Channel]:
    if keys.state_topic:
        yield Channel(keys.state_topic, *_state(keys), keys.value_template)
    if keys.position_topic:
        pair = between("position", keys.position_closed, keys.position_open)

        def decode_position(text: str) -> State:
            state = pair.decode(text)
            return {**state, "open": float(state["position"]) > 0}

        about = frozenset({"position", "open"})
        yield Channel(
            keys.position_topic, pair.encode, decode_position, about, keys.position_template
        )
    if keys.tilt_status_topic:
        tilt = between("tilt", keys.tilt_min, keys.tilt_max)
        yield Channel(keys.tilt_status_topic, *tilt, keys.tilt_status_template)


def _state(keys: CoverKeys) -> Pair:
    told: dict[str, State] = {
        keys.state_stopped: {"motion": "stopped"},
        keys.state_open: {"open": True, "motion": "stopped"},
        keys.state_closed: {"open": False, "motion": "stopped"},
        keys.state_opening: {"motion": "opening"},
        keys.state_closing: {"motion": "closing"},
    }

    def encode(state: State) -> str | None:
        if "open" not in state:
            return None
        return keys.state_open if state["open"] else keys.state_closed

    def decode(text: str) -> State:
        if text not in told:
            raise ValueError(f"expected {' or '.join(told)}")
        return told[text]

    return Pair(encode, decode, frozenset({"open", "motion"}))
