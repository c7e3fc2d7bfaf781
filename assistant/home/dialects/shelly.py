"""Shelly of the second and later generations: JSON-RPC on a topic.

    command   <prefix>/rpc   {"id":1,"src":"…","method":"Light.Set","params":{"id":0,"on":true}}
    ask       the same, method Shelly.GetStatus; the answer comes on <src>/rpc
    report    <prefix>/events/rpc {"method":"NotifyStatus","params":{"light:0":{…}}},
              <prefix>/status/light:0 {…} where `status_ntf` is set
    alive     <prefix>/online true | false

brightness is percent, colour temperature kelvin, a cover's position 100 = open.
Source: shelly-api-docs.shelly.cloud, Gen2, Components and RPC channels; not checked on a device.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from assistant.config import DeviceSettings
from assistant.events import Message, Value
from assistant.home.attributes import MANNER
from assistant.home.dialects import colors
from assistant.home.dialects.availability import Availability, Signal
from assistant.home.dialects.channel import Channels, Described
from assistant.home.dialects.command import command
from assistant.home.dialects.keys import read_keys
from assistant.home.dialects.payload import NOTHING, choice, number, read_json
from assistant.home.model import State

ASKING = "assistant/shelly"
"""Answers to our questions come on `assistant/shelly/<prefix>/rpc`."""

FEATURES: Mapping[str, frozenset[str]] = {
    "switch": frozenset({"on"}),
    "light": frozenset({"on", "brightness", *MANNER}),
    "cct": frozenset({"on", "brightness", "color_temperature", *MANNER}),
    "rgb": frozenset({"on", "brightness", "hue", "saturation", *MANNER}),
    "rgbw": frozenset({"on", "brightness", "hue", "saturation", *MANNER}),
    "rgbcct": frozenset({"on", "brightness", "color_temperature", "hue", "saturation", *MANNER}),
    "cover": frozenset({"open", "position", "stop"}),
}
"""Component type → what it takes; a component of another type is a sensor."""

METHODS = {"switch": "Switch", "light": "Light", "cct": "CCT", "rgb": "RGB", "rgbw": "RGBW"}
METHODS |= {"rgbcct": "RGBCCT"}
KELVIN = (2700.0, 6500.0)
MOTIONS = {"open": "stopped", "closed": "stopped", "stopped": "stopped", "calibrating": "stopped"}
MOTIONS |= {"opening": "opening", "closing": "closing"}


@dataclass(frozen=True, slots=True, kw_only=True)
class ShellyKeys:
    """The keys below `mqtt:`."""

    topic: str
    """The prefix: `shellyplus1-a8032abe54dc`, or what was set in its place."""

    component: str = "switch:0"
    """Type and number, as in <prefix>/status/…; of a sensor several, with commas between."""

    generation: int = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Shelly(Described):
    """One component of a device."""

    prefix: str
    components: tuple[str, ...]

    @property
    def type(self) -> str:
        """Of the (first) component."""
        return self.components[0].split(":")[0]

    @property
    def number(self) -> int:
        """Of the (first) component."""
        return int(self.components[0].split(":")[1])

    def commands(self, attributes: State) -> tuple[Message, ...]:
        method, params = self._call(attributes)
        params = {"id": self.number, **params}
        return (command(f"{self.prefix}/rpc", call(self.prefix, method, params)),)

    def _call(self, attributes: State) -> tuple[str, dict[str, Any]]:
        if self.type == "cover":
            return _cover_call(attributes)
        params: dict[str, Any] = {"on": attributes.get("on", True)}
        if "transition" in attributes:
            params["transition_duration"] = attributes["transition"]
        if "brightness" in attributes:
            params["brightness"] = attributes["brightness"]
        if "color_temperature" in attributes:
            params["ct"] = attributes["color_temperature"]
        if "hue" in attributes:
            hue, saturation = float(attributes["hue"]), float(attributes["saturation"])
            params["rgb"] = list(colors.hs_to_rgb(hue, saturation))
        if self.type == "rgbcct" and params.keys() & {"ct", "rgb"}:
            params["mode"] = "rgb" if "rgb" in params else "cct"
        return f"{METHODS[self.type]}.Set", params

    def read(self, topic: str, payload: bytes) -> State | None:
        if payload in NOTHING:
            return None
        wire, state = read_json(payload), dict[str, Value]()
        for component in self.components:
            if topic == f"{self.prefix}/status/{component}":
                found: Any = wire
            else:
                part = wire.get("params", wire.get("result"))
                found = part.get(component) if isinstance(part, dict) else None
            if isinstance(found, dict):
                state.update(_status(component.split(":")[0], found))
        return state or None

    def obey(self, topic: str, payload: bytes) -> State:
        wire = read_json(payload)
        params = wire.get("params")
        if not isinstance(params, dict):
            raise ValueError("params: missing")
        if self.type != "cover":
            return dict(_look("on", params))
        verbs: Mapping[object, State] = {
            "Cover.Open": {"open": True},
            "Cover.Close": {"open": False},
            "Cover.Stop": {"stop": True},
        }
        if wire.get("method") == "Cover.GoToPosition":
            position = round(number(params.get("pos"), 0, 100))
            return {"position": position, "open": position > 0}
        return verbs.get(wire.get("method"), {})

    def report(self, state: State) -> tuple[Message, ...]:
        topic = f"{self.prefix}/status/{self.components[0]}"
        return (Message(topic, json.dumps(_reported(self.type, state)), retain=True),)


def call(prefix: str, method: str, params: Mapping[str, Any] | None = None) -> str:
    """A request frame whose answer comes on `assistant/shelly/<prefix>/rpc`."""
    frame: dict[str, Any] = {"id": 1, "src": f"{ASKING}/{prefix}", "method": method}
    return json.dumps({**frame, "params": params} if params else frame, separators=(",", ":"))


def build(settings: DeviceSettings) -> Described:
    """Read the device's keys; raises ConfigError."""
    if settings.mqtt.get("generation") == 1:
        from assistant.home.dialects.shelly_gen1 import build_gen1

        made: Channels = build_gen1(settings)
        return made
    keys = read_keys(ShellyKeys, settings)
    prefix, components = keys.topic, tuple(part.strip() for part in keys.component.split(","))
    type_ = components[0].split(":")[0]
    return Shelly(
        prefix=prefix,
        components=components,
        features=FEATURES.get(type_, frozenset()),
        topics=(
            *(f"{prefix}/status/{component}" for component in components),
            f"{prefix}/events/rpc",
            f"{ASKING}/{prefix}/rpc",
        ),
        command_topics=(f"{prefix}/rpc",),
        availability=Availability((Signal(f"{prefix}/online", "true", "false"),)),
        limits={"color_temperature": KELVIN},
        ask=(Message(f"{prefix}/rpc", call(prefix, "Shelly.GetStatus"), qos=0),),
    )


def _cover_call(attributes: State) -> tuple[str, dict[str, Any]]:
    if "stop" in attributes:
        return "Cover.Stop", {}
    if "position" in attributes:
        return "Cover.GoToPosition", {"pos": attributes["position"]}
    return ("Cover.Open" if attributes.get("open") else "Cover.Close"), {}


def _status(type_: str, found: Mapping[str, Any]) -> State:
    """What a component's status says; raises ValueError."""
    if type_ == "cover":
        return dict(_cover_status(found))
    if type_ in METHODS:
        return dict(_look("output", found))
    return dict(_measured(type_, found))


def _look(on: str, found: Mapping[str, Any]) -> Iterator[tuple[str, Value]]:
    if (output := found.get(on)) is not None:
        if not isinstance(output, bool):
            raise ValueError(f"{on}: expected true or false")
        yield "on", output
    if (level := found.get("brightness")) is not None:
        yield "brightness", round(number(level, 0, 100))
    # A lamp of both keeps telling the colour it had before it became white: the mode decides.
    mode = found.get("mode")
    if (white := found.get("ct")) is not None and mode != "rgb":
        yield "color_temperature", round(number(white, 500, 50_000))
    if (rgb := found.get("rgb")) is not None and mode != "cct":
        if not isinstance(rgb, list) or len(rgb) != 3:
            raise ValueError("rgb: expected three numbers")
        hue, saturation = colors.rgb_to_hs(*(number(part, 0, 255) for part in rgb))
        yield from (("hue", round(hue, 2)), ("saturation", round(saturation, 2)))


def _cover_status(found: Mapping[str, Any]) -> Iterator[tuple[str, Value]]:
    if (word := found.get("state")) is not None:
        motion = MOTIONS[choice(word, tuple(MOTIONS))]
        yield "motion", motion
        if word in ("open", "closed"):
            yield "open", word == "open"
    if (position := found.get("current_pos")) is not None:
        percent = round(number(position, 0, 100))
        yield from (("position", percent), ("open", percent > 0))


READINGS = {
    ("temperature", "tC"): "temperature",
    ("humidity", "rh"): "humidity",
    ("illuminance", "lux"): "illuminance",
    ("smoke", "alarm"): "smoke",
    ("flood", "alarm"): "wet",
    ("switch", "apower"): "power",
    ("pm1", "apower"): "power",
    ("pm1", "voltage"): "voltage",
}
"""(component type, key of its status) → attribute."""


def _measured(type_: str, found: Mapping[str, Any]) -> Iterator[tuple[str, Value]]:
    for (kind, key), attribute in READINGS.items():
        if kind != type_ or (value := found.get(key)) is None:
            continue
        yield attribute, value if isinstance(value, bool) else number(value, -1e6, 1e9)
    battery = found.get("battery")
    if type_ == "devicepower" and isinstance(battery, dict) and "percent" in battery:
        yield "battery", number(battery["percent"], 0, 100)


def _reported(type_: str, state: State) -> dict[str, Any]:
    """The device's side of a status."""
    wire: dict[str, Any] = {}
    if type_ == "cover":
        wire["current_pos"] = state.get("position", 100 if state.get("open") else 0)
        wire["state"] = "open" if state.get("open") else "closed"
        return wire
    wire["output"] = state.get("on", False)
    if "brightness" in state:
        wire["brightness"] = state["brightness"]
    if "color_temperature" in state:
        wire["ct"] = state["color_temperature"]
    if "hue" in state:
        wire["rgb"] = list(colors.hs_to_rgb(float(state["hue"]), float(state["saturation"])))
    return wire
