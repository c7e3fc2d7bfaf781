"""One step of learning: against numeric gradients, and on a rule it must find."""

from collections.abc import Sequence

import numpy as np
import pytest

from assistant.training.gradient import Adam, Example, Loss, gradients
from assistant.understand.head_network import Given, Weights, forward, stack
from assistant.understand.tagger import log_softmax

D, G, E, H, S, I = 5, 4, 2, 6, 3, 2  # noqa: E741
SIZES = (3, 1, 4)
LOSS = Loss(slot_weight=2.0, smoothing=0.1, dropped=0.0)


def weights(rng: np.random.Generator) -> dict[str, np.ndarray]:
    shapes = {
        "lexicon": (8, E), "enter": (D + 4 * E, H), "enter_whole": (G, H), "enter_bias": (H,),
        "near1": (H, 3 * H), "near1_bias": (H,), "near2": (H, 3 * H), "near2_bias": (H,),
        "slots": (H, S), "slots_bias": (S,), "intents": (H + G, I), "intents_bias": (I,),
    }  # fmt: skip
    drawn = {name: rng.standard_normal(shape) * 0.4 for name, shape in shapes.items()}
    drawn["lexicon"][0] = 0
    given = {"words_mean": np.full(D, 3.0), "words_scale": np.full(D, 0.02)}
    given |= {"known_slots": np.eye(2, S) * 0.01, "known_intents": np.eye(1, I) * 0.01}
    return drawn | given | {"whole_mean": np.full(G, 9.0), "whole_scale": np.full(G, 0.02)}


def examples(rng: np.random.Generator) -> list[Example]:
    return [
        Example(
            Given(
                rng.integers(-128, 128, (size, D)).astype(np.int8),
                rng.integers(-128, 128, G).astype(np.int8),
                rng.integers(0, 8, (size, 4)),
            ),
            int(rng.integers(I)),
            np.append(rng.integers(0, S, size), 0),
        )
        for size in SIZES
    ]


def loss_of(found: Weights, chosen: Sequence[Example]) -> float:
    rows = stack([example.given for example in chosen])
    trace = forward(found, rows)
    words = log_softmax(trace.slots)[np.arange(len(rows.real)), labels(chosen)]
    by_slot = -(words * rows.real[:, 0]).sum() / rows.real.sum()
    said = log_softmax(trace.intents)
    right = said[np.arange(len(chosen)), [example.intent for example in chosen]]
    by_intent = -(0.9 * right + 0.1 * said.mean(axis=1)).mean()
    return float(by_intent + 2 * by_slot)


def labels(chosen: Sequence[Example]) -> np.ndarray:
    return np.concatenate([example.slots for example in chosen])


@pytest.fixture
def case() -> tuple[dict[str, np.ndarray], list[Example]]:
    rng = np.random.default_rng(3)
    return weights(rng), examples(rng)


def test_the_gradient_is_the_slope_of_the_loss(case) -> None:
    found, chosen = case
    by_weight, (rows, by_row) = gradients(found, chosen, LOSS, np.random.default_rng(0))
    whole = np.zeros_like(found["lexicon"])
    whole[rows] = by_row
    by_weight["lexicon"] = whole
    rng = np.random.default_rng(1)
    for name, slope in by_weight.items():
        for _ in range(6):
            at = tuple(int(rng.integers(n)) for n in slope.shape)
            if name == "lexicon" and at[0] == 0:
                continue
            step = 1e-4
            up, down = (
                {**found, name: found[name] + shifted(found[name], at, way * step)}
                for way in (1, -1)
            )
            numeric = (loss_of(up, chosen) - loss_of(down, chosen)) / (2 * step)
            assert slope[at] == pytest.approx(numeric, abs=2e-4), (name, at)


def shifted(like: np.ndarray, at: tuple[int, ...], by: float) -> np.ndarray:
    change = np.zeros_like(like)
    change[at] = by
    return change


def test_an_utterance_means_the_same_beside_others(case) -> None:
    found, chosen = case
    together = forward(found, stack([example.given for example in chosen]))
    for at, (start, example) in enumerate(zip((0, 4, 6), chosen, strict=True)):
        alone = forward(found, stack([example.given]))
        size = len(example.given.words)
        np.testing.assert_allclose(
            together.slots[start : start + size], alone.slots[:size], atol=1e-5
        )
        np.testing.assert_allclose(together.intents[at], alone.intents[0], atol=1e-5)


def test_it_learns_what_it_is_shown(case) -> None:
    found, chosen = case
    before = loss_of(found, chosen)
    adam = Adam(found, decay=0.0)
    for _ in range(200):
        adam.step(*gradients(found, chosen, LOSS, np.random.default_rng(0)), 0.02)
    assert before > 1.0
    trace = forward(found, stack([example.given for example in chosen]))
    assert trace.intents.argmax(axis=1).tolist() == [example.intent for example in chosen]
    real = stack([example.given for example in chosen]).real[:, 0] > 0
    assert (trace.slots.argmax(axis=1) == labels(chosen))[real].all()
    assert not found["lexicon"][0].any()
