"""The speeds of a fan by their numbers: "speed 3" of five, found in what its dialect sends."""

from __future__ import annotations

from itertools import groupby

from assistant.home.dialects import Dialect

MOST = 20
"""Nobody counts more speeds than so many: such a fan is told percent."""


def numbered(dialect: Dialect) -> tuple[int, ...]:
    """Percent for each of a fan's speeds, the slowest first; empty where they have no numbers.

    What leads to the same message is the same speed, whoever made the fan.
    """
    if "speed" not in dialect.features:
        return ()
    try:
        sent = [(dialect.commands({"on": True, "speed": n}), n) for n in range(1, 101)]
    except (ValueError, LookupError):  # a template that takes no such number
        return ()
    speeds = [[n for _, n in same] for _, same in groupby(sent, key=lambda pair: pair[0])]
    count = len(speeds)
    if not 1 < count <= MOST:
        return ()
    # What the fan reports is that share of the whole, rounded its own way.
    return tuple(
        min(percents, key=lambda n: abs(n - at * 100 / count))
        for at, percents in enumerate(speeds, start=1)
    )
