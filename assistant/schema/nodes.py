"""Values as they stand in a file: YAML with the line of each, JSON, and plain Python."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any

import yaml
from yaml.constructor import SafeConstructor

from assistant.errors import AssistantError, ConfigError

# libyaml reads a skill in 0.4 ms, where there is one; PyYAML's own parser takes 5 ms.
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_NULL, _STR = "tag:yaml.org,2002:null", "tag:yaml.org,2002:str"


class Text(str):
    """A text of a YAML file that knows where it stands."""

    where: str = ""
    """`file:line`."""


def where(text: str) -> str:
    """`file:line` of a text of a YAML file; empty for any other."""
    return text.where if isinstance(text, Text) else ""


class Node:
    """A value of JSON or of the program."""

    __slots__ = ("_content", "where")

    def __init__(self, content: Any, where: str) -> None:
        """where: what an error begins with, `file:line` or `file`."""
        self._content = content
        self.where = where

    @property
    def is_null(self) -> bool:
        return self._content is None

    @property
    def is_mapping(self) -> bool:
        return isinstance(self._content, Mapping)

    @property
    def written(self) -> str | None:
        """The text of a text, a number, a truth; None: it is none of these."""
        if isinstance(self._content, bool):  # what YAML made of these words, most likely
            return "on" if self._content else "off"
        return None if isinstance(self._content, Mapping | list | tuple) else str(self._content)

    @property
    def shown(self) -> str:
        """As an error message may have it."""
        if isinstance(self._content, list | tuple):
            return "a list"
        return "a mapping" if isinstance(self._content, Mapping) else repr(self._content)[:100]

    def holds(self, kind: Any) -> bool:
        """Whether it is one already: the program put it there."""
        return type(self._content) is kind

    def plain(self) -> Any:
        """The value itself; raises ValueError and YAMLError for what YAML cannot make of it."""
        return self._content

    def items(self) -> Sequence[Node] | None:
        """Of a list; None: it is none."""
        content = self._content
        return [_node(e, self) for e in content] if isinstance(content, list | tuple) else None

    def pairs(self) -> Sequence[tuple[Node, Node]]:
        """Name and value, of a mapping; nothing of another value."""
        content = self._content if self.is_mapping else {}
        known = content.nodes if isinstance(content, Section) else {}
        return [
            known.get(name) or (Node(name, self.where), _node(value, self))
            for name, value in content.items()
        ]


def _node(content: Any, parent: Node) -> Node:
    return Node(content, parent.where)


class YamlNode(Node):
    """A value of a YAML file."""

    __slots__ = ("_file",)

    def __init__(self, node: yaml.Node, file: Path) -> None:
        super().__init__(node, f"{file}:{node.start_mark.line + 1}")
        self._file = file

    @property
    def is_null(self) -> bool:
        return bool(self._content.tag == _NULL)

    @property
    def is_mapping(self) -> bool:
        return isinstance(self._content, yaml.MappingNode)

    @property
    def written(self) -> str | None:
        scalar = isinstance(self._content, yaml.ScalarNode)
        return str(self._content.value) if scalar else None

    @property
    def shown(self) -> str:
        if (written := self.written) is not None:
            return repr(written)
        return "a list" if isinstance(self._content, yaml.SequenceNode) else "a mapping"

    def plain(self) -> Any:
        if self._content.tag == _STR:
            text = Text(self._content.value)
            text.where = self.where
            return text
        content = SafeConstructor().construct_object(self._content, deep=True)
        if isinstance(content, dict):
            content = Section(content)
            content.nodes = {name.plain(): (name, value) for name, value in self.pairs()}
        return content

    def items(self) -> Sequence[Node] | None:
        if not isinstance(self._content, yaml.SequenceNode):
            return None
        return [YamlNode(node, self._file) for node in self._content.value]

    def pairs(self) -> Sequence[tuple[Node, Node]]:
        pairs = self._content.value if self.is_mapping else ()
        return [(YamlNode(name, self._file), YamlNode(value, self._file)) for name, value in pairs]


class Section(dict[str, Any]):
    """A mapping of a YAML file whose schema is known only later: it keeps its lines."""

    nodes: Mapping[str, tuple[Node, Node]] = MappingProxyType({})


def yaml_of(file: Path) -> Node:
    """What a YAML file holds; raises ConfigError with file and line."""
    text = _text(file, ConfigError, "give another with --config PATH")
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
        return Node(None, f"{file}:1")
    if "&" in text:
        _check_aliases(root, file)
    return YamlNode(root, file)


def json_of(file: Path, error: type[AssistantError], fix: str) -> Node:
    """What a JSON file holds; raises `error` with file and line."""
    try:
        return Node(json.loads(_text(file, error, fix)), str(file))
    except json.JSONDecodeError as problem:
        raise error(f"{file}:{problem.lineno}: not JSON: {problem.msg}", fix=fix) from problem
    except RecursionError as problem:
        raise error(f"{file}: is nested too deep", fix=fix) from problem


def top_level_names(file: Path) -> tuple[str, ...]:
    """The keys at the top of a YAML file; none where it has no such thing, or cannot be read."""
    try:
        pairs = yaml_of(file).pairs()
    except ConfigError:
        return ()
    return tuple(name.written for name, _ in pairs if name.written is not None)


def _text(file: Path, error: type[AssistantError], fix: str) -> str:
    try:
        content = file.read_bytes()
    except FileNotFoundError as problem:
        raise error(f"{file}: there is no such file", fix=fix) from problem
    except OSError as problem:
        raise error(
            f"{file}: cannot be read: {problem.strerror}", fix="check who may read it"
        ) from problem
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as problem:
        line = content.count(b"\n", 0, problem.start) + 1
        raise error(
            f"{file}:{line}: no UTF-8: the byte {content[problem.start]:#04x}",
            fix="save it as UTF-8 text",
        ) from problem


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
