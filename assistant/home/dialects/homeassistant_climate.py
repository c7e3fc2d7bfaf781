"""Home Assistant's MQTT climate: a topic per attribute, plain words and numbers.

Source: home-assistant.io/integrations/climate.mqtt
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from assistant.config import DeviceSettings
from assistant.events import Message
from assistant.home.dialects.availability import Availability, Reachable
from assistant.home.dialects.command import command
from assistant.home.dialects.keys import read_keys
from assistant.home.dialects.payload import NOTHING, choice, plain_number
from assistant.home.dialects.scales import celsius_to_fahrenheit, fahrenheit_to_celsius, to_grid
from assistant.home.model import State

Mode = Literal["off", "heat", "cool", "auto", "heat_cool", "dry", "fan_only"]
RANGE_C = (7.0, 35.0)  # Home Assistant's defaults
PLAUSIBLE = (-100.0, 300.0)  # of a reported temperature, in either unit


@dataclass(frozen=True, slots=True, kw_only=True)
class ClimateKeys(Reachable):
    """The keys below `mqtt:`."""

    mode_command_topic: str | None = None
    mode_state_topic: str | None = None
    temperature_command_topic: str | None = None
    temperature_state_topic: str | None = None
    current_temperature_topic: str | None = None
    modes: tuple[Mode, ...] = ("auto", "off", "cool", "heat", "dry", "fan_only")
    temperature_unit: Literal["C", "F"] = "C"
    min_temp: float | None = None
    """In `temperature_unit`, like `max_temp`, `precision` and `temp_step`."""

    max_temp: float | None = None
    precision: float | None = None
    """Commands are rounded to it; None: 0.1 °C or 1 °F."""

    temp_step: float | None = None
    """What a press of a button changes: of no use to a voice."""

    initial: float | None = None

    def __post_init__(self) -> None:
        for what in ("mode", "temperature"):
            command, state = f"{what}_command_topic", f"{what}_state_topic"
            if getattr(self, command) and not getattr(self, state):
                raise ValueError(
                    f"{state}: missing; without it nobody knows what came of a command"
                )
        if not (self.mode_command_topic or self.temperature_command_topic or self.reported):
            raise ValueError("temperature_command_topic: missing, and so are all other topics")
        low, high = self.celsius_range
        if low >= high:
            raise ValueError(f"min_temp: {self.min_temp} is not below max_temp")
        if self.precision is not None and self.precision <= 0:
            raise ValueError(f"precision: {self.precision:g} is not above 0")

    @property
    def reported(self) -> dict[str, str]:
        """Topic → the attribute that is reported on it."""
        topics = {
            self.mode_state_topic: "mode",
            self.temperature_state_topic: "target_temperature",
            self.current_temperature_topic: "temperature",
        }
        return {topic: attribute for topic, attribute in topics.items() if topic}

    @property
    def celsius_range(self) -> tuple[float, float]:
        """Lowest and highest temperature that can be set, °C."""
        low, high = (
            bound if wire is None else round(self.to_celsius(wire), 2)
            for wire, bound in zip((self.min_temp, self.max_temp), RANGE_C, strict=True)
        )
        return low, high

    def to_celsius(self, wire: float) -> float:
        """From `temperature_unit`."""
        return wire if self.temperature_unit == "C" else fahrenheit_to_celsius(wire)

    def to_wire(self, celsius: float) -> str:
        """In `temperature_unit`, rounded to `precision`."""
        if self.temperature_unit == "C":
            return f"{to_grid(celsius, self.precision or 0.1):g}"
        return f"{to_grid(celsius_to_fahrenheit(celsius), self.precision or 1.0):g}"


@dataclass(frozen=True, slots=True)
class Climate:
    """A thermostat, a heating, an air conditioner."""

    keys: ClimateKeys
    features: frozenset[str]
    topics: tuple[str, ...]
    command_topics: tuple[str, ...]
    availability: Availability | None
    limits: Mapping[str, tuple[float, float]]
    choices: Mapping[str, tuple[str, ...]]

    def commands(self, attributes: State) -> tuple[Message, ...]:
        keys, messages = self.keys, []
        if "mode" in attributes and keys.mode_command_topic:
            word = self._mode_word(str(attributes["mode"]))
            messages.append(command(keys.mode_command_topic, word))
        if "target_temperature" in attributes and keys.temperature_command_topic:
            wire = keys.to_wire(float(attributes["target_temperature"]))
            messages.append(command(keys.temperature_command_topic, wire))
        return tuple(messages)

    def read(self, topic: str, payload: bytes) -> State | None:
        attribute = self.keys.reported.get(topic)
        if attribute is None or payload in NOTHING:
            return None
        return self._read(attribute, payload)

    def obey(self, topic: str, payload: bytes) -> State:
        is_mode = topic == self.keys.mode_command_topic
        return self._read("mode" if is_mode else "target_temperature", payload)

    def report(self, state: State) -> tuple[Message, ...]:
        return tuple(
            Message(topic, self._write(attribute, state), retain=True)
            for topic, attribute in self.keys.reported.items()
            if attribute in state
        )

    def _read(self, attribute: str, payload: bytes) -> State:
        if attribute == "mode":
            word = choice(payload.decode(), self.keys.modes)
            return {"mode": "auto" if word == "heat_cool" else word}
        return {attribute: round(self.keys.to_celsius(plain_number(payload, *PLAUSIBLE)), 2)}

    def _write(self, attribute: str, state: State) -> str:
        value = state[attribute]
        return (
            self._mode_word(str(value)) if attribute == "mode" else self.keys.to_wire(float(value))
        )

    def _mode_word(self, mode: str) -> str:
        """Home Assistant has two words for a thermostat that decides by itself."""
        return "heat_cool" if mode == "auto" and "auto" not in self.keys.modes else mode


def build(settings: DeviceSettings) -> Climate:
    """Read the device's keys; raises ConfigError."""
    keys = read_keys(ClimateKeys, settings)
    settable = {
        "mode": keys.mode_command_topic,
        "target_temperature": keys.temperature_command_topic,
    }
    modes = dict.fromkeys("auto" if mode == "heat_cool" else mode for mode in keys.modes)
    return Climate(
        keys,
        features=frozenset(attribute for attribute, topic in settable.items() if topic),
        topics=tuple(keys.reported),
        command_topics=tuple(topic for topic in settable.values() if topic),
        availability=keys.availability,
        limits={"target_temperature": keys.celsius_range},
        choices={"mode": tuple(modes)},
    )
