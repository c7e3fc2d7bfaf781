"""Our int8 intent model beside other ways to understand a sentence, on SNIPS' test sentences.

    .venv/bin/pip install -e '.[fast,bench]' padacioso
    sudo apt-get install swig libfann-dev && .venv/bin/pip install fann2==1.0.7 padatious==0.4.8
    .venv/bin/python scripts/bench_intent.py [--engines NAME …] [--limit-s 60] [--templates 500]

Everything runs in this one process, on one thread, with the same sentences in the same order
(shuffled, so that one that is stopped by --limit-s has answered a fair sample).

our model     models/benchmark/snips-1/model.tflite in each installed runtime, and its model.onnx
              (made by `scripts/train snips`, not committed) in onnxruntime; tokenizing included
padatious     small neural networks on words, trained here
padacioso     regular expressions; starts a process pool for each question, which is its time
hassil        the template language of Home Assistant

snips-nlu is not here: the wheels of snips-nlu-parsers end with Python 3.8, and its source builds
with cargo from repositories on github.com, which failed where this was written.

The last three take templates: the training sentences with {slot} for each value, the most frequent
--templates of each intent (60 for the slow first two), and the values that the slots had. They are
made for templates that people write and not for these, so the figures say what they do with SNIPS
and nothing about a house with good templates.
Three minutes on the development machine.
"""

from __future__ import annotations

import argparse
import logging
import random
import re
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from tokenizers import Tokenizer

from assistant.errors import AssistantError, ModelError
from assistant.evaluation.answers import Answer, answer, gold, read
from assistant.evaluation.machine import machine
from assistant.evaluation.metrics import Figures, measure
from assistant.evaluation.tables import number, percent, table
from assistant.evaluation.tasks import Labelled, Task, read_snips
from assistant.tflite import Runtime
from assistant.understand.tagger import Scores, Span, Tagger, encode, log_softmax, read_labels

ROOT = Path(__file__).resolve().parent.parent

MODEL = ROOT / "models" / "benchmark" / "snips-1"
DATA = ROOT.parent / "shared" / "data"
_FEW = 60
"""Templates of an intent, and values of a slot, for the two that are slow: with 200, padatious
trains for more than three minutes and padacioso takes 1.2 s for an answer.
"""

_WORD = re.compile(r"\w")
_NOTHING = Answer("", frozenset())

Ask = Callable[[Sequence[str]], Answer]
Templates = Mapping[str, Sequence[str]]


@dataclass(frozen=True)
class Row:
    """What one engine did."""

    name: str
    prepared_s: float
    figures: Figures
    p50_ms: float
    p95_ms: float
    count: int


@dataclass(frozen=True)
class Offer:
    """What an engine may use."""

    model: Path
    task: Task
    templates: Templates


def main() -> int:
    """Measure every engine that is there."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--engines", nargs="+", choices=ENGINES, default=list(ENGINES))
    parser.add_argument("--model", type=Path, default=MODEL, help="default: %(default)s")
    parser.add_argument("--data", type=Path, default=DATA, help="default: %(default)s")
    parser.add_argument(
        "--limit-s", type=float, default=60, help="questions to one engine, seconds"
    )
    parser.add_argument("--templates", type=int, default=500, help="for each intent")
    options = parser.parse_args()
    logging.getLogger("padacioso").setLevel(logging.ERROR)
    task = read_snips(options.data)
    offer = Offer(options.model, task, make_templates(task.train, options.templates))
    sentences = random.Random(0).sample(list(task.test), len(task.test))
    print(machine(), flush=True)
    rows = []
    for name in options.engines:
        try:
            rows.append(bench(name, offer, sentences, options.limit_s))
        except ImportError as error:
            print(f"{name}: NOT MEASURED, not installed: {error}", flush=True)
        except AssistantError as error:
            print(f"{name}: NOT MEASURED, {error.problem}; {error.fix}", flush=True)
    if rows:
        print(as_table(rows, len(task.test)))
    return 0 if len(rows) == len(options.engines) else 1


def bench(name: str, offer: Offer, sentences: Sequence[Labelled], limit_s: float) -> Row:
    """Ask one engine for each sentence once, after three to warm up."""
    started = time.perf_counter()
    ask = ENGINES[name](offer)
    prepared = time.perf_counter() - started
    for sentence in sentences[:3]:
        ask(sentence.words)
    answers, taken = [], []
    end = time.perf_counter() + limit_s
    for sentence in sentences:
        before = time.perf_counter()
        answers.append(ask(sentence.words))
        now = time.perf_counter()
        taken.append((now - before) * 1000)
        if now > end:
            break
    figures = measure([gold(s) for s in sentences[: len(answers)]], answers, 0.0)
    p50, p95 = np.percentile(taken, (50, 95))
    return Row(name, prepared, figures, float(p50), float(p95), len(answers))


def as_table(rows: Sequence[Row], count: int) -> str:
    """Figures of all engines; times also as multiples of the first one's."""
    first = rows[0].p50_ms
    header = ["engine", "intent", "slot F1", "sentence", "ms p50", "p95", "× first"]
    header += ["prepared s", f"of {count}"]
    return table(
        header,
        [
            [
                row.name,
                *map(percent, (row.figures.intent, row.figures.slot_f1, row.figures.sentence)),
                *(number(ms, 3) for ms in (row.p50_ms, row.p95_ms)),
                number(row.p50_ms / first, 1),
                number(row.prepared_s, 1),
                str(row.count),
            ]
            for row in rows
        ],
    )


def open_tflite(offer: Offer, runtime: Runtime) -> Ask:
    """Our model as the program runs it."""
    tagger = Tagger(offer.model, runtime=runtime)
    return lambda words: answer(tagger, words)


def open_onnx(offer: Offer) -> Ask:
    """The same student, int8 in onnxruntime: same tokenizer, same decoder."""
    import onnxruntime

    file = offer.model / "model.onnx"
    if not file.is_file():
        raise ModelError(f"no {file}", fix="scripts/train snips")
    labels = read_labels(offer.model / "labels.json")
    tokenizer = Tokenizer.from_file(str(offer.model / "tokenizer.json"))
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    session = onnxruntime.InferenceSession(str(file), options, ["CPUExecutionProvider"])
    (name,) = (given.name for given in session.get_inputs())
    outputs = [given.name for given in session.get_outputs()]
    wanted = [len(labels.intents), len(labels.slots)]

    def ask(words: Sequence[str]) -> Answer:
        ids, firsts = encode(tokenizer, words, labels.length)
        found = {a.shape[1:]: a[0] for a in session.run(outputs, {name: ids[None]})}
        intents = found[(wanted[0],)] / labels.temperature
        slots = log_softmax(found[(labels.length, wanted[1])][firsts])
        return read(labels, Scores(np.exp(log_softmax(intents)), slots))

    return ask


def open_padatious(offer: Offer) -> Ask:
    """Trained on the templates and the training sentences' slot values."""
    from padatious import IntentContainer

    container = IntentContainer(tempfile.mkdtemp(prefix="padatious-"))
    for slot, values in slot_values(offer.task.train).items():
        container.add_entity(slot, values[:_FEW])
    for intent, lines in offer.templates.items():
        container.add_intent(intent, lines[:_FEW])
    container.train(debug=False, single_thread=True, timeout=600)
    slots = slot_names(offer.task)

    def ask(words: Sequence[str]) -> Answer:
        found = container.calc_intent(" ".join(spoken(words)))
        return locate(words, slots, found.name, found.matches)

    return ask


def open_padacioso(offer: Offer) -> Ask:
    """Regular expressions made of the templates."""
    from padacioso import IntentContainer

    container = IntentContainer(n_workers=1)
    for intent, lines in offer.templates.items():
        container.add_intent(intent, list(lines[:_FEW]))
    slots = slot_names(offer.task)

    def ask(words: Sequence[str]) -> Answer:
        found = container.calc_intent(" ".join(spoken(words)))
        return locate(words, slots, found["name"] or "", found["entities"])

    return ask


def open_hassil(offer: Offer) -> Ask:
    """Slots are lists of the training values; wildcards when no sentence fits that way."""
    from hassil import Intents, SlotList, TextSlotList, WildcardSlotList, recognize_best

    intents = Intents.from_dict(
        {
            "language": "en",
            "intents": {
                intent: {"data": [{"sentences": list(lines)}]}
                for intent, lines in offer.templates.items()
            },
        }
    )
    slots, values = slot_names(offer.task), slot_values(offer.task.train)
    known: dict[str, SlotList] = {
        slot: TextSlotList.from_strings(said, name=slot) for slot, said in values.items()
    }
    anything: dict[str, SlotList] = {slot: WildcardSlotList(slot) for slot in values}

    def ask(words: Sequence[str]) -> Answer:
        text = " ".join(spoken(words))
        found = recognize_best(text, intents, slot_lists=known)
        found = found or recognize_best(text, intents, slot_lists=anything)
        if found is None:
            return _NOTHING
        texts = {name: str(entity.value) for name, entity in found.entities.items()}
        return locate(words, slots, found.intent.name, texts)

    return ask


def make_templates(train: Iterable[Labelled], most: int) -> dict[str, list[str]]:
    """Intent → its most frequent sentences with {slot} for values, words only.

    Sentences with the same slot twice are left out: regular expressions cannot have them.
    """
    counts: dict[str, Counter[str]] = {}
    for sentence in train:
        parts = [
            f"{{{plain(tag[2:])}}}" if tag.startswith("B-") else word
            for word, tag in zip(sentence.words, sentence.tags, strict=True)
            if not tag.startswith("I-") and (tag != "O" or _WORD.match(word))
        ]
        slots = [part for part in parts if part.startswith("{")]
        if len(slots) == len(set(slots)) < len(parts):
            counts.setdefault(sentence.intent, Counter())[" ".join(parts)] += 1
    return {
        intent: [template for template, _ in found.most_common(most)]
        for intent, found in counts.items()
    }


def slot_values(train: Iterable[Labelled]) -> dict[str, list[str]]:
    """Slot, see `plain` → what it was filled with, words only."""
    found: dict[str, dict[str, None]] = {}
    for sentence in train:
        for span in gold(sentence).spans:
            value = " ".join(spoken(sentence.words[span.first : span.last + 1]))
            if value:
                found.setdefault(plain(span.slot), {})[value] = None
    return {slot: sorted(values) for slot, values in sorted(found.items())}


def slot_names(task: Task) -> list[str]:
    """Without B- and I-."""
    return [tag[2:] for tag in task.slots if tag.startswith("B-")]


def plain(slot: str) -> str:
    """A name that padatious takes for one word: small letters only."""
    return slot.replace("_", "").lower()


def spoken(words: Iterable[str]) -> list[str]:
    """Without punctuation, which is syntax to the others."""
    return [word for word in words if _WORD.match(word)]


def locate(
    words: Sequence[str], slots: Iterable[str], intent: str, values: Mapping[str, Any]
) -> Answer:
    """The engines give values by `plain` names of `slots`: where they first stand in `words`."""
    names = {plain(slot): slot for slot in slots}
    places = [at for at, word in enumerate(words) if _WORD.match(word)]
    kept = spoken(words)
    spans = set()
    for slot, value in values.items():
        parts = str(value).lower().split()
        for at in range(len(kept) - len(parts) + 1):
            if parts and kept[at : at + len(parts)] == parts:
                spans.add(Span(names[slot], places[at], places[at + len(parts) - 1]))
                break
    return Answer(intent, frozenset(spans))


ENGINES: dict[str, Callable[[Offer], Ask]] = {
    "ai_edge_litert": partial(open_tflite, runtime="ai_edge_litert"),
    "tflite_runtime": partial(open_tflite, runtime="tflite_runtime"),
    "onnxruntime": open_onnx,
    "padatious": open_padatious,
    "padacioso": open_padacioso,
    "hassil": open_hassil,
}


if __name__ == "__main__":
    sys.exit(main())
