"""One call of a handler: its arguments, its deadline, its mistakes."""

import threading
from pathlib import Path

import pytest

from assistant.events import Slot
from assistant.skill import Answer, CannotDo
from assistant.skill.loader import Skill
from assistant.skill.manifest import IntentSpec, Manifest
from assistant.skill.runner import call

MANIFEST = Manifest("test", "1", "", {"do": IntentSpec(("do",))})


def answer_of(handler, slots=None, deadline_s=5.0):
    slots = {name: Slot(name, str(value), value) for name, value in (slots or {}).items()}
    return call(Skill(MANIFEST, {"do": handler}, Path()), "do", slots, None, deadline_s=deadline_s)


def test_slots_arrive_as_typed_arguments_and_defaults_stay():
    def handler(level: int, step: int = 7) -> Answer:
        return Answer(f"{level} {step}")

    assert answer_of(handler, {"level": 3}).text == "3 7"
    assert answer_of(handler, {"level": 3, "step": 4}).text == "3 4"


def test_a_slot_that_was_not_said_is_none():
    assert answer_of(lambda level: Answer(repr(level))).text == "None"


def test_what_a_skill_cannot_do_is_said_in_its_own_words():
    def handler() -> Answer:
        raise CannotDo("The moon is out of reach.")

    with pytest.raises(CannotDo, match="The moon is out of reach"):
        answer_of(handler)


@pytest.mark.parametrize("result", [None, "text", 3])
def test_a_handler_that_returns_no_answer_is_logged_and_excused(result, caplog):
    with pytest.raises(CannotDo, match="did not work"):
        answer_of(lambda: result)
    assert "returned no Answer" in caplog.text


def test_a_crash_is_logged_with_its_traceback_and_excused(caplog):
    def handler() -> Answer:
        raise KeyError("lost")

    with pytest.raises(CannotDo, match="did not work"):
        answer_of(handler)
    assert "KeyError: 'lost'" in caplog.text


def test_an_endless_handler_costs_its_answer_and_nothing_else():
    release = threading.Event()

    def handler() -> Answer:
        release.wait()
        return Answer("late")

    with pytest.raises(CannotDo, match="took too long"):
        answer_of(handler, deadline_s=0.05)
    release.set()
    assert answer_of(lambda: Answer("here")).text == "here"
