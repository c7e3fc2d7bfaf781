"""Thermostat: set the temperature, warmer and cooler, modes."""

from assistant.skill import Answer, CannotDo, Change, Targets, sentence

STEP_DEGREES = 1.0  # "warmer" without a number
COLDEST, WARMEST = 5.0, 35.0  # °C; what a wall thermostat takes


def set_temperature(targets: Targets, temperature: float) -> Answer:
    """Set the target temperature, °C."""
    return Answer(
        f"{sentence(targets.phrase)} {targets.are} set to {_degrees(temperature)}.",
        targets.set(target_temperature=temperature),
    )


def warmer(targets: Targets, degrees: float = STEP_DEGREES) -> Answer:
    """Raise the target by so many degrees."""
    return _by(degrees, targets)


def cooler(targets: Targets, degrees: float = STEP_DEGREES) -> Answer:
    """Lower the target by so many degrees."""
    return _by(-degrees, targets)


def _by(step: float, targets: Targets) -> Answer:
    changes, reached = [], []
    for device in targets:
        if "target_temperature" not in device.state:
            raise CannotDo(f"I don't know what the {device.name} is set to.")
        target = float(device.state["target_temperature"]) + step
        target = min(WARMEST, max(COLDEST, target))
        changes.append(Change(device.id, {"target_temperature": target}))
        reached.append(target)
    verb = f"{targets.are} set to {_degrees(reached[0])}" if len(set(reached)) == 1 else "changed"
    return Answer(f"{sentence(targets.phrase)} {verb}.", tuple(changes))


def set_mode(targets: Targets, mode: str) -> Answer:
    """Choose heat, cool, auto, dry or fan_only."""
    able = targets.with_feature("mode", "modes")
    words = mode.replace("_", " ")
    return Answer(f"{sentence(able.phrase)} {able.are} in {words} mode.", able.set(mode=mode))


def turn_on(targets: Targets) -> Answer:
    """Heat."""
    able = targets.with_feature("mode", "switch")
    return Answer(f"{sentence(able.phrase)} {able.are} on.", able.set(mode="heat"))


def turn_off(targets: Targets) -> Answer:
    """Neither heat nor cool."""
    able = targets.with_feature("mode", "switch")
    return Answer(f"{sentence(able.phrase)} {able.are} off.", able.set(mode="off"))


def _degrees(celsius: float) -> str:
    return f"{celsius:g} degrees"
