"""Shelly of the first generation: plain words, and JSON for lights.

    command   shellies/<id>/relay/0/command  on | off
              shellies/<id>/roller/0/command  open | close | stop · …/command/pos  0 to 100
              shellies/<id>/light/0/set  {"turn":"on","brightness":40}   white/0, color/0 likewise
    ask       shellies/<id>/command  update
              shellies/<id>/thermostat/0/command/target_t  21.5
    report    shellies/<id>/relay/0  on | off · …/roller/0/pos · …/light/0/status {…}
              shellies/<id>/sensor/temperature … · …/relay/0/power, …/emeter/0/power  watts
              shellies/<id>/info {"thermostats":[{"pos":40,"target_t":{"value":21.5},"tmp":{…}}]}
    alive     shellies/<id>/online  true | false; not of sensors, which sleep

brightness and gain are percent, temp kelvin. Source: shelly-api-docs.shelly.cloud, Gen1, MQTT;
not checked on a device.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from assistant.config import DeviceSettings
from assistant.events import Message, Value
from assistant.home.attributes import MANNER
from assistant.home.dialects import colors
from assistant.home.dialects.availability import LONGEST_SLEEP_S, Availability, Signal
from assistant.home.dialects.channel import Channel, Channels, Pair, Passing, channels
from assistant.home.dialects.keys import read_keys
from assistant.home.dialects.payload import number, read_json
from assistant.home.dialects.scales import fahrenheit_to_celsius
from assistant.home.dialects.texts import flag, numeric
from assistant.home.dialects.topics import Topic
from assistant.home.model import State

KELVIN = (2700.0, 6500.0)
TARGETS = (4.0, 31.0)  # °C, of a radiator valve
SLOWEST_MS = 5000  # of `transition`
Component = Literal["relay", "roller", "light", "white", "color", "sensor", "emeter", "thermostat"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Gen1Keys:
    """The keys below `mqtt:`."""

    topic: Topic
    """shellies/<id>."""

    component: Component = "relay"
    index: int = 0
    generation: int = 1
    white: bool = False
    """Of a light: its colour temperature can be set (Duo, bulbs)."""

    readings: tuple[str, ...] = ()
    """Of a sensor: temperature, humidity, battery, flood, state, motion, smoke, lux."""


def build_gen1(settings: DeviceSettings) -> Channels:
    """Read the device's keys; raises ConfigError."""
    keys = read_keys(Gen1Keys, settings)
    make: Mapping[str, Callable[[Gen1Keys, str], Parts]] = {
        "relay": _relay,
        "roller": _roller,
        "sensor": _sensor,
        "emeter": _meter,
        "thermostat": _thermostat,
    }
    place = f"{keys.topic}/{keys.component}"
    where = place if keys.component == "sensor" else f"{place}/{keys.index}"
    features, commanded, reported = make.get(keys.component, _light)(keys, where)
    sleeps = keys.component == "sensor"
    alive = Availability((Signal(f"{keys.topic}/online", "true", "false"),))
    measures = frozenset(SENSORS[key][0] for key in keys.readings if key in SENSORS)
    return channels(
        features,
        commanded,
        reported,
        availability=None if sleeps else alive,
        passing=dict.fromkeys(measures, Passing(LONGEST_SLEEP_S, None)) if sleeps else {},
        limits={"color_temperature": KELVIN, "target_temperature": TARGETS},
        measures=measures,
        ask=(Message(f"{keys.topic}/command", "update", qos=0),),
    )


Parts = tuple[Iterable[str], list[Channel], list[Channel]]


def _relay(_keys: Gen1Keys, where: str) -> Parts:
    pair = flag("on", "on", "off")
    power = Channel(f"{where}/power", *_measure("power"))
    told = [Channel(where, _on(pair), _lenient), power]
    return {"on"}, [Channel(f"{where}/command", *pair)], told


def _measure(attribute: str, scale: float = 1) -> Pair:
    """A number as text, of which so many are one of ours."""
    return numeric(
        attribute, lambda value: f"{value * scale:g}", lambda wire: wire / scale, -1e9, 1e9
    )


def _meter(_keys: Gen1Keys, where: str) -> Parts:
    told = [("power", "power", 1.0), ("voltage", "voltage", 1.0), ("current", "current", 1.0)]
    told += [("energy", "total", 1000.0)]  # watt hours
    return (), [], [Channel(f"{where}/{key}", *_measure(name, by)) for name, key, by in told]


def _on(pair: Pair) -> Callable[[State], str | None]:
    return pair.encode


def _lenient(text: str) -> State:
    """A relay that cut itself off says "overpower": it is off."""
    words = {"on": True, "off": False, "overpower": False}
    if text not in words:
        raise ValueError("expected on or off")
    return {"on": words[text]}


ROLLER: Mapping[str, State] = {"open": {"open": True}, "close": {"open": False}}
MOTIONS = {"open": "opening", "close": "closing", "stop": "stopped"}


def _roller(_keys: Gen1Keys, where: str) -> Parts:
    def go(state: State) -> str | None:
        if "stop" in state:
            return "stop"
        if "open" not in state or "position" in state:
            return None
        return "open" if state["open"] else "close"

    def gone(text: str) -> State:
        return ROLLER.get(text, {"stop": True} if text == "stop" else {})

    say, decode, _ = numeric("position", lambda percent: f"{percent:.0f}", round, 0, 100)
    return (
        {"open", "position", "stop"},
        [Channel(f"{where}/command", go, gone), Channel(f"{where}/command/pos", say, decode)],
        [Channel(where, lambda _: "stop", _moving), Channel(f"{where}/pos", say, _at)],
    )


def _moving(text: str) -> State:
    if text not in MOTIONS:
        raise ValueError("expected open, close or stop")
    return {"motion": MOTIONS[text]}


def _at(text: str) -> State:
    position = round(number(float(text), -1, 100))
    # -1: not calibrated
    return {"position": position, "open": position > 0} if position >= 0 else {}


def _light(keys: Gen1Keys, where: str) -> Parts:
    colored = keys.component == "color"
    features = {"on", "brightness", *MANNER}
    features |= {"hue", "saturation"} if colored else set()
    features |= {"color_temperature"} if keys.white else set()

    def order(state: State) -> str | None:
        wire: dict[str, Any] = {"turn": "on" if state.get("on", True) else "off"}
        if "transition" in state:
            wire["transition"] = min(round(float(state["transition"]) * 1000), SLOWEST_MS)
        wire.update(_look(state, gain=colored and "color_temperature" not in state))
        return json.dumps(wire, separators=(",", ":"))

    def ordered(text: str) -> State:
        wire = read_json(text.encode())
        turn = {} if "turn" not in wire else {"ison": wire["turn"] == "on"}
        return _status({**wire, **turn})

    def status(state: State) -> str | None:
        gain = colored and "hue" in state
        return json.dumps({"ison": state.get("on", False), **_look(state, gain=gain)})

    return (
        features,
        [Channel(f"{where}/set", order, ordered)],
        [Channel(f"{where}/status", status, lambda text: _status(read_json(text.encode())))],
    )


def _look(state: State, *, gain: bool) -> dict[str, Any]:
    wire: dict[str, Any] = {}
    if "brightness" in state:
        wire["gain" if gain else "brightness"] = state["brightness"]
    if "color_temperature" in state:
        wire.update(mode="white", temp=state["color_temperature"])
    if "hue" in state:
        rgb = colors.hs_to_rgb(float(state["hue"]), float(state["saturation"]))
        wire.update(zip(("red", "green", "blue"), rgb, strict=True), mode="color", white=0)
    return wire


def _status(wire: Mapping[str, Any]) -> State:
    state: dict[str, Any] = {}
    if isinstance(wire.get("ison"), bool):
        state["on"] = wire["ison"]
    # Older firmware of the RGBW2 does not tell the mode.
    in_color = wire.get("mode", "color" if "red" in wire else None) == "color"
    level = wire.get("gain") if in_color else wire.get("brightness", wire.get("gain"))
    if level is not None:
        state["brightness"] = round(number(level, 0, 100))
    if in_color and "red" in wire:
        rgb = (number(wire.get(part), 0, 255) for part in ("red", "green", "blue"))
        hue, saturation = colors.rgb_to_hs(*rgb)
        state.update(hue=round(hue, 2), saturation=round(saturation, 2))
    elif not in_color and wire.get("temp") is not None:
        state["color_temperature"] = round(number(wire["temp"], 500, 50_000))
    return state


def _thermostat(keys: Gen1Keys, where: str) -> Parts:
    asked = _measure("target_temperature")
    told = Channel(f"{keys.topic}/info", _valve_info, _valve)
    return {"target_temperature"}, [Channel(f"{where}/command/target_t", *asked)], [told]


def _valve(text: str) -> State:
    """What a radiator valve tells of itself; raises ValueError."""
    valves = read_json(text.encode()).get("thermostats")
    valve = valves[0] if isinstance(valves, list) and valves else None
    if not isinstance(valve, dict):
        raise ValueError("thermostats: expected a list")
    state: dict[str, Value] = {}
    for key, attribute in (("target_t", "target_temperature"), ("tmp", "temperature")):
        part = valve.get(key)
        if isinstance(part, dict) and part.get("value") is not None:
            state[attribute] = _celsius(part)
    if (position := valve.get("pos")) is not None:
        state["action"] = "heating" if number(position, -1, 100) > 0 else "idle"
    return state


def _celsius(part: Mapping[str, Any]) -> float:
    value = number(part["value"], -100, 300)
    return round(fahrenheit_to_celsius(value), 2) if part.get("units") == "F" else value


def _valve_info(state: State) -> str | None:
    keys = {"target_temperature": "target_t", "temperature": "tmp"}
    valve = {key: {"value": state[name]} for name, key in keys.items() if name in state}
    return json.dumps({"thermostats": [valve]}) if valve else None


SENSORS = {
    "temperature": ("temperature", None),
    "humidity": ("humidity", None),
    "battery": ("battery", None),
    "lux": ("illuminance", None),
    "flood": ("wet", ("true", "false")),
    "smoke": ("smoke", ("true", "false")),
    "motion": ("occupied", ("1", "0")),
    "state": ("open", ("open", "close")),
}
"""shellies/<id>/sensor/<key> → attribute, and its words for yes and no."""


def _sensor(keys: Gen1Keys, where: str) -> Parts:
    reported = []
    for reading in keys.readings:
        if reading not in SENSORS:
            continue
        attribute, yes_no = SENSORS[reading]
        pair = (
            flag(attribute, *yes_no)
            if yes_no
            else numeric(attribute, lambda value: f"{value:g}", float, -1e6, 1e6)
        )
        reported.append(Channel(f"{where}/{reading}", *pair))
    if "motion" in keys.readings:  # it tells everything in one object
        reported += [
            Channel(f"{keys.topic}/{place}", lambda _: None, _detected)
            for place in ("status", "info")
        ]
    return (), [], reported


def _detected(text: str) -> State:
    """What a motion sensor tells of itself, flat or in parts; raises ValueError."""
    wire = read_json(text.encode())
    inner = wire.get("sensor")
    found = {**wire, **inner} if isinstance(inner, dict) else wire
    state: dict[str, Value] = {}
    for key, attribute in (("motion", "occupied"), ("vibration", "vibration")):
        if isinstance(found.get(key), bool):
            state[attribute] = found[key]
    for key, attribute in (("lux", "illuminance"), ("bat", "battery")):
        value = found.get(key)
        value = value.get("value") if isinstance(value, dict) else value
        if value is not None:
            state[attribute] = number(value, -1, 1e6)
    return state
