"""What is made of the words: intents, dialogue, skills, what is planned."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated, Literal

from assistant.schema import NOT_IN_FILE, Between

Accelerator = Literal["cpu", "edgetpu"]


@dataclass(frozen=True, slots=True)
class UnderstandSettings:
    """From words to intents, and how sure is sure enough."""

    model: str = "models/intent-en"
    """Folder of the intent model."""

    heads: str = "models/heads.npz"
    """What `assistant train` writes: how the model understands the installed skills."""

    accelerator: Accelerator = "cpu"
    """edgetpu: a Coral Edge TPU computes the part of the model that was compiled for it."""

    accept: Annotated[float, Between(0, 1)] | None = None
    """Confidence from which a command is carried out, 0 to 1; null: the model's own."""

    confirm: Annotated[float, Between(0, 1)] | None = None
    """Confidence from which it is asked for ("Did you mean …?"), 0 to 1; null: the model's own."""


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

    file: str = "schedule.json"
    """Where they are kept."""

    ring_s: Annotated[float, Between(5, 3600)] = 120.0
    """How long a timer or an alarm rings at most, seconds."""


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

    deadline_s: Annotated[float, Between(0.1, 60)] = 5.0
    """A skill that has not answered by then is given up, seconds."""

    memory_mb: Annotated[int, Between(64, 16384)] = 256
    """Address space of the process of a skill that is not built in, MiB."""

    reserved: tuple[str, ...] = field(default=RESERVED_TOPICS, metadata=NOT_IN_FILE)
    """Topics with all that is below them that no skill may read or send to."""
