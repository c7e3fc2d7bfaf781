"""assistant run: microphone in, house and speaker out, until it is stopped."""

from __future__ import annotations

import argparse
import logging
import signal
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace

from assistant.app import followed_skills, open_app, open_stages
from assistant.audio import open_microphone
from assistant.authoring.routines import routine_problems
from assistant.bridge import open_bridges
from assistant.bridge.desk import Desk
from assistant.bridge.ears import Ear
from assistant.bridge.hub import Hub
from assistant.cli.console import Console
from assistant.config import Config
from assistant.pipeline import Pipeline
from assistant.speak import open_speaker

log = logging.getLogger(__name__)


def add_parser(
    commands: argparse._SubParsersAction[argparse.ArgumentParser], common: argparse.ArgumentParser
) -> argparse.ArgumentParser:
    """Describe the command."""
    parser = commands.add_parser("run", parents=[common], help="listen to the microphone")
    parser.add_argument(
        "--simulate", action="store_true", help="use a simulated house instead of the broker"
    )
    parser.add_argument(
        "--no-microphone", action="store_true", help="only take commands from other programs"
    )
    return parser


def run(options: argparse.Namespace, config: Config) -> int:
    """Listen until SIGINT or SIGTERM."""
    with ExitStack() as stack:
        stack.enter_context(stopped_by_sigterm())
        app = stack.enter_context(open_app(config, simulate=options.simulate))
        for problem in routine_problems(config.house.routines, app.conversation.interpret):
            log.warning("%s", problem.problem)
        hub = Hub(config.site.id)
        hub.subscribe(Console())
        speaker = open_speaker(config.speak, config.audio, on_spoken=hub.tell)
        stack.callback(speaker.close)
        desk = Desk(hub, config.site, app.conversation, speaker, config.speak.volume)
        if options.no_microphone:
            stack.enter_context(open_bridges(app, desk, None))
            stack.enter_context(followed_skills(app))
            log.info("no microphone; waiting for other programs (Ctrl-C ends)")
            hub.serve()
        stages = open_stages(app.config, app.conversation, wake=False)
        stages = desk.attend(replace(stages, wake=Ear(app.config.wake)))
        stages = stack.enter_context(open_bridges(app, desk, stages))
        stack.enter_context(followed_skills(app))
        microphone = stack.enter_context(open_microphone(config.audio))
        pipeline = Pipeline(
            stages, own_voice=lambda frame: speaker.speaking_at(microphone.captured_at)
        )
        words = " or ".join(f"“{word.model.replace('_', ' ')}”" for word in config.wake.words)
        log.info("listening; say %s and a command (Ctrl-C ends)", words)
        for event in pipeline.run(hub.between(microphone)):
            hub.emit(event)
    return 0


@contextmanager
def stopped_by_sigterm() -> Iterator[None]:
    """SIGTERM ends the program like Ctrl-C, so that everything is closed in order."""
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
