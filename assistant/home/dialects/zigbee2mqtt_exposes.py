"""What a device of zigbee2mqtt `exposes` → the fields that its reports and commands are made of.

Source: zigbee2mqtt.io, Exposes; checked against zigbee-herdsman-converters 26.105.0.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from assistant.home.dialects import fields as f
from assistant.home.dialects.fields import Field
from assistant.home.dialects.payload import number
from assistant.home.dialects.scales import mired_to_kelvin, percent_to_steps, steps_to_percent
from assistant.home.model import State
from assistant.home.readings import QUANTITIES, normal

PUBLISHED, SETTABLE, GETTABLE = 1, 2, 4  # bits of `access`
SPECIFIC = ("light", "switch", "cover", "lock", "fan", "climate")
Expose = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Made:
    """What became of one expose."""

    field: Field
    access: int
    attributes: tuple[str, ...]
    limits: Mapping[str, tuple[float, float]]
    choices: Mapping[str, tuple[str, ...]]
    unit: str | None = None

    @property
    def settable(self) -> bool:
        """Whether it takes commands."""
        return bool(self.access & SETTABLE)

    @property
    def published(self) -> bool:
        """Whether it is told in reports."""
        return bool(self.access & PUBLISHED)

    @property
    def gettable(self) -> bool:
        """Whether it can be asked."""
        return bool(self.access & GETTABLE)


Maker = Callable[[Expose, str], "Made | None"]
"""(an expose, its property) → what it means; None: nothing to us."""


def made(exposes: tuple[Expose, ...], maker: Maker) -> Iterator[Made]:
    """What became of these exposes and of the features within them."""
    for expose in exposes:
        inner = expose.get("features")
        if expose.get("type") in SPECIFIC and isinstance(inner, list):
            yield from made(tuple(part for part in inner if isinstance(part, dict)), maker)
        elif isinstance(key := expose.get("property"), str) and (one := maker(expose, key)):
            yield one


def _one(
    expose: Expose,
    field: Field,
    *attributes: str,
    limits: tuple[float, float] | None = None,
    choices: tuple[str, ...] = (),
    unit: str | None = None,
) -> Made:
    access = expose.get("access")
    return Made(
        field,
        access if isinstance(access, int) else PUBLISHED,
        attributes,
        {attributes[0]: limits} if limits else {},
        {attributes[0]: choices} if choices else {},
        unit,
    )


def _on_off(expose: Expose, key: str, attribute: str = "on") -> Made:
    yes, no = expose.get("value_on", "ON"), expose.get("value_off", "OFF")
    return _one(expose, f.words(key, attribute, [(yes, True), (no, False)]), attribute)


def _light(expose: Expose, key: str) -> Made | None:
    match expose.get("name"):
        case "state":
            return _on_off(expose, key)
        case "brightness":
            return _one(expose, _level(key, "brightness", _most(expose, 254)), "brightness")
        case "color_temp":
            low, high = mired_to_kelvin(_most(expose, 500)), mired_to_kelvin(_least(expose, 153))
            return _one(expose, f.mired(key), "color_temperature", limits=(low, high))
        case "color_xy" | "color_hs" as name:
            settable = {**expose, "access": expose.get("access", 7)}
            field = f.color(key, by_xy=name == "color_xy")
            return _one(settable, field, "hue", "saturation")
    return None


ABOVE = 1.01
"""Some lamps count to 255 or 256 where 254 is said to be the most: they are at their brightest."""


def _level(key: str, attribute: str, scale: int) -> Field:
    """Percent as steps of 0 to `scale`, which a report may exceed by a hair."""
    return f.numeric(
        key,
        attribute,
        0,
        scale * ABOVE,
        to_wire=lambda value: percent_to_steps(int(value), scale),
        from_wire=lambda steps: steps_to_percent(min(steps, scale), scale),
    )


def _switch(expose: Expose, key: str) -> Made | None:
    return _on_off(expose, key) if expose.get("name") == "state" else None


def _cover(expose: Expose, key: str) -> Made | None:
    match expose.get("name"):
        case "state":
            return _one(expose, _cover_state(key), "open", "stop")
        case "position" | "tilt" as name:
            return _one(expose, f.percent(key, name, 100), name)
        case "moving" | "motor_state":
            ways = [("UP", "opening"), ("DOWN", "closing"), ("STOP", "stopped")]
            ways += [("opening", "opening"), ("closing", "closing"), ("stopped", "stopped")]
            return _one({"access": PUBLISHED}, f.words(key, "motion", ways), "motion")
    return None


def openable(parts: list[Made]) -> list[Made]:
    """The parts of a cover, of which one opens it: without words for it the position does.

    Some have words for it and tell no state but a position, whether they expose one or not. It then
    says whether they are open; a state counts more.
    """
    worded = next((one for one in parts if "open" in one.attributes), None)
    if worded:
        ends = _ends(worded.field.key.replace("state", "position"), "position")
        told = replace(ends, encode=lambda _: None)
        return [Made(told, PUBLISHED, (), {}, {}), *parts]
    for name in ("position", "tilt"):
        for one in parts:
            if name in one.attributes and one.settable:
                ends = _ends(one.field.key, name)
                return [Made(ends, one.access, ("open",), {}, {}), *parts]
    return parts


def _ends(key: str, name: str) -> Field:
    """All the way open or closed, in percent."""

    def encode(state: State) -> Any:
        if "open" not in state or name in state:
            return None
        return 100 if state["open"] else 0

    return Field(key, encode, lambda found: {"open": number(found, 0, 100) > 0})


def _cover_state(key: str) -> Field:
    words = {"OPEN": True, "CLOSE": False}

    def encode(state: State) -> Any:
        if state.get("stop"):
            return "STOP"
        if "open" not in state or "position" in state:
            return None
        return "OPEN" if state["open"] else "CLOSE"

    def decode(found: Any) -> State:
        if found == "STOP":
            return {"stop": True}
        if found not in words:
            raise ValueError(f"{key}: expected OPEN or CLOSE")
        return {"open": words[found]}

    return Field(key, encode, decode)


def _lock(expose: Expose, key: str) -> Made | None:
    if expose.get("name") == "state":
        return _on_off({"value_on": "LOCK", "value_off": "UNLOCK", **expose}, key, "locked")
    return None


def _fan(expose: Expose, key: str) -> Made | None:
    match expose.get("name"):
        case "state":
            return _on_off(expose, key)
        case "speed":
            return _one(expose, _level(key, "speed", _most(expose, 254)), "speed")
        case "mode":
            values = _values(expose)
            speeds = _speeds(values)
            if speeds:
                field = _fan_mode(key, values, speeds)
                return _one(expose, field, "preset", "speed", choices=values)
            return _one(expose, f.own_words(key, "preset"), "preset", choices=values)
    return None


SPEEDS = ("min", "low", "medium", "mid", "middle", "high", "max")
"""Words of a fan mode that are speeds, the slowest first."""


def _speeds(values: tuple[str, ...]) -> Mapping[str, int]:
    """Mode → percent, the slowest first, of those that are speeds: words or numbers from 1."""
    numbers = sorted((word for word in values if word.isdecimal() and int(word) > 0), key=int)
    ordered = numbers or [word for word in SPEEDS if word in values]
    if len(ordered) < 2:  # of one speed there is nothing to choose
        return {}
    return {word: (at + 1) * 100 // len(ordered) for at, word in enumerate(ordered)}


def moded(parts: list[Made]) -> list[Made]:
    """The parts of a fan: whoever sets a mode does not say that it is on, too.

    zigbee2mqtt hands a message to each of its converters once, and one makes both of them: of a
    mode beside the state nothing would be left.
    """
    of_mode = [one for one in parts if "preset" in one.attributes]
    if not of_mode:
        return parts
    names = of_mode[0].attributes

    def alone(field: Field) -> Field:
        encode = field.encode
        silent = lambda state: None if state.keys() & set(names) else encode(state)  # noqa: E731
        return Field(field.key, silent, field.decode)

    return [
        replace(one, field=alone(one.field)) if "on" in one.attributes else one for one in parts
    ]


def _fan_mode(key: str, values: tuple[str, ...], speeds: Mapping[str, int]) -> Field:
    """Some of the words are speeds, all of them are presets."""

    def encode(state: State) -> Any:
        if "preset" in state:
            return state["preset"]
        if "speed" not in state:
            return None
        return next(word for word, most in speeds.items() if float(state["speed"]) <= most)

    def decode(found: Any) -> State:
        word = str(found)
        if word == "off" and word not in values:  # told by its state, too
            return {}
        if word not in values:
            raise ValueError(f"{key}: expected {' or '.join(values)}")
        speed = {"speed": speeds[word]} if word in speeds else {}
        return {"preset": word, **speed}

    return Field(key, encode, decode)


def _climate(expose: Expose, key: str) -> Made | None:
    match expose.get("name"):
        case "local_temperature":
            return _one(expose, f.numeric(key, "temperature", -100, 300), "temperature")
        case "system_mode":
            return _one(expose, f.own_words(key, "mode"), "mode", choices=_values(expose))
        case "running_state":
            words = {"idle": "idle", "heat": "heating", "cool": "cooling", "fan_only": "fan"}
            return _one(expose, f.words(key, "action", words.items()), "action")
        case "preset" | "fan_mode" as name:
            return _one(expose, f.own_words(key, name), name, choices=_values(expose))
    return None


READINGS: Mapping[str, str] = {
    **{name: name for name in QUANTITIES},
    "soil_moisture": "moisture",
    "illuminance_lux": "illuminance",
    "co2": "carbon_dioxide",
    "voc": "volatile_organic_compounds",
    "contact": "open",  # its value_on is `false`: no contact
    "garage_door_contact": "open",
    **dict.fromkeys(("occupancy", "presence", "motion"), "occupied"),
    "water_leak": "wet",
    "smoke": "smoke",
    "gas": "gas",
    "carbon_monoxide": "gas",
    "vibration": "vibration",
    "battery_low": "battery_low",
    "tamper": "problem",
}
"""What a sensor of zigbee2mqtt calls it → attribute."""


def _sensor(expose: Expose, key: str) -> Made | None:
    attribute = READINGS.get(str(expose.get("name")))
    readable = {**expose, "access": expose.get("access", PUBLISHED) & ~SETTABLE}
    if attribute is None or expose.get("category") == "config":
        return None
    if expose.get("name") == "garage_door_contact":  # whatever value_on says: true is closed
        readable.update(value_on=False, value_off=True)
    if expose.get("type") == "binary":
        return _on_off({"value_on": True, "value_off": False, **readable}, key, attribute)
    if expose.get("type") != "numeric" or attribute not in QUANTITIES:
        return None
    unit = expose.get("unit")

    def decode(found: Any) -> State:
        value = normal(attribute, number(found, -1e12, 1e12), unit)
        if value is None:
            raise ValueError(f"{key}: nobody knows the unit {unit!r}")
        return {attribute: value}

    return _one(readable, Field(key, lambda state: state.get(attribute), decode), attribute)


MAKERS: Mapping[str, Maker] = {
    "light": _light,
    "switch": _switch,
    "cover": _cover,
    "lock": _lock,
    "fan": _fan,
    "climate": _climate,
    "sensor": _sensor,
}
"""Kind → what makes of its exposes."""

WHOLE: Mapping[str, Callable[[list[Made]], list[Made]]] = {"cover": openable, "fan": moded}
"""Kind → what makes of all its parts together."""


def _most(expose: Expose, default: int) -> int:
    found = expose.get("value_max")
    return int(found) if isinstance(found, int | float) and found >= 1 else default


def _least(expose: Expose, default: int) -> int:
    found = expose.get("value_min")
    return int(found) if isinstance(found, int | float) and found >= 1 else default


def _values(expose: Expose) -> tuple[str, ...]:
    values = expose.get("values")
    return tuple(str(value) for value in values) if isinstance(values, list) else ()
