"""config.yaml → frozen dataclasses: every default, unit and range is written here and only here.

`Config()` is a whole, valid configuration; the file overrides single keys of it. An error names
file, line, key, what was found and what would be right. Sections stand in the order of the flow.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Annotated, Literal

from assistant import paths
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
from assistant.errors import ConfigError
from assistant.lang import ENGLISH, known_language
from assistant.schema import NOT_IN_FILE, Between, beside, read_yaml
from assistant.schema.nodes import text_of

USERNAME_VARIABLE = "ASSISTANT_MQTT_USERNAME"
PASSWORD_VARIABLE = "ASSISTANT_MQTT_PASSWORD"

Accelerator = Literal["cpu", "edgetpu"]


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

    buffer_s: Annotated[float, Between(0.5, 60)] = 5.0
    """Sound kept while the program is busy; older sound is dropped and counted, seconds."""


@dataclass(frozen=True, slots=True)
class WakeWordSettings:
    """One wake word."""

    model: str = "alexa"
    """A built-in one (alexa, hey_jarvis, hey_mycroft, okay_nabu) or the path of a
    microWakeWord .json whose .tflite lies beside it."""

    cutoff: Annotated[float, Between(0, 1)] | None = None
    """Probability from which the word counts as said, 0 to 1; null: the model's own."""

    lag_ms: Annotated[int, Between(0, 500)] | None = None
    """From the end of the spoken word to the model's decision, milliseconds: what was said in
    that time belongs to the command. null: as measured for the built-in words, else 100."""


@dataclass(frozen=True, slots=True)
class WakeSettings:
    """The streaming int8 wake-word loop."""

    words: tuple[WakeWordSettings, ...] = (WakeWordSettings(),)
    refractory_s: Annotated[float, Between(0, 10)] = 1.0
    """A word that was just heard is not heard again for so long, seconds."""

    def __post_init__(self) -> None:
        if not self.words:
            raise ValueError("words must name at least one wake word")


@dataclass(frozen=True, slots=True)
class ListenSettings:
    """Where a command begins and ends."""

    speech_threshold: Annotated[float, Between(0, 1)] = 0.5
    """Silero VAD probability from which a 32 ms chunk is speech, 0 to 1."""

    pause_ms: Annotated[int, Between(50, 1000)] = 200
    """Silence after which the words so far are looked at, milliseconds."""

    complete_silence_ms: Annotated[int, Between(50, 3000)] = 300
    """Silence that ends a command that is complete, milliseconds."""

    incomplete_silence_ms: Annotated[int, Between(50, 5000)] = 900
    """Silence that ends a command that does not (yet) make sense, milliseconds."""

    no_speech_s: Annotated[float, Between(0.5, 60)] = 5.0
    """After the wake word: give up when nobody speaks for so long, seconds."""

    max_s: Annotated[float, Between(1, 60)] = 12.0
    """A command never lasts longer, seconds; noise that never ends does end."""

    def __post_init__(self) -> None:
        times = (self.pause_ms, self.complete_silence_ms, self.incomplete_silence_ms)
        if list(times) != sorted(times):
            names = "pause_ms, complete_silence_ms and incomplete_silence_ms"
            raise ValueError(f"{names} must not fall, as {times[0]}, {times[1]}, {times[2]} do")


@dataclass(frozen=True, slots=True)
class AsrSettings:
    """Offline speech recognition."""

    engine: Literal["auto", "vosk", "moonshine"] = "auto"
    """auto: Vosk when a Vosk model is installed, Moonshine otherwise."""

    vosk_model: Path | None = None
    """Folder of a Vosk model; null: the one that `assistant models pull` installed."""

    partial_every_s: Annotated[float, Between(0, 10)] = 0.6
    """Moonshine: seconds of new speech between two partial results; 0: none."""

    threads: Annotated[int, Between(1, 64)] = 1


@dataclass(frozen=True, slots=True)
class UnderstandSettings:
    """From words to intents, and how sure is sure enough."""

    model: Path | None = None
    """Folder of the intent model; null: the shipped one."""

    heads: Path | None = None
    """What `assistant train` writes: how the model understands the installed skills; null:
    models/heads.npz among the user's data."""

    accelerator: Accelerator = "cpu"
    """edgetpu: a Coral Edge TPU computes the part of the model that was compiled for it."""

    accept: Annotated[float, Between(0, 1)] | None = None
    """Confidence from which a command is carried out, 0 to 1; null: the model's own."""

    confirm: Annotated[float, Between(0, 1)] | None = None
    """Confidence from which it is asked for ("Did you mean …?"), 0 to 1; null: the model's own."""

    @property
    def model_folder(self) -> Path:
        """Where the intent model is."""
        return self.model or paths.SHIPPED_MODELS / "intent-en"

    @property
    def heads_file(self) -> Path:
        """Where what was learnt of the skills is kept."""
        return self.heads or paths.user_data() / "models" / "heads.npz"


@dataclass(frozen=True, slots=True)
class DialogueSettings:
    """What is said without the wake word, and what is asked for before it is done."""

    follow_up_s: Annotated[float, Between(0, 60)] = 4.0
    """After a command: how long another may follow without the wake word, seconds; 0: never."""

    question_s: Annotated[float, Between(1, 60)] = 6.0
    """After a question: how long its answer may be waited for, seconds."""

    confirm: tuple[str, ...] = ()
    """Done only after a "yes", beside what the skills call risky: ids of devices, and intents as
    `assistant say` names them (covers.open)."""


@dataclass(frozen=True, slots=True)
class ScheduleSettings:
    """Timers, alarms, reminders."""

    file: Path | None = None
    """Where they are kept; null: schedule.json in the user's folder for such."""

    ring_s: Annotated[float, Between(5, 3600)] = 120.0
    """How long a timer or an alarm rings at most, seconds."""

    @property
    def kept_in(self) -> Path:
        """The file they are kept in."""
        return self.file or paths.user_state() / "schedule.json"


RESERVED_TOPICS = (
    "assistant", "homeassistant", "hermes", "rhasspy", "zigbee2mqtt/bridge", "tasmota/discovery",
    "shellies/announce", "shellies/command",
)  # fmt: skip
"""The assistant's own topics, those of the bridges, and those on which devices are announced,
renamed and let in, as they usually are; `load_config` adds those of the configuration."""


@dataclass(frozen=True, slots=True)
class SkillsSettings:
    """Where skills are found, and how far they can go."""

    folders: tuple[Path, ...] | None = None
    """Folders of your own skills; `assistant skill new` writes into the first. null: skills/ among
    the user's data."""

    shipped: bool = True
    """Whether there are also those that come with the assistant."""

    choices: Path | None = None
    """What `assistant skill enable`, `disable` and `settings` write; null: skills.yaml beside the
    user's config.yaml."""

    deadline_s: Annotated[float, Between(0.1, 60)] = 5.0
    """A skill that has not answered by then is given up, seconds."""

    memory_mb: Annotated[int, Between(64, 16384)] = 256
    """Address space of the process of a skill that is not built in, MiB."""

    reserved: tuple[str, ...] = field(default=RESERVED_TOPICS, metadata=NOT_IN_FILE)
    """Topics with all that is below them that no skill may read or send to."""

    @property
    def own(self) -> tuple[Path, ...]:
        """Folders of skills that did not come with the assistant."""
        return (paths.user_data() / "skills",) if self.folders is None else self.folders

    @property
    def all_folders(self) -> tuple[Path, ...]:
        """Every folder in which there may be skills."""
        shipped = (paths.SHIPPED_SKILLS,) if self.shipped else ()
        return tuple({path.resolve(): path for path in (*shipped, *self.own)}.values())

    @property
    def choices_file(self) -> Path:
        """Where it is kept what was chosen."""
        return self.choices or paths.user_config() / "skills.yaml"


@dataclass(frozen=True, slots=True)
class SpeakSettings:
    """Replies."""

    replies: Literal["speech", "earcon", "off"] = "speech"
    """speech: earcons and spoken replies; earcon: short sounds only; off: silent."""

    engine: Literal["auto", "piper", "espeak"] = "auto"
    """auto: Piper when a voice is installed, espeak-ng otherwise."""

    voice: str | None = None
    """Piper: the voice's .onnx file; espeak-ng: a voice name such as en-gb; null: the default."""

    volume: Annotated[int, Between(0, 100)] = 80
    """Percent."""


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
    mqtt: MqttSettings = field(default_factory=MqttSettings)
    speak: SpeakSettings = SpeakSettings()
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
    """What may be a path, or a name that somebody else knows: paths are relative to `file`."""

    def located(name: str) -> str:
        try:
            return str(beside(file, name)) if "/" in name or Path(name).suffix else name
        except ValueError as error:
            raise ConfigError(f"{file}: {error}", fix="write out where that is") from error

    words = tuple(replace(word, model=located(word.model)) for word in config.wake.words)
    voice = config.speak.voice and located(config.speak.voice)
    wake, speak = replace(config.wake, words=words), replace(config.speak, voice=voice)
    return replace(config, wake=wake, speak=speak)


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
    fix = f"{key} in {file} names a file that holds the secret in its first line"
    return next(iter(text_of(path, ConfigError, fix).splitlines()), "")
