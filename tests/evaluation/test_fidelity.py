"""A conversion that answers something else is refused, however well it loads."""

import numpy as np
import pytest
from repository import ROOT

from assistant.errors import ModelError
from assistant.evaluation.fidelity import (
    OUTPUTS,
    Ids,
    Reference,
    compare,
    compare_tflite,
)
from assistant.tflite import Model, runtimes

INTENT = ROOT / "models" / "intent-en" / "model.tflite"


@pytest.fixture(scope="module")
def reference() -> Reference:
    """The shipped model's own answers in one runtime, in the place of a float network's."""
    rng = np.random.default_rng(3)
    model = Model(INTENT, runtime=runtimes()[0])
    ids = np.zeros((20, model.inputs[0].shape[1]), np.int32)
    for row in ids:
        length = rng.integers(3, 20)
        row[:length] = rng.integers(100, 1000, length)
    found = [
        [t.dequantize(a) for t, a in zip(model.outputs, model.run(row[None]), strict=True)]
        for row in ids
    ]
    whole = [np.concatenate(output) for output in zip(*found, strict=True)]
    # Intents, slots, features: the one with two dimensions, then by size.
    return Reference(ids, tuple(sorted(whole, key=lambda o: (o.ndim, o.shape[-1]))))


def noisy(reference: Reference, amount: float) -> list[np.ndarray]:
    rng = np.random.default_rng(4)
    return [o + amount * o.std() * rng.standard_normal(o.shape) for o in reference.outputs]


def runner(reference: Reference, outputs: list[np.ndarray]):
    """Answers with the row of `outputs` that belongs to the ids, the last output first."""

    def run(ids: Ids) -> list[np.ndarray]:
        (row,) = np.flatnonzero((reference.ids == ids).all(axis=1))
        return [output[row : row + 1] for output in reversed(outputs)]

    return run


def test_a_model_agrees_with_itself_in_every_runtime(reference: Reference) -> None:
    found = compare_tflite(INTENT, reference)
    assert set(found) == set(runtimes())
    for fidelities in found.values():
        assert [f.output for f in fidelities] == list(OUTPUTS[: len(reference.outputs)])
        assert all(f.agreeing >= 0.95 and f.error < 0.05 for f in fidelities)
    exact = found[runtimes()[0]]
    assert [(f.agreeing, f.error, f.worst) for f in exact] == [(1.0, 0.0, 0.0)] * len(exact)


def test_answers_at_chance_are_refused(reference: Reference) -> None:
    rolled = Reference(reference.ids, tuple(np.roll(o, 1, axis=0) for o in reference.outputs))
    with pytest.raises(ModelError, match="does not answer as the float network does: intents"):
        compare_tflite(INTENT, rolled)


def test_a_little_noise_passes_and_much_does_not(reference: Reference) -> None:
    intents, *_ = compare(reference, runner(reference, noisy(reference, 0.02)), "it", least=0.9)
    assert 0.005 < intents.error < 0.04
    with pytest.raises(ModelError, match=r"error 0\.[2-9]"):
        compare(reference, runner(reference, noisy(reference, 0.5)), "it", least=0.0)


def test_nothing_that_is_not_a_number_passes(reference: Reference) -> None:
    for bad in (np.nan, np.inf):
        broken = [np.where(o == o.max(), np.float32(bad), o) for o in reference.outputs]
        with pytest.raises(ModelError), np.errstate(invalid="ignore"):
            compare(reference, runner(reference, broken), "it", least=0.0)


def test_padding_does_not_count(reference: Reference) -> None:
    padding = reference.ids == 0
    changed = [np.where(padding[..., None], 99, o) if o.ndim == 3 else o for o in reference.outputs]
    found = compare(reference, runner(reference, changed), "it")
    assert {f.worst for f in found} == {0.0}


def test_an_output_that_is_missing_is_named(reference: Reference) -> None:
    wider = np.zeros((len(reference.ids), reference.ids.shape[1], 7777), np.float32)
    with pytest.raises(ModelError, match="7777"):
        compare_tflite(INTENT, Reference(reference.ids, (*reference.outputs[:2], wider)))
