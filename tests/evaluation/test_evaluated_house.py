"""Figures of the whole interpreter, on answers written by hand."""

import pytest

from assistant.evaluation.house import (
    OVERLAPS,
    Command,
    held_out,
    measure_chatter,
    measure_commands,
    read_chatter,
)
from assistant.events import Decision, Intent, Slot, Source, Understanding, Value


def understood(text: str, decision: Decision, *intents: Intent, source: Source = Source.MODEL):
    return Understanding(
        text=text, decision=decision, confidence=0.9, intents=intents, source=source
    )


def asks(intent: str, **slots: Value) -> Intent:
    values = {key: Slot(key, str(value), value) for key, value in slots.items()}
    return Intent(intent, 0.9, values)


ANSWERS = {
    "dim it": understood(
        "dim it", "accept", asks("lights.dim", name="lamp"), source=Source.GRAMMAR
    ),
    "louder in there": understood("louder in there", "accept", asks("music.louder", area="hall")),
    "hm": understood("hm", "reject"),
    "what about jazz": understood("what about jazz", "confirm", asks("music.play", query="jazz")),
}
COMMANDS = [
    Command("dim it", "lights.dim", frozenset({("name", "lamp")})),
    Command("louder in there", "music.louder", frozenset({("area", "kitchen")})),
    Command("hm", "music.next", frozenset()),
    Command("what about jazz", "music.play", frozenset({("query", "jazz")})),
]


def test_commands_are_counted() -> None:
    found = measure_commands(ANSWERS.__getitem__, COMMANDS)
    assert found.intent == pytest.approx(3 / 4)
    assert found.slot_f1 == pytest.approx(2 * 2 / (3 + 3))
    assert found.sentence == pytest.approx(2 / 4)
    assert found.accepted == pytest.approx(2 / 4)
    assert found.wrongly_accepted == pytest.approx(1 / 4)
    assert found.by_template == pytest.approx(1 / 4)
    assert [line.split(":")[0] for line in found.misses] == [
        "'louder in there'",
        "'hm'",
        "'what about jazz'",
    ]


def test_what_is_no_command_is_counted_by_what_became_of_it() -> None:
    found = measure_chatter(ANSWERS.__getitem__, list(ANSWERS))
    assert (found.count, found.asked, len(found.accepted)) == (4, 1, 2)


def test_clinc_is_read_without_what_the_skills_do(shared_data) -> None:
    texts = read_chatter(shared_data)
    assert len(texts) == 4500 + 1000 - 30 * len(OVERLAPS)
    assert any("'" in text for text in texts)  # as people wrote it


def test_the_held_out_sentences_stand_there_as_the_model_reads_them() -> None:
    found = held_out()
    assert len(found) >= 100
    assert any("lightname" in words for words in found)
