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

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache

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


def _in(unit: str, factors: Mapping[str, float] | None = None, **more: float) -> Quantity:
    every = {**(factors or {}), **more}
    return Quantity(unit, {unit: _SAME, **{other: _times(f) for other, f in every.items()}})


def _beaufort(force: float) -> float:
    """The middle of a force of the Beaufort scale in km/h: v = 0.836 m/s · B^1.5."""
    return 0.836 * 3.6 * math.pow(max(force, 0.0), 1.5)


PARTICLES = {"mg/m³": 1000.0, "ng/m³": 0.001, "µg/ft³": 35.3147}
QUANTITIES: Mapping[str, Quantity] = {
    "temperature": Quantity(
        "°C",
        {
            **dict.fromkeys(("°C", "C", "℃", "degC", "Celsius"), _SAME),
            **dict.fromkeys(("°F", "F", "℉", "degF", "Fahrenheit"), fahrenheit_to_celsius),
            **dict.fromkeys(("K", "Kelvin"), lambda kelvin: kelvin - 273.15),
        },
    ),
    "humidity": _in("%", {"%RH": 1, "RH%": 1}),
    "moisture": _in("%", {"%VWC": 1}),
    "battery": _in("%"),
    "pressure": _in(
        "hPa",
        {"in Hg": 33.86389, "mm Hg": 1.333224},
        mbar=1,
        mb=1,
        Pa=0.01,
        kPa=10,
        MPa=10_000,
        bar=1000,
        cbar=10,
        inHg=33.86389,
        mmHg=1.333224,
        Torr=1.333224,
        psi=68.94757,
        inH2O=2.490889,
        mmH2O=0.0980665,
        atm=1013.25,
    ),
    "illuminance": _in("lx", lux=1, klx=1000, fc=10.76391),
    "power": _in("W", {"BTU/h": 0.2930711}, mW=0.001, kW=1000, MW=1e6, GW=1e9, TW=1e12),
    "energy": _in(
        "kWh",
        mWh=1e-6,
        Wh=0.001,
        MWh=1000,
        GWh=1e6,
        TWh=1e9,
        J=1 / 3.6e6,
        kJ=1 / 3600,
        MJ=1 / 3.6,
        GJ=1000 / 3.6,
        cal=1.163e-6,
        kcal=1.163e-3,
        Mcal=1.163,
        Gcal=1163,
        BTU=2.930711e-4,
    ),
    "voltage": _in("V", {"µV": 1e-6}, mV=0.001, kV=1000, MV=1e6),
    "current": _in("A", {"µA": 1e-6}, mA=0.001, kA=1000),
    "frequency": _in("Hz", kHz=1e3, MHz=1e6, GHz=1e9),
    "carbon_dioxide": _in("ppm", {"%": 10_000}, ppb=0.001),
    "pm25": _in("µg/m³", PARTICLES),
    "pm10": _in("µg/m³", PARTICLES),
    "volatile_organic_compounds": _in("µg/m³", PARTICLES),
    "distance": _in(
        "m",
        {"in": 0.0254, '"': 0.0254, "µm": 1e-6},
        km=1000,
        cm=0.01,
        mm=0.001,
        ft=0.3048,
        yd=0.9144,
        mi=1609.344,
        nmi=1852,
    ),
    "speed_of_wind": Quantity(
        "km/h",
        {
            **_in(
                "km/h", {"m/s": 3.6, "ft/s": 1.09728, "mm/s": 0.0036, "in/s": 0.09144}
            ).conversions,
            **_in("km/h", mph=1.609344, kph=1, kmh=1, kn=1.852, kt=1.852, knots=1.852).conversions,
            **dict.fromkeys(("Beaufort", "Bft"), _beaufort),
        },
    ),
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
    if attribute not in QUANTITIES or not unit:
        return value
    convert = _conversion(attribute, unit)
    return None if convert is None else round(convert(value), 6)


def sensed(device_class: str | None, unit: str | None) -> tuple[str, str | None]:
    """The attribute that a sensor of Home Assistant measures, and the unit where that is `value`.

    What is measured in a unit that cannot be converted is told as it is, in that unit.
    """
    attribute = SENSOR_CLASSES.get(device_class or "", "value")
    if attribute != "value" and unit and _conversion(attribute, unit) is None:
        attribute = "value"
    return attribute, unit if attribute == "value" else None


_SPELLINGS = str.maketrans({"\u03bc": "µ", "³": "3", "²": "2", "⋅": "·"})


def _plain(unit: str) -> str:
    return unit.translate(_SPELLINGS).replace(" ", "").replace("ug/", "µg/")


@lru_cache(1024)
def _conversion(attribute: str, unit: str) -> Conversion | None:
    """By the unit as it is spelt; or else whatever its case, where only one is meant then."""
    known = {_plain(one): convert for one, convert in QUANTITIES[attribute].conversions.items()}
    said = _plain(unit)
    if said in known:
        return known[said]
    alike = [convert for one, convert in known.items() if one.lower() == said.lower()]
    return alike[0] if len(alike) == 1 else None
