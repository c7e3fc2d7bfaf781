"""assistant listen FILE…: sound from files or a pipe through the whole chain."""

from __future__ import annotations

import argparse
import sys

from assistant.app import open_app, open_stages
from assistant.audio import read_sound
from assistant.cli.console import Console, JsonLines
from assistant.config import Config
from assistant.events import Reply
from assistant.pipeline import Pipeline


def add_parser(
    commands: argparse._SubParsersAction[argparse.ArgumentParser], common: argparse.ArgumentParser
) -> argparse.ArgumentParser:
    """Describe the command."""
    parser = commands.add_parser(
        "listen", parents=[common], help="carry out spoken commands from sound files"
    )
    parser.add_argument(
        "files", nargs="+", metavar="FILE", help="WAV, FLAC or OGG; -: raw 16 kHz mono s16le"
    )
    parser.add_argument("--no-wake", action="store_true", help="no wake word: all is command")
    parser.add_argument("--json", action="store_true", help="print one JSON object per utterance")
    parser.add_argument("--dry-run", action="store_true", help="connect to nothing, show the plan")
    parser.add_argument("--simulate", action="store_true", help="use a simulated house")
    return parser


def run(options: argparse.Namespace, config: Config) -> int:
    """Feed each file to the pipeline; 1 when a file held no command."""
    show = JsonLines() if options.json else Console()
    code = 0
    with open_app(config, dry_run=options.dry_run, simulate=options.simulate) as app:
        stages = open_stages(app.config, app.conversation, wake=not options.no_wake)
        for file in options.files:
            answered = False
            for event in Pipeline(stages).run(read_sound(file, sys.stdin.buffer)):
                show(event)
                answered |= isinstance(event, Reply)
            if not answered:
                what = "no speech" if options.no_wake else "no wake word followed by a command"
                print(f"assistant: {file}: {what} was heard in it", file=sys.stderr)
                code = 1
    return code
