"""assistant run: microphone in, house and speaker out, until it is stopped."""

from __future__ import annotations

import argparse
import logging
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, suppress
from dataclasses import replace

from assistant.app import App, followed_skills, open_app, open_stages
from assistant.audio import open_microphone
from assistant.authoring.routines import routine_problems
from assistant.bridge import open_bridges
from assistant.bridge.desk import Desk
from assistant.bridge.ears import Ear
from assistant.bridge.hub import Hub
from assistant.cli.console import Console
from assistant.cli.stopping import PATIENCE_S, Stop, Stopped
from assistant.config import Config
from assistant.events import Frame, Troubled
from assistant.onnx_sessions import keep_little_memory
from assistant.pipeline import Pipeline
from assistant.schedule.ring import Ringer
from assistant.speak import Speaker, open_speaker
from assistant.threads import health, supervise
from assistant.wake.models import read_model

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
    """Listen until SIGINT or SIGTERM: `options.stop` says when."""
    stop: Stop = options.stop
    stop.patience_s = PATIENCE_S
    keep_little_memory()
    with suppress(Stopped), ExitStack() as stack:
        app = stack.enter_context(open_app(config, simulate=options.simulate))
        stop.check()
        for problem in routine_problems(config.house.routines, app.conversation.interpret):
            log.warning("%s", problem.problem)
        hub = Hub(config.site.id)
        hub.subscribe(Console())
        stop.wakes(lambda: hub.ask(_nothing))
        stack.callback(health.follow(lambda: hub.tell(_troubled())))
        speaker = open_speaker(config.speak, config.audio, on_spoken=hub.tell)
        stack.callback(speaker.close)
        stop.wakes(speaker.stop)
        desk = Desk(hub, config.site, app.conversation, speaker, config.speak.volume)
        ringer = Ringer(app.schedule, desk, speaker, hub.ask, config.schedule.ring_s)
        hub.subscribe(ringer.heard)
        stack.enter_context(ringer.attend())
        stop.check()
        serve = _without_microphone if options.no_microphone else _with_microphone
        serve(app, desk, speaker, stop, stack)
    return 0


def _without_microphone(
    app: App, desk: Desk, speaker: Speaker, stop: Stop, stack: ExitStack
) -> None:
    stack.enter_context(open_bridges(app, desk, None))
    stack.enter_context(followed_skills(app))
    log.info("no microphone; waiting for other programs (Ctrl-C ends)")
    desk.hub.serve(stop.asked.is_set)


def _with_microphone(app: App, desk: Desk, speaker: Speaker, stop: Stop, stack: ExitStack) -> None:
    stages = open_stages(app.config, app.conversation, wake=False)
    stages = desk.attend(replace(stages, wake=Ear(app.config.wake)))
    stop.check()
    stages = stack.enter_context(open_bridges(app, desk, stages))
    stack.enter_context(followed_skills(app))
    hub = desk.hub
    microphone = stack.enter_context(open_microphone(app.config.audio, hub.serve_until))
    stop.wakes(microphone.close)
    pipeline = Pipeline(stages, own_voice=lambda _: speaker.speaking_at(microphone.captured_at))
    phrases = (read_model(word.model).phrase for word in app.config.wake.words)
    words = " or ".join(f"“{phrase}”" for phrase in phrases)
    log.info("listening; say %s and a command (Ctrl-C ends)", words)

    def listen() -> None:
        for event in pipeline.run(_until(stop, hub.between(microphone))):
            hub.emit(event)

    supervise(listen, "listening", wanted=lambda: not stop.asked.is_set())


def _until(stop: Stop, frames: Iterable[Frame]) -> Iterator[Frame]:
    """`frames`; what was said until the program is stopped is no command."""
    for frame in frames:
        stop.check()
        yield frame
    stop.check()


def _nothing() -> None:
    """Only to be woken."""


def _troubled() -> Troubled:
    return Troubled(tuple(f"{what}: {why}" for what, why in health.problems.items()))
