"""A YAML file → frozen dataclasses, with the line number of whatever is wrong in it.

The dataclass is the schema: its fields are the allowed keys, its annotations their types, its
defaults what a missing key means, its `__post_init__` the ranges (ValueError). Understood:
nested dataclasses, `tuple[X, ...]`, `Mapping[str, X]`, `X | None`, Literal and the plain types.
A field called `where` is filled with `file:line`; every text knows its own (`Text`). One that is
not shown (`repr=False`) is a secret: what is written there is its text, whatever it looks like.
"""

from __future__ import annotations

import math
import types
from collections.abc import Iterator, Mapping
from dataclasses import MISSING, Field, fields, is_dataclass
from difflib import get_close_matches
from functools import cache
from pathlib import Path
from typing import Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

import yaml
from yaml.constructor import SafeConstructor

from assistant.errors import ConfigError

T = TypeVar("T")

NOT_IN_FILE: Mapping[str, Any] = {"in_file": False}
"""Metadata of a field that the program sets and no file may."""

# libyaml reads a skill in 0.4 ms, where there is one; PyYAML's own parser takes 5 ms.
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class Text(str):
    """A text of a YAML file that knows where it stands."""

    where: str = ""
    """`file:line`."""


def where(text: str) -> str:
    """`file:line` of a text that `read_yaml` read; empty for any other."""
    return text.where if isinstance(text, Text) else ""


def read_yaml(kind: type[T], file: Path) -> T:
    """Read `file` as `kind`; an empty file is `kind()`.

    Raises ConfigError: file, line, key, what was found, what would be right.
    """
    text = _text(file)
    try:
        root = yaml.compose(text, Loader=_LOADER)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = f":{mark.line + 1}" if mark else ""
        problem = getattr(error, "problem", None) or error
        raise ConfigError(
            f"{file}{line}: not YAML: {problem}", fix="check quotes, colons and indentation there"
        ) from error
    except RecursionError as error:  # PyYAML's own parser, without libyaml
        raise ConfigError(f"{file}: is nested too deep", fix="write it flatter") from error
    if root is None:
        root = yaml.ScalarNode("tag:yaml.org,2002:null", "", yaml.Mark(str(file), 0, 0, 0, "", 0))
    if "&" in text:
        _check_aliases(root, file)
    result: T = _read(kind, root, file, "")
    return result


def top_level_names(file: Path) -> tuple[str, ...]:
    """The keys at the top of a YAML file; none where it has no such thing, or cannot be read."""
    try:
        root = yaml.compose(_text(file), Loader=_LOADER)
    except (ConfigError, yaml.YAMLError, RecursionError):
        return ()
    pairs = root.value if isinstance(root, yaml.MappingNode) else ()
    return tuple(str(name.value) for name, _ in pairs if isinstance(name, yaml.ScalarNode))


def _text(file: Path) -> str:
    try:
        content = file.read_bytes()
    except FileNotFoundError as error:
        raise ConfigError(
            f"{file}: there is no such file", fix="give another with --config PATH"
        ) from error
    except OSError as error:
        raise ConfigError(
            f"{file}: cannot be read: {error.strerror}", fix="check who may read it"
        ) from error
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise ConfigError(
            f"{file}:{line}: no UTF-8: the byte {content[error.start]:#04x}",
            fix="save it as UTF-8 text",
        ) from error


def _check_aliases(root: yaml.Node, file: Path) -> None:
    """Raise ConfigError for aliases (`*name`) that lead back to themselves, or to very much."""
    sizes: dict[int, float] = {}

    def size(node: yaml.Node) -> float:
        if id(node) not in sizes:
            sizes[id(node)] = math.inf  # until it is known: whoever comes back here never ends
            children = node.value if isinstance(node, yaml.CollectionNode) else ()
            pairs = isinstance(node, yaml.MappingNode)
            sizes[id(node)] = 1 + sum(
                map(size, (each for pair in children for each in pair) if pairs else children)
            )
        return sizes[id(node)]

    if size(root) > 10 * len(sizes) + 10_000:
        raise ConfigError(
            f"{file}: its aliases (*name) stand for too much", fix="write out what they stand for"
        )


def _described(file: Path) -> str:
    if file.name == "skill.yaml":
        return "README.md, Write a skill, says what can stand there"
    return f"see the comments in {file.name}"


def _at(node: yaml.Node, file: Path) -> str:
    return f"{file}:{node.start_mark.line + 1}"


def _section(kind: Any, node: yaml.Node, file: Path, key: str) -> Any:
    """Build one settings dataclass from one YAML mapping, or say file, line and key."""
    values = _values(kind, node, file, key)
    missing = [f.name for f in fields(kind) if f.name not in values and _required(f)]
    if missing:
        raise ConfigError(
            f"{_at(node, file)}: {key or 'the file'}: {', '.join(missing)} missing", fix="add it"
        )
    try:
        return kind(**values)
    except ValueError as error:
        raise ConfigError(
            f"{_at(node, file)}: {key + ': ' if key else ''}{error}", fix=_described(file)
        ) from error


_types_of = cache(get_type_hints)


def _values(kind: Any, node: yaml.Node, file: Path, key: str) -> dict[str, Any]:
    if node.tag == "tag:yaml.org,2002:null":  # `mqtt:` with nothing below it: the defaults
        node = yaml.MappingNode(node.tag, [], node.start_mark, node.end_mark)
    settable = {
        f.name: f for f in fields(kind) if f.name != "where" and f.metadata.get("in_file", True)
    }
    if not isinstance(node, yaml.MappingNode):
        raise ConfigError(
            f"{_at(node, file)}: {key or 'the file'}: expected settings, got {_found(node)}",
            fix=f"write `name: value` lines; names: {', '.join(settable)}",
        )
    kinds, values = _types_of(kind), {}
    for name, name_node, value_node in _pairs(node, file, key):
        path = f"{key}.{name}".lstrip(".")
        if name not in settable:
            likely = get_close_matches(name, settable, n=1) or sorted(settable)
            raise ConfigError(
                f"{_at(name_node, file)}: no setting {path!r}", fix=" or ".join(likely)
            )
        if not settable[name].repr:
            value_node = _secret(value_node)
        values[name] = _read(kinds[name], value_node, file, path)
    if "where" in kinds:
        values["where"] = _at(node, file)
    return values


def _secret(node: yaml.Node) -> yaml.Node:
    """A password as it is written: 0123 is no number, and no error message may show it."""
    if isinstance(node, yaml.ScalarNode) and node.tag != "tag:yaml.org,2002:null":
        return yaml.ScalarNode("tag:yaml.org,2002:str", node.value, node.start_mark, node.end_mark)
    return node


def _pairs(
    node: yaml.MappingNode, file: Path, key: str
) -> Iterator[tuple[str, yaml.Node, yaml.Node]]:
    """Name, its node, the node of its value; YAML itself takes a name twice, or none at all."""
    seen = set()
    for name_node, value_node in node.value:
        if not isinstance(name_node, yaml.ScalarNode):
            raise ConfigError(
                f"{_at(name_node, file)}: {key or 'the file'}: {_found(name_node)} is no name",
                fix="write `name: value` lines; put quotes around a text that begins with { or [",
            )
        name = str(name_node.value)
        if name in seen:
            path = f"{key}.{name}".lstrip(".")
            raise ConfigError(f"{_at(name_node, file)}: {path} is given twice", fix="delete one")
        seen.add(name)
        yield name, name_node, value_node


def _required(field: Field[Any]) -> bool:
    return field.default is MISSING and field.default_factory is MISSING


def _found(node: yaml.Node) -> str:
    if isinstance(node, yaml.ScalarNode):
        return repr(node.value)
    return "a list" if isinstance(node, yaml.SequenceNode) else "a mapping"


def _read(kind: Any, node: yaml.Node, file: Path, key: str) -> Any:
    """The value of `node` as `kind`: a dataclass, a tuple, a union, a Literal, a plain type."""
    if is_dataclass(kind):
        return _section(kind, node, file, key)
    if kind is Any:
        return _plain(node, file, key)
    origin = get_origin(kind)
    if origin in (Union, types.UnionType):
        return _union(kind, node, file, key)
    if origin is tuple:
        return _list(kind, node, file, key)
    if isinstance(origin, type) and issubclass(origin, Mapping):
        return _mapping(kind, node, file, key)
    return _scalar(kind, node, file, key)


def _list(kind: Any, node: yaml.Node, file: Path, key: str) -> tuple[Any, ...]:
    if not isinstance(node, yaml.SequenceNode):
        raise ConfigError(
            f"{_at(node, file)}: {key}: expected a list, got {_found(node)}",
            fix=f"write {key.rsplit('.', 1)[-1]}: [ … ]",
        )
    (item, _) = get_args(kind)
    return tuple(_read(item, n, file, f"{key}[{i}]") for i, n in enumerate(node.value))


def _mapping(kind: Any, node: yaml.Node, file: Path, key: str) -> Any:
    if not isinstance(node, yaml.MappingNode):
        raise ConfigError(
            f"{_at(node, file)}: {key}: expected a mapping, got {_found(node)}",
            fix="write `name: value` lines",
        )
    pairs = list(_pairs(node, file, key))
    (_, item) = get_args(kind)
    if item is Any:
        return _plain(node, file, key)
    return {name: _read(item, value, file, f"{key}.{name}".lstrip(".")) for name, _, value in pairs}


def _union(kind: Any, node: yaml.Node, file: Path, key: str) -> Any:
    section = next(filter(is_dataclass, get_args(kind)), None)
    if section is None:
        return _scalar(kind, node, file, key)
    is_null = node.tag == "tag:yaml.org,2002:null"
    return None if is_null else _section(section, node, file, key)


def _plain(node: yaml.Node, file: Path, key: str) -> Any:
    try:
        return SafeConstructor().construct_object(node, deep=True)
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        problem = getattr(error, "problem", None) or error
        raise ConfigError(
            f"{_at(node, file)}: {key}: cannot be used: {problem}",
            fix="write a text, a number, a list or a mapping; quotes make a text of anything",
        ) from error


def _scalar(kind: Any, node: yaml.Node, file: Path, key: str) -> Any:
    value = _plain(node, file, key)
    union = get_origin(kind) in (Union, types.UnionType)
    kinds = get_args(kind) if union else (kind,)
    literals = [word for k in kinds if get_origin(k) is Literal for word in get_args(k)]
    if literals:
        # YAML reads a bare `off` as false; people mean the word.
        value = "off" if value is False and "off" in literals else value
        value = str(value) if type(value) is int and str(value) in literals else value
        if value in literals or (value is None and type(None) in kinds):
            return value
        raise ConfigError(
            f"{_at(node, file)}: {key}: {_found(node)} is not one of the choices",
            fix=" or ".join(map(str, literals)),
        )
    if type(value) is int and float in kinds and int not in kinds:
        return float(value)
    if type(value) in kinds:
        return _located(value, node, file) if isinstance(value, str) else value
    names = " or ".join("null" if k is type(None) else k.__name__ for k in kinds)
    raise ConfigError(
        f"{_at(node, file)}: {key}: expected {names}, got {_found(node)}",
        fix=f"write {key.rsplit('.', 1)[-1]}: {_example(kinds[0])}",
    )


def _located(value: str, node: yaml.Node, file: Path) -> Text:
    text = Text(value)
    text.where = _at(node, file)
    return text


def _example(kind: Any) -> str:
    return {int: "1", float: "0.5", str: '"text"', bool: "true"}.get(kind, "…")
