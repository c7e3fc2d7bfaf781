"""English words → percent, degrees, colour and the rest of the typed values."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from assistant.colors import COLORS as _KEYS
from assistant.lang import TemperatureUnit
from assistant.lang.en import numbers
from assistant.lang.en.numbers import parse_number

PERCENTS: Mapping[str, int] = {
    "half": 50, "halfway": 50, "half way": 50, "full": 100, "fully": 100, "max": 100,
    "maximum": 100, "the maximum": 100, "highest": 100, "the highest": 100, "all the way": 100,
    "all the way up": 100, "full power": 100, "full brightness": 100, "full volume": 100,
    "minimum": 1, "the minimum": 1, "min": 1, "lowest": 1, "the lowest": 1, "all the way down": 1,
    "low": 25, "medium": 50, "high": 75,
}  # fmt: skip
"""Minimum is 1 and not 0: a light at its minimum is still on."""

PERCENT = "percent"
PERCENT_WORDS = frozenset(word for name in PERCENTS for word in name.split()) | {PERCENT}
_SCALE_WORDS: dict[str, TemperatureUnit] = {
    "celsius": "celsius", "centigrade": "celsius", "c": "celsius",
    "fahrenheit": "fahrenheit", "f": "fahrenheit",
}  # fmt: skip
_DEGREES = frozenset({"degree", "degrees"})
TEMPERATURE_WORDS = _DEGREES | frozenset(_SCALE_WORDS)
_NOUN_FOLLOWS = frozenset({"a", "an", "of"})

COLORS: Mapping[str, str] = {name: name for name in _KEYS}
_SHADES = frozenset({"light", "dark", "deep", "soft", "bright", "pale", "pastel", "rich", "neon"})
COLOR_WORDS = frozenset(word for name in COLORS for word in name.split()) | _SHADES

WHITES: Mapping[str, int] = {
    "candlelight": 1900, "candle light": 1900, "very warm white": 2200, "warm white": 2700,
    "warm": 2700, "soft white": 3000, "neutral white": 4000, "neutral": 4000,
    "natural white": 4000, "natural": 4000, "cool white": 5000, "cool": 5000, "daylight": 5500,
    "day light": 5500, "cold white": 6500, "cold": 6500, "bright white": 5500,
    "warm light": 2700, "cool light": 5000, "cold light": 6500, "sunlight": 5500,
    "warmest": 2200, "coolest": 6500,
}  # fmt: skip
"""White word → colour temperature in kelvin, as lamp makers use the words."""

KELVIN = frozenset({"kelvin", "kelvins", "k"})
WHITE_WORDS = frozenset(word for name in WHITES for word in name.split()) | KELVIN
ABOUT = frozenset({"about"})
_ITEMS = re.compile(r",\s*(?:and\s+)?|\s+and\s+|\s*&\s*|;")


def breaks_off(word: str) -> bool:
    """Whether a number goes on after it: "set the light to a" is half a sentence."""
    return word in _NOUN_FOLLOWS


def without_about(said: str) -> str:
    """ "about ten minutes" → "ten minutes"."""
    return said.removeprefix("about ")


def degrees(said: str) -> tuple[float, TemperatureUnit | None]:
    """ "twenty degrees and a half celsius"."""
    words, scale = said.split(), None
    if len(words) > 1 and words[-1] in _SCALE_WORDS:
        scale = _SCALE_WORDS[words.pop()]
    if words[0] not in _DEGREES:  # "twenty degrees", "twenty degrees and a half"
        words = [word for word in words if word not in _DEGREES]
    return parse_number(words), scale


def color(said: str) -> str:
    """ "soft pink" → "pink": a shade that has no entry of its own is dropped.

    "soft white" is a colour temperature.
    """
    words = [] if said in WHITES else said.split()
    while words:
        if " ".join(words) in COLORS:
            return COLORS[" ".join(words)]
        if words[0] not in _SHADES:
            break
        words = words[1:]
    raise ValueError(f"{said!r} is not a color I know")


def ordinal(said: str) -> int:
    """ "the third" → 3."""
    return numbers.ordinal(said.removeprefix("the ").split())


ORDINAL_WORDS = numbers.ordinal_words() | {"the"}


def items(text: str) -> Sequence[str]:
    """ "milk, eggs and bread" → three; commas are needed where "and" is not said."""
    return _ITEMS.split(text)
