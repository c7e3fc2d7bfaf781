"""A real zigbee2mqtt for tests, with devices behind a radio that is emulated (radio.cjs)."""

from __future__ import annotations

import json
import os
import subprocess
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import pytest
import yaml
from broker import Mosquitto
from repository import ROOT

PEERS = ROOT / ".node-peers"
NODE = PEERS / "node_modules" / ".bin" / "node"
MODULES = PEERS / "node_modules"
START_S = 60.0
STOP_S = 20.0


def need_node() -> None:
    """Skip, loudly, where it was not installed."""
    if not (MODULES / "zigbee2mqtt").is_dir():
        pytest.skip("NOT TESTED: run scripts/test --with-zigbee2mqtt")


@dataclass(frozen=True)
class Endpoint:
    number: int
    clusters: tuple[int, ...]
    """What it has, as numbers of the Zigbee Cluster Library."""

    type: int
    """Its device type: 269 a colour lamp, 81 a plug …"""


@dataclass(frozen=True)
class Thing:
    """A device that has been paired long ago."""

    name: str
    model: str
    maker: str
    endpoints: tuple[Endpoint, ...]
    battery: bool = False


class Zigbee2Mqtt:
    """Running from `__enter__` on."""

    def __init__(
        self, folder: Path, broker: Mosquitto, things: Sequence[Thing], **advanced: Any
    ) -> None:
        """advanced: as in its configuration.yaml."""
        need_node()
        self.things = tuple(things)
        self._folder = folder
        self._write(broker, advanced)

    def _write(self, broker: Mosquitto, advanced: dict[str, Any]) -> None:
        addresses = {self.address(one): one for one in self.things}
        login = {"user": broker.username, "password": broker.password}
        config = {
            "version": 5,
            "mqtt": {
                "server": f"mqtt://{broker.host}:{broker.port}",
                "base_topic": "zigbee2mqtt",
                **login,
            },
            "serial": {"port": "/dev/null", "adapter": "zstack"},
            "frontend": {"enabled": False},
            # As most people have it; it refuses that together with another output.
            "homeassistant": {"enabled": advanced.get("output", "json") == "json"},
            "advanced": {"log_output": ["console"], "network_key": list(range(16)), **advanced},
            "devices": {ieee(at): {"friendly_name": one.name} for at, one in addresses.items()},
            "groups": {"1": {"friendly_name": "all lamps", "devices": []}},
        }
        (self._folder / "configuration.yaml").write_text(yaml.safe_dump(config))
        entries = [_coordinator(), *(_entry(at, one) for at, one in addresses.items())]
        (self._folder / "database.db").write_text("\n".join(map(json.dumps, entries)))

    def address(self, thing: Thing) -> int:
        """Its number in the network."""
        return 2 + self.things.index(thing)

    def __enter__(self) -> Self:
        self._log = (self._folder / "output.log").open("w")
        self._process = subprocess.Popen(
            [NODE, "--require", Path(__file__).parent / "radio.cjs", MODULES / "zigbee2mqtt"],
            env={
                **os.environ,
                "ZIGBEE2MQTT_DATA": str(self._folder),
                "ZIGBEE2MQTT_FROM": str(MODULES),
                "Z2M_ONBOARD_NO_SERVER": "1",
                "GIT_DIR": "/dev/null",  # or it takes our commit for its own, and builds itself
            },
            stdin=subprocess.PIPE,
            stdout=self._log,
            stderr=subprocess.STDOUT,
            text=True,
        )
        return self

    def __exit__(self, *_: object) -> None:
        self._process.terminate()
        try:
            self._process.wait(STOP_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        assert self._process.stdin
        self._process.stdin.close()
        self._log.close()

    def wait_started(self) -> None:
        """Wait until it has said everything that it says at first; raises AssertionError."""
        begin = time.monotonic()
        while "Zigbee2MQTT started!" not in self.said():
            assert self._process.poll() is None, self.said()[-3000:]
            assert time.monotonic() - begin < START_S, self.said()[-3000:]
            time.sleep(0.1)

    def report(self, thing: Thing, cluster: str, **attributes: Any) -> None:
        """Let the device report."""
        at = {"address": self.address(thing), "endpoint": thing.endpoints[0].number}
        line = json.dumps({**at, "cluster": cluster, "attributes": attributes})
        assert self._process.stdin
        self._process.stdin.write(line + "\n")
        self._process.stdin.flush()

    def said(self) -> str:
        """All that it printed."""
        return (self._folder / "output.log").read_text()

    def radioed(self) -> list[dict[str, Any]]:
        """The commands that went over the air."""
        lines = self.said().splitlines()
        return [json.loads(line[6:]) for line in lines if line.startswith("RADIO ")]


def ieee(address: int) -> str:
    """The long address of a number in the network."""
    return f"0x{0x00158D0000000000 + address:016x}"


def _coordinator() -> dict[str, Any]:
    return {
        "id": 1, "type": "Coordinator", "ieeeAddr": "0x00124b0000000001", "nwkAddr": 0,
        "manufId": 0, "epList": [1], "interviewCompleted": True, "interviewState": "SUCCESSFUL",
        "meta": {}, "endpoints": {"1": _endpoint(Endpoint(1, (), 5))},
    }  # fmt: skip


def _entry(address: int, thing: Thing) -> dict[str, Any]:
    return {
        "id": address, "type": "EndDevice" if thing.battery else "Router", "manufId": 4476,
        "ieeeAddr": ieee(address), "nwkAddr": address, "manufName": thing.maker,
        "powerSource": "Battery" if thing.battery else "Mains (single phase)",
        "modelId": thing.model, "epList": [one.number for one in thing.endpoints],
        "endpoints": {str(one.number): _endpoint(one) for one in thing.endpoints},
        "interviewCompleted": True, "interviewState": "SUCCESSFUL", "meta": {}, "lastSeen": 0,
    }  # fmt: skip


def _endpoint(endpoint: Endpoint) -> dict[str, Any]:
    return {
        "profId": 260, "epId": endpoint.number, "devId": endpoint.type,
        "inClusterList": list(endpoint.clusters), "outClusterList": [],
        "clusters": {}, "binds": [], "configuredReportings": [], "meta": {},
    }  # fmt: skip
