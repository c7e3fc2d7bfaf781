"""assistant eval: how well spoken commands are understood, on your recordings and skills."""

from __future__ import annotations

import argparse
import json
import math
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from assistant.config import Config
from assistant.errors import ConfigError, ModelError

if TYPE_CHECKING:
    from assistant.evaluation.speech.measure import Job, Measured

_ENGINES = ("moonshine", "moonshine-free", "pocketsphinx", "vosk")
_SNRS = ("clean", "24", "21", "18", "15", "12", "9", "6")


def add_parser(
    commands: argparse._SubParsersAction[argparse.ArgumentParser], common: argparse.ArgumentParser
) -> argparse.ArgumentParser:
    """Describe the command and its parts."""
    parser = commands.add_parser("eval", help="measure how well spoken commands are understood")
    parts = parser.add_subparsers(dest="part", required=True, metavar="speech")
    _add_speech(parts.add_parser("speech", parents=[common], help="recordings against skills"))
    return parser


def _add_speech(parser: argparse.ArgumentParser) -> None:
    parser.description = (
        "Plays labelled recordings (labels.jsonl: file, intent, slots, text) to several engines "
        "that know the same skills, clean and with noise, and recordings without any command. "
        "Counted as accepted: carried out with the labelled intent and every labelled slot."
    )
    parser.add_argument(
        "folder", type=Path, nargs="?", metavar="DIR", help="holds labels.jsonl and recordings"
    )
    parser.add_argument(
        "--skills", type=Path, nargs="+", default=[], metavar="FOLDER", help="default: the house's"
    )
    parser.add_argument("--noise", type=Path, metavar="FILE", help="mixed into the recordings")
    parser.add_argument(
        "--snr", type=_snr, nargs="+", metavar="DB", help="dB, or clean (default: clean; with "
        f"--noise {' '.join(_SNRS)})",
    )  # fmt: skip
    parser.add_argument("--seed", type=int, default=0, help="where the noise begins (%(default)s)")
    parser.add_argument(
        "--negatives", type=Path, nargs="+", default=[], metavar="DIR", help="sound, no commands"
    )
    parser.add_argument(
        "--engines", nargs="+", choices=_ENGINES, help="default: those that are installed"
    )
    parser.add_argument("--published", type=Path, metavar="FILE", help="figures of others (YAML)")
    parser.add_argument("--plot", type=Path, metavar="FILE.png", help="draw the curves")
    parser.add_argument("--json", type=Path, metavar="FILE", help="every figure and every answer")
    parser.add_argument("--misses", action="store_true", help="list all that came out wrong")


def run(options: argparse.Namespace, config: Config) -> int:
    """0 when everything that was asked for was measured, 1 when something is missing."""
    from assistant.evaluation.speech import report
    from assistant.evaluation.speech.plot import plot
    from assistant.evaluation.speech.published import read_published

    published = read_published(options.published) if options.published else None
    job = _job(options, config)
    measured, missing = _measure(options.engines or _ENGINES, job)
    if not measured:
        return 1
    for section in report.sections(job, measured, published):
        print(f"{section}\n", flush=True)
    if options.misses:
        print(report.misses(measured))
    if options.plot:
        plot(options.plot, job, measured, published)
    if options.json:
        _write(options.json, report.as_json(job, measured))
    left_out = any(one.left_out for one in measured)
    return int(left_out or (missing and options.engines is not None))


def _snr(text: str) -> float | None:
    if text == "clean":
        return None
    value = float(text)
    if not math.isfinite(value):
        raise ValueError
    return value


def _job(options: argparse.Namespace, config: Config) -> Job:
    """What was asked for, checked before the first of many minutes."""
    from assistant.evaluation.speech.engines import open_skills
    from assistant.evaluation.speech.measure import Job
    from assistant.evaluation.speech.recordings import find_sounds, read_labels, read_noise
    from assistant.understand import HouseNames, open_interpreter

    if options.folder is None and not options.negatives:
        raise ConfigError(
            "nothing to measure", fix="name DIR with labels.jsonl, or --negatives DIR"
        )
    usual = _SNRS if options.noise else _SNRS[:1]
    snrs: Sequence[float | None] = options.snr or [_snr(snr_db) for snr_db in usual]
    if options.noise:
        read_noise(options.noise)
    elif any(snr_db is not None for snr_db in snrs):
        raise ConfigError("--snr: there is no noise to mix in", fix="add --noise FILE")
    skills = open_skills(config, options.skills)
    open_interpreter(config.understand, skills.manifests, HouseNames.of(config.house))
    return Job(
        config=config,
        skills=tuple(options.skills),
        recordings=read_labels(options.folder) if options.folder else (),
        noise=options.noise,
        snrs=tuple(snrs),
        seed=options.seed,
        negatives=find_sounds(options.negatives),
    )


def _measure(engines: Sequence[Any], job: Job) -> tuple[list[Measured], bool]:
    """All engines that are installed, and whether one is not."""
    from assistant.evaluation.speech.measure import measure_apart

    measured, missing = [], False
    for engine in engines:
        print(f"{engine} …", file=sys.stderr, flush=True)
        try:
            measured.append(measure_apart(engine, job))
        except ModelError as error:
            missing = True
            print(f"NOT MEASURED: {engine}: {error.problem}; {error.fix}")
    return measured, missing


def _write(file: Path, content: dict[str, Any]) -> None:
    try:
        file.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")
    except OSError as error:
        raise ConfigError(f"--json: {file}: {error.strerror}", fix="name another file") from error
