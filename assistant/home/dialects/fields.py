"""Keys of a JSON object ↔ attributes: what dialects that speak JSON are made of."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from assistant.events import Value
from assistant.home.dialects import colors
from assistant.home.dialects.partial import Told, read_parts
from assistant.home.dialects.payload import number, text, within
from assistant.home.dialects.scales import (
    kelvin_to_mired,
    mired_to_kelvin,
    percent_to_steps,
    steps_to_percent,
)
from assistant.home.model import State


@dataclass(frozen=True, slots=True)
class Field:
    """One key on the wire."""

    key: str
    encode: Callable[[State], Any]
    """Attributes → the value of the key; None: it has nothing to say about these."""

    decode: Callable[[Any], State]
    """The value of the key → attributes; raises ValueError for garbage."""


def read_fields(fields: Iterable[Field], wire: Mapping[str, Any]) -> Told:
    """The attributes that a JSON object tells; raises ValueError where none makes any sense."""
    found = [(field, wire[field.key]) for field in fields if wire.get(field.key) is not None]
    return read_parts(partial(field.decode, value) for field, value in found)


def write_fields(fields: Iterable[Field], state: State) -> dict[str, Any]:
    """The JSON object that says these attributes."""
    wires = ((field.key, field.encode(state)) for field in fields)
    return {key: wire for key, wire in wires if wire is not None}


def words(key: str, attribute: str, table: Iterable[tuple[Any, Value]]) -> Field:
    """Words (or true and false) on the wire → values; the first of several is sent."""
    pairs = tuple(table)

    def decode(found: Any) -> State:
        for wire, value in pairs:
            if type(wire) is type(found) and wire == found:
                return {attribute: value}
        raise ValueError(f"{key}: expected {' or '.join(repr(wire) for wire, _ in pairs)}")

    def encode(state: State) -> Any:
        if attribute not in state:
            return None
        return next((wire for wire, value in pairs if value == state[attribute]), None)

    return Field(key, encode, decode)


def own_words(key: str, attribute: str) -> Field:
    """The device's own words, as they are."""
    return Field(key, lambda state: state.get(attribute), lambda found: {attribute: text(found)})


def numeric(
    key: str,
    attribute: str,
    low: float,
    high: float,
    *,
    to_wire: Callable[[float], float] = lambda value: value,
    from_wire: Callable[[float], float] = lambda wire: wire,
    overshoot: bool = False,
) -> Field:
    """A number, `low` to `high` on the wire; whatever is outside is garbage.

    overshoot    a little more than the upper end is taken for it
    """

    def encode(state: State) -> Any:
        return to_wire(float(state[attribute])) if attribute in state else None

    def decode(found: Any) -> State:
        return {attribute: from_wire((within if overshoot else number)(found, low, high))}

    return Field(key, encode, decode)


def percent(key: str, attribute: str, scale: int) -> Field:
    """Percent as steps of 0 to `scale`."""
    return numeric(
        key,
        attribute,
        0,
        scale,
        to_wire=lambda value: percent_to_steps(int(value), scale),
        from_wire=lambda steps: steps_to_percent(steps, scale),
        overshoot=True,
    )


def mired(key: str) -> Field:
    """A colour temperature in mired."""
    return numeric(
        key, "color_temperature", 20, 2000, to_wire=kelvin_to_mired, from_wire=mired_to_kelvin
    )


def color(key: str, *, by_xy: bool) -> Field:
    """A colour as an object of x, y or hue, saturation; either is understood."""

    def encode(state: State) -> Any:
        if "hue" not in state:
            return None
        hue, saturation = float(state["hue"]), float(state["saturation"])
        if by_xy:
            return dict(zip("xy", colors.hs_to_xy(hue, saturation), strict=True))
        return {"hue": round(hue, 2), "saturation": round(saturation, 2)}

    def decode(found: Any) -> State:
        if not isinstance(found, dict):
            raise ValueError(f"{key}: expected a JSON object, got {type(found).__name__}")
        if "x" in found and (by_xy or "hue" not in found):
            x, y = number(found["x"], 0, 1), number(found.get("y"), 0.001, 1)
            hue, saturation = colors.xy_to_hs(x, y)
        elif "hue" in found:
            hue, saturation = (
                number(found["hue"], 0, 360),
                number(found.get("saturation"), 0, 100),
            )
        else:
            raise ValueError(f"{key}: neither x, y nor hue, saturation")
        return {"hue": round(hue, 2), "saturation": round(saturation, 2)}

    return Field(key, encode, decode)
