"""Finds skills, checks each against its skill.py, and keeps the broken ones from the others."""

from __future__ import annotations

import importlib.util
import logging
import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path

from assistant.config import SkillsSettings
from assistant.disk import is_folder
from assistant.errors import AssistantError, SkillError
from assistant.events import Value
from assistant.lang import language
from assistant.paths import SHIPPED_SKILLS
from assistant.schema import where
from assistant.skill.answer import Answer, AskFor
from assistant.skill.answers import check_answers
from assistant.skill.call import Call
from assistant.skill.checks import check_manifest
from assistant.skill.choices import Choices, Taken, keep, settled, take_choices
from assistant.skill.declared import answer, reply
from assistant.skill.functions import (
    Functions,
    check_functions,
    functions_of,
    needed,
    parameters,
    read_code,
)
from assistant.skill.host import Host, InProcess, NoPython, Outside
from assistant.skill.manifest import Manifest, load_manifest, speaks
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

LOCKS = "locks"
"""The skill whose setting `code` has to be said before a door is unlocked."""

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

    needs: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Those → the slots that their function cannot do without."""

    settings: Mapping[str, Value] = field(default_factory=dict)
    problem: AssistantError | None = None
    """What is wrong with its choices, in whose place others count."""

    unchecked: bool = False
    """Nobody knows these others: they are no more than the defaults."""

    signature: Signature = ()

    @property
    def built_in(self) -> bool:
        """Whether it runs inside this program."""
        return isinstance(self.host, InProcess)

    @property
    def secrets(self) -> frozenset[str]:
        """Names of the slots that nobody may see."""
        return frozenset(name for name, spec in self.manifest.slots.items() if spec.secret)

    def call(self, call: Call, deadline_s: float) -> Answer:
        """The answer to an intent; raises CannotDo with a text to speak: AskFor is a question."""
        intent = self.manifest.intents[call.intent]
        for slot in self.needs.get(call.intent, ()):
            if slot not in call.slots:
                raise AskFor(intent.asks.get(slot) or f"Which {slot.replace('_', ' ')}?", slot)
        if call.intent in self.handlers:
            found = self.host.call(call, deadline_s)
        else:
            found = answer(intent, call)
        if found.text or isinstance(self.host, Outside):  # an app may choose to say nothing
            return found
        asks = found.asks or found.question  # "Okay." is no question
        return replace(found, text=reply(intent, call) or ("" if asks else "Okay."))


@dataclass(frozen=True, slots=True)
class Skills:
    """What was found: the skills that work, and why the others do not."""

    working: Mapping[str, Skill]
    broken: tuple[AssistantError, ...] = ()
    disabled: tuple[str, ...] = ()
    choices: Choices | None = None
    """What was chosen, as far as it counts; None: nobody knows."""

    code_set: bool = False
    """A code has to be said before a door is unlocked."""

    unchecked: str = ""
    """Why nobody knows whether there is such a code; "" when it is known."""

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
    disabled: dict[str, Skill] = {}
    taken = take_choices(settings, before.choices if before else None)
    broken += [taken.problem] if taken.problem else []
    known = {skill.folder: skill for skill in before.working.values()} if before else {}
    for missing in (path for path in settings.folders or () if not is_folder(path)):
        log.warning("skills.folders: %s is not a folder", missing)
    folders = list(skill_folders(settings))
    silent = [folder.name for folder in folders if not speaks(folder)]
    if silent:
        log.info("skills without words in %r: %s", language().code, ", ".join(silent))
    for folder in filter(speaks, folders):
        try:
            skill = _kept(known.get(folder), taken, settings) or load_skill(folder, settings, taken)
            name = skill.manifest.name
            _check_name(skill, working.get(name))
            if name in taken.choices.disabled:
                disabled[name] = skill
            else:
                working[name] = skill
            broken += [skill.problem] if skill.problem and not taken.problem else []
        except (AssistantError, OSError) as error:
            problem = _unreadable(folder, error) if isinstance(error, OSError) else error
            broken.append(_told(problem))
    broken += map(_told, lost_packages())
    hosts = [skill.host for skill in working.values()]
    for skill in known.values():
        if skill.host not in hosts:
            skill.host.close()
    found = Skills(working, tuple(broken), tuple(disabled))
    return _protected(found, disabled | working, taken, settings)


def _check_name(skill: Skill, other: Skill | None) -> None:
    """Raise SkillError for a name that belongs to somebody else."""
    name = skill.manifest.name
    if name in BUILT_IN and not _is_built_in(skill.manifest, skill.folder):
        raise SkillError(
            f"{where(name) or skill.folder}: the name {str(name)!r} is that of a built-in skill, "
            f"{SHIPPED_SKILLS / name}; {skill.folder} cannot take its place",
            fix=f"give it another name; assistant skill disable {name} switches the built-in off",
        )
    if other:
        raise SkillError(
            f"{where(name)}: the name {str(name)!r} is taken by {other.folder}",
            fix="rename one, or delete one",
        )


def _protected(
    found: Skills, loaded: Mapping[str, Skill], taken: Taken, settings: SkillsSettings
) -> Skills:
    """`found`, which knows whether there is a door code; what counts is kept for the next time."""
    locks = loaded.get(LOCKS)
    if locks and not taken.unknown:
        code = locks.settings.get("code", "")
        unknown = locks.problem.problem if locks.problem and locks.unchecked else ""
    else:  # its skill.yaml is damaged, or not looked at
        code, unknown = taken.choices.settings.get(LOCKS, {}).get("code", ""), taken.unknown
    choices = taken.choices
    for name, skill in loaded.items():
        if skill.problem:  # others count than those of the file
            specs = skill.manifest.settings
            chosen = {n: v for n, v in skill.settings.items() if v != specs[n].default}
            choices = replace(choices, settings={**choices.settings, name: chosen})
    if not unknown:
        keep(settings, choices)
    file = settings.choices_file
    return replace(
        found,
        choices=None if unknown else choices,
        code_set=code != "",
        unchecked=_spoken(unknown.replace(str(file), file.name), file.name),
    )


def _spoken(reason: str, file: str) -> str:
    """Why, without the line numbers that the log has."""
    return f"{file} makes no sense" if any(map(str.isdigit, reason)) else reason


def _told(problem: AssistantError) -> AssistantError:
    log.warning("skill not loaded: %s", problem)
    return problem


def _unreadable(folder: Path, error: OSError) -> SkillError:
    return SkillError(
        f"{error.filename or folder}: cannot be read: {error.strerror}", fix="check who may read it"
    )


def _kept(known: Skill | None, taken: Taken, settings: SkillsSettings) -> Skill | None:
    """The skill of the last time when neither its files nor its settings have changed."""
    if known is None or known.signature != signature(known.folder):
        return None
    now = _with_settings(known, taken, settings)
    if known.settings != now.settings:
        return None
    return known if str(known.problem) == str(now.problem) else now


def _with_settings(skill: Skill, taken: Taken, settings: SkillsSettings) -> Skill:
    """The skill as its owner has set it; raises SkillError where that makes no sense."""
    manifest = skill.manifest
    try:
        values, problem = settled(manifest, taken, settings.choices_file)
        return replace(skill, settings=values, problem=problem, unchecked=False)
    except SkillError as error:
        if not _is_built_in(manifest, skill.folder):
            raise
        # Doors can still be locked; the policy refuses to unlock.
        defaults = {name: spec.default for name, spec in manifest.settings.items()}
        return replace(skill, settings=defaults, problem=error, unchecked=True)


def load_skill(
    folder: Path, settings: SkillsSettings | None = None, taken: Taken | None = None
) -> Skill:
    """Load one skill; raises ConfigError or SkillError that names file and line."""
    settings = settings or SkillsSettings()
    before = signature(folder)
    manifest = load_manifest(folder)
    check_manifest(manifest, settings.reserved)
    file = folder / "skill.py"
    code = read_code(file)
    functions = functions_of(code)
    check_functions(manifest, file, functions)
    check_answers(code, file, built_in=_is_built_in(manifest, folder))
    skill = Skill(
        manifest,
        folder,
        _host(manifest, folder, functions, settings),
        _handlers(manifest, functions),
        {
            name: tuple(slot for slot in needed(functions[name]) if slot in manifest.slots)
            for name in manifest.intents
            if name in functions
        },
        signature=before,
    )
    return _with_settings(skill, taken or Taken(Choices()), settings)


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
    ours = folder.parent.resolve() == SHIPPED_SKILLS.resolve() and folder.name == manifest.name
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
    for path in settings.all_folders:
        try:
            inside = sorted(path.iterdir())
        except (FileNotFoundError, NotADirectoryError):
            continue
        except OSError:
            yield path  # what cannot be looked into is told when it is read
            continue
        # With a skill.yml or only a skill.py somebody meant to write a skill, and is told so.
        yield from (f for f in inside if _closed(f) or any(f.glob("skill.*")))
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
