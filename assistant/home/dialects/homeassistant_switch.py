"""Home Assistant's MQTT switch: one word on, one word off.

Source: home-assistant.io/integrations/switch.mqtt
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from assistant.config import DeviceSettings
from assistant.events import Message
from assistant.home.dialects.availability import Availability, Reachable
from assistant.home.dialects.command import command
from assistant.home.dialects.keys import read_keys
from assistant.home.dialects.payload import NOTHING
from assistant.home.model import State


@dataclass(frozen=True, slots=True, kw_only=True)
class SwitchKeys(Reachable):
    """The keys below `mqtt:`."""

    command_topic: str
    state_topic: str
    payload_on: str = "ON"
    payload_off: str = "OFF"
    state_on: str | None = None
    """None: like `payload_on`."""

    state_off: str | None = None
    """None: like `payload_off`."""


@dataclass(frozen=True, slots=True)
class Switch:
    """A switch, a socket, a relay."""

    keys: SwitchKeys
    features: frozenset[str]
    topics: tuple[str, ...]
    command_topics: tuple[str, ...]
    availability: Availability | None
    limits: Mapping[str, tuple[float, float]]
    choices: Mapping[str, tuple[str, ...]]

    def commands(self, attributes: State) -> tuple[Message, ...]:
        word = self.keys.payload_on if attributes["on"] else self.keys.payload_off
        return (command(self.keys.command_topic, word),)

    def read(self, topic: str, payload: bytes) -> State | None:
        if payload in NOTHING:
            return None
        return {"on": _which(payload, *self._states())}

    def obey(self, topic: str, payload: bytes) -> State:
        return {"on": _which(payload, self.keys.payload_on, self.keys.payload_off)}

    def report(self, state: State) -> tuple[Message, ...]:
        on, off = self._states()
        return (Message(self.keys.state_topic, on if state["on"] else off, retain=True),)

    def _states(self) -> tuple[str, str]:
        keys = self.keys
        return keys.state_on or keys.payload_on, keys.state_off or keys.payload_off


def _which(payload: bytes, on: str, off: str) -> bool:
    if payload not in (on.encode(), off.encode()):
        raise ValueError(f"neither {on!r} nor {off!r}")
    return payload == on.encode()


def build(settings: DeviceSettings) -> Switch:
    """Read the device's keys; raises ConfigError."""
    keys = read_keys(SwitchKeys, settings)
    return Switch(
        keys,
        features=frozenset({"on"}),
        topics=(keys.state_topic,),
        command_topics=(keys.command_topic,),
        availability=keys.availability,
        limits={},
        choices={},
    )
