"""What arrives on a topic → JSON, numbers, words. Everything unexpected is a ValueError."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

NOTHING = (b"", b"None", b"null")
"""A deleted retained message, and how Home Assistant's devices say that they do not know."""


GARBAGE = (ValueError, TypeError, LookupError, ArithmeticError, AttributeError)
"""What Python raises where data is not what it was taken for. It is caught where the garbage of one
device must not cost the others: when its reports, and what it announces, are taken in."""


def read_any_json(payload: bytes) -> Any:
    """Any JSON, its texts such that they can be sent on; raises ValueError for what is none."""
    text = payload.decode()
    try:
        found = json.loads(text, parse_constant=_no_constant)
    except RecursionError as error:
        raise ValueError("nested too deeply") from error
    if "\\ud" in text.lower():  # half a surrogate pair, perhaps
        sendable = json.dumps(found, ensure_ascii=False).encode(errors="replace")
        found = json.loads(sendable)
    return found


def read_json(payload: bytes) -> Mapping[str, Any]:
    """A JSON object; raises ValueError for anything else."""
    found = read_any_json(payload)
    if not isinstance(found, dict):
        raise ValueError(f"expected a JSON object, got {type(found).__name__}")
    return found


def _no_constant(name: str) -> float:
    raise ValueError(f"{name} is not JSON")


def number(value: object, low: float, high: float) -> float:
    """A number from `low` to `high`; raises ValueError for anything else, bool included."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ValueError(f"expected a number, got {type(value).__name__}")
    if not low <= value <= high:  # NaN and infinity, too
        raise ValueError(f"not between {low:g} and {high:g}")
    return float(value)


OVERSHOOT = 0.02  # of its range, that a device's number may be beyond the end of it


def within(value: object, low: float, high: float) -> float:
    """A number; one a little above the range is its end: 256 of 255, 101 %. Raises ValueError.

    Below it is nothing but garbage: -1 is how devices say that they do not know.
    """
    slack = min(max((high - low) * OVERSHOOT, 1.0), (high - low) / 10)
    return min(number(value, low, high + slack), high)


def choice(value: object, choices: tuple[str, ...]) -> str:
    """One of `choices`; raises ValueError."""
    if not isinstance(value, str) or value not in choices:
        raise ValueError(f"expected {' or '.join(choices)}")
    return value


def text(value: object) -> str:
    """Text that can be printed and sent on; raises ValueError for what is no text."""
    if not isinstance(value, str):
        raise ValueError(f"expected text, got {type(value).__name__}")
    return value.encode(errors="replace").decode()  # JSON may hold half a surrogate pair
