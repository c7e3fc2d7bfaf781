"""Values as they stand in JSON or are known to the program."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any

from assistant.errors import AssistantError


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

    def path(self) -> Path:
        """What is written as a path; raises ValueError."""
        return Path(self.written or "")

    def plain(self) -> Any:
        """The value itself; raises ValueError where nothing can be made of what is written."""
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


class Section(dict[str, Any]):
    """A mapping of a YAML file whose schema is known only later: it keeps its lines."""

    nodes: Mapping[str, tuple[Node, Node]] = MappingProxyType({})


def beside(file: Path, text: str) -> Path:
    """The path that `text` in `file` stands for; raises ValueError for the home of nobody."""
    try:
        return file.absolute().parent / Path(text).expanduser()
    except RuntimeError as error:
        raise ValueError(f"{text}: {error}") from error


def json_of(file: Path, error: type[AssistantError], fix: str) -> Node:
    """What a JSON file holds; raises `error` with file and line."""
    try:
        return Node(json.loads(text_of(file, error, fix)), str(file))
    except json.JSONDecodeError as problem:
        raise error(f"{file}:{problem.lineno}: not JSON: {problem.msg}", fix=fix) from problem
    except RecursionError as problem:
        raise error(f"{file}: is nested too deep", fix=fix) from problem


def json_lines(file: Path, error: type[AssistantError], fix: str) -> Iterator[Node]:
    """What each line of a file holds that is not empty; raises `error` with file and line."""
    for number, line in enumerate(text_of(file, error, fix).splitlines(), start=1):
        if line.strip():
            try:
                yield Node(json.loads(line), f"{file}:{number}")
            except (ValueError, RecursionError) as problem:
                raise error(f"{file}:{number}: not JSON: {problem}", fix=fix) from problem


def text_of(file: Path, error: type[AssistantError], fix: str) -> str:
    """What a file holds; raises `error`."""
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
