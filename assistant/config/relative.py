"""Paths of a configuration are relative to the file that names them."""

from __future__ import annotations

from dataclasses import fields, is_dataclass, replace
from pathlib import Path
from typing import Any, TypeVar

from assistant.errors import ConfigError

T = TypeVar("T")


def located(settings: T, file: Path) -> T:
    """`settings` that were read from `file`, with every `Path` in them absolute."""
    found: T = _located(settings, file)
    return found


def located_name(name: str, file: Path) -> str:
    """What may be a path or a name that somebody else knows: a path has a slash or an ending."""
    return str(_path(Path(name), file)) if "/" in name or Path(name).suffix else name


def _located(value: Any, file: Path) -> Any:
    if isinstance(value, Path):
        return _path(value, file)
    if isinstance(value, tuple):
        return tuple(_located(each, file) for each in value)
    if is_dataclass(value) and not isinstance(value, type):
        before = {field.name: getattr(value, field.name) for field in fields(value)}
        after = {name: _located(each, file) for name, each in before.items()}
        return replace(value, **after) if after != before else value
    return value


def _path(path: Path, file: Path) -> Path:
    try:
        return file.absolute().parent / path.expanduser()
    except RuntimeError as error:  # ~somebody
        raise ConfigError(f"{file}: {path}: {error}", fix="write out where that is") from error
