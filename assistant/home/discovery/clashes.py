"""Who may be called what: nobody who announces himself takes or shares another's name.

The names of config.yaml win over announced ones, an older announcement over a newer. Whoever
comes second keeps his id and is called by what tells him apart: his room, his maker, his id.
What lets somebody in shares its name with nobody; lamps of one name in two rooms may.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from assistant.config import AreaSettings, Clash, DeviceSettings, FloorSettings, HouseSettings
from assistant.home.discovery.announced import Announcement, spoken
from assistant.home.model import Device
from assistant.home.risk import lets_in
from assistant.lang import protecting
from assistant.naming import heard_as, in_short

WAYS = {
    "homeassistant": "home assistant",
    "homeassistant_entity": "home assistant",
    "zigbee2mqtt": "zigbee",
}
"""Dialect → how it is said, where the maker is not known."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A device that announced itself, as it would be called if nobody minded."""

    settings: DeviceSettings
    announced: Announcement
    named_by_owner: bool
    """In config.yaml, house.overrides."""


@dataclass(frozen=True, slots=True)
class _Claim:
    """A device that has a name."""

    settings: DeviceSettings
    entrance: bool
    hardware: frozenset[str] | None
    """None: it stands in config.yaml."""


def told_apart(
    config: HouseSettings, candidates: Sequence[Candidate], seniority: Mapping[str, int]
) -> tuple[tuple[DeviceSettings, ...], tuple[Clash, ...]]:
    """The devices in the order of `candidates`, each under names that are its own.

    config       its areas are those of the house, announced ones too
    seniority    id → the smaller, the older; an unknown one is as new as can be
    """
    names = _Names(config)
    order = sorted(
        range(len(candidates)),
        key=lambda at: (
            not candidates[at].named_by_owner,
            seniority.get(candidates[at].settings.id, len(seniority)),
        ),
    )
    found: dict[int, DeviceSettings] = {}
    clashes: list[Clash] = []
    for at in order:
        found[at], clash = names.settle(candidates[at])
        clashes += [clash] if clash else []
    return tuple(found[at] for at in range(len(candidates))), tuple(clashes)


class _Names:
    """The names that are taken."""

    def __init__(self, config: HouseSettings) -> None:
        self._areas = {area.id: area.name for area in config.areas}
        self._places = {area.id: _called(area) for area in config.areas}
        floors = {floor.id: _called(floor) for floor in config.floors}
        for area in config.areas:
            self._places[area.id] += floors.get(area.floor or "", [])
        self._owners: dict[str, list[_Claim]] = defaultdict(list)
        for device in config.devices:
            self._take(device, None)
        for routine in config.routines:
            scene = DeviceSettings(routine.name, "scene", routine.name, {}, routine.aliases)
            self._take(scene, None)

    def settle(self, one: Candidate) -> tuple[DeviceSettings, Clash | None]:
        """The device with the names that are left for it, which nobody else gets any more."""
        device, hardware = one.settings, one.announced.hardware
        owner = None if one.named_by_owner else self._owner(device, device.name, hardware)
        free = [a for a in device.aliases if not self._owner(device, a, hardware)]
        if owner is not None:
            names = self._instead(one)
            device = replace(
                device, name=next(n for n in names if not self._owner(device, n, hardware))
            )
            free = [alias for alias in free if alias != device.name]
        device = replace(device, aliases=tuple(free))
        self._take(device, None if one.named_by_owner else hardware)
        if owner is None:
            return device, None
        return device, Clash(one.settings.name, owner.id, device.id, device.name)

    def _take(self, device: DeviceSettings, hardware: frozenset[str] | None) -> None:
        claim = _Claim(device, _entrance(device), hardware)
        forms = {heard_as(device.name)}  # an alias that two share is asked about
        if hardware is None:
            names = (device.name, *device.aliases)
            forms |= {heard_as(name) for name in names}
            forms |= {heard_as(short) for n in names for short in in_short(device.kind, n)}
        if hardware is None and claim.entrance:
            forms |= set(self._by_place(device))
        for form in forms:
            self._owners[form].append(claim)

    def _by_place(self, device: DeviceSettings) -> Iterator[str]:
        """What it is called by where it is: "the hall door", "front door in the hall", "door"."""
        said = protecting()
        yield from said.DOORS
        for place in self._places.get(device.area or "", ()):
            for noun in (*said.DOORS, *map(heard_as, (device.name, *device.aliases))):
                yield heard_as(f"{place} {noun}")
                for preposition in said.IN_PLACE:
                    yield heard_as(f"{noun} {preposition} {place}")

    def _owner(
        self, device: DeviceSettings, name: str, hardware: frozenset[str]
    ) -> DeviceSettings | None:
        """Who has that name already; None: nobody who minds."""
        entrance = _entrance(device)
        for claim in self._owners.get(heard_as(name), ()):
            if _minds(claim, device, hardware, entrance):
                return claim.settings
        return None

    def _instead(self, one: Candidate) -> Iterator[str]:
        """What else it could be called, the nicest first; the last one is nobody's."""
        device = one.settings
        area = spoken(self._areas.get(device.area or "", ""))
        if area and area not in device.name:
            yield f"{area} {device.name}"
        yield from device.aliases
        dialect = one.announced.dialect
        if maker := spoken(one.announced.maker or WAYS.get(dialect, dialect)):
            yield f"{' '.join(maker.split()[:2])} {device.name}"
        if device.kind == "sensor":
            yield f"{device.name} sensor"
        yield f"{device.name} {spoken(device.id)}"
        yield spoken(device.id)


def _minds(claim: _Claim, device: DeviceSettings, hardware: frozenset[str], entrance: bool) -> bool:
    """Whether the owner of a name does not share it with this device."""
    owner = claim.settings
    if claim.hardware is None and claim.entrance:
        return True  # neither its commands nor what is told of its state
    if "sensor" in (owner.kind, device.kind):
        measured = (owner.device_class, device.device_class)
        alike = owner.kind == device.kind and measured[0] == measured[1]
    else:
        alike = True
    if not alike or (claim.hardware is not None and claim.hardware & hardware):
        return False
    if claim.hardware is None and entrance:
        return True
    return None in (owner.area, device.area) or owner.area == device.area


def _called(place: AreaSettings | FloorSettings) -> list[str]:
    return [spoken(name) for name in (place.name, *place.aliases)]


def _entrance(device: DeviceSettings) -> bool:
    return lets_in(
        Device(
            device.id,
            device.kind,
            device.name,
            device.aliases,
            device_class=device.device_class,
            commands=(),
        )
    )
