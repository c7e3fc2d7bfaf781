"""The beam search with the real model, on synthetic speech."""

import re
from collections.abc import Callable
from functools import cache

import numpy as np
import pytest
from expected import graph, lights
from spoken_frames import needs_espeak, say, silence

from assistant.grammar.graph import Graph
from assistant.recognize.moonshine import decode
from assistant.recognize.moonshine_model import FloatArray, Moonshine, packaged_folder
from assistant.recognize.search import NOTHING, search
from assistant.recognize.tokens import Continuations, TokenTable
from assistant.skill.manifest import SlotSpec
from assistant.understand.names import HouseNames

MODEL = Moonshine(packaged_folder())
TABLE = TokenTable(MODEL.tokenizer.tokens)
LIGHTS = Continuations(TABLE, lights())


@cache
def spoken(text: str, voice: str = "en-us") -> FloatArray:
    sound = np.concatenate([silence(0.1), say(text, voice), silence(0.2)])
    return sound.astype(np.float32) / 32768


def words(text: str) -> str:
    return " ".join(re.findall(r"[a-z0-9%]+", text.lower()))


@needs_espeak
@pytest.mark.parametrize(
    ("command", "voice"),
    [
        ("make the hallway lamps turquoise", "en-us"),  # freely "… the all weight lamp stir-cry …"
        ("make the hallway lamps turquoise", "en-gb"),
        ("illuminate the lounge", "en-us"),  # "Illuminating …"
    ],
)
def test_what_is_heard_badly_is_found_among_what_can_be_said(command: str, voice: str) -> None:
    found = decode(MODEL, spoken(command, voice), LIGHTS)
    assert words(found.free.text) != command
    assert words(found.sayable[0].text) == command


@needs_espeak
def test_what_is_heard_well_is_as_likely_under_the_graph_as_freely() -> None:
    found = decode(MODEL, spoken("turn off the nursery lights"), LIGHTS)
    assert found.sayable[0].text == found.free.text == "Turn off the nursery lights."
    assert found.sayable[0].log_probability == pytest.approx(found.free.log_probability, abs=0.01)
    assert found.sayable[0].tokens == found.free.tokens


@needs_espeak
@pytest.mark.parametrize("text", ["turn off the nursery lights", "what a lovely day it is today"])
def test_the_free_words_do_not_depend_on_what_can_be_said(text: str) -> None:
    free, under = decode(MODEL, spoken(text)), decode(MODEL, spoken(text), LIGHTS)
    assert free.sayable == ()
    assert free.free.text == under.free.text
    # The decoder quantizes a whole batch at once: what else is in it shows in the scores.
    assert free.free.log_probability == pytest.approx(under.free.log_probability, abs=0.5)


@needs_espeak
@pytest.mark.parametrize("text", ["what a lovely day it is today", "hello", "turn on the"])
def test_where_nothing_that_can_be_said_comes_near_nothing_is_found(text: str) -> None:
    assert decode(MODEL, spoken(text), LIGHTS).sayable == ()


@needs_espeak
def test_every_hypothesis_can_be_said_and_comes_once_the_likeliest_first() -> None:
    found = decode(MODEL, spoken("dim the moomin lamp to forty percent"), LIGHTS)
    texts = [words(hypothesis.text) for hypothesis in found.sayable]
    scores = [hypothesis.log_probability for hypothesis in found.sayable]
    assert len(texts) >= 2
    assert all(LIGHTS.graph.accepts(hypothesis.text) for hypothesis in found.sayable)
    assert len(set(texts)) == len(texts)  # "Moomin" and "moomin" are one
    assert scores == sorted(scores, reverse=True)


@needs_espeak
def test_two_spellings_take_one_place_in_the_beam(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("assistant.recognize.search._SURE", 0.0)  # the beam, however sure
    states = MODEL.encode(spoken("turn off the nursery lights", "en-gb"))
    found = search(MODEL, states, LIGHTS, limit=20, beam=3)
    assert len(found.sayable) >= 3  # "turn off …" and "Turn off …" apart would leave two


@needs_espeak
def test_words_that_the_model_is_sure_of_need_no_second_look() -> None:
    found = decode(MODEL, spoken("turn off the nursery lights"), LIGHTS)
    assert found.sayable == (found.free,)


@needs_espeak
def test_free_text_is_recognized_within_a_command() -> None:
    may = Continuations(TABLE, graph("play {song} in the {area}", song=SlotSpec("text")))
    found = decode(MODEL, spoken("play some quiet piano in the nursery"), may)
    assert words(found.sayable[0].text) == "play some quiet piano in the nursery"


@needs_espeak
@pytest.mark.parametrize("limit", [1, 3, 5])
def test_no_hypothesis_is_longer_than_the_limit(limit: int) -> None:
    may = Continuations(TABLE, graph("{anything}", anything=SlotSpec("text")))
    states = MODEL.encode(spoken("turn off the nursery lights"))
    found = search(MODEL, states, may, limit=limit)
    assert all(hypothesis.tokens <= limit + 1 for hypothesis in (found.free, *found.sayable))


@pytest.mark.parametrize("sound", [np.zeros, lambda n: np.random.default_rng(0).normal(0, 0.1, n)])
def test_silence_and_noise_are_no_command(sound: Callable[[int], FloatArray]) -> None:
    samples = sound(16_000).astype(np.float32)
    assert decode(MODEL, samples, LIGHTS).sayable == ()


def test_nothing_can_be_said_where_there_are_no_skills() -> None:
    nothing = Continuations(TABLE, Graph((), HouseNames()))
    found = decode(MODEL, np.zeros(1_600, np.float32), nothing)
    assert found.sayable == ()
    assert found.free == NOTHING or found.free.text
