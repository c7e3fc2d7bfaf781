"""The sentences of the skills as one automaton over characters: its nodes and what leads where.

    start ─ fillers ─ sentence ─ fillers ─ end          " and " leads from there to the start
              each {slot} and <rule> is a part of its own, entered like a subroutine (a recursive
              transition network: Woods 1970); so are the commands, for the slots that take one:
              "{command} in ten minutes"

Nothing is expanded, so compiling takes milliseconds. `Parser` reads it and fills the slots; `Graph`
reads it letter by letter for the recognizer, once `Compiler.spell` has put the words of the slots
into it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from assistant.grammar.templates import Template
from assistant.skill.manifest import SlotSpec


@dataclass(frozen=True, slots=True, eq=False)
class SlotPart:
    """A part of which the words fill a slot."""

    slot: str
    spec: SlotSpec | None
    """None for a slot of devices: {name}, {area}, {floor}, {all}, {it}."""

    target: str | None
    """Kind of device."""


@dataclass(slots=True)
class Automaton:
    """The automaton as compiled: index = node."""

    letters: list[dict[str, int]] = field(default_factory=list)
    """Node → letter → the node after it. Most nodes have but this: letters and numbers alone are
    no work for the garbage collector, which would take twice as long as all the rest."""

    skips: dict[int, list[int]] = field(default_factory=dict)
    calls: dict[int, list[tuple[int, int]]] = field(default_factory=dict)
    """(first node of the part that is entered, node to go on from when it is left)."""

    leaves: set[int] = field(default_factory=set)
    """Nodes at which a part is left."""

    slots: dict[int, SlotPart] = field(default_factory=dict)
    """First node of a part → the slot that it fills."""

    said: dict[int, list[Template]] = field(default_factory=dict)
    """Node → the sentences that are over there."""

    openings: set[int] = field(default_factory=set)
    """Nodes where a sentence begins."""

    joints: set[int] = field(default_factory=set)
    """Nodes after "and": another command begins."""

    pronouns: set[int] = field(default_factory=set)
    """Parts that are only entered when something was spoken of before."""

    free_words: dict[int, int] = field(default_factory=dict)
    """Free text: node before a word → node inside it."""

    free_gaps: dict[int, int] = field(default_factory=dict)
    """Free text: node inside a word → node before the next."""

    def new(self) -> int:
        self.letters.append({})
        return len(self.letters) - 1

    def skip(self, at: int, to: int) -> None:
        """Nothing need be said between the two."""
        self.skips.setdefault(at, []).append(to)

    def call(self, at: int, part: int) -> int:
        """Enter `part` from `at`; returns where it is left to, which is the same each time."""
        calls = self.calls.setdefault(at, [])
        for first, back in calls:
            if first == part:
                return back
        calls.append((part, self.new()))
        return calls[-1][1]

    def text(self, at: int, text: str) -> int:
        """A path that spells `text`; returns its end. Texts share their beginnings, as a tree."""
        for letter in text:
            if letter not in self.letters[at]:
                self.letters[at][letter] = self.new()
            at = self.letters[at][letter]
        return at

    def phrases(self, at: int, said: Iterable[str]) -> int:
        """Any one of these; returns their common end."""
        end = self.new()
        for phrase in dict.fromkeys(said):
            self.skip(self.text(at, phrase), end)
        return end
