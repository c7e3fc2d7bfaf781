"""What there is to command: areas, devices, routines."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any, Literal

from assistant import paths
from assistant.schema import NOT_IN_FILE, Between

Kind = Literal[
    "light", "switch", "climate", "media_player", "cover", "fan", "lock", "sensor", "scene"
]

Category = Literal["config", "diagnostic"]
"""Of an entity that is there to set up or to watch a device: Home Assistant's entity_category."""


@dataclass(frozen=True, slots=True)
class AreaSettings:
    """A room, or another place that has a name."""

    id: str
    name: str
    aliases: tuple[str, ...] = ()
    floor: str | None = None


@dataclass(frozen=True, slots=True)
class FloorSettings:
    """A floor: its areas name it."""

    id: str
    name: str
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class DeviceSettings:
    """A device and the MQTT topics it listens and reports to."""

    id: str
    kind: Kind
    name: str
    mqtt: Mapping[str, Any]
    """Home Assistant's own MQTT keys (command_topic, state_topic, …) for lights and climate;
    README.md, Devices, for the others."""

    aliases: tuple[str, ...] = ()
    area: str | None = None
    device_class: str | None = None
    """What it is, in Home Assistant's words (garage, gate, door, blind …): what lets somebody in
    is asked for before it opens."""

    category: Category | None = None
    """Known by its full name only, never part of "all" or of a room."""

    dialect: str = "homeassistant"
    where: str = ""
    """`file:line` it was read from, or the topic it was announced on; set by the reader."""

    announced: bool = field(default=False, metadata=NOT_IN_FILE)
    """The device told of itself: keys that mean nothing here are ignored, not refused."""


@dataclass(frozen=True, slots=True)
class DiscoverSettings:
    """Who may announce devices on the broker."""

    homeassistant: str | None = "homeassistant"
    """Prefix of Home Assistant's discovery topics; null: not heard."""

    zigbee2mqtt: tuple[str, ...] = ("zigbee2mqtt",)
    """Base topics; []: not heard."""

    tasmota: str | None = "tasmota/discovery"
    shelly: bool = True
    known: Path | None = None
    """File of the ids of what announced itself, the oldest first: of two devices of one name the
    older keeps it, also after a restart; null: announced.json in the user's folder for such."""

    most_devices: Annotated[int, Between(0, 100_000)] = 5000
    """What is announced beyond that is ignored: a broker full of garbage must not fill the
    memory."""

    @property
    def known_file(self) -> Path:
        """The file of those ids."""
        return self.known or paths.user_state() / "announced.json"


@dataclass(frozen=True, slots=True)
class OverrideSettings:
    """What is to be different about a device that announced itself."""

    id: str
    """As `assistant devices` shows it."""

    name: str | None = None
    aliases: tuple[str, ...] = ()
    area: str | None = None
    kind: Kind | None = None
    """A relay that switches a lamp is a `light`."""

    device_class: str | None = None
    """A shutter that closes the garage is a `garage`."""

    ignore: bool = False


@dataclass(frozen=True, slots=True)
class RoutineSettings:
    """Several commands under one name, which is a command as well: "good night"."""

    name: str
    commands: tuple[str, ...]
    """Sentences, carried out one after the other as if they had been said."""

    aliases: tuple[str, ...] = ()
    area: str | None = None
    """Id of the area it belongs to; null: the whole house."""

    where: str = ""
    """`file:line` it was read from; set by the reader."""

    def __post_init__(self) -> None:
        if not self.commands or not all(command.strip() for command in self.commands):
            raise ValueError(f"the routine {self.name!r} needs commands: a list of sentences")


@dataclass(frozen=True, slots=True)
class Clash:
    """A device that announced itself under a name that was taken."""

    name: str
    kept_by: str
    """Id of the device that has the name."""

    id: str
    """Of the other one."""

    called: str
    """What the other one can be called."""

    def __str__(self) -> str:
        return (
            f"{self.name!r} is {self.kept_by}; {self.id}, which announced itself so too, "
            f"is called {self.called!r}"
        )


@dataclass(frozen=True, slots=True)
class KnownOnly:
    """A device that announced itself, of a kind that nothing here can control."""

    id: str
    name: str
    kind: str
    """In Home Assistant's words: vacuum, valve, water_heater …"""

    where: str = ""
    """The topic it was announced on."""


@dataclass(frozen=True, slots=True)
class HouseSettings:
    """What there is to command."""

    temperature_unit: Literal["celsius", "fahrenheit"] = "celsius"
    discover: DiscoverSettings = DiscoverSettings()
    overrides: tuple[OverrideSettings, ...] = ()
    floors: tuple[FloorSettings, ...] = ()
    areas: tuple[AreaSettings, ...] = ()
    devices: tuple[DeviceSettings, ...] = ()
    routines: tuple[RoutineSettings, ...] = ()
    clashes: tuple[Clash, ...] = field(default=(), metadata=NOT_IN_FILE)
    known_only: tuple[KnownOnly, ...] = field(default=(), metadata=NOT_IN_FILE)

    def __post_init__(self) -> None:
        floors, areas = [f.id for f in self.floors], [a.id for a in self.areas]
        called = [{name.lower() for name in (one.name, *one.aliases)} for one in self.routines]
        for problem, ids in (
            ("two floors have the id", floors),
            ("two areas have the id", areas),
            ("two devices have the id", [device.id for device in self.devices]),
            ("two routines are called", [name for names in called for name in names]),
        ):
            for repeated in sorted(name for name, times in Counter(ids).items() if times > 1):
                raise ValueError(f"{problem} {repeated!r}")
        placed = [(f"area {one.id!r}", "floor", one.floor, floors) for one in self.areas]
        placed += [(f"device {one.id!r}", "area", one.area, areas) for one in self.devices]
        placed += [(f"override {one.id!r}", "area", one.area, areas) for one in self.overrides]
        placed += [(f"routine {one.name!r}", "area", one.area, areas) for one in self.routines]
        for thing, what, id_, known in placed:
            if id_ is not None and id_ not in known:
                raise ValueError(f"{thing}: no {what} {id_!r} among {known}")
