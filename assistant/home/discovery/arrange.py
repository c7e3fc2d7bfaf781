"""config.yaml and what was announced → the house: names, areas, and one device where two say so.

config.yaml wins over every announcement, a maker's own announcement over Home Assistant's of the
same thing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from assistant.config import AreaSettings, DeviceSettings, HouseSettings, Kind, OverrideSettings
from assistant.home.discovery.announced import Announcement, slug, spoken
from assistant.home.discovery.clashes import Candidate, told_apart
from assistant.home.discovery.effects import effect
from assistant.home.discovery.folders import placed
from assistant.home.discovery.twins import once
from assistant.naming import without_article

LAMPS = frozenset(
    {"light", "lights", "lamp", "lamps", "bulb", "chandelier", "lantern", "spotlight", "spotlights"}
)
"""A relay whose name ends so switches a lamp: people say "the lights" and mean it, too."""


def arrange(
    config: HouseSettings,
    announced: Iterable[Announcement],
    seniority: Mapping[str, int] | None = None,
) -> HouseSettings:
    """The house as it is now; never raises, whatever was announced.

    seniority    id → the smaller, the longer it has been known
    """
    overrides = {override.id: override for override in config.overrides}
    since = seniority or {}
    kept = placed(_not_mine(config, once(announced), since), config.areas)
    areas = _with_announced(config.areas, kept)
    spoken_areas = {name: area.id for area in areas for name in _names(area)}
    candidates = [
        Candidate(
            _device(one, overrides.get(one.id), spoken_areas),
            one,
            named_by_owner=one.id in overrides and overrides[one.id].name is not None,
        )
        for one in kept
    ]
    config = replace(config, areas=areas)
    devices, clashes = told_apart(config, candidates, since)
    return replace(config, devices=(*config.devices, *devices), clashes=clashes)


def _not_mine(
    config: HouseSettings, announced: Iterable[Announcement], since: Mapping[str, int]
) -> list[Announcement]:
    """What is neither in config.yaml already, nor ignored there, nor announced by two."""
    ignored = {override.id for override in config.overrides if override.ignore}
    ignored |= {device.id for device in config.devices}
    every = [one for one in announced if one.id not in ignored and one.name]
    mine = [(device.dialect, effect(device)) for device in config.devices]
    taken = {does for _, does in mine if does}
    found = set()
    for one in sorted(every, key=lambda one: since.get(one.id, len(since))):
        topics = {topic for topic, _ in one.effect}
        # Who commands it in another dialect in config.yaml need not say the same.
        known = any(
            dialect != one.dialect and topics & {topic for topic, _ in does}
            for dialect, does in mine
        )
        if one.effect not in taken and not known:
            found.add(one.id)
            taken |= {one.effect} - {frozenset()}
    return [one for one in every if one.id in found]


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
    name, aliases = without_article(one.name), [without_article(alias) for alias in one.aliases]
    here, rest = _area_in(name, areas)
    if here and rest and (area is None or area == here):
        # "kitchen ceiling light" is the ceiling light of the kitchen.
        area = here
        # "The lights" are not the one that is called "kitchen lights".
        if rest not in LAMPS and one.category is None:
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
