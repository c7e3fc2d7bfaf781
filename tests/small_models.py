"""Small stand-ins for what scripts/train makes: a benchmark model, its data, candidates."""

import json
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from assistant.evaluation.answers import answer
from assistant.evaluation.subjects import FILES, PRODUCT
from assistant.tflite import runtimes
from assistant.understand.tagger import NONE, Span, Tagger

SENTENCES = (
    "turn off lightname in areaname",
    "make lightname blue",
    "play some jazz",
    "set the temperature to twenty degrees",
)


def benchmark(folder: Path, **facts: object) -> Path:
    """The shipped model as a benchmark model on `SENTENCES`."""
    folder.mkdir(parents=True)
    for name in FILES:
        shutil.copy(PRODUCT / name, folder / name)
    known = {"task": "snips", "seed": 1, "parameters": 1000, **facts}
    (folder / "facts.json").write_text(json.dumps(known))
    return folder


def labelled() -> list[dict[str, Any]]:
    """`SENTENCES` as the shipped model reads them; the last one's intent is another."""
    tagger = Tagger(PRODUCT, runtime=runtimes()[0])
    found = [answer(tagger, text.split()) for text in SENTENCES]
    assert found[0].spans
    assert all(each.intent != NONE for each in found)
    intents = [*(each.intent for each in found[:-1]), found[1].intent]
    assert intents[-1] != found[-1].intent
    return [
        {"text": text, "intent": intent, "slots": [_slot(text, span) for span in each.spans]}
        for text, intent, each in zip(SENTENCES, intents, found, strict=True)
    ]


def _slot(text: str, span: Span) -> dict[str, object]:
    words = text.split()
    before, inside = words[: span.first], words[span.first : span.last + 1]
    start = len(" ".join([*before, ""]))
    return {"name": span.slot, "start": start, "end": start + len(" ".join(inside))}


def snips(data: Path) -> Path:
    """`labelled()` where SNIPS is looked for."""
    for part in ("train", "test"):
        write_rows(data / "snips" / f"{part}.jsonl", labelled())
    return data


def write_rows(file: Path, rows: Sequence[object]) -> None:
    """JSON lines."""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text("".join(f"{json.dumps(row)}\n" for row in rows))


def candidate(
    name: str, megabytes: float, ms: dict[str, float], sentence: float
) -> dict[str, object]:
    return {
        "name": name,
        "kind": "student",
        "parameters": 1_000_000,
        "bytes": int(megabytes * 1e6),
        "p50_ms": ms,
        "intent": 0.99,
        "slot_f1": 0.95,
        "sentence": sentence,
        "shape": "4 × 128",
        "note": "",
    }


CANDIDATES = [
    candidate("teacher", 90.0, {"torch": 9.0}, 0.92),
    candidate("wide", 1.9, {"ai_edge_litert": 0.2, "tflite_runtime": 0.9}, 0.90),
    candidate("narrow", 1.1, {"ai_edge_litert": 0.1, "tflite_runtime": 0.4}, 0.86),
    candidate("same", 1.5, {"ai_edge_litert": 0.1, "tflite_runtime": 0.5}, 0.86),
]
