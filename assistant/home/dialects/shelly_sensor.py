"""What Shelly's components measure, and the BTHome sensors that a gateway passes on.

Source: shelly-api-docs.shelly.cloud, Gen2, Components; bthome.io, Format; not checked on a device.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from assistant.events import Value
from assistant.home.dialects.payload import number

READINGS: Mapping[tuple[str, str], str] = {
    ("temperature", "tC"): "temperature",
    ("humidity", "rh"): "humidity",
    ("illuminance", "lux"): "illuminance",
    ("smoke", "alarm"): "smoke",
    ("flood", "alarm"): "wet",
    **{
        (type_, key): attribute
        for type_ in ("switch", "light", "cover", "pm1")
        for key, attribute in (("apower", "power"), ("voltage", "voltage"), ("current", "current"))
    },
    ("em1", "act_power"): "power",
    ("em1", "voltage"): "voltage",
    ("em1", "current"): "current",
    ("em", "total_act_power"): "power",
    ("em", "total_current"): "current",
}
"""(component type, key of its status) → attribute."""

MEASURES = (
    *("temperature", "humidity", "illuminance", "devicepower", "smoke", "flood"),
    *("pm1", "em1", "em", "bthomesensor"),
)
"""Types of components that only measure."""

MAINS = ("pm1", "em1", "em")
"""Those of them that hang on the mains: what has one does not sleep."""

BTHOME: Mapping[int, str] = {
    0x01: "battery",
    **dict.fromkeys((0x02, 0x45), "temperature"),
    **dict.fromkeys((0x03, 0x2E), "humidity"),
    0x04: "pressure",
    0x05: "illuminance",
    **dict.fromkeys((0x11, 0x1A, 0x2D), "open"),  # opening, door, window
    0x20: "wet",
    **dict.fromkeys((0x21, 0x23), "occupied"),  # motion, occupancy
    0x29: "smoke",
}
"""Object id of BTHome → attribute."""


def measurable(type_: str) -> frozenset[str]:
    """What a component of this type measures, as far as it is only there for that."""
    if type_ not in MEASURES:  # not every relay has a meter
        return frozenset()
    battery = {"battery"} if type_ == "devicepower" else set[str]()
    return frozenset({name for (kind, _), name in READINGS.items() if kind == type_} | battery)


def measured(type_: str, found: Mapping[str, Any]) -> Iterator[tuple[str, Value]]:
    """What a component's status says it measures; raises ValueError."""
    for (kind, key), attribute in READINGS.items():
        if kind == type_ and (value := found.get(key)) is not None:
            yield attribute, value if isinstance(value, bool) else number(value, -1e6, 1e9)
    if isinstance(total := found.get("aenergy"), dict) and total.get("total") is not None:
        yield "energy", number(total["total"], -1e12, 1e12) / 1000  # of watt hours
    battery = found.get("battery")
    if type_ == "devicepower" and isinstance(battery, dict) and battery.get("percent") is not None:
        yield "battery", number(battery["percent"], 0, 100)


def bthome(attribute: str, found: Mapping[str, Any]) -> Iterator[tuple[str, Value]]:
    """What a sensor behind a gateway says; raises ValueError."""
    if (value := found.get("value")) is not None:
        yield attribute, value if isinstance(value, bool) else number(value, -1e6, 1e9)
