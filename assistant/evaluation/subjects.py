"""Models to measure: which there are, what each was trained for, how large it is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, get_args

from assistant.errors import ModelError
from assistant.evaluation.metrics import Figures
from assistant.paths import SHIPPED_MODELS
from assistant.schema import read_json

PRODUCT = SHIPPED_MODELS / "intent-en"
BENCHMARKS = SHIPPED_MODELS / "benchmark"
FLOAT, TEACHER = "float32", "teacher"
"""Names of figures that facts.json knows: of the student before quantization, of its teacher."""

Name = Literal["snips", "clinc150", "house"]
TASKS = get_args(Name)
FILES = ("model.tflite", "tokenizer.json", "labels.json")


@dataclass(frozen=True, slots=True)
class Subject:
    """A model to measure."""

    folder: Path
    task: Name
    """`house` is a model of the product."""

    parameters: int
    """0 for a model of the product, whose card says it."""

    known: Mapping[str, Figures]
    """By `FLOAT` and `TEACHER`, what its training measured on the same test part."""


@dataclass(frozen=True, slots=True)
class _Facts:
    """facts.json, as far as it is looked at here."""

    task: Name
    parameters: int
    float: Figures | None = None
    teacher: Figures | None = None


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
    fix = "make it again with scripts/train"
    facts = read_json(_Facts, file, error=ModelError, fix=fix, extra=True)
    found = {FLOAT: facts.float, TEACHER: facts.teacher}
    known = {name: figures for name, figures in found.items() if figures}
    return Subject(folder, facts.task, facts.parameters, known)


def disk_bytes(folder: Path) -> int:
    """Bytes of the files that a model consists of."""
    return sum((folder / name).stat().st_size for name in FILES)
