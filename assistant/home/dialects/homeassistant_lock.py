"""Home Assistant's MQTT lock.

Source: home-assistant.io/integrations/lock.mqtt
"""

from __future__ import annotations

from dataclasses import dataclass

from assistant.config import DeviceSettings
from assistant.home.dialects.channel import Channel, Channels, channels
from assistant.home.dialects.keys import EntityKeys, need_state, read_keys
from assistant.home.dialects.template import Template
from assistant.home.dialects.texts import flag
from assistant.home.dialects.topics import Filter, Topic
from assistant.home.model import State


@dataclass(frozen=True, slots=True, kw_only=True)
class LockKeys(EntityKeys):
    """The keys below `mqtt:`."""

    command_topic: Topic
    state_topic: Filter | None = None
    payload_lock: str = "LOCK"
    payload_unlock: str = "UNLOCK"
    state_locked: str = "LOCKED"
    state_unlocked: str = "UNLOCKED"
    state_locking: str = "LOCKING"
    state_unlocking: str = "UNLOCKING"
    state_jammed: str = "JAMMED"
    value_template: Template | None = None
    command_template: Template | None = None
    payload_open: str | None = None
    """Opens the latch: never sent."""

    code_format: str | None = None

    def told(self) -> dict[str, State]:
        """Word → what it says."""
        return {
            self.state_locked: {"locked": True, "motion": "stopped", "jammed": False},
            self.state_unlocked: {"locked": False, "motion": "stopped", "jammed": False},
            self.state_locking: {"motion": "locking"},
            self.state_unlocking: {"motion": "unlocking"},
            self.state_jammed: {"motion": "stopped", "jammed": True},
        }


def build(settings: DeviceSettings) -> Channels:
    """Read the device's keys; raises ConfigError.

    A lock that wants a code is reported, but not commanded: a code is not for the ears of a room.
    """
    keys = read_keys(LockKeys, settings)
    need_state(settings, keys.state_topic)
    told = keys.told()

    def decode(text: str) -> State:
        if text not in told:
            raise ValueError(f"expected {' or '.join(told)}")
        return told[text]

    def encode(state: State) -> str | None:
        if "locked" not in state:
            return None
        return keys.state_locked if state["locked"] else keys.state_unlocked

    asked = flag("locked", keys.payload_lock, keys.payload_unlock)
    commanded = [Channel(keys.command_topic, *asked, keys.command_template)]
    reported = []
    if keys.state_topic:
        about = frozenset({"locked", "motion", "jammed"})
        reported.append(Channel(keys.state_topic, encode, decode, about, keys.value_template))
    return channels(
        () if keys.code_format else {"locked"},
        commanded,
        reported,
        keys=keys,
        retain=False,  # a lock must not open again because it found its way back to the broker
        availability=keys.reachable(),
    )
