"""What is said of a device that is known, and that nothing here can control."""

from __future__ import annotations

from assistant.config import HouseSettings
from assistant.lang import language
from assistant.understand.text import matching_form

SAID_BY_KIND = frozenset(
    ["vacuum", "lawn_mower", "valve", "humidifier", "water_heater", "siren", "alarm_control_panel"]
)
"""Who says "the vacuum" means it; "the number" may be anything."""


def kind_word(kind: str) -> str:
    """What people call such a thing: "water heater"."""
    return language().wording.KINDS.get(kind, kind.replace("_", " "))


def unsupported(text: str, house: HouseSettings) -> str | None:
    """The reply to a command that names one of them, by its name or by what it is; None: none."""
    said = f" {matching_form(text)} "
    mine = {matching_form(name) for d in house.devices for name in (d.name, *d.aliases)}
    named = [(matching_form(one.name), one) for one in house.known_only]
    named += [(kind_word(one.kind), one) for one in house.known_only if one.kind in SAID_BY_KIND]
    heard = [(n, one) for n, one in named if n and n not in mine and f" {n} " in said]
    if not heard:
        return None
    _, one = max(heard, key=lambda found: len(found[0]))
    wording = language().wording
    name, kind = wording.the(one.name), wording.a(kind_word(one.kind))
    return language().say("unsupported", the_name=name, a_kind=kind)
