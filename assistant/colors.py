"""Colours by their keys → hue and saturation; what they are called, a language knows."""

from __future__ import annotations

import colorsys
import math

# Red, green, blue of the CSS named colours (https://www.w3.org/TR/css-color-4/#named-colors);
# "warm" names that CSS lacks stand at the end.
_RGB = {
    "red": "ff0000", "green": "00ff00", "blue": "0000ff", "yellow": "ffff00",
    "orange": "ffa500", "purple": "800080", "pink": "ff69b4", "white": "ffffff",
    "cyan": "00ffff", "magenta": "ff00ff", "turquoise": "40e0d0", "violet": "ee82ee",
    "indigo": "4b0082", "gold": "ffd700", "lime": "bfff00", "teal": "008080",
    "aqua": "00ffff", "navy": "000080", "maroon": "800000", "olive": "808000",
    "coral": "ff7f50", "salmon": "fa8072", "crimson": "dc143c", "lavender": "b57edc",
    "beige": "f5f5dc", "ivory": "fffff0", "khaki": "f0e68c", "plum": "dda0dd",
    "orchid": "da70d6", "tomato": "ff6347", "chocolate": "d2691e", "brown": "a52a2a",
    "fuchsia": "ff00ff", "mint": "98ff98", "peach": "ffdab9", "lilac": "c8a2c8",
    "rose": "ff007f", "amber": "ffbf00", "scarlet": "ff2400", "light blue": "add8e6",
    "sky blue": "87ceeb", "royal blue": "4169e1", "dark blue": "00008b", "light green": "90ee90",
    "forest green": "228b22", "dark green": "006400", "sea green": "2e8b57", "hot pink": "ff69b4",
    "deep pink": "ff1493", "light pink": "ffb6c1", "dark red": "8b0000", "dark orange": "ff8c00",
    "light yellow": "ffffe0", "spring green": "00ff7f", "steel blue": "4682b4",
}  # fmt: skip


def _hue_saturation(rgb: str) -> tuple[float, float]:
    red, green, blue = (int(rgb[i : i + 2], 16) / 255 for i in (0, 2, 4))
    hue, saturation, _ = colorsys.rgb_to_hsv(red, green, blue)
    return round(hue * 360, 1), round(saturation * 100, 1)


COLORS: dict[str, tuple[float, float]] = {n: _hue_saturation(rgb) for n, rgb in _RGB.items()}
"""Name → hue in degrees (0 to 360) and saturation in percent."""


def nearest_color(hue: float, saturation: float) -> str:
    """The key of `COLORS` that comes nearest; hue in degrees, saturation in percent."""

    def distance(name: str) -> float:
        x, y = _on_the_wheel(*COLORS[name])
        a, b = _on_the_wheel(hue, saturation)
        return math.hypot(x - a, y - b)

    return min(COLORS, key=distance)  # of several that are alike the first


def _on_the_wheel(hue: float, saturation: float) -> tuple[float, float]:
    return saturation * math.cos(math.radians(hue)), saturation * math.sin(math.radians(hue))
