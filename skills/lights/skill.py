"""Lights: on and off, brightness, colour and colour temperature."""

from assistant.skill import COLORS, Answer, Change, Targets, sentence

STEP_PERCENT = 20  # "brighter" without a number
STEP_KELVIN = 500
MIDDLE_KELVIN = 3500  # of a light that does not say how white it is


def turn_on(
    targets: Targets, besides: Targets | None = None, besides_area: str | None = None
) -> Answer:
    """Switch on."""
    meant = targets.without(besides, besides_area)
    return Answer(f"{sentence(meant.phrase)} {meant.are} on.", meant.set(on=True))


def turn_off(
    targets: Targets, besides: Targets | None = None, besides_area: str | None = None
) -> Answer:
    """Switch off."""
    meant = targets.without(besides, besides_area)
    return Answer(f"{sentence(meant.phrase)} {meant.are} off.", meant.set(on=False))


def toggle(targets: Targets) -> Answer:
    """On if they are off, off if one of them is on."""
    return (
        turn_off(targets) if any(light.state.get("on") for light in targets) else turn_on(targets)
    )


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


def set_color(targets: Targets, color: str, brightness: int | None = None) -> Answer:
    """Set a colour by its name, and a brightness with it."""
    able = targets.with_feature("hue", "colour")
    hue, saturation = COLORS[color]
    return Answer(
        f"{sentence(able.phrase)} {able.are} {color}.",
        able.set(
            on=True, hue=hue, saturation=saturation,
            **({"brightness": brightness} if brightness else {}),
        ),
    )  # fmt: skip


def set_color_temperature(targets: Targets, color_temperature: int) -> Answer:
    """Set a white from warm to cool, in kelvin."""
    able = targets.with_feature("color_temperature", "colour temperature")
    return Answer(
        f"{sentence(able.phrase)} {able.are} at {color_temperature} kelvin.",
        able.set(on=True, color_temperature=color_temperature),
    )


def warmer(targets: Targets) -> Answer:
    """A warmer white."""
    return _whiter_by(-STEP_KELVIN, targets)


def cooler(targets: Targets) -> Answer:
    """A cooler white."""
    return _whiter_by(STEP_KELVIN, targets)


def _whiter_by(step: int, targets: Targets) -> Answer:
    able = targets.with_feature("color_temperature", "colour temperature")
    changes = []
    for device in able:
        now = int(device.state.get("color_temperature") or MIDDLE_KELVIN)
        kelvin = min(6500, max(2200, now + step))
        changes.append(Change(device.id, {"on": True, "color_temperature": kelvin}))
    how = "warmer" if step < 0 else "cooler"
    return Answer(f"{sentence(able.phrase)} {able.are} {how}.", tuple(changes))
