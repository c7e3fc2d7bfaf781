"""Lights: on and off, brightness, colour and colour temperature."""

from datetime import timedelta

from assistant.skill import COLORS, Answer, Change, Say, Targets
from assistant.skill.telling import color_word, spoken_duration

STEP_PERCENT = 20  # "brighter" without a number
STEP_KELVIN = 500
MIDDLE_KELVIN = 3500  # of a light that does not say how white it is


def _over(length: timedelta | None) -> dict[str, float]:
    """How slowly, in seconds; a light that cannot change slowly does it at once."""
    return {"transition": length.total_seconds()} if length else {}


def _told(say: Say, targets: Targets, state: str, length: timedelta | None = None) -> str:
    """What is so, or will be when the lights have got there."""
    slowly = any("transition" in light.features for light in targets)
    said = {"targets": targets.phrase, "are": targets.are, "state": state}
    if length and slowly:
        return say("will_be", **said, length=spoken_duration(length))
    return say("is", **said)


def turn_on(
    targets: Targets,
    say: Say,
    besides: Targets | None = None,
    besides_area: str | None = None,
    length: timedelta | None = None,
) -> Answer:
    """Switch on."""
    meant = targets.without(besides, besides_area)
    return Answer(_told(say, meant, say("on"), length), meant.set(on=True, **_over(length)))


def turn_off(
    targets: Targets,
    say: Say,
    besides: Targets | None = None,
    besides_area: str | None = None,
    length: timedelta | None = None,
) -> Answer:
    """Switch off."""
    meant = targets.without(besides, besides_area)
    return Answer(_told(say, meant, say("off"), length), meant.set(on=False, **_over(length)))


def toggle(targets: Targets, say: Say) -> Answer:
    """On if they are off, off if one of them is on."""
    on = any(light.state.get("on") for light in targets)
    return turn_off(targets, say) if on else turn_on(targets, say)


def set_brightness(
    targets: Targets, say: Say, brightness: int, length: timedelta | None = None
) -> Answer:
    """Set a brightness; 0 percent is off."""
    if brightness == 0:
        return turn_off(targets, say, length=length)
    able = targets.with_feature("brightness")
    return Answer(
        _told(say, able, say("at_percent", brightness=brightness), length),
        able.set(on=True, brightness=brightness, **_over(length)),
    )


def brightest(targets: Targets, say: Say) -> Answer:
    """As bright as it gets."""
    return set_brightness(targets, say, 100)


def dimmest(targets: Targets, say: Say) -> Answer:
    """As dim as it gets, but on."""
    return set_brightness(targets, say, 1)


def brighten(targets: Targets, say: Say, step: int = STEP_PERCENT) -> Answer:
    """Make each light brighter by so many percentage points."""
    return _by(say, step, targets)


def dim(targets: Targets, say: Say, step: int = STEP_PERCENT) -> Answer:
    """Make each light dimmer by so many percentage points, never off."""
    return _by(say, -step, targets)


def _by(say: Say, step: int, targets: Targets) -> Answer:
    able = targets.with_feature("brightness")
    levels = {}
    for device in able:
        now = int(device.state.get("brightness", 0)) if device.state.get("on") else 0
        levels[device.id] = min(100, max(1, now + step))
    changes = tuple(
        Change(device, {"on": True, "brightness": level}) for device, level in levels.items()
    )
    if len(set(levels.values())) == 1:
        reached = say("at_percent", brightness=next(iter(levels.values())))
    else:
        reached = say("brighter" if step > 0 else "dimmer")
    return Answer(_told(say, able, reached), changes)


def set_color(
    targets: Targets,
    say: Say,
    color: str,
    brightness: int | None = None,
    length: timedelta | None = None,
) -> Answer:
    """Set a colour by its name, and a brightness with it."""
    able = targets.with_feature("hue")
    hue, saturation = COLORS[color]
    return Answer(
        _told(say, able, color_word(color), length),
        able.set(
            on=True, hue=hue, saturation=saturation,
            **({"brightness": brightness} if brightness else {}), **_over(length),
        ),
    )  # fmt: skip


def set_color_temperature(
    targets: Targets, say: Say, color_temperature: int, length: timedelta | None = None
) -> Answer:
    """Set a white from warm to cool, in kelvin."""
    able = targets.with_feature("color_temperature")
    return Answer(
        _told(say, able, say("at_kelvin", kelvin=color_temperature), length),
        able.set(on=True, color_temperature=color_temperature, **_over(length)),
    )


def warmer(targets: Targets, say: Say) -> Answer:
    """A warmer white."""
    return _whiter_by(say, -STEP_KELVIN, targets)


def cooler(targets: Targets, say: Say) -> Answer:
    """A cooler white."""
    return _whiter_by(say, STEP_KELVIN, targets)


def _whiter_by(say: Say, step: int, targets: Targets) -> Answer:
    able = targets.with_feature("color_temperature")
    changes = []
    for device in able:
        now = int(device.state.get("color_temperature") or MIDDLE_KELVIN)
        kelvin = min(6500, max(2200, now + step))
        changes.append(Change(device.id, {"on": True, "color_temperature": kelvin}))
    return Answer(_told(say, able, say("warmer" if step < 0 else "cooler")), tuple(changes))
