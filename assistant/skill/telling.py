"""Devices and values in spoken words: "the ceiling light in the kitchen", "21.5 degrees"."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import time, timedelta

from assistant.events import Value
from assistant.home.model import Device
from assistant.skill.answer import Targets, sentence
from assistant.skill.inflection import agree, is_plural
from assistant.skill.rooms import Rooms

MOST_NAMES = 4
"""More devices than that are told by their number and their rooms."""

_NUMBERS = (
    "no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven",
    "twelve",
)  # fmt: skip

_SPOKEN_UNITS = {
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


def listed(phrases: Sequence[str], joint: str = " and ") -> str:
    """ "the hall, the kitchen and the bedroom"."""
    *most, last = phrases
    return f"{', '.join(most)}{joint}{last}" if most else last


def spoken_duration(duration: timedelta) -> str:
    """ "an hour and 30 minutes" is "1 hour and 30 minutes"."""
    left, parts = round(duration.total_seconds()), []
    for unit, size in (("day", 86400), ("hour", 3600), ("minute", 60), ("second", 1)):
        count, left = divmod(left, size)
        if count:
            parts.append(f"{count} {unit}{'' if count == 1 else 's'}")
    return " and ".join(filter(None, (", ".join(parts[:-1]), *parts[-1:]))) or "0 seconds"


def clock_time(at: time) -> str:
    """ "7 AM", "7:05 PM"."""
    hour = f"{at.hour % 12 or 12}"
    return f"{hour}{f':{at.minute:02}' if at.minute else ''} {'AM' if at.hour < 12 else 'PM'}"


def counted(number: int, one: str, many: str) -> str:
    """ "two lights", "no window", "37 lamps"."""
    word = _NUMBERS[number] if number < len(_NUMBERS) else str(number)
    return f"{word} {one if number == 1 else many}"


def named(device: Device, devices: Sequence[Device], rooms: Rooms, said: str | None = None) -> str:
    """ "the floor lamp", or with its room where that does not go without saying.

    devices    of which it is one: another of the same name makes the room worth saying
    said       id of the area that was asked for, which is not said again
    """
    phrase = f"the {device.name}"
    room = rooms.areas.get(device.area or "", "")
    if not room or device.area == said or room in device.name.lower():
        return phrase
    twins = [one for one in devices if one.name.lower() == device.name.lower()]
    alone = len({one.area for one in twins}) < 2
    return phrase if alone else phrase + rooms.phrase(device.area)


def named_all(
    chosen: Sequence[Device], devices: Sequence[Device], rooms: Rooms, said: str | None = None
) -> str:
    """All of `chosen`, each once: "the counter light and the ceiling light in the kitchen"."""
    return listed(list(dict.fromkeys(named(one, devices, rooms, said) for one in chosen)))


def degrees(celsius: float, rooms: Rooms) -> str:
    """ "20.5 degrees", in the unit of the house."""
    fahrenheit = rooms.temperature_unit == "fahrenheit"
    value = round(celsius * 9 / 5 + 32) if fahrenheit else round(celsius, 1)
    return f"{value:g} degree{'' if value == 1 else 's'}"


def measured(value: Value, unit: str | None, rooms: Rooms) -> str:
    """A value with its unit, to be said."""
    if isinstance(value, bool | str):
        return str(value)
    if unit == "°C":
        return degrees(value, rooms)
    number = f"{round(value, 0 if abs(value) >= 100 else 1 if abs(value) >= 1 else 2):.15g}"
    return f"{number} {_SPOKEN_UNITS.get(unit or '', unit or '')}".rstrip()


def related(
    targets: Targets, devices: Iterable[Device], fits: Callable[[Device], bool]
) -> list[Device]:
    """Devices of the same thing: "front door contact" and "front door" in one room."""
    wanted = [(_bare(one), one.area) for one in targets]
    return [
        one
        for one in devices
        if fits(one) and any(w <= _bare(one) and a in (one.area, None) for w, a in wanted)
    ]


def _bare(device: Device) -> frozenset[str]:
    return frozenset(device.name.lower().split()) - {"sensor", "contact", "lock", "detector"}


def silent(targets: Targets, rooms: Rooms, was: Callable[[Device], str] = lambda one: "") -> str:
    """Why none of them can tell anything; "" when they do tell something."""
    mute = [one for one in targets if not one.available or not one.state]
    return untold(mute, rooms, was) if len(mute) == len(targets.devices) else ""


def untold(
    devices: Sequence[Device], rooms: Rooms, was: Callable[[Device], str] = lambda one: ""
) -> str:
    """ "The hall lamp is not available; it was on when I last heard from it."

    was    of a device as it was last heard: what it was; "" for nothing
    """
    groups: dict[tuple[bool, str], list[Device]] = {}
    for one in devices:
        groups.setdefault((one.available, was(one.as_last_heard())), []).append(one)
    return " ".join(
        _untold(group, rooms, word, there=there)
        for (there, word), group in sorted(groups.items(), key=lambda item: item[0][0])
    )


def _untold(group: Sequence[Device], rooms: Rooms, word: str, *, there: bool) -> str:
    many = len(group) > MOST_NAMES
    who = counted(len(group), "device", "devices") if many else named_all(group, group, rooms)
    plural = len(group) > 1 or is_plural(who)
    heard = f"{word} when I last heard from {'them' if plural else 'it'}"
    told = "has not told me its state"
    if not there:
        told = "is not available"
        told += f"; {'they' if plural else 'it'} was {heard}" if word else ""
    elif word:
        told = f"was {heard}"
    return f"{agree(sentence(who), told, plural=plural)}."
