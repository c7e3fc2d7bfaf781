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
from typing import Any, ClassVar, Self

from assistant.events import Value
from assistant.home.dialects.payload import GARBAGE, read_any_json
from assistant.home.dialects.template_budget import Budget, Missing, NothingError, TooMuchError

LONGEST_TEMPLATE = 10_000  # characters; the longest that zigbee2mqtt announces has 2,000
MOST_KEPT = 500_000  # characters of all templates that are kept, parsed
REST_S = 60.0  # for a template that took too long
STEPS_PER_S = 50_000  # that all templates may take for good: a tenth of a desktop's core
MOST_AT_ONCE = 200_000  # steps, after some time of less: all devices report after connecting
CHEAP = 300  # steps of a template that is always evaluated
MOST_COSTLY = 10_000  # templates of which it is known that they cost more

_STEP = r"(?:\.[A-Za-z_]\w*|\[(?:'[^'\]]*'|\"[^\"\]]*\"|\d+)\])"
_PATH = re.compile(rf"\{{\{{-?\s*value_json((?:{_STEP})+)\s*(?:\|\s*is_defined\s*)?-?\}}\}}")
_PART = re.compile(r"\.(\w+)|\[(?:'([^']*)'|\"([^\"]*)\"|(\d+))\]")


@dataclass(frozen=True, slots=True)
class Template:
    """One template; raises ValueError when it is none, or may not be used."""

    MADE_OF_TEXT: ClassVar = True
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
        tree, budget = _trees.get(self.source), Budget()
        _spending.check(self.source)
        try:
            return render(tree, variables, budget).strip()
        except NothingError:
            raise
        except TooMuchError as error:
            _spending.rest(self.source)
            raise ValueError(f"template: {error}") from error
        except (*GARBAGE, OSError) as error:  # OSError: a date out of range
            raise ValueError(f"template: {error}") from error
        finally:
            _spending.book(self.source, budget.spent)


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


class _Spending:
    """What all templates together may cost: the thread that hears reports has other things to do.

    One that took too long is left alone for a while. When many that are within their budgets take
    too long together, the costly ones among them wait.
    """

    def __init__(self) -> None:
        self._resting: dict[str, float] = {}
        self._costly: dict[str, int] = {}
        self._left, self._since = float(MOST_AT_ONCE), time.monotonic()
        self._lock = Lock()

    def rest(self, source: str) -> None:
        """It took too long now."""
        now = time.monotonic()
        with self._lock:
            self._resting = {s: until for s, until in self._resting.items() if until > now}
            self._resting[source] = now + REST_S

    def book(self, source: str, steps: int) -> None:
        """It has cost so many steps."""
        with self._lock:
            left = self._earned() - steps
            self._left, self._since = max(left, -MOST_AT_ONCE), time.monotonic()
            if steps > CHEAP:
                self._costly[source] = steps
                if len(self._costly) > MOST_COSTLY:
                    self._costly.pop(next(iter(self._costly)))
            else:
                self._costly.pop(source, None)

    def check(self, source: str) -> None:
        """Raises ValueError when it has to wait."""
        with self._lock:
            if self._resting.get(source, 0.0) > time.monotonic():
                raise ValueError(f"template: it took too long and is left alone for {REST_S:g} s")
            if self._earned() < 0 and source in self._costly:
                raise ValueError("template: all templates together take too long")

    def _earned(self) -> float:
        """Steps that are left now."""
        earned = max(time.monotonic() - self._since, 0.0) * STEPS_PER_S
        return min(self._left + earned, MOST_AT_ONCE)


_trees, _spending = _Trees(), _Spending()
