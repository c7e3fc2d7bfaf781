"""A YAML file, with the line of each value."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import yaml
from yaml.constructor import SafeConstructor

from assistant.errors import ConfigError
from assistant.schema.nodes import Node, Section, Text, beside, text_of

# libyaml reads a skill in 0.4 ms, where there is one; PyYAML's own parser takes 5 ms.
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_NULL, _STR = "tag:yaml.org,2002:null", "tag:yaml.org,2002:str"


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

    def path(self) -> Path:
        return beside(self._file, self.written or "")

    def plain(self) -> Any:
        if self._content.tag == _STR:
            text = Text(self._content.value)
            text.where = self.where
            return text
        try:
            content = SafeConstructor().construct_object(self._content, deep=True)
        except (yaml.YAMLError, RecursionError) as error:
            raise ValueError(getattr(error, "problem", None) or error) from error
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


def yaml_of(file: Path) -> Node:
    """What a YAML file holds; raises ConfigError with file and line."""
    text = text_of(file, ConfigError, "give another with --config PATH")
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


def top_level_names(file: Path) -> tuple[str, ...]:
    """The keys at the top of a YAML file; none where it has no such thing, or cannot be read."""
    try:
        pairs = yaml_of(file).pairs()
    except ConfigError:
        return ()
    return tuple(name.written for name, _ in pairs if name.written is not None)


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
