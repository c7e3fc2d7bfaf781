"""Tasmota's discovery: what a device has, and how its topics are made.

    tasmota/discovery/<mac>/config    retained: {"dn":"Kitchen","fn":["Ceiling",…],"rl":[2,0,…],
                                      "t":"tasmota_49A3BC","ft":"%prefix%/%topic%/",…}
    tasmota/discovery/<mac>/sensors   retained: {"sn":{"AM2301":{"Temperature":…},"TempUnit":"C"}}

Source: tasmota.github.io, MQTT; checked against hatasmota 0.9.2.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from assistant.config import Kind
from assistant.events import Message
from assistant.home.dialects.payload import read_json
from assistant.home.dialects.tasmota import TASMOTA_CLASSES
from assistant.home.discovery.announced import Announcement, Catalogue, slug, spoken

RELAY, LIGHT, SHUTTER = 1, 2, 3  # entries of `rl`
INVERTED = 1  # bit of `sho`
REDUCED_CT = "82"  # SetOption82: 200 to 380 mired
Wire = Mapping[str, Any]


class Tasmota:
    """Everything below one discovery topic."""

    name = "tasmota"
    hello: tuple[Message, ...] = ()

    def __init__(self, prefix: str, most: int) -> None:
        self.topics = (f"{prefix}/+/config", f"{prefix}/+/sensors")
        self._catalogue = Catalogue(most)
        self._configs: dict[str, Wire] = {}
        self._sensors: dict[str, Wire] = {}
        self._most = most

    def take(self, topic: str, payload: bytes) -> tuple[Message, ...]:
        *_, mac, what = topic.split("/")
        known = self._configs if what == "config" else self._sensors
        if not payload:
            known.pop(mac, None)
        elif mac in known or len(known) < self._most:
            known[mac] = read_json(payload)
        else:
            raise ValueError(f"more than {self._most} devices")
        config = self._configs.get(mac)
        found = list(_devices(topic, mac, config, self._sensors.get(mac, {}))) if config else []
        self._catalogue.put(mac, found)
        return ()

    def announced(self) -> Iterable[Announcement]:
        return self._catalogue.all()


def _devices(topic: str, mac: str, config: Wire, sensors: Wire) -> Iterator[Announcement]:
    if not isinstance(config.get("t"), str):
        raise ValueError("t: expected the device's topic")
    device = spoken(config.get("dn") or config["t"])
    hardware = frozenset({mac, mac.lower(), str(config["t"])})
    relays = _list(config.get("rl"))
    shutters = 0
    several = sum(1 for relay in relays if relay in (RELAY, LIGHT)) > 1
    for at, relay in enumerate(relays):
        if relay == SHUTTER and at + 1 < len(relays) and relays[at + 1] == SHUTTER:
            continue  # a shutter has two relays
        if relay == SHUTTER:
            shutters += 1
            mqtt = _shutter(config, shutters)
            yield Announcement(
                slug(f"tasmota_{mac}_shutter_{shutters}"),
                *("cover", device if shutters == 1 else f"{device} {shutters}", "tasmota", mqtt),
                where=topic,
                hardware=hardware,
            )
        elif relay in (RELAY, LIGHT):
            kind: Kind = "light" if relay == LIGHT else "switch"
            name = _friendly(config, at) or device
            yield Announcement(
                slug(f"tasmota_{mac}_{at + 1}"),
                kind,
                name if several or name == device else device,
                "tasmota",
                _power(config, at, relay),
                where=topic,
                aliases=() if several or name == device else (name,),
                hardware=hardware,
            )
    yield from _sensors(topic, mac, config, sensors, device, hardware)


def _sensors(
    topic: str, mac: str, config: Wire, sensors: Wire, device: str, hardware: frozenset[str]
) -> Iterator[Announcement]:
    """One for each chip: two of them may both measure a temperature."""
    chips: dict[str, list[dict[str, Any]]] = {}
    for reading in _readings(sensors.get("sn")):
        chips.setdefault(str(reading["path"][0]), []).append(reading)
    for chip, readings in chips.items():
        yield Announcement(
            slug(f"tasmota_{mac}_{chip}"),
            "sensor",
            device,
            "tasmota",
            {**_common(config), "readings": readings},
            topic,
            aliases=(f"{device} {spoken(chip)}",) if len(chips) > 1 else (),
            hardware=hardware,
        )


def _common(config: Wire) -> dict[str, Any]:
    states = _list(config.get("state"))
    off, on = (str(word) for word in states[:2]) if len(states) >= 2 else ("OFF", "ON")
    return {
        "topic": config["t"],
        "full_topic": config.get("ft"),
        "prefixes": config.get("tp"),
        "state_off": off,
        "state_on": on,
        "online": config.get("onln"),
        "offline": config.get("ofln"),
    }


def _power(config: Wire, at: int, relay: int) -> dict[str, Any]:
    mqtt = {**_common(config), "index": at + 1}
    subtype = config.get("lt_st")
    if relay == LIGHT and isinstance(subtype, int):
        mqtt["light_type"] = subtype
        options = config.get("so")
        if isinstance(options, dict) and options.get(REDUCED_CT):
            mqtt.update(min_mireds=200, max_mireds=380)
    return mqtt


def _shutter(config: Wire, number: int) -> dict[str, Any]:
    options = _list(config.get("sho"))
    option = options[number - 1] if number <= len(options) else 0
    inverted = isinstance(option, int) and bool(option & INVERTED)
    return {**_common(config), "index": number, "inverted": inverted}


def _friendly(config: Wire, at: int) -> str:
    names = _list(config.get("fn"))
    return spoken(names[at]) if at < len(names) and names[at] else ""


def _readings(found: object, path: tuple[str, ...] = ()) -> Iterator[dict[str, Any]]:
    if not isinstance(found, dict) or len(path) > 3:
        return
    for name, value in found.items():
        if isinstance(value, dict):
            yield from _readings(value, (*path, str(name)))
        elif name in TASMOTA_CLASSES and not isinstance(value, list):
            unit = "C" if TASMOTA_CLASSES[name] == "temperature" else None
            yield {"path": [*path, name], "attribute": TASMOTA_CLASSES[name], "unit": unit}


def _list(found: object) -> list[Any]:
    return found if isinstance(found, list) else []
