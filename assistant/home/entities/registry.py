"""What Home Assistant's registries say → floors, areas, announced devices."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from assistant.config import AreaSettings, FloorSettings, HouseSettings, Kind
from assistant.home.dialects.homeassistant_entity import CAPABILITIES
from assistant.home.discovery.announced import Announcement, category, slug, spoken
from assistant.home.entities.exposure import Exposure

Json = Mapping[str, Any]

KINDS: Mapping[str, Kind] = {
    "light": "light",
    "switch": "switch",
    "input_boolean": "switch",
    "climate": "climate",
    "media_player": "media_player",
    "cover": "cover",
    "fan": "fan",
    "lock": "lock",
    "sensor": "sensor",
    "binary_sensor": "sensor",
    "scene": "scene",
    "script": "scene",
}
"""Domain of an entity → kind of device."""

ON_MQTT = "mqtt"  # the platform of entities that announce themselves on the broker, to us as well


@dataclass(frozen=True, slots=True)
class Registries:
    """The answers of Home Assistant, as they are."""

    config: Json = field(default_factory=dict)
    areas: tuple[Json, ...] = ()
    floors: tuple[Json, ...] = ()
    devices: tuple[Json, ...] = ()
    entities: tuple[Json, ...] = ()
    """With their aliases."""

    exposed: Json = field(default_factory=dict)
    """Entity → assistant → whether it is exposed to it."""

    exposes_new: bool | None = None
    """Whether it exposes by its domain what nobody has decided about; None: it does not say."""

    unreadable: str = ""
    """Why it is not known what is exposed, for people; then nothing is."""

    states: dict[str, Json] = field(default_factory=dict)

    def wanted(self) -> tuple[str, ...]:
        """Entities that may be commanded, and are not on the broker already."""
        if self.unreadable:
            return ()
        entries = {entry["entity_id"]: entry for entry in self.entities}
        exposure = Exposure(self.exposed, self.exposes_new)
        return tuple(
            id_
            for id_ in self.states
            if id_.partition(".")[0] in KINDS
            and entries.get(id_, {}).get("platform") != ON_MQTT
            and exposure.allows(id_, entries.get(id_))
        )

    def furnish(self, house: HouseSettings) -> HouseSettings:
        """`house` with the floors and areas that it does not have yet."""
        floor_ids = {floor.id for floor in house.floors}
        floors = [
            FloorSettings(slug(f["floor_id"]), spoken(f["name"]), _aliases(f)) for f in self.floors
        ]
        floors = [floor for floor in floors if floor.id not in floor_ids]
        known = floor_ids | {floor.id for floor in floors}
        taken = {spoken(name) for a in house.areas for name in (a.name, *a.aliases)}
        taken |= {area.id for area in house.areas}
        areas = [
            AreaSettings(
                slug(a["area_id"]),
                spoken(a["name"]),
                _aliases(a),
                floor if (floor := slug(a.get("floor_id") or "")) in known else None,
            )
            for a in self.areas
        ]
        new = tuple(a for a in areas if a.name not in taken and a.id not in taken)
        return replace(house, floors=(*house.floors, *floors), areas=(*house.areas, *new))

    def announced(self, where: str) -> Iterable[Announcement]:
        """The devices; `where` names this Home Assistant."""
        entries = {entry["entity_id"]: entry for entry in self.entities}
        devices = {device["id"]: device for device in self.devices}
        names = {area["area_id"]: area["name"] for area in self.areas}
        unit = self.config.get("unit_system", {}).get("temperature", "°C")
        for id_ in self.wanted():
            entry: Json = entries.get(id_, {})
            device: Json = devices.get(entry.get("device_id") or "", {})
            attributes: Json = self.states[id_].get("attributes", {})
            yield Announcement(
                id=f"ha_{slug(id_)}",
                kind=KINDS[id_.partition(".")[0]],
                name=spoken(attributes.get("friendly_name") or id_.partition(".")[2]),
                dialect="homeassistant_entity",
                mqtt={
                    "entity_id": id_,
                    "temperature_unit": unit,
                    **{key: attributes[key] for key in CAPABILITIES if key in attributes},
                },
                where=f"{where}: {id_}",
                area=names.get(entry.get("area_id") or device.get("area_id") or ""),
                aliases=_aliases(entry),
                device_class=_text(attributes.get("device_class")),
                category=category(entry.get("entity_category"), attributes.get("device_class")),
            )


def _text(found: object) -> str | None:
    return found if isinstance(found, str) and found else None


def _aliases(entry: Json) -> tuple[str, ...]:
    found = entry.get("aliases")
    named = found if isinstance(found, list) else ()  # an alias of None stands for the name
    return tuple(sorted(spoken(alias) for alias in named if isinstance(alias, str)))
