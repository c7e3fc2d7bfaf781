"""One value of a YAML file is changed; everything else in it, comments too, stays as it was."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import yaml


def set_value(text: str, path: Sequence[str], value: Any) -> str:
    """`text` with `value` under the keys of `path`, which are made where they are missing.

    Raises ValueError where there is no mapping to put it into.
    """
    root = yaml.compose(text, Loader=yaml.SafeLoader)
    if root is None:
        return f"{text.rstrip()}\n{_line(path, value)}\n".lstrip()
    parent = root
    for depth, key in enumerate(path):
        if not isinstance(parent, yaml.MappingNode):
            raise ValueError(f"{'.'.join(path[:depth])} is no mapping")
        found = next((node for name, node in parent.value if name.value == key), None)
        if found is None:
            return _inserted(text, parent, path[depth:], value)
        parent = found
    end = _end(parent)
    return text[: parent.start_mark.index] + _flow(value) + text[end:]


def _inserted(text: str, parent: yaml.MappingNode, path: Sequence[str], value: Any) -> str:
    if parent.flow_style:
        at = parent.end_mark.index - 1
        comma = ", " if parent.value else ""
        return text[:at].rstrip() + comma + _line(path, value) + text[at:]
    _, last = parent.value[-1]
    at = text.find("\n", _end(last))
    before = text if at < 0 else text[:at]
    indent = " " * parent.start_mark.column
    return f"{before}\n{indent}{_line(path, value)}" + (text[at:] if at >= 0 else "\n")


def _end(node: yaml.Node) -> int:
    """Where what is written of it ends: a block is followed by lines that are none of it."""
    if isinstance(node, yaml.CollectionNode) and not node.flow_style and node.value:
        last = node.value[-1]
        return _end(last[1] if isinstance(last, tuple) else last)
    return int(node.end_mark.index)


def _line(path: Sequence[str], value: Any) -> str:
    first, *rest = path
    for key in reversed(rest):
        value = {key: value}
    return f"{_flow(first)}: {_flow(value)}"


def _flow(value: Any) -> str:
    """On one line, so that a line that was cut off is not taken for the whole."""
    shown: str = yaml.safe_dump(
        value, default_flow_style=True, allow_unicode=True, width=10**6, sort_keys=False
    )
    return shown.removesuffix("\n").removesuffix("\n...").strip()
