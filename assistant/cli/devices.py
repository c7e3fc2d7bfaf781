"""assistant devices: the house as the assistant sees it."""

from __future__ import annotations

import argparse
import json

from assistant.app import open_app
from assistant.config import Config
from assistant.home.model import Device
from assistant.unsupported import kind_word

ANSWER_S = 3.0
"""So long devices have that were asked for their state, seconds."""

NONE = "none announced itself on the broker, and config.yaml names none (house.devices)"


def add_parser(
    commands: argparse._SubParsersAction[argparse.ArgumentParser], common: argparse.ArgumentParser
) -> argparse.ArgumentParser:
    """Describe the command."""
    parser = commands.add_parser("devices", parents=[common], help="show the house and its state")
    parser.add_argument("--json", action="store_true", help="print one JSON object per device")
    parser.add_argument("--simulate", action="store_true", help="use a simulated house")
    return parser


def run(options: argparse.Namespace, config: Config) -> int:
    """Print a line per device; 1 when the broker cannot be reached."""
    with open_app(config, simulate=options.simulate) as app:
        if app.house.online:
            app.house.wait_answered(ANSWER_S)
        online, devices, clashes = app.house.online, app.house.devices(), app.house.settings.clashes
        beyond = app.house.settings.known_only
        problem = app.connection.problem if app.connection else ""
    if options.json:
        for device in devices:
            print(json.dumps(_as_json(device), ensure_ascii=False))
    else:
        print_devices(devices, online=online)
        for one in beyond:
            what = f"{one.name} ({kind_word(one.kind)})"
            print(f"note: {what} is known, but can't be controlled yet")
        for clash in clashes:
            print(f"note: {clash}")
        if not devices:
            print(f"no devices: {f'broker unreachable: {problem}' if problem else NONE}")
    return 0 if online else 1


def print_devices(devices: tuple[Device, ...], *, online: bool) -> None:
    """A table: id, kind, name, area, state."""
    rows = [
        (d.id, d.kind, d.name, d.area or "-", _state(d) if online else "broker unreachable")
        for d in devices
    ]
    widths = [max(len(row[column]) for row in rows) for column in range(4)] if rows else []
    for row in rows:
        cells = [cell.ljust(width) for cell, width in zip(row[:4], widths, strict=True)]
        print("  ".join([*cells, row[4]]))


def _state(device: Device) -> str:
    if not device.available:
        return "not available"
    if not device.state:
        return "has not reported yet"
    return ", ".join(f"{name}={value}" for name, value in sorted(device.state.items()))


def _as_json(device: Device) -> dict[str, object]:
    return {
        "id": device.id,
        "kind": device.kind,
        "name": device.name,
        "aliases": list(device.aliases),
        "area": device.area,
        "device_class": device.device_class,
        "category": device.category,
        "features": sorted(device.features),
        "available": device.available,
        "state": dict(device.state),
    }
