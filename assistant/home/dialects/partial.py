"""Reports of which only a part can be read: the rest is as good as ever."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from assistant.events import Value
from assistant.home.dialects.payload import GARBAGE
from assistant.home.model import State


class Told(dict[str, Value]):
    """What a report tells, and what of it made no sense."""

    def __init__(self, state: State | None = None, problems: Iterable[str] = ()) -> None:
        super().__init__(state or {})
        self.problems: tuple[str, ...] = tuple(problems)

    def without(self, names: Iterable[str]) -> Told:
        """Of the other attributes."""
        left = set(names)
        return Told({n: v for n, v in self.items() if n not in left}, self.problems)


def read_parts(parts: Iterable[Callable[[], State]]) -> Told:
    """What all parts tell, each read for itself; raises ValueError where none makes any sense."""
    state: dict[str, Value] = {}
    problems: list[str] = []
    read = False
    for part in parts:
        try:
            told = part()
        except GARBAGE as error:
            problems.append(str(error) or type(error).__name__)
            continue
        read = True
        state.update(told)
    if problems and not read:
        raise ValueError(problems[0])
    return Told(state, problems)
