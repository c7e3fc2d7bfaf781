"""assistant demo: spoken commands into a simulated house, and a check that each had its effect."""

from __future__ import annotations

import argparse
import time

from assistant.app import App, open_app, open_stages
from assistant.audio import read_file
from assistant.cli.console import Console
from assistant.cli.devices import print_devices
from assistant.config import Config, load_config
from assistant.demo import FOLDER, HOUSE, Command, commands
from assistant.events import Reply
from assistant.home.attributes import fulfilled
from assistant.pipeline import Pipeline, Stages


def add_parser(
    subparsers: argparse._SubParsersAction[argparse.ArgumentParser], common: argparse.ArgumentParser
) -> argparse.ArgumentParser:
    """Describe the command."""
    return subparsers.add_parser(
        "demo", parents=[common], help="spoken commands into a simulated house, no hardware"
    )


def run(options: argparse.Namespace, config: Config) -> int:
    """Play every recording; 1 when one of them did not have its effect.

    The house is the demo's own unless --config names another.
    """
    if options.config is None:
        config = load_config(HOUSE)
    console = Console(start=time.monotonic())
    print("Opening the models, a broker on loopback and a simulated house …", flush=True)
    with open_app(config, simulate=True) as app:
        stages = open_stages(app.config, app.conversation)
        failures = sum(not _play(command, app, stages, console) for command in commands())
        print("\nThe house now, as its devices report it:")
        print_devices(app.house.devices(), online=app.house.online)
    total = len(commands())
    print(f"\n{total - failures} of {total} spoken commands had their effect.")
    return 1 if failures else 0


def _play(command: Command, app: App, stages: Stages, console: Console) -> bool:
    """Send one recording through the chain; True when it had its effect."""
    print(f"\n♪ {command.file}: “{command.says}”")
    replies = []
    for event in Pipeline(stages).run(read_file(FOLDER / command.file)):
        console(event)
        if isinstance(event, Reply):
            replies.append(event.text)
    missing = _missing(command, app)
    if command.reply.lower() not in " ".join(replies).lower() or not replies:
        missing.append(f"the reply “{command.reply}”")
    for what in missing:
        print(f"{'':12}FAILED      {what} was expected")
    return not missing


def _missing(command: Command, app: App) -> list[str]:
    """What the devices should report and do not."""
    states = {device.id: device.state for device in app.house.devices()}
    return [
        f"{device}: {name}={value}"
        for device, attributes in command.expect.items()
        for name, value in attributes.items()
        if not fulfilled({name: value}, states[device])
    ]
