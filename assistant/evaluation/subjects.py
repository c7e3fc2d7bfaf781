"""Models to measure: which there are, what each was trained for, how large it is."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from assistant.errors import ModelError
from assistant.evaluation.metrics import Figures
from assistant.paths import SHIPPED_MODELS

PRODUCT = SHIPPED_MODELS / "intent-en"
BENCHMARKS = SHIPPED_MODELS / "benchmark"
FLOAT, TEACHER = "float32", "teacher"
"""Names of figures that facts.json knows: of the student before quantization, of its teacher."""

TASKS = ("snips", "clinc150", "house")
FILES = ("model.tflite", "tokenizer.json", "labels.json")


@dataclass(frozen=True, slots=True)
class Subject:
    """A model to measure."""

    folder: Path
    task: str
    """One of `TASKS`; `house` is a model of the product."""

    parameters: int
    """0 for a model of the product, whose card says it."""

    known: Mapping[str, Figures]
    """By `FLOAT` and `TEACHER`, what its training measured on the same test part."""


def find_models(folders: Sequence[Path] = ()) -> list[Subject]:
    """These models, or the product's and the benchmark models; raises ModelError."""
    if not folders:
        folders = [PRODUCT, *sorted(f.parent for f in BENCHMARKS.glob("*/model.tflite"))]
    return [read_subject(folder) for folder in folders]


def read_subject(folder: Path) -> Subject:
    """The model in `folder`; without facts.json it is one of the product. Raises ModelError."""
    if not (folder / "model.tflite").is_file():
        raise ModelError(f"{folder}: no model.tflite there", fix="name the folder of a model")
    file = folder / "facts.json"
    if not file.is_file():
        return Subject(folder, "house", 0, {})
    try:
        facts = json.loads(file.read_text(encoding="utf-8"))
        known = {
            name: _figures(facts[key])
            for name, key in ((FLOAT, "float"), (TEACHER, "teacher"))
            if key in facts
        }
        return Subject(folder, TASKS[TASKS.index(facts["task"])], int(facts["parameters"]), known)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ModelError(
            f"{file}: not the facts of a benchmark model: {error!r}",
            fix="make it again with scripts/train",
        ) from error


def _figures(shares: Mapping[str, Any]) -> Figures:
    return Figures(**{f.name: shares[f.name] for f in fields(Figures) if f.name in shares})


def disk_bytes(folder: Path) -> int:
    """Bytes of the files that a model consists of."""
    return sum((folder / name).stat().st_size for name in FILES)
