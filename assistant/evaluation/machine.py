"""What a model costs on this machine: time, memory, energy. No two runs print the same."""

from __future__ import annotations

import os
import platform
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
from tokenizers import Tokenizer

from assistant.evaluation.answers import answer
from assistant.evaluation.energy import open_meter
from assistant.evaluation.subjects import Subject, disk_bytes
from assistant.evaluation.tables import number, table
from assistant.tflite import Model, Runtime
from assistant.understand.tagger import Tagger, encode

PIECES = 24
"""Word pieces of the sentences that are timed."""

_TEXT = (
    "please turn on the light in the living room and then play some music in the kitchen at home "
    "while we make a very long list of all good things to do on a day like this one"
)
_ROUNDS = 20
_LOADS = 15


@dataclass(frozen=True, slots=True)
class Cost:
    """One model in one runtime, on one thread."""

    score_ms: tuple[float, float]
    """p50 and p95 of words → probabilities, tokenizing included."""

    invoke_ms: tuple[float, float]
    """p50 and p95 of the network alone, inputs set and outputs copied."""

    per_second: float
    """Sentences understood one after the other: tokenizing, network, slots decoded."""

    load_ms: float
    """Median of reading the .tflite file until it can run."""

    ready_ms: float
    """The same with tokenizer and labels."""

    memory_mib: tuple[float, float] | None
    """Resident: Python with numpy alone, and with the model; None where there is no /proc."""

    millijoules: float
    """Energy of understanding one sentence."""

    energy_source: str


def timed_sentences(tokenizer: Tokenizer, pieces: int = PIECES) -> list[tuple[str, ...]]:
    """Different sentences of `pieces` word pieces each, as far as the vocabulary allows."""
    found = []
    words = _TEXT.split()
    for start in range(len(words)):
        taken: list[str] = []
        left = pieces
        for word in (*words[start:], *words[:start]):
            length = len(tokenizer.encode(word, add_special_tokens=False).ids)
            if length <= left:
                taken.append(word)
                left -= length
        found.append(tuple(taken))
    return found


def measure_cost(folder: Path, runtime: Runtime) -> Cost:
    """Two seconds or so of measuring; raises ModelError for a broken model."""
    tagger = Tagger(folder, runtime=runtime)
    model = Model(folder / "model.tflite", runtime=runtime)
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    sentences = timed_sentences(tokenizer)
    inputs = [encode(tokenizer, words, tagger.labels.length)[0][None] for words in sentences]
    millijoules, per_second, source = _energy(tagger, sentences)
    return Cost(
        score_ms=_percentiles([partial(tagger.score, words) for words in sentences]),
        invoke_ms=_percentiles([partial(model.run, ids) for ids in inputs]),
        per_second=per_second,
        load_ms=_median_ms(lambda: Model(folder / "model.tflite", runtime=runtime)),
        ready_ms=_median_ms(lambda: Tagger(folder, runtime=runtime)),
        memory_mib=memory_mib(folder, runtime),
        millijoules=millijoules,
        energy_source=source,
    )


def costs(models: Sequence[Subject], runtimes: Sequence[Runtime]) -> str:
    """What the first model of each task costs on this machine, as text."""
    first = {subject.task: subject for subject in reversed(models)}
    chosen = [subject for subject in models if first[subject.task] is subject]
    found = [(s, r, measure_cost(s.folder, r)) for s in chosen for r in runtimes]
    rows = [
        [s.folder.name, r, *_cells(cost), number(disk_bytes(s.folder) / 1e6)]
        for s, r, cost in found
    ]
    header = ["model", "run by", "ms p50", "p95", "network p50", "p95", "sentences/s"]
    header += ["load ms", "all", "MiB", "without", "mJ", "MB on disk"]
    sources = dict.fromkeys(cost.energy_source for *_, cost in found)
    return "\n".join(
        (
            f"Cost on this machine: {machine()}",
            f"one thread, {PIECES} word pieces, tokenizing included; resident memory with and "
            "without the model, Python and numpy being in both",
            table(header, rows, left=2),
            f"energy of one sentence: {'; '.join(sources)}",
        )
    )


def machine() -> str:
    """Processor, cores, Python and what else keeps it busy."""
    load = f", load {os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else ""
    return (
        f"{platform.machine()}, {_processor()}, {os.cpu_count()} cores, "
        f"Python {platform.python_version()}{load}"
    )


def memory_mib(folder: Path, runtime: Runtime) -> tuple[float, float] | None:
    """Resident memory of a fresh process: Python with numpy alone, and with the model."""
    if not Path("/proc/self/statm").exists():
        return None
    printed = subprocess.run(
        [sys.executable, "-m", "assistant.evaluation.memory", str(folder), runtime],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    before, after = map(float, printed.split())
    return before, after


def _cells(cost: Cost) -> list[str]:
    with_model, without = reversed(cost.memory_mib) if cost.memory_mib else (None, None)
    return [
        *(number(ms, 3) for ms in (*cost.score_ms, *cost.invoke_ms)),
        number(cost.per_second, 0),
        *(number(value, 1) for value in (cost.load_ms, cost.ready_ms, with_model, without)),
        number(cost.millijoules),
    ]


def _energy(tagger: Tagger, sentences: Sequence[tuple[str, ...]]) -> tuple[float, float, str]:
    """Millijoules of one sentence, sentences per second, and where the energy figure is from."""
    meter = open_meter()
    before, started = meter.joules(), time.perf_counter()
    for _ in range(_ROUNDS):
        for words in sentences:
            answer(tagger, words)
        spent = meter.joules()
    count = _ROUNDS * len(sentences)
    seconds = time.perf_counter() - started
    return 1000 * (spent - before) / count, count / seconds, meter.about


def _percentiles(calls: Sequence[Callable[[], object]]) -> tuple[float, float]:
    """p50 and p95 of one call, ms: all of them `_ROUNDS` times after one round to warm up."""
    for call in calls:
        call()
    taken = [_ms(call) for _ in range(_ROUNDS) for call in calls]
    p50, p95 = np.percentile(taken, (50, 95))
    return float(p50), float(p95)


def _median_ms(call: Callable[[], object]) -> float:
    return float(np.median([_ms(call) for _ in range(_LOADS)]))


def _ms(call: Callable[[], object]) -> float:
    started = time.perf_counter()
    call()
    return (time.perf_counter() - started) * 1000


def _processor() -> str:
    """The processor's name, where Linux tells it."""
    cpuinfo = Path("/proc/cpuinfo")
    lines = cpuinfo.read_text(encoding="utf-8").splitlines() if cpuinfo.exists() else []
    for line in lines:
        if line.startswith(("model name", "Model")):
            return line.split(":", 1)[1].strip()
    return platform.processor() or "unknown processor"
