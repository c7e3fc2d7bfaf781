"""Finds skills, checks each against its skill.py, and keeps the broken ones from the others."""

from __future__ import annotations

import importlib.util
import inspect
import logging
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from importlib.metadata import entry_points
from pathlib import Path
from types import ModuleType
from typing import Any

from assistant.config import SkillsSettings, resolve
from assistant.errors import AssistantError, SkillError
from assistant.skill.answer import Answer, CannotDo
from assistant.skill.manifest import TARGET_SLOTS, IntentSpec, Manifest, load_manifest

log = logging.getLogger(__name__)

ENTRY_POINTS = "assistant.skills"
"""Entry-point group of skills that are pip packages: the package holds skill.yaml, skill.py."""

Handler = Callable[..., Any]


@dataclass(frozen=True, slots=True)
class Skill:
    """A skill that can be called."""

    manifest: Manifest
    handlers: Mapping[str, Handler]
    """By intent name, without the skill's."""

    folder: Path


@dataclass(frozen=True, slots=True)
class Skills:
    """What was found: the skills that work, and why the others do not."""

    working: dict[str, Skill]
    broken: tuple[AssistantError, ...] = ()

    @property
    def manifests(self) -> tuple[Manifest, ...]:
        return tuple(skill.manifest for skill in self.working.values())

    def answer(self, answered_by: str, handler: Handler) -> None:
        """Have `handler`, which takes no slots, answer the skills that wait for `answered_by`."""
        for name, skill in self.working.items():
            if skill.manifest.answered_by == answered_by:
                handlers = dict.fromkeys(skill.manifest.intents, handler)
                self.working[name] = replace(skill, handlers=handlers)


def load_skills(settings: SkillsSettings) -> Skills:
    """Load every skill that is found and not disabled.

    A skill that cannot be loaded is logged and listed in `broken`; the others go on.
    """
    working: dict[str, Skill] = {}
    broken: list[AssistantError] = []
    for folder in _folders(settings):
        try:
            skill = load_skill(folder)
            if skill.manifest.name in settings.disabled:
                continue
            if other := working.get(skill.manifest.name):
                raise SkillError(
                    f"{folder}: the name {skill.manifest.name!r} is taken by {other.folder}",
                    fix="rename one, or list it under skills.disabled",
                )
            working[skill.manifest.name] = skill
        except AssistantError as error:
            log.warning("skill not loaded: %s", error)
            broken.append(error)
    return Skills(working, tuple(broken))


def load_skill(folder: Path) -> Skill:
    """Load one skill; raises ConfigError or SkillError that names file and line."""
    manifest = load_manifest(folder)
    if manifest.answered_by != "skill.py":
        return Skill(manifest, dict.fromkeys(manifest.intents, _nobody), folder)
    module = _import(folder / "skill.py", manifest.name)
    handlers = {
        name: _handler(module, manifest, name, intent) for name, intent in manifest.intents.items()
    }
    return Skill(manifest, handlers, folder)


def _nobody() -> Answer:
    """Answer for an app that is not connected."""
    raise CannotDo("Nobody is connected who could do that.")


def _folders(settings: SkillsSettings) -> Iterator[Path]:
    for folder in settings.folders:
        path = resolve(folder)
        if not path.is_dir():
            log.warning("skills.folders: %s is not a folder", path)
            continue
        yield from sorted(file.parent for file in path.glob("*/skill.yaml"))
    for entry in entry_points(group=ENTRY_POINTS):
        if spec := importlib.util.find_spec(entry.module):
            yield Path(spec.origin or "").parent


def _import(file: Path, name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(f"assistant_skill_{name}", file)
    if spec is None or spec.loader is None or not file.is_file():
        raise SkillError(f"{file.parent}: no skill.py in it", fix="write a function per intent")
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    try:
        spec.loader.exec_module(module)
    except Exception as error:
        line = _line_in(file, error)
        raise SkillError(
            f"{file}{line}: cannot be imported: {type(error).__name__}: {error}",
            fix="mend it there; the other skills work",
        ) from error
    return module


def _line_in(file: Path, error: Exception) -> str:
    """`:line` of the deepest frame of `error` that lies in `file`, as far as it is known."""
    if isinstance(error, SyntaxError):
        return f":{error.lineno}"
    lines = []
    trace = error.__traceback__
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == str(file):
            lines.append(trace.tb_lineno)
        trace = trace.tb_next
    return f":{lines[-1]}" if lines else ""


def _handler(module: ModuleType, manifest: Manifest, name: str, intent: IntentSpec) -> Handler:
    handler = getattr(module, name, None)
    if not inspect.isfunction(handler):
        raise SkillError(
            f"{module.__file__}: no function {name}() for the intent {name!r}",
            fix=f"write def {name}(…) -> Answer, or delete the intent from skill.yaml",
        )
    known = set(manifest.slots) | set(TARGET_SLOTS)
    if intent.target:
        known.add("targets")
    for parameter in inspect.signature(handler).parameters:
        if parameter not in known:
            line = inspect.getsourcelines(handler)[1]
            raise SkillError(
                f"{module.__file__}:{line}: {name}(): {parameter!r} is not a slot of this skill",
                fix=f"use one of: {', '.join(sorted(known))}",
            )
    return handler
