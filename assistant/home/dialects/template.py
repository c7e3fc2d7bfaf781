"""Home Assistant's templates: a payload → the text in it that matters, and a value → a payload.

Most are a path, `{{ value_json.state }}`: those are walked without Jinja, and a simulated device
can report through them. Everything else is evaluated step by step within a budget (sandbox,
template_budget), since a template comes from whoever may publish on the discovery topics. What only
Home Assistant could answer (`states(…)`) makes a template that cannot be used.
"""

from __future__ import annotations

import json
import re
import time
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from threading import Lock
from typing import Any, Self

from assistant.events import Value
from assistant.home.dialects.payload import GARBAGE, read_any_json
from assistant.home.dialects.template_budget import Missing, NothingError, TooMuchError

LONGEST_TEMPLATE = 10_000  # characters; the longest that zigbee2mqtt announces has 2,000
MOST_KEPT = 500_000  # characters of all templates that are kept, parsed
REST_S = 60.0  # for a template that took too long

_STEP = r"(?:\.[A-Za-z_]\w*|\[(?:'[^'\]]*'|\"[^\"\]]*\"|\d+)\])"
_PATH = re.compile(rf"\{{\{{-?\s*value_json((?:{_STEP})+)\s*(?:\|\s*is_defined\s*)?-?\}}\}}")
_PART = re.compile(r"\.(\w+)|\[(?:'([^']*)'|\"([^\"]*)\"|(\d+))\]")


@dataclass(frozen=True, slots=True)
class Template:
    """One template; raises ValueError when it is none, or may not be used."""

    source: str
    problem: str = ""
    """Why it cannot be used; see `announced`."""

    def __post_init__(self) -> None:
        if not self.problem and self.path is None:
            _trees.get(self.source)

    @classmethod
    def announced(cls, source: str) -> Self:
        """A template that a device announces: one that cannot be used has a `problem`."""
        try:
            return cls(source)
        except ValueError as error:
            return cls(source, str(error))

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
        variables: dict[str, Any] = {"value": text, "value_json": Missing("value_json")}
        if "value_json" in self.source:
            try:
                variables["value_json"] = read_any_json(payload)
            except ValueError:
                variables["value_json"] = _NoJson("value_json")
        try:
            made = self._render(variables)
        except NothingError:
            return None
        return made if made not in ("", "None") else None

    def write(self, **variables: Value) -> str:
        """The payload for a command; raises ValueError."""
        return self._render(variables)

    def _render(self, variables: Mapping[str, Any]) -> str:
        from assistant.home.dialects.sandbox import render

        if self.problem:
            raise ValueError(self.problem)
        tree = _trees.get(self.source)
        _resting.check(self.source)
        try:
            return render(tree, variables).strip()
        except NothingError:
            raise
        except TooMuchError as error:
            _resting.add(self.source)
            raise ValueError(f"template: {error}") from error
        except (*GARBAGE, OSError) as error:  # OSError: a date out of range
            raise ValueError(f"template: {error}") from error


class _NoJson(Missing):
    """`value_json` of a payload that is no JSON: that is garbage, not something left out."""

    __slots__ = ()

    def error(self) -> NothingError:
        raise ValueError("template: the payload is no JSON")


@lru_cache(4096)
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


class _Trees:
    """Templates as they were parsed, the latest used of them; any thread may ask."""

    def __init__(self) -> None:
        self._kept: OrderedDict[str, Any] = OrderedDict()
        self._characters = 0
        self._lock = Lock()

    def get(self, source: str) -> Any:
        """The tree of a template; raises ValueError, the second time at no cost."""
        if len(source) > LONGEST_TEMPLATE:
            raise ValueError(f"a template of {len(source)} characters is too long")
        with self._lock:
            found = self._kept.get(source)
            if found is not None:
                self._kept.move_to_end(source)
        if found is None:
            found = self._parsed(source)
            with self._lock:
                self._keep(source, found)
        if isinstance(found, str):
            raise ValueError(found)
        return found

    def _parsed(self, source: str) -> Any:
        """The tree, or what is wrong with it."""
        from assistant.home.dialects.sandbox import parse

        try:
            return parse(source)
        except ValueError as error:
            return f"template: {error}"

    def _keep(self, source: str, tree: Any) -> None:
        if source not in self._kept:
            self._characters += len(source)
        self._kept[source] = tree
        while self._characters > MOST_KEPT:
            oldest, _ = self._kept.popitem(last=False)
            self._characters -= len(oldest)


class _Resting:
    """Templates that took too long: they are left alone for a while, and cost nothing then."""

    def __init__(self) -> None:
        self._until: dict[str, float] = {}
        self._lock = Lock()

    def add(self, source: str) -> None:
        """It took too long now."""
        now = time.monotonic()
        with self._lock:
            self._until = {s: until for s, until in self._until.items() if until > now}
            self._until[source] = now + REST_S

    def check(self, source: str) -> None:
        """Raises ValueError when it took too long a short time ago."""
        if self._until.get(source, 0.0) > time.monotonic():
            raise ValueError(f"template: it took too long; it is left alone for {REST_S:g} s")


_trees, _resting = _Trees(), _Resting()
