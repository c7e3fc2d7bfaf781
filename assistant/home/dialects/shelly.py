"""Shelly of the second and later generations: JSON-RPC on a topic.

    command   <prefix>/rpc   {"id":1,"src":"…","method":"Light.Set","params":{"id":0,"on":true}}
    ask       the same, method Shelly.GetStatus; the answer comes on <src>/rpc
    report    <prefix>/events/rpc {"method":"NotifyStatus","params":{"light:0":{…}}},
              <prefix>/status/light:0 {…} where `status_ntf` is set
    alive     <prefix>/online true | false; not of what runs on a battery, which sleeps

brightness is percent, colour temperature kelvin, a cover's position 100 = open. The prefix may have
several levels. Source: shelly-api-docs.shelly.cloud, Gen2, Components and RPC channels; not checked
on a device.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from assistant.config import DeviceSettings
from assistant.events import Message, Value
from assistant.home.attributes import MANNER
from assistant.home.dialects import colors
from assistant.home.dialects.availability import LONGEST_SLEEP_S, Availability, Signal
from assistant.home.dialects.channel import Channels, Described, Passing
from assistant.home.dialects.command import command
from assistant.home.dialects.keys import read_keys
from assistant.home.dialects.payload import NOTHING, choice, number, read_json
from assistant.home.dialects.shelly_climate import (
    FEATURES as CLIMATE,
)
from assistant.home.dialects.shelly_climate import (
    LIMITS,
    climate_calls,
    climate_obeyed,
    climate_reported,
    climate_told,
)
from assistant.home.dialects.shelly_sensor import bthome, measurable, measured
from assistant.home.dialects.topics import Topic
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
    **CLIMATE,
}
"""Component type → what it takes; a component of another type is a sensor."""

METHODS = {"switch": "Switch", "light": "Light", "cct": "CCT", "rgb": "RGB", "rgbw": "RGBW"}
METHODS |= {"rgbcct": "RGBCCT"}
MOTIONS = {"open": "stopped", "closed": "stopped", "stopped": "stopped", "calibrating": "stopped"}
MOTIONS |= {"opening": "opening", "closing": "closing"}


@dataclass(frozen=True, slots=True, kw_only=True)
class ShellyKeys:
    """The keys below `mqtt:`."""

    topic: Topic
    """The prefix: `shellyplus1-a8032abe54dc`, or what was set in its place."""

    component: str = "switch:0"
    """Type and number, as in <prefix>/status/…; of a sensor several, with commas between."""

    generation: int = 2
    sleeps: bool = False
    """It runs on a battery: it is away most of the time, and its last report counts for a day."""

    slats: bool = False
    """Of a cover: it can be tilted."""

    works: Literal["heat", "cool"] = "heat"
    """What a thermostat does when it is on."""

    min_kelvin: int = 2700
    max_kelvin: int = 6500
    readings: tuple[Mapping[str, Any], ...] = ()
    """Of sensors behind a gateway: {component: "bthomesensor:200", attribute: temperature}."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shelly(Described):
    """One component of a device."""

    keys: ShellyKeys
    components: tuple[str, ...]

    @property
    def prefix(self) -> str:
        """Its topics begin so."""
        return self.keys.topic

    @property
    def type(self) -> str:
        """Of the (first) component."""
        return self.components[0].split(":")[0]

    @property
    def number(self) -> int:
        """Of the (first) component."""
        return int(self.components[0].split(":")[1])

    def commands(self, attributes: State) -> tuple[Message, ...]:
        calls = (call(self.prefix, method, params) for method, params in self._calls(attributes))
        return tuple(command(f"{self.prefix}/rpc", frame) for frame in calls)

    def _calls(self, attributes: State) -> Iterator[tuple[str, dict[str, Any]]]:
        if self.type == "cover":
            method, params = _cover_call(attributes)
            yield method, {"id": self.number, **params}
        elif self.type in CLIMATE:
            yield from climate_calls(self.type, self.number, attributes, self.keys.works)
        else:
            yield f"{METHODS[self.type]}.Set", {"id": self.number, **_light(self.type, attributes)}

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
                state.update(self._told(component, found))
        return state or None

    def _told(self, component: str, found: Mapping[str, Any]) -> Iterable[tuple[str, Value]]:
        """What a component's status says; raises ValueError."""
        type_ = component.split(":")[0]
        if type_ in CLIMATE:
            return climate_told(type_, found, self.keys.works)
        if type_ == "bthomesensor":
            attribute = next(
                (one["attribute"] for one in self.keys.readings if one["component"] == component),
                None,
            )
            return bthome(attribute, found) if attribute else ()
        if type_ == "cover":
            return (*_cover_status(found), *measured(type_, found))
        looks = tuple(_look("output", found)) if type_ in METHODS else ()
        return (*looks, *measured(type_, found))

    def obey(self, topic: str, payload: bytes) -> State:
        wire = read_json(payload)
        params = wire.get("params")
        if not isinstance(params, dict):
            raise ValueError("params: missing")
        if self.type in CLIMATE:
            return climate_obeyed(params, self.keys.works)
        if self.type != "cover":
            return dict(_look("on", params))
        verbs: Mapping[object, State] = {
            "Cover.Open": {"open": True},
            "Cover.Close": {"open": False},
            "Cover.Stop": {"stop": True},
        }
        if wire.get("method") == "Cover.GoToPosition":
            return dict(_at({"current_pos": params.get("pos"), **params}))
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
    alive = Availability((Signal(f"{prefix}/online", "true", "false"),))
    limits = {"color_temperature": (float(keys.min_kelvin), float(keys.max_kelvin))}
    if type_ in LIMITS:
        limits["target_temperature"] = LIMITS[type_]
    measures = frozenset(_measures(components, keys))
    return Shelly(
        keys=keys,
        components=components,
        features=FEATURES.get(type_, frozenset()) | ({"tilt"} if keys.slats else set()),
        topics=(
            *(f"{prefix}/status/{component}" for component in components),
            f"{prefix}/events/rpc",
            f"{ASKING}/{prefix}/rpc",
        ),
        command_topics=(f"{prefix}/rpc",),
        availability=None if keys.sleeps else alive,
        passing=dict.fromkeys(measures, ASLEEP) if keys.sleeps else {},
        limits=limits,
        measures=measures,
        choices={"mode": ("off", keys.works)} if type_ == "thermostat" else {},
        ask=(Message(f"{prefix}/rpc", call(prefix, "Shelly.GetStatus"), qos=0),),
    )


ASLEEP = Passing(LONGEST_SLEEP_S, None)


def _measures(components: Iterable[str], keys: ShellyKeys) -> Iterator[str]:
    """What it measures, as far as it is only there for that."""
    for component in components:
        type_ = component.split(":")[0]
        yield from measurable(type_)
        if type_ in CLIMATE:
            yield "temperature"
    yield from (str(reading["attribute"]) for reading in keys.readings)


def _light(type_: str, attributes: State) -> dict[str, Any]:
    """The parameters of a switch or a lamp."""
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
    if type_ == "rgbcct" and params.keys() & {"ct", "rgb"}:
        params["mode"] = "rgb" if "rgb" in params else "cct"
    return params


def _cover_call(attributes: State) -> tuple[str, dict[str, Any]]:
    if "stop" in attributes:
        return "Cover.Stop", {}
    keys = {"position": "pos", "tilt": "slat_pos"}
    aims = {key: attributes[name] for name, key in keys.items() if name in attributes}
    if aims:
        return "Cover.GoToPosition", aims
    return ("Cover.Open" if attributes.get("open") else "Cover.Close"), {}


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
    yield from _at(found)


def _at(found: Mapping[str, Any]) -> Iterator[tuple[str, Value]]:
    if (position := found.get("current_pos")) is not None:
        percent = round(number(position, 0, 100))
        yield from (("position", percent), ("open", percent > 0))
    if (slats := found.get("slat_pos")) is not None:
        yield "tilt", round(number(slats, 0, 100))


def _reported(type_: str, state: State) -> dict[str, Any]:
    """The device's side of a status."""
    if type_ in CLIMATE:
        return climate_reported(state)
    wire: dict[str, Any] = {}
    if type_ == "cover":
        wire["current_pos"] = state.get("position", 100 if state.get("open") else 0)
        wire["state"] = "open" if state.get("open") else "closed"
        if "tilt" in state:
            wire["slat_pos"] = state["tilt"]
        return wire
    wire["output"] = state.get("on", False)
    if "brightness" in state:
        wire["brightness"] = state["brightness"]
    if "color_temperature" in state:
        wire["ct"] = state["color_temperature"]
    if "hue" in state:
        wire["rgb"] = list(colors.hs_to_rgb(float(state["hue"]), float(state["saturation"])))
    return wire
