"""Thermostat: set the temperature, warmer and cooler, modes."""

from assistant.skill import Answer, CannotDo, Change, Device, Rooms, Say, Targets
from assistant.skill.telling import cools
from assistant.skill.telling import degrees as in_degrees

# "warmer" without a number, in degrees of the house; one of Fahrenheit is about half a degree.
STEPS = {"celsius": 1.0, "fahrenheit": 2.0}
IN_CELSIUS = {"celsius": 1.0, "fahrenheit": 5 / 9}
COLDEST, WARMEST = 5.0, 35.0  # °C; what a wall thermostat takes


def set_temperature(targets: Targets, say: Say, temperature: float, rooms: Rooms) -> Answer:
    """Set the target temperature, °C."""
    return Answer(
        _told(say, targets, "set_to", degrees=in_degrees(temperature, rooms)),
        targets.set(target_temperature=temperature),
    )


def warmer(targets: Targets, say: Say, rooms: Rooms, degrees: float | None = None) -> Answer:
    """Raise the target by so many degrees of the house's unit."""
    return _by(say, 1, degrees, targets, rooms)


def cooler(targets: Targets, say: Say, rooms: Rooms, degrees: float | None = None) -> Answer:
    """Lower the target by so many degrees of the house's unit."""
    return _by(say, -1, degrees, targets, rooms)


def _by(say: Say, sign: int, degrees: float | None, targets: Targets, rooms: Rooms) -> Answer:
    unit = rooms.temperature_unit
    step = sign * IN_CELSIUS[unit] * (STEPS[unit] if degrees is None else degrees)
    changes, reached = [], []
    for device in targets:
        if "target_temperature" not in device.state:
            raise CannotDo(say("not_known", name=device.name))
        target = float(device.state["target_temperature"]) + step
        target = round(min(WARMEST, max(COLDEST, target)), 2)
        changes.append(Change(device.id, {"target_temperature": target}))
        reached.append(target)
    key = "set_to" if len(set(reached)) == 1 else "changed"
    return Answer(_told(say, targets, key, degrees=in_degrees(reached[0], rooms)), tuple(changes))


def set_mode(targets: Targets, say: Say, mode: str) -> Answer:
    """Choose heat, cool, auto, dry or fan_only."""
    able = targets.with_feature("mode")
    return Answer(_told(say, able, "in_mode", mode=say(mode)), able.set(mode=mode))


def turn_on(targets: Targets, say: Say) -> Answer:
    """Heat, or cool."""
    able = targets.with_feature("mode")
    changes = tuple(Change(device.id, {"mode": _usual(device)}) for device in able)
    return Answer(_told(say, able, "is_on"), changes)


def _usual(device: Device) -> str:
    """What it is for: an air conditioner cools."""
    names = " ".join((device.name, *device.aliases)).lower().split()
    return "cool" if cools() & set(names) else "heat"


def turn_off(targets: Targets, say: Say) -> Answer:
    """Neither heat nor cool."""
    able = targets.with_feature("mode")
    return Answer(_told(say, able, "is_off"), able.set(mode="off"))


def _told(say: Say, targets: Targets, key: str, **values: object) -> str:
    return say(key, targets=targets.phrase, are=targets.are, **values)
