"""The expressions of a template, evaluated node by node within a budget."""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import Any, ClassVar

from jinja2 import nodes

from assistant.home.dialects.template_budget import Budget, Missing, TooMuchError
from assistant.home.dialects.template_functions import (
    FILTERS,
    FORGIVING,
    FUNCTIONS,
    METHODS,
    PARTS,
    TESTS,
    of_kind,
)
from assistant.home.dialects.template_texts import as_text, printed, repeated

LARGEST_BASE, LARGEST_EXPONENT = 1e6, 16
EXTENDED = (str, list, tuple)
CONSTANTS = {"pi": math.pi, "tau": math.tau, "e": math.e}

_CALCULATE: Mapping[str, Callable[[Any, Any], Any]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
    "//": operator.floordiv,
    "%": operator.mod,
    "**": operator.pow,
}
_COMPARE: Mapping[str, Callable[[Any, Any], Any]] = {
    "eq": operator.eq,
    "ne": operator.ne,
    "gt": operator.gt,
    "gteq": operator.ge,
    "lt": operator.lt,
    "lteq": operator.le,
}


class Expressions:
    """What the expressions of one evaluation are, and the variables that they see."""

    STEPS: ClassVar[Mapping[str, str]] = {
        "TemplateData": "_template_data",
        "Name": "_name",
        "Const": "_const",
        "List": "_literal",
        "Tuple": "_literal",
        "Dict": "_dict",
        "CondExpr": "_conditional",
        "Concat": "_concat",
        "And": "_and",
        "Or": "_or",
        "Not": "_not",
        "Neg": "_sign",
        "Pos": "_sign",
        "Compare": "_compared",
        "Getattr": "_attribute",
        "Getitem": "_item",
        "Slice": "_slice",
        "Filter": "_filter",
        "Test": "_test",
        "Call": "_call",
        **dict.fromkeys(("Add", "Sub", "Mul", "Div", "FloorDiv", "Mod", "Pow"), "_calculated"),
    }
    """Name of a node's type → the method that evaluates it."""

    def __init__(self, variables: Mapping[str, Any], budget: Budget) -> None:
        self.budget = budget
        self._scopes: list[dict[str, Any]] = [{**CONSTANTS, **variables}]

    def value(self, node: nodes.Node) -> Any:
        """What an expression is."""
        self.budget.pay()
        return getattr(self, self.STEPS[type(node).__name__])(node)

    def filter(self, name: str, value: Any, *args: Any, **kwargs: Any) -> Any:
        """What the filter makes of a value."""
        if name not in FILTERS:
            raise ValueError(f"there is no filter {str(name)[:50]!r}")
        return self._called(name, FILTERS[name], value, *args, **kwargs)

    def test(self, name: str, value: Any, *args: Any) -> bool:
        """What the test says of it."""
        if name not in TESTS:
            raise ValueError(f"there is no test {str(name)[:50]!r}")
        return bool(self._called(name, TESTS[name], value, *args))

    def _called(self, name: str, function: Any, *args: Any, **kwargs: Any) -> Any:
        """The result of a function of ours; what goes in and what comes out is weighed."""
        if name not in FORGIVING:
            for missing in args:
                if isinstance(missing, Missing):
                    raise missing.error()
        self.budget.pay()
        self.budget.weigh(args, kwargs)
        made = function(self, *args, **kwargs)
        self.budget.weigh(made)
        return made

    # Names and values.

    def _template_data(self, node: nodes.TemplateData) -> str:
        return node.data

    def _variable(self, name: str) -> Any:
        for scope in reversed(self._scopes):
            if name in scope:
                return scope[name]
        return Missing(name)

    def _name(self, node: nodes.Name) -> Any:
        return self._variable(node.name)

    def _const(self, node: nodes.Const) -> Any:
        return node.value

    def _literal(self, node: nodes.List | nodes.Tuple) -> Any:
        values = [self.value(item) for item in node.items]
        self.budget.weigh(values)
        return tuple(values) if isinstance(node, nodes.Tuple) else values

    def _dict(self, node: nodes.Dict) -> dict[Any, Any]:
        made = {self.value(pair.key): self.value(pair.value) for pair in node.items}
        self.budget.weigh(made)
        return made

    def _conditional(self, node: nodes.CondExpr) -> Any:
        if self.value(node.test):
            return self.value(node.expr1)
        return self.value(node.expr2) if node.expr2 else Missing("the other case")

    def _concat(self, node: nodes.Concat) -> str:
        texts = [as_text(self.budget, self.value(part)) for part in node.nodes]
        self.budget.room(sum(map(len, texts)))
        return "".join(texts)

    def _and(self, node: nodes.And) -> Any:
        left = self.value(node.left)
        return self.value(node.right) if left else left

    def _or(self, node: nodes.Or) -> Any:
        left = self.value(node.left)
        return left if left else self.value(node.right)

    def _not(self, node: nodes.Not) -> bool:
        return not self.value(node.node)

    def _sign(self, node: nodes.Neg | nodes.Pos) -> Any:
        found = self._needed(self.value(node.node))
        if not isinstance(found, int | float | timedelta):
            raise TypeError("only a number has a sign")
        return -found if isinstance(node, nodes.Neg) else found

    def _needed(self, value: Any) -> Any:
        if isinstance(value, Missing):
            raise value.error()
        return value

    def _calculated(self, node: nodes.BinExpr) -> Any:
        left, right = (self._needed(self.value(side)) for side in (node.left, node.right))
        made = self._calculate(node.operator, left, right)
        if isinstance(made, complex):
            raise ValueError("no real number")
        self.budget.weigh(made)
        return made

    def _calculate(self, sign: str, left: Any, right: Any) -> Any:
        if isinstance(left, int | float) and isinstance(right, int | float):
            if sign == "**" and (abs(left) > LARGEST_BASE or abs(right) > LARGEST_EXPONENT):
                raise TooMuchError("its number gets too large")
            return _CALCULATE[sign](left, right)
        if isinstance(left, date | timedelta) or isinstance(right, date | timedelta):
            return _CALCULATE[sign](left, right)
        return self._extended(sign, left, right)

    def _extended(self, sign: str, left: Any, right: Any) -> Any:
        """Texts and lists: formatted, repeated, put together."""
        if sign == "%" and isinstance(left, str):
            self.budget.weigh(left, right)
            return printed(self.budget, left, right)
        if sign == "*" and isinstance(left, int) and isinstance(right, EXTENDED):
            left, right = right, left
        if sign == "*" and isinstance(left, EXTENDED) and isinstance(right, int):
            return repeated(self.budget, left, right)
        if sign == "+" and isinstance(left, EXTENDED) and type(left) is type(right):
            self.budget.room(len(left) + len(right))
            return _CALCULATE[sign](left, right)
        raise TypeError(f"{type(left).__name__} {sign} {type(right).__name__} cannot be calculated")

    def _compared(self, node: nodes.Compare) -> bool:
        left = self.value(node.expr)
        for operand in node.ops:
            right = self.value(operand.expr)
            self.budget.weigh(left, right)
            if not self._compare(operand.op, left, right):
                return False
            left = right
        return True

    def _compare(self, sign: str, left: Any, right: Any) -> bool:
        if sign in ("in", "notin"):
            found = not isinstance(right, Missing) and left in right
            return found is (sign == "in")
        if sign not in ("eq", "ne"):
            left, right = self._needed(left), self._needed(right)
        return bool(_COMPARE[sign](left, right))

    def _attribute(self, node: nodes.Getattr) -> Any:
        found = self._needed(self.value(node.node))
        if isinstance(found, Mapping):
            return found[node.attr] if node.attr in found else Missing(node.attr)
        parts = of_kind(PARTS, found)
        return getattr(found, node.attr) if node.attr in (parts or ()) else Missing(node.attr)

    def _item(self, node: nodes.Getitem) -> Any:
        found = self._needed(self.value(node.node))
        if isinstance(node.arg, nodes.Slice):
            bounds = (node.arg.start, node.arg.stop, node.arg.step)
            part = found[slice(*(self.value(bound) if bound else None for bound in bounds))]
            self.budget.weigh(part)
            return part
        key = self.value(node.arg)
        if not isinstance(found, str | bytes | list | tuple | Mapping):
            return Missing(key)
        try:
            return found[key]
        except (LookupError, TypeError):
            return Missing(key)

    def _slice(self, _node: nodes.Slice) -> Any:
        raise TypeError("a slice stands alone")

    # Calls.

    def _arguments(self, node: Any) -> tuple[list[Any], dict[str, Any]]:
        if node.dyn_args is not None or node.dyn_kwargs is not None:
            raise ValueError("* and ** are not allowed in a call")
        named = {keyword.key: self.value(keyword.value) for keyword in node.kwargs}
        return [self.value(argument) for argument in node.args], named

    def _filter(self, node: nodes.Filter) -> Any:
        return self._filtered(node, self.value(node.node) if node.node else "")

    def _filtered(self, node: nodes.Filter, value: Any) -> Any:
        if isinstance(node.node, nodes.Filter):
            value = self._filtered(node.node, value) if _of_block(node.node) else value
        args, named = self._arguments(node)
        return self.filter(node.name, value, *args, **named)

    def _test(self, node: nodes.Test) -> bool:
        args, _ = self._arguments(node)
        return self.test(node.name, self.value(node.node), *args)

    def _call(self, node: nodes.Call) -> Any:
        args, named = self._arguments(node)
        if isinstance(node.node, nodes.Name):
            name = node.node.name
            return self._called(name, FUNCTIONS[name], *args, **named)
        if not isinstance(node.node, nodes.Getattr):
            raise TypeError("that cannot be called")
        found, name = self._needed(self.value(node.node.node)), node.node.attr
        if isinstance(found, Loop) and name == "cycle":
            return args[found["index0"] % len(args)]
        methods = of_kind(METHODS, found) or {}
        if name not in methods:
            raise TypeError(f"{type(found).__name__} has no method {name!r} here")
        return self._called(name, methods[name], found, *args, **named)


def _of_block(node: nodes.Filter | None) -> bool:
    """Whether a chain of filters ends in a block instead of a value."""
    while isinstance(node, nodes.Filter):
        node = node.node  # type: ignore[assignment]  # Jinja says Expr
    return node is None


class Loop(dict[str, Any]):
    """The variable `loop`."""


def loop_at(values: list[Any], index: int) -> Loop:
    """The variable `loop` of one turn."""
    count = len(values)
    return Loop(
        index=index + 1,
        index0=index,
        revindex=count - index,
        revindex0=count - index - 1,
        first=index == 0,
        last=index == count - 1,
        length=count,
        previtem=values[index - 1] if index else Missing("the one before"),
        nextitem=values[index + 1] if index + 1 < count else Missing("the one after"),
    )
