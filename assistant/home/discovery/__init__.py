"""Devices that announce themselves on the broker.

announced        `Announcement`: what a device tells, whatever the way; `Source`: one way
homeassistant    Home Assistant's discovery topics; abbreviations, media beside it
zigbee2mqtt      bridge/devices, bridge/groups
tasmota          tasmota/discovery
shelly           first generation by announcement, later ones asked by RPC
arrange          config.yaml + announcements → the house
effects          what a device is told
folders          folders in names: which is the room
twins            what is announced twice
seniority        which of two announced itself first
clashes          who may be called what
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Self

from assistant.config import Clash, HouseSettings, KnownOnly
from assistant.errors import HouseError
from assistant.events import Message
from assistant.home.dialects.payload import GARBAGE
from assistant.home.discovery.announced import Announcement, Registry, Source
from assistant.home.discovery.arrange import arrange
from assistant.home.discovery.homeassistant import HomeAssistant
from assistant.home.discovery.seniority import Seniority
from assistant.home.discovery.shelly import Shelly
from assistant.home.discovery.tasmota import Tasmota
from assistant.home.discovery.zigbee2mqtt import Zigbee2Mqtt
from assistant.home.house import House
from assistant.mqtt.connection import Connection
from assistant.threads import Supervised

log = logging.getLogger(__name__)

QUIET_S = 0.1  # without an announcement, before the house is rearranged
LATEST_S = 0.4  # after the first announcement it is rearranged in any case
PATIENCE_S = 0.5  # for a device to report by itself, before it is asked
ASKED_PER_S = 20  # a Zigbee network has room for that many
STOP_S = 5.0
MAX_ANNOUNCED_BYTES = 8 * 1024 * 1024  # zigbee2mqtt tells of all its devices in one payload


def sources(settings: HouseSettings, own_topic: str) -> Iterator[Source]:
    """The ways of announcing that config.yaml lets be heard.

    own_topic    what lies below it is the assistant itself
    """
    wanted = settings.discover
    # A maker's own announcement says more than the one it makes for Home Assistant.
    for base in wanted.zigbee2mqtt:
        yield Zigbee2Mqtt(base, wanted.most_devices)
    if wanted.tasmota:
        yield Tasmota(wanted.tasmota, wanted.most_devices)
    if wanted.shelly:
        yield Shelly(wanted.most_devices)
    if wanted.homeassistant:
        yield HomeAssistant(wanted.homeassistant, wanted.most_devices, own_topic)


class Discovery:
    """Keeps the house as it is announced; open until `close()`.

    Threads: announcements arrive on the connection's; a thread of its own rearranges the house,
    tells whoever listens for names, and asks devices that do not report by themselves.
    """

    def __init__(
        self,
        config: HouseSettings,
        house: House,
        connection: Connection,
        *,
        registry: Registry | None = None,
        known: Path | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """known: file that tells, after a restart, which of two devices is the older."""
        self._config = config
        self._house = house
        self._connection = connection
        self._registry = registry
        self._clock = clock
        self._changed = threading.Condition()
        self._sources = tuple(sources(config, connection.settings.topic))
        self._seniority = Seniority(known)
        self._clashes: set[Clash] = set()
        self._first: float | None = None
        self._last = 0.0
        self._questions: list[Message] = []
        self._garbage: dict[str, int] = {}
        self._greeted = 0
        self._asked: set[tuple[int, str]] = set()
        self._ask_at: float | None = None
        self._closing = False
        self._busy = False
        connection.subscribe(connection.status_topic, self._on_status)
        for source in self._sources:
            for topic in source.topics:
                # Retained, and heard again after every reconnect: nothing is lost by QoS 0.
                connection.subscribe(
                    topic, self._hearing(source), qos=0, max_bytes=MAX_ANNOUNCED_BYTES
                )
        if registry:
            registry.on_change = self._note
        self._thread = Supervised(self._run, "discovery", wanted=lambda: not self._closing)
        self._thread.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def topics(self) -> tuple[str, ...]:
        """Where announcements are heard."""
        return tuple(topic for source in self._sources for topic in source.topics)

    @property
    def garbage(self) -> Mapping[str, int]:
        """Source → number of announcements that were ignored because they made no sense."""
        with self._changed:
            return dict(self._garbage)

    def counts(self) -> Mapping[str, int]:
        """Source → number of devices that it announces."""
        with self._changed:
            return {source.name: len(list(source.announced())) for source in self._sources}

    def wait_settled(self, timeout_s: float) -> bool:
        """Wait until what the broker had retained for us has become part of the house."""
        until = self._clock() + timeout_s
        if not self._connection.wait_settled(timeout_s):
            return False
        with self._changed:
            self._hurry()
            return self._changed.wait_for(
                lambda: self._first is None and not self._busy, until - self._clock()
            )

    def close(self) -> None:
        """Stop; does nothing the second time."""
        with self._changed:
            self._closing = True
            self._changed.notify_all()
        self._thread.join(STOP_S)

    def _hearing(self, source: Source) -> Callable[[str, bytes, bool], None]:
        def heard(topic: str, payload: bytes, _retained: bool) -> None:
            with self._changed:
                try:
                    self._questions += source.take(topic, payload)
                except GARBAGE as error:
                    self._ignore(source.name, topic, error)
            self._note()

        return heard

    def _note(self) -> None:
        """Something else is announced: the house is to be rearranged."""
        with self._changed:
            self._last = self._clock()
            self._first = self._last if self._first is None else self._first
            self._changed.notify_all()

    def _ignore(self, name: str, topic: str, error: Exception) -> None:
        """Count what makes no sense, and say so once per source."""
        self._garbage[name] = self._garbage.get(name, 0) + 1
        if self._garbage[name] == 1:
            log.warning("what is announced on %s is ignored: %s", topic, error)

    def _on_status(self, _topic: str, _payload: bytes, _retained: bool) -> None:
        """We are connected (again): say hello, and later ask those who said nothing."""
        with self._changed:
            if self._connection.session != self._greeted:
                self._greeted = self._connection.session
                self._questions += [m for source in self._sources for m in source.hello]
                self._ask_at = self._clock() + PATIENCE_S
                self._changed.notify_all()

    def _hurry(self) -> None:
        """Rearrange without waiting for quiet."""
        if self._first is not None:
            self._first = self._clock() - LATEST_S
            self._changed.notify_all()

    def _run(self) -> None:
        while not self._closing:
            with self._changed:
                if not self._due():  # whatever wakes us, how long to wait is thought over
                    self._changed.wait(self._wait_s())
                questions, self._questions = self._questions, []
                rearranged = self._first is not None and self._rearrange_at() <= self._clock()
                if rearranged:
                    self._first, self._busy = None, True
            for question in questions:
                self._send(question)
            if rearranged:
                self._rearrange()
            elif self._ask_at is not None and self._ask_at <= self._clock():
                self._ask_next()

    def _rearrange(self) -> None:
        try:
            with self._changed:
                found = [one for source in self._sources for one in source.announced()]
                beyond = [one for source in self._sources for one in _beyond(source)]
            config = self._furnish(found)
            arranged = arrange(config, found, self._seniority.of(one.id for one in found))
            self._tell(arranged.clashes)
            self._house.update(replace(arranged, known_only=tuple(beyond)))
        except Exception:  # whatever it is, the other devices must go on being found
            log.exception("the house could not be rearranged")
        with self._changed:
            self._busy = False
            if self._ask_at is None:
                self._ask_at = self._clock() + PATIENCE_S
            self._changed.notify_all()

    def _tell(self, clashes: Iterable[Clash]) -> None:
        """Say once who does not get the name that he announced."""
        for one in sorted(set(clashes) - self._clashes, key=lambda clash: clash.id):
            log.warning("%s", one)
        self._clashes.update(clashes)

    def _furnish(self, found: list[Announcement]) -> HouseSettings:
        """The configuration with what the registry knows; its devices join those that are found."""
        if self._registry is None:
            return self._config
        try:
            config, more = self._registry.furnish(self._config), list(self._registry.announced())
        except GARBAGE as error:  # the devices on the broker go on being found
            with self._changed:
                self._ignore("registry", "Home Assistant", error)
            return self._config
        found += more
        return config

    def _due(self) -> bool:
        return self._closing or bool(self._questions) or self._wait_s() == 0

    def _wait_s(self) -> float | None:
        times = [self._rearrange_at()] if self._first is not None else []
        times += [self._ask_at] if self._ask_at is not None else []
        return max(min(times) - self._clock(), 0) if times else None

    def _rearrange_at(self) -> float:
        first = self._first if self._first is not None else 0.0
        return min(self._last + QUIET_S, first + LATEST_S)

    def _ask_next(self) -> None:
        """Ask one device that has not reported since we connected, and that was not asked yet."""
        session = self._connection.session
        for device in self._house.unreported():
            if device.dialect.ask and (session, device.settings.id) not in self._asked:
                self._asked.add((session, device.settings.id))
                for message in device.dialect.ask:
                    self._send(message)
                self._ask_at = self._clock() + 1 / ASKED_PER_S
                return
        self._asked = {asked for asked in self._asked if asked[0] == session}
        self._ask_at = None

    def _send(self, message: Message) -> None:
        try:
            self._connection.publish(message)
        except HouseError as error:
            log.debug("not asked: %s", error.fix)


def _beyond(source: Source) -> Iterable[KnownOnly]:
    """What a source announces that nothing here can control: only one tells of such things."""
    return source.beyond() if isinstance(source, HomeAssistant) else ()
