"""Hue and saturation ↔ red, green, blue and CIE x, y, always at full brightness.

hue 0 to 360 degrees, saturation 0 to 100 percent, r g b 0 to 255.
Source of the matrices: IEC 61966-2-1 (sRGB, white point D65).
"""

from __future__ import annotations

import colorsys


def hs_to_rgb(hue: float, saturation: float) -> tuple[int, int, int]:
    """Hue and saturation → r, g, b of 0 to 255, the strongest of them 255."""
    red, green, blue = colorsys.hsv_to_rgb(hue / 360, saturation / 100, 1.0)
    return round(red * 255), round(green * 255), round(blue * 255)


def rgb_to_hs(red: float, green: float, blue: float) -> tuple[float, float]:
    """r, g, b of any common scale → hue and saturation."""
    strongest = max(red, green, blue) or 1.0
    hue, saturation, _ = colorsys.rgb_to_hsv(red / strongest, green / strongest, blue / strongest)
    return hue * 360, saturation * 100


def hs_to_xy(hue: float, saturation: float) -> tuple[float, float]:
    """Hue and saturation → CIE 1931 x, y."""
    red, green, blue = (_linear(part / 255) for part in hs_to_rgb(hue, saturation))
    x = 0.4124 * red + 0.3576 * green + 0.1805 * blue
    y = 0.2126 * red + 0.7152 * green + 0.0722 * blue
    z = 0.0193 * red + 0.1192 * green + 0.9505 * blue
    return round(x / (x + y + z), 4), round(y / (x + y + z), 4)


def xy_to_hs(x: float, y: float) -> tuple[float, float]:
    """CIE 1931 x, y → the nearest hue and saturation that sRGB has."""
    big_x, big_z = x / y, (1 - x - y) / y
    red = 3.2406 * big_x - 1.5372 - 0.4986 * big_z
    green = -0.9689 * big_x + 1.8758 + 0.0415 * big_z
    blue = 0.0557 * big_x - 0.2040 + 1.0570 * big_z
    strongest = max(red, green, blue)
    return rgb_to_hs(*(_gamma(max(part / strongest, 0.0)) for part in (red, green, blue)))


def _linear(part: float) -> float:
    """0 to 1 as displays take it → 0 to 1 in proportion to the light."""
    return part / 12.92 if part <= 0.04045 else float(((part + 0.055) / 1.055) ** 2.4)


def _gamma(part: float) -> float:
    return 12.92 * part if part <= 0.0031308 else float(1.055 * part ** (1 / 2.4) - 0.055)
