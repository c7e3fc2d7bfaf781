"""Shelly: the first generation announces itself, the later ones are asked what they have.

    shellies/announce, shellies/<id>/announce   {"id":"shelly1-1234","model":"SHSW-1","mode":…}
    <prefix>/online   true: asked by RPC (Shelly.GetConfig); the answer has names and components.
                      A gateway is asked for what it passes on, too (Shelly.GetComponents)

Source: shelly-api-docs.shelly.cloud, Gen1 MQTT, Gen2 RPC channels; not checked on a device.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from assistant.config import Kind
from assistant.events import Message
from assistant.home.dialects.payload import read_json
from assistant.home.dialects.shelly import ASKING, FEATURES, call
from assistant.home.dialects.shelly_sensor import BTHOME, MAINS, MEASURES
from assistant.home.discovery.announced import Announcement, Catalogue, slug, spoken

RELAYS = {
    **dict.fromkeys(("SHSW-1", "SHSW-PM", "SHSW-L", "SHPLG-S", "SHPLG-1"), 1),
    **dict.fromkeys(("SHPLG2-1", "SHPLG-U1", "SHSK-1", "SHEM", "SHEM-3", "SHAIR-1"), 1),
    **dict.fromkeys(("SHSW-21", "SHSW-22", "SHSW-25", "SHUNI-1"), 2),
    "SHSW-44": 4,
}
"""Model of the first generation → relays; two of them may be a roller (`mode`)."""

DIMMERS = ("SHDM-1", "SHDM-2", "SHDIMW-1", "SHBDUO-1", "SHVIN-1", "SHBVIN-1")
TUNABLE = ("SHBDUO-1", "SHBLB-1", "SHCB-1", "SHCL-255")
BULBS = ("SHBLB-1", "SHCB-1", "SHCL-255", "SHRGBWW-01")
SENSORS = {
    "SHHT-1": ("temperature", "humidity", "battery"),
    "SHWT-1": ("temperature", "flood", "battery"),
    "SHDW-1": ("state", "lux", "battery"),
    "SHDW-2": ("state", "lux", "battery"),
    "SHMOS-01": ("motion", "lux", "battery"),
    "SHMOS-02": ("motion", "lux", "battery"),
    **dict.fromkeys(("SHSM-01", "SHSM-02"), ("smoke", "battery")),
}
METERS = {"SHEM": 2, "SHEM-3": 3}
VALVE = "SHTRV-01"
KINDS: Mapping[str, Kind] = {
    "switch": "switch",
    "cover": "cover",
    "thermostat": "climate",
    "blutrv": "climate",
}
"""Component type → kind; the others are lamps."""

LEVELS = 4
"""A prefix may have so many: home/<floor>/<room>/<device>."""

GATEWAYS = ("blugw", "bthome")
"""Components of those that pass on what Bluetooth devices tell."""

Wire = Mapping[str, Any]


class Shelly:
    """All Shellies of a broker."""

    name = "shelly"
    topics = (
        *("shellies/announce", "shellies/+/announce", f"{ASKING}/#"),
        *("/".join(["+"] * levels + ["online"]) for levels in range(1, LEVELS + 1)),
    )
    hello = (Message("shellies/command", "announce", qos=0),)

    def __init__(self, most: int) -> None:
        self._most = most
        self._catalogue = Catalogue(most)
        self._configs: dict[str, Wire] = {}
        """Prefix → what it has said that it has."""

    def take(self, topic: str, payload: bytes) -> tuple[Message, ...]:
        if topic.startswith(f"{ASKING}/"):
            prefix, _, last = topic.removeprefix(f"{ASKING}/").rpartition("/")
            return self._answer(topic, prefix, payload) if last == "rpc" else ()
        if topic.endswith("/online"):
            prefix = topic.removesuffix("/online")
            if payload != b"true" or _is_first_generation(prefix):
                return ()
            return (Message(f"{prefix}/rpc", call(prefix, "Shelly.GetConfig"), qos=0),)
        if payload:
            self._first_generation(topic, read_json(payload))
        return ()

    def announced(self) -> Iterable[Announcement]:
        return self._catalogue.all()

    def _first_generation(self, topic: str, wire: Wire) -> None:
        id_, model = wire.get("id"), wire.get("model")
        if not isinstance(id_, str) or not id_ or any(letter in id_ for letter in "+#/\0"):
            raise ValueError("id: expected the device's id")
        found = _gen1(id_, str(model), wire.get("mode"), spoken(wire.get("name") or id_), topic)
        self._catalogue.put(id_, found)

    def _answer(self, topic: str, prefix: str, payload: bytes) -> tuple[Message, ...]:
        """What Shelly.GetConfig and GetComponents say; other answers have none of their keys."""
        result = read_json(payload).get("result")
        if not isinstance(result, dict):
            return ()
        system, components = result.get("sys"), result.get("components")
        if isinstance(system, dict) and isinstance(system.get("device"), dict):
            if prefix not in self._configs and len(self._configs) >= self._most:
                raise ValueError(f"more than {self._most} devices")
            self._configs[prefix] = {**self._configs.get(prefix, {}), **result}
            more = 0 if any(one in result for one in GATEWAYS) else None
        elif isinstance(components, list) and prefix in self._configs:
            found = [one for one in components if isinstance(one, dict)]
            told = {str(one.get("key")): one.get("config") for one in found}
            self._configs[prefix] = {**self._configs[prefix], **told}
            so_far = len(components) + _count(result.get("offset"))
            more = so_far if components and so_far < _count(result.get("total")) else None
        else:
            return ()
        self._catalogue.put(prefix, _gen2(prefix, self._configs[prefix], topic))
        if more is None:
            return ()
        asked = {"dynamic_only": True, "include": ["config"], "offset": more}
        frame = call(prefix, "Shelly.GetComponents", asked)
        return (Message(f"{prefix}/rpc", frame, qos=0),)


def _is_first_generation(prefix: str) -> bool:
    """It announces itself without being asked: shellies/<id>."""
    return prefix.startswith("shellies/") and prefix.count("/") == 1


def _count(found: object) -> int:
    return found if isinstance(found, int) else 0


def _gen1(id_: str, model: str, mode: object, name: str, topic: str) -> Iterator[Announcement]:
    def one(kind: Kind, component: str, index: int, of: int = 1, **more: Any) -> Announcement:
        return Announcement(
            slug(f"shelly_{id_}_{component}_{index}"),
            kind,
            name if of == 1 else f"{name} {index + 1}",
            "shelly",
            {
                "generation": 1,
                "topic": f"shellies/{id_}",
                "component": component,
                "index": index,
                **more,
            },
            topic,
            hardware=frozenset({id_}),
        )

    if model in RELAYS and mode == "roller":
        yield one("cover", "roller", 0)
    elif model in RELAYS:
        yield from (one("switch", "relay", n, RELAYS[model]) for n in range(RELAYS[model]))
    elif model in DIMMERS:
        yield one("light", "light", 0, white=model in TUNABLE)
    elif model in BULBS or (model == "SHRGBW2" and mode != "white"):
        yield one("light", "color", 0, white=model in TUNABLE)
    elif model == "SHRGBW2":
        yield from (one("light", "white", n, 4) for n in range(4))
    else:
        yield from _others(one, model)
    meters = METERS.get(model, 0)
    yield from (one("sensor", "emeter", n, meters) for n in range(meters))


def _others(one: Callable[..., Announcement], model: str) -> Iterator[Announcement]:
    """What has nothing to switch."""
    if model in SENSORS:
        yield one("sensor", "sensor", 0, readings=SENSORS[model])
    elif model == VALVE:
        yield one("climate", "thermostat", 0)


def _gen2(prefix: str, config: Wire, topic: str) -> Iterator[Announcement]:
    device = config["sys"]["device"]
    name = spoken(device.get("name") or _of_prefix(prefix))
    hardware = frozenset({prefix, str(device.get("mac", prefix)).lower()})
    parts = [(part, part.split(":")[0]) for part in config if ":" in part]
    valves = [part for part, type_ in parts if type_ == "blutrv"]
    outputs = [part for part, type_ in parts if type_ in FEATURES and part not in valves]
    for component in (*outputs, *valves):
        keys = config[component]
        own = spoken(keys.get("name") or "") if isinstance(keys, dict) else ""
        type_ = component.split(":")[0]
        several = len(outputs) > 1 or component in valves
        numbered = f"{name} {int(component.split(':')[1]) + 1}" if several else name
        yield Announcement(
            slug(f"shelly_{prefix}_{component}"),
            KINDS.get(type_, "light"),
            own or numbered,
            "shelly",
            {"generation": 2, "topic": prefix, "component": component, **_keys(type_, keys)},
            topic,
            aliases=(name,) if own and own != name and not several else (),
            hardware=hardware,
        )
    measures = [part for part, type_ in parts if type_ in MEASURES and type_ != "bthomesensor"]
    if measures:
        sleeps = not outputs and not any(part.split(":")[0] in MAINS for part in measures)
        if sleeps and "devicepower:0" not in measures:  # not configured, but told
            measures.append("devicepower:0")
        mqtt = {"generation": 2, "topic": prefix, "component": ",".join(measures)}
        yield Announcement(
            slug(f"shelly_{prefix}_sensor"), "sensor", name, "shelly", {**mqtt, "sleeps": sleeps},
            topic, hardware=hardware,
        )  # fmt: skip
    yield from _passed_on(prefix, config, name, topic)


def _of_prefix(prefix: str) -> str:
    """How a device without a name is called: shelly/kitchen/kettle is the kitchen kettle."""
    return " ".join(prefix.split("/")[-2:])


def _keys(type_: str, config: Any) -> dict[str, Any]:
    """What a component's configuration says of its abilities."""
    if not isinstance(config, dict):
        return {}
    slats, whites = config.get("slat"), config.get("ct_range")
    if type_ == "cover" and isinstance(slats, dict) and slats.get("enable") is True:
        return {"slats": True}
    if type_ == "thermostat" and config.get("type") == "cooling":
        return {"works": "cool"}
    if isinstance(whites, list) and len(whites) == 2 and all(type(one) is int for one in whites):
        return {"min_kelvin": whites[0], "max_kelvin": whites[1]}
    return {}


def _passed_on(prefix: str, config: Wire, gateway: str, topic: str) -> Iterator[Announcement]:
    """Bluetooth devices behind a gateway: one sensor for each address."""
    parts = [(part, keys) for part, keys in config.items() if isinstance(keys, dict)]
    names = {
        keys.get("addr"): spoken(keys.get("name") or "")
        for part, keys in parts
        if part.startswith("bthomedevice:")
    }
    devices: dict[str, list[dict[str, str]]] = {}
    for part, keys in parts:
        attribute = BTHOME.get(_count(keys.get("obj_id")))
        if part.startswith("bthomesensor:") and attribute:
            reading = {"component": part, "attribute": attribute}
            devices.setdefault(str(keys.get("addr")), []).append(reading)
    for address, readings in devices.items():
        components = ",".join(one["component"] for one in readings)
        yield Announcement(
            slug(f"shelly_{prefix}_{address}"),
            "sensor",
            names.get(address) or f"{gateway} {spoken(address)}",
            "shelly",
            {
                "generation": 2,
                "topic": prefix,
                "component": components,
                "readings": readings,
            },
            topic,
            hardware=frozenset({address.lower()}),
        )
