"""What the makers call it: one file per dialect, both ways, and the chooser.

    homeassistant_light     Home Assistant's MQTT light, JSON schema; …_basic and …_template
    homeassistant_climate   Home Assistant's MQTT climate, a topic per attribute
    homeassistant_switch, …_cover, …_fan, …_lock, …_scene, …_sensor, …_media
    zigbee2mqtt             JSON, made of what a device exposes: …_exposes, …_climate
    tasmota                 a command word a topic, answers as JSON; …_keys, …_moving, …_sensor
    shelly, shelly_gen1     JSON-RPC: …_climate, …_sensor; plain words of the first generation
    homeassistant_entity    Home Assistant's own entities, over its WebSocket API; …_calls, …_states
    json_media              our own JSON for music players, since MQTT has no usual one

    fields                  keys of a JSON object ↔ attributes
    mpd                     the Music Player Daemon
    channel                 topics with a text on each: what most dialects are made of
    texts                   one attribute ↔ one text
    template                Home Assistant's templates: a payload → text, a value → a payload
    sandbox                 statements of a template; template_expressions, template_functions
                            (…_texts, …_lists, …_numbers, …_dates, …_regex): what is in them;
                            template_budget: what it may cost
    keys                    a device's `mqtt:` mapping → a frozen dataclass, or a ConfigError
    partial                 what can be read of a report that is partly garbage
    topics                  topics and filters: which are fit for what
    availability            topics that tell whether a device is there
    command                 the QoS of commands, and why
    payload                 bytes → JSON, numbers, words; ValueError for everything else
    scales, colors          percent, kelvin, °C, hue and saturation ↔ what the wire says

A dialect knows nothing of connections. It turns attributes into messages and messages into
attributes, for the assistant (`commands`, `read`) and, the other way round, for a device
(`obey`, `report`): a simulated lamp then cannot disagree with the assistant about a scale
unless a test wants it to.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Protocol, get_args

from assistant.config import DeviceSettings, Kind
from assistant.errors import ConfigError
from assistant.events import Message
from assistant.home.dialects.availability import Availability
from assistant.home.dialects.channel import Passing
from assistant.home.dialects.payload import GARBAGE
from assistant.home.model import State

MODULES: Mapping[tuple[str, str], str] = {
    ("homeassistant", "light"): "homeassistant_light",
    ("homeassistant", "climate"): "homeassistant_climate",
    ("homeassistant", "switch"): "homeassistant_switch",
    ("homeassistant", "cover"): "homeassistant_cover",
    ("homeassistant", "fan"): "homeassistant_fan",
    ("homeassistant", "lock"): "homeassistant_lock",
    ("homeassistant", "scene"): "homeassistant_scene",
    ("homeassistant", "sensor"): "homeassistant_sensor",
    ("homeassistant", "media_player"): "homeassistant_media",
    ("json", "media_player"): "json_media",
    ("mpd", "media_player"): "mpd",
    **{("homeassistant_entity", kind): "homeassistant_entity" for kind in get_args(Kind)},
    **{
        ("zigbee2mqtt", kind): "zigbee2mqtt"
        for kind in ("light", "switch", "cover", "lock", "fan", "climate", "sensor")
    },
    **dict.fromkeys(
        [("tasmota", kind) for kind in ("light", "switch", "cover", "fan", "sensor")], "tasmota"
    ),
    **dict.fromkeys(
        [("shelly", kind) for kind in ("light", "switch", "cover", "climate", "sensor")], "shelly"
    ),
}


class Dialect(Protocol):
    """One device's way of speaking MQTT."""

    @property
    def features(self) -> frozenset[str]:
        """Attributes that can be set."""

    @property
    def measures(self) -> frozenset[str]:
        """Attributes that it only reports, as far as it is known which."""

    @property
    def limits(self) -> Mapping[str, tuple[float, float]]:
        """Lowest and highest value of an attribute, where this device has its own."""

    @property
    def choices(self) -> Mapping[str, tuple[str, ...]]:
        """The words an attribute can take, where this device has its own."""

    @property
    def topics(self) -> tuple[str, ...]:
        """Topics on which it reports."""

    @property
    def command_topics(self) -> tuple[str, ...]:
        """Topics on which it takes commands."""

    @property
    def availability(self) -> Availability | None:
        """How it tells that it is there; None: it does not."""

    @property
    def passing(self) -> Mapping[str, Passing]:
        """Attribute → how long what was reported of it holds, where it does not hold for good."""

    @property
    def silent(self) -> frozenset[str]:
        """Features that it never reports: it is believed to do them."""

    @property
    def ask(self) -> tuple[Message, ...]:
        """Messages that make it report now; empty where its reports are retained."""

    @property
    def unit(self) -> str | None:
        """Of the attribute `value` of a sensor."""

    @property
    def carrier(self) -> str:
        """Name of what carries its messages; see assistant/home/carrier.py."""

    def commands(self, attributes: State) -> tuple[Message, ...]:
        """The messages that ask for these attributes."""

    def read(self, topic: str, payload: bytes) -> State | None:
        """The attributes a report tells; None: it tells nothing. ValueError: it is garbage."""

    def obey(self, topic: str, payload: bytes) -> State:
        """The device's side: the attributes a command asks for. ValueError: it is garbage."""

    def report(self, state: State) -> tuple[Message, ...]:
        """The device's side: the retained messages that tell its state."""


def open_dialect(settings: DeviceSettings) -> Dialect:
    """The dialect of a device; raises ConfigError for what its `mqtt:` mapping does not say."""
    module = MODULES.get((settings.dialect, settings.kind))
    if module is None:
        raise ConfigError(
            f"{settings.where or 'config.yaml'}: device {settings.id!r}: "
            f"the dialect {settings.dialect!r} has no {settings.kind!r} yet",
            fix="one of: " + ", ".join(f"{kind} in {name}" for name, kind in MODULES),
        )
    build: Callable[[DeviceSettings], Dialect] = import_module(f"{__name__}.{module}").build
    try:
        return build(settings)
    except GARBAGE as error:
        raise ConfigError(
            f"{settings.where or 'config.yaml'}: device {settings.id!r} makes no sense: {error}",
            fix="see README.md, Devices",
        ) from error
