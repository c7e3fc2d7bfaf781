"""Plugs, outlets and whatever hangs on them."""

from assistant.skill import Answer, Say, Targets, lets_in


def turn_on(targets: Targets, say: Say) -> Answer:
    """Switch on."""
    return _switched(targets, say, on=True)


def turn_off(targets: Targets, say: Say) -> Answer:
    """Switch off."""
    return _switched(targets, say, on=False)


def _switched(targets: Targets, say: Say, *, on: bool) -> Answer:
    """Asks first where the switch works a door: nobody knows which of the two opens it."""
    word = "on" if on else "off"
    risky = any(map(lets_in, targets))
    return Answer(
        say("is", targets=targets.phrase, are=targets.are, state=say(word)),
        targets.set(on=on),
        confirm=say(f"turn_{word}", targets=targets.object) if risky else "",
    )
