"""Plugs, outlets and whatever hangs on them."""

from assistant.skill import Answer, Targets, sentence


def turn_on(targets: Targets) -> Answer:
    """Switch on."""
    return Answer(f"{sentence(targets.phrase)} {targets.are} on.", targets.set(on=True))


def turn_off(targets: Targets) -> Answer:
    """Switch off."""
    return Answer(f"{sentence(targets.phrase)} {targets.are} off.", targets.set(on=False))
