"""What is wrong with a skill.py, as far as can be seen without running it."""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping
from pathlib import Path

from assistant.errors import SkillError
from assistant.skill.call import SPECIAL
from assistant.skill.manifest import TARGET_SLOTS, IntentSpec, Manifest, check_size

Function = ast.FunctionDef | ast.AsyncFunctionDef
Functions = Mapping[str, Function]
_WORDS = re.compile(r"\w+")


def read_code(file: Path) -> ast.Module:
    """What a skill.py says, without running it; nothing when there is no file.

    Raises SkillError with file and line for what is not Python, or cannot be read.
    """
    if not file.is_file():
        return ast.Module([], [])
    check_size(file)
    try:
        return ast.parse(file.read_bytes(), str(file))
    except OSError as error:
        raise SkillError(
            f"{file}: cannot be read: {error.strerror}", fix="check who may read it"
        ) from error
    except SyntaxError as error:
        at = f":{error.lineno}" if error.lineno else ""  # none: a NUL somewhere in it
        raise SkillError(
            f"{file}{at}: cannot be imported: SyntaxError: {error.msg}",
            fix="mend it there; the other skills work",
        ) from error
    except (ValueError, MemoryError, RecursionError) as error:  # nested beyond what Python takes
        raise SkillError(
            f"{file}: cannot be imported: {type(error).__name__}", fix="is it Python?"
        ) from error


def functions_of(code: ast.Module) -> Functions:
    """The functions of a skill.py, by name."""
    return {node.name: node for node in code.body if isinstance(node, Function)}


def check_functions(manifest: Manifest, file: Path, functions: Functions) -> None:
    """Raise SkillError, with file and line, when a handler is missing or asks for what is not."""
    if manifest.answered_by != "skill.py" and functions:
        raise SkillError(
            f"{file}: never called: {manifest.where} has answered_by: {manifest.answered_by}",
            fix="delete one of the two",
        )
    for name, intent in manifest.intents.items():
        function = functions.get(name)
        if function is not None:
            _check_parameters(manifest, file, intent, function)
        elif manifest.needs_python and intent.needs_python:
            raise SkillError(
                f"{intent.where or manifest.where}: no function {name}() for the intent {name!r} "
                f"in {file.name}" + ("" if file.is_file() else ", which does not exist"),
                fix=f"write def {name}(…) -> Answer there, not imported and not within an if, or "
                "give the intent a command, publish or reply",
            )


def _check_parameters(
    manifest: Manifest, file: Path, intent: IntentSpec, function: Function
) -> None:
    at = f"{file}:{function.lineno}: {function.name}()"
    if isinstance(function, ast.AsyncFunctionDef):
        raise SkillError(
            f"{at}: is async; handlers are plain functions",
            fix="delete async; asyncio.run() awaits what has to be awaited",
        )
    if function.args.posonlyargs:
        raise SkillError(f"{at}: takes no names before the /", fix="delete the /")
    known = {*manifest.slots, *TARGET_SLOTS, *SPECIAL}
    if not intent.target:
        known.remove("targets")
    for parameter in parameters(function):
        if parameter not in known:
            raise SkillError(
                f"{at}: {parameter!r} is not a slot of this skill",
                fix=f"use one of: {', '.join(sorted(known))}",
            )


def parameters(function: Function) -> tuple[str, ...]:
    """Names of a function's parameters."""
    return tuple(each.arg for each in (*function.args.args, *function.args.kwonlyargs))


def needed(function: Function) -> tuple[str, ...]:
    """Parameters that can be no None: they have a type without it, and no default.

    One without a type gets None for what was not said, as ever.
    """
    given = function.args
    positional = given.args[: len(given.args) - len(given.defaults)]
    pairs = zip(given.kwonlyargs, given.kw_defaults, strict=True)
    named = [one for one, default in pairs if default is None]
    return tuple(one.arg for one in (*positional, *named) if _never_none(one.annotation))


def _never_none(annotation: ast.expr | None) -> bool:
    if annotation is None:
        return False
    words = set(_WORDS.findall(ast.unparse(annotation)))
    return not words & {"None", "Optional", "Any", "object"}
