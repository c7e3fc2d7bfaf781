"""Numbers and truths of Home Assistant's templates: what converts, calculates and counts."""

from __future__ import annotations

import math
import statistics
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from assistant.home.dialects.template_budget import Missing, NothingError

GIVEN_NONE = object()
MOST_DIGITS = 20  # that a number is rounded to

Function = Callable[..., Any]


def forgiving(convert: Function) -> Function:
    """`convert(value, …)` that takes a `default` for what cannot be converted."""

    def converted(value: Any, *more: Any, default: Any = GIVEN_NONE) -> Any:
        try:
            if isinstance(value, Missing):
                raise value.error()
            return convert(value, *more)
        except (ValueError, TypeError, ArithmeticError, LookupError, AttributeError) as error:
            if default is not GIVEN_NONE:
                return default
            if isinstance(error, NothingError):
                raise
            raise ValueError(f"no number: {str(value)[:50]!r}") from error

    return converted


def with_default(convert: Function) -> Function:
    """`convert(value)` whose second argument is the default."""
    converted = forgiving(convert)

    def called(value: Any, default: Any = GIVEN_NONE) -> Any:
        return converted(value, default=default)

    return called


to_float = with_default(float)


def to_int(value: Any, default: Any = GIVEN_NONE, base: int = 10) -> Any:
    """A whole number; text in another base than 10 may carry its prefix."""
    if isinstance(value, str) and base != 10:
        return forgiving(lambda text: int(text, base))(value, default=default)
    return forgiving(lambda number: int(float(number)))(value, default=default)


def _bool(value: Any) -> bool:
    word = str(value).strip().lower()
    if word in ("true", "yes", "on", "enable", "1", "1.0"):
        return True
    if word in ("false", "no", "off", "disable", "0", "0.0"):
        return False
    raise ValueError(f"neither true nor false: {word[:50]!r}")


def iif(value: Any, yes: Any = True, no: Any = False, none: Any = GIVEN_NONE) -> Any:
    """The one or the other."""
    if value is None and none is not GIVEN_NONE:
        return none
    return yes if value else no


def is_number(value: Any) -> bool:
    """Whether it can be converted to a finite number."""
    try:
        return math.isfinite(float(value))
    except (ValueError, TypeError, OverflowError):
        return False


def rounded(
    value: Any, precision: int = 0, method: str = "common", default: Any = GIVEN_NONE
) -> Any:
    """As Home Assistant rounds: to a whole number where no precision is given."""
    if abs(precision) > MOST_DIGITS:
        raise ValueError(f"no precision: {precision}")

    def made(wire: Any) -> float:
        number, factor = float(wire), 10.0**precision
        ways: Mapping[str, Callable[[], float]] = {
            "ceil": lambda: math.ceil(number * factor) / factor,
            "floor": lambda: math.floor(number * factor) / factor,
            "half": lambda: round(number * 2) / 2,
        }
        found = ways.get(method, lambda: round(number, precision))()
        return int(found) if precision == 0 and method != "half" else found

    return forgiving(made)(value, default=default)


def listed(args: tuple[Any, ...]) -> list[Any]:
    """The values of `average(1, 2)` as of `average([1, 2])`."""
    if len(args) == 1 and isinstance(args[0], list | tuple | set):
        return list(args[0])
    return list(args)


def of_several(calculate: Callable[[Iterable[Any]], Any]) -> Function:
    """A function of a list, or of several arguments."""

    def called(*args: Any, default: Any = GIVEN_NONE) -> Any:
        if len(args) == 2 and isinstance(args[0], list | tuple) and default is GIVEN_NONE:
            default, args = args[1], (args[0],)
        return forgiving(lambda _: calculate(listed(args)))(args, default=default)

    return called


def _atan2(*args: Any) -> float:
    y, x = listed(args)[:2]
    return math.atan2(float(y), float(x))


def logarithm(value: Any, base: Any = math.e, default: Any = GIVEN_NONE) -> Any:
    """To any base."""
    return forgiving(lambda number: math.log(float(number), float(base)))(value, default=default)


def ordinal(value: Any) -> str:
    """1st, 2nd, 3rd, 4th."""
    number = int(value)
    ends = {1: "st", 2: "nd", 3: "rd"}
    end = "th" if number % 100 in (11, 12, 13) else ends.get(number % 10, "th")
    return f"{number}{end}"


def _with_float(function: Callable[[float], float]) -> Function:
    return with_default(lambda value: function(float(value)))


NUMBERS: Mapping[str, Function] = {
    "float": to_float,
    "int": to_int,
    "bool": with_default(_bool),
    "iif": iif,
    "is_number": is_number,
    "log": logarithm,
    **{name: _with_float(getattr(math, name)) for name in ("sin", "cos", "tan", "sqrt")},
    **{name: _with_float(getattr(math, name)) for name in ("asin", "acos", "atan")},
    "atan2": _atan2,
    "average": of_several(statistics.fmean),
    "median": of_several(statistics.median),
    "statistical_mode": of_several(statistics.mode),
    "bitwise_and": lambda one, other: int(one) & int(other),
    "bitwise_or": lambda one, other: int(one) | int(other),
    "bitwise_xor": lambda one, other: int(one) ^ int(other),
}
"""Both filters and functions."""

CALCULATED: Mapping[str, Function] = {
    "round": rounded,
    "abs": abs,
    "multiply": lambda value, by, default=GIVEN_NONE: forgiving(lambda n: float(n) * float(by))(
        value, default=default
    ),
    "add": lambda value, by, default=GIVEN_NONE: forgiving(lambda n: float(n) + float(by))(
        value, default=default
    ),
    "ordinal": ordinal,
    "ord": ord,
}
"""Filters only."""
