"""The house: what there is, what it reports, and how a wish becomes an action that is checked.

Reports arrive on the connection's thread; everything else may be called from any other. Without a
connection the house is only planned with (`--dry-run`).
"""

from __future__ import annotations

import logging
import math
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from assistant.config import DeviceSettings, HouseSettings, RoutineSettings
from assistant.errors import ConfigError, HouseError, SentError
from assistant.events import Action, Confirmed, Message, Published
from assistant.home.attributes import COMMAND_ONLY, MANNER, check, complete
from assistant.home.awaited import Awaited
from assistant.home.carrier import Carrier
from assistant.home.changes import fit, merged
from assistant.home.dialects import open_dialect
from assistant.home.entrances import opened_by
from assistant.home.followed import HELD, NOT_AVAILABLE, NOT_DONE, NOT_REACHED, Followed
from assistant.home.model import Change, Device, State
from assistant.lang import language

if TYPE_CHECKING:
    from assistant.mqtt.connection import Connection

log = logging.getLogger(__name__)

ASK_AFTER = 0.4  # of `mqtt.confirm_s`: who has said nothing by then is asked
LOOK_S = 0.1  # between two looks at the connection, while an answer is waited for
AGAIN_S = 0.3  # between two attempts to reach a device that is only just coming back


class House:
    """Floors, areas and devices; devices with their state as they report it."""

    def __init__(
        self,
        settings: HouseSettings,
        connection: Connection | None,
        *,
        carriers: Mapping[str, Carrier] | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Raises ConfigError for a device whose `mqtt:` mapping cannot be used.

        carriers    name → way to the devices that are not on MQTT (see carrier.py)
        """
        self.settings = settings
        """What there is at this moment: config.yaml, and what was discovered."""

        self.problems: Mapping[str, ConfigError] = {}
        """Id → why a device that announced itself cannot be used."""

        self._connection = connection
        self._carriers: dict[str, Carrier] = dict(carriers or {})
        if connection:
            self._carriers["mqtt"] = connection
        self._clock = clock
        self._listeners: list[Callable[[HouseSettings], None]] = []
        self._changed = threading.Condition()
        self._devices = {d.id: Followed(d, open_dialect(d)) for d in settings.devices}
        for device in self._devices.values():
            self._follow(device)

    @property
    def online(self) -> bool:
        """Whether the broker, or another carrier, can be reached."""
        return any(carrier.online for carrier in self._carriers.values())

    @property
    def garbage(self) -> Mapping[str, int]:
        """Device id → number of its reports that were ignored because they made no sense."""
        with self._changed:
            return {id_: device.garbage for id_, device in self._devices.items() if device.garbage}

    def devices(self) -> tuple[Device, ...]:
        """Every device as it is at this moment, in the order of the configuration.

        The routines of config.yaml come last: to those who speak of them they are scenes.
        """
        routines = tuple(map(_scene, self.settings.routines))
        with self._changed:
            devices = self._devices.values()
            return tuple(one.snapshot(self._session(one)) for one in devices) + routines

    def opened_by(self, messages: Iterable[Message]) -> tuple[Device, ...]:
        """The devices that let somebody in when these messages are sent."""
        if not (messages := tuple(messages)):
            return ()
        with self._changed:
            seen = [(one, one.snapshot(self._session(one))) for one in self._devices.values()]
        return tuple(device for one in messages for device in opened_by(one, seen))

    def on_names_changed(self, listener: Callable[[HouseSettings], None]) -> None:
        """Call `listener(settings)` whenever what can be said changes.

        A device appeared, was renamed or vanished, or an area did. It is called on the thread
        that found out, one call at a time, and may take its time.
        """
        self._listeners.append(listener)

    def update(self, settings: HouseSettings) -> None:
        """Take in what there is now; only one thread at a time may do so.

        A device that stayed keeps its state. One that announced itself and cannot be used is left
        out and told once (`problems`).
        """
        devices, problems = self._renewed(settings)
        gone = [d for d in self._devices.values() if devices.get(d.settings.id) is not d]
        new = [d for d in devices.values() if self._devices.get(d.settings.id) is not d]
        usable = tuple(d for d in settings.devices if d.id in devices)
        before, self.settings = self.settings, replace(settings, devices=usable)
        with self._changed:
            for device in usable:
                devices[device.id].settings = device
            self._devices, self.problems = devices, problems
            self._changed.notify_all()
        for followed in gone:
            self._unfollow(followed)
        for followed in new:
            self._follow(followed)
        if _spoken(self.settings) != _spoken(before):
            for listener in self._listeners:
                listener(self.settings)

    def _renewed(
        self, settings: HouseSettings
    ) -> tuple[dict[str, Followed], dict[str, ConfigError]]:
        """The devices of `settings`, known ones as they are, and what is wrong with the others."""
        devices, problems = dict[str, Followed](), dict[str, ConfigError]()
        for device in settings.devices:
            try:
                devices[device.id] = _renewed(self._devices.get(device.id), device)
            except ConfigError as error:
                problems[device.id] = error
                if device.id not in self.problems:
                    log.warning("%s", error.problem)
        return devices, problems

    def suppose(self, states: Mapping[str, State]) -> None:
        """Without a connection: as if the devices had reported this, and nothing else, so far."""
        with self._changed:
            for id_, device in self._devices.items():
                device.state, device.told_in, device.kept = {}, {}, set()
                device.take(states.get(id_, {}), self._session(device))

    def wait_reported(self, timeout_s: float) -> bool:
        """Wait until every device has reported since we connected, or told that it is away."""
        with self._changed:
            return self._changed.wait_for(lambda: not self._unreported(), timeout_s)

    def wait_answered(self, timeout_s: float) -> bool:
        """Wait until every device that can be asked for its state has told it."""
        with self._changed:
            return self._changed.wait_for(
                lambda: not any(device.dialect.ask for device in self._unreported()), timeout_s
            )

    def unreported(self) -> tuple[Followed, ...]:
        """Devices of which nothing has been heard since we connected, though they could tell."""
        with self._changed:
            return tuple(self._unreported())

    def _unreported(self) -> list[Followed]:
        return [
            device
            for device in self._devices.values()
            if device.dialect.topics
            and not device.away(self._session(device))
            and self._session(device) not in device.told_in.values()
        ]

    def _session(self, device: Followed) -> int:
        carrier = self._carriers.get(device.dialect.carrier)
        return carrier.session if carrier else 0

    def plan(self, changes: Iterable[Change]) -> tuple[Action, ...]:
        """The messages that bring the changes about; needs no connection.

        Raises HouseError with a sentence to speak when a device cannot do what is asked.
        """
        return tuple(self._action(change) for change in merged(changes))

    def _action(self, change: Change) -> Action:
        device = self._devices.get(change.device_id)
        if device is None:
            raise HouseError(language().say("no_device", name=change.device_id))
        dialect, name = device.dialect, device.settings.name
        attributes = fit(complete(change.attributes), device)
        for attribute, value in attributes.items():
            if attribute not in dialect.features:
                raise HouseError(_cannot(name, attribute))
            check(
                name,
                attribute,
                value,
                limits=dialect.limits.get(attribute),
                choices=dialect.choices.get(attribute, ()),
                fahrenheit=self.settings.temperature_unit == "fahrenheit",
            )
        try:
            return Action(device.settings.id, attributes, dialect.commands(attributes))
        except ValueError as error:  # of a template that the device announced
            raise HouseError(_cannot(name), fix=str(error)) from error

    def carry_out(self, actions: Sequence[Action]) -> Iterator[Published | Confirmed]:
        """Publish the actions, then wait until the devices report that they are done.

        Yields `Published` when the broker has a message and one `Confirmed` per action, as they
        come, all within `mqtt.confirm_s` after the last message. A device that is known to be away
        is sent nothing: the broker might keep it and hand it over when nobody wants it any more.
        Where something refuses or cannot be reached, the other devices are commanded all the same;
        what was not sent then is never sent. Raises HouseError when nothing could be sent.
        """
        awaited, unsent = list[Awaited](), list[_Unsent]()
        for action in actions:
            if not action.device_id:  # a skill's own messages: nobody reports that they arrived
                yield from _publish(action, self._carrier("mqtt"))
                continue
            device = self._devices.get(action.device_id)
            if device is None or device.away(self._session(device)):
                yield Confirmed(action.device_id, done=False, problem=NOT_AVAILABLE)
                continue
            one = self._awaited(action, device)
            try:
                yield from self._send(action, device, unsent)
            except HouseError as error:
                one.held = isinstance(error, SentError) and error.hangs
                if not one.held:
                    unsent.append(_Unsent(device, error, away=not self._is_online(device)))
                    continue
            awaited.append(one)
            self._believe(action, device, one.session)
        if unsent and not awaited:
            raise unsent[0].error
        yield from (one.confirmed() for one in unsent)
        confirm_s = self._connection.settings.confirm_s if self._connection else 0.0
        with self._woken_by([one.device for one in awaited]):
            yield from self._confirm(awaited, confirm_s)

    def _send(
        self, action: Action, device: Followed, unsent: Sequence[_Unsent]
    ) -> Iterator[Published]:
        """Publish; raises HouseError, at once where what carries it turned out to be away."""
        name = device.dialect.carrier
        for one in unsent:
            if one.away and one.device.dialect.carrier == name:
                raise one.error
        yield from _publish(action, self._carrier(name))

    def _is_online(self, device: Followed) -> bool:
        carrier = self._carriers.get(device.dialect.carrier)
        return carrier is not None and carrier.online

    def _carrier(self, name: str) -> Carrier:
        if (carrier := self._carriers.get(name)) is None:
            raise HouseError("I can't reach the house.", fix="there is no connection")
        return carrier

    def _awaited(self, action: Action, device: Followed) -> Awaited:
        # What the device understands is what it will report: brightness in ten steps, whole °F.
        wanted = dict(action.change)
        for message in action.messages:
            try:
                wanted.update(device.dialect.obey(message.topic, message.payload.encode()))
            except ValueError:  # made by a template, which cannot be undone
                continue
        silent = device.dialect.silent
        wanted = {name: value for name, value in wanted.items() if name not in silent}
        session = self._session(device)
        with self._changed:
            return Awaited(action, device, wanted, device.known(session), session)

    def _believe(self, action: Action, device: Followed, session: int) -> None:
        """What a device never reports is as it was asked to be."""
        kept = device.dialect.silent - COMMAND_ONLY - MANNER
        with self._changed:
            device.take({n: v for n, v in action.change.items() if n in kept}, session)

    @contextmanager
    def _woken_by(self, devices: Sequence[Followed]) -> Iterator[None]:
        """Within it, reports of the devices wake who waits for `_changed`."""
        with self._changed:
            for device in devices:
                device.awaited += 1
        try:
            yield
        finally:
            with self._changed:
                for device in devices:
                    device.awaited -= 1

    def _confirm(self, awaited: list[Awaited], confirm_s: float) -> Iterator[Confirmed]:
        """One `Confirmed` for each, as soon as it is known; the rest after `confirm_s`."""
        now = self._clock()
        deadline, ask_at = now + confirm_s, now + ASK_AFTER * confirm_s
        while awaited:
            with self._changed:
                self._changed.wait_for(
                    lambda: any(one.decided or one.due(self._clock()) for one in awaited),
                    min(deadline, ask_at, self._clock() + LOOK_S) - self._clock(),
                )
                now = self._clock()
                for one in awaited:
                    one.lost = not one.held and not self._still(one)
                known = [(one, one.problem()) for one in awaited if now >= deadline or one.decided]
            for one, problem in known:
                awaited.remove(one)
                yield Confirmed(one.device.settings.id, done=problem is None, problem=problem or "")
            self._try_again([one for one in awaited if one.due(now)], now)
            if now >= ask_at:
                ask_at = math.inf
                self._ask([one.device for one in awaited if not one.answered])

    def _still(self, one: Awaited) -> bool:
        """Whether the connection on which it was sent is still there."""
        return self._is_online(one.device) and self._session(one.device) == one.session

    def _try_again(self, late: Sequence[Awaited], now: float) -> None:
        """Tell those who were not there yet; what may be done only once is not said again."""
        for one in late:
            one.again_at = now + AGAIN_S
            if self._is_online(one.device):
                with suppress(HouseError):
                    for _ in _publish(one.action, self._carrier(one.device.dialect.carrier)):
                        one.held = False

    def _ask(self, silent: Sequence[Followed]) -> None:
        """Have devices report that have not: some only tell what is new to them."""
        for device in silent:
            with suppress(HouseError):
                for message in device.dialect.ask if self._is_online(device) else ():
                    self._carrier(device.dialect.carrier).publish(message)
            if not device.dialect.ask and device.dialect.carrier == "mqtt" and self._connection:
                self._connection.renew(device.topics())

    def _follow(self, device: Followed) -> None:
        """Keep the device's state up to date from what it reports."""
        carrier = self._carriers.get(device.dialect.carrier)
        if carrier is None:
            return
        device.heard = self._hearing(device, carrier)
        for topic in device.topics():
            carrier.subscribe(topic, device.heard, steady=True)

    def _unfollow(self, device: Followed) -> None:
        carrier = self._carriers.get(device.dialect.carrier)
        if carrier is None or device.heard is None:
            return
        for topic in device.topics():
            carrier.unsubscribe(topic, device.heard)

    def _hearing(self, device: Followed, carrier: Carrier) -> Callable[[str, bytes, bool], None]:
        def heard(topic: str, payload: bytes, retained: bool) -> None:
            with self._changed:
                session = carrier.session
                first = session not in device.told_in.values()
                told = device.report(topic, payload, session, retained=retained)
                # Whoever waits is woken by what he waits for, not by ten thousand other reports.
                if told and (first or device.awaited):
                    self._changed.notify_all()

        return heard


def _scene(routine: RoutineSettings) -> Device:
    return Device(
        f"routine_{'_'.join(routine.name.lower().split())}",
        "scene",
        routine.name,
        routine.aliases,
        routine.area,
        features=frozenset({"activate"}),
        commands=routine.commands,
    )


@dataclass(frozen=True, slots=True)
class _Unsent:
    """A command that did not go out."""

    device: Followed
    error: HouseError
    away: bool
    """What carries it cannot be reached; else it refused this one."""

    def confirmed(self) -> Confirmed:
        """What is told of it where other commands did go out."""
        problem = NOT_REACHED if self.away else NOT_DONE
        problem = HELD if isinstance(self.error, SentError) else problem
        return Confirmed(self.device.settings.id, done=False, problem=problem)


def _publish(action: Action, carrier: Carrier) -> Iterator[Published]:
    for message in action.messages:
        carrier.publish(message)
        yield Published(action.device_id, message)


def _renewed(old: Followed | None, settings: DeviceSettings) -> Followed:
    """`old` where it speaks as before, or a new one; raises ConfigError."""
    if old and _speech(old.settings) == _speech(settings):
        return old
    return Followed(settings, open_dialect(settings))


def _speech(settings: DeviceSettings) -> tuple[object, ...]:
    return settings.kind, settings.dialect, settings.mqtt, settings.announced


def _spoken(settings: HouseSettings) -> tuple[object, ...]:
    """What of a house can be said."""
    devices = [(d.id, d.kind, d.name, d.aliases, d.area, d.category) for d in settings.devices]
    return devices, settings.areas, settings.floors, settings.routines


def _cannot(device: str, attribute: str = "") -> str:
    said = language()
    return said.say("cannot", name=said.wording.the(device), cannot=said.cannot(attribute))
