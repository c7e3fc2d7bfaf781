"""Shelly: the first generation announces itself, the later ones are asked what they have.

    shellies/announce, shellies/<id>/announce   {"id":"shelly1-1234","model":"SHSW-1","mode":…}
    <prefix>/online   true: asked by RPC (Shelly.GetConfig); the answer has names and components

Source: shelly-api-docs.shelly.cloud, Gen1 MQTT, Gen2 RPC channels; not checked on a device.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from assistant.config import Kind
from assistant.events import Message
from assistant.home.dialects.payload import read_json
from assistant.home.dialects.shelly import ASKING, FEATURES, call
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
MEASURES = ("temperature", "humidity", "illuminance", "devicepower", "smoke", "flood", "pm1")
Wire = Mapping[str, Any]


class Shelly:
    """All Shellies of a broker."""

    name = "shelly"
    topics = ("shellies/announce", "shellies/+/announce", "+/online", f"{ASKING}/+/rpc")
    hello = (Message("shellies/command", "announce", qos=0),)

    def __init__(self, most: int) -> None:
        self._catalogue = Catalogue(most)

    def take(self, topic: str, payload: bytes) -> tuple[Message, ...]:
        if topic.startswith("shellies/"):
            if payload:
                self._first_generation(topic, read_json(payload))
        elif topic.startswith(f"{ASKING}/"):
            self._answer(topic, topic.split("/")[-2], payload)
        elif payload == b"true":
            prefix = topic.removesuffix("/online")
            return (Message(f"{prefix}/rpc", call(prefix, "Shelly.GetConfig"), qos=0),)
        return ()

    def announced(self) -> Iterable[Announcement]:
        return self._catalogue.all()

    def _first_generation(self, topic: str, wire: Wire) -> None:
        id_, model = wire.get("id"), wire.get("model")
        if not isinstance(id_, str) or not id_ or any(letter in id_ for letter in "+#/\0"):
            raise ValueError("id: expected the device's id")
        found = _gen1(id_, str(model), wire.get("mode"), spoken(wire.get("name") or id_), topic)
        self._catalogue.put(id_, found)

    def _answer(self, topic: str, prefix: str, payload: bytes) -> None:
        """What Shelly.GetConfig says; any other answer has no `sys.device`."""
        config = read_json(payload).get("result")
        system = config.get("sys") if isinstance(config, dict) else None
        device = system.get("device") if isinstance(system, dict) else None
        if isinstance(device, dict) and isinstance(config, dict):
            found = _gen2(prefix, config, spoken(device.get("name") or prefix), device, topic)
            self._catalogue.put(prefix, found)


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
    elif model in SENSORS:
        yield one("sensor", "sensor", 0, readings=SENSORS[model])


def _gen2(prefix: str, config: Wire, name: str, device: Wire, topic: str) -> Iterator[Announcement]:
    hardware = frozenset({prefix, str(device.get("mac", prefix)).lower()})
    outputs = [part for part in config if part.split(":")[0] in FEATURES and ":" in part]
    for component in outputs:
        keys = config[component]
        own = spoken(keys.get("name") or "") if isinstance(keys, dict) else ""
        type_ = component.split(":")[0]
        kind: Kind = "switch" if type_ == "switch" else "cover" if type_ == "cover" else "light"
        numbered = f"{name} {int(component.split(':')[1]) + 1}" if len(outputs) > 1 else name
        yield Announcement(
            slug(f"shelly_{prefix}_{component}"),
            kind,
            own or numbered,
            "shelly",
            {"generation": 2, "topic": prefix, "component": component},
            topic,
            aliases=(name,) if own and own != name and len(outputs) == 1 else (),
            hardware=hardware,
        )
    measures = [part for part in config if part.split(":")[0] in MEASURES and ":" in part]
    if measures:
        mqtt = {"generation": 2, "topic": prefix, "component": ",".join(measures)}
        yield Announcement(
            slug(f"shelly_{prefix}_sensor"), "sensor", name, "shelly", mqtt, topic,
            hardware=hardware,
        )  # fmt: skip
