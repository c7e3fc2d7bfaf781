"""Lights: on and off, brightness, colour and colour temperature."""

from assistant.skill import COLORS, Answer, Change, Targets, sentence

STEP_PERCENT = 20  # "brighter" without a number


def turn_on(targets: Targets) -> Answer:
    """Switch on."""
    return Answer(f"{sentence(targets.phrase)} {targets.are} on.", targets.set(on=True))


def turn_off(targets: Targets) -> Answer:
    """Switch off."""
    return Answer(f"{sentence(targets.phrase)} {targets.are} off.", targets.set(on=False))


def set_brightness(targets: Targets, brightness: int) -> Answer:
    """Set a brightness; 0 percent is off."""
    if brightness == 0:
        return turn_off(targets)
    able = targets.with_feature("brightness", "brightness")
    return Answer(
        f"{sentence(able.phrase)} {able.are} at {brightness} percent.",
        able.set(on=True, brightness=brightness),
    )


def brightest(targets: Targets) -> Answer:
    """As bright as it gets."""
    return set_brightness(targets, 100)


def dimmest(targets: Targets) -> Answer:
    """As dim as it gets, but on."""
    return set_brightness(targets, 1)


def brighten(targets: Targets, step: int = STEP_PERCENT) -> Answer:
    """Make each light brighter by so many percentage points."""
    return _by(step, targets)


def dim(targets: Targets, step: int = STEP_PERCENT) -> Answer:
    """Make each light dimmer by so many percentage points, never off."""
    return _by(-step, targets)


def _by(step: int, targets: Targets) -> Answer:
    able = targets.with_feature("brightness", "brightness")
    levels = {}
    for device in able:
        now = int(device.state.get("brightness", 0)) if device.state.get("on") else 0
        levels[device.id] = min(100, max(1, now + step))
    changes = tuple(
        Change(device, {"on": True, "brightness": level}) for device, level in levels.items()
    )
    if len(set(levels.values())) == 1:
        reached = f"at {next(iter(levels.values()))} percent"
    else:
        reached = "brighter" if step > 0 else "dimmer"
    return Answer(f"{sentence(able.phrase)} {able.are} {reached}.", changes)


def set_color(targets: Targets, color: str) -> Answer:
    """Set a colour by its name."""
    able = targets.with_feature("hue", "colour")
    hue, saturation = COLORS[color]
    return Answer(
        f"{sentence(able.phrase)} {able.are} {color}.",
        able.set(on=True, hue=hue, saturation=saturation),
    )


def set_color_temperature(targets: Targets, color_temperature: int) -> Answer:
    """Set a white from warm to cool, in kelvin."""
    able = targets.with_feature("color_temperature", "colour temperature")
    return Answer(
        f"{sentence(able.phrase)} {able.are} at {color_temperature} kelvin.",
        able.set(on=True, color_temperature=color_temperature),
    )
