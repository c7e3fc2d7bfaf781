"""What evaluating one template may cost: every step is paid for, and no value grows too large.

A template comes from whoever may publish on the discovery topics. Whatever it does, it does in
steps, and it makes values: both are counted here, so that no filter, operator or loop has to be
known for what can be done with it.
"""

from __future__ import annotations

from typing import Any

MOST_STEPS = 10_000
"""Some 20 ms of a desktop's core; the longest template of zigbee2mqtt takes a few hundred."""

MOST_SIZE = 65_536
"""Of one value: its characters, and `ELEMENT` for each element, as often as each occurs."""

ELEMENT = 16  # characters that an element of a list counts as much as
SIZE_OF_A_STEP = 32  # characters that may be looked at for the price of a step
LARGEST_NUMBER = 1e100


class TooMuchError(ValueError):
    """The template would take too long, or make too large a value."""


class NothingError(ValueError):
    """The template needs what the payload does not have."""


class Missing:
    """What a payload or a template does not have; false, and empty, but no text and no number."""

    __slots__ = ("name",)

    def __init__(self, name: object) -> None:
        self.name = name

    def __bool__(self) -> bool:
        return False

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Missing)

    def __hash__(self) -> int:
        return 0

    def error(self) -> NothingError:
        """What is raised where the value is needed."""
        return NothingError(f"there is no {str(self.name)[:50]!r}")


class Budget:
    """What is left for one evaluation."""

    def __init__(self, steps: int = MOST_STEPS) -> None:
        self._steps = self._left = steps

    @property
    def spent(self) -> int:
        """Steps that were paid so far."""
        return self._steps - self._left

    def pay(self, steps: int = 1) -> None:
        """Raises TooMuchError when there is not enough left."""
        self._left -= steps
        if self._left < 0:
            raise TooMuchError("it takes too long")

    def room(self, size: float) -> None:
        """Pay for a value before it is made; raises TooMuchError."""
        if size > MOST_SIZE:
            raise TooMuchError("its text, list or number gets too large")
        self.pay(max(int(size), 0) // SIZE_OF_A_STEP)

    def weigh(self, *values: Any) -> None:
        """Pay for looking at all of these; raises TooMuchError."""
        self.room(_size(values))


def _size(values: tuple[Any, ...]) -> int:
    """Never much more than MOST_SIZE, even of a list that contains another a billion times."""
    waiting, size = list(values), 0
    while waiting and size <= MOST_SIZE:
        value = waiting.pop()
        if isinstance(value, str | bytes):
            size += len(value)
        elif isinstance(value, dict | list | tuple | set):
            size += ELEMENT * len(value)
            if size <= MOST_SIZE:
                waiting += value
                waiting += value.values() if isinstance(value, dict) else ()
        elif isinstance(value, int):
            _check(value)
    return size


def _check(number: int) -> None:
    # Only whole numbers grow: the largest of the others is infinity.
    if abs(number) > LARGEST_NUMBER:
        raise TooMuchError("its number gets too large")
