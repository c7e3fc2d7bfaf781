"""assistant skills: what was found, and what is wrong with the rest."""

from __future__ import annotations

import argparse

from assistant.app import understandable
from assistant.config import Config
from assistant.skill.loader import load_skills


def add_parser(
    commands: argparse._SubParsersAction[argparse.ArgumentParser], common: argparse.ArgumentParser
) -> argparse.ArgumentParser:
    """Describe the command."""
    return commands.add_parser("skills", parents=[common], help="list the installed skills")


def run(options: argparse.Namespace, config: Config) -> int:
    """Print a line per skill; 1 when one is broken."""
    skills = understandable(load_skills(config.skills))
    for skill in skills.working.values():
        manifest = skill.manifest
        print(f"{manifest.name} {manifest.version}  {manifest.description}")
        print(f"    {', '.join(manifest.intents)}")
    for error in skills.broken:
        print(f"NOT LOADED  {error}")
    return 1 if skills.broken else 0
