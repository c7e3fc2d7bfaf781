"""Home Assistant's MQTT climate: a topic per attribute, plain words and numbers.

Source: home-assistant.io/integrations/climate.mqtt
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from assistant.config import DeviceSettings
from assistant.home.dialects.availability import Reachable
from assistant.home.dialects.channel import Channel, Channels, channels
from assistant.home.dialects.keys import need_state, reachable, read_keys
from assistant.home.dialects.scales import celsius_to_fahrenheit, fahrenheit_to_celsius, to_grid
from assistant.home.dialects.template import Template
from assistant.home.dialects.texts import Pair, numeric, own_word

Mode = Literal["off", "heat", "cool", "auto", "heat_cool", "dry", "fan_only"]
RANGE_C = (7.0, 35.0)  # Home Assistant's defaults
PLAUSIBLE = (-100.0, 300.0)  # of a reported temperature, in either unit
ACTIONS = ("off", "heating", "cooling", "drying", "idle", "fan", "preheating", "defrosting")


@dataclass(frozen=True, slots=True, kw_only=True)
class ClimateKeys(Reachable):
    """The keys below `mqtt:`."""

    mode_command_topic: str | None = None
    mode_command_template: Template | None = None
    mode_state_topic: str | None = None
    mode_state_template: Template | None = None
    temperature_command_topic: str | None = None
    temperature_command_template: Template | None = None
    temperature_state_topic: str | None = None
    temperature_state_template: Template | None = None
    current_temperature_topic: str | None = None
    current_temperature_template: Template | None = None
    current_humidity_topic: str | None = None
    current_humidity_template: Template | None = None
    action_topic: str | None = None
    action_template: Template | None = None
    preset_mode_command_topic: str | None = None
    preset_mode_command_template: Template | None = None
    preset_mode_state_topic: str | None = None
    preset_mode_value_template: Template | None = None
    preset_modes: tuple[str, ...] = ()
    fan_mode_command_topic: str | None = None
    fan_mode_command_template: Template | None = None
    fan_mode_state_topic: str | None = None
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
        if not (self.mode_command_topic or self.temperature_command_topic or self.told()):
            raise ValueError("temperature_command_topic: missing, and so are all other topics")
        low, high = self.celsius_range
        if low >= high:
            raise ValueError(f"min_temp: {self.min_temp} is not below max_temp")
        if self.precision is not None and self.precision <= 0:
            raise ValueError(f"precision: {self.precision:g} is not above 0")

    def untold(self) -> dict[str, str]:
        """Attribute that can be set, but is never reported → the key that is missing."""
        names = {
            "mode": "mode",
            "target_temperature": "temperature",
            "preset": "preset_mode",
            "fan_mode": "fan_mode",
        }
        return {
            attribute: f"{name}_state_topic"
            for attribute, name in names.items()
            if getattr(self, f"{name}_command_topic") and not getattr(self, f"{name}_state_topic")
        }

    def measures(self) -> Iterator[str]:
        """Attributes that it only reports."""
        if self.current_temperature_topic:
            yield "temperature"
        if self.current_humidity_topic:
            yield "humidity"
        if self.action_topic:
            yield "action"

    def told(self) -> list[Channel]:
        """What it reports."""
        return [
            Channel(topic, *pair, template)
            for topic, pair, template in self._reports()
            if topic is not None
        ]

    def _reports(self) -> Iterator[tuple[str | None, Pair, Template | None]]:
        yield self.mode_state_topic, self._mode(), self.mode_state_template
        target = self._temperature("target_temperature")
        yield self.temperature_state_topic, target, self.temperature_state_template
        now = self._temperature("temperature")
        yield self.current_temperature_topic, now, self.current_temperature_template
        humidity = numeric("humidity", lambda percent: f"{percent:g}", float, 0, 100)
        yield self.current_humidity_topic, humidity, self.current_humidity_template
        yield self.action_topic, own_word("action", ACTIONS), self.action_template
        preset = own_word("preset")
        yield self.preset_mode_state_topic, preset, self.preset_mode_value_template
        yield self.fan_mode_state_topic, own_word("fan_mode"), self.fan_mode_state_template

    def asked(self) -> dict[str, Channel]:
        """Attribute → how it is commanded."""
        of = {
            "mode": (self.mode_command_topic, self._mode(), self.mode_command_template),
            "target_temperature": (
                self.temperature_command_topic,
                self._temperature("target_temperature"),
                self.temperature_command_template,
            ),
            "preset": (
                self.preset_mode_command_topic,
                own_word("preset"),
                self.preset_mode_command_template,
            ),
            "fan_mode": (
                self.fan_mode_command_topic,
                own_word("fan_mode"),
                self.fan_mode_command_template,
            ),
        }
        return {
            attribute: Channel(topic, *pair, template)
            for attribute, (topic, pair, template) in of.items()
            if topic is not None
        }

    def _mode(self) -> Pair:
        """Home Assistant has two words for a thermostat that decides by itself."""
        _, decode = own_word("mode", self.modes)

        def to_wire(state: Mapping[str, object]) -> str | None:
            mode = state.get("mode")
            if mode == "auto" and "auto" not in self.modes:
                return "heat_cool"
            return None if mode is None else str(mode)

        return to_wire, lambda text: {
            "mode": "auto" if text == "heat_cool" else decode(text)["mode"]
        }

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


def build(settings: DeviceSettings) -> Channels:
    """Read the device's keys; raises ConfigError."""
    keys = read_keys(ClimateKeys, settings)
    asked, untold = keys.asked(), keys.untold()
    for key in untold.values():
        need_state(settings, None, key)
    modes = dict.fromkeys("auto" if mode == "heat_cool" else mode for mode in keys.modes)
    choices = {"mode": tuple(modes), "preset": keys.preset_modes, "fan_mode": keys.fan_modes}
    return channels(
        asked,
        asked.values(),
        keys.told(),
        availability=reachable(keys, settings),
        limits={"target_temperature": keys.celsius_range},
        choices={name: words for name, words in choices.items() if words},
        measures=frozenset(keys.measures()),
        silent=frozenset(untold),
    )
