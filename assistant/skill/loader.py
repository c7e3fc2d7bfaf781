"""Finds skills, checks each against its skill.py, and keeps the broken ones from the others."""

from __future__ import annotations

import importlib.util
import logging
import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path

from assistant.config import ROOT, SkillsSettings, resolve
from assistant.errors import AssistantError, SkillError
from assistant.events import Value
from assistant.reader import where
from assistant.skill.answer import Answer
from assistant.skill.answers import check_answers
from assistant.skill.call import Call
from assistant.skill.checks import check_manifest
from assistant.skill.choices import Choices, choices_file, effective, read_choices
from assistant.skill.declared import answer, reply
from assistant.skill.functions import (
    Functions,
    check_functions,
    functions_of,
    parameters,
    read_code,
)
from assistant.skill.host import Host, InProcess, NoPython, Outside
from assistant.skill.manifest import Manifest, load_manifest
from assistant.skill.process import SkillProcess
from assistant.skill.replies import Replies
from assistant.skill.worker import import_skill

log = logging.getLogger(__name__)

ENTRY_POINTS = "assistant.skills"
"""Entry-point group of skills that are pip packages: it names the package (or the package within
one) that holds skill.yaml and skill.py."""

BUILT_IN = frozenset(
    {
        *("clock", "covers", "fans", "house", "lights", "locks", "music", "scenes", "sensors"),
        *("status", "switches", "thermostat", "timers"),
    }
)
"""Skills of this repository's own folder skills/ that run inside this program."""

Signature = tuple[tuple[str, int, int], ...]
"""Path, mtime in ns and size of every file of a skill."""


@dataclass(frozen=True, slots=True)
class Skill:
    """A skill that can be called."""

    manifest: Manifest
    folder: Path
    host: Host
    handlers: Mapping[str, tuple[str, ...]]
    """Intents that are not answered by skill.yaml alone → names of their function's parameters."""

    settings: Mapping[str, Value] = field(default_factory=dict)
    signature: Signature = ()

    @property
    def built_in(self) -> bool:
        """Whether it runs inside this program."""
        return isinstance(self.host, InProcess)

    def call(self, call: Call, deadline_s: float) -> Answer:
        """The answer to an intent; raises CannotDo with a text to speak."""
        intent = self.manifest.intents[call.intent]
        if call.intent in self.handlers:
            found = self.host.call(call, deadline_s)
        else:
            found = answer(intent, call)
        if found.text or isinstance(self.host, Outside):  # an app may choose to say nothing
            return found
        return replace(found, text=reply(intent, call) or "Okay.")


@dataclass(frozen=True, slots=True)
class Skills:
    """What was found: the skills that work, and why the others do not."""

    working: Mapping[str, Skill]
    broken: tuple[AssistantError, ...] = ()
    disabled: tuple[str, ...] = ()

    @property
    def manifests(self) -> tuple[Manifest, ...]:
        return tuple(skill.manifest for skill in self.working.values())

    def close(self) -> None:
        """End the processes of all skills."""
        for skill in self.working.values():
            skill.host.close()

    def answer(self, answered_by: str, handler: Callable[[], Answer]) -> None:
        """Have `handler` answer the skills that wait for `answered_by`."""
        for skill in self.working.values():
            if skill.manifest.answered_by == answered_by and isinstance(skill.host, Outside):
                skill.host.answer = handler


def load_skills(settings: SkillsSettings, before: Skills | None = None) -> Skills:
    """Load every skill that is found and not disabled.

    before    the skills of the last time: one whose files are as they were is kept, those that
              are not are closed
    A skill that cannot be loaded is logged and listed in `broken`; the others go on.
    """
    working: dict[str, Skill] = {}
    broken: list[AssistantError] = []
    disabled: list[str] = []
    choices = _choices(settings, broken)
    known = {skill.folder: skill for skill in before.working.values()} if before else {}
    for missing in (path for path in map(resolve, settings.folders) if not path.is_dir()):
        log.warning("skills.folders: %s is not a folder", missing)
    for folder in skill_folders(settings):
        try:
            skill = _kept(known.get(folder), choices, settings) or load_skill(
                folder, settings, choices
            )
            name = skill.manifest.name
            if name in choices.disabled:
                disabled.append(name)
                continue
            if other := working.get(name):
                raise SkillError(
                    f"{where(name)}: the name {str(name)!r} is taken by {other.folder}",
                    fix="rename one, or delete one",
                )
            working[name] = skill
        except (AssistantError, OSError) as error:
            problem = _unreadable(folder, error) if isinstance(error, OSError) else error
            broken.append(_told(problem))
    broken += map(_told, lost_packages())
    for skill in known.values():
        if working.get(skill.manifest.name) is not skill:
            skill.host.close()
    return Skills(working, tuple(broken), tuple(disabled))


def _told(problem: AssistantError) -> AssistantError:
    log.warning("skill not loaded: %s", problem)
    return problem


def _unreadable(folder: Path, error: OSError) -> SkillError:
    return SkillError(
        f"{error.filename or folder}: cannot be read: {error.strerror}", fix="check who may read it"
    )


def _choices(settings: SkillsSettings, broken: list[AssistantError]) -> Choices:
    try:
        return read_choices(settings)
    except AssistantError as error:
        log.warning("%s; the skills' defaults are used", error)
        broken.append(error)
        return Choices()


def _kept(known: Skill | None, choices: Choices, settings: SkillsSettings) -> Skill | None:
    """The skill of the last time when neither its files nor its settings have changed."""
    if known is None or known.signature != signature(known.folder):
        return None
    same = known.settings == effective(known.manifest, choices, choices_file(settings))
    return known if same else None


def load_skill(
    folder: Path, settings: SkillsSettings | None = None, choices: Choices | None = None
) -> Skill:
    """Load one skill; raises ConfigError or SkillError that names file and line."""
    settings = settings or SkillsSettings()
    before = signature(folder)
    manifest = load_manifest(folder)
    check_manifest(manifest)
    file = folder / "skill.py"
    code = read_code(file)
    functions = functions_of(code)
    check_functions(manifest, file, functions)
    check_answers(code, file, built_in=_is_built_in(manifest, folder))
    return Skill(
        manifest,
        folder,
        _host(manifest, folder, functions, settings),
        _handlers(manifest, functions),
        effective(manifest, choices or Choices(), choices_file(settings)),
        before,
    )


def _handlers(manifest: Manifest, functions: Functions) -> dict[str, tuple[str, ...]]:
    if manifest.answered_by != "skill.py":
        return dict.fromkeys(manifest.intents, ())
    return {name: parameters(functions[name]) for name in manifest.intents if name in functions}


def _host(manifest: Manifest, folder: Path, functions: Functions, settings: SkillsSettings) -> Host:
    if manifest.answered_by != "skill.py":
        return Outside()
    if not functions:
        return NoPython()
    if not _is_built_in(manifest, folder):
        return SkillProcess(manifest, folder.resolve(), settings)
    module = import_skill(str(folder / "skill.py"), f"assistant_skill_{manifest.name}")
    handlers = {name: getattr(module, name) for name in manifest.intents if name in functions}
    return InProcess(manifest.name, handlers, Replies(manifest.replies))


def _is_built_in(manifest: Manifest, folder: Path) -> bool:
    """Whether it is one of ours: not one that only took a name of theirs."""
    ours = folder.parent == ROOT / "skills" and folder.name == manifest.name
    return ours and manifest.name in BUILT_IN and not folder.is_symlink()


def signature(folder: Path) -> Signature:
    """What changes when any file of a skill does."""
    found = []
    for file in sorted(folder.rglob("*")):
        if file.is_file() and "__pycache__" not in file.parts:
            status = file.stat()
            found.append((str(file), status.st_mtime_ns, status.st_size))
    return tuple(found)


def skill_folders(settings: SkillsSettings) -> Iterator[Path]:
    """Every folder of a skill: in the configured folders, then in pip packages."""
    for folder in settings.folders:
        path = resolve(folder)
        if not path.is_dir():
            continue
        # With a skill.yml or only a skill.py somebody meant to write a skill, and is told so.
        yield from sorted(f for f in path.iterdir() if _closed(f) or any(f.glob("skill.*")))
    for entry in entry_points(group=ENTRY_POINTS):
        if (package := _package(entry)) is not None:
            yield package


def lost_packages() -> Iterator[SkillError]:
    """One error for each pip package whose entry point leads to no skill."""
    for entry in entry_points(group=ENTRY_POINTS):
        if _package(entry) is None:
            owner = f" of {entry.dist.name}" if entry.dist else ""
            yield SkillError(
                f"entry point {entry.name} = {entry.value}{owner}: there is no such package",
                fix=f"in its pyproject.toml, [project.entry-points.'{ENTRY_POINTS}'] names the "
                "package, or the one within it, that holds skill.yaml; or uninstall it",
            )


def _package(entry: EntryPoint) -> Path | None:
    """The folder that an entry point names; None where there is none."""
    if entry.pattern.match(entry.value) is None:
        return None
    package, *inner = entry.module.split(".")
    try:
        # To find a package within another would run the other's code here.
        spec = importlib.util.find_spec(package)
    except (ImportError, ValueError):
        return None
    if spec is None or not spec.submodule_search_locations:
        return None
    folder = Path(spec.submodule_search_locations[0], *inner)
    return folder if folder.is_dir() else None


def _closed(folder: Path) -> bool:
    """Whether nobody may look into it."""
    return folder.is_dir() and not os.access(folder, os.R_OK | os.X_OK)
