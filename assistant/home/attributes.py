"""The attributes of model.py: their limits, and when a reported value is the one asked for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

from assistant.errors import HouseError
from assistant.events import Value
from assistant.home.model import State
from assistant.lang import language

COMMAND_ONLY = frozenset({"query", "skip", "stop", "activate"})
"""Never reported: the next report after the command is the answer."""

MANNER = frozenset({"transition"})
"""How a change is made; never reported, never awaited."""

ON_ITS_WAY = {
    ("open", True): "opening",
    ("open", False): "closing",
    ("locked", True): "locking",
    ("locked", False): "unlocking",
}
"""What is slow counts as done when it reports that it has begun: a blind takes half a minute."""

EXCLUSIVE = ({"hue", "saturation"}, {"color_temperature"})
"""A lamp is coloured or white: when it reports the one, the other is past."""

PALE = 5.0  # percent of saturation below which the hue cannot be seen


@dataclass(frozen=True, slots=True)
class Attribute:
    """What is known about one attribute, whatever the device."""

    type: Literal["number", "switch", "text"] = "number"
    unit: str = ""
    limits: tuple[float, float] | None = None
    choices: tuple[str, ...] = ()
    same: Callable[[float, float], bool] | None = None
    """Whether a reported number is as good as the one asked for; None: only when equal."""


def _within(tolerance: float) -> Callable[[float, float], bool]:
    return lambda wanted, found: abs(wanted - found) <= tolerance


def _same_hue(wanted: float, found: float) -> bool:
    turn = abs(wanted - found) % 360
    return min(turn, 360 - turn) <= 5  # r, g, b in 256 steps shift pale hues by some degrees


def _same_white(wanted: float, found: float) -> bool:
    return abs(1e6 / wanted - 1e6 / found) <= 3  # mired; lamps count in whole ones


PERCENT = (0.0, 100.0)
ATTRIBUTES: Mapping[str, Attribute] = {
    "on": Attribute("switch"),
    "brightness": Attribute(unit="percent", limits=PERCENT, same=_within(1)),
    "hue": Attribute(unit="degrees", limits=(0.0, 360.0), same=_same_hue),
    "saturation": Attribute(unit="percent", limits=PERCENT, same=_within(5)),
    "color_temperature": Attribute(
        unit="kelvin",
        limits=(1.0, 100_000.0),
        same=_same_white,
    ),
    "mode": Attribute("text"),
    # Half of the 0.5 °C step that thermostats round to, and a little for the conversion.
    "target_temperature": Attribute(unit="degrees", same=_within(0.3)),
    "playback": Attribute("text", choices=("playing", "paused", "stopped")),
    "volume": Attribute(unit="percent", limits=PERCENT, same=_within(1)),
    "query": Attribute("text"),
    "skip": Attribute("text", choices=("next", "previous")),
    "muted": Attribute("switch"),
    "source": Attribute("text"),
    "transition": Attribute(unit="seconds", limits=(0.0, 6553.0)),
    "preset": Attribute("text"),
    "fan_mode": Attribute("text"),
    "open": Attribute("switch"),
    "position": Attribute(unit="percent", limits=PERCENT, same=_within(2)),
    "tilt": Attribute(unit="percent", limits=PERCENT, same=_within(2)),
    "stop": Attribute("switch"),
    # A fan of three speeds calls the second one 66 or 67 percent.
    "speed": Attribute(unit="percent", limits=PERCENT, same=_within(1)),
    "oscillating": Attribute("switch"),
    "direction": Attribute("text", choices=("forward", "reverse")),
    "locked": Attribute("switch"),
    "activate": Attribute("switch"),
}


_MOST = 1e6
"""No attribute of anything in a house is larger."""


def fits(name: str, value: Value) -> bool:
    """Whether `value` is of the attribute's type, whatever its limits; False: no such attribute."""
    known = ATTRIBUTES.get(name)
    if known is None:
        return False
    if known.type == "text":
        return isinstance(value, str)
    if known.type == "switch" or isinstance(value, bool | str):
        return known.type == "switch" and isinstance(value, bool)
    return abs(value) <= _MOST  # neither is NaN


def complete(attributes: State) -> dict[str, Value]:
    """The attributes with what goes without saying: a dimmed lamp is on, 0 % is off."""
    done = dict(attributes)
    if done.get("on") is False or done.get("brightness") == 0 or done.get("speed") == 0:
        return {"on": False, **{name: done[name] for name in MANNER & done.keys()}}
    if "hue" in done:
        done.setdefault("saturation", 100.0)
    if done.keys() & {"brightness", "hue", "saturation", "color_temperature", "speed"}:
        done["on"] = True
    if "position" in done:
        done["open"] = float(done["position"]) > 0
    if "query" in done:
        done["playback"] = "playing"
    return done


def merge(state: State, report: State) -> dict[str, Value]:
    """The state after a report."""
    kept = dict(state)
    for group, other in (EXCLUSIVE, EXCLUSIVE[::-1]):
        if report.keys() & group and not report.keys() & other:
            kept = {name: value for name, value in kept.items() if name not in other}
    return {**kept, **report}


def fulfilled(wanted: State, state: State) -> bool:
    """Whether `state` is as good as `wanted`, apart from what is never reported."""
    moving = _moving(wanted, state)
    return all(
        (name in state and _same(name, value, state[name])) or (moving and name in MOVED)
        for name, value in wanted.items()
        if name not in COMMAND_ONLY | MANNER and not (name == "hue" and _pale(wanted, state))
    )


MOVED = frozenset({"open", "position", "locked"})


def _moving(wanted: State, state: State) -> bool:
    """Whether the device reports to be on its way to what is wanted."""
    aims = dict(wanted)
    if "position" in wanted and "position" in state:
        aims["open"] = float(wanted["position"]) > float(state["position"])
    return any(
        aims.get(name) is value and state.get("motion") == motion
        for (name, value), motion in ON_ITS_WAY.items()
    )


def _pale(wanted: State, state: State) -> bool:
    return max(float(s.get("saturation", 100)) for s in (wanted, state)) < PALE


def _same(name: str, wanted: Value, found: Value) -> bool:
    same = ATTRIBUTES[name].same if name in ATTRIBUTES else None
    if same is None or isinstance(wanted, str) or isinstance(found, str):
        return wanted == found
    return same(wanted, found)


def check(
    device: str,
    name: str,
    value: Value,
    *,
    limits: tuple[float, float] | None = None,
    choices: tuple[str, ...] = (),
    fahrenheit: bool = False,
) -> None:
    """Raise HouseError, with a sentence to speak, when `device` cannot take the value.

    limits, choices    the device's own; where it has none the attribute's count
    fahrenheit         speak of °F: the house's people do (the value itself is in °C)
    """
    attribute, said = ATTRIBUTES[name], language()
    choices = choices or attribute.choices
    if choices and value not in choices:
        name, known = said.wording.the(device), said.wording.listed(choices)
        raise HouseError(said.say("only_knows", name=name, choices=known, value=value))
    limits = limits or attribute.limits
    if limits is None or choices:
        return
    if isinstance(value, str) or not limits[0] <= value <= limits[1]:
        low, high = (_spoken(limit, name, fahrenheit=fahrenheit) for limit in limits)
        unit = said.wording.ATTRIBUTE_UNITS.get(attribute.unit, attribute.unit)
        name = said.wording.the(device)
        raise HouseError(said.say("takes", name=name, low=low, high=high, unit=unit))


def _spoken(limit: float, name: str, *, fahrenheit: bool) -> str:
    if fahrenheit and name == "target_temperature":
        limit = limit * 9 / 5 + 32
    return language().wording.number(round(limit, 1))
