"""What is wrong with the routines of config.yaml: commands that nobody understands, and circles."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from assistant.config import RoutineSettings
from assistant.errors import ConfigError
from assistant.events import Understanding
from assistant.schema import where

SCENES = "scenes.activate"
"""The intent that carries routines out."""


def routine_problems(
    routines: tuple[RoutineSettings, ...], interpret: Callable[[str], Understanding]
) -> Iterator[ConfigError]:
    """One error for each command that will not be carried out.

    interpret    what typed words mean in this house, with all its devices
    """
    known = {name.lower(): one.name for one in routines for name in (one.name, *one.aliases)}
    started: dict[str, list[str]] = {}
    for routine in routines:
        started[routine.name] = []
        for command in routine.commands:
            understood = interpret(command)
            at = f"{where(command) or routine.where}: routine {routine.name!r}"
            if understood.decision != "accept":
                yield ConfigError(
                    f"{at}: the command {command!r} is not understood",
                    fix=f"try other words, or a name of `assistant devices`: "
                    f'assistant say --dry-run "{command}"',
                )
            started[routine.name] += _routines(understood, known)
    for routine in routines:
        if _comes_back(routine.name, started):
            yield ConfigError(
                f"{routine.where}: routine {routine.name!r} starts itself",
                fix="delete the command that starts it again",
            )


def _routines(understood: Understanding, known: Mapping[str, str]) -> list[str]:
    """Names of the routines that a command starts."""
    names = [
        str(intent.slots["name"].value).lower()
        for intent in understood.intents
        if intent.name == SCENES and "name" in intent.slots
    ]
    return [known[name] for name in names if name in known]


def _comes_back(name: str, started: Mapping[str, list[str]]) -> bool:
    """Whether a routine starts itself, by itself or through others."""
    seen: set[str] = set()
    waiting = list(started[name])
    while waiting:
        if (next_ := waiting.pop()) not in seen:
            seen.add(next_)
            waiting += started[next_]
    return name in seen
