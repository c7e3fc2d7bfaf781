"""English phrases: articles, plurals, lists, times and measures, as they are spoken."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, time, timedelta

NOUNS: Mapping[str, tuple[str, str]] = {
    "light": ("light", "lights"),
    "switch": ("switch", "switches"),
    "climate": ("thermostat", "thermostats"),
    "media_player": ("player", "players"),
    "cover": ("blind", "blinds"),
    "fan": ("fan", "fans"),
    "lock": ("lock", "locks"),
    "sensor": ("sensor", "sensors"),
    "scene": ("scene", "scenes"),
    "any": ("device", "devices"),
}
"""Kind of device → one, several."""

MORE_NOUNS = frozenset({"lamp", "lamps", "music", "heating", "temperature", "volume"})

KINDS: Mapping[str, str] = {
    "alarm_control_panel": "alarm panel",
    "select": "list of choices",
    "device_tracker": "tracker",
    "notify": "notifier",
    "device_automation": "trigger",
}

ENTRIES: Mapping[str, str] = {"timer": "timer", "alarm": "alarm", "reminder": "reminder"}

STATES: Mapping[str, str] = {
    "on": "on", "off": "off", "open": "open", "closed": "closed", "locked": "locked",
    "unlocked": "unlocked", "home": "home", "away": "away", "muted": "muted",
    "not muted": "not muted", "opening": "opening", "closing": "closing",
    "locking": "being locked", "unlocking": "being unlocked", "playing": "playing",
    "paused": "paused", "stopped": "stopped",
}  # fmt: skip

FLAGS: Mapping[str, tuple[str, str]] = {
    "occupied": ("detecting motion", "detecting no motion"),
    "present": ("home", "away"),
    "wet": ("wet", "dry"),
    "smoke": ("detecting smoke", "detecting no smoke"),
    "gas": ("detecting gas", "detecting no gas"),
    "battery_low": ("low on battery", "good on battery"),
    "problem": ("reporting a problem", "without a problem"),
    "vibration": ("shaking", "still"),
}

SAYINGS: Mapping[str, str] = {
    "percent_open": "{position} percent open",
    "at_percent": "at {value} percent",
    "in_mode": "in {mode} mode",
    "set_to": "set to {degrees}",
    "at": "at {value}",
    "not": "not {what}",
}

UNITS: Mapping[str, str] = {
    "%": "percent", "°C": "degrees", "W": "watts", "kWh": "kilowatt hours", "V": "volts",
    "A": "amperes", "hPa": "hectopascals", "lx": "lux", "ppm": "parts per million",
    "Hz": "hertz", "km/h": "kilometres per hour", "µg/m³": "micrograms per cubic metre",
    "m": "metres", "dBm": "decibels", "K": "kelvin",
    # A device's own, where it is converted to none of these.
    "mmHg": "millimetres of mercury", "mm": "millimetres", "cm": "centimetres", "km": "kilometres",
    "in": "inches", "ft": "feet", "mi": "miles", "mm/h": "millimetres an hour",
    "mm/d": "millimetres a day", "in/h": "inches an hour", "in/d": "inches a day",
    "L": "litres", "l": "litres", "mL": "millilitres", "gal": "gallons", "m³": "cubic metres",
    "ft³": "cubic feet", "L/min": "litres a minute", "l/min": "litres a minute",
    "L/h": "litres an hour", "m³/h": "cubic metres an hour", "gal/min": "gallons a minute",
    "ft³/min": "cubic feet a minute", "g": "grams", "kg": "kilograms", "mg": "milligrams",
    "lb": "pounds", "oz": "ounces", "st": "stones", "m/s": "metres per second",
    "mph": "miles per hour", "ft/s": "feet per second", "kn": "knots", "VA": "volt amperes",
    "var": "volt amperes reactive", "varh": "reactive volt ampere hours",
    "ppb": "parts per billion", "dB": "decibels", "dBA": "decibels",
    "W/m²": "watts per square metre", "°": "degrees",
    "s": "seconds", "ms": "milliseconds", "min": "minutes", "h": "hours", "d": "days",
    "B": "bytes", "kB": "kilobytes", "MB": "megabytes", "GB": "gigabytes", "TB": "terabytes",
    "KiB": "kibibytes", "MiB": "mebibytes", "GiB": "gibibytes", "TiB": "tebibytes",
    "bit/s": "bits per second", "kbit/s": "kilobits per second", "Mbit/s": "megabits per second",
    "Gbit/s": "gigabits per second", "B/s": "bytes per second", "kB/s": "kilobytes per second",
    "MB/s": "megabytes per second", "GB/s": "gigabytes per second",
    "g/m³": "grams per cubic metre", "mg/m³": "milligrams per cubic metre",
    "µS/cm": "microsiemens per centimetre", "rpm": "turns a minute",
}  # fmt: skip

ATTRIBUTE_UNITS: Mapping[str, str] = {
    "percent": "percent", "degrees": "degrees", "celsius": "degrees", "kelvin": "kelvin",
    "seconds": "seconds",
}  # fmt: skip

THEY = ("it", "they")
THEM = ("it", "them")
"""One, several."""

_NUMBERS = (
    "no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven",
    "twelve",
)  # fmt: skip
_MANY = {
    "is": "are",
    "has": "have",
    "was": "were",
    "does": "do",
    "doesn't": "don't",
    "its": "their",
}


def the(name: str) -> str:
    """ "the floor lamp"."""
    return f"the {name}"


def as_object(phrase: str) -> str:
    """The same in English: "the floor lamp"."""
    return phrase


def a(noun: str) -> str:
    """ "an alarm panel"."""
    return f"{'an' if noun[:1] in 'aeiou' else 'a'} {noun}"


def the_kind(kind: str, *, many: bool, place: str = "", whole: bool = False) -> str:
    """ "the lights", "the kitchen light", "all the lights"."""
    noun = NOUNS[kind][many]
    return f"{'all ' if whole else ''}the {f'{place} ' if place else ''}{noun}"


def others() -> str:
    """What is left when some were named."""
    return "the others"


def in_place(place: str, *, floor: bool = False) -> str:
    """ " in the kitchen", " on the upper floor"."""
    return f" on the {place}" if floor else f" in the {place}"


def listed(phrases: Sequence[str], joint: str = " and ") -> str:
    """ "the hall, the kitchen and the bedroom"."""
    *most, last = phrases
    return f"{', '.join(most)}{joint}{last}" if most else last


def either(phrases: Sequence[str]) -> str:
    """ "the kitchen or the hall"."""
    return listed(phrases, " or ")


def which_of(names: Sequence[str]) -> str:
    """ "The desk lamp or the floor lamp?"."""
    return f"The {listed(names, ' or the ')}?"


def counted(number: int, one: str, many: str) -> str:
    """ "two lights", "no window", "37 lamps"."""
    word = _NUMBERS[number] if number < len(_NUMBERS) else str(number)
    return f"{word} {one if number == 1 else many}"


def number(value: float) -> str:
    """ "20.5"."""
    return f"{value:.15g}"


def degrees(value: float) -> str:
    """ "20.5 degrees"."""
    return f"{value:g} degree{'' if value == 1 else 's'}"


def duration(length: timedelta) -> str:
    """ "1 hour and 30 minutes"."""
    left, parts = round(length.total_seconds()), []
    for unit, size in (("day", 86400), ("hour", 3600), ("minute", 60), ("second", 1)):
        count, left = divmod(left, size)
        if count:
            parts.append(f"{count} {unit}{'' if count == 1 else 's'}")
    return listed(parts) if parts else "0 seconds"


def clock_time(at: time) -> str:
    """ "7 AM", "7:05 PM"."""
    hour = f"{at.hour % 12 or 12}"
    return f"{hour}{f':{at.minute:02}' if at.minute else ''} {'AM' if at.hour < 12 else 'PM'}"


def exact_time(at: time) -> str:
    """ "7:05 PM"."""
    return at.strftime("%I:%M %p").removeprefix("0")


def date_in_words(day: date) -> str:
    """ "Tuesday, November 24, 2026"."""
    return f"{day:%A}, {day:%B} {day.day}, {day.year}"


def day_and_month(day: date) -> str:
    """ "November 24"."""
    return f"{day:%B} {day.day}"


def time_on(at: time, day: date) -> str:
    """ "7 AM on Monday"."""
    return f"{clock_time(at)} on {day:%A}"


def is_plural(phrase: str) -> bool:
    """Whether one thing is called as if it were several: "the curtains", "the fairy lights"."""
    last = phrase.lower().split()[-1:] or [""]
    return len(last[0]) > 3 and last[0].endswith("s") and not last[0].endswith(("ss", "us", "is"))


def are(*, many: bool) -> str:
    """What goes with a subject."""
    return "are" if many else "is"


def have(*, many: bool) -> str:
    """The same of what it has."""
    return "have" if many else "has"


def agree(phrase: str, predicate: str, *, plural: bool = False) -> str:
    """ "the curtains", "has not told me its state" → "the curtains have not told me their state".

    plural    it is several things, however it is called
    """
    if plural or is_plural(phrase):
        predicate = " ".join(_MANY.get(word, word) for word in predicate.split())
    return f"{phrase} {predicate}"


def other_number(noun: str) -> str:
    """The plural of a singular noun and the other way round: "light" ↔ "lights".

    Only regular ones: what a device is called by ends so.
    """
    if noun.endswith("ies"):
        return f"{noun[:-3]}y"
    if noun.endswith(("ches", "shes", "xes", "sses")):
        return noun[:-2]
    if noun.endswith("s") and not noun.endswith("ss"):
        return noun[:-1]
    if noun.endswith("y") and noun[-2:-1] not in "aeiou":
        return f"{noun[:-1]}ies"
    return noun + ("es" if noun.endswith(("ch", "sh", "x", "ss")) else "s")
