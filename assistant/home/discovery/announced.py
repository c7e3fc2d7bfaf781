"""What a device tells about itself, whatever the way in which it does."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Protocol, cast, get_args

from assistant.config import Category, DeviceSettings, HouseSettings, Kind
from assistant.events import Message
from assistant.home.discovery.effects import Effect, effect

LONGEST_NAME = 80  # characters; nobody says more


@dataclass(frozen=True)
class Announcement:
    """One device, as somebody announced it."""

    id: str
    """Stays the same when it is renamed, and after a restart."""

    kind: Kind
    name: str
    dialect: str
    mqtt: Mapping[str, Any]
    where: str
    """The topic."""

    area: str | None = None
    """Name of its area, where it tells."""

    folders: tuple[str, ...] = ()
    """Of its name, the outermost first, where its maker has folders: `name` is what follows."""

    aliases: tuple[str, ...] = ()
    device_class: str | None = None
    """What it is, in Home Assistant's words, where it tells: garage, gate, blind …"""

    maker: str | None = None
    """Who made it, where it tells: tells two of one name apart."""

    category: Category | None = None
    """Where it is there to set up or to watch another device."""

    for_home_assistant: bool = False
    """By its discovery: the maker's own announcement, where there is one, says more."""

    hardware: frozenset[str] = frozenset()
    """Identifiers of the thing itself: two sources may announce the same one."""

    def settings(self) -> DeviceSettings:
        """As if it stood in config.yaml, in no area yet."""
        return DeviceSettings(
            self.id,
            self.kind,
            self.name,
            self.mqtt,
            self.aliases,
            device_class=self.device_class,
            category=self.category,
            dialect=self.dialect,
            where=self.where,
            announced=True,
        )

    @cached_property
    def effect(self) -> Effect:
        """What it is told where it takes commands."""
        return effect(self.settings())


class Source(Protocol):
    """One way in which devices announce themselves."""

    name: str

    @property
    def topics(self) -> tuple[str, ...]:
        """Topic filters to listen on."""

    @property
    def hello(self) -> tuple[Message, ...]:
        """What to say after connecting, so that all of them announce themselves."""

    def take(self, topic: str, payload: bytes) -> tuple[Message, ...]:
        """Take an announcement in; returns questions to ask. Raises one of GARBAGE where it is."""

    def announced(self) -> Iterable[Announcement]:
        """Everything that is announced at this moment."""


class Registry(Protocol):
    """Somebody who knows devices by itself, without topics."""

    on_change: Callable[[], None]
    """Called, on any thread, when it announces other things than before."""

    def announced(self) -> Iterable[Announcement]:
        """Everything that it knows at this moment."""

    def furnish(self, house: HouseSettings) -> HouseSettings:
        """`house` with the floors and areas that it knows, too."""


@dataclass
class Catalogue:
    """Announcements by topic; the same object as long as the same was said."""

    most: int
    by_topic: dict[str, tuple[Announcement, ...]] = field(default_factory=dict)

    def put(self, topic: str, announcements: Iterable[Announcement]) -> None:
        """What is announced on `topic` now; nothing: it vanished. ValueError: it is too much."""
        found = tuple(announcements)
        if not found:
            self.by_topic.pop(topic, None)
            return
        if topic not in self.by_topic and len(self.by_topic) >= self.most:
            raise ValueError(f"more than {self.most} devices")
        self.by_topic[topic] = found[: self.most]

    def all(self) -> Iterable[Announcement]:
        """All of them."""
        return [one for found in self.by_topic.values() for one in found]


def spoken(name: object) -> str:
    """A name as people say it: "Kitchen_Ceiling/Lamp" is "kitchen ceiling lamp"."""
    words = re.sub(r"[\s_/\\|.,:;#+()\[\]{}-]+", " ", str(name))
    printable = "".join(letter for letter in words if letter.isprintable())
    return " ".join(printable.split())[:LONGEST_NAME].strip().lower()


def category(told: object, device_class: object = None) -> Category | None:
    """Home Assistant's entity_category; None for anything else.

    None for a battery, too: everybody asks which are low.
    """
    if device_class == "battery" or not isinstance(told, str) or told not in get_args(Category):
        return None
    return cast(Category, told)


def properties(template: object) -> frozenset[str]:
    """The keys that a template reads: `value_json["state"]`, `value_json.state`."""
    found = re.findall(r"""value_json(?:\.|\[["'])(\w+)""", str(template))
    return frozenset(found)


def slug(text: object) -> str:
    """An id of letters, digits and underscores."""
    return re.sub(r"[^a-z0-9]+", "_", str(text).lower()).strip("_")[:100]
