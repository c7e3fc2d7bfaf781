"""Does a converted model say what the float network says? Asked on the same inputs, without torch.

"It loads" proves nothing: a dynamic-range int8 file loads in tflite-runtime 2.14 and answers at
chance.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from assistant.errors import ModelError
from assistant.tflite import Model, Runtime, runtimes

LEAST = 0.95
"""Share of rows in which a converted model must choose the float network's intent and slot."""

MOST = 0.15
"""Largest `Fidelity.error` allowed; measured: 0.03 for 8 bits, 0.1 for 4, 1 at chance."""

FEATURES = "features"
OUTPUTS = ("intents", "slots", FEATURES)
"""What the network gives, in this order: logits, logits, token features."""

Ids = npt.NDArray[np.int32]
Floats = npt.NDArray[np.float32]
Run = Callable[[Ids], Sequence[Floats]]
"""ids (1, L) → real outputs, each (1, …), in any order."""


@dataclass(frozen=True, slots=True)
class Reference:
    """What the float network says of some sentences."""

    ids: Ids
    """(n, L), padded with 0."""

    outputs: tuple[Floats, ...]
    """(n, I), (n, L, S), (n, L, F), or the first ones of them: see `OUTPUTS`."""


@dataclass(frozen=True, slots=True)
class Fidelity:
    """How near one output is to the float network's; padding does not count."""

    output: str
    agreeing: float
    """Share of rows whose largest number is the same one, 0 to 1; says little of features."""

    error: float
    """Root mean square of the differences, as a share of that of the float numbers."""

    worst: float
    """Largest difference of a number, in the output's own units."""

    def __str__(self) -> str:
        return (
            f"{self.output}: {self.agreeing:.1%} agree, error {self.error:.3f}, "
            f"at most {self.worst:.3g} off"
        )

    def good_enough(self, least: float) -> bool:
        """Whether the limits are kept. NaN keeps none."""
        return self.error <= MOST and (self.output == FEATURES or self.agreeing >= least)


def compare(
    reference: Reference, run: Run, model: str, *, least: float = LEAST
) -> tuple[Fidelity, ...]:
    """How near `run` is to the float network, output by output.

    model    what it is called in the error
    least    share of intents and of slots that must agree, 0 to 1

    Raises ModelError where an output is missing, agrees less, or has an error above `MOST`.
    """
    answers = [run(row[None]) for row in reference.ids]
    words = reference.ids != 0
    found = []
    for name, wanted in zip(OUTPUTS, reference.outputs, strict=False):
        got = np.concatenate([_of_shape(answer, wanted.shape[1:], model) for answer in answers])
        rows = words if wanted.ndim == 3 else slice(None)
        fidelity = _fidelity(name, wanted[rows], got[rows])
        if not fidelity.good_enough(least):
            raise ModelError(
                f"{model} does not answer as the float network does: {fidelity} "
                f"(wanted: {least:.1%}, error up to {MOST})",
                fix="convert it anew: static int8, calibrated with sentences of the task",
            )
        found.append(fidelity)
    return tuple(found)


def _fidelity(output: str, wanted: Floats, got: Floats) -> Fidelity:
    """Of rows (n, numbers)."""
    difference = wanted - got
    return Fidelity(
        output,
        agreeing=float((wanted.argmax(axis=-1) == got.argmax(axis=-1)).mean()),
        error=float(np.sqrt((difference**2).mean() / (wanted**2).mean())),
        worst=float(np.abs(difference).max()),
    )


def compare_tflite(
    model: Path, reference: Reference, *, least: float = LEAST
) -> dict[Runtime, tuple[Fidelity, ...]]:
    """`compare` for a .tflite in every installed runtime; raises ModelError."""
    found = {}
    for runtime in runtimes():
        loaded = Model(model, runtime=runtime)

        def run(ids: Ids, loaded: Model = loaded) -> list[Floats]:
            answers = loaded.run(ids)
            return [t.dequantize(a) for t, a in zip(loaded.outputs, answers, strict=True)]

        found[runtime] = compare(reference, run, f"{model} in {runtime}", least=least)
    return found


def _of_shape(answers: Sequence[Floats], shape: tuple[int, ...], model: str) -> Floats:
    for answer in answers:
        if answer.shape[1:] == shape:
            return answer
    raise ModelError(
        f"{model} has outputs {[answer.shape for answer in answers]}, wanted: (1, {shape})",
        fix="convert it from the network that gave the reference",
    )
