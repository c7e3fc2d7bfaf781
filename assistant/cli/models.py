"""assistant models: what can be pulled, the pull itself; how good the intent models are."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import get_args

from assistant import catalogue
from assistant.config import Config
from assistant.tflite import Runtime, runtimes

DATA = Path("../shared/data")


def add_parser(
    commands: argparse._SubParsersAction[argparse.ArgumentParser], common: argparse.ArgumentParser
) -> argparse.ArgumentParser:
    """Describe the command and its parts."""
    parser = commands.add_parser("models", help="list, pull, measure and compare models")
    parts = parser.add_subparsers(dest="part", required=True, metavar="list|pull|eval|…")
    parts.add_parser("list", parents=[common], help="models that can be pulled")
    pull = parts.add_parser(
        "pull", parents=[common], help="download a model and check its checksum"
    )
    pull.add_argument("name", metavar="NAME", help="one of `assistant models list`")
    _add_eval(parts.add_parser("eval", parents=[common], help="measure the intent models"))
    compare = parts.add_parser(
        "compare", parents=[common], help="the encoders that were tried, and which fits a budget"
    )
    compare.add_argument("--budget-mb", type=float, help="size on disk, 1 MB = 10⁶ bytes")
    compare.add_argument("--budget-ms", type=float, help="median time of one sentence")
    edgetpu = parts.add_parser(
        "edgetpu", parents=[common], help="what of a model an Edge TPU would run, and why not more"
    )
    edgetpu.add_argument("folder", type=Path, nargs="?", help="default: models/intent-en")
    return parser


def _add_eval(parser: argparse.ArgumentParser) -> None:
    parser.description = (
        "Measures intents and slots on SNIPS (github.com/sonos/nlu-benchmark, CC0), CLINC150 "
        "(github.com/clinc/oos-eval, CC BY 3.0) and the house's own test sentences, then time, "
        "memory and energy on this machine. The first part prints alike on every run."
    )
    parser.add_argument(
        "--data", type=Path, default=DATA, help="folder of snips/ and clinc150/ (%(default)s)"
    )
    parser.add_argument(
        "--runtime", action="append", choices=get_args(Runtime), help="default: all installed"
    )
    parser.add_argument(
        "--model",
        action="append",
        type=Path,
        metavar="FOLDER",
        help="default: models/intent-en and all of models/benchmark",
    )
    parser.add_argument(
        "--misses", action="store_true", help="list each sentence of the house that came out wrong"
    )


def run(options: argparse.Namespace, config: Config) -> int:
    """Do the part that was asked for."""
    parts = {
        "list": _list,
        "pull": _pull,
        "eval": _eval,
        "compare": _compare,
        "edgetpu": _edgetpu,
    }
    return parts[options.part](options)


def _list(options: argparse.Namespace) -> int:
    installed = catalogue.installed()
    for entry in catalogue.entries():
        state = "installed" if entry in installed else f"{entry.bytes / 1e6:.0f} MB"
        print(f"{entry.name:<16} {state:<10} {entry.licence:<12} {entry.about}")
    return 0


def _pull(options: argparse.Namespace) -> int:
    path = catalogue.pull(options.name, progress=_progress)
    print(f"{options.name} is installed in {path}")
    return 0


def _eval(options: argparse.Namespace) -> int:
    """0 when everything was measured, 1 when something is missing."""
    from assistant.evaluation import machine, report, subjects

    models = subjects.find_models(options.model or ())
    wanted: Sequence[Runtime] = options.runtime or get_args(Runtime)
    chosen = [name for name in wanted if name in runtimes()]
    printed = [
        f"{report.NOT_MEASURED}{name} is not installed; pip install {name.replace('_', '-')}"
        for name in wanted
        if name not in chosen
    ]
    printed += report.without_model(models) if options.model is None else []
    for line in printed:
        print(line)
    if not chosen:
        return 1
    for section in report.sections(models, options.data, chosen):
        printed.append(section)
        print(f"{section}\n", flush=True)
    if options.misses:
        print(f"{report.misses(models, options.data, chosen)}\n")
    print(machine.costs(models, chosen))
    return int(any(report.NOT_MEASURED in text for text in printed))


def _compare(options: argparse.Namespace) -> int:
    """1 when nothing fits the budget."""
    from assistant.evaluation import candidates

    found = candidates.read_candidates()
    budget = candidates.Budget(options.budget_mb, options.budget_ms)
    print(candidates.comparison(found, budget))
    return int(candidates.best(found, budget) is None)


def _edgetpu(options: argparse.Namespace) -> int:
    from assistant.evaluation import edgetpu, subjects

    folder = options.folder or subjects.PRODUCT
    for line in edgetpu.lines(edgetpu.report(folder / "model.tflite")):
        print(line)
    return 0


def _progress(done: int, total: int) -> None:
    if not sys.stderr.isatty() and done < total:
        return
    width = 40
    filled = width * done // max(total, 1)
    bar = "#" * filled + "." * (width - filled)
    end = "\n" if done >= total else ""
    sys.stderr.write(f"\r[{bar}] {done / 1e6:.1f} of {total / 1e6:.1f} MB{end}")
    sys.stderr.flush()
