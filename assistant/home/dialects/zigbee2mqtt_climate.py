"""The target of a thermostat of zigbee2mqtt: one setpoint, or one for heating and one for cooling.

Of two, the mode says which is in force: `heat` the one, `cool` the other. In `auto` the thermostat
keeps the room between both, and the room's temperature decides: a room that is colder than what is
asked for is to be heated to it, a warmer one cooled.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from assistant.errors import HouseError
from assistant.events import Value
from assistant.home.dialects.payload import number
from assistant.home.dialects.scales import to_grid
from assistant.home.model import State

HEATING = ("occupied_heating_setpoint", "current_heating_setpoint", "unoccupied_heating_setpoint")
COOLING = ("occupied_cooling_setpoint", "current_cooling_setpoint", "unoccupied_cooling_setpoint")
"""Names of the exposes, the first that there is counts: nobody asks for the target of nobody."""

BOTH = ("auto", "heat_cool")
COOLS = ("cool", "precooling")
COLDEST, WARMEST = -50.0, 100.0  # °C; whatever is outside is no target
Wire = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Setpoint:
    """One of them."""

    key: str
    low: float
    high: float
    step: float

    def wire(self, celsius: float) -> float:
        """The target as the device takes it; raises HouseError for what is beyond its limits."""
        if not self.low <= celsius <= self.high:
            raise HouseError(f"It takes {self.low:g} to {self.high:g} °C in its present mode.")
        stepped = to_grid(celsius, self.step) if self.step else celsius
        kept = min(max(stepped, self.low), self.high)
        return int(kept) if kept == int(kept) else kept

    def told(self, wire: Wire) -> float | None:
        """What it stands at; None: not told. Raises ValueError."""
        found = wire.get(self.key)
        return None if found is None else number(found, COLDEST, WARMEST)


@dataclass(frozen=True, slots=True)
class Target:
    """The setpoints of a thermostat, and where it tells what they depend on."""

    heating: Setpoint | None
    cooling: Setpoint | None
    mode: str | None
    room: str | None
    """Key of the room's temperature."""

    @property
    def keys(self) -> frozenset[str]:
        """What has to be remembered of reports: they need not tell everything each time."""
        setpoints = [one.key for one in (self.heating, self.cooling) if one]
        return frozenset([*setpoints, *(key for key in (self.mode, self.room) if key)])

    @property
    def limits(self) -> tuple[float, float]:
        """Lowest and highest target, whatever the mode."""
        both = [one for one in (self.heating, self.cooling) if one]
        return min(one.low for one in both), max(one.high for one in both)

    def write(self, celsius: float, known: Wire) -> dict[str, float]:
        """The key and value that ask for this target.

        known    what the device told last, and what it is asked for besides
        Raises HouseError where nobody can say which setpoint is meant.
        """
        setpoint = self._in_force(known, celsius)
        if setpoint is None:
            raise HouseError("I don't know whether it has to heat or to cool for that.")
        return {setpoint.key: setpoint.wire(celsius)}

    def read(self, wire: Wire, known: Wire) -> dict[str, Value]:
        """The target that a report tells; raises ValueError."""
        if not wire.keys() & self.keys:
            return {}
        setpoint = self._in_force(known, None)
        told = setpoint.told(known) if setpoint else None
        return {} if told is None else {"target_temperature": told}

    def obey(self, wire: Wire) -> dict[str, Value]:
        """The device's side: the target that a command asks for."""
        asked = [s.told(wire) for s in (self.heating, self.cooling) if s and s.key in wire]
        return {"target_temperature": asked[0]} if asked and asked[0] is not None else {}

    def report(self, state: State) -> dict[str, Any]:
        """The device's side of a report: both stand at the target."""
        target = state.get("target_temperature")
        both = [one.key for one in (self.heating, self.cooling) if one]
        return {} if target is None else dict.fromkeys(both, target)

    def _in_force(self, known: Wire, asked: float | None) -> Setpoint | None:
        """The setpoint that counts; None: nobody can say.

        asked    the target that is wanted; None: the one that is told is looked for
        """
        if self.heating is None or self.cooling is None:
            return self.heating or self.cooling
        mode = known.get(self.mode) if self.mode else None
        if mode in BOTH:
            return self._by_room(known, asked)
        # Off, or not told yet: most heat.
        return self.cooling if mode in COOLS else self.heating

    def _by_room(self, known: Wire, asked: float | None) -> Setpoint | None:
        assert self.heating
        assert self.cooling
        found = known.get(self.room) if self.room else None
        if found is None:
            return None
        room = number(found, -100, 300)
        if asked is not None:
            return self.heating if room <= asked else self.cooling
        low, high = self.heating.told(known), self.cooling.told(known)
        if low is None or high is None:
            return self.cooling if low is None else self.heating
        if room < low or room > high:  # it works towards that one
            return self.heating if room < low else self.cooling
        return self.heating if room - low <= high - room else self.cooling


def target(exposes: tuple[Wire, ...]) -> Target | None:
    """The target of the thermostat with these features; None: it has no setpoint."""
    settable = {
        one["name"]: one
        for one in exposes
        if isinstance(one.get("property"), str) and int(one.get("access") or 0) & 2
    }
    told = {one.get("name"): one["property"] for one in exposes if "property" in one}
    heating, cooling = (_first(settable, names) for names in (HEATING, COOLING))
    if heating is None and cooling is None:
        return None
    return Target(heating, cooling, told.get("system_mode"), told.get("local_temperature"))


def _first(settable: Mapping[str, Wire], names: tuple[str, ...]) -> Setpoint | None:
    found = next((settable[name] for name in names if name in settable), None)
    if found is None:
        return None
    low, high, step = (_number(found, f"value_{end}") for end in ("min", "max", "step"))
    low, high = 5.0 if low is None else low, 35.0 if high is None else high
    return Setpoint(found["property"], low, max(low, high), step if step and step > 0 else 0.0)


def _number(expose: Wire, key: str) -> float | None:
    found = expose.get(key)
    return float(found) if isinstance(found, int | float) and abs(found) < 1e6 else None
