"""Wordings with {placeholders}, one of which is said."""

from __future__ import annotations

import random
import re
from collections.abc import Mapping, Sequence
from typing import Any

from assistant.lang import capitalized

PLACEHOLDER = re.compile(r"\{(\w+)\}")


def placeholders(text: str) -> set[str]:
    """Names in braces."""
    return set(PLACEHOLDER.findall(text))


def fill(text: str, values: Mapping[str, Any]) -> str:
    """`text` with {name} replaced; a name without a value stays as it is."""
    return PLACEHOLDER.sub(lambda found: str(values.get(found[1], found[0])), text)


def choose(wordings: Sequence[str], values: Mapping[str, Any]) -> str:
    """Any of the wordings for which every placeholder has a value, filled; "" for none."""
    fitting = [text for text in wordings if placeholders(text) <= values.keys()]
    return fill(random.choice(fitting), values) if fitting else ""


class Replies:
    """`say("name", slot=value)` of a handler."""

    def __init__(self, wordings: Mapping[str, Sequence[str]]) -> None:
        self._wordings = wordings

    def all(self, name: str) -> Sequence[str]:
        """Every wording of `name`; none where there is none of that name."""
        return self._wordings.get(name, ())

    def __call__(self, name: str, /, **values: object) -> str:
        """One wording of `name`; raises KeyError when skill.yaml has none of that name.

        {Slot} is {slot} with a capital letter.
        """
        capital = {key.capitalize(): capitalized(str(value)) for key, value in values.items()}
        return choose(self._wordings[name], {**capital, **values})
