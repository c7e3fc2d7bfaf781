"""One attribute ↔ one text: the pairs of functions that channels are made of."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from assistant.home.dialects.channel import Pair
from assistant.home.dialects.payload import number, within
from assistant.home.dialects.scales import percent_to_steps, steps_to_percent
from assistant.home.model import State


def flag(attribute: str, yes: str, no: str) -> Pair:
    """True and False as two words."""
    return words(attribute, {yes: True, no: False})


def words(attribute: str, table: Mapping[str, str | bool]) -> Pair:
    """Words on the wire → values; of two words for one value the first is sent."""
    wires: dict[str | bool | int | float, str] = {}
    for wire, value in table.items():
        wires.setdefault(value, wire)

    def encode(state: State) -> str | None:
        return wires.get(state[attribute]) if attribute in state else None

    def decode(text: str) -> State:
        if text not in table:
            raise ValueError(f"expected {' or '.join(map(repr, table))}")
        return {attribute: table[text]}

    return Pair(encode, decode, frozenset({attribute}))


def trigger(attribute: str, word: str) -> Pair:
    """A word that makes something happen."""
    return words(attribute, {word: True})


def own_word(attribute: str, known: tuple[str, ...] = ()) -> Pair:
    """The device's own words, as they are; `known` empty: any."""

    def encode(state: State) -> str | None:
        return str(state[attribute]) if attribute in state else None

    def decode(text: str) -> State:
        if known and text not in known:
            raise ValueError(f"expected {' or '.join(known)}")
        return {attribute: text.encode(errors="replace").decode()}

    return Pair(encode, decode, frozenset({attribute}))


def numeric(
    attribute: str,
    to_wire: Callable[[float], str],
    from_wire: Callable[[float], float],
    low: float,
    high: float,
    *,
    overshoot: bool = False,
) -> Pair:
    """A number as text, `low` to `high` on the wire; whatever is outside is garbage.

    overshoot    a little more than the upper end is taken for it
    """

    def encode(state: State) -> str | None:
        return to_wire(float(state[attribute])) if attribute in state else None

    def decode(text: str) -> State:
        wire = within(float(text), low, high) if overshoot else number(float(text), low, high)
        return {attribute: from_wire(wire)}

    return Pair(encode, decode, frozenset({attribute}))


def percent(attribute: str, scale: int) -> Pair:
    """Percent as steps of 0 to `scale`."""
    return numeric(
        attribute,
        lambda value: str(percent_to_steps(int(value), scale)),
        lambda steps: steps_to_percent(steps, scale),
        0,
        scale,
        overshoot=True,
    )


def between(attribute: str, zero: float, full: float) -> Pair:
    """Percent as whole numbers from `zero` (0 %) to `full` (100 %), which may count downwards."""
    span = full - zero
    return numeric(
        attribute,
        lambda value: f"{round(zero + span * value / 100)}",
        lambda wire: round(100 * (wire - zero) / span),
        min(zero, full),
        max(zero, full),
        overshoot=True,
    )
