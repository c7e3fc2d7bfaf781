"""What is made of the words: intents, dialogue, skills, what is planned."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Literal

from assistant import paths
from assistant.schema import NOT_IN_FILE, Between

Accelerator = Literal["cpu", "edgetpu"]


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
