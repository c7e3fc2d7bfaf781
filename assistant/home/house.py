"""The house: what there is, what it reports, and how a wish becomes an action that is checked.

Reports arrive on the connection's thread; `devices`, `plan` and `carry_out` may be called from
any other. Without a connection the house is only planned with (`--dry-run`).
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from assistant.config import DeviceSettings, HouseSettings
from assistant.errors import HouseError
from assistant.events import Action, Confirmed, Published, Value
from assistant.home.attributes import ATTRIBUTES, COMMAND_ONLY, check, complete, fulfilled, merge
from assistant.home.dialects import Dialect, open_dialect
from assistant.home.model import Change, Device, State
from assistant.mqtt.connection import Connection

log = logging.getLogger(__name__)

NOT_AVAILABLE = "is not available"
NO_ANSWER = "did not answer"
NOT_DONE = "did not do it"


@dataclass(slots=True)
class Followed:
    """One device as its reports tell it; changed under the house's lock only."""

    settings: DeviceSettings
    dialect: Dialect
    state: dict[str, Value] = field(default_factory=dict)
    told_in: dict[str, int] = field(default_factory=dict)
    """Attribute → number of the connection in which it was last reported."""

    available: bool | None = None
    """None: the device has not told, or never does."""

    reports: int = 0
    garbage: int = 0


@dataclass(frozen=True, slots=True)
class Awaited:
    """An action that was published, and what its device has to report."""

    device: Followed
    wanted: State
    reports_before: int
    session: int

    def problem(self) -> str | None:
        """Why it does not count as done (yet); None: it is done."""
        device = self.device
        if device.available is False:
            return NOT_AVAILABLE
        answered = device.reports > self.reports_before
        if COMMAND_ONLY & self.wanted.keys() and not answered:
            return NO_ANSWER
        # What was known before this connection may have changed while nobody listened.
        known = {n: v for n, v in device.state.items() if device.told_in[n] == self.session}
        if fulfilled(self.wanted, known):
            return None
        return NOT_DONE if answered else NO_ANSWER


class House:
    """Floors, areas and devices; devices with their state as they report it."""

    def __init__(
        self,
        settings: HouseSettings,
        connection: Connection | None,
        *,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Raises ConfigError for a device whose `mqtt:` mapping cannot be used."""
        self.floors = settings.floors
        self.areas = settings.areas
        self._fahrenheit = settings.temperature_unit == "fahrenheit"
        self._connection = connection
        self._clock = clock
        self._changed = threading.Condition()
        self._devices = {d.id: Followed(d, open_dialect(d)) for d in settings.devices}
        for device in self._devices.values():
            if connection:
                self._follow(device, connection)

    @property
    def online(self) -> bool:
        """Whether the broker can be reached."""
        return self._connection is not None and self._connection.online

    @property
    def garbage(self) -> Mapping[str, int]:
        """Device id → number of its reports that were ignored because they made no sense."""
        return {id_: device.garbage for id_, device in self._devices.items() if device.garbage}

    def devices(self) -> tuple[Device, ...]:
        """Every device as it is at this moment, in the order of the configuration."""
        with self._changed:
            return tuple(_snapshot(device) for device in self._devices.values())

    def suppose(self, states: Mapping[str, State]) -> None:
        """Without a connection: as if the devices had reported this, and nothing else, so far."""
        with self._changed:
            for id_, device in self._devices.items():
                device.state = dict(states.get(id_, {}))

    def wait_reported(self, timeout_s: float) -> bool:
        """Wait until every device has reported since we connected, or told that it is away."""
        with self._changed:
            return self._changed.wait_for(self._all_reported, timeout_s)

    def _all_reported(self) -> bool:
        session = self._connection.session if self._connection else 0
        return all(
            device.available is False or session in device.told_in.values()
            for device in self._devices.values()
        )

    def plan(self, changes: Iterable[Change]) -> tuple[Action, ...]:
        """The messages that bring the changes about; needs no connection.

        Raises HouseError with a sentence to speak when a device cannot do what is asked.
        """
        return tuple(self._action(change) for change in _merged(changes))

    def _action(self, change: Change) -> Action:
        device = self._devices.get(change.device_id)
        if device is None:
            raise HouseError(f"There is no device called {change.device_id}.")
        dialect, name = device.dialect, device.settings.name
        attributes = _fit(complete(change.attributes), device)
        for attribute, value in attributes.items():
            if attribute not in dialect.features:
                cannot = (
                    ATTRIBUTES[attribute].cannot if attribute in ATTRIBUTES else "can't do that"
                )
                raise HouseError(f"The {name} {cannot}.")
            check(
                name,
                attribute,
                value,
                limits=dialect.limits.get(attribute),
                choices=dialect.choices.get(attribute, ()),
                fahrenheit=self._fahrenheit,
            )
        return Action(device.settings.id, attributes, dialect.commands(attributes))

    def carry_out(self, actions: Sequence[Action]) -> Iterator[Published | Confirmed]:
        """Publish the actions, then wait until the devices report that they are done.

        Yields `Published` when the broker has a message and one `Confirmed` per action, as they
        come, all within `mqtt.confirm_s` after the last message. A device that is known to be away
        is sent nothing: the broker might keep it and hand it over when nobody wants it any more.
        Raises HouseError when the broker cannot be reached; what was not sent then is never sent.
        """
        if self._connection is None:
            raise HouseError("I can't reach the house.", fix="there is no connection")
        awaited = []
        for action in actions:
            if not action.device_id:  # a skill's own messages: nobody reports that they arrived
                yield from self._publish(action, self._connection)
                continue
            device = self._devices[action.device_id]
            if device.available is False:
                yield Confirmed(action.device_id, done=False, problem=NOT_AVAILABLE)
                continue
            awaited.append(self._awaited(action, device, self._connection.session))
            yield from self._publish(action, self._connection)
        yield from self._confirm(awaited, self._clock() + self._connection.settings.confirm_s)

    def _publish(self, action: Action, connection: Connection) -> Iterator[Published]:
        for message in action.messages:
            connection.publish(message)
            yield Published(action.device_id, message)

    def _awaited(self, action: Action, device: Followed, session: int) -> Awaited:
        # What the device understands is what it will report: brightness in ten steps, whole °F.
        wanted = dict(action.change)
        for message in action.messages:
            wanted.update(device.dialect.obey(message.topic, message.payload.encode()))
        return Awaited(device, wanted, device.reports, session)

    def _confirm(self, awaited: list[Awaited], deadline: float) -> Iterator[Confirmed]:
        """One `Confirmed` for each, as soon as it is known; the rest at the deadline."""
        while awaited:
            with self._changed:
                self._changed.wait_for(
                    lambda: any(map(_decided, awaited)), deadline - self._clock()
                )
                late = self._clock() >= deadline
                known = [(a, a.problem()) for a in awaited if late or _decided(a)]
            for one, problem in known:
                awaited.remove(one)
                yield Confirmed(one.device.settings.id, done=problem is None, problem=problem or "")

    def _follow(self, device: Followed, connection: Connection) -> None:
        """Keep the device's state up to date from what it reports."""

        def reported(topic: str, payload: bytes, _retained: bool) -> None:
            self._reported(device, topic, payload, connection.session)

        def available(topic: str, payload: bytes, _retained: bool) -> None:
            self._available(device, topic, payload)

        for topic in device.dialect.topics:
            connection.subscribe(topic, reported)
        if device.dialect.availability:
            connection.subscribe(device.dialect.availability.topic, available)

    def _reported(self, device: Followed, topic: str, payload: bytes, session: int) -> None:
        try:
            report = device.dialect.read(topic, payload)
        except ValueError as error:
            self._ignore(device, topic, error)
            return
        if not report:
            return
        with self._changed:
            device.state = merge(device.state, report)
            device.told_in.update(dict.fromkeys(report, session))
            device.reports += 1
            self._changed.notify_all()

    def _available(self, device: Followed, topic: str, payload: bytes) -> None:
        availability = device.dialect.availability
        if availability is None or not payload:
            return
        try:
            available = availability.read(payload)
        except ValueError as error:
            self._ignore(device, topic, error)
            return
        with self._changed:
            device.available = available
            self._changed.notify_all()

    def _ignore(self, device: Followed, topic: str, error: ValueError) -> None:
        """Count what makes no sense, and say so once per device."""
        device.garbage += 1
        if device.garbage == 1:
            where = device.settings.where or "config.yaml"
            log.warning(
                "%s: device %r: what it reports on %s is ignored: %s",
                *(where, device.settings.id, topic, error),
            )


def _decided(awaited: Awaited) -> bool:
    return awaited.problem() in (None, NOT_AVAILABLE)


def _snapshot(device: Followed) -> Device:
    settings = device.settings
    return Device(
        settings.id,
        settings.kind,
        settings.name,
        settings.aliases,
        settings.area,
        features=device.dialect.features,
        available=device.available is not False,
        state=dict(device.state),
    )


def _merged(changes: Iterable[Change]) -> list[Change]:
    """One change per device, the later wish winning; "skip, skip" stays two."""
    merged: list[Change] = []
    for change in changes:
        for i, earlier in enumerate(merged):
            both = COMMAND_ONLY & earlier.attributes.keys() & change.attributes.keys()
            if earlier.device_id == change.device_id and not both:
                merged[i] = Change(change.device_id, {**earlier.attributes, **change.attributes})
                break
        else:
            merged.append(change)
    return merged


def _fit(attributes: dict[str, Value], device: Followed) -> dict[str, Value]:
    """The attributes as this device can take them."""
    white = attributes.get("color_temperature")
    if "color_temperature" in device.dialect.limits and isinstance(white, int | float):
        # "Warm white" means the warmest a lamp has, not a refusal.
        low, high = device.dialect.limits["color_temperature"]
        attributes["color_temperature"] = round(min(max(white, low), high))
    if "saturation" in attributes and "hue" not in attributes:
        if "hue" not in device.state:
            raise HouseError(f"I don't know the colour of the {device.settings.name}.")
        attributes["hue"] = device.state["hue"]
    return attributes
