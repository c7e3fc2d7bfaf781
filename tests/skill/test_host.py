"""One call of a built-in skill's handler: its arguments, its deadline, its mistakes."""

import threading
from datetime import datetime, timedelta

import pytest

from assistant.skill import Answer, CannotDo
from assistant.skill.call import Call, Said
from assistant.skill.host import InProcess
from assistant.skill.replies import Replies
from tests.skill.write import NOW

REPLIES = Replies({"greeted": ["Hello {who}."]})


def answer_of(handler, deadline_s=5.0, **slots):
    said = {name: Said("number", value) for name, value in slots.items()}
    call = Call("do", NOW, said, settings={"step": 3})
    return InProcess("test", {"do": handler}, REPLIES).call(call, deadline_s)


def test_slots_arrive_as_typed_arguments_and_defaults_stay():
    def handler(level: int, step: int = 7) -> Answer:
        return Answer(f"{level} {step}")

    assert answer_of(handler, level=3).text == "3 7"
    assert answer_of(handler, level=3, step=4).text == "3 4"


def test_times_arrive_as_times():
    given = []

    def handler(moment, length, items):
        given.extend((moment, length, items))
        return Answer()

    call = Call(
        "do",
        NOW,
        {
            "moment": Said("datetime", "2026-11-25T07:15:00"),
            "length": Said("duration", 90.0),
            "items": Said("list", ("a", "b")),
        },
    )
    InProcess("test", {"do": handler}, REPLIES).call(call, 5.0)
    assert given == [datetime(2026, 11, 25, 7, 15), timedelta(seconds=90), ("a", "b")]


def test_a_handler_gets_its_settings_wordings_and_the_time_when_it_names_them():
    def handler(say, settings, now):
        return Answer(f"{say('greeted', who='Anna')} {settings['step']} {now:%H:%M}")

    assert answer_of(handler).text == "Hello Anna. 3 15:00"


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
