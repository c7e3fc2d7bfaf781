"""skills.yaml: which skills are switched off, and what was chosen for their settings.

`assistant skill enable`, `disable` and `settings` write it; it may be edited by hand.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

import yaml

from assistant.config import SkillsSettings, resolve
from assistant.disk import why, write_whole
from assistant.errors import ConfigError, SkillError
from assistant.events import Value
from assistant.reader import read_yaml
from assistant.skill.manifest import Manifest


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


def choices_file(settings: SkillsSettings) -> Path:
    """Where the choices are kept."""
    return resolve(settings.choices)


def read_choices(settings: SkillsSettings) -> Choices:
    """What was chosen; nothing when there is no file. Raises ConfigError with file and line."""
    file = choices_file(settings)
    return read_yaml(Choices, file) if file.is_file() else Choices()


def write_choices(settings: SkillsSettings, choices: Choices) -> None:
    """Put `choices` in place of the file's content, in one step; raises ConfigError."""
    file = choices_file(settings)
    content = {
        "disabled": [str(name) for name in choices.disabled],
        "settings": {
            str(skill): {
                str(name): str(value) if isinstance(value, str) else value
                for name, value in chosen.items()
            }
            for skill, chosen in choices.settings.items()
        },
    }
    head = "# Written by `assistant skill enable`, `disable` and `settings`.\n"
    try:
        write_whole(file, (head + yaml.safe_dump(content, allow_unicode=True)).encode())
    except OSError as error:
        raise ConfigError(
            f"{file}: cannot be written: {why(error)}",
            fix="make room, or check who may write there",
        ) from error


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
