"""How well do freely recognized words lead back to what was said, by their sound?

    .venv/bin/python scripts/bench_repair.py [DATA]        DATA: ../shared/data. Four minutes,
                                                           two without the first transcription

Spoken orders of coffee (github.com/Picovoice/speech-to-intent-benchmark), with kitchen noise mixed
in at a fixed seed, are written down by Moonshine without any help and then repaired. The distances
up to which a repair is trusted were chosen on these orders and on sentences that are for neither
skill (every 8th of the CLINC150 test set, CC BY 3.0), as typed.
"""

from __future__ import annotations

import argparse
import json
import time
import wave
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from assistant.config import UnderstandSettings, load_config
from assistant.demo import HOUSE
from assistant.events import Source, Transcript, Understanding
from assistant.recognize.moonshine import decode
from assistant.recognize.moonshine_model import FloatArray, Moonshine, packaged_folder
from assistant.recognize.repair import Candidate, Repairer, judge_repaired, repair
from assistant.skill.manifest import load_manifest
from assistant.understand import HouseNames, Interpreter, open_interpreter

ROOT = Path(__file__).resolve().parent.parent

CACHE = ROOT / "build" / "repair"
COFFEE = [ROOT / "tests" / "skills" / "coffee_machine"]
HOME = [ROOT / "skills" / name for name in ("lights", "music", "thermostat")]
CONDITIONS = (None, 12, 6)
"""Decibels of speech above kitchen noise; None: as recorded."""

FOR_HOME = {
    "play_music", "next_song", "smart_home", "change_volume", "update_playlist", "what_song",
    "temperature", "weather",
}  # fmt: skip
"""Intents of CLINC150 that the skills of a home may take for theirs."""

THRESHOLDS = (0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.4)
NONE = Candidate("", 1.0, 0.0)
FIRST = (  # of the name of a lamp
    "amber ancient bamboo birch blue brass bright bronze cedar copper corner cosy crystal desk "
    "early eastern elm garden golden granite green grey hanging ivory jade large little maple "
    "marble northern oak old olive orange paper"
)
SECOND = (
    "arch attic balcony bay bench cabin cellar closet corridor den dormer drawer entry fern "
    "fountain gable gallery gate hearth island ladder larder loft mantel mirror nook pantry patio"
)
LAMPS = ("turn on the birch mental lamp", "switch off the braun's fountin lamp")
COMMANDS = (
    "turn of the kitchen lights",
    "dim the bed side lamp to forty per cent",
    "set thermal stat to 21.5 degrees",
    "play the beetles in the living room",
)


def main() -> None:
    """Print three tables."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("data", type=Path, nargs="?", default=ROOT / ".." / "shared" / "data")
    data = parser.parse_args().data
    labels = lines(data / "coffee_orders" / "labels.jsonl")
    coffee = open_interpreter(
        UnderstandSettings(), [load_manifest(f) for f in COFFEE], HouseNames()
    )
    names = HouseNames.of(load_config(HOUSE).house)
    home = open_interpreter(UnderstandSettings(), [load_manifest(f) for f in HOME], names)
    lamps = {f"{first} {second} lamp": () for first in FIRST.split() for second in SECOND.split()}
    many = HouseNames(devices={"light": lamps}, areas=names.areas, floors=names.floors)
    house = open_interpreter(UnderstandSettings(), [load_manifest(f) for f in HOME], many)
    print(f"{'ms of one core':<20}{'to compile':>12}{'first time':>12}{'p50':>8}{'p95':>8}")
    print_times("the coffee machine", coffee, [*transcripts(data, 12).values()])
    print_times("three home skills", home, COMMANDS)
    print_times(f"… and {len(lamps)} lamps", house, [*COMMANDS, *LAMPS])
    print()
    print_orders(data, labels, coffee)
    print_others(data, coffee, home)


def print_orders(data: Path, labels: list[Any], house: Interpreter) -> None:
    """How many orders come out right: intent and every slot equal."""
    print(
        f"{'orders':<8}{'as heard':>10}{'repaired':>10}"
        f"{'judged: right':>15}{'asked back':>12}{'rejected':>10}{'wrong':>7}"
    )
    for snr_db in CONDITIONS:
        heard = transcripts(data, snr_db)
        texts = [heard[order["file"]] for order in labels]
        freely = [right(house.interpret(t), o) for t, o in zip(texts, labels, strict=True)]
        nearest = [c.text for t in texts for c in repair(t, house.graph, at_most=1) or [NONE]]
        repaired = [right(house.interpret(t), o) for t, o in zip(nearest, labels, strict=True)]
        judged = [judge_repaired(Transcript(t, 1.0, "moonshine"), house) for t in texts]
        outcomes = [outcome(u, o) for u, o in zip(judged, labels, strict=True)]
        name = "clean" if snr_db is None else f"{snr_db} dB"
        counts = [outcomes.count(name) for name in ("right", "asked", "rejected", "wrong")]
        print(
            f"{name:<8}{np.mean(freely):>10.1%}{np.mean(repaired):>10.1%}"
            f"{counts[0]:>15}{counts[1]:>12}{counts[2]:>10}{counts[3]:>7}"
        )
    print()


def print_others(data: Path, coffee: Interpreter, home: Interpreter) -> None:
    """How many sentences that are for neither skill come as near as that to something sayable."""
    entries = lines(data / "clinc150" / "test.jsonl") + lines(data / "clinc150" / "oos_test.jsonl")
    others = [entry["text"] for entry in entries if entry["intent"] not in FOR_HOME][::8]
    print(f"{len(others)} other sentences within {''.join(f'{t:>7}' for t in THRESHOLDS)}")
    for name, house in (("coffee", coffee), ("home", home)):
        found = [c.distance for t in others for c in repair(t, house.graph, at_most=1)]
        counts = "".join(f"{sum(d <= t for d in found):>7}" for t in THRESHOLDS)
        judged = [judge_repaired(Transcript(t, 1.0, "typed"), house) for t in others]
        repaired = [u for u in judged if u.source is Source.REPAIRED]
        accepted = [u.text for u in repaired if u.decision == "accept"]
        asked = sum(u.decision == "confirm" for u in repaired)
        print(f"{name:<27}{counts}   accepted {len(accepted)}, asked back {asked}")
    print()


def print_times(name: str, house: Interpreter, texts: Sequence[str]) -> None:
    """How long it takes: to get ready, the first sentence, and any later one."""
    since = time.process_time()
    repairer = Repairer(house.graph)
    took = [time.process_time() - since]
    for text in [texts[0], *texts, *texts]:
        since = time.process_time()
        repairer.repair(text)
        took.append(time.process_time() - since)
    later = np.quantile(took[-len(texts) :], [0.5, 0.95])
    print(f"{name:<20}" + "".join(f"{1e3 * t:>12.0f}" for t in took[:2]), end="")
    print("".join(f"{1e3 * t:>8.1f}" for t in later))


def outcome(understood: Understanding, order: dict[str, Any]) -> str:
    """`right`, `asked`, `rejected` or `wrong`."""
    if understood.decision == "accept":
        return "right" if right(understood, order) else "wrong"
    return "asked" if understood.decision == "confirm" else "rejected"


def right(understood: Understanding, order: dict[str, Any]) -> bool:
    """Whether intent and every slot are those of the label."""
    if understood.decision != "accept" or len(understood.intents) != 1:
        return False
    intent = understood.intents[0]
    slots = {name: slot.value for name, slot in intent.slots.items()}
    return intent.name.endswith(order["intent"]) and slots == order["slots"]


def transcripts(data: Path, snr_db: int | None) -> dict[str, str]:
    """File name → what Moonshine hears in it freely."""
    cache = CACHE / f"coffee_{snr_db or 'clean'}.json"
    if not cache.exists():
        model, rng = Moonshine(packaged_folder()), np.random.default_rng(0)
        noise = read(data / "noise" / "kitchen.wav")
        found = {}
        for file in sorted((data / "coffee_orders").glob("*.wav")):
            speech = read(file)
            heard = speech if snr_db is None else mixed(speech, noise, snr_db, rng)
            found[file.name] = decode(model, heard).free.text
        cache.parent.mkdir(parents=True, exist_ok=True)
        cache.write_text(json.dumps(found, indent=1), encoding="utf-8")
    return dict(json.loads(cache.read_text(encoding="utf-8")))


def read(file: Path) -> FloatArray:
    """Samples of a 16 kHz mono WAV file, -1 to 1."""
    with wave.open(str(file)) as wav:
        pcm = wav.readframes(wav.getnframes())
    return np.frombuffer(pcm, "<i2").astype(np.float32) / 32768


def mixed(
    speech: FloatArray, noise: FloatArray, snr_db: int, rng: np.random.Generator
) -> FloatArray:
    """`speech` with a random stretch of `noise`, so much louder than it."""
    start = int(rng.integers(0, noise.size - speech.size))
    stretch = noise[start : start + speech.size]
    gain = np.sqrt(np.mean(speech**2) / np.mean(stretch**2) / 10 ** (snr_db / 10))
    return np.clip(speech + np.float32(gain) * stretch, -1, 1)


def lines(file: Path) -> list[Any]:
    """The entries of a JSON-lines file."""
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]


if __name__ == "__main__":
    main()
