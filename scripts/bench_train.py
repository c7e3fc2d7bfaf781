"""What `assistant train` can teach a frozen encoder: heads fitted on 5,000 sentences of SNIPS.

    .venv/bin/python scripts/bench_train.py [FOLDER]       # a minute on two cores

The encoder learnt five of the seven skills; BookRestaurant and GetWeather are new to its heads
as they are to a user's device. Prints intent accuracy / slot F1 / whole sentences right on SNIPS'
test part (BIO Viterbi over the intent's slots), and the seconds that fitting took. FOLDER: an
intent model with features, trained on the five skills (scripts/train makes it: --help).
"""

from __future__ import annotations

import argparse
import random
import resource
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from assistant.config import ROOT
from assistant.evaluation.tasks import Labelled, Task, read_snips
from assistant.tflite import Runtime, runtimes
from assistant.training.heads import fit
from assistant.training.variations import spans
from assistant.understand.heads import Heads
from assistant.understand.tagger import Labels, Tagger, best_spans, read_labels

NEW = ("BookRestaurant", "GetWeather")
Found = tuple[str, frozenset[tuple[str, int, int]]]


def main() -> None:
    """Fit and print for each runtime."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", nargs="?", type=Path, default=ROOT / "models/benchmark/five")
    parser.add_argument("--data", type=Path, default=ROOT.parent / "shared" / "data")
    parser.add_argument("--sentences", type=int, default=5000, help="default: %(default)s")
    parser.add_argument("--seeds", type=int, default=1, help="default: %(default)s")
    parser.add_argument("--runtime", choices=runtimes(), action="append")
    parser.add_argument("--validation", action="store_true", help="on what is held out of train")
    options = parser.parse_args()
    task = read_snips(options.data)
    held_out = task.validation if options.validation else task.test
    for runtime in options.runtime or runtimes():
        for seed in range(1, options.seeds + 1):
            chosen = random.Random(seed).sample(list(task.train), options.sentences)
            measure(options.folder, runtime, task, chosen, held_out, seed)


def measure(
    folder: Path,
    runtime: Runtime,
    task: Task,
    sentences: Sequence[Labelled],
    held_out: Sequence[Labelled],
    seed: int,
) -> None:
    """Fit on `sentences`; print what the heads make of `held_out`."""
    labels = Labels(
        task.intents, task.slots, task.slots_of, read_labels(folder / "labels.json").length,
        temperature=1.0, accept=0.0, confirm=0.0,
    )  # fmt: skip
    started, before = time.monotonic(), cpu_s()
    lexicon, members = fit(folder, sentences, labels, seed=seed, runtime=runtime)
    took, used = time.monotonic() - started, cpu_s() - before
    tagger = Tagger(folder, runtime=runtime, heads=Heads(labels, lexicon, members, "", {}))
    found = [answer(tagger, sentence) for sentence in held_out]
    print(f"{runtime}, seed {seed}: {took:.1f} s to fit ({used:.1f} s of CPU)")
    for name, wanted in (
        ("all skills", lambda intent: True),
        ("the two new ones", lambda intent: intent in NEW),
        ("the other five", lambda intent: intent not in NEW),
    ):
        print(f"  {name:<17} {figures(held_out, found, wanted)}", flush=True)


def cpu_s() -> float:
    """Seconds of CPU that this process and those it started have used."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(usage.ru_utime + usage.ru_stime for usage in used)


def answer(tagger: Tagger, sentence: Labelled) -> Found:
    """Intent and slots as (name, first word, end)."""
    labels, scores = tagger.labels, tagger.score(sentence.words)
    intent = labels.intents[int(scores.intents.argmax())]
    best, _ = best_spans(scores.slots, labels.slots, labels.slots_of[intent])
    return intent, frozenset((span.slot, span.first, span.last + 1) for span in best)


def figures(
    sentences: Sequence[Labelled], found: Sequence[Found], wanted: Callable[[str], bool]
) -> str:
    """Intent accuracy / slot F1 by span (micro) / share with everything right, percent."""
    pairs = [
        ((s.intent, frozenset(spans(s.tags))), answer)
        for s, answer in zip(sentences, found, strict=True)
        if wanted(s.intent)
    ]
    intents = sum(gold[0] == said[0] for gold, said in pairs)
    both = sum(len(gold[1] & said[1]) for gold, said in pairs)
    spoken = sum(len(gold[1]) + len(said[1]) for gold, said in pairs)
    exact = sum(gold == said for gold, said in pairs)
    n = len(pairs)
    return f"{intents / n:.2%} / {2 * both / spoken:.2%} / {exact / n:.2%}  ({n} sentences)"


if __name__ == "__main__":
    main()
