"""Jinja2's sandbox as Home Assistant's templates need it; imported with the first that does."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from jinja2 import StrictUndefined, TemplateSyntaxError, Undefined, nodes
from jinja2.exceptions import SecurityError
from jinja2.sandbox import ImmutableSandboxedEnvironment

FORBIDDEN = (
    nodes.Macro,
    nodes.CallBlock,
    nodes.Include,
    nodes.Import,
    nodes.FromImport,
    nodes.Extends,
)
MOST_JOINS = 10
"""`~` in one template: each can double a text."""

LONGEST_REPLACED = 1_000  # characters of a text in which something is replaced

_MISSING = object()


PADDING = ("format", "format_map", "ljust", "rjust", "center", "zfill", "expandtabs", "translate")
"""Methods of a text that can make it as long as one likes."""


class Sandbox(ImmutableSandboxedEnvironment):
    """Nothing outside the payload can be reached, and nothing in it takes long."""

    intercepted_binops = frozenset(["+", "*", "**", "%"])

    def __init__(self, most_turns: int, longest_text: int) -> None:
        super().__init__(undefined=StrictUndefined, autoescape=False)
        self._longest_text = longest_text

        def numbers(*bounds: int) -> range:
            found = range(*bounds)
            if len(found) > most_turns:
                raise SecurityError(f"a loop of {len(found)} turns")
            return found

        self.globals = {"range": numbers, "iif": _iif, "float": _float, "int": _int}
        self.filters.update(
            {
                "float": _float,
                "int": _int,
                "bool": _bool,
                "iif": _iif,
                "multiply": lambda value, by: float(value) * float(by),
                "add": lambda value, by: float(value) + float(by),
                "from_json": json.loads,
                "to_json": json.dumps,
                "is_number": _is_number,
                "replace": _replaced,
            }
        )
        # These can make a long text of a short one.
        for name in ("center", "indent", "format", "wordwrap", "pprint", "xmlattr"):
            self.filters.pop(name, None)
        self.tests["is_number"] = _is_number

    def inspect(self, source: str) -> None:
        """Raise TemplateSyntaxError for what a device's template has no need of."""
        tree = self.parse(source)
        for node in tree.find_all(FORBIDDEN):
            raise TemplateSyntaxError(f"{type(node).__name__} is not allowed", node.lineno)
        if sum(len(node.nodes) for node in tree.find_all(nodes.Concat)) > MOST_JOINS:
            raise TemplateSyntaxError("too many ~", 1)
        for reference in tree.find_all(nodes.NSRef):
            raise TemplateSyntaxError("a namespace is not allowed", reference.lineno)
        for loop in tree.find_all(nodes.For):
            if loop.recursive or any(inner is not loop for inner in loop.find_all(nodes.For)):
                raise TemplateSyntaxError("a loop in a loop is not allowed", loop.lineno)

    def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:
        """Only numbers of a sensible size are multiplied: `"x" * 10**9` is an attack."""
        if operator == "+" and isinstance(left, str | list | tuple):
            if len(left) + len(right) > self._longest_text:
                raise SecurityError("too long a text")
        elif not all(isinstance(side, int | float) for side in (left, right)):
            raise SecurityError(f"only numbers can be used with {operator}")
        if operator == "**" and (abs(left) > 1e6 or abs(right) > 20):
            raise SecurityError("too big a power")
        return super().call_binop(context, operator, left, right)

    def wrap_str_format(self, value: Any) -> Any:
        """Texts are not formatted: `"{:1000000000}".format(1)` is an attack."""
        if isinstance(getattr(value, "__self__", None), str) and value.__name__ in PADDING:
            raise SecurityError(f"{value.__name__} is not allowed")
        return None

    def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:
        """Texts are not padded either."""
        if isinstance(obj, str) and attr in PADDING:
            return False
        if isinstance(obj, str) and attr in ("join", "replace"):
            return len(obj) <= LONGEST_REPLACED
        return bool(super().is_safe_attribute(obj, attr, value))


def _replaced(text: Any, old: str, new: str) -> str:
    if len(str(text)) > LONGEST_REPLACED:
        raise SecurityError("too long a text to replace something in it")
    return str(text).replace(old, new)


def _converted(convert: Callable[[Any], Any], value: Any, default: Any) -> Any:
    try:
        if isinstance(value, Undefined):
            raise ValueError("nothing to convert")
        return convert(value)
    except (ValueError, TypeError, OverflowError):
        if default is _MISSING:
            raise ValueError(f"no number: {str(value)[:50]!r}") from None
        return default


def _float(value: Any, default: Any = _MISSING) -> Any:
    return _converted(float, value, default)


def _int(value: Any, default: Any = _MISSING, base: int = 10) -> Any:
    if isinstance(value, str) and base != 10:
        return _converted(lambda text: int(text, base), value, default)
    return _converted(lambda number: int(float(number)), value, default)


def _bool(value: Any, default: Any = _MISSING) -> Any:
    word = str(value).lower()
    if word in ("true", "yes", "on", "enable", "1"):
        return True
    if word in ("false", "no", "off", "disable", "0"):
        return False
    return default if default is not _MISSING else False


def _iif(value: Any, yes: Any = True, no: Any = False, none: Any = _MISSING) -> Any:
    if value is None and none is not _MISSING:
        return none
    return yes if value else no


def _is_number(value: Any) -> bool:
    try:
        return abs(float(value)) < float("inf")
    except (ValueError, TypeError):
        return False
