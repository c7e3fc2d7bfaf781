"""assistant skill …: write, check and choose skills."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import yaml

from assistant.app import followed_skills, open_app, understandable
from assistant.cli.console import Console
from assistant.config import Config
from assistant.errors import AssistantError, SkillError
from assistant.events import Value
from assistant.skill.choices import (
    Choices,
    LostError,
    effective,
    read_choices,
    take_choices,
    write_choices,
)
from assistant.skill.containment import what_is_missing
from assistant.skill.host import NoPython
from assistant.skill.loader import Skill, Skills, load_skills
from assistant.skill.manifest import Access, Manifest, SettingSpec
from assistant.understand import HouseNames
from assistant.utterance import new_id


def add_parser(
    commands: argparse._SubParsersAction[argparse.ArgumentParser], common: argparse.ArgumentParser
) -> argparse.ArgumentParser:
    """Describe the commands."""
    parser = commands.add_parser("skill", help="write, check and choose skills")
    verbs = parser.add_subparsers(required=True, metavar="VERB", dest="verb")

    def verb(name: str, explanation: str) -> argparse.ArgumentParser:
        return verbs.add_parser(name, parents=[common], help=explanation)

    verb("list", "the installed skills, and what is wrong with the broken ones")
    new = verb("new", "make a skill that works")
    new.add_argument("name", metavar="NAME", help="what it is to be called: small letters and _")
    for name, explanation in (
        ("lint", "find colliding, unreachable and untested sentences"),
        ("test", "run the tests in skill.yaml, text and sound"),
    ):
        verb(name, explanation).add_argument(
            "names", nargs="*", metavar="NAME", help="of a skill (default: all)"
        )
    verb("simulate", "type to the skills in a simulated house; changes take effect at once")
    settings = verb("settings", "show or change what a skill can be set to")
    for chosen in (
        verb("enable", "use a skill again"),
        verb("disable", "do not use a skill"),
        settings,
    ):
        chosen.add_argument("name", metavar="NAME", help="one of `assistant skill list`")
    settings.add_argument(
        "setting", nargs="?", metavar="SETTING", help="which one (default: show all)"
    )
    settings.add_argument("value", nargs="?", metavar="VALUE", help="what it is set to")
    return parser


def run(options: argparse.Namespace, config: Config) -> int:
    """Do what the verb says; 1 when something is to be mended."""
    verbs: dict[str, Callable[[argparse.Namespace, Config], int]] = {
        "list": _list,
        "new": _new,
        "lint": _lint,
        "test": _test,
        "simulate": _simulate,
        "enable": _switch,
        "disable": _switch,
        "settings": _settings,
    }
    return verbs[options.verb](options, config)


def _list(options: argparse.Namespace, config: Config) -> int:
    skills = understandable(load_skills(config.skills))
    started = _start(skills)
    for skill in skills.working.values():
        if skill.manifest.name not in started:
            _describe(skill)
    for name in skills.disabled:
        print(f"{name}  disabled; assistant skill enable {name}")
    broken = [*skills.broken, *started.values()]
    for error in broken:
        print(f"NOT LOADED  {error}")
    if missing := what_is_missing():
        print(f"Not contained in skills that are not built in: {missing}")
    skills.close()
    return 1 if broken else 0


def _start(skills: Skills) -> dict[str, SkillError]:
    """Import every skill in its process; why those that cannot be are of no use."""

    def start(skill: Skill) -> SkillError | None:
        try:
            skill.host.start()
        except SkillError as error:
            return error
        return None

    with ThreadPoolExecutor() as pool:
        problems = pool.map(start, skills.working.values())
        return {name: p for name, p in zip(skills.working, problems, strict=True) if p}


def _describe(skill: Skill) -> None:
    manifest = skill.manifest
    where = "built in" if skill.built_in else "in its own process"
    if manifest.answered_by != "skill.py":
        where = f"answered by {manifest.answered_by}"
    elif isinstance(skill.host, NoPython):
        where = "no Python"
    print(f"{manifest.name} {manifest.version}  {manifest.description}  ({where})")
    print(f"    understands  {', '.join(manifest.intents)}")
    allowed = manifest.permissions
    for what, access in (("commands", allowed.command), ("reads", allowed.read)):
        if access != Access():
            print(f"    {what:12} {_spoken(access)}")
    if allowed.network:
        print("    network      yes")


def _spoken(access: Access) -> str:
    devices = ", ".join(access.devices)
    if access.areas:
        devices += f" in {', '.join(access.areas)}"
    return "; ".join(filter(None, (devices, ", ".join(access.topics))))


def _new(options: argparse.Namespace, config: Config) -> int:
    from assistant.authoring.scaffold import write_skill

    own = config.skills.own
    if not own:
        raise AssistantError(
            "skills.folders names no folder for it", fix="name one, or leave skills.folders away"
        )
    skill = write_skill(own[0], options.name)
    print(f"{skill} is ready; assistant skill test {options.name} tries it")
    return 0


def _lint(options: argparse.Namespace, config: Config) -> int:
    from assistant.authoring.lint import lint

    skills = understandable(load_skills(config.skills))
    for error in skills.broken:
        print(error)
    findings = [
        finding
        for skill in _chosen(skills, options.names)
        for finding in lint(skill.manifest, skills.manifests, HouseNames.of(config.house))
    ]
    for finding in findings:
        print(finding)
    if not findings and not skills.broken:
        print("nothing to mend")
    return 1 if findings or skills.broken else 0


def _test(options: argparse.Namespace, config: Config) -> int:
    from assistant.authoring.scenarios import run_tests

    skills = understandable(load_skills(config.skills))
    passed, failed = 0, len(skills.broken)
    for result in run_tests(config, _chosen(skills, options.names)):
        passed, failed = passed + (not result.problems), failed + bool(result.problems)
        for problem in result.problems:
            print(f"{result.test.where}: “{result.heard or result.test.audio}”: {problem}")
    for error in skills.broken:
        print(error)
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


def _chosen(skills: Skills, names: Sequence[str]) -> list[Skill]:
    for name in names:
        if name not in skills.working and not any(name in str(e) for e in skills.broken):
            raise _unknown(name, skills)
    return [s for name, s in skills.working.items() if name in names or not names]


def _unknown(name: str, skills: Skills) -> SkillError:
    if name in skills.disabled:
        return SkillError(f"{name} is disabled", fix=f"assistant skill enable {name}")
    known = ", ".join((*skills.working, *skills.disabled)) or "none"
    return SkillError(f"no skill {name!r}", fix=f"one of: {known}")


def _simulate(options: argparse.Namespace, config: Config) -> int:
    console = Console()
    with open_app(config, simulate=True) as app, followed_skills(app):
        if sys.stdin.isatty():
            print("Type what you would say; Ctrl-D ends.")
        for line in sys.stdin:
            for event in app.conversation.respond(line.strip(), new_id()):
                console(event)
    return 0


def _switch(options: argparse.Namespace, config: Config) -> int:
    skills = load_skills(config.skills)
    if options.name not in (*skills.working, *skills.disabled):
        raise _unknown(options.name, skills)
    choices = _to_change(config).switched(options.name, on=options.verb == "enable")
    write_choices(config.skills, choices)
    print(f"{options.name} is {options.verb}d")
    return 0


def _settings(options: argparse.Namespace, config: Config) -> int:
    # Whatever was chosen: a choice that does not fit is mended here.
    skills = load_skills(replace(config.skills, choices=Path(os.devnull)))
    if options.name not in skills.working:
        raise _unknown(options.name, skills)
    manifest = skills.working[options.name].manifest
    choices = _to_change(config)
    if options.value is None:
        _show_settings(manifest, choices, options.setting)
        return 0
    spec = manifest.settings.get(options.setting)
    if spec is None:
        raise _no_setting(manifest, options.setting)
    value = _typed(spec, options.value)
    choices = choices.chosen(options.name, options.setting, value)
    write_choices(config.skills, choices)
    print(f"{options.name}.{options.setting} is {_shown(spec, value)}")
    effective(manifest, choices, config.skills.choices_file)
    return 0


def _typed(spec: SettingSpec, text: str) -> Value:
    try:
        value: Value = text if spec.type in ("text", "choice") else yaml.safe_load(text)
        spec.check(value)
    except (yaml.YAMLError, ValueError) as error:
        raise AssistantError(f"{text!r}: {error}", fix=f"give a {spec.type}") from error
    return value


def _show_settings(manifest: Manifest, choices: Choices, name: str | None) -> None:
    if name is not None and name not in manifest.settings:
        raise _no_setting(manifest, name)
    chosen = choices.settings.get(manifest.name, {})
    for setting, spec in manifest.settings.items():
        if name in (None, setting):
            value = _shown(spec, chosen.get(setting, spec.default))
            print(f"{setting} = {value}    {spec.description}".rstrip())


def _shown(spec: SettingSpec, value: Value) -> Value:
    """A secret is none any more when it stands on a screen."""
    return "set" if spec.secret and value != "" else value


def _to_change(config: Config) -> Choices:
    """What was chosen; an empty or lost file is made again. Raises ConfigError for a damaged one,
    which only its author can mend."""
    try:
        return read_choices(config.skills)
    except LostError:
        return take_choices(config.skills).choices


def _no_setting(manifest: Manifest, name: str) -> SkillError:
    return SkillError(
        f"{manifest.name} has no setting {name!r}",
        fix=f"settings: {', '.join(manifest.settings) or 'none'}",
    )
