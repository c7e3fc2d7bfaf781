"""Settings that must lie in a range."""

from __future__ import annotations


def between(low: float, high: float, **values: float) -> None:
    """Raise ValueError for a value that lies outside."""
    for name, value in values.items():
        if not low <= value <= high:
            raise ValueError(f"{name} must lie between {low:g} and {high:g}, not {value:g}")
