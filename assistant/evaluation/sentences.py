"""What people say, and what must come of it in the house: tests/sentences, read.

The sentences name devices and attributes and no intent, so that they measure any understanding.
`tests/sentences/sentences.yaml` describes its keys. Half of the conversations, by their hash, are
for developing; of the other half only the figure is ever looked at.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Literal, TypeVar

from assistant.colors import COLORS
from assistant.config import HouseSettings
from assistant.errors import ConfigError
from assistant.events import Value
from assistant.home.model import State
from assistant.schema import read_yaml

Half = Literal["develop", "held-out"]
States = Mapping[str, State]
"""Device id → attributes."""


@dataclass(frozen=True, slots=True)
class Item:
    """A timer, an alarm, a reminder or a command for later; what is not given is not looked at."""

    seconds: float | None = None
    """That remain; those of a timer that rings are 0."""

    time: str | None = None
    """"06:30"."""

    date: str | None = None
    """"2026-11-25", of what is to happen once."""

    days: tuple[str, ...] = ()
    """mon, tue …, of what is to happen again and again."""

    name: str | None = None
    text: str | None = None
    paused: bool = False
    ringing: bool = False
    snoozed: bool = False
    command: Mapping[str, Mapping[str, Value]] = field(default_factory=dict)
    """What a command for later comes to."""


@dataclass(frozen=True, slots=True)
class Scheduled:
    """One of the four kinds."""

    timer: Item | None = None
    alarm: Item | None = None
    reminder: Item | None = None
    delayed: Item | None = None

    @property
    def kind(self) -> str:
        """The name of the one that is given; empty: none is."""
        return next((k for k in ("timer", "alarm", "reminder", "delayed") if getattr(self, k)), "")

    @property
    def item(self) -> Item:
        """The one that is given."""
        return self.timer or self.alarm or self.reminder or self.delayed or Item()


AS_BEFORE = (Scheduled(),)


@dataclass(frozen=True, slots=True)
class Outcome(Scheduled):
    """What must come of a sentence; whatever is not named must stay as it is."""

    command: Mapping[str, Mapping[str, Value]] = field(default_factory=dict)
    may: tuple[str, ...] = ()
    reply: tuple[str, ...] = ()
    becomes: tuple[Scheduled, ...] = AS_BEFORE
    silence: bool = False
    question: bool = False
    nothing: bool = False
    any: tuple[Outcome, ...] = ()


T = TypeVar("T", bound=Outcome)


@dataclass(frozen=True, slots=True)
class Said(Outcome):
    """One sentence of a dialogue and what must come of it."""

    say: str = ""


@dataclass(frozen=True, slots=True)
class _Entry(Outcome):
    say: tuple[str, ...] = ()
    dialogue: tuple[Said, ...] = ()
    at: str = ""
    state: Mapping[str, Mapping[str, Value]] = field(default_factory=dict)
    running: tuple[Scheduled, ...] = ()
    where: str = ""

    def __post_init__(self) -> None:
        if bool(self.say) == bool(self.dialogue):
            raise ValueError("an entry needs say: [sentences], or dialogue: [entries]")


@dataclass(frozen=True, slots=True)
class _File:
    domains: Mapping[str, tuple[_Entry, ...]]
    now: str
    at: str
    groups: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    start: Mapping[str, Mapping[str, Value]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Talk:
    """A conversation of one sentence or several, and the house before it."""

    domain: str
    half: Half
    at: str
    """Area id."""

    steps: tuple[Said, ...]
    state: States
    running: tuple[Scheduled, ...]


@dataclass(frozen=True, slots=True)
class Book:
    """All conversations, for the house that they are about."""

    house: HouseSettings
    talks: tuple[Talk, ...]
    now: str
    """ISO 8601, local: when everything is said."""


def read_book(folder: Path) -> Book:
    """`folder`/house.yaml and sentences.yaml; raises ConfigError."""
    file = folder / "sentences.yaml"
    house = read_yaml(HouseSettings, folder / "house.yaml")
    read = read_yaml(_File, file)
    groups = _Groups({d.id for d in house.devices}, read.groups, file)
    talks = (
        talk
        for domain, entries in read.domains.items()
        for entry in entries
        for talk in _talks(domain, entry, read, groups)
    )
    return Book(house, tuple(talks), read.now)


def half_of(sentences: Sequence[str]) -> Half:
    """Which half a conversation of these sentences belongs to, whatever else is in the file."""
    digest = hashlib.sha256("\n".join(sentences).encode()).digest()
    return "develop" if digest[0] % 2 else "held-out"


def _talks(domain: str, entry: _Entry, file: _File, groups: _Groups) -> Iterator[Talk]:
    ways = [entry.dialogue] if entry.dialogue else [_said(entry, text) for text in entry.say]
    state = groups.spread(file.start, entry.where)
    for id_, attributes in groups.spread(entry.state, entry.where).items():
        state[id_] = {**state.get(id_, {}), **attributes}
    for steps in ways:
        yield Talk(
            domain,
            half_of([step.say for step in steps]),
            entry.at or file.at,
            tuple(groups.resolve(step, entry.where) for step in steps),
            state,
            entry.running,
        )


def _said(entry: _Entry, text: str) -> tuple[Said, ...]:
    names = Outcome.__dataclass_fields__
    return (Said(say=text, **{name: getattr(entry, name) for name in names}),)


class _Groups:
    """Names of several devices → their ids."""

    def __init__(self, ids: set[str], groups: Mapping[str, tuple[str, ...]], file: Path) -> None:
        self._ids, self._groups, self._file = ids, groups, file

    def of(self, name: str, where: str) -> Iterator[str]:
        """The ids that `name` stands for; raises ConfigError."""
        if name in self._ids:
            yield name
        elif name in self._groups:
            for part in self._groups[name]:
                yield from self.of(part, where)
        else:
            raise ConfigError(
                f"{where or self._file}: no device or group {name!r}", fix="see house.yaml"
            )

    def spread(self, wishes: Mapping[str, State], where: str) -> dict[str, dict[str, Value]]:
        """Device id → attributes, where `wishes` may name groups."""
        found: dict[str, dict[str, Value]] = {}
        for name, attributes in wishes.items():
            for id_ in self.of(name, where):
                found[id_] = {**found.get(id_, {}), **_in_degrees(attributes)}
        return found

    def resolve(self, outcome: T, where: str) -> T:
        """The same with device ids alone, its alternatives too."""
        later = outcome.delayed
        return replace(
            outcome,
            command=self.spread(outcome.command, where),
            may=tuple(id_ for name in outcome.may for id_ in self.of(name, where)),
            delayed=later and replace(later, command=self.spread(later.command, where)),
            any=tuple(self.resolve(other, where) for other in outcome.any),
        )


def _in_degrees(attributes: State) -> dict[str, Value]:
    """`color: red` as hue and saturation."""
    done = dict(attributes)
    if "color" in done:
        done["hue"], done["saturation"] = COLORS[str(done.pop("color"))]
    return done
