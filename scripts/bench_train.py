"""What `assistant train` can teach the frozen encoder: heads fitted on 5,000 sentences of SNIPS.

    .venv/bin/python scripts/bench_train.py [FOLDER] [--seeds 3]    # 20 s a seed and runtime

The shipped encoder has seen none of SNIPS: its seven skills are new to it as a user's are.
BookRestaurant and GetWeather are shown by themselves, since trials of other encoders were trained
on the five others first. FOLDER: another intent model with an output of features.
"""

from __future__ import annotations

import argparse
import random
import resource
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from assistant.evaluation.answers import answer_all, gold
from assistant.evaluation.machine import machine
from assistant.evaluation.metrics import Figures, mean, measure
from assistant.evaluation.subjects import PRODUCT
from assistant.evaluation.tables import percent, table
from assistant.evaluation.tasks import Labelled, Task, read_snips
from assistant.tflite import Runtime, runtimes
from assistant.training.heads import fit
from assistant.understand.heads import Heads
from assistant.understand.tagger import Labels, Tagger, read_labels

ROOT = Path(__file__).resolve().parent.parent

TWO = frozenset({"BookRestaurant", "GetWeather"})


def main() -> None:
    """Fit and print, for each runtime and seed."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", nargs="?", type=Path, default=PRODUCT)
    parser.add_argument("--data", type=Path, default=ROOT.parent / "shared" / "data")
    parser.add_argument("--sentences", type=int, default=5000, help="default: %(default)s")
    parser.add_argument("--seeds", type=int, default=1, help="default: %(default)s")
    parser.add_argument("--runtime", choices=runtimes(), action="append")
    parser.add_argument("--validation", action="store_true", help="on what is held out of train")
    options = parser.parse_args()
    task = read_snips(options.data)
    held_out = task.validation if options.validation else task.test
    print(machine(), flush=True)
    for runtime in options.runtime or runtimes():
        found = []
        for seed in range(1, options.seeds + 1):
            learnt = random.Random(seed).sample(list(task.train), options.sentences)
            started, used = time.monotonic(), cpu_s()
            tagger = teach(options.folder, runtime, task, learnt, seed)
            took, used = time.monotonic() - started, cpu_s() - used
            print(f"{runtime}, seed {seed}: fitted in {took:.1f} s ({used:.1f} s of CPU)")
            found.append(figures(tagger, held_out))
        print(f"{as_table(found)}\n", flush=True)


def teach(
    folder: Path, runtime: Runtime, task: Task, sentences: Sequence[Labelled], seed: int
) -> Tagger:
    """The encoder in `folder` with heads for the labels of `task`."""
    length = read_labels(folder / "labels.json").length
    labels = Labels(task.intents, task.slots, task.slots_of, length, 1.0, 0.0, 0.0)
    lexicon, members = fit(folder, sentences, labels, seed=seed, runtime=runtime)
    return Tagger(folder, runtime=runtime, heads=Heads(labels, lexicon, members, "", {}))


def figures(tagger: Tagger, sentences: Sequence[Labelled]) -> dict[str, Figures]:
    """Of all skills, of the two, of the other five."""
    pairs = list(zip(map(gold, sentences), answer_all(tagger, sentences), strict=True))
    parts = {
        "all seven skills": pairs,
        "the two": [pair for pair in pairs if pair[0].intent in TWO],
        "the other five": [pair for pair in pairs if pair[0].intent not in TWO],
    }
    return {
        name: measure([right for right, _ in part], [said for _, said in part], 0.0)
        for name, part in parts.items()
    }


def as_table(found: Sequence[Mapping[str, Figures]]) -> str:
    """Means of the seeds, in percent."""
    rows = []
    for name in found[0]:
        several = [each[name] for each in found]
        middle = mean(several)
        shares = map(percent, (middle.intent, middle.slot_f1, middle.sentence))
        rows.append([name, *shares, ", ".join(percent(each.slot_f1) for each in several)])
    return table(["mean of the seeds", "intent", "slot F1", "sentence", "slot F1 of each"], rows)


def cpu_s() -> float:
    """Seconds of CPU that this process and those it started have used."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(usage.ru_utime + usage.ru_stime for usage in used)


if __name__ == "__main__":
    main()
