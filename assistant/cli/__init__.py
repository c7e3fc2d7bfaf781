"""The command line: one file per command, each with `add_parser` and `run`.

Exit codes: 0 done (of `run`: it was stopped), 1 not everything worked, 2 something the user has to
mend, 130 interrupted.
"""

from __future__ import annotations

import argparse
import logging
import sys
from collections.abc import Iterator, Sequence
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from assistant.cli.stopping import Stop, end_at_once, stoppable
from assistant.errors import AssistantError
from assistant.lang import choose

if TYPE_CHECKING:
    from assistant.config import Config

log = logging.getLogger(__name__)

COMMANDS = ("run", "listen", "say", "devices", "skill", "train", "doctor", "models", "eval", "demo")

EXIT_USER_ERROR = 2
EXIT_INTERRUPTED = 130


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit code."""
    given = sys.argv[1:] if arguments is None else arguments
    if _command(given) != "run":
        return _main(given)
    with stoppable() as stop:  # before the rest is imported: it may be stopped while it starts
        code = _main(given, stop)
        if stop.asked.is_set():
            with suppress(OSError):  # what takes our output is full, or gone
                sys.stdout.flush()
            end_at_once(code)
        return code


def _command(given: Sequence[str]) -> str:
    """The first word that is no option, nor the value of one."""
    words = iter(given)
    for word in words:
        if word == "--config":
            next(words, None)
        elif not word.startswith("-"):
            return word
    return ""


def _main(arguments: Sequence[str], stop: Stop | None = None) -> int:
    options = _parser(_command(arguments)).parse_args(arguments)
    options.stop = stop
    verbose = getattr(options, "verbose", False)
    options.config = getattr(options, "config", None)
    logging.basicConfig(
        level=logging.DEBUG if verbose else logging.INFO,
        format="%(levelname)s %(name)s: %(message)s" if verbose else "%(message)s",
        stream=sys.stderr,
    )
    try:
        options.config_file = _config_file(options.config)
        config = _config(options.config_file)
        choose(config.language)
        code: int = options.run(options, config)
    except AssistantError as error:
        print(f"assistant: {error}", file=sys.stderr)
        return EXIT_USER_ERROR
    except KeyboardInterrupt:
        return EXIT_INTERRUPTED
    except BrokenPipeError:  # `assistant say … | head`
        sys.stderr.close()
        return 0
    return code


def _parser(command: str) -> argparse.ArgumentParser:
    # Taken before the command and after it: a command that is not given them leaves them alone.
    common = argparse.ArgumentParser(add_help=False, argument_default=argparse.SUPPRESS)
    common.add_argument(
        "--config",
        type=Path,
        metavar="PATH",
        help="configuration (default: config.yaml here, else yours in ~/.config/assistant, else "
        "the one that came with the program)",
    )
    common.add_argument("--verbose", action="store_true", help="log scores and details")
    parser = argparse.ArgumentParser(
        prog="assistant",
        description="A voice assistant that works entirely at home.",
        parents=[common],
    )
    parser.add_argument(
        "--version", action=_Version, nargs=0, help="print the version of the program"
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    for module in _commands(command):
        module.add_parser(commands, common).set_defaults(run=module.run)
    return parser


class _Version(argparse.Action):
    """Looks the version up only when it is asked for."""

    def __call__(self, parser: argparse.ArgumentParser, *_: object, **__: object) -> None:
        from importlib.metadata import version

        print(f"assistant {version('home-voice-assistant')}")
        parser.exit()


def _commands(given: str) -> Iterator[Any]:
    """The modules of the commands: the one of `given` alone, or all where it is no command."""
    names = (given,) if given in COMMANDS else COMMANDS
    return (import_module(f"assistant.cli.{name}") for name in names)


def _config_file(path: Path | None) -> Path:
    """The configuration that is used: the one named, the one in this folder, the user's, ours."""
    from assistant.paths import SHIPPED, user_config

    if path is not None:
        return path
    here, mine = Path("config.yaml"), user_config() / "config.yaml"
    other = mine if _is_file(mine) else SHIPPED / "config.yaml"
    if not here.is_file() or here.resolve() == other:
        return other
    if names := _of_another_program(here):
        log.warning(
            "%s belongs to another program (%s): %s is used; another one: --config PATH",
            *(here.resolve(), ", ".join(names[:3]), other),
        )
        return other
    return here


def _is_file(file: Path) -> bool:
    from assistant.errors import ConfigError

    try:
        return file.is_file()
    except OSError as error:
        raise ConfigError(
            f"{file}: cannot be read: {error.strerror}",
            fix="check who may read it, and what HOME and XDG_CONFIG_HOME say",
        ) from error


def _of_another_program(file: Path) -> tuple[str, ...]:
    """What `file` sets where nothing of it is a setting of ours."""
    from dataclasses import fields
    from difflib import get_close_matches

    from assistant.config import Config
    from assistant.schema.yaml_file import top_level_names

    names, known = top_level_names(file), {field.name for field in fields(Config)}
    return () if any(get_close_matches(name, known, n=1) for name in names) else names


def _config(file: Path) -> Config:
    from assistant.config import load_config
    from assistant.errors import ConfigError

    try:
        return load_config(file)
    except ConfigError as error:
        if file != Path("config.yaml"):
            raise
        raise ConfigError(
            error.problem,
            fix=f"{error.fix}; if {file} is another program's: assistant --config PATH",
        ) from error
