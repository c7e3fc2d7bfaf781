"""Music players: our own JSON, since there is no usual one over MQTT.

    command   {"command":"play","query":"some jazz"}      play what these words name
              {"command":"resume"}  {"command":"pause"}  {"command":"stop"}
              {"command":"next"}    {"command":"previous"}
              {"command":"volume","volume":30}            percent
    report    {"playback":"playing","volume":30,"title":"So What"}   retained; playback is
              playing, paused or stopped; title is null or missing when nothing is chosen

A report follows every command, also one that changed nothing; a key that is missing is unchanged.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from assistant.config import DeviceSettings
from assistant.events import Message, Value
from assistant.home.dialects.availability import Reachable
from assistant.home.dialects.channel import Described
from assistant.home.dialects.command import command
from assistant.home.dialects.keys import read_keys
from assistant.home.dialects.payload import NOTHING, choice, number, read_json, text
from assistant.home.dialects.topics import Filter, Topic
from assistant.home.model import State

PLAYBACK = {"resume": "playing", "pause": "paused", "stop": "stopped"}
COMMANDS = ("play", "next", "previous", "volume", *PLAYBACK)


@dataclass(frozen=True, slots=True, kw_only=True)
class MediaKeys(Reachable):
    """The keys below `mqtt:`."""

    command_topic: Topic
    state_topic: Filter


@dataclass(frozen=True, slots=True, kw_only=True)
class MediaPlayer(Described):
    """Something that plays music."""

    keys: MediaKeys

    def commands(self, attributes: State) -> tuple[Message, ...]:
        wires: list[dict[str, Any]] = []
        if "volume" in attributes:
            wires.append({"command": "volume", "volume": int(attributes["volume"])})
        if "query" in attributes:
            wires.append({"command": "play", "query": attributes["query"]})
        elif "skip" in attributes:
            wires.append({"command": attributes["skip"]})
        elif "playback" in attributes:
            words = {playback: word for word, playback in PLAYBACK.items()}
            wires.append({"command": words[str(attributes["playback"])]})
        return tuple(
            command(self.keys.command_topic, json.dumps(wire, ensure_ascii=False)) for wire in wires
        )

    def read(self, topic: str, payload: bytes) -> State | None:
        if payload in NOTHING:
            return None
        wire, state = read_json(payload), dict[str, Value]()
        if wire.get("playback") is not None:
            state["playback"] = choice(wire["playback"], tuple(PLAYBACK.values()))
        if wire.get("volume") is not None:
            state["volume"] = round(number(wire["volume"], 0, 100))
        if "title" in wire:
            state["title"] = text(wire["title"] or "")
        return state

    def obey(self, topic: str, payload: bytes) -> State:
        wire = read_json(payload)
        word = choice(wire.get("command"), COMMANDS)
        if word == "play":
            return {"query": text(wire.get("query")), "playback": "playing"}
        if word == "volume":
            return {"volume": round(number(wire.get("volume"), 0, 100))}
        return {"playback": PLAYBACK[word]} if word in PLAYBACK else {"skip": word}

    def report(self, state: State) -> tuple[Message, ...]:
        wire = {name: state[name] for name in ("playback", "volume", "title") if name in state}
        return (Message(self.keys.state_topic, json.dumps(wire, ensure_ascii=False), retain=True),)


def build(settings: DeviceSettings) -> MediaPlayer:
    """Read the device's keys; raises ConfigError."""
    return build_player(settings)


def build_player(settings: DeviceSettings, carrier: str = "mqtt") -> MediaPlayer:
    """The same for another carrier that speaks this JSON; raises ConfigError."""
    keys = read_keys(MediaKeys, settings)
    return MediaPlayer(
        keys=keys,
        features=frozenset({"playback", "volume", "query", "skip"}),
        topics=(keys.state_topic,),
        command_topics=(keys.command_topic,),
        availability=keys.reachable(),
        carrier=carrier,
    )
