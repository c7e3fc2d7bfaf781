"""What scripts/bench_intent.py asks the other engines, and how it reads their answers."""

import importlib.util
import sys
from types import ModuleType

import pytest
from repository import ROOT

from assistant.evaluation.answers import Answer
from assistant.evaluation.tasks import Labelled
from assistant.understand.tagger import Span


@pytest.fixture(scope="module")
def bench() -> ModuleType:
    spec = importlib.util.spec_from_file_location("bench_intent", ROOT / "scripts/bench_intent.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["bench_intent"] = module  # dataclasses look their module up
    spec.loader.exec_module(module)
    return module


def sentence(*tagged: str, intent: str = "Play") -> Labelled:
    words, tags = zip(*(each.split("/") for each in tagged), strict=True)
    return Labelled(words, tags, intent)


PLAY = sentence("play/O", "'/O", "abba/B-song_artist", "gold/I-song_artist", "now/B-time", "!/O")
TWICE = sentence("play/O", "abba/B-song_artist", "and/O", "queen/B-song_artist")


def test_templates_are_the_sentences_without_their_values(bench) -> None:
    assert bench.make_templates([PLAY, TWICE], 5) == {"Play": ["play {songartist} {time}"]}
    assert bench.slot_values([PLAY]) == {"songartist": ["abba gold"], "time": ["now"]}


def test_the_most_frequent_templates_are_kept(bench) -> None:
    often = [sentence("stop/O", f"{name}/B-time") for name in ("now", "soon")]
    assert bench.make_templates([PLAY, *often], 1) == {"Play": ["stop {time}"]}


def test_values_are_found_among_the_words_punctuation_or_not(bench) -> None:
    found = bench.locate(
        PLAY.words, ["song_artist", "time"], "Play", {"songartist": "Abba gold", "time": "later"}
    )
    assert found == Answer("Play", frozenset({Span("song_artist", 2, 3)}))
