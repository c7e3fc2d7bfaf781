"""The model's answer → a reading, with answers made by hand."""

import numpy as np
import pytest

from assistant.events import Because, Reason
from assistant.grammar.templates import compile_templates, read_rules
from assistant.skill.manifest import IntentSpec, Manifest, SlotSpec
from assistant.understand.names import HouseNames, NameFinder
from assistant.understand.reading import Lexicon, Reading, Said, know, read, stranger
from assistant.understand.tagger import NONE, Scores, Span, best_spans
from assistant.understand.text import split_words

SLOTS = ("O", "B-name", "I-name", "B-area", "I-area", "B-level", "I-level")
NAMES = HouseNames(
    devices={"light": {"desk lamp": ()}, "fan": {"breeze": ()}}, areas={"k1": ("kitchen",)}
)
SKILL = Manifest(
    name="s",
    version="1",
    description="",
    intents={
        "light": IntentSpec(("light (<the_name>|the {area} lights)",), target="light"),
        "fan": IntentSpec(("fan <the_name>",), target="fan"),
        "level": IntentSpec(("set <the_name> to {level}",), target="light"),
    },
    slots={"level": SlotSpec("percent")},
)
INTENTS = (NONE, "s.light", "s.fan", "s.level", "other.skill")
LEXICON = Lexicon(INTENTS, SLOTS, know(compile_templates([SKILL], read_rules())), NAMES)


def reading(text: str, tags: list[str], **likely: float) -> Reading:
    """`likely`: intent (without `s.`) → probability; the rest goes to none."""
    words = split_words(text)
    units = NameFinder(NAMES).units([word.text for word in words])
    slots = np.full((len(units), len(SLOTS)), np.log(0.001), np.float32)
    for row, tag in enumerate(tags):
        slots[row, SLOTS.index(tag)] = np.log(0.99)
    intents = np.zeros(len(INTENTS), np.float32)
    for name, probability in likely.items():
        intents[INTENTS.index(f"s.{name}" if name != "other" else "other.skill")] = probability
    intents[0] = 1 - intents.sum()
    return read(Said(text, words, units), Scores(intents, slots), LEXICON)


def slots_of(found: Reading) -> list[dict[str, object]]:
    return [{s.name: s.value for s in intent.slots.values()} for intent in found.intents]


def test_a_name_becomes_a_slot_with_its_words() -> None:
    found = reading("light the Desk Lamp", ["O", "O", "B-name"], light=0.99)
    assert (found.problem, found.unsure) == (None, None)
    assert slots_of(found) == [{"name": "desk lamp"}]
    assert found.intents[0].slots["name"].raw == "Desk Lamp"
    assert found.confidence == pytest.approx(found.intents[0].confidence)
    assert found.confidence > 0.9


def test_a_name_the_house_does_not_have_is_a_problem() -> None:
    found = reading("light the banana", ["O", "O", "B-name"], light=0.99)
    assert found.problem == Reason(Because.NO_SUCH, "banana")


@pytest.mark.parametrize(
    ("text", "thing"),
    [
        ("light the banana", "banana"),  # skipped by the model: then some other lamp would be lit
        ("light the yellow banana to half", "yellow banana"),
        ("light the lights", ""),
        ("light banana", ""),  # an exclamation, perhaps
    ],
)
def test_a_thing_that_nobody_has_heard_of_is_found(text: str, thing: str) -> None:
    words = split_words(text)
    said = Said(text, words, NameFinder(NAMES).units([word.text for word in words]))
    found = reading(text, ["O"] * len(words), light=0.99)
    assert stranger(said, found, LEXICON, LEXICON.known["s.light"].words) == thing


def test_a_name_that_is_only_alike_is_asked_for() -> None:
    found = reading("light the desk lump", ["O", "O", "B-name", "I-name"], light=0.99)
    assert slots_of(found) == [{"name": "desk lamp"}]
    assert found.unsure


def test_a_room_tagged_as_a_name_is_a_room() -> None:
    found = reading("light the kitchen lights", ["O", "O", "B-name", "I-name"], light=0.99)
    assert slots_of(found) == [{"area": "k1"}]


def test_a_word_of_the_skill_is_no_name() -> None:
    found = reading("light the lights", ["O", "O", "B-name"], light=0.99)
    assert (slots_of(found), found.problem) == ([{}], None)


def test_the_house_decides_between_two_kinds() -> None:
    found = reading("start the breeze", ["O", "O", "B-name"], light=0.55, fan=0.4)
    assert found.intents[0].name == "s.fan"


def test_a_missing_or_unreadable_value_is_a_problem() -> None:
    missing = reading("set the desk lamp", ["O", "O", "B-name"], level=0.99)
    assert missing.problem == Reason(Because.MISSING, "level")
    wrong = reading("set the desk lamp green", ["O", "O", "B-name", "B-level"], level=0.99)
    assert wrong.problem == Reason(Because.MISSING, "level")
    fine = reading("set the desk lamp 30%", ["O", "O", "B-name", "B-level", "I-level"], level=0.99)
    assert slots_of(fine) == [{"name": "desk lamp", "level": 30}]


def test_no_command_and_no_skill() -> None:
    assert reading("hello", ["O"], light=0.1).problem == Reason(Because.NO_COMMAND)
    assert reading("hello", ["O"], other=0.9).problem == Reason(Because.NO_SKILL)


def test_a_slot_begins_before_it_goes_on() -> None:
    scores = np.log(np.array([[0.3, 0.1, 0.6], [0.1, 0.1, 0.8]], np.float32))
    spans, sureness = best_spans(scores, ("O", "B-name", "I-name"), frozenset({"name"}))
    assert spans == (Span("name", 0, 1),)
    assert sureness == pytest.approx((0.1 * 0.8) ** 0.5)
    assert best_spans(scores, ("O", "B-name", "I-name"), frozenset())[0] == ()
