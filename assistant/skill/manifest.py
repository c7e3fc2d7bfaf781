"""skill.yaml: what a skill understands, as typed and checked data.

Sentences are templates of the hassil language: `(a|b)`, `[optional]`, `{slot}`, `<rule>`
(https://github.com/OHF-Voice/hassil). Slots that every skill can use without declaring them:

    {name}   a device of the intent's `target` kind      {area}  an area
    {floor}  a floor                                     {all}   "all", "every", "everything"

and the rules of assistant/understand/rules.yaml. Every other slot is declared under `slots`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from assistant.config import Kind
from assistant.errors import SkillError
from assistant.reader import read_yaml

TARGET_SLOTS = ("name", "area", "floor", "all")
"""Slots that together say which devices are meant."""

SlotType = Literal[
    "number", "percent", "temperature", "color", "color_temperature", "choice", "text"
]


@dataclass(frozen=True, slots=True)
class SlotSpec:
    """What a slot holds: its type decides how words become a value and a unit."""

    type: SlotType
    min: float | None = None
    """Smallest value that makes sense, in the slot's unit; below it a question goes back."""

    max: float | None = None
    choices: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """For `choice`: value → the words for it."""

    examples: tuple[str, ...] = ()
    """For `text`: things people say, to learn from; others are understood as well."""

    def __post_init__(self) -> None:
        if self.type == "choice" and not self.choices:
            raise ValueError("a slot of type choice needs choices")


@dataclass(frozen=True, slots=True)
class IntentSpec:
    """One thing the skill can be asked."""

    sentences: tuple[str, ...]
    target: Kind | None = None
    """Kind of the devices that {name}, {area}, {floor} and {all} stand for here."""

    summary: str = ""
    """The wish in words, to ask back with: "dim {target}[ by {step}]". {target} stands for the
    devices that are meant; a part in square brackets is left out when its slots were not said."""

    def __post_init__(self) -> None:
        if not self.sentences:
            raise ValueError("an intent needs sentences")


@dataclass(frozen=True, slots=True)
class Manifest:
    """One skill.yaml."""

    name: str
    version: str
    description: str
    intents: Mapping[str, IntentSpec]
    slots: Mapping[str, SlotSpec] = field(default_factory=dict)
    rules: Mapping[str, str] = field(default_factory=dict)
    """This skill's own hassil expansion rules."""

    answered_by: Literal["skill.py", "hermes"] = "skill.py"
    """hermes: an app that hears `hermes/intent/<intent>` answers; there is no skill.py."""

    where: str = ""

    def __post_init__(self) -> None:
        if not self.name.isidentifier():
            raise ValueError(f"name must be one word of letters, digits and _, not {self.name!r}")
        if taken := sorted(set(self.slots) & set(TARGET_SLOTS)):
            raise ValueError(f"slots: {', '.join(taken)} stands for devices already")


def load_manifest(folder: Path) -> Manifest:
    """Read `folder`/skill.yaml.

    Raises ConfigError with file, line and key, SkillError when there is no such file.
    """
    file = folder / "skill.yaml"
    if not file.is_file():
        raise SkillError(f"{folder}: no skill.yaml in it", fix="a skill is a folder with that file")
    return read_yaml(Manifest, file)
