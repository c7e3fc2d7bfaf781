"""What is measured and detected: temperature, humidity, batteries, motion, smoke, water."""

from collections.abc import Callable, Iterable, Mapping, Sequence

from assistant.colors import nearest_color
from assistant.skill import Answer, CannotDo, Device, Rooms, Targets, sentence
from assistant.skill.describing import described
from assistant.skill.telling import (
    MOST_NAMES,
    agree,
    counted,
    degrees,
    listed,
    measured,
    named,
    related,
    silent,
    untold,
)

LOW_BATTERY_PERCENT = 20.0

_QUANTITIES: Mapping[str, tuple[str, str | None]] = {
    "battery": ("battery", "%"),
    "color": ("colour", None),
    "humidity": ("humidity", "%"),
    "moisture": ("moisture", "%"),
    "temperature": ("temperature", "°C"),
    "target_temperature": ("target temperature", "°C"),
    "brightness": ("brightness", "%"),
    "volume": ("volume", "%"),
    "position": ("position", "%"),
    "speed": ("speed", "%"),
    "color_temperature": ("colour temperature", "K"),
    "carbon_dioxide": ("carbon dioxide", "ppm"),
    "illuminance": ("illuminance", "lx"),
    "pressure": ("pressure", "hPa"),
    "power": ("power", "W"),
    "energy": ("energy", "kWh"),
    "voltage": ("voltage", "V"),
}


def temperature(
    devices: tuple[Device, ...], rooms: Rooms, area: str | None = None, floor: str | None = None
) -> Answer:
    """Say how warm it is, and what the thermostats are set to."""
    found = _measuring(devices, rooms, "temperature", area, floor)
    # Where a thermostat measures, a sensor beside it (of a fridge, of the outside) does not count.
    steered = {one.area for one in found if one.kind == "climate"}
    found = [one for one in found if one.kind == "climate" or one.area not in steered]
    if area is None and len(found) > MOST_NAMES:
        degrees_ = sorted(float(one.state["temperature"]) for one in found)
        low, high = measured(round(degrees_[0], 1), "", rooms), degrees(degrees_[-1], rooms)
        return Answer(f"It is between {low} and {high}{rooms.phrase(area, floor)}.")
    return Answer(" ".join(_warmth(one, found, rooms) for one in found))


def _warmth(device: Device, found: Sequence[Device], rooms: Rooms) -> str:
    twins = [one for one in found if one.area == device.area]
    saying = f"It is {degrees(float(device.state['temperature']), rooms)}"
    if len(twins) > 1 or device.area is None:
        saying += f" at the {device.name}"
    else:
        saying += rooms.phrase(device.area)
    if "target_temperature" in device.state:
        saying += f", set to {degrees(float(device.state['target_temperature']), rooms)}"
    return f"{saying}."


def reading(
    devices: tuple[Device, ...],
    rooms: Rooms,
    quantity: str | None = None,
    how: str | None = None,
    area: str | None = None,
    floor: str | None = None,
) -> Answer:
    """ "What is the humidity in the bathroom?", "how bright are the kitchen lights?" """
    quantity = quantity or how or "humidity"
    found = _measuring(devices, rooms, quantity, area, floor)
    if len(found) > MOST_NAMES:
        raise CannotDo(f"{len(found)} devices measure the {_QUANTITIES[quantity][0]}: of which?")
    return Answer(" ".join(_measurement(one, quantity, devices, rooms) for one in found))


def _measuring(
    devices: Iterable[Device], rooms: Rooms, quantity: str, area: str | None, floor: str | None
) -> list[Device]:
    """Devices that measure it there; without a place here, or else anywhere."""
    within = rooms.within(area, floor)
    able = [one for one in devices if within is None or one.area in within]
    told = [one for one in able if quantity in one.state]
    found = [one for one in told if one.available]
    if within is None:
        found = [one for one in found if one.area == rooms.here and rooms.here] or found
    if found:
        return found
    noun = _QUANTITIES[quantity][0]
    if told := [one for one in able if quantity in one.as_last_heard().state]:
        raise CannotDo(untold(told, rooms, _was(quantity, rooms)))
    if quiet := [one for one in able if quantity in one.measures]:
        raise CannotDo(_not_told(quiet[0], named(quiet[0], able, rooms, area), quantity))
    raise CannotDo(f"Nothing measures the {noun}{rooms.phrase(area, floor)}.")


def _was(quantity: str, rooms: Rooms) -> Callable[[Device], str]:
    """What a device measured, for `untold`."""
    unit = _QUANTITIES[quantity][1]
    return lambda one: (
        f"at {measured(one.state[quantity], unit, rooms)}" if quantity in one.state else ""
    )


def _not_told(device: Device, phrase: str, quantity: str) -> str:
    """ "The pool sensor has not told me the temperature." """
    noun = _QUANTITIES[quantity][0]
    phrase = phrase.lower().replace(noun, "sensor") if noun in phrase.lower() else phrase
    problem = f"has not told me the {noun}" if device.available else "is not available"
    return f"{sentence(agree(phrase, problem))}."


def _measurement(
    device: Device, quantity: str, devices: Sequence[Device], rooms: Rooms, phrase: str = ""
) -> str:
    noun, unit = _QUANTITIES[quantity]
    value = measured(device.state[quantity], unit, rooms)
    if not phrase and device.kind == "sensor" and device.area and quantity != "battery":
        return f"The {noun}{rooms.phrase(device.area)} is {value}."
    phrase = phrase or named(device, devices, rooms)
    if noun in phrase.lower():  # "the bathroom humidity"
        return f"{sentence(phrase)} is {value}."
    return f"The {noun} of {phrase} is {value}."


def reading_of(
    targets: Targets,
    devices: tuple[Device, ...],
    rooms: Rooms,
    quantity: str | None = None,
    how: str | None = None,
) -> Answer:
    """ "What is the battery of the motion sensor?", "how bright is the floor lamp?" """
    quantity = quantity or how or _only(targets)
    if not quantity:
        return Answer(described(targets, rooms))
    low = [bool(one.state["battery_low"]) for one in targets if "battery_low" in one.state]
    if quantity == "battery" and low:
        return Answer(f"The battery of {targets.phrase} is {'low' if any(low) else 'fine'}.")
    if quantity == "color":
        return Answer(_color(targets))
    found = [one for one in targets if quantity in one.state] or related(
        targets, devices, lambda one: quantity in one.as_last_heard().state
    )
    noun, was = _QUANTITIES[quantity][0], _was(quantity, rooms)
    if not found:
        if quiet := [one for one in targets if quantity in one.measures]:
            raise CannotDo(_not_told(quiet[0], targets.phrase, quantity))
        problem = f"I don't know the {noun} of {targets.phrase}."
        raise CannotDo(silent(targets, rooms, was) or problem)
    told = [one for one in found if one.available and quantity in one.state]
    if not told:
        raise CannotDo(untold(found, rooms, was))
    found = told
    return Answer(_measurement(found[0], quantity, devices, rooms, targets.phrase))


def _only(targets: Targets) -> str | None:
    """What they measure, where that goes without saying: the temperature, or the one quantity."""
    told = [one.as_last_heard().state for one in targets]
    measured_ = {q for names in (*told, *(one.measures for one in targets)) for q in names}
    measured_ &= _QUANTITIES.keys()
    if any("temperature" in state for state in told):
        return "temperature"
    sensors = all(one.kind == "sensor" for one in targets)
    return measured_.pop() if sensors and len(measured_) == 1 else None


def _color(targets: Targets) -> str:
    state = targets.devices[0].state
    if "hue" in state and "saturation" in state:
        hue, saturation = float(state["hue"]), float(state["saturation"])
        return f"{sentence(targets.phrase)} {targets.are} {nearest_color(hue, saturation)}."
    if "color_temperature" in state:
        kelvin = measured(state["color_temperature"], "K", Rooms())
        return f"{sentence(targets.phrase)} {targets.are} white, at {kelvin}."
    raise CannotDo(f"I don't know the colour of {targets.phrase}.")


def low_batteries(devices: tuple[Device, ...], rooms: Rooms) -> Answer:
    """Name the devices that need new batteries."""
    told = [one for one in devices if {"battery", "battery_low"} & one.state.keys()]
    if not told:
        raise CannotDo("No device has told me about its battery.")
    low = [
        one
        for one in told
        if one.state.get("battery_low")
        or float(one.state.get("battery", 100)) <= LOW_BATTERY_PERCENT
    ]
    if not low:
        return Answer("All batteries are fine.")
    if len(low) > MOST_NAMES:
        return Answer(f"{sentence(counted(len(low), 'battery is', 'batteries are'))} low.")
    names = listed(list(dict.fromkeys(_owner(one, devices, rooms) for one in low)))
    need = "needs a new battery" if len(low) == 1 else "need new batteries"
    return Answer(f"{sentence(names)} {need}.")


def _owner(device: Device, devices: Sequence[Device], rooms: Rooms) -> str:
    return named(device, devices, rooms).removesuffix(" battery").removesuffix(" low")


def set_to(targets: Targets, rooms: Rooms) -> Answer:
    """What thermostats are set to."""
    sayings = []
    for device in targets:
        if not device.available:
            raise CannotDo(untold([device], rooms))
        if "target_temperature" not in device.state:
            raise CannotDo(f"I don't know what the {device.name} is set to.")
        name = sentence(named(device, targets.devices, rooms))
        target = degrees(float(device.state["target_temperature"]), rooms)
        off = ", and it is off" if device.state.get("mode") == "off" else ""
        sayings.append(f"{name} is set to {target}{off}.")
    return Answer(" ".join(sayings))


# --- who and what is there -----------------------------------------------------------------------

_DETECTED: Mapping[str, tuple[tuple[str, ...], str, str]] = {
    "somebody": (("present", "occupied"), "somebody is", "nobody seems to be"),
    "motion": (("occupied",), "there is motion", "there is no motion"),
    "smoke": (("smoke",), "there is smoke", "there is no smoke"),
    "gas": (("gas",), "there is gas", "there is no gas"),
    "water": (("wet",), "there is water", "there is no leak"),
}
"""What can be there → attributes that tell, how it is said when it is, and when it is not."""


def is_there(
    devices: tuple[Device, ...],
    rooms: Rooms,
    what: str = "somebody",
    area: str | None = None,
    floor: str | None = None,
) -> Answer:
    """ "Is there motion in the hall?", "is anyone home?" """
    attributes, yes, no = _DETECTED[what]
    within, place = rooms.within(area, floor), rooms.phrase(area, floor)
    able = [
        one
        for one in devices
        if (within is None or one.area in within)
        and any(name in one.state or name in one.measures for name in attributes)
    ]
    for attribute in attributes:
        told = [
            one
            for one in devices
            if attribute in one.as_last_heard().state and (within is None or one.area in within)
        ]
        if seeing := [one for one in told if one.available and attribute in one.state]:
            break
    else:
        noun = "somebody" if what == "somebody" else what
        raise CannotDo(untold(told or able, rooms) or f"Nothing detects {noun}{place}.")
    at = place or (" home" if what == "somebody" else "")
    where = [one for one in seeing if one.state[attribute]]
    if not where:
        blind = [one for one in told if one not in seeing]
        more = f" {untold(blind, rooms)}" if blind else ""
        return Answer(f"{'As far as I know' if blind else 'No'}, {no}{at}.{more}")
    spots = list(dict.fromkeys(rooms.phrase(one.area).strip() for one in where))
    if area is None and all(spots) and len(spots) <= MOST_NAMES:
        at = f" {listed(spots)}"
    return Answer(f"Yes, {yes}{at}.")
