"""Fans: on and off, speed, modes, swinging, direction."""

from assistant.skill import Answer, AskFor, CannotDo, Change, Targets, sentence

STEP_PERCENT = 25  # "faster" without a number


def turn_on(targets: Targets) -> Answer:
    """Switch on."""
    return Answer(_is(targets, "on"), targets.set(on=True))


def turn_off(targets: Targets) -> Answer:
    """Switch off."""
    return Answer(_is(targets, "off"), targets.set(on=False))


def set_speed(
    targets: Targets,
    speed: int | None = None,
    position: float | None = None,
    mode: str | None = None,
) -> Answer:
    """Set a speed, percent, of which 0 is off; one by its number; or a mode: auto, sleep …"""
    if mode:
        able = targets.with_feature("preset", "modes")
        return Answer(_is(able, f"in {mode} mode"), able.set(on=True, preset=mode))
    if position is not None:
        return _numbered(targets, position)
    if speed is None:
        raise AskFor("How fast?", "speed")
    if speed == 0:
        return turn_off(targets)
    able = targets.with_feature("speed", "speeds")
    return Answer(_is(able, f"at {speed} percent"), able.set(on=True, speed=speed))


def _numbered(targets: Targets, number: float) -> Answer:
    """The speed that a fan counts as `number`."""
    able = targets.with_feature("speed", "speeds")
    have = "have" if able.are == "are" else "has"
    if not all(device.speeds for device in able):
        raise AskFor(f"{sentence(able.phrase)} {have} no numbered speeds. How fast?", "speed")
    most = min(len(device.speeds) for device in able)
    if number > most or number != int(number):
        raise CannotDo(f"{sentence(able.phrase)} {have} the speeds 1 to {most}.")
    changes = tuple(
        Change(device.id, {"on": True, "speed": device.speeds[int(number) - 1]}) for device in able
    )
    return Answer(_is(able, f"at speed {int(number)}"), changes)


def faster(targets: Targets, step: int = STEP_PERCENT) -> Answer:
    """Faster by so many percentage points."""
    return _by(step, targets)


def slower(targets: Targets, step: int = STEP_PERCENT) -> Answer:
    """Slower by so many percentage points, never off."""
    return _by(-step, targets)


def _by(step: int, targets: Targets) -> Answer:
    able = targets.with_feature("speed", "speeds")
    speeds = {}
    for device in able:
        now = int(device.state.get("speed", 0)) if device.state.get("on") else 0
        speeds[device.id] = min(100, max(1, now + step))
    changes = tuple(Change(id_, {"on": True, "speed": speed}) for id_, speed in speeds.items())
    if len(set(speeds.values())) == 1:
        return Answer(_is(able, f"at {next(iter(speeds.values()))} percent"), changes)
    return Answer(_is(able, "faster" if step > 0 else "slower"), changes)


def swing_on(targets: Targets) -> Answer:
    """Swing from side to side."""
    able = _swinging(targets)
    return Answer(_is(able, "swinging"), able.set(oscillating=True))


def swing_off(targets: Targets) -> Answer:
    """Stay where it points."""
    able = _swinging(targets)
    return Answer(_is(able, "not swinging any more"), able.set(oscillating=False))


def _swinging(targets: Targets) -> Targets:
    able = tuple(device for device in targets if "oscillating" in device.features)
    if not able:
        raise CannotDo(f"{sentence(targets.phrase)} can't oscillate.")
    return Targets(able, targets.phrase, targets.plural, targets.area_name)


def reverse(targets: Targets) -> Answer:
    """Turn the other way round."""
    able = targets.with_feature("direction", "direction to choose")
    return Answer(_is(able, "in reverse"), able.set(direction="reverse"))


def forward(targets: Targets) -> Answer:
    """Turn the usual way round."""
    able = targets.with_feature("direction", "direction to choose")
    return Answer(_is(able, "going forward"), able.set(direction="forward"))


def _is(targets: Targets, what: str) -> str:
    return f"{sentence(targets.phrase)} {targets.are} {what}."
