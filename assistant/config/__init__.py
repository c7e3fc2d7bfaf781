"""config.yaml → frozen dataclasses: every default, unit and range is written here and only here.

`Config()` is a whole, valid configuration; the file overrides single keys of it. An error names
file, line, key, what was found and what would be right. Sections stand in the order of the flow.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Annotated

from assistant.config.commands import RESERVED_TOPICS as RESERVED_TOPICS
from assistant.config.commands import Accelerator as Accelerator
from assistant.config.commands import DialogueSettings as DialogueSettings
from assistant.config.commands import ScheduleSettings as ScheduleSettings
from assistant.config.commands import SkillsSettings as SkillsSettings
from assistant.config.commands import UnderstandSettings as UnderstandSettings
from assistant.config.house import AreaSettings as AreaSettings
from assistant.config.house import Category as Category
from assistant.config.house import Clash as Clash
from assistant.config.house import DeviceSettings as DeviceSettings
from assistant.config.house import DiscoverSettings as DiscoverSettings
from assistant.config.house import FloorSettings as FloorSettings
from assistant.config.house import HouseSettings as HouseSettings
from assistant.config.house import Kind as Kind
from assistant.config.house import KnownOnly as KnownOnly
from assistant.config.house import OverrideSettings as OverrideSettings
from assistant.config.house import RoutineSettings as RoutineSettings
from assistant.config.network import BridgeSettings as BridgeSettings
from assistant.config.network import HermesSettings as HermesSettings
from assistant.config.network import HomeAssistantSettings as HomeAssistantSettings
from assistant.config.network import MqttSettings as MqttSettings
from assistant.config.network import TlsSettings as TlsSettings
from assistant.config.network import WyomingSettings as WyomingSettings
from assistant.config.relative import located, located_name
from assistant.config.voice import AsrSettings as AsrSettings
from assistant.config.voice import AudioSettings as AudioSettings
from assistant.config.voice import ListenSettings as ListenSettings
from assistant.config.voice import SiteSettings as SiteSettings
from assistant.config.voice import SpeakSettings as SpeakSettings
from assistant.config.voice import WakeSettings as WakeSettings
from assistant.config.voice import WakeWordSettings as WakeWordSettings
from assistant.errors import ConfigError
from assistant.lang import ENGLISH, known_language
from assistant.schema import read_yaml

USERNAME_VARIABLE = "ASSISTANT_MQTT_USERNAME"
PASSWORD_VARIABLE = "ASSISTANT_MQTT_PASSWORD"


@dataclass(frozen=True, slots=True)
class Config:
    """The whole configuration, in the order of the flow."""

    site: SiteSettings = field(default_factory=SiteSettings)
    audio: AudioSettings = field(default_factory=AudioSettings)
    wake: WakeSettings = field(default_factory=WakeSettings)
    listen: ListenSettings = field(default_factory=ListenSettings)
    asr: AsrSettings = field(default_factory=AsrSettings)
    understand: UnderstandSettings = field(default_factory=UnderstandSettings)
    dialogue: DialogueSettings = field(default_factory=DialogueSettings)
    schedule: ScheduleSettings = field(default_factory=ScheduleSettings)
    skills: SkillsSettings = field(default_factory=SkillsSettings)
    mqtt: MqttSettings = field(default_factory=MqttSettings)
    speak: SpeakSettings = field(default_factory=SpeakSettings)
    bridge: BridgeSettings = field(default_factory=BridgeSettings)
    house: HouseSettings = field(default_factory=HouseSettings)

    language: Annotated[str, known_language] = ENGLISH
    """What is spoken here: the name of a folder in assistant/lang."""

    def __post_init__(self) -> None:
        areas = [area.id for area in self.house.areas]
        if self.site.area is not None and self.site.area not in areas:
            raise ValueError(f"site.area: no area {self.site.area!r} among {areas}")


def load_config(file: Path) -> Config:
    """Read `file`; raises ConfigError with file, line, key, what was found, what would be right."""
    config = _with_secrets(_located(read_yaml(Config, file), file), file)
    return replace(config, skills=replace(config.skills, reserved=_reserved(config)))


def _located(config: Config, file: Path) -> Config:
    config = located(config, file)
    words = tuple(replace(w, model=located_name(w.model, file)) for w in config.wake.words)
    voice = located_name(config.speak.voice, file) if config.speak.voice else None
    return replace(
        config,
        wake=replace(config.wake, words=words),
        speak=replace(config.speak, voice=voice),
    )


def _reserved(config: Config) -> tuple[str, ...]:
    heard = config.house.discover
    bridges = tuple(f"{base}/bridge" for base in heard.zigbee2mqtt)
    named = (config.mqtt.topic, config.bridge.homeassistant.prefix, heard.homeassistant,
             heard.tasmota, *bridges)  # fmt: skip
    return tuple(dict.fromkeys((*RESERVED_TOPICS, *filter(None, named))))


def _with_secrets(config: Config, file: Path) -> Config:
    """Take user, password and token from files of their own, or from the environment."""
    mqtt, home = config.mqtt, config.bridge.homeassistant
    username = mqtt.username or os.environ.get(USERNAME_VARIABLE)
    password = mqtt.password or os.environ.get(PASSWORD_VARIABLE)
    if mqtt.password_file is not None:
        password = _first_line(mqtt.password_file, "mqtt.password_file", file)
    if home.token_file is not None:
        key = "bridge.homeassistant.token_file"
        home = replace(home, token=_first_line(home.token_file, key, file))
    mqtt = replace(mqtt, username=username, password=password)
    return replace(config, mqtt=mqtt, bridge=replace(config.bridge, homeassistant=home))


def _first_line(path: Path, key: str, file: Path) -> str:
    """What the file that `key` of `file` names holds in its first line."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except OSError as error:
        raise ConfigError(
            f"{file}: {key}: cannot read {path}: {error.strerror}",
            fix="name a file that holds the secret in its first line",
        ) from error
    return lines[0] if lines else ""
