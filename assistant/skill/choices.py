"""skills.yaml: which skills are switched off, and what was chosen for their settings.

`assistant skill enable`, `disable` and `settings` write it; it may be edited by hand. Some of it
protects: a door code, a skill that is switched off. So a file that is empty, damaged or gone is
not taken for "nothing chosen": what was chosen last stays (a copy is kept beside it), and where
nobody knows what that was, `Taken.unknown` says why.
"""

from __future__ import annotations

import logging
import stat
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import yaml

from assistant.config import SkillsSettings
from assistant.disk import OWNER_ONLY, why, write_whole
from assistant.errors import AssistantError, ConfigError, SkillError
from assistant.events import Value
from assistant.schema import read_yaml
from assistant.skill.edit import set_value
from assistant.skill.manifest import Manifest

log = logging.getLogger(__name__)

_HEAD = "# Written by `assistant skill enable`, `disable` and `settings`.\n"
_AFRESH = "put it back; to start afresh, write `settings: {}` there"


class LostError(ConfigError):
    """There is nothing in the file, though there was, or should be."""


@dataclass(frozen=True, slots=True)
class Choices:
    """The content of the file."""

    disabled: tuple[str, ...] = ()
    settings: Mapping[str, Mapping[str, Value]] = field(default_factory=dict)
    """Skill → setting → value."""

    def switched(self, skill: str, *, on: bool) -> Choices:
        """The choices with `skill` enabled or disabled."""
        others = tuple(name for name in self.disabled if name != skill)
        return replace(self, disabled=others if on else (*others, skill))

    def chosen(self, skill: str, setting: str, value: Value) -> Choices:
        """The choices with one more."""
        mine = {**self.settings.get(skill, {}), setting: value}
        return replace(self, settings={**self.settings, skill: mine})


@dataclass(frozen=True, slots=True)
class Taken:
    """What counts now."""

    choices: Choices
    last: Choices | None = None
    """What counted before; None: nobody knows."""

    problem: AssistantError | None = None
    """Why the file does not count; `choices` are the last then, or none."""

    @property
    def unknown(self) -> str:
        """Why nobody knows what was chosen; "" when it is known."""
        return self.problem.problem if self.problem and self.last is None else ""


def read_choices(settings: SkillsSettings) -> Choices:
    """What was chosen; nothing when there is no file and never was.

    Raises ConfigError with file and line for a file that is damaged, empty or gone.
    """
    file = settings.choices_file
    if (text := _text(file)) is None:
        if _known(_copy(file)) not in (None, Choices()):
            raise LostError(f"{file} is gone", fix=_AFRESH)
        return Choices()
    if not text.strip() or not any(_statements(text)):
        raise LostError(f"{file} is empty", fix=_AFRESH)
    choices = read_yaml(Choices, file)
    if "disabled" not in yaml.safe_load(text) and (last := _known(_copy(file))):
        return replace(choices, disabled=last.disabled)  # only a list that says so is shorter
    return choices


def _statements(text: str) -> Iterator[str]:
    return (line for line in text.splitlines() if line.strip() and not line.strip().startswith("#"))


def _text(file: Path) -> str | None:
    """What the file holds, None where there is none; raises ConfigError when it is unreadable."""
    try:
        mode = file.stat().st_mode
        if stat.S_ISCHR(mode):  # /dev/null
            return None
        if not stat.S_ISREG(mode):
            raise ConfigError(f"{file} is no file", fix="name a file under skills.choices")
        return file.read_text(encoding="utf-8-sig", errors="replace")
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        raise ConfigError(
            f"{file}: cannot be read: {error.strerror}", fix="check who may read it"
        ) from error


def take_choices(settings: SkillsSettings, before: Choices | None = None) -> Taken:
    """What counts: what the file says, or what counted last.

    before    what this program knows from the last time
    """
    file = settings.choices_file
    last = _known(_copy(file)) if before is None else before
    try:
        return Taken(read_choices(settings), last)
    except AssistantError as error:
        log.warning("%s; %s", error, "what was chosen before stays" if last else "nothing is known")
        return Taken(last or Choices(), last, error)


def _copy(file: Path) -> Path:
    """What counted last, kept for the day on which the file is damaged."""
    return file.with_name(f".{file.name}.last")


def _known(copy: Path) -> Choices | None:
    try:
        return read_yaml(Choices, copy) if copy.stat().st_size else None
    except (AssistantError, OSError):
        return None


def keep(settings: SkillsSettings, choices: Choices) -> None:
    """Remember what counts now, where there is something that could be lost."""
    copy = _copy(settings.choices_file)
    if choices == (_known(copy) or Choices()):
        return
    try:
        write_whole(copy, _dumped(choices).encode(), mode=OWNER_ONLY)
    except OSError as error:
        log.warning("%s: cannot be written: %s", copy, why(error))


def write_choices(settings: SkillsSettings, choices: Choices) -> None:
    """Have the file say `choices`, in one step and with its comments; raises ConfigError."""
    file = settings.choices_file
    try:
        write_whole(file, _edited(_text(file) or "", choices).encode(), mode=OWNER_ONLY)
    except OSError as error:
        raise ConfigError(
            f"{file}: cannot be written: {why(error)}",
            fix="make room, or check who may write there",
        ) from error
    keep(settings, choices)


def _edited(text: str, choices: Choices) -> str:
    """`text` that says `choices`; written anew where it cannot be brought to that."""
    try:
        edited = text if any(_statements(text)) else _HEAD + text
        found = yaml.safe_load(edited) or {}
        wanted = _plain(choices)
        if found.get("disabled", []) != wanted["disabled"]:
            edited = set_value(edited, ["disabled"], wanted["disabled"])
        for skill, chosen in wanted["settings"].items():
            known = (found.get("settings") or {}).get(skill) or {}
            for name, value in chosen.items():
                if name not in known or known[name] != value:
                    edited = set_value(edited, ["settings", skill, name], value)
        if {"disabled": [], "settings": {}, **yaml.safe_load(edited)} == wanted:
            return edited
    except (yaml.YAMLError, ValueError, AttributeError, TypeError):
        pass
    return _dumped(choices)


def _dumped(choices: Choices) -> str:
    # Lists on one line: one that was cut off is no YAML.
    return _HEAD + yaml.safe_dump(_plain(choices), allow_unicode=True, default_flow_style=None)


def _plain(choices: Choices) -> dict[str, Any]:
    def plain(value: Value) -> Value:
        return str(value) if isinstance(value, str) else value  # not Text, which knows its line

    return {
        "disabled": [str(name) for name in choices.disabled],
        "settings": {
            str(skill): {str(name): plain(value) for name, value in chosen.items()}
            for skill, chosen in choices.settings.items()
        },
    }


def effective(manifest: Manifest, choices: Choices, file: Path) -> dict[str, Value]:
    """Every setting of a skill: what was chosen, or its default.

    Raises SkillError for a choice that skill.yaml does not have or that does not fit.
    """
    chosen = choices.settings.get(manifest.name, {})
    for name, value in chosen.items():
        spec = manifest.settings.get(name)
        if spec is None:
            raise SkillError(
                f"{file}: {manifest.name} has no setting {str(name)!r}",
                fix=f"delete it there; settings: {', '.join(manifest.settings) or 'none'}",
            )
        try:
            spec.check(value)
        except ValueError as error:
            raise SkillError(
                f"{file}: {manifest.name}.{name}: {error}",
                fix=f"assistant skill settings {manifest.name} {name} VALUE",
            ) from error
    return {name: chosen.get(name, spec.default) for name, spec in manifest.settings.items()}


def settled(
    manifest: Manifest, taken: Taken, file: Path
) -> tuple[dict[str, Value], SkillError | None]:
    """The settings of a skill that count, and what is wrong with those of the file.

    A secret that was chosen before is only gone when the file says so: `code: ""`. Raises
    SkillError where what was chosen does not fit, and nobody knows what was chosen before.
    """
    name, secrets = manifest.name, [n for n, s in manifest.settings.items() if s.secret]
    if taken.unknown and secrets:
        raise SkillError(taken.unknown, fix=f"{name} keeps a secret there")
    before = taken.last.settings.get(name, {}) if taken.last else {}
    chosen = taken.choices.settings.get(name, {})
    lost = [n for n in secrets if n not in chosen and before.get(n, "") != ""]
    kept = taken.choices
    for setting in lost:
        kept = kept.chosen(name, setting, before[setting])
    problem = None
    if lost:
        problem = SkillError(
            f"{file}: {name}.{lost[0]} is gone; what was chosen before stays",
            fix=f'to do without: assistant skill settings {name} {lost[0]} ""',
        )
    try:
        return effective(manifest, kept, file), problem
    except SkillError as error:
        if not before:
            raise
        return effective(manifest, Choices(settings={name: before}), file), error
