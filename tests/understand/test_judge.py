"""Accept, ask or reject: on hypotheses with known scores, and on speech."""

from dataclasses import fields, replace
from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st
from repository import ROOT
from spoken_frames import frames, needs_espeak, say, silence

from assistant.config import AsrSettings, HouseSettings, UnderstandSettings
from assistant.dialogue import Dialogue
from assistant.evaluation.house import HOUSE_FILE
from assistant.events import Hypothesis, Source, Transcript, Understanding
from assistant.recognize.moonshine import MoonshineRecognizer
from assistant.schema import read_yaml
from assistant.skill.manifest import load_manifest
from assistant.understand import HouseNames, Interpreter, open_interpreter
from assistant.understand.judge import (
    Evidence,
    Weights,
    complete,
    evidence,
    fitted,
    judge,
    understood,
)

HOUSE = HouseNames.of(read_yaml(HouseSettings, HOUSE_FILE))
MANIFESTS = [load_manifest(f.parent) for f in sorted((ROOT / "skills").glob("*/skill.yaml"))]
PLAIN = Weights(bias=3.0, weights={"gap": -1.0}, accept=0.9, confirm=0.5)
"""Accepts up to 0.8 nats behind the free words, asks up to 3."""


@cache
def ours() -> Interpreter:
    return open_interpreter(UnderstandSettings(), MANIFESTS, HOUSE)


@cache
def recognizer() -> MoonshineRecognizer:
    return MoonshineRecognizer(AsrSettings(partial_every_s=0))


def heard(free: str, *sayable: tuple[str, float]) -> Transcript:
    """Freely `free`, and what can be said with how far behind it, nats."""
    return Transcript(
        free,
        0.8,
        "scripted",
        Hypothesis(free, -2.0, 8),
        tuple(Hypothesis(text, -2.0 - gap, 8) for text, gap in sayable),
    )


@pytest.mark.parametrize(("gap", "decision"), [(0.0, "accept"), (2.0, "confirm"), (6.0, "reject")])
def test_the_farther_from_the_sound_the_less_it_is_trusted(gap: float, decision: str) -> None:
    found = judge(heard("burn off the dusk ramp", ("turn off the desk lamp", gap)), ours(), PLAIN)
    assert found.decision == decision
    if decision != "reject":
        assert found.intents[0].name == "lights.turn_off"
        assert found.confidence == found.intents[0].confidence < 1


def test_words_without_scores_count_as_they_are() -> None:
    for transcript in (
        Transcript("turn off the desk lamp", 1.0, "typed"),
        heard("turn off the desk lamp"),  # nothing sayable came near
    ):
        found = judge(transcript, ours(), PLAIN)
        assert (found.decision, found.source, found.confidence) == ("accept", "grammar", 1.0)


def test_a_command_heard_freely_wins_over_another_that_is_far_from_the_sound() -> None:
    found = judge(heard("pause", ("louder", 9.0)), ours(), PLAIN)
    assert [intent.name for intent in found.intents] == ["music.pause"]


def test_other_wordings_are_left_to_the_model() -> None:
    said = "would you mind switching off the moomin lamp"
    found = judge(heard(said, ("pause", 20.0)), ours(), PLAIN)
    assert (found.decision, found.source) == ("accept", "model")
    assert found.intents[0].name == "lights.turn_off"


def test_what_the_model_guesses_of_misheard_words_does_not_win_over_the_sentence() -> None:
    """Heard so after "turn on the floor lamp": the model took it for that lamp, and was sure."""
    misheard = "Set the desks lampt a forty percent."
    guessed = ours().interpret("make the floor lamp red")
    guessed = replace(guessed, source=Source.MODEL, confidence=0.95)

    class Guessing:
        """`ours`, whose model is sure of the misheard words."""

        def __getattr__(self, name: str) -> object:
            return getattr(ours(), name)

        def interpret(self, text: str) -> Understanding:
            return guessed if text == misheard else ours().interpret(text)

    transcript = heard(misheard, ("Set the desk lamp to forty percent", 3.3))
    (intent,) = judge(transcript, Guessing()).intents  # type: ignore[arg-type]
    assert (intent.name, intent.slots["brightness"].value) == ("lights.set_brightness", 40)


def rival(*others: tuple[str, float]) -> float:
    transcript = heard("turn off the ramp", ("turn off the desk lamp", 0.5), *others)
    freely = ours().interpret(transcript.text)
    nearest = understood(transcript, ours())
    assert nearest
    return evidence(transcript, freely, nearest, ours()).rival


def test_only_what_means_something_else_is_a_rival() -> None:
    alone = rival()
    assert rival(("turn the desk lamp off", 0.6), ("switch off the desk lamp", 1.0)) == alone
    assert rival(("turn off the nest", 1.5)) == pytest.approx(1.0)
    assert rival(("turn the desk lamp off", 0.6), ("turn off the nest", 1.5)) > 1.0  # together
    assert rival(("turn off the nest", 60.0)) == alone


NEUTRAL = {field.name: 0.5 for field in fields(Evidence)}
BETTER_WHEN_MORE = {"rival", "agrees"}


@given(st.sampled_from(sorted(NEUTRAL)), st.floats(-1, 10), st.floats(0, 10))
def test_better_evidence_is_never_trusted_less(name: str, value: float, more: float) -> None:
    less = Evidence(**{**NEUTRAL, name: value})
    further = replace(less, **{name: value + more})
    sign = 1 if name in BETTER_WHEN_MORE else -1
    assert sign * fitted().probability(further) >= sign * fitted().probability(less) - 1e-12


def test_the_fitted_thresholds_leave_room_to_ask() -> None:
    weights = fitted()
    assert 0 < weights.confirm < weights.accept < 1
    assert set(weights.weights) <= set(NEUTRAL)


def listen(text: str, voice: str) -> Transcript:
    """`text` spoken, and heard as the assistant does."""
    recognizer().reset(ours().graph)
    for frame in frames(silence(0.1), say(text, voice), silence(0.2)):
        recognizer().feed(frame)
    return recognizer().transcribe()


@needs_espeak
@pytest.mark.parametrize(
    ("said", "voice", "intent"),
    [
        ("turn off the nursery lights", "en-us", "lights.turn_off"),
        ("make the desk lamp turquoise", "en-gb", "lights.set_color"),  # freely "… the less lamp"
        ("what is the temperature", "en-us", "sensors.temperature"),
        ("pause the music", "en-gb", "music.pause"),  # "Posts a music."
    ],
)
def test_spoken_commands_are_accepted(said: str, voice: str, intent: str) -> None:
    transcript = listen(said, voice)
    found = judge(transcript, ours())
    assert (found.decision, [i.name for i in found.intents]) == ("accept", [intent])
    assert complete(found, transcript, ours()) != "no"


@needs_espeak
@pytest.mark.parametrize(
    "said",
    [
        "what a lovely day it is today",
        "he said that he would come home later",
        "my brother turned twenty one last week",
        "and now the news of the day from around the world",
    ],
)
def test_other_talk_is_rejected(said: str) -> None:
    assert judge(listen(said, "en-us"), ours()).decision == "reject"


@needs_espeak
@pytest.mark.parametrize(
    ("said", "voice"),
    [("turn on the", "en-us"), ("make it", "en-gb"), ("set the desk lamp to", "en-gb")],
)
def test_half_sentences_are_rejected_and_not_complete(said: str, voice: str) -> None:
    transcript = listen(said, voice)
    at_first = Dialogue(MANIFESTS, HOUSE, lambda intent: None).interpreter(ours(), now=0)
    found = judge(transcript, at_first)
    assert found.decision == "reject"
    assert complete(found, transcript, at_first) == "no"


def test_what_can_be_followed_is_told_from_what_cannot() -> None:
    for text, wanted in [
        ("turn on the lights", "yes"),
        ("set the desk lamp to 42%", "yes"),
        ("i don't like this song", "nothing can follow"),
        ("set the desk lamp to", "no"),
    ]:
        transcript = heard(text, (text, 0.0))
        assert complete(judge(transcript, ours(), PLAIN), transcript, ours()) == wanted
