"""Where the place, "all" and the particle stand makes no difference: every order is read alike."""

from collections.abc import Iterator, Mapping
from itertools import product

import pytest
from repository import ROOT

from assistant.config import HouseSettings
from assistant.evaluation.house import HOUSE_FILE
from assistant.grammar.matcher import TemplateMatcher
from assistant.grammar.templates import compile_templates, read_rules
from assistant.schema import read_yaml
from assistant.skill.manifest import load_manifest
from assistant.understand.names import HouseNames
from assistant.understand.text import split_words

HOUSE = HouseNames.of(read_yaml(HouseSettings, HOUSE_FILE))
Slots = Mapping[str, object]

PLACES: tuple[tuple[str, Slots], ...] = (
    ("", {}),
    ("in here", {}),
    ("in this room", {}),
    ("in the living room", {"area": "living_room"}),
    ("in my lounge", {"area": "living_room"}),
    ("upstairs", {"floor": "first"}),
    ("everywhere", {"all": True}),
    ("in the whole house", {"all": True}),
    ("all over the apartment", {"all": True}),
    ("throughout the flat", {"all": True}),
    ("in every room", {"all": True}),
)
MANY = (
    "",
    "the ",
    "all ",
    "all the ",
    "all of the ",
    "all my ",
    "each of the ",
    "every one of the ",
)
ONE = ("the ", "every ", "each ", "every single ", "each and every ")

ORDERS = (
    "{verb} {particle} {what} {place}",
    "{verb} {what} {particle} {place}",
    "{verb} {what} {place} {particle}",
    "{place} {verb} {what} {particle}",
    "{place} {verb} {particle} {what}",
)


def matcher(*skills: str) -> TemplateMatcher:
    manifests = [load_manifest(ROOT / "skills" / skill) for skill in skills]
    return TemplateMatcher(compile_templates(manifests, read_rules(), anything=False), HOUSE)


def what(many: tuple[str, ...], one: tuple[str, ...]) -> Iterator[tuple[str, bool]]:
    """How devices are called, and whether all of them are meant."""
    for words, nouns in ((MANY, many), (ONE, one)):
        for before, noun in product(words, nouns):
            yield before + noun, before.strip() not in ("", "the")


def spoken(
    verbs: tuple[str, ...], particles: tuple[str, ...], many: tuple[str, ...], one: tuple[str, ...]
) -> Iterator[tuple[str, str, Slots]]:
    """Sentences, the particle of each, and what fills its slots."""
    for order, verb, particle, (said, every), (place, slots) in product(
        ORDERS, verbs, particles, tuple(what(many, one)), PLACES
    ):
        # All that are here are the room's: nothing says "all".
        here = bool(place) and not slots
        full = {**({"all": True} if every and not here else {}), **slots}
        text = order.format(verb=verb, particle=particle, what=said, place=place)
        yield " ".join(text.split()), particle, full


def wrong(found: TemplateMatcher, said: str, intent: str, slots: Slots) -> str:
    """What is wrong with how it is read; "" when it is right."""
    matches = found.match(said, split_words(said))
    if not matches:
        return f"{said}: not read"
    best = matches[0].intent
    values = {name: slot.value for name, slot in best.slots.items() if name != "what"}
    right = best.name == intent and values == slots
    return "" if right else f"{said}: {best.name} {values}, not {intent} {slots}"


@pytest.mark.parametrize(
    ("skill", "kinds", "intents", "sentences"),
    [
        (
            "lights",
            ("lights",),
            {"on": "lights.turn_on", "off": "lights.turn_off"},
            (("turn", "switch"), ("on", "off"), ("lights", "lamps"), ("light", "lamp")),
        ),
        (
            "fans",
            ("fans",),
            {"on": "fans.turn_on", "off": "fans.turn_off"},
            (("turn", "switch"), ("on", "off"), ("fans",), ("fan",)),
        ),
        (
            "covers",
            ("covers",),
            {"up": "covers.open", "down": "covers.close"},
            (("pull", "roll"), ("up", "down"), ("blinds", "shutters"), ("blind", "shutter")),
        ),
    ],
)
def test_every_order_of_verb_devices_and_place_is_read_alike(skill, kinds, intents, sentences):
    found = matcher(*kinds)
    said = list(spoken(*sentences))
    assert len(said) >= 2500
    faults = [fault for text, p, slots in said if (fault := wrong(found, text, intents[p], slots))]
    assert faults == []
