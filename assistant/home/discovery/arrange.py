"""config.yaml and what was announced → the house: names, areas, and one device where two say so.

config.yaml wins over every announcement, a maker's own announcement over Home Assistant's of the
same thing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from assistant.config import AreaSettings, DeviceSettings, HouseSettings, Kind, OverrideSettings
from assistant.errors import ConfigError
from assistant.home.dialects import open_dialect
from assistant.home.discovery.announced import Announcement, slug, spoken

LAMPS = frozenset(
    {"light", "lights", "lamp", "lamps", "bulb", "chandelier", "lantern", "spotlight", "spotlights"}
)
"""A relay whose name ends so switches a lamp: people say "the lights" and mean it, too."""


def arrange(config: HouseSettings, announced: Iterable[Announcement]) -> HouseSettings:
    """The house as it is now; never raises, whatever was announced."""
    overrides = {override.id: override for override in config.overrides}
    mine = {device.id for device in config.devices}
    mine_by_topic = _by_command_topic(config)
    kept: list[Announcement] = []
    for one in _once(announced):
        override = overrides.get(one.id)
        if one.id in mine or (override and override.ignore) or not one.name:
            continue
        if not any(
            _same_thing(known, one)
            for t in one.command_topics
            for known in mine_by_topic.get(t, ())
        ):
            kept.append(one)
    areas = _with_announced(config.areas, kept)
    spoken_areas = {name: area.id for area in areas for name in _names(area)}
    devices = tuple(_device(one, overrides.get(one.id), spoken_areas) for one in kept)
    return replace(config, areas=areas, devices=(*config.devices, *devices))


def _once(announced: Iterable[Announcement]) -> Iterable[Announcement]:
    """Without Home Assistant's announcement of what its maker announced, and without repeats."""
    every = list(announced)
    native = {
        (name, one.kind) for one in every if one.dialect != "homeassistant" for name in one.hardware
    }
    seen: set[str] = set()
    for one in every:
        twice = one.dialect == "homeassistant" and any(
            (n, one.kind) in native for n in one.hardware
        )
        if not twice and one.id not in seen:
            seen.add(one.id)
            yield one


def _by_command_topic(config: HouseSettings) -> Mapping[str, list[DeviceSettings]]:
    """Command topic → the devices of config.yaml that take commands there."""
    found: dict[str, list[DeviceSettings]] = {}
    for device in config.devices:
        try:
            topics = open_dialect(device).command_topics
        except ConfigError:
            continue  # the house itself says so
        for topic in topics:
            found.setdefault(topic, []).append(device)
    return found


def _same_thing(mine: DeviceSettings, announced: Announcement) -> bool:
    """Whether two who take commands on one topic are one; a maker's relays may share theirs."""
    if mine.dialect != announced.dialect or announced.dialect == "homeassistant":
        return True
    switched = [
        open_dialect(device).commands({"open" if device.kind == "cover" else "on": True})
        for device in (mine, announced.settings())
    ]
    return switched[0] == switched[1]


def _names(area: AreaSettings) -> tuple[str, ...]:
    return tuple(spoken(name) for name in (area.name, *area.aliases))


def _with_announced(
    areas: tuple[AreaSettings, ...], announced: Iterable[Announcement]
) -> tuple[AreaSettings, ...]:
    """The areas of config.yaml, and those that devices say they are in."""
    known = {name for area in areas for name in _names(area)}
    ids = {area.id for area in areas}
    more: list[AreaSettings] = []
    for one in announced:
        name = spoken(one.area or "")
        id_ = slug(name)
        if name and name not in known and id_ and id_ not in ids:
            more.append(AreaSettings(id_, name))
            known.add(name)
            ids.add(id_)
    return (*areas, *more)


def _device(
    one: Announcement, override: OverrideSettings | None, areas: Mapping[str, str]
) -> DeviceSettings:
    override = override or OverrideSettings(one.id)
    said = spoken(one.area or "")
    area = override.area or areas.get(said)
    name, aliases = one.name, list(one.aliases)
    here, rest = _area_in(name, areas)
    if here and rest and (area is None or area == here):
        # "kitchen ceiling light" is the ceiling light of the kitchen.
        area = here
        if rest not in LAMPS:  # "the lights" are not the one that is called "kitchen lights"
            aliases.append(rest)
    if override.name:
        name, aliases = override.name, []
    settings = _of_kind(one, override.kind or _kind(one))
    unique = dict.fromkeys((*override.aliases, *aliases))
    # "The kitchen" is the room, even when a lamp in it is called so, too.
    kept = tuple(a for a in unique if a and a != name and a not in areas)
    class_ = override.device_class or one.device_class
    return replace(settings, name=name, aliases=kept, area=area, device_class=class_)


def _area_in(name: str, areas: Mapping[str, str]) -> tuple[str | None, str]:
    """The area whose name a device's name begins or ends with, and what is left of the name."""
    for area in sorted(areas, key=len, reverse=True):
        if name.startswith(f"{area} "):
            return areas[area], name.removeprefix(f"{area} ")
        if name.endswith(f" {area}"):
            return areas[area], name.removesuffix(f" {area}").strip()
    return None, ""


def _kind(one: Announcement) -> Kind:
    is_lamp = one.kind == "switch" and one.name.split()[-1] in LAMPS
    return "light" if is_lamp else one.kind


def _of_kind(one: Announcement, kind: Kind) -> DeviceSettings:
    """A switch as the lamp that it switches; other kinds cannot be taken for another."""
    settings = one.settings()
    if kind == one.kind or (one.kind, kind) != ("switch", "light"):
        return settings
    mqtt = dict(one.mqtt)
    if one.dialect == "homeassistant":
        mqtt["schema"] = "basic"
        mqtt["state_value_template"] = mqtt.pop("value_template", None)
    return replace(settings, kind=kind, mqtt=mqtt)
