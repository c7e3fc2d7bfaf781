"""config.yaml → frozen dataclasses: every default, unit and range is written here and only here.

`Config()` is a whole, valid configuration; the file overrides single keys of it. An error names
file, line, key, what was found and what would be right. Sections stand in the order of the flow.
"""

from __future__ import annotations

import ipaddress
import os
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal

from assistant.errors import ConfigError
from assistant.reader import NOT_IN_FILE, read_yaml

ROOT = Path(__file__).resolve().parent.parent
"""The folder that holds models/, skills/ and config.yaml; relative paths start here."""

Kind = Literal[
    "light", "switch", "climate", "media_player", "cover", "fan", "lock", "sensor", "scene"
]

Category = Literal["config", "diagnostic"]
"""Of an entity that is there to set up or to watch a device: Home Assistant's entity_category."""

USERNAME_VARIABLE = "ASSISTANT_MQTT_USERNAME"
PASSWORD_VARIABLE = "ASSISTANT_MQTT_PASSWORD"

Accelerator = Literal["cpu", "edgetpu"]


def _between(low: float, high: float, **values: float) -> None:
    for name, value in values.items():
        if not low <= value <= high:
            raise ValueError(f"{name} must lie between {low:g} and {high:g}, not {value:g}")


_HOST_NAME = re.compile(r"(?=.*[a-z])[a-z0-9_]([a-z0-9_-]*[a-z0-9])?(\.[a-z0-9_-]+)*\.?", re.I)


def _address(text: str) -> None:
    """An address, a network or the name of a host; else ValueError."""
    try:
        ipaddress.ip_network(text, strict=False)
    except ValueError:
        if not _HOST_NAME.fullmatch(text):
            raise ValueError(
                f"allow: {text!r} is no address, network (192.168.1.0/24) or name of a host"
            ) from None


@dataclass(frozen=True, slots=True)
class SiteSettings:
    """This microphone's place in the house."""

    id: str = "default"
    area: str | None = None
    """Id of the area where the microphone stands: "the lights" means the lights here."""


@dataclass(frozen=True, slots=True)
class AudioSettings:
    """Microphone and speaker."""

    input: str | int | None = None
    """Name (or part of it) or number of the microphone; null: the system's default."""

    output: str | int | None = None
    """Name (or part of it) or number of the speaker; null: the system's default."""

    buffer_s: float = 5.0
    """Sound kept while the program is busy; older sound is dropped and counted, seconds."""

    def __post_init__(self) -> None:
        _between(0.5, 60, buffer_s=self.buffer_s)


@dataclass(frozen=True, slots=True)
class WakeWordSettings:
    """One wake word."""

    model: str = "alexa"
    """A built-in one (alexa, hey_jarvis, hey_mycroft, okay_nabu) or the path of a
    microWakeWord .json whose .tflite lies beside it."""

    cutoff: float | None = None
    """Probability from which the word counts as said, 0 to 1; null: the model's own."""

    lag_ms: int | None = None
    """From the end of the spoken word to the model's decision, milliseconds: what was said in
    that time belongs to the command. null: as measured for the built-in words, else 100."""

    def __post_init__(self) -> None:
        if self.cutoff is not None:
            _between(0, 1, cutoff=self.cutoff)
        if self.lag_ms is not None:
            _between(0, 500, lag_ms=self.lag_ms)


@dataclass(frozen=True, slots=True)
class WakeSettings:
    """The streaming int8 wake-word loop."""

    words: tuple[WakeWordSettings, ...] = (WakeWordSettings(),)
    refractory_s: float = 1.0
    """A word that was just heard is not heard again for so long, seconds."""

    def __post_init__(self) -> None:
        _between(0, 10, refractory_s=self.refractory_s)
        if not self.words:
            raise ValueError("words must name at least one wake word")


@dataclass(frozen=True, slots=True)
class ListenSettings:
    """Where a command begins and ends."""

    speech_threshold: float = 0.5
    """Silero VAD probability from which a 32 ms chunk is speech, 0 to 1."""

    pause_ms: int = 200
    """Silence after which the words so far are looked at, milliseconds."""

    complete_silence_ms: int = 300
    """Silence that ends a command that is complete, milliseconds."""

    incomplete_silence_ms: int = 900
    """Silence that ends a command that does not (yet) make sense, milliseconds."""

    no_speech_s: float = 5.0
    """After the wake word: give up when nobody speaks for so long, seconds."""

    max_s: float = 12.0
    """A command never lasts longer, seconds; noise that never ends does end."""

    def __post_init__(self) -> None:
        _between(0, 1, speech_threshold=self.speech_threshold)
        _between(50, 1000, pause_ms=self.pause_ms)
        _between(self.pause_ms, 3000, complete_silence_ms=self.complete_silence_ms)
        _between(self.complete_silence_ms, 5000, incomplete_silence_ms=self.incomplete_silence_ms)
        _between(0.5, 60, no_speech_s=self.no_speech_s)
        _between(1, 60, max_s=self.max_s)


@dataclass(frozen=True, slots=True)
class DialogueSettings:
    """What is said without the wake word, and what is asked for before it is done."""

    follow_up_s: float = 4.0
    """After a command: how long another may follow without the wake word, seconds; 0: never."""

    question_s: float = 6.0
    """After a question: how long its answer may be waited for, seconds."""

    confirm: tuple[str, ...] = ()
    """Done only after a "yes", beside what the skills call risky: ids of devices, and intents as
    `assistant say` names them (covers.open)."""

    def __post_init__(self) -> None:
        _between(0, 60, follow_up_s=self.follow_up_s)
        _between(1, 60, question_s=self.question_s)


@dataclass(frozen=True, slots=True)
class ScheduleSettings:
    """Timers, alarms, reminders."""

    file: str = "schedule.json"
    """Where they are kept."""

    ring_s: float = 120.0
    """How long a timer or an alarm rings at most, seconds."""

    def __post_init__(self) -> None:
        _between(5, 3600, ring_s=self.ring_s)


@dataclass(frozen=True, slots=True)
class AsrSettings:
    """Offline speech recognition."""

    engine: Literal["auto", "vosk", "moonshine"] = "auto"
    """auto: Vosk when a Vosk model is installed, Moonshine otherwise."""

    vosk_model: str | None = None
    """Folder of a Vosk model; null: the one that `assistant models pull` installed."""

    partial_every_s: float = 0.6
    """Moonshine: seconds of new speech between two partial results; 0: none."""

    threads: int = 1

    def __post_init__(self) -> None:
        _between(0, 10, partial_every_s=self.partial_every_s)
        _between(1, 64, threads=self.threads)


@dataclass(frozen=True, slots=True)
class UnderstandSettings:
    """From words to intents, and how sure is sure enough."""

    model: str = "models/intent-en"
    """Folder of the intent model."""

    heads: str = "models/heads.npz"
    """What `assistant train` writes: how the model understands the installed skills."""

    accelerator: Accelerator = "cpu"
    """edgetpu: a Coral Edge TPU computes the part of the model that was compiled for it."""

    accept: float | None = None
    """Confidence from which a command is carried out, 0 to 1; null: the model's own."""

    confirm: float | None = None
    """Confidence from which it is asked for ("Did you mean …?"), 0 to 1; null: the model's own."""

    def __post_init__(self) -> None:
        for name in ("accept", "confirm"):
            if (value := getattr(self, name)) is not None:
                _between(0, 1, **{name: value})


RESERVED_TOPICS = (
    "assistant", "homeassistant", "hermes", "rhasspy", "zigbee2mqtt/bridge", "tasmota/discovery",
    "shellies/announce", "shellies/command",
)  # fmt: skip
"""The assistant's own topics, those of the bridges, and those on which devices are announced,
renamed and let in, as they usually are; `load_config` adds those of the configuration."""


@dataclass(frozen=True, slots=True)
class SkillsSettings:
    """Where skills are found, and how far they can go."""

    folders: tuple[str, ...] = ("skills",)
    choices: str = "skills.yaml"
    """What `assistant skill enable`, `disable` and `settings` write."""

    deadline_s: float = 5.0
    """A skill that has not answered by then is given up, seconds."""

    memory_mb: int = 256
    """Address space of the process of a skill that is not built in, MiB."""

    reserved: tuple[str, ...] = field(default=RESERVED_TOPICS, metadata=NOT_IN_FILE)
    """Topics with all that is below them that no skill may read or send to."""

    def __post_init__(self) -> None:
        _between(0.1, 60, deadline_s=self.deadline_s)
        _between(64, 16384, memory_mb=self.memory_mb)


@dataclass(frozen=True, slots=True)
class TlsSettings:
    """An encrypted connection to the broker; its port is usually 8883."""

    ca_file: str | None = None
    """PEM file of the authority that signed the broker's certificate; null: the system's."""

    cert_file: str | None = None
    """PEM file of our own certificate, where the broker asks for one."""

    key_file: str | None = None
    """PEM file of its key, unencrypted; null: in `cert_file`."""

    check_hostname: bool = True
    """Whether the certificate must be for `mqtt.host`."""


@dataclass(frozen=True, slots=True)
class MqttSettings:
    """The house's broker."""

    host: str = "localhost"
    port: int = 1883
    version: Literal["auto", "5", "3.1.1"] = "auto"
    """auto: MQTT 5, or 3.1.1 where the broker knows no better."""

    tls: TlsSettings | None = None
    """null: unencrypted; {}: TLS with the system's authorities."""

    username: str | None = None
    """null: the environment variable ASSISTANT_MQTT_USERNAME, or none."""

    password: str | None = field(default=None, repr=False)
    """null: `password_file`, or the environment variable ASSISTANT_MQTT_PASSWORD."""

    password_file: str | None = None
    """File whose first line is the password, so that config.yaml can be shared."""

    client_id: str = ""
    """Empty: `assistant-<site id>-<random>`, a new one at every start."""

    session_s: int = 300
    """How long the broker keeps what devices report while we are away, seconds; 0: not at all.
    With MQTT 3.1.1 it is kept for as long as the broker likes, and only with a `client_id`."""

    topic: str = "assistant"
    """The assistant's own topics begin so: `assistant/<site id>/status` …"""

    keepalive_s: int = 30
    publish_s: float = 2.0
    """A command the broker has not acknowledged by then is given up, seconds."""

    confirm_s: float = 2.0
    """A device that has not reported the new state by then is named in the reply, seconds."""

    def __post_init__(self) -> None:
        if self.host.count(":") == 1 or any(letter in self.host for letter in "/@[] "):
            bare = self.host.rpartition("@")[2]  # before it stands a password, perhaps
            raise ValueError(
                f"host is a name or an address and nothing else, not {bare!r}: port, tls, "
                "username and password have settings of their own"
            )
        _between(1, 65535, port=self.port)
        _between(0, 86_400, session_s=self.session_s)
        _between(5, 3600, keepalive_s=self.keepalive_s)
        _between(0.1, 30, publish_s=self.publish_s, confirm_s=self.confirm_s)


@dataclass(frozen=True, slots=True)
class SpeakSettings:
    """Replies."""

    replies: Literal["speech", "earcon", "off"] = "speech"
    """speech: earcons and spoken replies; earcon: short sounds only; off: silent."""

    engine: Literal["auto", "piper", "espeak"] = "auto"
    """auto: Piper when a voice is installed, espeak-ng otherwise."""

    voice: str | None = None
    """Piper: the voice's .onnx file; espeak-ng: a voice name such as en-gb; null: the default."""

    volume: int = 80
    """Percent."""

    def __post_init__(self) -> None:
        _between(0, 100, volume=self.volume)


@dataclass(frozen=True, slots=True)
class HermesSettings:
    """The protocol of Snips and Rhasspy, on the house's broker."""

    enabled: bool = False
    may_open: bool = False
    """Whether commands that come in here may unlock, open or disarm what lets somebody in."""


@dataclass(frozen=True, slots=True)
class HomeAssistantSettings:
    """The assistant as a device of Home Assistant, over the house's broker."""

    discovery: bool = True
    prefix: str = "homeassistant"
    """Where Home Assistant looks for announcements."""

    url: str | None = None
    """http://homeassistant.local:8123: what it exposes to Assist can be commanded; null: only
    what is on the broker."""

    token: str | None = field(default=None, repr=False)
    """A long-lived access token: Home Assistant, your profile, Security."""

    token_file: str | None = None
    """File whose first line is the token, so that config.yaml can be shared."""


@dataclass(frozen=True, slots=True)
class WyomingSettings:
    """Home Assistant's protocol for voice services. It knows no passwords: who may connect is told
    by address."""

    enabled: bool = False
    host: str = "127.0.0.1"
    """Address to listen at; 127.0.0.1: for programs of this machine only; 0.0.0.0: for the others
    that `allow` names, too."""

    port: int = 10300
    """Wake, speech recognition, commands, intents, speech."""

    satellite_port: int | None = None
    """This microphone as a satellite of a pipeline of Home Assistant, for example 10700; null:
    commands are understood here."""

    zeroconf: bool = True
    """Be found by Home Assistant."""

    allow: tuple[str, ...] = ()
    """Who may connect besides this machine: addresses, networks (192.168.1.0/24), host names."""

    may_open: bool = False
    """Whether commands that come in here may unlock, open or disarm what lets somebody in."""

    def __post_init__(self) -> None:
        _between(0, 65535, port=self.port, satellite_port=self.satellite_port or 0)
        for one in self.allow:
            _address(one)


@dataclass(frozen=True, slots=True)
class BridgeSettings:
    """Other people's protocols."""

    homeassistant: HomeAssistantSettings = HomeAssistantSettings()
    hermes: HermesSettings = HermesSettings()
    wyoming: WyomingSettings = WyomingSettings()
    nearest_ms: int = 300
    """When several rooms hear the wake word, the nearest answers: so long they wait for each
    other, milliseconds; 0: each answers."""

    def __post_init__(self) -> None:
        _between(0, 500, nearest_ms=self.nearest_ms)


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
    known: str | None = "announced.json"
    """File of the ids of what announced itself, the oldest first: of two devices of one name the
    older keeps it, also after a restart; null: it is not kept."""

    most_devices: int = 5000
    """What is announced beyond that is ignored: a broker full of garbage must not fill the
    memory."""

    def __post_init__(self) -> None:
        _between(0, 100_000, most_devices=self.most_devices)


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
        for what, ids in (
            ("floor", floors),
            ("area", areas),
            ("device", [d.id for d in self.devices]),
        ):
            for repeated in sorted(id_ for id_, times in Counter(ids).items() if times > 1):
                raise ValueError(f"two {what}s have the id {repeated!r}")
        self._check_routines()
        for area in self.areas:
            if area.floor is not None and area.floor not in floors:
                raise ValueError(f"area {area.id!r}: no floor {area.floor!r} among {floors}")
        placed: list[tuple[str, DeviceSettings | OverrideSettings]]
        placed = [("device", device) for device in self.devices]
        placed += [("override", override) for override in self.overrides]
        for what, thing in placed:
            if thing.area is not None and thing.area not in areas:
                raise ValueError(f"{what} {thing.id!r}: no area {thing.area!r} among {areas}")

    def _check_routines(self) -> None:
        called = [{name.lower() for name in (one.name, *one.aliases)} for one in self.routines]
        names = Counter(name for names in called for name in names)
        for repeated in sorted(name for name, times in names.items() if times > 1):
            raise ValueError(f"two routines are called {repeated!r}")
        areas = [area.id for area in self.areas]
        for one in self.routines:
            if one.area is not None and one.area not in areas:
                raise ValueError(f"routine {one.name!r}: no area {one.area!r} among {areas}")


@dataclass(frozen=True, slots=True)
class Config:
    """The whole configuration, in the order of the flow."""

    site: SiteSettings = SiteSettings()
    audio: AudioSettings = AudioSettings()
    wake: WakeSettings = WakeSettings()
    listen: ListenSettings = ListenSettings()
    asr: AsrSettings = AsrSettings()
    understand: UnderstandSettings = UnderstandSettings()
    dialogue: DialogueSettings = DialogueSettings()
    schedule: ScheduleSettings = ScheduleSettings()
    skills: SkillsSettings = SkillsSettings()
    mqtt: MqttSettings = MqttSettings()
    speak: SpeakSettings = SpeakSettings()
    bridge: BridgeSettings = BridgeSettings()
    house: HouseSettings = HouseSettings()

    def __post_init__(self) -> None:
        areas = [area.id for area in self.house.areas]
        if self.site.area is not None and self.site.area not in areas:
            raise ValueError(f"site.area: no area {self.site.area!r} among {areas}")


def known_file(house: HouseSettings) -> Path | None:
    """Where it is kept which devices announced themselves first; None: nowhere."""
    return resolve(house.discover.known) if house.discover.known else None


def resolve(path: str) -> Path:
    """A path of the configuration: absolute, in the home folder, or relative to `ROOT`."""
    return ROOT / Path(path).expanduser()


def load_config(file: Path) -> Config:
    """Read `file`; raises ConfigError with file, line, key, what was found, what would be right."""
    config = _with_secrets(read_yaml(Config, file), file)
    return replace(config, skills=replace(config.skills, reserved=_reserved(config)))


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


def _first_line(name: str, key: str, file: Path) -> str:
    """What the file that `key` of `file` names holds in its first line."""
    path = resolve(name)
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except OSError as error:
        raise ConfigError(
            f"{file}: {key}: cannot read {path}: {error.strerror}",
            fix="name a file that holds the secret in its first line",
        ) from error
    return lines[0] if lines else ""
