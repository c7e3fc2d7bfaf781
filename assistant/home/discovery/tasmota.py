"""Tasmota's discovery: what a device has, and how its topics are made.

    tasmota/discovery/<mac>/config    retained: {"dn":"Kitchen","fn":["Ceiling",…],"rl":[2,0,…],
                                      "t":"tasmota_49A3BC","ft":"%prefix%/%topic%/",…}
    tasmota/discovery/<mac>/sensors   retained: {"sn":{"AM2301":{"Temperature":…},"TempUnit":"C"}}

Source: tasmota.github.io, MQTT; checked against hatasmota 0.9.2.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain
from typing import Any

from assistant.config import Kind
from assistant.events import Message
from assistant.home.dialects.payload import read_json
from assistant.home.dialects.tasmota_sensor import TASMOTA_CLASSES, UNIT_KEYS, UNITS
from assistant.home.discovery.announced import Announcement, Catalogue, slug, spoken

RELAY, LIGHT, SHUTTER = 1, 2, 3  # entries of `rl`
INVERTED = 1  # bit of `sho`
OWN_TOPICS = "4"  # SetOption4: answers on the topic of the command's own word
ALL_LIGHTS = "30"  # SetOption30: the relays switch lamps
CHANNELS = "68"  # SetOption68: every channel is a lamp of its own
REDUCED_CT = "82"  # SetOption82: 200 to 380 mired
DIMMED, WHITE, RGB, RGBW = 1, 2, 3, 4  # `lt_st`
Wire = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Part:
    """A relay, a lamp, a shutter or the fan of a device."""

    id: str
    kind: Kind
    name: str
    mqtt: Mapping[str, Any]
    alias: str = ""


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
    for part in chain(_relays(config, device), _shutters(config, device), _fan(config, device)):
        yield Announcement(
            slug(f"tasmota_{mac}_{part.id}"),
            part.kind,
            part.name,
            "tasmota",
            {**_common(config, mac), **part.mqtt},
            topic,
            aliases=(part.alias,) if part.alias else (),
            hardware=hardware,
        )
    yield from _sensors(topic, mac, config, sensors, device, hardware)


def _relays(config: Wire, device: str) -> Iterator[Part]:
    """What switches something, and the lamps."""
    has_fan = bool(config.get("if"))  # its other relays are the fan's
    relays = _list(config.get("rl"))[: 1 if has_fan else None]
    found = [(at, relay) for at, relay in enumerate(relays) if relay in (RELAY, LIGHT)]
    lamps = [] if has_fan else [at for at, relay in found if relay == LIGHT]
    several = sum(1 for relay in relays if relay in (RELAY, LIGHT, SHUTTER)) > 1
    for at, relay in found:
        lit = relay == LIGHT or has_fan or _option(config, ALL_LIGHTS)
        name = _friendly(config, at) or (f"{device} {at + 1}" if several else device)
        yield Part(
            str(at + 1),
            "light" if lit else "switch",
            name if several else device,
            {"index": at + 1, **(_lamp(config, at, lamps.index(at)) if at in lamps else {})},
            alias="" if several or name == device else name,
        )


def _lamp(config: Wire, at: int, number: int) -> dict[str, Any]:
    """The keys of a lamp; `number`: which of the device's it is, from 0."""
    subtype = config.get("lt_st")
    if not isinstance(subtype, int):
        return {}
    if _option(config, CHANNELS):
        channel = f"Channel{at + 1}"
        return {"light_type": DIMMED, "dimmer": channel, "dimmer_told": channel}
    mqtt: dict[str, Any] = {"light_type": subtype}
    if config.get("ty"):
        mqtt.update(dimmer="Dimmer3", fades=False)
    elif config.get("lk") == 0 and subtype >= RGBW and number < 2:  # colour and white apart
        white = DIMMED if subtype == RGBW else WHITE
        dimmer = f"Dimmer{number + 1}"
        mqtt.update(light_type=white if number else RGB, dimmer=dimmer, dimmer_told=dimmer)
    if _option(config, REDUCED_CT):
        mqtt.update(min_mireds=200, max_mireds=380)
    return mqtt


def _shutters(config: Wire, device: str) -> Iterator[Part]:
    relays, number, at = _list(config.get("rl")), 0, 0
    while at < len(relays):
        if relays[at] != SHUTTER:
            at += 1
            continue
        at += 2  # a shutter has two relays
        number += 1
        name = device if number == 1 else f"{device} {number}"
        yield Part(f"shutter_{number}", "cover", name, _shutter(config, number))


def _shutter(config: Wire, number: int) -> dict[str, Any]:
    """The keys of the shutter of that number, from 1."""
    options, tilts = _list(config.get("sho")), _list(config.get("sht"))
    option = options[number - 1] if number <= len(options) else 0
    inverted = isinstance(option, int) and bool(option & INVERTED)
    mqtt: dict[str, Any] = {"index": number, "inverted": inverted}
    if number <= len(tilts):
        low, high, duration = (*_list(tilts[number - 1]), 0, 0, 0)[:3]
        if duration:
            mqtt.update(tilt_min=low, tilt_max=high)
    return mqtt


def _fan(config: Wire, device: str) -> Iterator[Part]:
    if config.get("if"):
        yield Part("fan", "fan", device, {})


def _sensors(
    topic: str, mac: str, config: Wire, sensors: Wire, device: str, hardware: frozenset[str]
) -> Iterator[Announcement]:
    """One for each chip and channel: two of them may both measure a temperature."""
    chips: dict[tuple[str, int | None], list[dict[str, Any]]] = {}
    for reading in _readings(sensors.get("sn"), sensors.get("sn")):
        chips.setdefault((_chip(reading["path"]), _channel(reading)), []).append(reading)
    several = len({chip for chip, _ in chips}) > 1
    for (chip, channel), readings in chips.items():
        name, id_ = device, chip
        if channel is not None:
            name, id_ = _channel_name(config, device, channel, chips), f"{chip}_{channel + 1}"
        yield Announcement(
            slug(f"tasmota_{mac}_{id_}"),
            "sensor",
            name,
            "tasmota",
            {**_common(config, mac), "readings": readings},
            topic,
            aliases=(f"{name} {spoken(chip)}",) if several else (),
            category="diagnostic" if chip in PROCESSORS else None,
            hardware=hardware,
        )


PROCESSORS = ("ESP32", "ESP8266")
"""They measure how warm they are themselves."""


def _chip(path: list[str | int]) -> str:
    """Which chip measures: inputs are told apart by their pin's number, ANALOG.Temperature2."""
    first, key = str(path[0]), str(path[1]) if len(path) > 1 else ""
    number = key.removeprefix(key.rstrip("0123456789"))
    return f"{first} {number}".strip() if first == ANALOG else first


def _channel(reading: Wire) -> int | None:
    last = reading["path"][-1]
    return last if isinstance(last, int) else None


def _channel_name(
    config: Wire, device: str, channel: int, chips: Iterable[tuple[str, int | None]]
) -> str:
    """A channel is called as the relay that it measures, where there is one for each."""
    channels = 1 + max(at for _, at in chips if at is not None)
    relays = sum(1 for relay in _list(config.get("rl")) if relay in (RELAY, LIGHT))
    named = _friendly(config, channel) if relays == channels else ""
    return named or f"{device} {channel + 1}"


def _common(config: Wire, mac: str) -> dict[str, Any]:
    states = _list(config.get("state"))
    off, on = (str(word) for word in states[:2]) if len(states) >= 2 else ("OFF", "ON")
    return {
        "topic": config["t"],
        "full_topic": config.get("ft"),
        "prefixes": config.get("tp"),
        "hostname": config.get("hn"),
        "mac": config.get("mac") or mac,
        "own_topics": _option(config, OWN_TOPICS),
        "sleeps": bool(config.get("dslp")),
        "state_off": off,
        "state_on": on,
        "online": config.get("onln"),
        "offline": config.get("ofln"),
    }


def _option(config: Wire, number: str) -> bool:
    """Whether SetOption<number> is set."""
    options = config.get("so")
    return isinstance(options, dict) and bool(options.get(number))


def _friendly(config: Wire, at: int) -> str:
    names = _list(config.get("fn"))
    return spoken(names[at]) if at < len(names) and names[at] else ""


ANALOG = "ANALOG"
MOST_CHANNELS = 8


def _readings(found: object, units: Any, path: tuple[str, ...] = ()) -> Iterator[dict[str, Any]]:
    """What is measured; of a list what all have together, and what each channel has."""
    if not isinstance(found, dict) or len(path) > 3:
        return
    for name, value in found.items():
        key = name.rstrip("0123456789") if path[:1] == (ANALOG,) else name
        if isinstance(value, dict):
            yield from _readings(value, units, (*path, str(name)))
        elif attribute := TASMOTA_CLASSES.get(key):
            unit = units.get(UNIT_KEYS.get(attribute, ""), UNITS.get(attribute))
            reading = {"attribute": attribute, "unit": unit}
            whole = [*path, str(name)]
            yield {"path": whole, **reading}
            if isinstance(value, list):
                channels = range(min(len(value), MOST_CHANNELS))
                yield from ({"path": [*whole, at], **reading} for at in channels)


def _list(found: object) -> list[Any]:
    return found if isinstance(found, list) else []
