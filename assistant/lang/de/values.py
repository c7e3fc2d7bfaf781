"""German words → percent, degrees, colour and the rest of the typed values."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from assistant.lang import TemperatureUnit
from assistant.lang.de import numbers
from assistant.lang.de.numbers import parse_number

PERCENTS: Mapping[str, int] = {
    "halb": 50, "die hälfte": 50, "hälfte": 50, "halbe": 50, "halbe helligkeit": 50,
    "halbe kraft": 50, "halbe lautstärke": 50, "voll": 100, "ganz": 100, "volle": 100,
    "volle helligkeit": 100, "volle kraft": 100, "volle lautstärke": 100, "maximum": 100,
    "maximal": 100, "das maximum": 100, "max": 100, "höchste stufe": 100, "ganz hoch": 100,
    "ganz auf": 100, "minimum": 1, "minimal": 1, "das minimum": 1, "min": 1, "niedrigste stufe": 1,
    "niedrig": 25, "mittel": 50, "hoch": 75,
}  # fmt: skip
"""Minimum is 1 and not 0: a light at its minimum is still on."""

PERCENT = "prozent"
PERCENT_WORDS = frozenset(word for name in PERCENTS for word in name.split()) | {PERCENT}
_SCALE_WORDS: dict[str, TemperatureUnit] = {
    "celsius": "celsius", "c": "celsius", "fahrenheit": "fahrenheit", "f": "fahrenheit",
}  # fmt: skip
_DEGREES = "grad"
TEMPERATURE_WORDS = frozenset({_DEGREES, *_SCALE_WORDS})
_NOUN_FOLLOWS = frozenset({"ein", "eine", "einen", "einer", "einem", "und", "komma", "minus"})

COLORS: Mapping[str, str] = {
    "rot": "red", "grün": "green", "blau": "blue", "gelb": "yellow", "orange": "orange",
    "lila": "purple", "purpur": "purple", "violett": "violet", "pink": "pink", "rosa": "pink",
    "weiß": "white", "cyan": "cyan", "magenta": "magenta", "türkis": "turquoise",
    "indigo": "indigo", "gold": "gold", "golden": "gold", "limette": "lime", "limettengrün": "lime",
    "petrol": "teal", "blaugrün": "teal", "aqua": "aqua", "marineblau": "navy", "weinrot": "maroon",
    "bordeaux": "maroon", "bordeauxrot": "maroon", "oliv": "olive", "olivgrün": "olive",
    "koralle": "coral", "korallenrot": "coral", "lachs": "salmon", "lachsrosa": "salmon",
    "karmesinrot": "crimson", "purpurrot": "crimson", "lavendel": "lavender", "beige": "beige",
    "elfenbein": "ivory", "khaki": "khaki", "pflaume": "plum", "orchidee": "orchid",
    "tomatenrot": "tomato", "schokolade": "chocolate", "braun": "brown", "fuchsia": "fuchsia",
    "mint": "mint", "minzgrün": "mint", "pfirsich": "peach", "flieder": "lilac", "rosé": "rose",
    "rose": "rose", "bernstein": "amber", "scharlachrot": "scarlet", "hellblau": "light blue",
    "himmelblau": "sky blue", "königsblau": "royal blue", "dunkelblau": "dark blue",
    "hellgrün": "light green", "waldgrün": "forest green", "dunkelgrün": "dark green",
    "meergrün": "sea green", "knallpink": "hot pink", "knallrosa": "hot pink",
    "dunkelrosa": "deep pink", "dunkelpink": "deep pink", "hellrosa": "light pink",
    "dunkelrot": "dark red", "dunkelorange": "dark orange", "hellgelb": "light yellow",
    "frühlingsgrün": "spring green", "stahlblau": "steel blue",
}  # fmt: skip
_SHADES = ("hell", "dunkel", "tief", "zart", "knall", "blass", "pastell", "neon", "matt", "satt")
_ENDINGS = ("es", "er", "en", "em", "e", "s")
_SUFFIXES = ("farben", "farbig")

_SPELLED = {way: key for name, key in COLORS.items() for way in numbers.written_otherwise(name)}
COLOR_WORDS = frozenset(
    {
        f"{word}{ending}"
        for word in (*_SPELLED, *(f"{name}{suffix}" for name in COLORS for suffix in _SUFFIXES))
        for ending in ("", *_ENDINGS)
    }
    | {f"{shade}{name}" for shade in _SHADES for name in _SPELLED}
    | {f"{shade}{ending}" for shade in (*_SHADES, "kräftig") for ending in ("", *_ENDINGS)}
)

_WHITES: Mapping[str, int] = {
    "kerzenlicht": 1900, "kerzenschein": 1900, "sehr warmes weiß": 2200, "sehr warm": 2200,
    "warmweiß": 2700, "warm weiß": 2700, "warmes weiß": 2700, "warm": 2700, "warmes licht": 2700,
    "neutralweiß": 4000, "neutral weiß": 4000, "neutrales weiß": 4000, "neutral": 4000,
    "naturweiß": 4000, "kühles weiß": 5000, "kühl": 5000, "tageslicht": 5500,
    "tageslichtweiß": 5500, "sonnenlicht": 5500, "kaltweiß": 6500, "kalt weiß": 6500,
    "kaltes weiß": 6500, "kalt": 6500, "kaltes licht": 6500, "helles weiß": 5500,
    "am wärmsten": 2200, "am kältesten": 6500,
}  # fmt: skip
WHITES: Mapping[str, int] = {
    way: kelvin for name, kelvin in _WHITES.items() for way in numbers.written_otherwise(name)
}
"""White word → colour temperature in kelvin, as lamp makers use the words."""

KELVIN = frozenset({"kelvin", "k"})
WHITE_WORDS = frozenset(word for name in WHITES for word in name.split()) | KELVIN
ABOUT = frozenset({"etwa", "ungefähr", "circa", "ca", "rund"})
_ARTICLES = frozenset({"der", "die", "das", "den", "dem", "am"})
ORDINAL_WORDS = numbers.ordinal_words() | _ARTICLES
_ITEMS = re.compile(r",\s*(?:und\s+)?|\s+und\s+|\s*&\s*|;", re.IGNORECASE)


def breaks_off(word: str) -> bool:
    """Whether a number goes on after it: "stell das Licht auf ein" is half a sentence."""
    return word in _NOUN_FOLLOWS


def without_about(said: str) -> str:
    """ "etwa zehn Minuten" → "zehn minuten"."""
    first, _, rest = said.partition(" ")
    return rest if first in ABOUT and rest else said


def degrees(said: str) -> tuple[float, TemperatureUnit | None]:
    """ "einundzwanzig komma fünf grad celsius", "zwanzigeinhalb grad"."""
    words, scale = said.split(), None
    if len(words) > 1 and words[-1] in _SCALE_WORDS:
        scale = _SCALE_WORDS[words.pop()]
    if words[0] != _DEGREES:
        words = [word for word in words if word != _DEGREES]
    return parse_number(words), scale


def color(said: str) -> str:
    """ "zartes Rosa" → "pink": a shade that has no entry of its own is dropped, endings, too."""
    words = [] if said in WHITES else said.split()
    while words:
        if (found := _SPELLED.get(" ".join(words)) or _inflected("".join(words))) is not None:
            return found
        if _stem(words[0]) not in (*_SHADES, "kräftig"):
            break
        words = words[1:]
    raise ValueError(f"{said!r} is not a color I know")


def _inflected(word: str) -> str | None:
    """ "rotes", "lachsfarben", "tiefblau"."""
    for ending in ("", *_ENDINGS):
        stem = word.removesuffix(ending) if ending else word
        for suffix in ("", *_SUFFIXES):
            bare = stem.removesuffix(suffix) if suffix else stem
            for shade in ("", *_SHADES):
                found = _SPELLED.get(bare.removeprefix(shade) if shade else bare)
                if found and (not ending or word.endswith(ending)):
                    return found
    return None


def _stem(word: str) -> str:
    ending = next((e for e in _ENDINGS if word.endswith(e)), "")
    return word.removesuffix(ending)


def ordinal(said: str) -> int:
    """ "der dritte" → 3."""
    words = said.split()
    return numbers.ordinal(words[1:] if len(words) > 1 and words[0] in _ARTICLES else words)


def items(text: str) -> Sequence[str]:
    """ "Milch, Eier und Brot" → three; commas are needed where "und" is not said."""
    return _ITEMS.split(text)
