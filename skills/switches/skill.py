"""Plugs, outlets and whatever hangs on them."""

from assistant.skill import Answer, Targets, lets_in, sentence


def turn_on(targets: Targets) -> Answer:
    """Switch on."""
    return _switched(targets, on=True)


def turn_off(targets: Targets) -> Answer:
    """Switch off."""
    return _switched(targets, on=False)


def _switched(targets: Targets, *, on: bool) -> Answer:
    """Asks first where the switch works a door: nobody knows which of the two opens it."""
    word = "on" if on else "off"
    risky = any(map(lets_in, targets))
    return Answer(
        f"{sentence(targets.phrase)} {targets.are} {word}.",
        targets.set(on=on),
        confirm=f"Turn {word} {targets.phrase}?" if risky else "",
    )
