"""What counts as right: exactly what was asked for, no more and no less."""

from dataclasses import replace

import pytest

from assistant.evaluation.sentences import Item, Outcome, Scheduled
from assistant.evaluation.verdict import Came, judge
from assistant.home.model import State

OFF = {"on": False, "brightness": 60}
LAMP_ON = Outcome(command={"lamp": {"on": True}})
PASTA = Scheduled(timer=Item(seconds=600, name="pasta"))
EGGS = Scheduled(timer=Item(seconds=240, name="eggs"))


def came(
    after: State | None = None, told: State | None = None, text: str = "", kind: str = "done"
) -> Came:
    """A house of a lamp and a scene, of which the lamp was told something."""
    return Came(
        before={"lamp": OFF, "party": {}},
        after={"lamp": after or OFF, "party": {}},
        told={"lamp": told or after} if told or after else {},
        reply=text,
        reply_kind=kind,
        by_skill=True,
    )


@pytest.mark.parametrize(
    ("wanted", "after", "verdict"),
    [
        ({"on": True}, {"on": True, "brightness": 60}, "right"),
        ({"on": True}, {"on": True, "brightness": 30}, "wrong"),
        ({"on": True}, {"on": True, "brightness": 60, "hue": 240.0}, "wrong"),
        ({"brightness": 30}, {"on": True, "brightness": 30}, "right"),
        ({"brightness": 30}, {"on": True, "brightness": 40}, "wrong"),
        ({"brightness": "<60"}, {"on": True, "brightness": 45}, "right"),
        ({"brightness": "<60"}, {"on": True, "brightness": 75}, "wrong"),
    ],
)
def test_devices_have_to_be_as_wanted(wanted: State, after: State, verdict: str) -> None:
    assert judge(Outcome(command={"lamp": wanted}), came(after)) == verdict


def test_nothing_sent_is_not_done_even_where_the_lamp_is_so_already() -> None:
    assert judge(Outcome(command={"lamp": {"on": False}}), came(text="It is off.")) == "wrong"
    assert judge(Outcome(command={"lamp": {"on": False}}), came(told=OFF)) == "right"


def test_another_device_spoils_it_unless_it_may_change() -> None:
    both = replace(
        came({"on": True, "brightness": 60}),
        told={"lamp": {"on": True}, "party": {"activate": True}},
    )
    assert judge(LAMP_ON, both) == "wrong"
    assert judge(replace(LAMP_ON, may=("party",)), both) == "right"


def test_a_question_and_a_refusal_are_no_harm() -> None:
    assert judge(LAMP_ON, came(kind="question", text="Which lamp?")) == "asked back"
    assert judge(LAMP_ON, came(kind="rejected")) == "rejected"
    assert judge(LAMP_ON, came(kind="failed")) == "rejected"
    assert judge(Outcome(question=True), came(kind="question")) == "right"


def test_words_of_a_reply() -> None:
    wanted = Outcome(reply=("21|twenty one", "kitchen"))
    assert judge(wanted, came(text="21 degrees in the Kitchen.")) == "right"
    assert judge(wanted, came(text="21 degrees in the hall.")) == "wrong"
    assert judge(Outcome(reply=("locked",)), came(text="It is unlocked.")) == "wrong"
    locked = Outcome(reply=("locked|yes", "!no|not"))
    assert judge(locked, came(text="Yes.")) == "right"
    assert judge(locked, came(text="No, it is not locked.")) == "wrong"
    assert judge(wanted, came(text="Did you mean 21 kitchen?", kind="question")) == "asked back"


def test_what_is_no_command_must_not_be_served() -> None:
    nothing = Outcome(nothing=True)
    assert judge(nothing, came(kind="rejected")) == "right"
    assert judge(nothing, came(kind="question")) == "asked back"
    assert judge(nothing, came(kind="answer", text="It is 21 degrees.")) == "wrong"
    assert judge(nothing, replace(came(kind="answer", text="Okay."), by_skill=False)) == "right"
    assert judge(nothing, came({"on": True, "brightness": 60})) == "wrong"


def test_one_of_several_outcomes_is_enough() -> None:
    wanted = Outcome(any=(LAMP_ON, Outcome(question=True)))
    assert judge(wanted, came(kind="question")) == "right"
    assert judge(wanted, came({"on": True, "brightness": 60})) == "right"
    assert judge(wanted, came(kind="rejected")) == "rejected"


def test_timers() -> None:
    added = replace(came(), schedule_before=(EGGS,), schedule=(EGGS, PASTA))
    assert judge(Outcome(timer=Item(seconds=600, name="the pasta")), added) == "right"
    assert judge(Outcome(timer=Item(seconds=600, name="rice")), added) == "wrong"
    assert judge(Outcome(timer=Item(seconds=300)), added) == "wrong"
    assert judge(LAMP_ON, replace(came({"on": True}), schedule=(PASTA,))) == "wrong"
    gone = replace(came(), schedule_before=(EGGS, PASTA), schedule=(EGGS,))
    assert judge(Outcome(becomes=(EGGS,)), gone) == "right"
    assert judge(Outcome(becomes=()), gone) == "wrong"
