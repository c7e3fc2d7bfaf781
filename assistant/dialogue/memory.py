"""What was done last: what "it" is, what "again" repeats, what "undo that" takes back."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from assistant.events import Intent, Value
from assistant.home.attributes import COMMAND_ONLY, EXCLUSIVE, complete
from assistant.home.model import Change, Device
from assistant.home.risk import opens
from assistant.skill.answer import Targets

CONTEXT_S = 300.0
"""How long "them" and "again" refer to a command, seconds."""

JUST_NOW_S = 30.0
"""How long "brighter" alone does."""

UNDO_S = 900.0
_KEPT = 5


@dataclass(frozen=True, slots=True)
class Done:
    """A turn that was carried out."""

    intents: tuple[Intent, ...]
    targets: Targets | None
    """Of its last intent that had any."""

    undo: tuple[Change, ...]
    """What would take it back; empty: nothing can."""

    at: float
    """Monotonic seconds."""

    planned: tuple[tuple[str, str], ...] = ()
    """Skill and id of what was planned for later."""


class Memory:
    """The last turns of one site."""

    def __init__(self) -> None:
        self.clear()

    def clear(self) -> None:
        """Nothing was done yet."""
        self._done: deque[Done] = deque(maxlen=_KEPT)
        self._spoken_of: tuple[Targets, float] | None = None

    def remember(self, done: Done, *, joins: bool = False) -> None:
        """The latest turn.

        joins   its devices are spoken of together with those before
        """
        self._done.append(done)
        if done.targets:
            before = self.spoken_of(done.at) if joins else None
            together = _together(before, done.targets) if before else done.targets
            self._spoken_of = together, done.at

    def last(self, now: float) -> Done | None:
        """The last turn; None when it is long ago."""
        done = self._done[-1] if self._done else None
        return done if done and now - done.at <= CONTEXT_S else None

    def spoken_of(self, now: float, within_s: float = CONTEXT_S) -> Targets | None:
        """The devices that were spoken of last."""
        if self._spoken_of is None or now - self._spoken_of[1] > within_s:
            return None
        return self._spoken_of[0]

    def take_back(self, now: float) -> Done | None:
        """The last turn, which is forgotten by this; None: there is none to take back."""
        if not self._done or now - self._done[-1].at > UNDO_S:
            return None
        return self._done.pop()


def _together(first: Targets, second: Targets) -> Targets:
    devices = {device.id: device for device in (*first, *second)}
    phrase = f"{first.phrase} and {second.phrase}"
    return Targets(tuple(devices.values()), phrase, plural=True)


_LOOKS = frozenset[str]().union(*EXCLUSIVE)


def undoing(changes: Sequence[Change], devices: Mapping[str, Device]) -> tuple[Change, ...]:
    """What gives the devices back the state in which they are now, before `changes`.

    devices   by id, as they are now
    What a device never reported, or only takes as a command (skip, play), cannot be given back.
    Undoing never unlocks a door or opens a garage: that is asked for by itself.
    """
    merged: dict[str, dict[str, Value]] = {}
    for change in changes:
        merged.setdefault(change.device_id, {}).update(complete(change.attributes))
    found = []
    for id_, attributes in merged.items():
        before = _before(attributes, devices[id_]) if id_ in devices else {}
        # Undoing lets nobody in: that is asked for by itself.
        if before and not opens(devices[id_], before):
            found.append(Change(id_, before))
    return tuple(found)


def _before(attributes: Mapping[str, Value], device: Device) -> dict[str, Value]:
    touched = set(attributes)
    if touched & _LOOKS:
        touched |= _LOOKS
    known = touched & device.features & device.state.keys() - COMMAND_ONLY
    before = {name: device.state[name] for name in known}
    if before.get("on") is False:
        return {"on": False}
    if before.get("on") is True and "brightness" in device.features & device.state.keys():
        before["brightness"] = device.state["brightness"]
    return before
