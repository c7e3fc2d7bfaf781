"""Home Assistant's MQTT climate: a topic per attribute, plain words and numbers.

Source: home-assistant.io/integrations/climate.mqtt
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

from assistant.config import DeviceSettings
from assistant.errors import HouseError
from assistant.events import Message, Value
from assistant.home.dialects.channel import Channel, Channels, Pair, channels
from assistant.home.dialects.keys import EntityKeys, need_state, read_keys
from assistant.home.dialects.partial import Told
from assistant.home.dialects.scales import celsius_to_fahrenheit, fahrenheit_to_celsius, to_grid
from assistant.home.dialects.template import Template
from assistant.home.dialects.texts import numeric, own_word
from assistant.home.dialects.topics import Filter, Topic
from assistant.home.model import State

Mode = Literal["off", "heat", "cool", "auto", "heat_cool", "dry", "fan_only"]
HEATING, COOLING = "heating_target", "cooling_target"
"""Attributes of a thermostat with two setpoints, which nobody sees outside of this file."""

DECISIVE = frozenset({"mode", "temperature", HEATING, COOLING})
RANGE_C = (7.0, 35.0)  # Home Assistant's defaults
PLAUSIBLE = (-100.0, 300.0)  # of a reported temperature, in either unit
ACTIONS = ("off", "heating", "cooling", "drying", "idle", "fan", "preheating", "defrosting")


@dataclass(frozen=True, slots=True, kw_only=True)
class ClimateKeys(EntityKeys):
    """The keys below `mqtt:`."""

    mode_command_topic: Topic | None = None
    mode_command_template: Template | None = None
    mode_state_topic: Filter | None = None
    mode_state_template: Template | None = None
    temperature_command_topic: Topic | None = None
    temperature_command_template: Template | None = None
    temperature_state_topic: Filter | None = None
    temperature_state_template: Template | None = None
    current_temperature_topic: Filter | None = None
    current_temperature_template: Template | None = None
    current_humidity_topic: Filter | None = None
    current_humidity_template: Template | None = None
    temperature_low_command_topic: Topic | None = None
    temperature_low_command_template: Template | None = None
    temperature_low_state_topic: Filter | None = None
    temperature_low_state_template: Template | None = None
    temperature_high_command_topic: Topic | None = None
    temperature_high_command_template: Template | None = None
    temperature_high_state_topic: Filter | None = None
    temperature_high_state_template: Template | None = None
    power_command_topic: Topic | None = None
    power_command_template: Template | None = None
    payload_on: str = "ON"
    payload_off: str = "OFF"
    value_template: Template | None = None
    """Of all reports that have no template of their own."""

    action_topic: Filter | None = None
    action_template: Template | None = None
    preset_mode_command_topic: Topic | None = None
    preset_mode_command_template: Template | None = None
    preset_mode_state_topic: Filter | None = None
    preset_mode_value_template: Template | None = None
    preset_modes: tuple[str, ...] = ()
    fan_mode_command_topic: Topic | None = None
    fan_mode_command_template: Template | None = None
    fan_mode_state_topic: Filter | None = None
    fan_mode_state_template: Template | None = None
    fan_modes: tuple[str, ...] = ("auto", "low", "medium", "high")
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
        if not (self.asked() or self.told()):
            raise ValueError("temperature_command_topic: missing, and so are all other topics")
        low, high = self.celsius_range
        if low >= high:
            raise ValueError(f"min_temp: {self.min_temp} is not below max_temp")
        if self.precision is not None and self.precision <= 0:
            raise ValueError(f"precision: {self.precision:g} is not above 0")

    def untold(self) -> Iterator[str]:
        """The keys that are missing where what is set is never reported."""
        for name in ("mode", "temperature", "preset_mode", "fan_mode"):
            if getattr(self, f"{name}_command_topic") and not getattr(self, f"{name}_state_topic"):
                yield f"{name}_state_topic"

    def measures(self) -> Iterator[str]:
        """Attributes that it only reports."""
        if self.current_temperature_topic:
            yield "temperature"
        if self.current_humidity_topic:
            yield "humidity"
        if self.action_topic:
            yield "action"

    @property
    def two_setpoints(self) -> bool:
        """Whether heating and cooling have a target each, and there is none for both."""
        low, high = self.temperature_low_command_topic, self.temperature_high_command_topic
        return self.temperature_command_topic is None and bool(low or high)

    def told(self) -> list[Channel]:
        """What it reports."""
        return [
            Channel(topic, *pair, template or self.value_template)
            for topic, pair, template in self._reports()
            if topic is not None
        ]

    def _reports(self) -> Iterator[tuple[str | None, Pair, Template | None]]:
        yield self.mode_state_topic, self._mode(), self.mode_state_template
        target = self._temperature("target_temperature")
        yield self.temperature_state_topic, target, self.temperature_state_template
        if self.two_setpoints:
            low, high = (
                pair._replace(attributes=pair.attributes | {"target_temperature"})
                for pair in (self._temperature(HEATING), self._temperature(COOLING))
            )
            yield self.temperature_low_state_topic, low, self.temperature_low_state_template
            yield self.temperature_high_state_topic, high, self.temperature_high_state_template
        now = self._temperature("temperature")
        yield self.current_temperature_topic, now, self.current_temperature_template
        humidity = numeric(
            "humidity", lambda percent: f"{percent:g}", float, 0, 100, overshoot=True
        )
        yield self.current_humidity_topic, humidity, self.current_humidity_template
        yield self.action_topic, own_word("action", ACTIONS), self.action_template
        preset = own_word("preset")
        yield self.preset_mode_state_topic, preset, self.preset_mode_value_template
        yield self.fan_mode_state_topic, own_word("fan_mode"), self.fan_mode_state_template

    def asked(self) -> list[Channel]:
        """How it is commanded, what switches it on first."""
        return [
            Channel(topic, *pair, template)
            for topic, pair, template in self._orders()
            if topic is not None
        ]

    def _orders(self) -> Iterator[tuple[str | None, Pair, Template | None]]:
        yield self.power_command_topic, self._power(), self.power_command_template
        yield self.mode_command_topic, self._mode(), self.mode_command_template
        target = self._temperature("target_temperature")
        yield self.temperature_command_topic, target, self.temperature_command_template
        if self.two_setpoints:
            low, high = self._temperature(HEATING), self._temperature(COOLING)
            yield self.temperature_low_command_topic, low, self.temperature_low_command_template
            yield self.temperature_high_command_topic, high, self.temperature_high_command_template
        preset = own_word("preset")
        yield self.preset_mode_command_topic, preset, self.preset_mode_command_template
        yield self.fan_mode_command_topic, own_word("fan_mode"), self.fan_mode_command_template

    def _power(self) -> Pair:
        """Off, or on in any other mode; what it makes of it is the mode that it reports."""

        def encode(state: State) -> str | None:
            if "mode" not in state:
                return None
            return self.payload_off if state["mode"] == "off" else self.payload_on

        def decode(text: str) -> State:
            return {"mode": "off"} if text == self.payload_off else {}

        return Pair(encode, decode, frozenset({"mode"}))

    def _mode(self) -> Pair:
        """Home Assistant has two words for a thermostat that decides by itself."""
        known = own_word("mode", self.modes)

        def to_wire(state: State) -> str | None:
            mode = state.get("mode")
            if mode == "auto" and "auto" not in self.modes:
                return "heat_cool"
            if mode == "off" and "off" not in self.modes:
                return None  # that is what its power is for
            return None if mode is None else str(mode)

        def decode(text: str) -> State:
            return {"mode": "auto"} if text == "heat_cool" else known.decode(text)

        return Pair(to_wire, decode, frozenset({"mode"}))

    def _temperature(self, attribute: str) -> Pair:
        return numeric(
            attribute, self.to_wire, lambda wire: round(self.to_celsius(wire), 2), *PLAUSIBLE
        )

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


@dataclass(frozen=True, slots=True, kw_only=True)
class TwoSetpoints(Channels):
    """A thermostat with a target for heating and one for cooling: its mode says which is meant."""

    told: dict[str, Value] = field(default_factory=dict, compare=False)
    """What it reported last of what that depends on."""

    def commands(self, attributes: State) -> tuple[Message, ...]:
        if "target_temperature" in attributes:
            asked = dict(attributes)
            celsius = float(asked.pop("target_temperature"))
            meant = self._meant({**self.told, **asked}, celsius)
            if meant is None:
                raise HouseError("I don't know whether it has to heat or to cool for that.")
            attributes = {**asked, meant: celsius}
        return Channels.commands(self, attributes)

    def read(self, topic: str, payload: bytes) -> State | None:
        told = Channels.read(self, topic, payload)
        if not told:
            return told
        self.told.update({n: v for n, v in told.items() if n in DECISIVE})
        target = self.told.get(self._meant(self.told, None) or "")
        shown = {} if target is None else {"target_temperature": target}
        state = {name: value for name, value in told.items() if name not in (HEATING, COOLING)}
        return Told({**state, **shown}, told.problems if isinstance(told, Told) else ())

    def obey(self, topic: str, payload: bytes) -> State:
        asked = Channels.obey(self, topic, payload)
        return {"target_temperature" if n in (HEATING, COOLING) else n: v for n, v in asked.items()}

    def report(self, state: State) -> tuple[Message, ...]:
        target = state.get("target_temperature")
        both = {} if target is None else {HEATING: target, COOLING: target}
        return Channels.report(self, {**state, **both})

    def _meant(self, known: State, celsius: float | None) -> str | None:
        """Which target is in force, or is to be `celsius`; None: nobody can say."""
        able = {HEATING, COOLING} & {name for c in self.commanded for name in c.attributes}
        mode = known.get("mode")
        if len(able) == 1:
            return next(iter(able))
        if mode != "auto":  # off, or not told yet: most heat
            return COOLING if mode == "cool" else HEATING
        room = known.get("temperature")
        wanted = known.get(HEATING) if celsius is None else celsius
        if room is None or wanted is None:
            return None
        return HEATING if float(room) <= float(wanted) else COOLING


def build(settings: DeviceSettings) -> Channels:
    """Read the device's keys; raises ConfigError."""
    keys = read_keys(ClimateKeys, settings)
    for key in keys.untold():
        need_state(settings, None, key)
    asked = keys.asked()
    features = {name for channel in asked for name in channel.attributes}
    if keys.two_setpoints:
        features = features - {HEATING, COOLING} | {"target_temperature"}
    modes = dict.fromkeys("auto" if mode == "heat_cool" else mode for mode in keys.modes)
    if keys.power_command_topic:
        modes = {**modes, "off": None}
    choices = {"mode": tuple(modes), "preset": keys.preset_modes, "fan_mode": keys.fan_modes}
    return channels(
        features,
        asked,
        keys.told(),
        keys=keys,
        of=TwoSetpoints if keys.two_setpoints else Channels,
        availability=keys.reachable(),
        limits={"target_temperature": keys.celsius_range},
        choices={name: words for name, words in choices.items() if words},
        measures=frozenset(keys.measures()),
    )
