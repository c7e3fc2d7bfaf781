"""Lists of templates: whatever could make a long one of a short one asks for the room first."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Protocol

from assistant.home.dialects.template_budget import ELEMENT, Budget, Missing
from assistant.home.dialects.template_numbers import Function
from assistant.home.dialects.template_texts import part_of


class Calls(Protocol):
    """What calls them, and what they need of it."""

    budget: Budget

    def filter(self, name: str, value: Any, *args: Any, **kwargs: Any) -> Any:
        """What the filter makes of a value."""

    def test(self, name: str, value: Any, *args: Any) -> bool:
        """What the test says of it."""


def numbers(budget: Budget, *bounds: int) -> list[int]:
    """`range` as a list."""
    found = range(*bounds)
    budget.room(len(found) * ELEMENT)
    return list(found)


def elements(value: Any) -> list[Any]:
    """A list of what it is made of; TypeError: of nothing."""
    if isinstance(value, Missing):
        return []
    if isinstance(value, str | list | tuple | set | Mapping):
        return list(value)
    raise TypeError(f"{type(value).__name__} has no elements")


def _getter(attribute: Any) -> Callable[[Any], Any]:
    return (lambda value: value) if attribute is None else (lambda value: part_of(value, attribute))


def _key(attribute: Any, case_sensitive: bool) -> Callable[[Any], Any]:
    get = _getter(attribute)

    def key(value: Any) -> Any:
        found = get(value)
        return found.lower() if isinstance(found, str) and not case_sensitive else found

    return key


def ordered(
    values: Any, reverse: bool = False, case_sensitive: bool = False, attribute: Any = None
) -> list[Any]:
    """Sorted, by an attribute of each where one is given."""
    return sorted(elements(values), key=_key(attribute, case_sensitive), reverse=bool(reverse))


def ordered_pairs(
    value: Mapping[str, Any], case_sensitive: bool = False, by: str = "key", reverse: bool = False
) -> list[Any]:
    """The keys and values of an object, sorted."""
    key = _key(0 if by == "key" else 1, case_sensitive)
    return sorted(value.items(), key=key, reverse=bool(reverse))


def unique(values: Any, case_sensitive: bool = False, attribute: Any = None) -> list[Any]:
    """Each value once."""
    key = _key(attribute, case_sensitive)
    return list({key(value): value for value in reversed(elements(values))}.values())[::-1]


def grouped(values: Any, attribute: Any, default: Any = None) -> list[tuple[Any, list[Any]]]:
    """(value of the attribute, those that have it)."""
    groups: dict[Any, list[Any]] = {}
    for value in ordered(values, attribute=attribute):
        groups.setdefault(part_of(value, attribute), []).append(value)
    return list(groups.items())


def extreme(choose: Function) -> Function:
    """`min` or `max` of a list, or of several arguments."""

    def chosen(*args: Any, case_sensitive: bool = False, attribute: Any = None) -> Any:
        values = elements(args[0]) if len(args) == 1 else list(args)
        return choose(values, key=_key(attribute, case_sensitive)) if values else Missing("a value")

    return chosen


def total(values: Any, attribute: Any = None, start: float = 0) -> Any:
    """The sum."""
    get = _getter(attribute)
    return sum((get(value) for value in elements(values)), start)


def rows_of(budget: Budget, values: Any, size: int, fill: Any = None) -> list[list[Any]]:
    """Lists of `size` elements."""
    found = elements(values)
    budget.room(size * ELEMENT if fill is not None else 0)
    rows = [found[i : i + size] for i in range(0, len(found), max(size, 1))]
    if fill is not None and rows:
        rows[-1] += [fill] * (size - len(rows[-1]))
    return rows


def columns(budget: Budget, values: Any, count: int, fill: Any = None) -> list[list[Any]]:
    """`count` lists of about the same length."""
    found = elements(values)
    budget.room(count * ELEMENT)
    size, more = divmod(len(found), count)
    rows, at = [], 0
    for i in range(count):
        end = at + size + (i < more)
        rows.append(found[at:end] + ([fill] if fill is not None and i >= more and more else []))
        at = end
    return rows


def mapped(calls: Calls, values: Any, *args: Any, **kwargs: Any) -> list[Any]:
    """An attribute of each, or what a filter makes of each."""
    if not args:
        get, default = _getter(kwargs.get("attribute")), kwargs.get("default")
        found = [get(value) for value in elements(values)]
        return [default if isinstance(one, Missing) else one for one in found]
    name, *more = args
    return [calls.filter(name, value, *more, **kwargs) for value in elements(values)]


def selecting(wanted: bool, *, by_attribute: bool) -> Function:
    """`select`, `reject`, and the two by an attribute."""

    def selected(calls: Calls, values: Any, *args: Any) -> list[Any]:
        get = _getter(args[0]) if by_attribute else _getter(None)
        name, *more = args[1:] if by_attribute else args or ("",)
        return [
            value
            for value in elements(values)
            if (calls.test(name, get(value), *more) if name else bool(get(value))) is wanted
        ]

    def called(calls: Calls, values: Any, *args: Any) -> list[Any]:
        return selected(calls, values, *args, *([""] if by_attribute and len(args) == 1 else []))

    return called


def first(values: Any) -> Any:
    """The first element."""
    return next(iter(elements(values)), Missing("the first"))


def last(values: Any) -> Any:
    """The last element."""
    return next(iter(elements(values)[::-1]), Missing("the last"))


def of_sets(operation: Callable[[set[Any], set[Any]], set[Any]]) -> Function:
    """`union`, `intersect` and their like: lists of what both make."""
    return lambda one, other: list(operation(set(elements(one)), set(elements(other))))


def flattened(budget: Budget, values: Any, levels: int | None = None) -> list[Any]:
    """Lists within the list are taken apart, so many levels deep."""
    flat: list[Any] = []
    for value in elements(values):
        budget.pay()
        if isinstance(value, list | tuple) and levels != 0:
            flat += flattened(budget, value, None if levels is None else levels - 1)
        else:
            flat.append(value)
    return flat


def combined(*objects: Any, recursive: bool = False) -> dict[Any, Any]:
    """One object of several, the later ones winning."""
    found: dict[Any, Any] = {}
    for one in objects:
        for key, value in one.items():
            both = recursive and isinstance(value, Mapping) and isinstance(found.get(key), Mapping)
            found[key] = combined(found[key], value, recursive=True) if both else value
    return found
