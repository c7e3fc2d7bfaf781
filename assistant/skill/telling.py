"""Devices and values in spoken words: "the ceiling light in the kitchen", "21.5 degrees"."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date, time, timedelta

from assistant.events import Value
from assistant.home.model import Device
from assistant.lang import language
from assistant.skill.answer import Targets, sentence
from assistant.skill.rooms import Rooms

MOST_NAMES = 4
"""More devices than that are told by their number and their rooms."""


def listed(phrases: Sequence[str]) -> str:
    """ "the hall, the kitchen and the bedroom"."""
    return language().wording.listed(phrases)


def either(phrases: Sequence[str]) -> str:
    """ "the hall, the kitchen or the bedroom"."""
    return language().wording.either(phrases)


def spoken_duration(duration: timedelta) -> str:
    """ "1 hour and 30 minutes"."""
    return language().wording.duration(duration)


def clock_time(at: time) -> str:
    """ "7 AM", "7:05 PM"."""
    return language().wording.clock_time(at)


def exact_time(at: time) -> str:
    """ "7:05 PM", with its minutes whatever they are."""
    return language().wording.exact_time(at)


def date_in_words(day: date) -> str:
    """ "Tuesday, November 24, 2026"."""
    return language().wording.date_in_words(day)


def several(kind: str) -> str:
    """What devices of a kind are called: "blinds"."""
    return language().wording.NOUNS[kind][1]


def the(name: str) -> str:
    """ "the floor lamp"."""
    return language().wording.the(name)


def as_object(phrase: str) -> str:
    """A phrase as something is done to it."""
    return language().wording.as_object(phrase)


def day_and_month(day: date) -> str:
    """ "November 24"."""
    return language().wording.day_and_month(day)


def counted(number: int, one: str, many: str) -> str:
    """ "two lights", "no window", "37 lamps"."""
    return language().wording.counted(number, one, many)


def cools() -> frozenset[str]:
    """Words in the name of what cools rather than heats."""
    return language().lexicon.COOLING


def color_word(key: str) -> str:
    """What a colour is called: "light blue"."""
    return next(word for word, named in language().values.COLORS.items() if named == key)


def number_word(value: float) -> str:
    """ "21.5"."""
    return language().wording.number(value)


def agree(phrase: str, predicate: str, *, plural: bool = False) -> str:
    """ "the curtains", "has not told me its state" → "the curtains have not told me their state".

    plural    it is several things, however it is called
    """
    return language().wording.agree(phrase, predicate, plural=plural)


def named(device: Device, devices: Sequence[Device], rooms: Rooms, said: str | None = None) -> str:
    """ "the floor lamp", or with its room where that does not go without saying.

    devices    of which it is one: another of the same name makes the room worth saying
    said       id of the area that was asked for, which is not said again
    """
    phrase = language().wording.the(device.name)
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
    return language().wording.degrees(value)


def measured(value: Value, unit: str | None, rooms: Rooms) -> str:
    """A value with its unit, to be said."""
    if isinstance(value, bool | str):
        return str(value)
    if unit == "°C":
        return degrees(value, rooms)
    said = language().wording
    number = said.number(round(value, 0 if abs(value) >= 100 else 1 if abs(value) >= 1 else 2))
    return f"{number} {said.UNITS.get(unit or '', unit or '')}".rstrip()


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
    return frozenset(device.name.lower().split()) - language().lexicon.DETECTORS


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
    said, many = language().wording, len(group) > MOST_NAMES
    who = counted(len(group), *said.NOUNS["any"]) if many else named_all(group, group, rooms)
    plural = len(group) > 1 or said.is_plural(who)
    key = ("was_when_heard" if word else "untold") if there else "not_available"
    key += "_was" if word and not there else ""
    told = language().predicate(key, state=word, they=said.THEY[plural], them=said.THEM[plural])
    return f"{agree(sentence(who), told, plural=plural)}."
