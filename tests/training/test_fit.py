"""Heads on the shipped encoder: a small skill of a few hundred sentences."""

import random
from collections import Counter

import numpy as np
import pytest
from repository import ROOT

from assistant.errors import ModelError
from assistant.evaluation.tasks import Labelled
from assistant.training import heads as heads_module
from assistant.training.heads import Recipe, fit, read_lexicon
from assistant.understand.heads import Heads
from assistant.understand.tagger import Encoder, Labels, Tagger, best_spans

MODEL = ROOT / "models" / "intent-en"
SLOTS = ("O", "B-drink", "I-drink", "B-count", "I-count")
BOTH = frozenset({"drink", "count"})
LABELS = Labels(
    ("none", "bar.order"), SLOTS, {"bar.order": BOTH}, length=32, temperature=1, accept=0, confirm=0
)
DRINKS = ("tea", "green tea", "black coffee", "beer", "apple juice", "red wine", "water", "cocoa")
QUICK = Recipe(members=2, hidden=32, entry=16, looks=16)


def order(rng: random.Random) -> Labelled:
    count = rng.choice(["two", "three", "seven"])
    drink = rng.choice(DRINKS).split()
    words = ["bring", "us", count, "cups", "of", *drink, "to", "the", "table"]
    tags = ["O", "O", "B-count", "O", "O", "B-drink", *["I-drink"] * (len(drink) - 1), *"OOO"]
    return Labelled(tuple(words), tuple(tags), "bar.order")


def chatter(rng: random.Random) -> Labelled:
    words = rng.sample(["tea", "was", "cold", "rain", "two", "falls", "never", "here", "cups"], 4)
    return Labelled(tuple(words), ("O",) * 4, "none")


@pytest.fixture(scope="module")
def sentences() -> list[Labelled]:
    if not Encoder(MODEL).has_features:
        pytest.skip(f"NOT TESTED: {MODEL} has no output of features")
    rng = random.Random(1)
    return [make(rng) for _ in range(150) for make in (order, chatter)]


def test_intent_and_slots_of_a_new_skill_are_learnt(sentences: list[Labelled]) -> None:
    lexicon, members = fit(MODEL, sentences, LABELS, recipe=QUICK)
    tagger = Tagger(MODEL, heads=Heads(LABELS, lexicon, members, "", {}))
    unheard = ["hot", "chocolate"]
    said = ["bring", "us", "seven", "cups", "of", *unheard, "to", "the", "table"]
    scores = tagger.score(said)
    assert LABELS.intents[int(scores.intents.argmax())] == "bar.order"
    spans, _ = best_spans(scores.slots, SLOTS, BOTH)
    assert [(span.slot, said[span.first : span.last + 1]) for span in spans] == [
        ("count", ["seven"]), ("drink", unheard)
    ]  # fmt: skip
    assert tagger.score(["rain", "never", "falls"]).intents.argmax() == 0


def test_the_same_seed_gives_the_same_heads(sentences: list[Labelled]) -> None:
    short = Recipe(members=1, hidden=16, entry=8, looks=3)
    (_, (first,)), (_, (again,)), (_, (other,)) = (
        fit(MODEL, sentences, LABELS, recipe=short, seed=seed) for seed in (1, 1, 2)
    )
    assert all(np.array_equal(first[name], again[name]) for name in first)
    assert not np.array_equal(first["slots"], other["slots"])


def test_rare_words_are_left_out_of_the_lexicon(sentences: list[Labelled]) -> None:
    lexicon = read_lexicon([*sentences, Labelled(("xyzzy",), ("O",), "none")], seldom=3)
    assert "=bring" in lexicon
    assert not [part for part in lexicon if "xyz" in part]
    assert Counter(lexicon.values()).most_common(1)[0][1] == 1
    assert min(lexicon.values()) == 1


def test_a_model_without_features_says_so(monkeypatch) -> None:
    class Plain(Encoder):
        def __init__(self, folder, **options):
            super().__init__(folder, **options)
            self.has_features = False

    monkeypatch.setattr(heads_module, "Encoder", Plain)
    with pytest.raises(ModelError, match="no output of features"):
        fit(MODEL, [], LABELS)
