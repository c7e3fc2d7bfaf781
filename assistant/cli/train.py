"""assistant train: teaches the intent model the installed skills; no network, no torch."""

from __future__ import annotations

import argparse
import sys
import time
from importlib.util import find_spec
from pathlib import Path

from assistant.app import understandable
from assistant.config import Config
from assistant.errors import ModelError
from assistant.grammar.templates import compile_templates, read_rules
from assistant.skill.loader import load_skills
from assistant.skill.manifest import Manifest
from assistant.understand.heads import covers, find_heads, write_heads
from assistant.understand.reading import know
from assistant.understand.tagger import read_labels


def add_parser(
    commands: argparse._SubParsersAction[argparse.ArgumentParser], common: argparse.ArgumentParser
) -> argparse.ArgumentParser:
    """Describe the command."""
    parser = commands.add_parser(
        "train", parents=[common], help="teach the intent model the installed skills"
    )
    parser.add_argument(
        "--check", action="store_true", help="only say whether it has learnt today's skills"
    )
    parser.add_argument(
        "--full", type=Path, metavar="FOLDER",
        help="write a model of its own instead, all of it trained; needs scripts/setup_training",
    )  # fmt: skip
    return parser


def run(options: argparse.Namespace, config: Config) -> int:
    """Learn and write, or check; 1 when --check finds something to learn."""
    manifests = understandable(load_skills(config.skills)).manifests
    if options.check:
        return _check(config, manifests)
    known = know(compile_templates(manifests, read_rules()))
    model, file = config.understand.model_folder, config.understand.heads_file
    if options.full is not None:
        return _full(model, manifests, options.full)
    if covers(read_labels(model / "labels.json"), known):
        print("the intent model knows all installed skills: nothing to learn")
        return 0
    from assistant.training.installed import train

    started = time.monotonic()
    heads = train(model, manifests, _say)
    write_heads(heads, file)
    print(f"{file}: {', '.join(heads.skills)} learnt in {time.monotonic() - started:.0f} s")
    print("delete it to go back to what the intent model knows by itself")
    return 0


def _full(model: Path, manifests: tuple[Manifest, ...], folder: Path) -> int:
    if find_spec("torch") is None or find_spec("litert_torch") is None:
        raise ModelError(
            "a full training needs torch and litert-torch, which are not installed here",
            fix="scripts/setup_training, then .venv-train/bin/assistant train --full FOLDER",
        )
    from assistant.training.fine_tune import fine_tune_installed
    from assistant.training.installed import gather

    started, folder = time.monotonic(), folder.resolve()
    material = gather(manifests, read_labels(model / "labels.json").length)
    fine_tune_installed(model, material, folder, _say)
    print(f"{folder}: learnt in {time.monotonic() - started:.0f} s")
    print(f"to use it, set understand.model to {folder} in config.yaml")
    return 0


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def to_learn(config: Config, manifests: tuple[Manifest, ...]) -> str:
    """Why `assistant train` should run; empty when the model knows the installed skills."""
    known = know(compile_templates(manifests, read_rules()))
    return find_heads(config.understand, manifests, known).problem


def _check(config: Config, manifests: tuple[Manifest, ...]) -> int:
    problem = to_learn(config, manifests)
    print(f"{problem}; run assistant train" if problem else "nothing to learn")
    return 1 if problem else 0
