"""Locks doors; unlocks them after a "yes", or a code."""

import hmac
from collections.abc import Mapping
from datetime import datetime, timedelta

from assistant.skill import Answer, CannotDo, Device, Targets, sentence

MOST_WRONG = 3
BLOCKED_FOR = timedelta(minutes=1)

_wrong: list[datetime] = []
"""When wrong codes were said, since the last right one."""


def lock(targets: Targets) -> Answer:
    """Lock."""
    return Answer(f"{sentence(targets.phrase)} {targets.are} locked.", targets.set(locked=True))


def lock_all(devices: tuple[Device, ...]) -> Answer:
    """Lock every door."""
    return lock(Targets(devices, "all the doors", plural=True))


def unlock(
    targets: Targets, settings: Mapping[str, object], now: datetime, code: str | None = None
) -> Answer:
    """Unlock, when that is meant, and by who may."""
    wanted = str(settings["code"])
    done = f"{sentence(targets.phrase)} {targets.are} unlocked."
    if not wanted:
        return Answer(done, targets.set(locked=False), confirm=f"Unlock {targets.phrase}?")
    if len(_wrong) >= MOST_WRONG and now - _wrong[-1] < BLOCKED_FOR:
        raise CannotDo("Too many wrong codes. Try again in a minute.")
    if code is None:
        return Answer("What is the code?", asks="code")
    if not hmac.compare_digest(code, wanted):
        _wrong.append(now)
        raise CannotDo("That is not the code.")
    _wrong.clear()
    return Answer(done, targets.set(locked=False))
