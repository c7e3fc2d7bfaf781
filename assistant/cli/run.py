"""assistant run: microphone in, house and speaker out, until it is stopped."""

from __future__ import annotations

import argparse
import logging
import signal
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from assistant.app import followed_skills, open_app, open_stages
from assistant.audio import open_microphone
from assistant.cli.console import Console
from assistant.config import Config
from assistant.events import Event, Reply, Wake
from assistant.pipeline import Pipeline
from assistant.speak import Speaker, open_speaker

log = logging.getLogger(__name__)


def add_parser(
    commands: argparse._SubParsersAction[argparse.ArgumentParser], common: argparse.ArgumentParser
) -> argparse.ArgumentParser:
    """Describe the command."""
    parser = commands.add_parser("run", parents=[common], help="listen to the microphone")
    parser.add_argument(
        "--simulate", action="store_true", help="use a simulated house instead of the broker"
    )
    return parser


def run(options: argparse.Namespace, config: Config) -> int:
    """Listen until SIGINT or SIGTERM."""
    console = Console()
    with ExitStack() as stack:
        stack.enter_context(stopped_by_sigterm())
        app = stack.enter_context(open_app(config, simulate=options.simulate))
        stack.enter_context(followed_skills(app))
        stages = open_stages(app.config, app.conversation)
        speaker = open_speaker(config.speak, config.audio, on_spoken=console)
        stack.callback(speaker.close)
        microphone = stack.enter_context(open_microphone(config.audio))
        pipeline = Pipeline(
            stages, own_voice=lambda frame: speaker.speaking_at(microphone.captured_at)
        )
        words = " or ".join(f"“{word.model.replace('_', ' ')}”" for word in config.wake.words)
        log.info("listening; say %s and a command (Ctrl-C ends)", words)
        for event in pipeline.run(microphone):
            console(event)
            _sound(event, speaker)
    return 0


def _sound(event: Event, speaker: Speaker) -> None:
    """What is to be heard of an event."""
    if isinstance(event, Wake):
        speaker.earcon("wake")
    elif isinstance(event, Reply):
        speaker.say(event)


@contextmanager
def stopped_by_sigterm() -> Iterator[None]:
    """SIGTERM ends the program like Ctrl-C, so that everything is closed in order."""
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
