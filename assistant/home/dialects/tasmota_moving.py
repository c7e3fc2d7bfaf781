"""Tasmota's shutters, and the one fan that it knows: Sonoff's iFan.

Source: tasmota.github.io, Shutters and blinds, Sonoff iFan; checked against hatasmota 0.9.2.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from assistant.events import Value
from assistant.home.dialects.payload import number
from assistant.home.dialects.tasmota_keys import Order, TasmotaKeys, Told
from assistant.home.model import State

FAN_SPEEDS, MEDIUM_FAN = 3, 2
SHUTTER_WORDS = ("Open", "Close", "Stop", "Position", "Tilt")


def shutter_orders(keys: TasmotaKeys, attributes: State) -> Iterator[Order]:
    """What makes a shutter do this."""
    if "stop" in attributes:
        yield f"ShutterStop{keys.index}", ""
    elif "position" in attributes:
        position = int(attributes["position"])
        yield (
            f"ShutterPosition{keys.index}",
            str(100 - position if keys.inverted else position),
        )
    elif "open" in attributes:
        yield f"Shutter{'Open' if attributes['open'] else 'Close'}{keys.index}", ""
    if "tilt" in attributes:
        yield f"ShutterTilt{keys.index}", str(_angle(keys, attributes["tilt"]))


def _angle(keys: TasmotaKeys, percent: Value) -> int:
    return round(keys.tilt_min + float(percent) * (keys.tilt_max - keys.tilt_min) / 100)


def _tilt(keys: TasmotaKeys, angle: object) -> int:
    span = (keys.tilt_max - keys.tilt_min) or 1
    tilt = round((number(angle, -360, 360) - keys.tilt_min) * 100 / span)
    return min(max(tilt, 0), 100)


def shutter_told(keys: TasmotaKeys, wire: Mapping[str, Any]) -> Told:
    """What a report says of a shutter; raises ValueError."""
    found = wire.get(f"Shutter{keys.index}")
    if found is None:
        return
    if not isinstance(found, dict):
        raise ValueError("Shutter: expected a JSON object")
    if found.get("Position") is not None:
        position = round(number(found["Position"], 0, 100))
        position = 100 - position if keys.inverted else position
        yield from (("position", position), ("open", position > 0))
    if found.get("Tilt") is not None and keys.tilt_max != keys.tilt_min:
        yield "tilt", _tilt(keys, found["Tilt"])
    if found.get("Direction") is not None:
        way = number(found["Direction"], -1, 1) * (-1 if keys.inverted else 1)
        yield "motion", "opening" if way > 0 else "closing" if way < 0 else "stopped"


def shutter_obeyed(keys: TasmotaKeys, name: str, argument: str) -> State:
    """The device's side of one order, its number left away; empty where it is another's."""
    if name == "ShutterPosition":
        position = round(number(float(argument), 0, 100))
        return {"position": 100 - position if keys.inverted else position}
    if name in ("ShutterOpen", "ShutterClose"):
        return {"open": name == "ShutterOpen"}
    return {"tilt": _tilt(keys, float(argument))} if name == "ShutterTilt" else {}


def shutter_reported(keys: TasmotaKeys, state: State) -> dict[str, Any]:
    """The device's side of a report."""
    position = int(state["position"])
    wire = {"Position": 100 - position if keys.inverted else position, "Direction": 0}
    if "tilt" in state:
        wire["Tilt"] = _angle(keys, state["tilt"])
    return {f"Shutter{keys.index}": wire}


def fan_orders(_keys: TasmotaKeys, attributes: State) -> Iterator[Order]:
    """What makes the fan do this."""
    if attributes.get("on") is False:
        yield "FanSpeed", "0"
    elif "speed" in attributes:
        yield "FanSpeed", str(max(1, round(float(attributes["speed"]) * FAN_SPEEDS / 100)))
    elif "on" in attributes:  # it does not remember how fast it was
        yield "FanSpeed", str(MEDIUM_FAN)


def fan_told(_keys: TasmotaKeys, wire: Mapping[str, Any]) -> Told:
    """What a report says of the fan; raises ValueError."""
    if (found := wire.get("FanSpeed")) is not None:
        speed = round(number(found, 0, FAN_SPEEDS))
        yield "on", speed > 0
        if speed > 0:
            yield "speed", round(speed * 100 / FAN_SPEEDS)
