"""What sensors measure: the attributes of `sensor`, their units, and the units that makers use.

    attribute        unit     what
    temperature      °C
    humidity         %        of the air; soil moisture is `moisture`
    moisture         %
    pressure         hPa      of the air
    illuminance      lx
    battery          %
    power            W        at this moment
    energy           kWh      counted
    voltage          V
    current          A
    frequency        Hz
    carbon_dioxide   ppm
    pm25, pm10       µg/m³
    volatile_organic_compounds  µg/m³
    distance         m
    speed_of_wind    km/h
    signal_strength  dBm
    open             bool     a door, a window, a gate
    occupied         bool     somebody is or moves there
    wet, smoke, gas, vibration, battery_low, problem, running, charging, present   bool
    detected         bool     whatever else a yes-or-no sensor detects
    value            float or str   whatever else is measured; its unit is `Device.unit`

Source of the device classes: home-assistant.io/integrations/sensor and …/binary_sensor.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from assistant.home.dialects.scales import fahrenheit_to_celsius

Conversion = Callable[[float], float]


def _times(factor: float) -> Conversion:
    return lambda value: value * factor


_SAME = _times(1)


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number with a unit."""

    unit: str
    """The unit of the attribute, whatever the device says."""

    conversions: Mapping[str, Conversion]
    """Unit on the wire → how its numbers become ours; it contains `unit` itself."""


def _in(unit: str, **factors: float) -> Quantity:
    return Quantity(unit, {unit: _SAME, **{other: _times(f) for other, f in factors.items()}})


QUANTITIES: Mapping[str, Quantity] = {
    "temperature": Quantity(
        "°C",
        {"°C": _SAME, "C": _SAME, "°F": fahrenheit_to_celsius, "F": fahrenheit_to_celsius}
        | {"K": lambda kelvin: kelvin - 273.15},
    ),
    "humidity": _in("%"),
    "moisture": _in("%"),
    "battery": _in("%"),
    "pressure": _in(
        "hPa", mbar=1, Pa=0.01, kPa=10, bar=1000, inHg=33.8639, psi=68.9476, mmHg=1.333224
    ),
    "illuminance": _in("lx", lux=1),
    "power": _in("W", mW=0.001, kW=1000, MW=1e6),
    "energy": _in("kWh", Wh=0.001, MWh=1000, MJ=1 / 3.6),
    "voltage": _in("V", mV=0.001, kV=1000),
    "current": _in("A", mA=0.001),
    "frequency": _in("Hz", kHz=1e3, MHz=1e6),
    "carbon_dioxide": _in("ppm"),
    "pm25": _in("µg/m³"),
    "pm10": _in("µg/m³"),
    "volatile_organic_compounds": _in("µg/m³", **{"mg/m³": 1000}),
    "distance": _in("m", km=1000, cm=0.01, mm=0.001),
    "speed_of_wind": _in("km/h", **{"m/s": 3.6, "mph": 1.609344, "kn": 1.852}),
    "signal_strength": _in("dBm"),
}
"""Attribute → its unit."""

UNITS: Mapping[str, str] = {name: quantity.unit for name, quantity in QUANTITIES.items()}

SENSOR_CLASSES: Mapping[str, str] = {
    **{name: name for name in QUANTITIES},
    "atmospheric_pressure": "pressure",
    "wind_speed": "speed_of_wind",
    "co2": "carbon_dioxide",
    "voc": "volatile_organic_compounds",
}
"""Home Assistant's device class of a sensor → attribute; any other is `value`."""

BINARY_CLASSES: Mapping[str, str] = {
    **dict.fromkeys(("door", "garage_door", "opening", "window"), "open"),
    **dict.fromkeys(("motion", "occupancy"), "occupied"),
    **dict.fromkeys(("gas", "carbon_monoxide"), "gas"),
    **dict.fromkeys(("problem", "safety", "tamper"), "problem"),
    "moisture": "wet",
    "smoke": "smoke",
    "vibration": "vibration",
    "battery": "battery_low",
    "running": "running",
    "battery_charging": "charging",
    "presence": "present",
}
"""Home Assistant's device class of a binary sensor → attribute; any other is `detected`."""

YES_OR_NO = frozenset({*BINARY_CLASSES.values(), "detected"})
MEASURED = frozenset({*QUANTITIES, *YES_OR_NO, "value"})
"""Every attribute that a sensor can have."""


def normal(attribute: str, value: float, unit: str | None) -> float | None:
    """A measured number in the attribute's unit; None: nobody knows that unit.

    unit    on the wire; None: the device says none, the attribute's own is meant
    """
    quantity = QUANTITIES.get(attribute)
    if quantity is None or unit is None:
        return value
    convert = quantity.conversions.get(unit.replace("\u03bc", "µ"))
    return None if convert is None else round(convert(value), 4)
