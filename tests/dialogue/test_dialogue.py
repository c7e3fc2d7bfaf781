"""Questions back, their answers, and values that make no sense."""

from dataclasses import replace

import pytest

from assistant.config import DialogueSettings, SkillsSettings, load_config
from assistant.demo import HOUSE
from assistant.dialogue import ANSWER_WITHIN_S, Dialogue, Question
from assistant.events import Intent, Slot, Source, Understanding
from assistant.skill.loader import load_skills
from assistant.understand import HouseNames, Interpreter

MANIFESTS = load_skills(SkillsSettings()).manifests
NAMES = HouseNames.of(load_config(HOUSE).house)


class Deaf:
    """An interpreter that understands nothing: what is understood, the dialogue understood."""

    graph = None

    def interpret(self, text: str) -> Understanding:
        return Understanding(text, "reject", 0.0, (), source=Source.NOTHING)

    def suggest(self, text: str) -> str:
        return ""

    def complete(self, text: str) -> bool:
        return False


def dialogue(*, confirm: tuple[str, ...] = (), manifests=MANIFESTS) -> Dialogue:
    settings = DialogueSettings(confirm=confirm)
    return Dialogue(manifests, NAMES, lambda intent: None, settings)


def answer(to: Dialogue, text: str, now: float) -> Understanding:
    deaf: Interpreter = Deaf()  # type: ignore[assignment]  # it has no graph
    return to.interpreter(deaf, now).interpret(text)


def intent(name, /, **values):
    return Intent(name, 0.6, {key: Slot(key, str(v), v) for key, v in values.items()})


def understood(decision, *intents):
    return Understanding("said", decision, 0.6, tuple(intents), source=Source.MODEL)


WISH = intent("lights.set_brightness", area="kitchen", brightness=40)


def test_what_is_clear_is_carried_out():
    turn = dialogue().turn(understood("accept", WISH), "kitchen", now=0)
    assert turn.intents == (WISH,)
    assert turn.question is None


@pytest.mark.parametrize("yes", ["Yes, please.", "yeah", "okay", "do it", "sure go ahead"])
def test_what_is_likely_is_asked_for_and_done_after_yes(yes):
    ours = dialogue()
    turn = ours.turn(understood("confirm", WISH), None, now=0)
    assert not turn.intents
    assert turn.question == "Did you want me to set the lights in the kitchen to 40?"
    said = answer(ours, yes, now=3)
    assert said.intents == (WISH,)
    done = ours.turn(said, None, now=3)
    assert (done.intents, done.confirmed) == ((WISH,), True)
    assert answer(ours, yes, now=4).decision == "reject", "one yes carries it out once"


@pytest.mark.parametrize("no", ["no", "No, thanks.", "cancel", "never mind", "stop", "forget it"])
def test_after_no_nothing_is_done(no):
    ours = dialogue()
    ours.turn(understood("confirm", intent("music.pause")), None, now=0)
    said = answer(ours, no, now=1)
    assert (said.decision, said.intents) == ("accept", ())
    ours.turn(said, None, now=1)
    assert ours.open_question(1) is None


@pytest.mark.parametrize("later", [ANSWER_WITHIN_S + 1, 1000])
def test_a_yes_that_comes_late_answers_nothing(later):
    ours = dialogue()
    ours.turn(understood("confirm", intent("music.pause")), None, now=0)
    assert answer(ours, "yes", now=later).decision == "reject"


def test_another_command_instead_of_an_answer_closes_the_question():
    ours = dialogue()
    ours.turn(understood("confirm", intent("music.pause")), None, now=0)
    ours.turn(understood("accept", WISH), None, now=1)
    assert answer(ours, "yes", now=2).decision == "reject"


def test_nonsense_leaves_the_question_open():
    ours = dialogue()
    ours.turn(understood("confirm", WISH), None, now=0)
    ours.turn(answer(ours, "flurb", now=1), None, now=1)
    assert answer(ours, "yes", now=2).intents == (WISH,)


@pytest.mark.parametrize("said", ["kitchen", "In the kitchen.", "The kitchen ones"])
def test_which_lights_is_answered_by_a_place(said):
    ours, wish = dialogue(), intent("lights.turn_on")
    assert answer(ours, said, now=0).decision == "reject"
    ours.ask("Which lights?", Question((wish,), "which"), now=0)
    (found,) = answer(ours, said, now=1).intents
    assert (found.name, found.slots["area"].value) == ("lights.turn_on", "kitchen")
    assert answer(ours, said, now=ANSWER_WITHIN_S + 1).decision == "reject"


def test_which_one_keeps_the_name_that_was_said():
    ours, wish = dialogue(), intent("lights.turn_on", name="ceiling light")
    ours.ask("Which ceiling light?", Question((wish,), "which"), now=0)
    (found,) = answer(ours, "the living room one", now=1).intents
    assert {name: slot.value for name, slot in found.slots.items()} == {
        "name": "ceiling light",
        "area": "living_room",
    }


def test_a_value_out_of_range_is_a_question_and_its_answer_the_value():
    wish = intent("lights.set_brightness", brightness=150)
    ours = dialogue()
    turn = ours.turn(understood("accept", wish), None, now=0)
    assert not turn.intents
    assert turn.question is not None
    assert "150" in turn.question
    (found,) = answer(ours, "fifty percent", now=1).intents
    assert found.slots["brightness"].value == 50


def with_question(slot: str, question: str):
    """The skill of music, in which "play" has to know what."""
    music = next(m for m in MANIFESTS if m.name == "music")
    play = replace(music.intents["play"], asks={slot: question})
    return replace(music, intents={**music.intents, "play": play})


def test_what_was_not_said_is_asked_for():
    ours = dialogue(manifests=(with_question("volume", "How loud?"),))
    turn = ours.turn(understood("accept", intent("music.play", query="jazz")), None, now=0)
    assert (turn.intents, turn.question) == ((), "How loud?")
    (found,) = answer(ours, "at thirty percent", now=1).intents
    assert {n: s.value for n, s in found.slots.items()} == {"query": "jazz", "volume": 30}


def test_what_takes_any_words_takes_what_is_no_command():
    ours = dialogue(manifests=(with_question("query", "What?"),))
    ours.turn(understood("accept", intent("music.play")), None, now=0)
    (found,) = answer(ours, "Blue in Green", now=1).intents
    assert found.slots["query"].value.lower() == "blue in green"


def test_what_is_risky_is_done_after_a_yes_and_the_rest_at_once():
    ours = dialogue(confirm=("lights.set_brightness",))
    other = intent("music.pause")
    turn = ours.turn(understood("accept", other, WISH), None, now=0)
    assert turn.intents == (other,)
    assert turn.question == "Set the lights in the kitchen to 40?"
    done = ours.turn(answer(ours, "yes", now=1), None, now=1)
    assert done.intents == (WISH,)


def test_a_reject_does_nothing_and_asks_nothing():
    turn = dialogue().turn(understood("reject", intent("music.pause")), None, now=0)
    assert (turn.intents, turn.question) == ((), None)


def test_every_intent_can_be_put_into_words():
    for manifest in MANIFESTS:
        for name in manifest.intents:
            words = dialogue().summary(intent(f"{manifest.name}.{name}"))
            assert words
            assert "[" not in words
