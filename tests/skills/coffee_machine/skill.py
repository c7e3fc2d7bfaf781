"""A coffee machine, as a skill author would write it."""

from __future__ import annotations

from assistant.skill import Answer


def orderDrink(coffeeDrink: str) -> Answer:  # noqa: N802 - the benchmark's own name
    """One cup, as ordered."""
    return Answer(f"Coming up: {coffeeDrink}.")
