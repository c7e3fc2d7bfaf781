"""zigbee2mqtt: one JSON object a device, made of what the device `exposes`.

    command   zigbee2mqtt/<friendly name>/set   {"state":"ON","brightness":127,"transition":2}
    ask       zigbee2mqtt/<friendly name>/get   {"state":""}
    report    zigbee2mqtt/<friendly name>       {"state":"ON","brightness":127,"color_mode":…}

brightness is 0 to 254, colour temperature mired, position 100 = open. Reports are retained only
where the device's `retain` is set, so it is asked.
Source: zigbee2mqtt.io, Exposes and MQTT topics and messages.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from assistant.config import DeviceSettings
from assistant.events import Message
from assistant.home.attributes import COMMAND_ONLY, MANNER
from assistant.home.dialects import fields as f
from assistant.home.dialects.availability import Reachable
from assistant.home.dialects.channel import Described
from assistant.home.dialects.command import command
from assistant.home.dialects.fields import Field, read_fields, write_fields
from assistant.home.dialects.keys import reachable, read_keys
from assistant.home.dialects.payload import NOTHING, number, read_json
from assistant.home.dialects.scales import mired_to_kelvin
from assistant.home.model import State
from assistant.home.readings import QUANTITIES, normal

PUBLISHED, SETTABLE, GETTABLE = 1, 2, 4  # bits of `access`
FAN_SPEEDS = {"low": 33, "medium": 66, "high": 100}
Expose = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class ZigbeeKeys(Reachable):
    """The keys below `mqtt:`."""

    topic: str
    """zigbee2mqtt/<friendly name>."""

    exposes: tuple[Mapping[str, Any], ...]
    """From bridge/devices: the one specific expose (light, cover …), or a sensor's generic ones."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Zigbee(Described):
    """A device, or one of its endpoints."""

    fields: tuple[Field, ...]
    topic: str

    def commands(self, attributes: State) -> tuple[Message, ...]:
        if attributes.get("on") is False:
            kept = {"on", *MANNER}
            attributes = {name: value for name, value in attributes.items() if name in kept}
        wire = write_fields(self.fields, attributes)
        return (command(f"{self.topic}/set", json.dumps(wire, separators=(",", ":"))),)

    def read(self, topic: str, payload: bytes) -> State | None:
        if payload in NOTHING:
            return None
        passing = MANNER | COMMAND_ONLY
        told = self._read(payload).items()
        return {name: value for name, value in told if name not in passing} or None

    def obey(self, topic: str, payload: bytes) -> State:
        return self._read(payload) if topic == f"{self.topic}/set" else {}

    def _read(self, payload: bytes) -> State:
        wire = dict(read_json(payload))
        # A lamp keeps telling the colour it had before it became white: the mode decides.
        mode = wire.get("color_mode")
        past = {"color_temp": "color", "xy": "color_temp", "hs": "color_temp"}.get(str(mode))
        return read_fields((field for field in self.fields if field.key != past), wire)

    def report(self, state: State) -> tuple[Message, ...]:
        wire = write_fields(self.fields, state)
        mode = "color_temp" if "color_temperature" in state else "hs" if "hue" in state else None
        if mode:
            wire["color_mode"] = mode
        return (Message(self.topic, json.dumps(wire), retain=True),)


def build(settings: DeviceSettings) -> Zigbee:
    """Read the device's keys; raises ConfigError."""
    keys = read_keys(ZigbeeKeys, settings)
    made = list(_made(keys.exposes, _MAKERS[settings.kind]))
    settable = {name for one in made if one.settable for name in one.attributes}
    fields = tuple(one.field for one in made)
    if settings.kind == "light" and settable:
        settable |= MANNER
        fields += (f.numeric("transition", "transition", 0, 6553),)
    asked = next((one.field.key for one in made if one.gettable), None)
    return Zigbee(
        features=frozenset(settable),
        topics=(keys.topic,),
        command_topics=(f"{keys.topic}/set",) if settable else (),
        availability=reachable(keys, settings),
        limits={name: limits for one in made for name, limits in one.limits.items()},
        choices={name: words for one in made for name, words in one.choices.items()},
        # Not a command: late is harmless, and nobody waits for it.
        ask=(Message(f"{keys.topic}/get", json.dumps({asked: ""}), qos=0),) if asked else (),
        measures=frozenset(
            name for one in made if not one.settable for name in one.attributes if one.published
        ),
        unit=next((one.unit for one in made if one.unit), None),
        fields=fields,
        topic=keys.topic,
    )


@dataclass(frozen=True, slots=True)
class Made:
    """What became of one expose."""

    field: Field
    access: int
    attributes: tuple[str, ...]
    limits: Mapping[str, tuple[float, float]]
    choices: Mapping[str, tuple[str, ...]]
    unit: str | None = None

    @property
    def settable(self) -> bool:
        """Whether it takes commands."""
        return bool(self.access & SETTABLE)

    @property
    def published(self) -> bool:
        """Whether it is told in reports."""
        return bool(self.access & PUBLISHED)

    @property
    def gettable(self) -> bool:
        """Whether it can be asked."""
        return bool(self.access & GETTABLE)


Maker = Callable[[Expose, str], "Made | None"]
"""(an expose, its property) → what it means; None: nothing to us."""


def _made(exposes: tuple[Expose, ...], maker: Maker) -> Iterator[Made]:
    for expose in exposes:
        inner = expose.get("features")
        if expose.get("type") in SPECIFIC and isinstance(inner, list):
            yield from _made(tuple(part for part in inner if isinstance(part, dict)), maker)
        elif isinstance(key := expose.get("property"), str) and (made := maker(expose, key)):
            yield made


SPECIFIC = ("light", "switch", "cover", "lock", "fan", "climate")


def _one(
    expose: Expose,
    field: Field,
    *attributes: str,
    limits: tuple[float, float] | None = None,
    choices: tuple[str, ...] = (),
    unit: str | None = None,
) -> Made:
    access = expose.get("access")
    return Made(
        field,
        access if isinstance(access, int) else PUBLISHED,
        attributes,
        {attributes[0]: limits} if limits else {},
        {attributes[0]: choices} if choices else {},
        unit,
    )


def _on_off(expose: Expose, key: str, attribute: str = "on") -> Made:
    yes, no = expose.get("value_on", "ON"), expose.get("value_off", "OFF")
    return _one(expose, f.words(key, attribute, [(yes, True), (no, False)]), attribute)


def _light(expose: Expose, key: str) -> Made | None:
    match expose.get("name"):
        case "state":
            return _on_off(expose, key)
        case "brightness":
            return _one(expose, f.percent(key, "brightness", _most(expose, 254)), "brightness")
        case "color_temp":
            low, high = mired_to_kelvin(_most(expose, 500)), mired_to_kelvin(_least(expose, 153))
            return _one(expose, f.mired(key), "color_temperature", limits=(low, high))
        case "color_xy" | "color_hs" as name:
            settable = {**expose, "access": expose.get("access", 7)}
            field = f.color(key, by_xy=name == "color_xy")
            return _one(settable, field, "hue", "saturation")
    return None


def _switch(expose: Expose, key: str) -> Made | None:
    return _on_off(expose, key) if expose.get("name") == "state" else None


def _cover(expose: Expose, key: str) -> Made | None:
    match expose.get("name"):
        case "state":
            return _one(expose, _cover_state(key), "open", "stop")
        case "position" | "tilt" as name:
            return _one(expose, f.percent(key, name, 100), name)
        case "moving" | "motor_state":
            ways = [("UP", "opening"), ("DOWN", "closing"), ("STOP", "stopped")]
            ways += [("opening", "opening"), ("closing", "closing"), ("stopped", "stopped")]
            return _one({"access": PUBLISHED}, f.words(key, "motion", ways), "motion")
    return None


def _cover_state(key: str) -> Field:
    words = {"OPEN": True, "CLOSE": False}

    def encode(state: State) -> Any:
        if state.get("stop"):
            return "STOP"
        if "open" not in state or "position" in state:
            return None
        return "OPEN" if state["open"] else "CLOSE"

    def decode(found: Any) -> State:
        if found == "STOP":
            return {"stop": True}
        if found not in words:
            raise ValueError(f"{key}: expected OPEN or CLOSE")
        return {"open": words[found]}

    return Field(key, encode, decode)


def _lock(expose: Expose, key: str) -> Made | None:
    if expose.get("name") == "state":
        return _on_off({"value_on": "LOCK", "value_off": "UNLOCK", **expose}, key, "locked")
    return None


def _fan(expose: Expose, key: str) -> Made | None:
    match expose.get("name"):
        case "state":
            return _on_off(expose, key)
        case "speed":
            field = f.percent(key, "speed", _most(expose, 254))
            return _one(expose, field, "speed")
        case "mode":
            values = _values(expose)
            speeds = [(word, percent) for word, percent in FAN_SPEEDS.items() if word in values]
            if len(speeds) == len(FAN_SPEEDS):
                return _one(expose, _fan_mode(key, values), "speed", "preset")
            return _one(expose, f.own_words(key, "preset"), "preset", choices=values)
    return None


def _fan_mode(key: str, values: tuple[str, ...]) -> Field:
    """Three of the words are speeds, all of them are presets."""

    def encode(state: State) -> Any:
        if "preset" in state:
            return state["preset"]
        if "speed" not in state:
            return None
        return next(word for word, most in FAN_SPEEDS.items() if float(state["speed"]) <= most)

    def decode(found: Any) -> State:
        if found not in values:
            raise ValueError(f"{key}: expected {' or '.join(values)}")
        speed = {"speed": FAN_SPEEDS[found]} if found in FAN_SPEEDS else {}
        return {"preset": found, **speed}

    return Field(key, encode, decode)


def _climate(expose: Expose, key: str) -> Made | None:
    match expose.get("name"):
        case "occupied_heating_setpoint" | "current_heating_setpoint":
            limits = (float(_least(expose, 5)), float(_most(expose, 35)))
            field = f.numeric(key, "target_temperature", -50, 100)
            return _one(expose, field, "target_temperature", limits=limits)
        case "local_temperature":
            return _one(expose, f.numeric(key, "temperature", -100, 300), "temperature")
        case "system_mode":
            return _one(expose, f.own_words(key, "mode"), "mode", choices=_values(expose))
        case "running_state":
            words = {"idle": "idle", "heat": "heating", "cool": "cooling", "fan_only": "fan"}
            return _one(expose, f.words(key, "action", words.items()), "action")
        case "preset" | "fan_mode" as name:
            return _one(expose, f.own_words(key, name), name, choices=_values(expose))
    return None


READINGS: Mapping[str, str] = {
    **{name: name for name in QUANTITIES},
    "soil_moisture": "moisture",
    "illuminance_lux": "illuminance",
    "co2": "carbon_dioxide",
    "voc": "volatile_organic_compounds",
    "contact": "open",  # its value_on is `false`: no contact
    **dict.fromkeys(("occupancy", "presence", "motion"), "occupied"),
    "water_leak": "wet",
    "smoke": "smoke",
    "gas": "gas",
    "carbon_monoxide": "gas",
    "vibration": "vibration",
    "battery_low": "battery_low",
    "tamper": "problem",
}
"""What a sensor of zigbee2mqtt calls it → attribute."""


def _sensor(expose: Expose, key: str) -> Made | None:
    attribute = READINGS.get(str(expose.get("name")))
    readable = {**expose, "access": expose.get("access", PUBLISHED) & ~SETTABLE}
    if attribute is None or expose.get("category") == "config":
        return None
    if expose.get("type") == "binary":
        return _on_off({"value_on": True, "value_off": False, **readable}, key, attribute)
    if expose.get("type") != "numeric" or attribute not in QUANTITIES:
        return None
    unit = expose.get("unit")

    def decode(found: Any) -> State:
        value = normal(attribute, number(found, -1e12, 1e12), unit)
        if value is None:
            raise ValueError(f"{key}: nobody knows the unit {unit!r}")
        return {attribute: value}

    return _one(readable, Field(key, lambda state: state.get(attribute), decode), attribute)


_MAKERS: Mapping[str, Maker] = {
    "light": _light,
    "switch": _switch,
    "cover": _cover,
    "lock": _lock,
    "fan": _fan,
    "climate": _climate,
    "sensor": _sensor,
}


def _most(expose: Expose, default: int) -> int:
    found = expose.get("value_max")
    return int(found) if isinstance(found, int | float) and found >= 1 else default


def _least(expose: Expose, default: int) -> int:
    found = expose.get("value_min")
    return int(found) if isinstance(found, int | float) and found >= 1 else default


def _values(expose: Expose) -> tuple[str, ...]:
    values = expose.get("values")
    return tuple(str(value) for value in values) if isinstance(values, list) else ()
