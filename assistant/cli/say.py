"""assistant say "TEXT": typed instead of spoken; the rest of the way is the same."""

from __future__ import annotations

import argparse
import io
import sys
from collections.abc import Callable, Iterator

from assistant.app import open_app
from assistant.cli.console import Console, JsonLines
from assistant.config import Config
from assistant.conversation import Conversation
from assistant.errors import AssistantError
from assistant.events import Event, Reply
from assistant.utterance import new_id

NOBODY = "planned, but nothing runs that would do it: start assistant run"
"""Said after a timer was set by a program that is about to end."""


def add_parser(
    commands: argparse._SubParsersAction[argparse.ArgumentParser], common: argparse.ArgumentParser
) -> argparse.ArgumentParser:
    """Describe the command."""
    parser = commands.add_parser("say", parents=[common], help="carry out a typed command")
    parser.add_argument("text", nargs="*", metavar="TEXT", help="the command, as one would say it")
    parser.add_argument("--stdin", action="store_true", help="read one utterance a line")
    parser.add_argument("--json", action="store_true", help="print one JSON object per utterance")
    parser.add_argument("--dry-run", action="store_true", help="connect to nothing, show the plan")
    parser.add_argument("--simulate", action="store_true", help="use a simulated house")
    return parser


def run(options: argparse.Namespace, config: Config) -> int:
    """Answer each utterance; 1 when the last one failed or was rejected."""
    if bool(options.text) == options.stdin:
        raise AssistantError(
            "say needs a text or --stdin", fix='assistant say "turn on the kitchen light"'
        )
    show = JsonLines() if options.json else Console()
    code = 0
    with open_app(config, dry_run=options.dry_run, simulate=options.simulate) as app:
        before = app.schedule.ids
        for text in _utterances(options):
            code = _answer(app.conversation, text, show)
        pretended = options.dry_run or options.simulate
        if app.schedule.ids - before and not pretended and not app.schedule.attended:
            print(NOBODY, file=sys.stderr)
    return code


def _answer(conversation: Conversation, text: str, show: Callable[[Event], None]) -> int:
    """Carry out one line; whatever comes of it, the next one has its turn."""
    code = 0
    try:
        for event in conversation.respond(text, new_id()):
            show(event)
            if isinstance(event, Reply):
                code = 1 if event.kind in ("failed", "rejected") else 0
    except BrokenPipeError:
        raise
    except OSError as error:  # what takes our output is full
        print(f"assistant: the answer cannot be printed: {error.strerror}", file=sys.stderr)
        return 1
    return code


def _utterances(options: argparse.Namespace) -> Iterator[str]:
    if not options.stdin:
        yield _readable(" ".join(options.text))
        return
    if isinstance(sys.stdin, io.TextIOWrapper):
        sys.stdin.reconfigure(errors="replace")  # one garbled line must not cost the others
    for line in sys.stdin:
        yield _readable(line.strip())


def _readable(text: str) -> str:
    """Without what was no UTF-8 on the command line, which could not be printed, either."""
    return text.encode(errors="replace").decode()
