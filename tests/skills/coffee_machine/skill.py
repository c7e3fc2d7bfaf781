"""A coffee machine, as a skill author would write it."""

from __future__ import annotations

from assistant.skill import Answer


def orderDrink(coffeeDrink: str, **kind: str) -> Answer:
    """One cup, as ordered."""
    return Answer(f"Coming up: {coffeeDrink}.")
