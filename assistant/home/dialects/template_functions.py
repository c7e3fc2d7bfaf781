"""The filters, functions, tests and methods that a template may use: these, and no others.

Sources: jinja.palletsprojects.com/templates, home-assistant.io/docs/configuration/templating.
Home Assistant's own that ask for its state (`states`, `area_name` …) cannot be had here.
"""

from __future__ import annotations

import base64
import random
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime, time, timedelta
from typing import Any

from assistant.home.dialects import template_dates as dates
from assistant.home.dialects import template_lists as lists
from assistant.home.dialects import template_texts as texts
from assistant.home.dialects.template_budget import Missing
from assistant.home.dialects.template_numbers import (
    CALCULATED,
    NUMBERS,
    Function,
    is_number,
    with_default,
)
from assistant.home.dialects.template_texts import part_of


class Namespace(dict[str, Any]):
    """What `namespace()` makes: its attributes can be set from within a loop."""


FORGIVING = frozenset(
    [
        *("default", "d", "is_defined", "iif", "float", "int", "bool", "is_number", "round"),
        *("defined", "undefined", "none", "list", "length", "count", "string_like", "in", "eq"),
        *("number", "string", "mapping", "iterable", "sequence", "as_datetime", "as_timestamp"),
        *("timestamp_custom", "timestamp_local", "timestamp_utc", "multiply", "add"),
    ]
)
"""They may be given what is missing."""


def _pure(function: Function) -> Function:
    return lambda _calls, *args, **kwargs: function(*args, **kwargs)


def _paid(function: Function) -> Function:
    return lambda calls, *args, **kwargs: function(calls.budget, *args, **kwargs)


def _pures(functions: Mapping[str, Function]) -> dict[str, Function]:
    return {name: _pure(function) for name, function in functions.items()}


def _paids(functions: Mapping[str, Function]) -> dict[str, Function]:
    return {name: _paid(function) for name, function in functions.items()}


def _default(value: Any, default: Any = "", boolean: bool = False) -> Any:
    return default if isinstance(value, Missing) or (boolean and not value) else value


def _of_text(name: str) -> Callable[..., str]:
    """A method of a text, of a number or a truth as it is printed: `{{ true | lower }}`."""
    method = getattr(str, name)

    def shaped(value: Any, *letters: str) -> str:
        printed = str(value) if isinstance(value, bool | int | float) else value
        return str(method(printed, *letters))

    return shaped


def _is_defined(value: Any) -> Any:
    if isinstance(value, Missing):
        raise value.error()
    return value


def _contains(value: Any, part: Any) -> bool:
    return part in value


_DATES: Mapping[str, Function] = {
    "as_datetime": with_default(dates.as_datetime),
    "as_timestamp": with_default(dates.as_timestamp),
    "as_timedelta": dates.as_timedelta,
    "as_local": dates.as_local,
    "today_at": dates.today_at,
    "relative_time": dates.relative_time,
    "timestamp_local": with_default(dates.timestamp_local),
    "timestamp_utc": with_default(dates.timestamp_utc),
}
_BOTH: Mapping[str, Function] = {
    **_pures(NUMBERS),
    **_pures(_DATES),
    **_pures({"pack": texts.pack, "unpack": texts.unpack, "slugify": texts.slugify}),
    **_pures(
        {
            "union": lists.of_sets(set.union),
            "intersect": lists.of_sets(set.intersection),
            "difference": lists.of_sets(set.difference),
            "symmetric_difference": lists.of_sets(set.symmetric_difference),
            "combine": lists.combined,
            "typeof": lambda value: type(value).__name__,
            **{name: texts.digest(name) for name in ("md5", "sha1", "sha256", "sha512")},
        }
    ),
    "flatten": _paid(lists.flattened),
    **_pures({"urlencode": texts.urlencode, "min": lists.extreme(min), "max": lists.extreme(max)}),
}

FILTERS: Mapping[str, Function] = {
    **_BOTH,
    **_pures(CALCULATED),
    **_pures(
        {
            "default": _default,
            "d": _default,
            "is_defined": _is_defined,
            "list": lists.elements,
            "first": lists.first,
            "last": lists.last,
            "length": len,
            "count": len,
            "sort": lists.ordered,
            "dictsort": lists.ordered_pairs,
            "unique": lists.unique,
            "groupby": lists.grouped,
            "items": lambda value: list(value.items()),
            "sum": lists.total,
            "reverse": lambda value: value[::-1],
            "random": lambda values: random.choice(lists.elements(values)),
            "contains": _contains,
            "attr": part_of,
            **{name: _of_text(name) for name in ("upper", "lower", "capitalize", "title")},
            "trim": _of_text("strip"),
            "wordcount": lambda value: len(value.split()),
            "truncate": texts.truncated,
            "center": texts.padded("center"),
            "tojson": texts.tojson,
            "to_json": texts.to_json,
            "from_json": texts.from_json,
            "base64_encode": lambda value: base64.b64encode(value.encode()).decode(),
            "base64_decode": texts.base64_decode,
            "timestamp_custom": dates.timestamp_custom,
            "safe": lambda value: value,
        }
    ),
    **_paids(
        {
            "string": texts.as_text,
            "join": texts.joined,
            "replace": texts.replaced,
            "format": lambda budget, form, *args, **named: texts.printed(
                budget, form, named or args
            ),
            "indent": texts.indented,
            "batch": lists.rows_of,
            "slice": lists.columns,
            "regex_match": texts.matches,
            "regex_search": texts.searched,
            "regex_findall": texts.found_all,
            "regex_findall_index": texts.found_at,
            "regex_replace": texts.regex_replaced,
        }
    ),
    "map": lists.mapped,
    "select": lists.selecting(True, by_attribute=False),
    "reject": lists.selecting(False, by_attribute=False),
    "selectattr": lists.selecting(True, by_attribute=True),
    "rejectattr": lists.selecting(False, by_attribute=True),
}

FUNCTIONS: Mapping[str, Function] = {
    **_BOTH,
    **_pures(
        {
            "dict": dict[str, Any],
            "set": lambda *values: set(*values),
            "tuple": lambda *values: tuple(*values),
            "list": lambda *values: list(*values),
            "namespace": Namespace,
            "zip": lambda *lists: list(zip(*lists, strict=False)),
            "now": dates.now,
            "utcnow": dates.utcnow,
            "strptime": dates.strptime,
            "timedelta": timedelta,
        }
    ),
    "range": _paid(lists.numbers),
}

_TYPES: Mapping[str, Any] = {
    "boolean": bool,
    "integer": int,
    "float": float,
    "number": int | float,
    "string": str,
    "string_like": str | bytes,
    "mapping": Mapping,
    "sequence": str | list | tuple,
    "iterable": Iterable,
    "list": list,
    "tuple": tuple,
    "set": set,
    "datetime": datetime,
}
_COMPARED: Mapping[str, Callable[[Any, Any], bool]] = {
    "eq": lambda one, other: bool(one == other),
    "ne": lambda one, other: bool(one != other),
    "lt": lambda one, other: bool(one < other),
    "le": lambda one, other: bool(one <= other),
    "gt": lambda one, other: bool(one > other),
    "ge": lambda one, other: bool(one >= other),
}
_OTHER_NAMES = {
    "==": "eq",
    "equalto": "eq",
    "!=": "ne",
    "<": "lt",
    "lessthan": "lt",
    "<=": "le",
    ">": "gt",
    "greaterthan": "gt",
    ">=": "ge",
}


def _of_type(types: Any) -> Function:
    return lambda value: (
        isinstance(value, types) and not (isinstance(value, bool) and types in (int, float))
    )


TESTS: Mapping[str, Function] = {
    **_pures({name: _of_type(types) for name, types in _TYPES.items()}),
    **_pures(_COMPARED),
    **_pures({name: _COMPARED[other] for name, other in _OTHER_NAMES.items()}),
    **_pures(
        {
            "defined": lambda value: not isinstance(value, Missing),
            "undefined": lambda value: isinstance(value, Missing),
            "none": lambda value: value is None,
            "true": lambda value: value is True,
            "false": lambda value: value is False,
            "in": lambda value, values: not isinstance(values, Missing) and value in values,
            "sameas": lambda value, other: value is other,
            "even": lambda value: value % 2 == 0,
            "odd": lambda value: value % 2 == 1,
            "divisibleby": lambda value, by: value % by == 0,
            "lower": lambda value: str(value).islower(),
            "upper": lambda value: str(value).isupper(),
            "is_number": is_number,
            "contains": _contains,
        }
    ),
    **_paids({"match": texts.matches, "search": texts.searched}),
}

_PLAIN_METHODS: Mapping[Any, tuple[str, ...]] = {
    str: (
        *("upper", "lower", "title", "capitalize", "swapcase", "casefold", "strip", "lstrip"),
        *("rstrip", "split", "rsplit", "splitlines", "partition", "rpartition", "startswith"),
        *("endswith", "find", "rfind", "index", "rindex", "count", "isdigit", "isnumeric"),
        *("isdecimal", "isalpha", "isalnum", "islower", "isupper", "isspace"),
        *("removeprefix", "removesuffix"),
    ),
    bytes: ("hex", "decode"),
    dict: ("get",),
    list: ("index", "count"),
    tuple: ("index", "count"),
    float: ("is_integer",),
    int: ("bit_length",),
    datetime: ("timestamp", "isoformat", "date", "time", "weekday", "isoweekday", "astimezone"),
    date: ("isoformat", "weekday", "isoweekday"),
    time: ("isoformat",),
    timedelta: ("total_seconds",),
}
METHODS: Mapping[Any, Mapping[str, Function]] = {
    **{
        kind: _pures({name: getattr(kind, name) for name in names})
        for kind, names in _PLAIN_METHODS.items()
    },
}
METHODS = {
    **METHODS,
    str: {
        **METHODS[str],
        **_paids({"replace": texts.replaced, "format": texts.formatted}),
        "join": _paid(lambda budget, by, values: texts.joined(budget, lists.elements(values), by)),
        **{n: _pure(texts.padded(n)) for n in ("center", "ljust", "rjust", "zfill")},
    },
    dict: {
        **METHODS[dict],
        **_pures({"items": lambda value: list(value.items())}),
        **_pures({"keys": list, "values": lambda value: list(value.values())}),
    },
    **{
        kind: {**METHODS[kind], "strftime": _pure(dates.strftime)}
        for kind in (datetime, date, time)
    },
}
"""Type → its methods."""

PARTS: Mapping[Any, tuple[str, ...]] = {
    datetime: ("year", "month", "day", "hour", "minute", "second", "microsecond"),
    date: ("year", "month", "day"),
    time: ("hour", "minute", "second", "microsecond"),
    timedelta: ("days", "seconds", "microseconds"),
}
"""Type → its attributes."""


def of_kind(table: Mapping[Any, Any], value: Any) -> Any:
    """What the table has for the type of a value; None: nothing."""
    return next((found for kind, found in table.items() if isinstance(value, kind)), None)
