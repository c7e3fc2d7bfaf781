"""Questions back, their answers, and values that make no sense."""

import pytest

from assistant.config import SkillsSettings
from assistant.dialogue import ANSWER_WITHIN_S, Dialogue
from assistant.events import Intent, Slot, Understanding
from assistant.skill.loader import load_skills

MANIFESTS = load_skills(SkillsSettings()).manifests


def intent(name, **values):
    return Intent(name, 0.6, {key: Slot(key, str(v), v) for key, v in values.items()})


def understood(decision, *intents):
    return Understanding("said", decision, 0.6, tuple(intents), rule="model")


def test_what_is_clear_is_carried_out():
    wish = intent("lights.set_brightness", area="kitchen", brightness=40)
    turn = Dialogue(MANIFESTS).turn(understood("accept", wish), "kitchen", now=0)
    assert turn.intents == (wish,)
    assert turn.question is None


def test_what_is_likely_is_asked_for_and_done_after_yes():
    dialogue = Dialogue(MANIFESTS)
    wish = intent("lights.set_brightness", area="kitchen", brightness=40)
    turn = dialogue.turn(understood("confirm", wish), None, now=0)
    assert not turn.intents
    assert turn.question == "Did you want me to set the lights in the kitchen to 40?"
    answer = dialogue.answer("Yes, please.", now=3)
    assert answer is not None
    assert answer.intents == (wish,)
    assert dialogue.answer("Yes.", now=4) is None, "one yes carries it out once"


def test_after_no_nothing_is_done():
    dialogue = Dialogue(MANIFESTS)
    dialogue.turn(understood("confirm", intent("music.pause")), None, now=0)
    answer = dialogue.answer("no", now=1)
    assert answer is not None
    assert answer.intents == ()


@pytest.mark.parametrize("later", [ANSWER_WITHIN_S + 1, 1000])
def test_a_yes_that_comes_late_answers_nothing(later):
    dialogue = Dialogue(MANIFESTS)
    dialogue.turn(understood("confirm", intent("music.pause")), None, now=0)
    assert dialogue.answer("yes", now=later) is None


def test_another_command_instead_of_an_answer_closes_the_question():
    dialogue = Dialogue(MANIFESTS)
    dialogue.turn(understood("confirm", intent("music.pause")), None, now=0)
    assert dialogue.answer("turn on the light", now=1) is None
    dialogue.close()
    assert dialogue.answer("yes", now=2) is None


def test_which_lights_is_answered_by_a_place():
    dialogue = Dialogue(MANIFESTS)
    assert dialogue.whole("kitchen", now=0) is None
    dialogue.asked_where("Turn on the lights.", now=0)
    assert dialogue.whole("In the kitchen.", now=1) == "Turn on the lights in the kitchen"
    assert dialogue.whole("The kitchen one", now=1) == "Turn on the lights in the kitchen"
    assert dialogue.whole("kitchen", now=ANSWER_WITHIN_S + 1) is None


def test_a_value_out_of_range_is_a_question_and_not_an_action():
    wish = intent("lights.set_brightness", brightness=150)
    turn = Dialogue(MANIFESTS).turn(understood("accept", wish), None, now=0)
    assert not turn.intents
    assert turn.question is not None
    assert "150" in turn.question


def test_a_reject_does_nothing_and_asks_nothing():
    turn = Dialogue(MANIFESTS).turn(understood("reject", intent("music.pause")), None, now=0)
    assert (turn.intents, turn.question) == ((), None)


def test_every_intent_can_be_put_into_words():
    for manifest in MANIFESTS:
        for name in manifest.intents:
            words = Dialogue(MANIFESTS).summary(intent(f"{manifest.name}.{name}"))
            assert words
            assert "[" not in words
