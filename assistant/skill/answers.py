"""What is wrong with the Answers of a skill.py, as far as can be seen without running it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path

from assistant.errors import SkillError
from assistant.skill.answer import BUILT_IN_ONLY, Answer

_FIELDS = tuple(field.name for field in fields(Answer))
_TEXTS = ("text", "asks", "confirm")
_SWITCHES = ("question",)

_LITERALS = {
    ast.JoinedStr: "a text", ast.Tuple: "a tuple", ast.List: "a list", ast.Dict: "a dict",
    ast.Set: "a set", ast.Lambda: "a function",
}  # fmt: skip
_CONSTANTS = {str: "a text", bool: "true or false", int: "a number", float: "a number"}


def check_answers(code: ast.Module, file: Path, *, built_in: bool) -> None:
    """Raise SkillError, with file and line, for the first Answer that would come to nothing.

    built_in   it may plan, and give commands
    """
    names = _names_of_answer(code)
    for node in ast.walk(code):
        if isinstance(node, ast.Call) and _is_answer(node.func, names):
            for problem, fix in _problems(node, built_in=built_in):
                raise SkillError(f"{file}:{node.lineno}: Answer(…): {problem}", fix=fix)
    if built_in:
        return
    for node in code.body:
        if isinstance(node, ast.FunctionDef) and any(
            each.arg == "schedule" for each in (*node.args.args, *node.args.kwonlyargs)
        ):
            raise SkillError(
                f"{file}:{node.lineno}: {node.name}(): schedule is for the skills of this "
                "repository: nothing would be in it",
                fix='delete it; `assistant say` "… in ten minutes" plans for any skill',
            )


def _names_of_answer(code: ast.Module) -> frozenset[str]:
    """What `Answer` is called in this module."""
    return frozenset(
        alias.asname or alias.name
        for node in ast.walk(code)
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("assistant.skill")
        for alias in node.names
        if alias.name == "Answer"
    )


def _is_answer(called: ast.expr, names: frozenset[str]) -> bool:
    if isinstance(called, ast.Attribute):
        return called.attr == "Answer"
    return isinstance(called, ast.Name) and called.id in names


def _problems(call: ast.Call, *, built_in: bool) -> Iterator[tuple[str, str]]:
    given: dict[str, ast.expr] = {}
    positional = [arg for arg in call.args if not isinstance(arg, ast.Starred)]
    if len(positional) > len(_FIELDS):
        yield f"takes {len(_FIELDS)} arguments, not {len(positional)}", "name them"
    if len(positional) == len(call.args):
        given |= dict(zip(_FIELDS, positional, strict=False))
    given |= {keyword.arg: keyword.value for keyword in call.keywords if keyword.arg}
    for name, value in given.items():
        if name not in _FIELDS:
            own = [field for field in _FIELDS if built_in or field not in BUILT_IN_ONLY]
            yield f"there is no {name!r}", f"one of: {', '.join(own)}"
        elif name in BUILT_IN_ONLY and not built_in:
            yield (
                f"{name} is for the skills of this repository: nothing would come of it",
                'publish a message, or change devices; whoever asks for it "in ten minutes" is '
                "understood without it",
            )
        elif problem := _wrong_kind(name, value):
            yield f"{name} is {problem}", f"write {name}={_example(name)}"


def _wrong_kind(name: str, value: ast.expr) -> str:
    """What a literal is that can be no value of a field; "" for what may be one."""
    found = _kind(value)
    wanted: tuple[str, ...]
    if name in _TEXTS:
        wanted = ("a text",)
    elif name in _SWITCHES:
        wanted = ("true or false",)
    else:
        wanted = ("a tuple", "a list")
    return "" if not found or found in wanted else found


def _kind(value: ast.expr) -> str:
    if isinstance(value, ast.Constant):
        return "None" if value.value is None else _CONSTANTS.get(type(value.value), "a constant")
    return _LITERALS.get(type(value), "")


def _example(name: str) -> str:
    if name in _TEXTS:
        return '"…"'
    return "True" if name in _SWITCHES else "(…,)"
