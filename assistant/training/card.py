"""CARD.md of an intent model."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

FILES = ("model.tflite", "tokenizer.json", "labels.json")
_FENCE = "\n```\n"
CARD = Path(__file__).with_name("card.md")


def write_card(folder: Path, facts: dict[str, object], figures: str) -> None:
    """Write CARD.md beside the model it describes.

    facts     what build() knows of the training
    figures   what `figures.measure` printed
    """
    labels = json.loads((folder / "labels.json").read_text(encoding="utf-8"))
    template = CARD.read_text(encoding="utf-8")
    text = template.format(
        intents=len(labels["intents"]),
        slots=len(labels["slots"]),
        length=labels["length"],
        temperature=labels["temperature"],
        accept=labels["accept"],
        confirm=labels["confirm"],
        files="\n".join(
            _row(folder / n) for n in ("model.tflite", "tokenizer.json", "labels.json")
        ),
        figures=figures,
        **facts,
    )
    (folder / "CARD.md").write_text(text, encoding="utf-8")


def refresh_figures(folder: Path, figures: str) -> None:
    """Put newly measured figures into an existing CARD.md."""
    file = folder / "CARD.md"
    head, *_ = file.read_text(encoding="utf-8").partition(_FENCE)
    file.write_text(f"{head}{_FENCE}{figures}{_FENCE}", encoding="utf-8")


def _row(file: Path) -> str:
    content = file.read_bytes()
    return f"| {file.name} | {len(content)} | `{hashlib.sha256(content).hexdigest()}` |"
