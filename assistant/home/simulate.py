"""A simulated house: every device of a configuration as a real MQTT client of its own.

Each one takes commands in its dialect, changes its state and reports it, retained, as the devices
that people buy do, with availability and last will. For the demo, for tests, and for trying out a
config.yaml before anything is screwed to the wall.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Collection, Mapping
from secrets import token_hex
from typing import Self

from assistant.config import DeviceSettings, HouseSettings, Kind, MqttSettings
from assistant.errors import HouseError
from assistant.events import Message, Value
from assistant.home.attributes import COMMAND_ONLY, MANNER, complete, merge
from assistant.home.dialects import Dialect, open_dialect
from assistant.home.model import State
from assistant.home.readings import MEASURED, QUANTITIES, YES_OR_NO
from assistant.mqtt.link import Link
from assistant.mqtt.problems import LinkDown
from assistant.threads import Supervised

log = logging.getLogger(__name__)

START_S = 10.0  # for all devices to connect and report
FAREWELL_S = 1.0
PAUSE_S = 0.3  # before a device that lost its broker tries again

START: Mapping[Kind, State] = {
    "light": {"on": False, "brightness": 100},
    "switch": {"on": False},
    "climate": {"temperature": 20.5, "target_temperature": 20.0, "mode": "heat"},
    "media_player": {"playback": "stopped", "volume": 40, "title": ""},
    "cover": {"open": False, "position": 0, "tilt": 0},
    "fan": {"on": False, "speed": 50, "oscillating": False, "direction": "forward"},
    "lock": {"locked": True},
    "scene": {},
    "sensor": {
        **dict.fromkeys(QUANTITIES, 21.0),
        **dict.fromkeys(YES_OR_NO, False),
        "value": 0,
    },
}
"""What a device of each kind reports when it is switched on."""


def after(state: State, command: State) -> dict[str, Value]:
    """The state of a device that has carried out a command."""
    passing = COMMAND_ONLY | MANNER
    shown = {name: value for name, value in complete(command).items() if name not in passing}
    if "open" in command and "position" not in command and "position" in state:
        shown["position"] = 100 if command["open"] else 0
    if "query" in command:
        shown["title"] = command["query"]
    elif "skip" in command:
        shown["playback"] = "playing"
        shown["title"] = f"{command['skip']} after {state.get('title') or 'nothing'}"
    return merge(state, shown)


def start_state(dialect: Dialect, kind: Kind) -> dict[str, Value]:
    """What a device of that kind and those features reports at first."""
    modes = dialect.choices.get("mode", ())
    mode = "heat" if "heat" in modes or not modes else modes[0]
    reported = dialect.features | {"temperature", "title"} if dialect.features else MEASURED
    state = {name: value for name, value in START[kind].items() if name in reported}
    return {**state, "mode": mode} if "mode" in state else state


class SimulatedDevice:
    """One device, with a thread and a connection of its own; back by itself like a real one."""

    def __init__(
        self,
        settings: DeviceSettings,
        broker: MqttSettings,
        *,
        silent: bool = False,
        refuse: bool = False,
    ) -> None:
        self.dialect = open_dialect(settings)
        self.commands = 0
        """Commands that arrived, understood or not."""

        self.changed = threading.Condition()
        self.state: State = start_state(self.dialect, settings.kind)
        """What it knows about itself; replaced, never changed in place."""

        self.reported = False
        self.problem = "no answer"
        self._settings = settings
        self._broker = broker
        self._silent = silent
        self._refuse = refuse
        self._gone = False
        self._link: Link | None = None
        self._client_id = f"{settings.id}-{token_hex(4)}"
        self._thread = Supervised(self._run, f"device-{settings.id}", wanted=lambda: not self._gone)
        self._thread.start()

    def wait_reported(self, timeout_s: float) -> bool:
        """Wait until the broker has its first report."""
        with self.changed:
            return self.changed.wait_for(lambda: self.reported, timeout_s)

    def stop(self) -> None:
        """Leave in order, as not available."""
        self._leave()
        self._thread.join(2 * FAREWELL_S)

    def die(self) -> None:
        """Break off without a word, as when somebody pulls the plug: the last will is sent."""
        link = self._leave(wake=False)
        if link:
            link.abort("the plug was pulled")
        self._thread.join(2 * FAREWELL_S)

    def _leave(self, *, wake: bool = True) -> Link | None:
        with self.changed:
            self._gone = True
            self.changed.notify_all()
            if self._link and wake:
                self._link.wake()
            return self._link

    def _run(self) -> None:
        while not self._gone:
            link = self._link = Link(
                self._broker, self._client_id, self._will(), self._obey, self.changed
            )
            try:
                link.open()
                self._live(link)
            except LinkDown as down:
                self.problem = down.why
            finally:
                link.close()
            with self.changed:
                self.changed.wait_for(lambda: self._gone, PAUSE_S)

    def _live(self, link: Link) -> None:
        """Report, then take commands until the end."""
        link.subscribe((topic, 1) for topic in self.dialect.command_topics)
        last = self._send(link, available=True)
        link.run(lambda: link.acknowledged(last))
        with self.changed:
            self.reported = True
            self.changed.notify_all()
        link.run(lambda: self._gone)
        if self._gone and self.dialect.availability:
            last = [link.send(m) for m in self.dialect.availability.report(False)][-1]
            link.run(lambda: link.acknowledged(last), FAREWELL_S)

    def _send(self, link: Link, *, available: bool) -> int:
        """Report everything; returns the id of the last message."""
        messages = self.dialect.report(self.state)
        if self.dialect.availability and available:
            messages += self.dialect.availability.report(True)
        messages = messages or (Message(f"simulated/{self._client_id}", "here"),)
        return [link.send(message) for message in messages][-1]

    def _will(self) -> Message:
        if self.dialect.availability:
            return self.dialect.availability.report(False)[-1]
        return Message(f"simulated/{self._client_id}", "gone")  # nobody listens

    def _obey(self, topic: str, payload: bytes, _retained: bool) -> None:
        """Carry a command out and report."""
        with self.changed:
            self.commands += 1
            self.changed.notify_all()
        if self._silent:
            return
        try:
            command = self.dialect.obey(topic, payload)
        except ValueError as error:
            log.warning("simulated %s: a command that it cannot read: %s", self._settings.id, error)
            return
        if not self._refuse:
            self._change(command)
        if self._link:
            self._send(self._link, available=False)

    def _change(self, command: State) -> None:
        with self.changed:
            self.state = after(self.state, command)
            self.changed.notify_all()


class SimulatedHouse:
    """All devices of a configuration, connected and reported when the constructor returns.

    silent    ids of devices that take commands and never answer
    refuse    ids of devices that answer, but do not do it
    """

    def __init__(
        self,
        settings: HouseSettings,
        host: str,
        port: int,
        username: str | None = None,
        password: str | None = None,
        *,
        silent: Collection[str] = (),
        refuse: Collection[str] = (),
    ) -> None:
        broker = MqttSettings(host=host, port=port, username=username, password=password)
        self._devices = {
            device.id: SimulatedDevice(
                device, broker, silent=device.id in silent, refuse=device.id in refuse
            )
            for device in settings.devices
        }
        for id_, device in self._devices.items():
            if not device.wait_reported(START_S):
                self.close()
                raise HouseError(f"the simulated {id_} cannot report: {device.problem}")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let every device leave in order."""
        for device in self._devices.values():
            device.stop()

    def device(self, device_id: str) -> SimulatedDevice:
        """One of them, to pull its plug or to count its commands."""
        return self._devices[device_id]

    def state(self, device_id: str) -> State:
        """What the device itself knows, whatever the assistant believes."""
        return self._devices[device_id].state
