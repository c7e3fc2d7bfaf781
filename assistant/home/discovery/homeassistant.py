"""Home Assistant's MQTT discovery: an entity a topic, or a device with all its components.

    homeassistant/<component>/[<node_id>/]<object_id>/config   {"name":…,"cmd_t":…,"dev":{…}}
    homeassistant/device/<object_id>/config                    {"dev":{…},"cmps":{…},"o":{…}}

Keys may be abbreviated; `~` at the beginning or end of a topic stands for the base topic; an empty
payload deletes. Source: home-assistant.io/integrations/mqtt, MQTT discovery.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any, cast

from assistant.config import Category, Kind, KnownOnly
from assistant.events import Message
from assistant.home.dialects.keys import TRUTHS
from assistant.home.dialects.payload import read_json
from assistant.home.discovery.abbreviations import expand
from assistant.home.discovery.announced import (
    Announcement,
    Catalogue,
    category,
    properties,
    slug,
    spoken,
)
from assistant.home.discovery.media import Part, players
from assistant.naming import without_article

KINDS: Mapping[str, Kind] = {
    "light": "light",
    "switch": "switch",
    "climate": "climate",
    "cover": "cover",
    "fan": "fan",
    "lock": "lock",
    "sensor": "sensor",
    "binary_sensor": "sensor",
    "scene": "scene",
    "button": "scene",
}
"""Component → kind; the others (update, camera, tag …) are nothing to talk to."""

KIND_WORDS = frozenset({
    "light", "lamp", "led", "switch", "relay", "output", "channel", "plug", "socket", "outlet",
    "cover", "blind", "shutter", "fan", "lock", "climate", "thermostat", "sensor", "button",
    "state", "power", "status", "door", "gate", "garage", "window", "valve", "opener",
    "motor", "main", "left", "right", "l1", "l2", "l3", "l4", "a", "b", "the",
})  # fmt: skip
"""An entity that is called by them alone is called by its device."""

ZIGBEE_BRIDGE = "zigbee2mqtt_bridge_"
BEYOND = frozenset(
    [
        *("vacuum", "lawn_mower", "valve", "humidifier", "water_heater", "siren"),
        *("alarm_control_panel", "select", "number", "text", "camera", "image", "event"),
        *("update", "device_tracker", "notify", "device_automation"),
    ]
)
"""Components that are known to exist, and cannot be controlled."""

LONGEST_BYTES = 1024 * 1024  # of an announcement; a device with 200 entities takes a quarter
OLD_COLOR_FLAGS = ("hs", "xy", "rgb", "color_temp")
Wire = Mapping[str, Any]


class HomeAssistant:
    """Everything below one discovery prefix."""

    name = "homeassistant"
    hello: tuple[Message, ...] = ()

    def __init__(self, prefix: str, most: int, own_topic: str) -> None:
        """own_topic: what lies below it is the assistant itself, and no device of the house."""
        self.topics = (f"{prefix}/+/+/config", f"{prefix}/+/+/+/config")
        self._prefix = prefix
        self._own = f"{own_topic}/"
        self._catalogue = Catalogue(most)
        self._parts: dict[str, list[Part]] = {}
        self._beyond: dict[str, list[tuple[KnownOnly, frozenset[str]]]] = {}
        self._most = most

    def take(self, topic: str, payload: bytes) -> tuple[Message, ...]:
        component, *ids = topic.removeprefix(f"{self._prefix}/").removesuffix("/config").split("/")
        if not payload:
            self._catalogue.put(topic, ())
            self._parts.pop(topic, None)
            self._beyond.pop(topic, None)
            return ()
        if len(payload) > LONGEST_BYTES:
            raise ValueError(f"an announcement of {len(payload)} bytes is too long")
        wire = expand(read_json(payload))
        if wire.get("migrate_discovery") is True:
            return ()  # announced anew elsewhere, the old one goes by an empty payload
        found = [
            (platform, (*ids, *more), entity)
            for platform, more, entity in _entities(component, wire)
        ]
        self._catalogue.put(topic, [a for one in found if (a := self._announcement(topic, *one))])
        self._parts[topic] = [part for one in found if (part := self._part(topic, *one))]
        beyond = [known for one in found if (known := self._known_only(topic, *one))]
        if beyond and (topic in self._beyond or len(self._beyond) < self._most):
            self._beyond[topic] = beyond
        elif not beyond:
            self._beyond.pop(topic, None)
        return ()

    def beyond(self) -> Iterable[KnownOnly]:
        """What is announced, and nothing here can control; parts of music players are not."""
        parts = (part for found in self._parts.values() for part in found)
        music = {one.hardware for one in players(parts)}
        for found in self._beyond.values():
            yield from (one for one, hardware in found if hardware not in music)

    def announced(self) -> Iterable[Announcement]:
        music = list(players(part for parts in self._parts.values() for part in parts))
        played = {one.hardware for one in music}
        every = [
            one
            for one in self._catalogue.all()
            if one.hardware not in played or one.kind not in ("scene", "switch")
        ]
        alone = Counter((one.hardware, one.kind) for one in every if one.category is None)
        kinds: dict[str, Kind] = {}
        for one in every:
            # Home Assistant wants a unique_id to be unique among things of one kind only.
            if kinds.setdefault(one.id, one.kind) != one.kind:
                one = replace(one, id=f"{one.id}_{one.kind}")
            lone = alone[one.hardware, one.kind] == 1 and one.mqtt.get("platform") != "scene"
            yield _named_alone(one) if lone else one
        yield from music

    def _announcement(
        self, topic: str, platform: str, ids: tuple[str, ...], entity: Wire
    ) -> Announcement | None:
        kind = KINDS.get(platform)
        device = _mapping(entity.get("device"))
        hardware, told = _hardware(device), _category(platform, entity)
        if kind is None or not _worth_saying(platform, entity, told) or self._is_own(entity):
            return None
        if any(name.startswith(ZIGBEE_BRIDGE) for name in hardware):
            return None  # it opens the network to strangers
        name, aliases = _called(platform, ids, entity)
        return Announcement(
            id=_id(platform, ids, entity),
            kind=kind,
            name=name,
            dialect="homeassistant",
            mqtt=_keys(platform, entity),
            where=topic,
            area=_text(device.get("suggested_area")),
            folders=_folders(device),
            aliases=() if told else aliases,
            device_class=_text(entity.get("device_class")),
            maker=_text(device.get("manufacturer")),
            category=told,
            for_home_assistant=True,
            hardware=hardware or frozenset({topic}),
        )

    def _known_only(
        self, topic: str, platform: str, ids: tuple[str, ...], entity: Wire
    ) -> tuple[KnownOnly, frozenset[str]] | None:
        if platform not in BEYOND or not _enabled(entity) or self._is_own(entity):
            return None
        if _category(platform, entity) is not None:
            return None
        known = KnownOnly(_id(platform, ids, entity), _name(ids, entity), platform, topic)
        return known, _hardware(_mapping(entity.get("device"))) or frozenset({topic})

    def _part(self, topic: str, platform: str, ids: tuple[str, ...], entity: Wire) -> Part | None:
        role = Part.roles(platform, ids, entity)
        device = _mapping(entity.get("device"))
        if role is None or not (hardware := _hardware(device)) or self._is_own(entity):
            return None
        name, area = spoken(device.get("name") or ""), _text(device.get("suggested_area"))
        return Part(topic, hardware, name, area, role, entity)

    def _is_own(self, entity: Wire) -> bool:
        told = [value for key, value in entity.items() if key.endswith("_topic")]
        return any(isinstance(value, str) and value.startswith(self._own) for value in told)


def _id(platform: str, ids: tuple[str, ...], entity: Wire) -> str:
    return slug(entity.get("unique_id") or "_".join((platform, *ids)))


def _name(ids: tuple[str, ...], entity: Wire) -> str:
    """As people say it: the device's and its own."""
    whole, own = _whole(entity), spoken(entity.get("name") or "")
    name = own if own.startswith(whole) else f"{whole} {own}".strip()
    return without_article(name or spoken(entity.get("object_id") or ids[-1]))


def _called(platform: str, ids: tuple[str, ...], entity: Wire) -> tuple[str, tuple[str, ...]]:
    """Its name, and what else it is called: its device's name first, if that is another."""
    whole, own, name = _whole(entity), spoken(entity.get("name") or ""), _name(ids, entity)
    if platform == "scene" and own:  # of a group: "relax", or "living room relax"
        return without_article(own), (name,) if own != name else ()
    if not whole or whole == name:
        return name, ()
    apart = not own.startswith(whole) and _tells_apart(platform, own)
    return name, (whole, without_article(own)) if apart else (whole,)


def _whole(entity: Wire) -> str:
    """The name of the device that the entity is of; of zigbee2mqtt's without its folders."""
    device = _mapping(entity.get("device"))
    return spoken("/".join(str(device.get("name") or "").split("/")[len(_folders(device)) :]))


def _folders(device: Wire) -> tuple[str, ...]:
    of_zigbee = any(name.startswith("zigbee2mqtt_") for name in _hardware(device))
    return tuple(str(device.get("name") or "").split("/")[:-1]) if of_zigbee else ()


def _enabled(entity: Wire) -> bool:
    return TRUTHS.get(str(entity.get("enabled_by_default", True)).lower(), True)


def _named_alone(one: Announcement) -> Announcement:
    """The only lamp of the device "floor lamp" is the floor lamp, not "floor lamp light 1"."""
    if not one.aliases or one.aliases[0] == spoken(one.area or ""):
        return one
    return replace(one, name=one.aliases[0], aliases=(one.name, *one.aliases[1:]))


def _tells_apart(platform: str, own: str) -> bool:
    """Whether the entity's own name says what it is: "ceiling light" on the "esp1 board" does,
    "light 1" and "temperature" do not."""
    words = [word for word in own.split() if not word.isdigit() and word not in KIND_WORDS]
    return bool(words) and (KINDS[platform] != "sensor" or len(own.split()) > 1)


def _entities(component: str, wire: Wire) -> list[tuple[str, tuple[str, ...], Wire]]:
    """(platform, further id, keys) of each entity; raises ValueError."""
    if component != "device":
        return [(component, (), wire)]
    components = wire.get("components")
    if not isinstance(components, dict):
        raise ValueError("components: missing")
    shared = {key: value for key, value in wire.items() if key != "components"}
    return list(_components(components, shared))


def _components(
    components: Mapping[str, Any], shared: Wire
) -> Iterator[tuple[str, tuple[str, ...], Wire]]:
    for id_, keys in components.items():
        if not isinstance(keys, dict):
            raise ValueError(f"components.{id_}: expected a JSON object")
        entity = expand({**shared, **keys})
        platform = _text(entity.get("platform"))
        if platform and len(keys) > 1:  # {"p": …} alone: the component is gone
            yield platform, (id_,), entity


def _worth_saying(platform: str, entity: Wire, told: Category | None) -> bool:
    """Not what only an administrator wants to know, or what Home Assistant hides at first."""
    if not _enabled(entity):
        return False
    if platform == "button" and entity.get("device_class") is not None:
        return False  # restart, update, identify
    return told is None or KINDS.get(platform) not in ("sensor", "scene")


def _category(platform: str, entity: Wire) -> Category | None:
    """What it tells; and of zigbee2mqtt, which tells it of some settings only, what is one.

    What a device is there for is its `state`, or `state_<endpoint>`.
    """
    told = category(entity.get("entity_category"), entity.get("device_class"))
    hardware = _hardware(_mapping(entity.get("device")))
    if told or not any(name.startswith("zigbee2mqtt_") for name in hardware):
        return told
    read = properties(entity.get("value_template"))
    if platform in ("switch", "lock"):
        return "config" if read and not any(one.startswith("state") for one in read) else None
    measured = entity.get("device_class") or entity.get("unit_of_measurement")
    if platform == "sensor" and not measured:
        return "diagnostic"  # words: of a lock, the PIN that was typed
    return "config" if platform == "button" else None


def _keys(platform: str, entity: Wire) -> dict[str, Any]:
    keys = dict(entity)
    if platform == "light":
        keys.setdefault("schema", "basic")
        if keys["schema"] == "json" and "supported_color_modes" not in keys:
            flags = [mode for mode in OLD_COLOR_FLAGS if TRUTHS.get(str(keys.get(mode)).lower())]
            keys["supported_color_modes"] = flags
    if platform == "button":
        keys.setdefault("payload_press", "PRESS")
    keys["platform"] = platform
    return keys


def _hardware(device: Wire) -> frozenset[str]:
    identifiers = device.get("identifiers", [])
    identifiers = identifiers if isinstance(identifiers, list) else [identifiers]
    connections = device.get("connections", [])
    pairs = [pair for pair in connections if isinstance(pair, list) and len(pair) == 2]
    return frozenset(map(str, identifiers)) | {str(pair[1]) for pair in pairs}


def _mapping(found: object) -> Wire:
    return cast(Wire, found) if isinstance(found, dict) else {}


def _text(found: object) -> str | None:
    return found if isinstance(found, str) and found else None
