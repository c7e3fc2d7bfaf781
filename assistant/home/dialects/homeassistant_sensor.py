"""Home Assistant's MQTT sensor and binary sensor: one attribute each, in our units.

Source: home-assistant.io/integrations/sensor.mqtt and …/binary_sensor.mqtt
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from assistant.config import DeviceSettings
from assistant.home.dialects.availability import Reachable
from assistant.home.dialects.channel import Channel, Channels, Pair, Passing, channels
from assistant.home.dialects.keys import read_keys
from assistant.home.dialects.payload import text as printable
from assistant.home.dialects.template import Template
from assistant.home.dialects.texts import flag
from assistant.home.dialects.topics import Filter
from assistant.home.model import State
from assistant.home.readings import BINARY_CLASSES, SENSOR_CLASSES, normal, sensed

LONGEST_VALUE = 255  # characters of a state that is text: as in Home Assistant


@dataclass(frozen=True, slots=True, kw_only=True)
class SensorKeys(Reachable):
    """The keys below `mqtt:`."""

    state_topic: Filter
    value_template: Template | None = None
    device_class: str | None = None
    unit_of_measurement: str | None = None
    payload_on: str | None = None
    """Given, or a `device_class` of Home Assistant's binary sensors: it says yes or no."""

    payload_off: str | None = None
    off_delay: float | None = None
    """Seconds after which a yes is a no: the device only ever says yes."""

    expire_after: float | None = None
    """Seconds after which what was reported no longer counts."""

    platform: Literal["sensor", "binary_sensor"] | None = None
    """None: whichever of the two the other keys speak of."""

    @property
    def binary(self) -> bool:
        """Whether it says yes or no."""
        if self.platform is not None:
            return self.platform == "binary_sensor"
        only_binary = (
            self.device_class in BINARY_CLASSES
            and self.device_class not in SENSOR_CLASSES
            and self.unit_of_measurement is None
        )
        return only_binary or self.payload_on is not None


def build(settings: DeviceSettings) -> Channels:
    """Read the device's keys; raises ConfigError."""
    keys = read_keys(SensorKeys, settings)
    unit = None
    if keys.binary:
        attribute = BINARY_CLASSES.get(keys.device_class or "", "detected")
        pair = flag(attribute, keys.payload_on or "ON", keys.payload_off or "OFF")
    else:
        attribute, unit = sensed(keys.device_class, keys.unit_of_measurement)
        pair = _measured(attribute, keys.unit_of_measurement)
    return channels(
        (),
        (),
        [Channel(keys.state_topic, *pair, keys.value_template)],
        availability=keys.reachable(),
        measures=frozenset({attribute}),
        passing=dict.fromkeys([attribute], _passing(keys)) if _passing(keys) else {},
        unit=unit,
    )


def _passing(keys: SensorKeys) -> Passing | None:
    if keys.binary and keys.off_delay:
        return Passing(keys.off_delay, False)
    return Passing(keys.expire_after, None) if keys.expire_after else None


def _measured(attribute: str, unit: str | None) -> Pair:
    def encode(state: State) -> str | None:
        return str(state[attribute]) if attribute in state else None

    def decode(text: str) -> State:
        if text in ("unknown", "unavailable"):
            return {}
        try:
            measured = float(text)
        except ValueError:
            return _words(attribute, text)
        value = normal(attribute, measured, unit)
        if value is None or not abs(value) < 1e15:
            raise ValueError(f"not a number of {attribute} in {unit}")
        return {attribute: value}

    return Pair(encode, decode, frozenset({attribute}))


def _words(attribute: str, text: str) -> State:
    """What is no number, where none is needed."""
    if attribute != "value":
        raise ValueError("no number")
    return {attribute: printable(text)[:LONGEST_VALUE]}
