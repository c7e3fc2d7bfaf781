"""Jinja2's language, evaluated step by step; imported with the first template that needs it.

Jinja reads the template and is not let compile it: what runs then is only what is written here, in
template_expressions and template_functions, on values no larger than template_budget allows.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, ClassVar

from jinja2 import Environment, nodes
from jinja2.exceptions import TemplateSyntaxError
from jinja2.parser import Parser

from assistant.home.dialects.template_budget import Budget, Missing, TooMuchError
from assistant.home.dialects.template_expressions import Expressions, loop_at
from assistant.home.dialects.template_functions import FILTERS, FUNCTIONS, TESTS, Namespace
from assistant.home.dialects.template_texts import as_text

DEEPEST = 100  # nodes of a template within one another
_ENVIRONMENT = Environment(extensions=["jinja2.ext.loopcontrols", "jinja2.ext.do"])


class _LoopControl(Exception):
    """`break`, or `continue`."""


class _Break(_LoopControl):
    pass


class _Continue(_LoopControl):
    pass


def parse(source: str) -> nodes.Template:
    """The template; raises ValueError for what is none, and for what it may not or cannot use."""
    try:
        tree = Parser(_ENVIRONMENT, source).parse()
    except TemplateSyntaxError as error:
        raise ValueError(error.message or "it cannot be read") from error
    except RecursionError:
        raise ValueError("it is nested too deeply") from None
    _check_depth(tree)
    for problem in _problems(tree):
        raise ValueError(problem)
    return tree


def _problems(tree: nodes.Template) -> Iterator[str]:
    for node in tree.find_all(nodes.Node):
        name = type(node).__name__
        if name not in Evaluation.STEPS and name not in _PARTS_OF_NODES:
            yield f"{name} is not allowed"
        if isinstance(node, nodes.Getattr) and node.attr.startswith("__"):
            yield f"{node.attr} is not allowed"
        if isinstance(node, nodes.Filter) and node.name not in FILTERS:
            yield f"there is no filter {node.name!r}"
        if isinstance(node, nodes.Test) and node.name not in TESTS:
            yield f"there is no test {node.name!r}"
    for call in tree.find_all(nodes.Call):
        if isinstance(call.node, nodes.Name) and call.node.name not in FUNCTIONS:
            yield f"there is no function {call.node.name!r} outside of Home Assistant"


def _check_depth(tree: nodes.Node) -> None:
    level, depth = [tree], 0
    while level:
        depth += 1
        if depth > DEEPEST:
            raise ValueError("it is nested too deeply")
        level = [child for node in level for child in node.iter_child_nodes()]


def render(tree: nodes.Template, variables: Mapping[str, Any], budget: Budget) -> str:
    """What the template makes; ValueError, or one of GARBAGE: it makes nothing of these."""
    evaluation = Evaluation(variables, budget)
    out: list[str] = []
    try:
        evaluation.run(tree.body, out)
    except RecursionError:
        raise TooMuchError("its values are nested too deeply") from None
    return "".join(out)


class Evaluation(Expressions):
    """One evaluation of a template."""

    STEPS: ClassVar[Mapping[str, str]] = {
        **Expressions.STEPS,
        "Output": "_output",
        "If": "_if",
        "For": "_for",
        "Break": "_break",
        "Continue": "_continue",
        "ExprStmt": "_do",
        "Scope": "_scope",
        "With": "_with",
        "FilterBlock": "_filter_block",
        "Assign": "_set",
        "AssignBlock": "_set_block",
    }

    def run(self, body: list[nodes.Node], out: list[str]) -> None:
        """Carry statements out; what they print goes to `out`."""
        for node in body:
            self.budget.pay()
            getattr(self, self.STEPS[type(node).__name__])(node, out)

    def _output(self, node: nodes.Output, out: list[str]) -> None:
        for part in node.nodes:
            text = as_text(self.budget, self.value(part))
            self.budget.room(len(text))
            out.append(text)

    def _if(self, node: nodes.If, out: list[str]) -> None:
        for branch in (node, *node.elif_):
            if self.value(branch.test):
                return self.run(branch.body, out)
        return self.run(node.else_, out)

    def _for(self, node: nodes.For, out: list[str]) -> None:
        if node.recursive:
            raise ValueError("a recursive loop is not allowed")
        values = [v for v in self._elements(node.iter) if self._let_in(node, v)]
        if not values:
            return self.run(node.else_, out)
        for index, value in enumerate(values):
            self._enter(node.target, value)
            self._scopes[-1]["loop"] = loop_at(values, index)
            try:
                self.run(node.body, out)
            except _Continue:
                continue
            except _Break:
                break
            finally:
                self._scopes.pop()
        return None

    def _let_in(self, node: nodes.For, value: Any) -> bool:
        self.budget.pay()
        if node.test is None:
            return True
        self._enter(node.target, value)
        try:
            return bool(self.value(node.test))
        finally:
            self._scopes.pop()

    def _elements(self, node: nodes.Node) -> list[Any]:
        found = self.value(node)
        self.budget.weigh(found)
        if isinstance(found, str | list | tuple | set | Mapping | Missing):
            return [] if isinstance(found, Missing) else list(found)
        raise TypeError(f"{type(found).__name__} has no elements")

    def _break(self, _node: nodes.Node, _out: list[str]) -> None:
        raise _Break

    def _continue(self, _node: nodes.Node, _out: list[str]) -> None:
        raise _Continue

    def _do(self, node: nodes.ExprStmt, _out: list[str]) -> None:
        self.value(node.node)

    def _scope(self, node: nodes.Scope, out: list[str]) -> None:
        self._scopes.append({})
        try:
            self.run(node.body, out)
        finally:
            self._scopes.pop()

    def _with(self, node: nodes.With, out: list[str]) -> None:
        values = [self.value(value) for value in node.values]
        self._scopes.append({})
        try:
            for target, value in zip(node.targets, values, strict=True):
                self._assign(target, value)
            self.run(node.body, out)
        finally:
            self._scopes.pop()

    def _filter_block(self, node: nodes.FilterBlock, out: list[str]) -> None:
        out.append(as_text(self.budget, self._filtered(node.filter, self._block(node.body))))

    def _block(self, body: list[nodes.Node]) -> str:
        made: list[str] = []
        self.run(body, made)
        self.budget.room(sum(map(len, made)))
        return "".join(made)

    def _set(self, node: nodes.Assign, _out: list[str]) -> None:
        self._assign(node.target, self.value(node.node))

    def _set_block(self, node: nodes.AssignBlock, _out: list[str]) -> None:
        text = self._block(node.body)
        self._assign(node.target, self._filtered(node.filter, text) if node.filter else text)

    def _enter(self, target: nodes.Node, value: Any) -> None:
        self._scopes.append({})
        self._assign(target, value)

    def _assign(self, target: nodes.Node, value: Any) -> None:
        if isinstance(target, nodes.Tuple):
            values = list(value)
            if len(values) != len(target.items):
                raise ValueError(f"expected {len(target.items)} values")
            for one, part in zip(target.items, values, strict=True):
                self._assign(one, part)
        elif isinstance(target, nodes.NSRef):
            space = self._variable(target.name)
            if not isinstance(space, Namespace):
                raise ValueError(f"{target.name!r} is no namespace")
            space[target.attr] = value
        elif isinstance(target, nodes.Name):
            self._scopes[-1][target.name] = value


_PARTS_OF_NODES = frozenset({"Template", "Operand", "Pair", "Keyword", "NSRef"})
"""Read with the node that holds them."""
