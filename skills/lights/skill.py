"""Lights: on and off, brightness, colour and colour temperature."""

from datetime import timedelta

from assistant.skill import COLORS, Answer, Change, Targets, sentence
from assistant.skill.telling import spoken_duration

STEP_PERCENT = 20  # "brighter" without a number
STEP_KELVIN = 500
MIDDLE_KELVIN = 3500  # of a light that does not say how white it is


def _over(length: timedelta | None) -> dict[str, float]:
    """How slowly, in seconds; a light that cannot change slowly does it at once."""
    return {"transition": length.total_seconds()} if length else {}


def _told(targets: Targets, state: str, length: timedelta | None) -> str:
    """What is so, or will be when the lights have got there."""
    slowly = any("transition" in light.features for light in targets)
    if length and slowly:
        return f"{sentence(targets.phrase)} will be {state} in {spoken_duration(length)}."
    return f"{sentence(targets.phrase)} {targets.are} {state}."


def turn_on(
    targets: Targets,
    besides: Targets | None = None,
    besides_area: str | None = None,
    length: timedelta | None = None,
) -> Answer:
    """Switch on."""
    meant = targets.without(besides, besides_area)
    return Answer(_told(meant, "on", length), meant.set(on=True, **_over(length)))


def turn_off(
    targets: Targets,
    besides: Targets | None = None,
    besides_area: str | None = None,
    length: timedelta | None = None,
) -> Answer:
    """Switch off."""
    meant = targets.without(besides, besides_area)
    return Answer(_told(meant, "off", length), meant.set(on=False, **_over(length)))


def toggle(targets: Targets) -> Answer:
    """On if they are off, off if one of them is on."""
    return (
        turn_off(targets) if any(light.state.get("on") for light in targets) else turn_on(targets)
    )


def set_brightness(targets: Targets, brightness: int, length: timedelta | None = None) -> Answer:
    """Set a brightness; 0 percent is off."""
    if brightness == 0:
        return turn_off(targets, length=length)
    able = targets.with_feature("brightness", "brightness")
    return Answer(
        _told(able, f"at {brightness} percent", length),
        able.set(on=True, brightness=brightness, **_over(length)),
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


def set_color(
    targets: Targets,
    color: str,
    brightness: int | None = None,
    length: timedelta | None = None,
) -> Answer:
    """Set a colour by its name, and a brightness with it."""
    able = targets.with_feature("hue", "colour")
    hue, saturation = COLORS[color]
    return Answer(
        _told(able, color, length),
        able.set(
            on=True, hue=hue, saturation=saturation,
            **({"brightness": brightness} if brightness else {}), **_over(length),
        ),
    )  # fmt: skip


def set_color_temperature(
    targets: Targets, color_temperature: int, length: timedelta | None = None
) -> Answer:
    """Set a white from warm to cool, in kelvin."""
    able = targets.with_feature("color_temperature", "colour temperature")
    return Answer(
        _told(able, f"at {color_temperature} kelvin", length),
        able.set(on=True, color_temperature=color_temperature, **_over(length)),
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
