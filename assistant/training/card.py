"""CARD.md of the shipped model: no torch needed, so that every installed runtime is measured."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

from assistant.evaluation.house import OVERLAPS
from assistant.evaluation.report import house_section
from assistant.evaluation.subjects import FILES, read_subject
from assistant.tflite import Model, runtimes

_WEIGHTS = "weights.safetensors"
_TEMPLATE = Path(__file__).with_name("card.md")


def write_card(folder: Path, data: Path) -> None:
    """Measure the model in `folder` and write its CARD.md.

    data   the folder that holds clinc150/; what is not there is said to be not measured
    """
    labels = json.loads((folder / "labels.json").read_text(encoding="utf-8"))
    facts = json.loads((folder / "facts.json").read_text(encoding="utf-8"))
    model = Model(folder / "model.tflite")
    (features,) = {tensor.shape[-1] for tensor in model.outputs} - {
        len(labels["intents"]),
        len(labels["slots"]),
    }
    text = _TEMPLATE.read_text(encoding="utf-8").format(
        **labels
        | facts["shape"]
        | facts["sentences"]
        | facts
        | {
            "intents": len(labels["intents"]),
            "slots": len(labels["slots"]),
            "features": features,
            "blocks": len(facts["shape"]["dilations"]),
            "epochs": facts["recipe"]["epochs"],
            "files": "\n".join(_row(folder / name) for name in (*FILES, _WEIGHTS)),
            "overlaps": ", ".join(sorted(OVERLAPS)),
            "figures": house_section([read_subject(folder)], data, runtimes()),
        }
    )
    (folder / "CARD.md").write_text(text, encoding="utf-8")


def _row(file: Path) -> str:
    content = file.read_bytes()
    return f"| {file.name} | {len(content)} | `{hashlib.sha256(content).hexdigest()}` |"
