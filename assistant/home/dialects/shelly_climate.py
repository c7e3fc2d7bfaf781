"""Shelly's thermostats: the Wall Display's own, and radiator valves behind a BLU gateway.

    thermostat:0   Thermostat.SetConfig {"id":0,"config":{"target_C":21}} or {"enable":true}
                   status {"enable":true,"target_C":21,"current_C":20.3,"output":true}
    blutrv:200     BluTRV.Call {"id":200,"method":"Trv.SetTarget","params":{"id":0,"target_C":21}}
                   status {"target_C":21,"current_C":20.3,"pos":35,"battery":90}

Source: shelly-api-docs.shelly.cloud, Shelly BLU Gateway Gen3; checked against aioshelly 13.35; not
checked on a device.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from assistant.events import Value
from assistant.home.dialects.payload import number
from assistant.home.model import State

LIMITS: Mapping[str, tuple[float, float]] = {"thermostat": (5.0, 35.0), "blutrv": (4.0, 30.0)}
"""Component type → lowest and highest target, °C."""

FEATURES: Mapping[str, frozenset[str]] = {
    "thermostat": frozenset({"mode", "target_temperature"}),
    "blutrv": frozenset({"target_temperature"}),
}
WORKING = {"heat": "heating", "cool": "cooling"}
Call = tuple[str, dict[str, Any]]


def climate_calls(type_: str, id_: int, attributes: State, works: str) -> Iterator[Call]:
    """Methods and parameters that ask for these attributes.

    works    heat or cool, whichever a thermostat does when it is on
    """
    target = attributes.get("target_temperature")
    if type_ == "blutrv":
        if target is not None:
            inner = {"id": 0, "target_C": target}
            yield "BluTRV.Call", {"id": id_, "method": "Trv.SetTarget", "params": inner}
        return
    config: dict[str, Any] = {"id": id_}
    if target is not None:
        config["target_C"] = target
    if "mode" in attributes:
        config["enable"] = attributes["mode"] == works
    yield "Thermostat.SetConfig", {"id": id_, "config": config}


def climate_told(type_: str, found: Mapping[str, Any], works: str) -> Iterator[tuple[str, Value]]:
    """What a status says; raises ValueError."""
    for key, attribute in (("target_C", "target_temperature"), ("current_C", "temperature")):
        if (value := found.get(key)) is not None:
            yield attribute, number(value, -100, 300)
    if (value := found.get("current_humidity")) is not None:
        yield "humidity", number(value, 0, 100)
    if type_ == "blutrv":
        yield from _valve_told(found)
        return
    enabled, output = found.get("enable"), found.get("output")
    if isinstance(enabled, bool):
        yield "mode", works if enabled else "off"
    if isinstance(output, bool):
        idle = "off" if enabled is False else "idle"
        yield "action", WORKING[works] if output else idle


def _valve_told(found: Mapping[str, Any]) -> Iterator[tuple[str, Value]]:
    if (value := found.get("battery")) is not None:
        yield "battery", number(value, 0, 100)
    if (value := found.get("pos")) is not None:  # -1: not calibrated
        yield "action", "heating" if number(value, -1, 100) > 0 else "idle"


def climate_obeyed(params: Mapping[str, Any], works: str) -> State:
    """The device's side: what a call asks for."""
    asked = params.get("config", params.get("params"))
    if not isinstance(asked, dict):
        raise ValueError("neither config nor params")
    state = dict(climate_told("thermostat", {**asked, "output": None}, works))
    return {name: value for name, value in state.items() if name in FEATURES["thermostat"]}


def climate_reported(state: State) -> dict[str, Any]:
    """The device's side of a status."""
    keys = {"target_temperature": "target_C", "temperature": "current_C"}
    wire = {key: state[name] for name, key in keys.items() if name in state}
    return {**wire, "enable": state.get("mode") != "off", "output": False}
