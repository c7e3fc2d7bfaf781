"""Thermostat: set the temperature, warmer and cooler, modes."""

from assistant.skill import Answer, CannotDo, Change, Device, Rooms, Targets, sentence
from assistant.skill.telling import degrees as in_degrees

# "warmer" without a number, in degrees of the house; one of Fahrenheit is about half a degree.
STEPS = {"celsius": 1.0, "fahrenheit": 2.0}
IN_CELSIUS = {"celsius": 1.0, "fahrenheit": 5 / 9}
COLDEST, WARMEST = 5.0, 35.0  # °C; what a wall thermostat takes


def set_temperature(targets: Targets, temperature: float, rooms: Rooms) -> Answer:
    """Set the target temperature, °C."""
    return Answer(
        f"{sentence(targets.phrase)} {targets.are} set to {in_degrees(temperature, rooms)}.",
        targets.set(target_temperature=temperature),
    )


def warmer(targets: Targets, rooms: Rooms, degrees: float | None = None) -> Answer:
    """Raise the target by so many degrees of the house's unit."""
    return _by(1, degrees, targets, rooms)


def cooler(targets: Targets, rooms: Rooms, degrees: float | None = None) -> Answer:
    """Lower the target by so many degrees of the house's unit."""
    return _by(-1, degrees, targets, rooms)


def _by(sign: int, degrees: float | None, targets: Targets, rooms: Rooms) -> Answer:
    unit = rooms.temperature_unit
    step = sign * IN_CELSIUS[unit] * (STEPS[unit] if degrees is None else degrees)
    changes, reached = [], []
    for device in targets:
        if "target_temperature" not in device.state:
            raise CannotDo(f"I don't know what the {device.name} is set to.")
        target = float(device.state["target_temperature"]) + step
        target = round(min(WARMEST, max(COLDEST, target)), 2)
        changes.append(Change(device.id, {"target_temperature": target}))
        reached.append(target)
    verb = (
        f"{targets.are} set to {in_degrees(reached[0], rooms)}"
        if len(set(reached)) == 1
        else "changed"
    )
    return Answer(f"{sentence(targets.phrase)} {verb}.", tuple(changes))


def set_mode(targets: Targets, mode: str) -> Answer:
    """Choose heat, cool, auto, dry or fan_only."""
    able = targets.with_feature("mode", "modes")
    words = mode.replace("_", " ")
    return Answer(f"{sentence(able.phrase)} {able.are} in {words} mode.", able.set(mode=mode))


def turn_on(targets: Targets) -> Answer:
    """Heat, or cool."""
    able = targets.with_feature("mode", "switch")
    changes = tuple(Change(device.id, {"mode": _usual(device)}) for device in able)
    return Answer(f"{sentence(able.phrase)} {able.are} on.", changes)


def _usual(device: Device) -> str:
    """What it is for: an air conditioner cools."""
    names = " ".join((device.name, *device.aliases)).lower().split()
    return "cool" if {"ac", "air", "cooler"} & set(names) else "heat"


def turn_off(targets: Targets) -> Answer:
    """Neither heat nor cool."""
    able = targets.with_feature("mode", "switch")
    return Answer(f"{sentence(able.phrase)} {able.are} off.", able.set(mode="off"))
