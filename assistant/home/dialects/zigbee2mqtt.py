"""zigbee2mqtt: one JSON object a device, made of what the device `exposes`.

    command   zigbee2mqtt/<friendly name>/set   {"state":"ON","brightness":127,"transition":2}
    ask       zigbee2mqtt/<friendly name>/get   {"state":""}
    report    zigbee2mqtt/<friendly name>       {"state":"ON","brightness":127,"color_mode":…}
              where `output` is attribute or attribute_and_json, a topic each:
              zigbee2mqtt/<friendly name>/state  ON · …/brightness  127 · …/color-x  0.64

brightness is 0 to 254, colour temperature mired, position 100 = open. Reports are retained only
where the device's `retain` is set, so it is asked.
Source: zigbee2mqtt.io, Exposes and MQTT topics and messages; checked on zigbee2mqtt 2.14.1.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from assistant.config import DeviceSettings
from assistant.events import Message
from assistant.home.attributes import COMMAND_ONLY, MANNER
from assistant.home.dialects import fields as f
from assistant.home.dialects.availability import Reachable
from assistant.home.dialects.channel import Described
from assistant.home.dialects.command import command
from assistant.home.dialects.fields import Field, read_fields, write_fields
from assistant.home.dialects.keys import read_keys
from assistant.home.dialects.partial import Told
from assistant.home.dialects.payload import NOTHING, read_any_json, read_json
from assistant.home.dialects.topics import Topic
from assistant.home.dialects.zigbee2mqtt_climate import Target, target
from assistant.home.dialects.zigbee2mqtt_exposes import MAKERS, SPECIFIC, WHOLE, Expose, made
from assistant.home.model import State

Output = Literal["json", "attribute", "attribute_and_json"]
COLOR_PAIRS = (frozenset("xy"), frozenset({"hue", "saturation"}))
LOOKS = ("color", "color_temp")
"""Keys of which the colour mode tells the one that counts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ZigbeeKeys(Reachable):
    """The keys below `mqtt:`."""

    topic: Topic
    """zigbee2mqtt/<friendly name>."""

    exposes: tuple[Mapping[str, Any], ...]
    """From bridge/devices: the one specific expose (light, cover …), or a sensor's generic ones."""

    output: Output = "json"
    """As zigbee2mqtt's own `advanced.output`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Zigbee(Described):
    """A device, or one of its endpoints."""

    fields: tuple[Field, ...]
    topic: str
    suffix: str = ""
    """Of the keys of an endpoint: `_l1`."""

    output: Output = "json"
    target: Target | None = None
    """Of a thermostat."""

    known: dict[str, Any] = field(default_factory=dict, compare=False)
    """What was told last under the keys that others depend on."""

    def commands(self, attributes: State) -> tuple[Message, ...]:
        if attributes.get("on") is False:
            kept = {"on", *MANNER}
            attributes = {name: value for name, value in attributes.items() if name in kept}
        wire = write_fields(self.fields, attributes)
        if self.target and "target_temperature" in attributes:
            celsius = float(attributes["target_temperature"])
            wire.update(self.target.write(celsius, {**self.known, **wire}))
        return (command(f"{self.topic}/set", json.dumps(wire, separators=(",", ":"))),)

    def read(self, topic: str, payload: bytes) -> State | None:
        if payload in NOTHING:
            return None
        if topic == self.topic:
            wire = dict(read_json(payload))
        else:
            wire = self._attribute(topic.removeprefix(f"{self.topic}/"), payload)
        passing = MANNER | COMMAND_ONLY
        state = self._read(wire)
        if self.target:
            kept = self.target.keys & wire.keys()
            self.known.update({key: wire[key] for key in kept})
            state.update(self.target.read(wire, self.known))
        told = state.without(passing)
        return told if told or told.problems else None

    def _attribute(self, key: str, payload: bytes) -> dict[str, Any]:
        """What a report on a topic of its own says, as the one object would say it."""
        value = _typed(payload)
        name, _, part = key.partition("-")
        mode = f"color_mode{self.suffix}"
        looks = [f"{look}{self.suffix}" for look in LOOKS]
        if part:  # color-x, color-hue
            value = {**self.known.get(name, {}), part: value}
        if name == mode or name in looks:
            self.known[name] = value
        asked = looks if name == mode else [name]
        wire = {one: self.known[one] for one in asked if one in self.known} | {name: value}
        if part and not any(pair <= value.keys() for pair in COLOR_PAIRS):
            return {}  # the other half follows
        return wire | ({mode: self.known[mode]} if mode in self.known else {})

    def obey(self, topic: str, payload: bytes) -> State:
        if topic != f"{self.topic}/set":
            return {}
        wire = dict(read_json(payload))
        return {**self._read(wire), **(self.target.obey(wire) if self.target else {})}

    def _read(self, wire: Mapping[str, Any]) -> Told:
        # A lamp keeps telling the colour it had before it became white: the mode decides.
        mode = str(wire.get(f"color_mode{self.suffix}"))
        past = {"color_temp": "color", "xy": "color_temp", "hs": "color_temp"}.get(mode)
        return read_fields(
            (field for field in self.fields if field.key != f"{past}{self.suffix}"), wire
        )

    def report(self, state: State) -> tuple[Message, ...]:
        wire = write_fields(self.fields, state)
        mode = "color_temp" if "color_temperature" in state else "hs" if "hue" in state else None
        if mode:
            wire[f"color_mode{self.suffix}"] = mode
        if self.target:
            wire.update(self.target.report(state))
        messages = [] if self.output == "attribute" else [(self.topic, json.dumps(wire))]
        if self.output != "json":
            messages += _one_by_one(f"{self.topic}/", wire)
        return tuple(Message(topic, text, retain=True) for topic, text in messages)


def _typed(payload: bytes) -> Any:
    """A number, true, false, or a word: nothing on a topic of its own says which it is."""
    try:
        return read_any_json(payload)
    except ValueError:
        return payload.decode()


def _one_by_one(root: str, wire: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for key, value in wire.items():
        if isinstance(value, dict):
            yield from _one_by_one(f"{root}{key}-", value)
        else:
            yield f"{root}{key}", value if isinstance(value, str) else json.dumps(value)


def build(settings: DeviceSettings) -> Zigbee:
    """Read the device's keys; raises ConfigError."""
    keys = read_keys(ZigbeeKeys, settings)
    parts = list(made(keys.exposes, MAKERS[settings.kind]))
    if settings.kind in WHOLE:
        parts = WHOLE[settings.kind](parts)
    settable = {name for one in parts if one.settable for name in one.attributes}
    fields = tuple(one.field for one in parts)
    setpoints = target(tuple(_features(keys.exposes))) if settings.kind == "climate" else None
    limits = {name: limits for one in parts for name, limits in one.limits.items()}
    if setpoints:
        settable.add("target_temperature")
        limits["target_temperature"] = setpoints.limits
    if settings.kind == "light" and settable:
        settable |= MANNER
        fields += (f.numeric("transition", "transition", 0, 6553),)
    asked = next((one.field.key for one in parts if one.gettable), None)
    suffix = _suffix(keys.exposes)
    return Zigbee(
        features=frozenset(settable),
        topics=_topics(keys, fields, setpoints, suffix),
        command_topics=(f"{keys.topic}/set",) if settable else (),
        availability=keys.reachable(),
        limits=limits,
        choices={name: words for one in parts for name, words in one.choices.items()},
        # Not a command: late is harmless, and nobody waits for it.
        ask=(Message(f"{keys.topic}/get", json.dumps({asked: ""}), qos=0),) if asked else (),
        measures=frozenset(
            name for one in parts if not one.settable for name in one.attributes if one.published
        ),
        unit=next((one.unit for one in parts if one.unit), None),
        fields=fields,
        topic=keys.topic,
        suffix=suffix,
        output=keys.output,
        target=setpoints,
    )


def _features(exposes: Iterable[Expose]) -> Iterator[Expose]:
    for expose in exposes:
        inner = expose.get("features")
        if expose.get("type") in SPECIFIC and isinstance(inner, list):
            yield from (part for part in inner if isinstance(part, dict))


def _suffix(exposes: Iterable[Expose]) -> str:
    endpoint = next((one["endpoint"] for one in exposes if one.get("endpoint")), None)
    return f"_{endpoint}" if endpoint else ""


def _topics(
    keys: ZigbeeKeys, fields: Iterable[Field], setpoints: Target | None, suffix: str
) -> tuple[str, ...]:
    """Where it reports: the one object, a topic for each key, or both."""
    if keys.output == "json":
        return (keys.topic,)
    named = dict.fromkeys(one.key for one in fields if one.key != "transition")
    named |= dict.fromkeys(sorted(setpoints.keys)) if setpoints else {}
    colored = f"color{suffix}"
    if colored in named:
        del named[colored]
        named |= dict.fromkeys(f"{colored}-{part}" for part in ("x", "y", "hue", "saturation"))
    if any(f"{look}{suffix}" in named for look in LOOKS) or f"{colored}-x" in named:
        named[f"color_mode{suffix}"] = None
    single = tuple(f"{keys.topic}/{key}" for key in named if _is_level(key))
    return single if keys.output == "attribute" else (keys.topic, *single)


def _is_level(key: str) -> bool:
    """Whether a key can be one level of a topic, which whoever announces it need not know."""
    return not any(letter in key for letter in "+#/\0")
