"""assistant models: what can be pulled, what is installed, and the pull itself."""

from __future__ import annotations

import argparse
import sys

from assistant import catalogue
from assistant.config import Config


def add_parser(
    commands: argparse._SubParsersAction[argparse.ArgumentParser], common: argparse.ArgumentParser
) -> argparse.ArgumentParser:
    """Describe the command and its two parts."""
    parser = commands.add_parser("models", help="list and pull models")
    parts = parser.add_subparsers(dest="part", required=True, metavar="list|pull")
    parts.add_parser("list", parents=[common], help="models that can be pulled")
    pull = parts.add_parser(
        "pull", parents=[common], help="download a model and check its checksum"
    )
    pull.add_argument("name")
    return parser


def run(options: argparse.Namespace, config: Config) -> int:
    """List, or pull one."""
    if options.part == "list":
        installed = catalogue.installed()
        for entry in catalogue.entries():
            state = "installed" if entry in installed else f"{entry.bytes / 1e6:.0f} MB"
            print(f"{entry.name:<16} {state:<10} {entry.licence:<12} {entry.about}")
        return 0
    path = catalogue.pull(options.name, progress=_progress)
    print(f"{options.name} is installed in {path}")
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
