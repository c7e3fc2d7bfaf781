"""Encoders that could be shipped, measured by `scripts/train select`: models/candidates.json."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from assistant.errors import ModelError
from assistant.evaluation.tables import NOT_KNOWN, number, percent, table
from assistant.paths import SHIPPED_MODELS
from assistant.schema import read_json

FILE = SHIPPED_MODELS / "candidates.json"
_FIX = "measure the candidates with scripts/train select"


@dataclass(frozen=True, slots=True)
class Candidate:
    """One teacher or student shape."""

    name: str
    kind: str
    """`teacher` or `student`."""

    parameters: int
    bytes: int
    """On disk, tokenizer included."""

    p50_ms: Mapping[str, float]
    """Runtime → median of one sentence of 24 word pieces on one thread."""

    intent: float
    slot_f1: float
    sentence: float
    """Accuracies on the held-out part of SNIPS' training sentences, 0 to 1."""

    shape: str
    note: str

    def __post_init__(self) -> None:
        if not self.p50_ms:
            raise ValueError("p50_ms: no runtime in it")

    @property
    def fastest_ms(self) -> float:
        """In the runtime that suits it best."""
        return min(self.p50_ms.values())


@dataclass(frozen=True, slots=True)
class Budget:
    """What a model may cost; None: anything."""

    megabytes: float | None = None
    milliseconds: float | None = None

    def allows(self, candidate: Candidate) -> bool:
        size, ms = self.megabytes, self.milliseconds
        return (size is None or candidate.bytes <= size * 1e6) and (
            ms is None or candidate.fastest_ms <= ms
        )

    def __str__(self) -> str:
        limits = []
        if self.megabytes is not None:
            limits.append(f"{self.megabytes:g} MB")
        if self.milliseconds is not None:
            limits.append(f"{self.milliseconds:g} ms in the runtime that suits it best")
        return " and ".join(limits) or "any size and time"


def read_candidates(file: Path = FILE) -> list[Candidate]:
    """The candidates, smallest first; raises ModelError."""
    found = read_json(tuple[Candidate, ...], file, error=ModelError, fix=_FIX)
    if not found:
        raise ModelError(f"{file}: no candidates in it", fix=_FIX)
    return sorted(found, key=lambda candidate: (candidate.bytes, candidate.name))


def best(candidates: Sequence[Candidate], budget: Budget) -> Candidate | None:
    """The one with most whole sentences right, then the smaller; None when none fits."""
    fitting = [candidate for candidate in candidates if budget.allows(candidate)]
    return max(fitting, key=lambda c: (c.sentence, -c.bytes), default=None)


def comparison(candidates: Sequence[Candidate], budget: Budget) -> str:
    """All candidates as a table, a + at each that fits, and the best of those."""
    runtimes = list(dict.fromkeys(name for c in candidates for name in c.p50_ms))
    header = ["", "name", "kind", "shape", "parameters", "MB"]
    header += [*(f"ms {name}" for name in runtimes), "intent", "slot F1", "sentence", "note"]
    rows = [
        [
            "+" if budget.allows(c) else "",
            *(c.name, c.kind, c.shape, f"{c.parameters:,}", number(c.bytes / 1e6)),
            *(number(c.p50_ms[n], 3) if n in c.p50_ms else NOT_KNOWN for n in runtimes),
            *map(percent, (c.intent, c.slot_f1, c.sentence)),
            c.note,
        ]
        for c in candidates
    ]
    return f"{table(header, rows, left=4)}\n{_verdict(candidates, budget)}"


def _verdict(candidates: Sequence[Candidate], budget: Budget) -> str:
    if (chosen := best(candidates, budget)) is not None:
        return f"best within {budget}: {chosen.name}, {percent(chosen.sentence)} % of sentences"
    least = min(candidates, key=lambda c: c.bytes)
    quickest = min(candidates, key=lambda c: c.fastest_ms)
    return (
        f"nothing fits {budget}: the smallest is {least.name} with {number(least.bytes / 1e6)} MB, "
        f"the quickest {quickest.name} with {number(quickest.fastest_ms, 3)} ms"
    )
