"""Tasmota: a command word a topic, answers as JSON.

    command   cmnd/<topic>/POWER1 ON · …/Dimmer 40 · …/CT 370 · …/HsbColor1 240 · …/FanSpeed 2
              …/ShutterPosition1 50 · …/ShutterTilt1 45
              several at once: …/Backlog NoDelay;Fade2 1;NoDelay;…
    ask       cmnd/<topic>/STATE, for shutters and sensors cmnd/<topic>/STATUS 10
    report    stat/<topic>/RESULT and tele/<topic>/STATE {"POWER":"ON","Dimmer":40,…},
              tele/<topic>/SENSOR, stat/<topic>/STATUS10 {"StatusSNS":{…}}
              with SetOption4 instead of RESULT the command's own word: stat/<topic>/DIMMER
    alive     tele/<topic>/LWT Online | Offline; not of a device that sleeps

Dimmer is 0 to 100, CT mired, a shutter's position 100 = open. Nothing but LWT is retained, so the
device is asked. A fade over less than the whole range takes that much less time, unless
SetOption117 is set there. Source: tasmota.github.io, Commands and MQTT; checked against hatasmota
0.9.2.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from assistant.config import DeviceSettings
from assistant.errors import ConfigError
from assistant.events import Message, Value
from assistant.home.attributes import MANNER
from assistant.home.dialects.availability import LONGEST_SLEEP_S, Availability, Signal
from assistant.home.dialects.channel import Described, Passing
from assistant.home.dialects.command import command
from assistant.home.dialects.keys import read_keys
from assistant.home.dialects.payload import NOTHING, choice, number, read_json
from assistant.home.dialects.scales import kelvin_to_mired, mired_to_kelvin
from assistant.home.dialects.tasmota_keys import Order, TasmotaKeys, Told
from assistant.home.dialects.tasmota_moving import (
    FAN_SPEEDS,
    SHUTTER_WORDS,
    fan_orders,
    fan_told,
    shutter_obeyed,
    shutter_orders,
    shutter_reported,
    shutter_told,
)
from assistant.home.dialects.tasmota_sensor import sensor_reported, sensor_told
from assistant.home.model import State

SLOWEST = 40  # of Speed, in half seconds
DIMMED, WHITE, RGB, RGBW, RGBCW = 1, 2, 3, 4, 5  # `lt_st` of tasmota/discovery


@dataclass(frozen=True, slots=True, kw_only=True)
class Tasmota(Described):
    """A relay, a light, a shutter or the sensors of a device."""

    keys: TasmotaKeys
    orders: Callable[[TasmotaKeys, State], Iterator[Order]]
    told: Callable[[TasmotaKeys, Mapping[str, Any]], Iterator[tuple[str, Value]]]
    heard: dict[str, str] = field(default_factory=dict, compare=False)
    """`id` → how the device writes %id%, once a report has shown it."""

    def commands(self, attributes: State) -> tuple[Message, ...]:
        orders = list(self.orders(self.keys, attributes))
        if len(orders) == 1:
            ((word, argument),) = orders
            return (command(self._place(word), argument),)
        together = ";".join(f"NoDelay;{word} {argument}" for word, argument in orders)
        return (command(self._place("Backlog"), together),) if orders else ()

    def _place(self, word: str) -> str:
        return self.keys.place(0, word, self.heard.get("id"))

    def read(self, topic: str, payload: bytes) -> State | None:
        if payload in NOTHING:
            return None
        for id_ in self.keys.ids:
            if topic.startswith(tuple(self.keys.place(prefix, "", id_) for prefix in (1, 2))):
                self.heard["id"] = id_
        word = topic.rsplit("/", 1)[-1]
        if word == "LWT":
            return None
        # With SetOption4 the power is told twice on one topic, the second time as a bare word.
        bare = word.startswith("POWER") and not payload.startswith(b"{")
        wire = {word: payload.decode()} if bare else read_json(payload)
        inner = wire.get("StatusSNS", wire)
        if not isinstance(inner, dict):
            raise ValueError("StatusSNS: expected a JSON object")
        return dict(self.told(self.keys, inner)) or None

    def obey(self, topic: str, payload: bytes) -> State:
        argument = payload.decode()
        word = topic.rsplit("/", 1)[-1]
        orders = [order.split(" ", 1) for order in argument.split(";") if " " in order]
        state: dict[str, Value] = {}
        for name, value in orders if word == "Backlog" else [[word, argument]]:
            state.update(_obeyed(self.keys, name, value))
        return state

    def report(self, state: State) -> tuple[Message, ...]:
        wire = json.dumps(_reported(self.keys, state))
        return (Message(self.topics[0], wire, retain=True),)


def build(settings: DeviceSettings) -> Tasmota:
    """Read the device's keys; raises ConfigError."""
    keys = read_keys(TasmotaKeys, settings)
    if any(letter in keys.place(0, "") for letter in "+#\0"):
        raise ConfigError(f"{settings.where}: device {settings.id!r}: {keys.topic!r} is no topic")
    orders, told, features = _KINDS[settings.kind](keys)
    words = {"switch": ["POWER"], "light": ["POWER", "Dimmer", "CT", "HsbColor"]}
    words |= {"cover": [f"Shutter{word}" for word in SHUTTER_WORDS]}
    commanded = [f"{word}{keys.index}" for word in words.get(settings.kind, [])]
    commanded += ["FanSpeed"] if settings.kind == "fan" else []
    question = ("STATUS", "10") if settings.kind in ("cover", "sensor") else ("STATE", "")
    wills = tuple(Signal(topic, keys.online, keys.offline) for topic in keys.places(2, "LWT"))
    measures = frozenset(str(reading.get("attribute")) for reading in keys.readings)
    return Tasmota(
        keys=keys,
        orders=orders,
        told=told,
        features=features,
        topics=tuple(_topics(keys, settings.kind)),
        command_topics=tuple(
            topic for word in (*commanded, "Backlog") for topic in keys.places(0, word)
        ),
        availability=None if keys.sleeps else Availability(wills),
        limits={
            "color_temperature": (
                mired_to_kelvin(keys.max_mireds),
                mired_to_kelvin(keys.min_mireds),
            )
        },
        measures=measures,
        passing=dict.fromkeys(measures, Passing(LONGEST_SLEEP_S, None)) if keys.sleeps else {},
        ask=tuple(Message(topic, question[1], qos=0) for topic in keys.places(0, question[0])),
    )


OWN_TOPICS: Mapping[str, tuple[str, ...]] = {
    "light": ("DIMMER", "CT", "HSBCOLOR", "COLOR", "WHITE", "CHANNEL"),
    "cover": ("SHUTTER", *(f"SHUTTER{word.upper()}" for word in SHUTTER_WORDS)),
    "fan": ("FANSPEED",),
}
"""Kind → the words on which it answers with SetOption4, beside POWER."""


def _topics(keys: TasmotaKeys, kind: str) -> Iterator[str]:
    """Where it reports."""
    yield from keys.places(1, "RESULT")
    if kind in ("cover", "sensor"):
        yield from (*keys.places(2, "SENSOR"), *keys.places(1, "STATUS10"))
    else:
        yield from keys.places(2, "STATE")
    if keys.own_topics and kind != "sensor":
        powers = () if kind in ("cover", "fan") else ("POWER", f"POWER{keys.index}")
        for word in ("STATE", *powers, *OWN_TOPICS.get(kind, ())):
            yield from keys.places(1, word)
    if len(keys.ids) > 1:
        yield from keys.places(2, "LWT")


def _power(keys: TasmotaKeys, attributes: State) -> Iterator[Order]:
    if "on" in attributes:
        yield f"POWER{keys.index}", keys.state_on if attributes["on"] else keys.state_off


def _light_orders(keys: TasmotaKeys, attributes: State) -> Iterator[Order]:
    if "transition" in attributes:
        seconds = float(attributes["transition"])
        yield "Fade2", "1" if seconds > 0 else "0"
        if seconds > 0:
            yield "Speed2", str(min(max(round(seconds * 2), 1), SLOWEST))
    if attributes.get("on") is not False:
        yield from _look(keys, attributes)
    yield from _power(keys, attributes)


def _look(keys: TasmotaKeys, attributes: State) -> Iterator[Order]:
    if "color_temperature" in attributes:
        yield "CT", str(kelvin_to_mired(float(attributes["color_temperature"])))
    if "hue" in attributes:
        yield "HsbColor1", str(round(float(attributes["hue"])))
        yield "HsbColor2", str(round(float(attributes["saturation"])))
    if "brightness" in attributes:
        yield keys.dimmer, str(attributes["brightness"])


def _no_orders(_keys: TasmotaKeys, _attributes: State) -> Iterator[Order]:
    yield from ()


def _power_told(keys: TasmotaKeys, wire: Mapping[str, Any]) -> Told:
    found = wire.get(f"POWER{keys.index}", wire.get("POWER") if keys.index == 1 else None)
    if found is not None:
        yield "on", choice(found, (keys.state_on, keys.state_off)) == keys.state_on


def _light_told(keys: TasmotaKeys, wire: Mapping[str, Any]) -> Told:
    yield from _power_told(keys, wire)
    if (dimmer := wire.get(keys.dimmer_told)) is not None:
        yield "brightness", round(number(dimmer, 0, 100))
    white = wire.get("White")
    # Of a lamp whose colour and white are two lights, the white is the other's.
    mixed = keys.light_type in (RGBW, RGBCW) and white is not None
    is_white = keys.light_type == WHITE or (mixed and number(white, 0, 100) > 0)
    if keys.light_type in (WHITE, RGBCW) and "CT" in wire and is_white:
        yield "color_temperature", mired_to_kelvin(number(wire["CT"], 20, 2000))
    if keys.light_type >= RGB and "HSBColor" in wire and not is_white:
        hue, saturation, _ = _three(wire["HSBColor"])
        yield from (("hue", hue), ("saturation", saturation))


def _three(found: Any) -> tuple[float, float, float]:
    parts = str(found).split(",")
    if len(parts) != 3:
        raise ValueError("HSBColor: expected three numbers")
    return (
        number(float(parts[0]), 0, 360),
        number(float(parts[1]), 0, 100),
        number(float(parts[2]), 0, 100),
    )


Kind = tuple[
    Callable[[TasmotaKeys, State], Iterator[Order]],
    Callable[[TasmotaKeys, Mapping[str, Any]], Told],
    frozenset[str],
]


def _light(keys: TasmotaKeys) -> Kind:
    if not keys.light_type:
        return _power, _power_told, frozenset({"on"})
    features = {"on", "brightness"} | (MANNER if keys.fades else set())
    if keys.light_type in (WHITE, RGBCW):
        features |= {"color_temperature"}
    if keys.light_type >= RGB:
        features |= {"hue", "saturation"}
    return _light_orders, _light_told, frozenset(features)


def _shutter(keys: TasmotaKeys) -> Kind:
    tilts = {"tilt"} if keys.tilt_max != keys.tilt_min else set[str]()
    return shutter_orders, shutter_told, frozenset({"open", "position", "stop", *tilts})


_KINDS: Mapping[str, Callable[[TasmotaKeys], Kind]] = {
    "light": _light,
    "switch": lambda _: (_power, _power_told, frozenset({"on"})),
    "cover": _shutter,
    "fan": lambda _: (fan_orders, fan_told, frozenset({"on", "speed"})),
    "sensor": lambda _: (_no_orders, sensor_told, frozenset()),
}


def _obeyed(keys: TasmotaKeys, word: str, argument: str) -> State:
    """The device's side of one order."""
    name = word.rstrip("0123456789")
    if name == "POWER":
        return {"on": choice(argument, (keys.state_on, keys.state_off)) == keys.state_on}
    if name == "FanSpeed":
        return dict(fan_told(keys, {"FanSpeed": float(argument)}))
    if word == keys.dimmer or name == "Dimmer":
        return {"brightness": round(number(float(argument), 0, 100))}
    if name == "CT":
        return {"color_temperature": mired_to_kelvin(number(float(argument), 153, 500))}
    if name == "HsbColor":
        return {"hue" if word.endswith("1") else "saturation": number(float(argument), 0, 360)}
    return shutter_obeyed(keys, name, argument)


def _reported(keys: TasmotaKeys, state: State) -> dict[str, Any]:
    """The device's side of a report."""
    wire: dict[str, Any] = {}
    if "on" in state:
        wire[f"POWER{keys.index}"] = keys.state_on if state["on"] else keys.state_off
    if "brightness" in state:
        wire[keys.dimmer_told] = state["brightness"]
    if "color_temperature" in state:
        wire.update(CT=kelvin_to_mired(float(state["color_temperature"])), White=100)
    if "hue" in state:
        wire["HSBColor"] = f"{state['hue']:.0f},{state['saturation']:.0f},100"
        wire["White"] = 0
    if "position" in state:
        wire.update(shutter_reported(keys, state))
    if "speed" in state:
        wire["FanSpeed"] = round(float(state["speed"]) * FAN_SPEEDS / 100) if state["on"] else 0
    wire.update(sensor_reported(keys, state))
    return wire
