"""Percent, kelvin and °C ↔ what the wire says: every conversion of a scale is in this file.

Rounding is to the nearest step, halves upwards, in whole numbers, so that percent → steps →
percent is the identity for every scale of 100 steps or more.
"""

from __future__ import annotations

import math

MIRED_KELVIN = 1_000_000
"""mired × kelvin: a mired is a millionth of a reciprocal kelvin."""


def percent_to_steps(percent: int, scale: int) -> int:
    """0 to 100 percent → 0 to `scale`; only 0 % is 0: the dimmest light is still a light."""
    steps = (2 * percent * scale + 100) // 200
    return max(steps, 1) if percent > 0 else 0


def steps_to_percent(steps: float, scale: int) -> int:
    """0 to `scale` → 0 to 100 percent; only 0 is 0 %."""
    percent = math.floor(steps * 100 / scale + 0.5)
    return max(percent, 1) if steps > 0 else 0


def kelvin_to_mired(kelvin: float) -> int:
    """Colour temperature as most lamps take it."""
    return math.floor(MIRED_KELVIN / kelvin + 0.5)


def mired_to_kelvin(mired: float) -> int:
    """Colour temperature as people say it."""
    return math.floor(MIRED_KELVIN / mired + 0.5)


def celsius_to_fahrenheit(celsius: float) -> float:
    """°C → °F."""
    return celsius * 9 / 5 + 32


def fahrenheit_to_celsius(fahrenheit: float) -> float:
    """°F → °C."""
    return (fahrenheit - 32) * 5 / 9


def to_grid(value: float, step: float) -> float:
    """The nearest multiple of `step`, without the tail of binary fractions (20.700000000000003)."""
    return round(math.floor(value / step + 0.5) * step, 6)
