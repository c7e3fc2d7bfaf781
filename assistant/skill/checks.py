"""What is wrong with a skill beyond the form of its skill.yaml; nothing of it is run."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from pathlib import Path

from assistant.errors import SkillError
from assistant.home.attributes import ATTRIBUTES
from assistant.reader import where
from assistant.skill.call import SPECIAL
from assistant.skill.manifest import TARGET_SLOTS, IntentSpec, Manifest
from assistant.skill.replies import placeholders

Functions = Mapping[str, ast.FunctionDef]


def check_manifest(manifest: Manifest) -> None:
    """Raise SkillError, with file and line, for the first thing that cannot be right."""
    for problem in _problems(manifest):
        raise problem


def _problems(manifest: Manifest) -> Iterator[SkillError]:
    if taken := sorted(set(manifest.slots) & set(SPECIAL)):
        yield SkillError(
            f"{manifest.where}: slots: {taken[0]!r} is the name of something else",
            fix=f"rename it; taken: {', '.join(SPECIAL)}",
        )
    for access in (manifest.permissions.command, manifest.permissions.read):
        for topic in access.topics:
            if not _is_filter(topic):
                yield SkillError(
                    f"{where(topic) or manifest.where}: permissions: {topic!r} is no topic",
                    fix="write home/vacuum/set, or home/+/set, or home/vacuum/#",
                )
    for name, intent in manifest.intents.items():
        yield from _intent_problems(manifest, name, intent)
    yield from _test_problems(manifest)


def _is_filter(topic: str) -> bool:
    levels = topic.split("/")
    whole = all(level in "+#" or not set(level) & set("+#") for level in levels)
    return bool(topic) and whole and "#" not in levels[:-1] and "\0" not in topic


def _intent_problems(manifest: Manifest, name: str, intent: IntentSpec) -> Iterator[SkillError]:
    at = f"{intent.where or manifest.where}: {name}"
    allowed = manifest.permissions
    commands, reads = set(allowed.command.devices), set(allowed.read.devices)
    if intent.target and not {intent.target, "any"} & (commands | reads):
        yield SkillError(
            f"{at}: target {intent.target} is not under permissions",
            fix=f"permissions: {{ command: {{ devices: [{intent.target}] }} }}, or read",
        )
    if intent.command and not {intent.target, "any"} & commands:
        yield SkillError(
            f"{at}: commands {intent.target}, which permissions.command.devices does not have",
            fix=f"permissions: {{ command: {{ devices: [{intent.target}] }} }}",
        )
    yield from _question_problems(manifest, at, intent)
    for attribute in intent.command:
        if attribute not in ATTRIBUTES:
            yield SkillError(
                f"{at}: command: no attribute {attribute!r}",
                fix=f"one of: {', '.join(sorted(ATTRIBUTES))}",
            )
    known = {*manifest.slots, *TARGET_SLOTS, *manifest.settings}
    for text in _filled_texts(intent):
        if unknown := sorted(placeholders(text) - known - {"targets", "are"}):
            yield SkillError(
                f"{where(text) or at}: no slot {{{unknown[0]}}}",
                fix=f"slots and settings: {', '.join(sorted(known))}",
            )


def _question_problems(manifest: Manifest, at: str, intent: IntentSpec) -> Iterator[SkillError]:
    for slot in intent.asks:
        if slot not in manifest.slots:
            yield SkillError(
                f"{at}: asks: no slot {slot!r}",
                fix=f"one of: {', '.join(manifest.slots) or 'none yet: declare it under slots'}",
            )


def _filled_texts(intent: IntentSpec) -> Iterator[str]:
    yield from intent.reply
    yield from (value for value in intent.command.values() if isinstance(value, str))
    yield from (message.topic for message in intent.publish)


def _test_problems(manifest: Manifest) -> Iterator[SkillError]:
    for test in manifest.tests:
        intent = test.then.intent
        if intent not in (None, "none", *manifest.intents):
            yield SkillError(
                f"{test.where}: no intent {str(intent)!r}",
                fix=f"one of: {', '.join(manifest.intents)}, none",
            )


def read_functions(file: Path) -> Functions:
    """The functions of a skill.py, by name, without running it; none when there is no file.

    Raises SkillError with file and line for what is not Python.
    """
    if not file.is_file():
        return {}
    try:
        tree = ast.parse(file.read_bytes(), str(file))
    except SyntaxError as error:
        raise SkillError(
            f"{file}:{error.lineno}: cannot be imported: SyntaxError: {error.msg}",
            fix="mend it there; the other skills work",
        ) from error
    except ValueError as error:  # a NUL in it
        raise SkillError(f"{file}: cannot be imported: {error}", fix="is it Python?") from error
    return {node.name: node for node in tree.body if isinstance(node, ast.FunctionDef)}


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
                fix=f"write def {name}(…) -> Answer, or give it a command, publish or reply",
            )


def _check_parameters(
    manifest: Manifest, file: Path, intent: IntentSpec, function: ast.FunctionDef
) -> None:
    known = {*manifest.slots, *TARGET_SLOTS, *SPECIAL}
    if not intent.target:
        known.remove("targets")
    for parameter in parameters(function):
        if parameter not in known:
            raise SkillError(
                f"{file}:{function.lineno}: {function.name}(): {parameter!r} is not a slot of "
                "this skill",
                fix=f"use one of: {', '.join(sorted(known))}",
            )


def parameters(function: ast.FunctionDef) -> tuple[str, ...]:
    """Names of a function's parameters."""
    every = function.args
    return tuple(each.arg for each in (*every.posonlyargs, *every.args, *every.kwonlyargs))
