"""The command line: one file per command, each with `add_parser` and `run`.

Exit codes: 0 done, 1 not everything worked, 2 something the user has to mend, 130 interrupted.
"""

from __future__ import annotations

import argparse
import logging
import sys
from collections.abc import Sequence
from pathlib import Path

from assistant.cli import demo, devices, doctor, eval, listen, models, run, say, skill, train
from assistant.config import ROOT, Config, load_config
from assistant.errors import AssistantError

COMMANDS = (run, listen, say, devices, skill, train, doctor, models, eval, demo)
EXIT_USER_ERROR = 2
EXIT_INTERRUPTED = 130


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit code."""
    options = _parser().parse_args(arguments)
    logging.basicConfig(
        level=logging.DEBUG if options.verbose else logging.INFO,
        format="%(levelname)s %(name)s: %(message)s" if options.verbose else "%(message)s",
        stream=sys.stderr,
    )
    try:
        code: int = options.run(options, _config(options.config))
    except AssistantError as error:
        print(f"assistant: {error}", file=sys.stderr)
        return EXIT_USER_ERROR
    except KeyboardInterrupt:
        return EXIT_INTERRUPTED
    except BrokenPipeError:  # `assistant say … | head`
        sys.stderr.close()
        return 0
    return code


def _parser() -> argparse.ArgumentParser:
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument(
        "--config",
        type=Path,
        metavar="PATH",
        help="configuration (default: config.yaml here, else the one beside the program)",
    )
    common.add_argument("--verbose", action="store_true", help="log scores and details")
    parser = argparse.ArgumentParser(
        prog="assistant", description="A voice assistant that works entirely at home."
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    for command in COMMANDS:
        command.add_parser(commands, common).set_defaults(run=command.run)
    return parser


def _config(path: Path | None) -> Config:
    if path is not None:
        return load_config(path)
    here = Path("config.yaml")
    return load_config(here if here.is_file() else ROOT / "config.yaml")
