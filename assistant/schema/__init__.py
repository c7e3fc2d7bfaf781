"""A frozen dataclass is the schema of what we read: configuration, skills, device keys, our files.

Its fields are the allowed keys, their annotations the types, its defaults what a missing key means.
Understood are nested dataclasses, `tuple[X, ...]`, `frozenset[X]`, `Mapping[str, X]`, `X | None`,
Literal, the plain types, Path (relative to the file), and any class that is made of one text; a
dataclass says so by `MADE_OF_TEXT`. Each function in `Annotated[X, check, …]` is given the value;
the ValueError that it or `__post_init__` raises says what is wrong. A field called `where` is
filled with `file:line`; every text of a YAML file knows its own (`Text`). A field that is not shown
(`repr=False`) is a secret: what is written there is its text, whatever it looks like.

Every error names file, line, key, what was found, what would be right. That is why no library reads
here: pydantic, msgspec and cattrs know no lines, and their texts are for programmers.
"""

from __future__ import annotations

import types
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import MISSING, Field, dataclass, fields, is_dataclass
from datetime import datetime
from functools import cache
from math import isfinite
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

from assistant.errors import AssistantError, ConfigError
from assistant.schema.nodes import Node, json_lines, json_of
from assistant.schema.nodes import Text as Text
from assistant.schema.nodes import beside as beside
from assistant.schema.nodes import where as where

__all__ = [
    "NOT_IN_FILE",
    "Between",
    "Text",
    "alternatives",
    "read",
    "read_json",
    "read_yaml",
    "where",
]

T = TypeVar("T")

NOT_IN_FILE: Mapping[str, Any] = {"in_file": False}
"""Metadata of a field that the program sets and no file may."""


@dataclass(frozen=True, slots=True)
class Between:
    """The range of a number: `Annotated[int, Between(1, 65535)]`."""

    low: float
    high: float

    def __call__(self, value: float) -> None:
        if not self.low <= value <= self.high:
            raise ValueError(f"must lie between {self.low:g} and {self.high:g}, not {value:g}")


def read_yaml(kind: type[T], file: Path) -> T:
    """Read a YAML file as `kind`; an empty file is `kind()`. Raises ConfigError."""
    from assistant.schema.yaml_file import yaml_of  # a skill's own process reads none

    see = f"see the comments in {file.name}"
    if file.name == "skill.yaml":
        see = "README.md, Write a skill, says what can stand there"
    result: T = _Reader(ConfigError, see).read(kind, yaml_of(file), "")
    return result


def read_json(
    kind: type[T], file: Path, *, error: type[AssistantError], fix: str, extra: bool = False
) -> T:
    """Read a JSON file as `kind`; raises `error`, with `fix`.

    extra    there are keys that somebody else needs
    """
    result: T = _Reader(error, fix, extra, exact=False).read(kind, json_of(file, error, fix), "")
    return result


def read_json_lines(
    kind: type[T], file: Path, *, error: type[AssistantError], fix: str, extra: bool = False
) -> list[T]:
    """The same of a file with one JSON value on each line."""
    reader = _Reader(error, fix, extra, exact=False)
    return [reader.read(kind, node, "") for node in json_lines(file, error, fix)]


def read(
    kind: type[T],
    content: object,
    place: str,
    *,
    key: str = "",
    error: type[AssistantError] = ConfigError,
    see: str = "",
    extra: bool = False,
) -> T:
    """Read what was read already, from JSON or as a mapping of a YAML file; raises `error`.

    place    what an error begins with: file and line, a topic
    key      what comes before the name of each key
    see      what to do where nothing better is known
    extra    there are keys that somebody else needs
    """
    result: T = _Reader(error, see, extra).read(kind, Node(content, place), key)
    return result


def to_json(value: Any) -> Any:
    """What is read again as the same: sets are in order, moments ISO 8601."""
    kind: Any = type(value)
    if is_dataclass(value):
        return {name: to_json(getattr(value, name)) for name in _settable(kind)}
    if isinstance(value, Mapping):
        return {name: to_json(one) for name, one in value.items()}
    if isinstance(value, frozenset | tuple | list):
        return [to_json(one) for one in (sorted(value) if isinstance(value, frozenset) else value)]
    return value.isoformat() if isinstance(value, datetime) else value


@cache
def _settable(kind: Any) -> Mapping[str, tuple[Any, Field[Any]]]:
    """Key → its type and its field."""
    kinds = get_type_hints(kind, include_extras=True)
    return {
        field.name: (kinds[field.name], field)
        for field in fields(kind)
        if field.init and field.name != "where" and field.metadata.get("in_file", True)
    }


@cache
def alternatives(kind: Any) -> tuple[tuple[Any, ...], bool]:
    """The types that `kind` may be, and whether it may be null."""
    kinds = get_args(kind) if get_origin(kind) in (Union, types.UnionType) else (kind,)
    return tuple(one for one in kinds if one is not type(None)), type(None) in kinds


def _below(key: str, name: str) -> str:
    shown = name if name.isprintable() and len(name) < 100 else f"{name!r:.100}"
    return f"{key}.{shown}".lstrip(".")


_MAKERS: Mapping[Any, Any] = {datetime: datetime.fromisoformat}
_NAMES = {str: "text", int: "a whole number", float: "a number", bool: "true or false"}
_EXAMPLES = {str: '"text", in quotes', int: "1", float: "0.5", bool: "true"}


@dataclass(frozen=True, slots=True)
class _Reader:
    error: type[AssistantError]
    see: str
    """What to do where nothing better is known."""

    extra: bool = False
    """Unknown keys are somebody else's."""

    exact: bool = True
    """It was written by hand: whoever did it is told what to write."""

    def wrong(self, at: Node, key: str, problem: str, fix: str = "") -> AssistantError:
        fix = fix if fix and self.exact else self.see
        return self.error(f"{at.where}: {key + ': ' if key else ''}{problem}", fix=fix)

    def read(self, kind: Any, node: Node, key: str, default: object = None) -> Any:
        """The value of `node` as `kind`; default: what stands for it where it is missing."""
        kinds, or_null = alternatives(kind)
        if or_null and node.is_null:
            return None
        kind, origin = kinds[0], get_origin(kinds[0])
        if len(kinds) > 1 or origin is Literal:
            return self.scalar(kinds, node, key, default)
        if origin is Annotated:
            return self.checked(kind, node, key, default)
        if is_dataclass(kind) and not (node.holds(kind) or hasattr(kind, "MADE_OF_TEXT")):
            return self.section(kind, node, key)
        if origin in (tuple, frozenset):
            return self.list(origin, kind, node, key)
        if isinstance(origin, type) and issubclass(origin, Mapping):
            return self.mapping(kind, node, key)
        return self.plain(node, key) if kind is Any else self.scalar(kinds, node, key, default)

    def checked(self, kind: Any, node: Node, key: str, default: object) -> Any:
        value = self.read(get_args(kind)[0], node, key, default)
        for check in kind.__metadata__:
            try:
                check(value)
            except ValueError as error:
                raise self.wrong(node, key, str(error), self.example(key, kind, default)) from error
        return value

    def section(self, kind: Any, node: Node, key: str) -> Any:
        """One dataclass from one mapping."""
        settable, nodes = _settable(kind), self.named(kind, node, key)
        values = {
            name: self.field(*settable[name], value, _below(key, name))
            for name, value in nodes.items()
        }
        if missing := [n for n, (_, f) in settable.items() if _required(f) and n not in values]:
            fix = f"add `{missing[0]}: …`"
            raise self.wrong(node, key or "the file", f"{', '.join(missing)} missing", fix)
        if "where" in kind.__dataclass_fields__:
            values["where"] = node.where
        try:
            return kind(**values)
        except ValueError as error:
            name, _, problem = str(error).partition(": ")
            if name in settable:
                raise self.wrong(nodes.get(name, node), _below(key, name), problem) from error
            raise self.wrong(node, key, str(error)) from error

    def named(self, kind: Any, node: Node, key: str) -> dict[str, Node]:
        """Field → what is written for it."""
        settable, found = _settable(kind), {}
        if not (node.is_mapping or node.is_null):  # `mqtt:` with nothing below: the defaults
            problem = f"expected settings, got {node.shown}"
            fix = f"write `name: value` lines; names: {', '.join(settable)}"
            raise self.wrong(node, key or "the file", problem, fix)
        for name, name_node, value in self.pairs(node, key):
            if name in settable:
                found[name] = value
            elif not self.extra:
                likely = _nearest(name, sorted(settable))
                raise self.wrong(name_node, _below(key, name), "no such key", likely)
        return found

    def field(self, kind: Any, field: Field[Any], node: Node, key: str) -> Any:
        if not field.repr and not node.is_null and node.written is not None:
            return node.written  # 0123 is no number, and no error message may show it
        return self.read(kind, node, key, field.default)

    def pairs(self, node: Node, key: str) -> Iterator[tuple[str, Node, Node]]:
        """Name, its node, the node of its value; YAML itself takes a name twice, or none at all."""
        seen = set()
        for name_node, value in node.pairs():
            if (name := name_node.written) is None:
                fix = "write `name: value` lines; put quotes around a text that begins with { or ["
                problem = f"{name_node.shown} is no name"
                raise self.wrong(name_node, key or "the file", problem, fix)
            if name in seen:
                path = _below(key, name)
                raise self.error(f"{name_node.where}: {path} is given twice", fix="delete one")
            seen.add(name)
            yield name, name_node, value

    def list(self, make: Any, kind: Any, node: Node, key: str) -> Any:
        item = get_args(kind)[0]
        known = _settable(item) if hasattr(item, "__dataclass_fields__") else ()
        if any(name.written in known for name, _ in node.pairs()):
            return make([self.read(item, node, f"{key}[0]")])  # one is a list of one
        if (nodes := node.items()) is None:
            fix = f"write {_last(key)}: [ … ]"
            raise self.wrong(node, key, f"expected a list, got {node.shown}", fix)
        return make(self.item(item, n, f"{key}[{i}]") for i, n in enumerate(nodes))

    def item(self, kind: Any, node: Node, key: str) -> Any:
        value = self.plain(node, key) if kind is str else None
        if isinstance(value, int | float):
            return node.written  # [low, off, 3]: words, whatever YAML makes of them
        return self.read(kind, node, key)

    def mapping(self, kind: Any, node: Node, key: str) -> Any:
        if not node.is_mapping:
            problem = f"expected a mapping, got {node.shown}"
            raise self.wrong(node, key, problem, "write `name: value` lines")
        item, pairs = get_args(kind)[1], self.pairs(node, key)
        found = {name: self.read(item, value, _below(key, name)) for name, _, value in pairs}
        return self.plain(node, key) if item is Any else found

    def plain(self, node: Node, key: str) -> Any:
        try:
            return node.plain()
        except ValueError as error:
            problem = f"cannot be used: {error}"
            fix = "write a text, a number, a list or a mapping; quotes make a text of anything"
            raise self.wrong(node, key, problem, fix) from error

    def scalar(self, kinds: tuple[Any, ...], node: Node, key: str, default: object) -> Any:
        literals = [word for k in kinds if get_origin(k) is Literal for word in get_args(k)]
        if literals and node.written in literals:
            return node.written  # YAML reads a bare `off` as false; people mean the word
        value = self.plain(node, key)
        if literals:
            if value in literals:
                return value
            likely = _nearest(str(value), [str(word) for word in literals])
            raise self.wrong(node, key, f"{node.shown} is not one of the choices", likely)
        if type(value) is int and float in kinds and int not in kinds:
            return float(value)
        if type(value) is float and not isfinite(value):
            raise self.wrong(node, key, f"{value} is no number that can be said", "leave it out")
        if type(value) in kinds or (type(value) is Text and str in kinds):
            return value
        if kinds[0] not in _NAMES and node.written is not None:
            return self.made(kinds[0], node, key)
        names = " or ".join(_NAMES.get(k, "text") for k in kinds)
        problem = f"expected {names}, got {node.shown}"
        raise self.wrong(node, key, problem, self.example(key, kinds[0], default))

    def made(self, kind: Any, node: Node, key: str) -> Any:
        """Of a class that is made of one text; what was made before is taken as it is."""
        if node.holds(kind):
            return node.plain()
        try:
            return node.path() if kind is Path else _MAKERS.get(kind, kind)(node.written)
        except ValueError as error:
            raise self.wrong(node, key, str(error)) from error

    def example(self, key: str, kind: Any, default: object) -> str:
        """What could be written there: the default, where there is one."""
        known = default if type(default) in (int, float) else _EXAMPLES.get(kind)
        return "" if known is None else f"write {_last(key)}: {known}"


def _required(field: Field[Any]) -> bool:
    return field.default is MISSING and field.default_factory is MISSING


def _nearest(name: str, known: Sequence[str]) -> str:
    """The one that was meant, most likely, or all."""
    from difflib import get_close_matches  # only what is wrong needs it

    return " or ".join(get_close_matches(name, known, n=1) or known)


def _last(key: str) -> str:
    """The name at the end of a path."""
    return key.rsplit(".", 1)[-1].partition("[")[0]
