"""What Tasmota measures: keys of tele/<topic>/SENSOR → attributes.

A reading is a number, or a list of one for each channel of the device: ENERGY.Power [114,25].
Units of temperature, pressure and speed stand beside them (TempUnit …) as they are set there.
Source: tasmota.github.io, MQTT; checked against hatasmota 0.9.2.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from assistant.events import Value
from assistant.home.dialects.payload import number
from assistant.home.dialects.tasmota_keys import TasmotaKeys, Told
from assistant.home.model import State
from assistant.home.readings import QUANTITIES, SENSOR_CLASSES, normal

TASMOTA_CLASSES: Mapping[str, str] = {
    "Temperature": "temperature",
    "Humidity": "humidity",
    "Moisture": "moisture",
    "Pressure": "pressure",
    "Illuminance": "illuminance",
    "Ambient": "illuminance",
    "Battery": "battery",
    "Power": "power",
    "Total": "energy",
    "Voltage": "voltage",
    "Current": "current",
    "Frequency": "frequency",
    "CarbonDioxide": "carbon_dioxide",
    "eCO2": "carbon_dioxide",
    "PM2.5": "pm25",
    "PM10": "pm10",
    "Distance": "distance",
}
"""The key of a reading in tele/<topic>/SENSOR → attribute."""

assert set(TASMOTA_CLASSES.values()) <= set(QUANTITIES) | set(SENSOR_CLASSES.values())

UNIT_KEYS: Mapping[str, str] = {"temperature": "TempUnit", "pressure": "PressureUnit"}
"""Attribute → the key that tells its unit."""

UNITS: Mapping[str, str] = {"temperature": "C", "pressure": "hPa", "distance": "cm"}
"""Attribute → its unit where nothing tells it, as far as it is not ours."""

SUMMED = frozenset({"power", "energy", "current"})
"""What all channels together have; of voltages there is no sum."""


def sensor_told(keys: TasmotaKeys, wire: Mapping[str, Any]) -> Told:
    """What a report says; raises ValueError where nothing of it makes sense."""
    found, wrong = list[tuple[str, Value]](), None
    for reading in keys.readings:
        attribute = str(reading.get("attribute"))
        try:
            if (value := _at(wire, reading.get("path", ()), attribute)) is not None:
                found.append((attribute, _normal(attribute, value, wire, reading)))
        except ValueError as error:
            wrong = error
    if wrong and not found:
        raise wrong
    yield from found


def _at(wire: Mapping[str, Any], path: Sequence[str | int], attribute: str) -> float | None:
    """The number at this place; None: nothing is told there."""
    found: Any = wire
    for part in path:
        if isinstance(found, list) and isinstance(part, int):
            found = found[part] if part < len(found) else None
        elif isinstance(part, int) and part == 0 and not isinstance(found, dict):
            pass  # announced as a list, reported as its only number
        else:
            found = found.get(part) if isinstance(found, dict) else None
    if isinstance(found, list):
        if attribute not in SUMMED:
            return None
        return round(sum(number(one, -1e12, 1e12) for one in found), 6)
    return None if found is None else number(found, -1e12, 1e12)


def _normal(
    attribute: str, value: float, wire: Mapping[str, Any], reading: Mapping[str, Any]
) -> float:
    told = wire.get(UNIT_KEYS.get(attribute, ""), reading.get("unit"))
    unit = str(told) if told is not None else UNITS.get(attribute)
    converted = normal(attribute, value, unit)
    if converted is None:
        raise ValueError(f"{attribute}: nobody knows the unit {unit!r}")
    return converted


def sensor_reported(keys: TasmotaKeys, state: State) -> dict[str, Any]:
    """The device's side of a report, in our units where it can tell its own."""
    wire: dict[str, Any] = {}
    for reading in keys.readings:
        attribute = str(reading["attribute"])
        told = state.get(attribute)
        if told is None:
            continue
        if attribute in UNIT_KEYS:
            wire[UNIT_KEYS[attribute]] = UNITS[attribute]
        elif attribute == "distance":
            told = 100 * float(told)
        _put(wire, [part for part in reading["path"] if isinstance(part, str)], told)
    return wire


def _put(wire: dict[str, Any], path: list[str], value: Value) -> None:
    *outer, last = path
    for part in outer:
        wire = wire.setdefault(part, {})
    wire[last] = value
