"""Home Assistant's templates: a payload → the text in it that matters, and a value → a payload.

Most are a path, `{{ value_json.state }}`: those are walked without Jinja, and a simulated device
can report through them. Everything else is Jinja2 in its sandbox, without loops in loops, macros
and huge texts, since a template comes from whoever may publish on the discovery topics. What only
Home Assistant could answer (`states(…)`, `now()`) makes a report that cannot be read.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

from assistant.events import Value
from assistant.home.dialects.payload import read_any_json

LONGEST_TEMPLATE = 10_000  # characters; the longest that zigbee2mqtt announces has 2,000
LONGEST_TEXT = 100_000  # characters that a template may make of a payload
MOST_TURNS = 1_000  # of a loop
MOST_KEPT = 4_096  # templates, compiled

_STEP = r"(?:\.[A-Za-z_]\w*|\[(?:'[^'\]]*'|\"[^\"\]]*\"|\d+)\])"
_PATH = re.compile(rf"\{{\{{-?\s*value_json((?:{_STEP})+)\s*-?\}}\}}")
_PART = re.compile(r"\.(\w+)|\[(?:'([^']*)'|\"([^\"]*)\"|(\d+))\]")


@dataclass(frozen=True, slots=True)
class Template:
    """One template; raises ValueError when it is none, or may not be used."""

    source: str

    def __post_init__(self) -> None:
        if self.path is None:
            _compiled(self.source)

    @property
    def path(self) -> tuple[str | int, ...] | None:
        """Keys and indices into the JSON, when it is nothing but a path; None otherwise."""
        return _path_of(self.source)

    def read(self, payload: bytes) -> str | None:
        """What the template makes of a payload; None: nothing. ValueError: it cannot be read."""
        path = self.path
        if path is not None:
            return _walk(read_any_json(payload), path)
        text = payload.decode()
        variables: dict[str, Any] = {"value": text}
        with suppress(ValueError):  # a template that needs it finds it undefined
            variables["value_json"] = read_any_json(payload)
        made = _render(self.source, variables)
        return made if made not in ("", "None") else None

    def write(self, **variables: Value) -> str:
        """The payload for a command; raises ValueError."""
        return _render(self.source, dict(variables))


@lru_cache(MOST_KEPT)
def _path_of(source: str) -> tuple[str | int, ...] | None:
    match = _PATH.fullmatch(source.strip())
    if match is None:
        return None
    parts = _PART.findall(match[1])
    return tuple(int(index) if index else (a or b or c) for a, b, c, index in parts)


def _walk(found: Any, path: tuple[str | int, ...]) -> str | None:
    for part in path:
        try:
            found = found[part]
        except (KeyError, IndexError, TypeError):
            return None  # it tells nothing of that
    return None if found is None else plain(found)


def plain(value: object) -> str:
    """As Jinja writes it: True, 21.5, text; objects and lists as JSON."""
    return json.dumps(value) if isinstance(value, dict | list) else str(value)


def _render(source: str, variables: Mapping[str, Any]) -> str:
    import jinja2

    try:
        made: str = _compiled(source).render(variables).strip()
    except (jinja2.TemplateError, ArithmeticError, LookupError, TypeError, AttributeError) as error:
        raise ValueError(f"template: {error}") from error
    if len(made) > LONGEST_TEXT:
        raise ValueError("template: its text is too long")
    return made


@cache
def _environment() -> Any:
    """Jinja's sandbox with the filters of Home Assistant that devices use; imported when met."""
    from assistant.home.dialects.sandbox import Sandbox

    return Sandbox(MOST_TURNS, LONGEST_TEXT)


@lru_cache(MOST_KEPT)
def _compiled(source: str) -> Any:
    import jinja2

    if len(source) > LONGEST_TEMPLATE:
        raise ValueError(f"a template of {len(source)} characters is too long")
    environment = _environment()
    try:
        environment.inspect(source)
        return environment.from_string(source)
    except jinja2.TemplateError as error:
        raise ValueError(f"template: {error}") from error
