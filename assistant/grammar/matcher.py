"""What was said, read as the skills' sentences, and which reading is meant.

`Parser` finds the readings. What fills a slot is found here: names of the house in a table, typed
values by `values`, free text anywhere, a command of another skill by reading it.
Measured by `assistant models eval`: see models/intent-en/CARD.md.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from assistant.events import Intent, Slot, SlotValue
from assistant.grammar.automaton import SlotPart
from assistant.grammar.compiler import house_words, is_command
from assistant.grammar.parser import Parser, Reading, Said, TooManyReadings
from assistant.grammar.templates import Template, planners
from assistant.lang import language
from assistant.skill.manifest import HOUSE_TYPES, OPEN_TYPES, SlotSpec, SlotType
from assistant.understand.names import HouseNames
from assistant.understand.text import (
    Word,
    leading_fillers,
    matching_form,
    original,
    trailing_fillers,
    without_fillers,
)
from assistant.understand.values import (
    LASTING_TYPES,
    UNITS,
    TemperatureUnit,
    check_range,
    parse_value,
    word_fits,
)

log = logging.getLogger(__name__)

_MAX_VALUE_WORDS = 10

_NAMED = 0.01
"""What counts, in place of its characters, of free text that is one of the slot's examples."""

MOST_WORDS = 60
"""A command has no more words; with them, trying every way to divide them takes too long."""


_Moments = dict[tuple[SlotType, str], SlotValue | None]
"""Type and words → the moment they mean now; None: they mean none."""


@dataclass(frozen=True, slots=True)
class Match:
    """One way to read the utterance."""

    intent: Intent
    rank: tuple[float, ...]
    """Smaller is better: an announced name that is a command; characters of free text; values out
    of range, which are asked about and not left to what takes any words; minus the characters in
    names of the house, a device's counting twice an area's; characters of a command within;
    characters of typed values, so that words of a sentence are rather that; pronouns."""

    free_text: bool
    """Part of it is free text."""

    specs: Mapping[str, SlotSpec]
    """Of its skill."""

    open_end: bool
    """Its last words are free text, of which more may follow."""

    where: str
    """Its sentence: `Template.where`."""


@dataclass(frozen=True, slots=True)
class _Words:
    """How names of the house are said."""

    values: Mapping[str, SlotValue]
    firsts: frozenset[str]
    """Words with which one begins."""

    longest: int
    """Words."""


class TemplateMatcher:
    """All templates of all skills against one utterance."""

    def __init__(
        self, templates: Sequence[Template], names: HouseNames, *, any_text: bool = False
    ) -> None:
        """any_text    free text may consist of words that say nothing, such as "a"."""
        self.any_text = any_text
        self.names = names
        self.parser = Parser(templates)
        planning = planners(templates)
        self.plain = [skill for skill in self.parser.starts if skill not in planning]
        """Skills whose sentences another may carry out later."""

        self._words: dict[SlotPart, _Words] = {}
        self._given_up: set[str] = set()
        """Skills that took too long once: they are not tried again."""

    def match(self, text: str, words: Sequence[Word]) -> tuple[Match, ...]:
        """Every reading of `words` (of `text`), the best first; empty when there is none."""
        if len(words) > MOST_WORDS:
            return ()
        moments: _Moments = {}
        for reading in without_fillers(words):
            if matches := _Utterance(self, text, reading, moments).matches():
                return matches
        return ()

    def words(self, part: SlotPart) -> _Words:
        """How the values of a slot for names of the house are said."""
        if part not in self._words:
            values = house_words(part, self.names)
            words = [said.split() for said in values]
            firsts = frozenset(said[0] for said in words if said)
            self._words[part] = _Words(values, firsts, max(map(len, words), default=0))
        return self._words[part]

    def sentences(self, reading: Reading, word: int, skills: Iterable[str]) -> Iterator[Said]:
        """What begins at a word; a skill that takes too long is not tried any more."""
        for skill in skills:
            if skill in self._given_up:
                continue
            try:
                yield from reading.of_skill(skill, word)
            except TooManyReadings:
                self._given_up.add(skill)
                log.warning(
                    "skill %s: its sentences can be read in too many ways, none of them are "
                    "understood any more; fewer slots of free text in a row", skill,
                )  # fmt: skip


class _Utterance:
    """One way to leave fillers out of what was said, and what it can be read as."""

    def __init__(
        self, matcher: TemplateMatcher, text: str, words: Sequence[Word], moments: _Moments
    ) -> None:
        self._matcher = matcher
        self._text = text
        self._words = words
        self._said = [word.text for word in words]
        self._moments = moments
        self._reading = Reading(matcher.parser, self._said, self._fill)
        self._commands: dict[tuple[int, int], tuple[int, int]] = {}
        """Words of a command → those of it that are no fillers."""

    def matches(self) -> tuple[Match, ...]:
        """All readings of the words, the best first."""
        found = (
            self._behind_commands(match, said) for match, said in self._between(0, len(self._words))
        )
        return tuple(sorted(found, key=lambda match: match.rank))

    def _between(self, first: int, end: int) -> Sequence[tuple[Match, Said]]:
        """The readings of some of the words, each once: that with the fewest words in its slots."""
        found: dict[tuple[object, ...], tuple[Match, Said]] = {}
        for said in self._matcher.sentences(self._reading, first, self._matcher.parser.starts):
            if said.end == end and (match := self._match(said)):
                slots = tuple((slot.name, slot.value) for slot in match.intent.slots.values())
                key = (match.where, match.rank, slots)
                if key not in found or _words_in_slots(said) < _words_in_slots(found[key][1]):
                    found[key] = match, said
        return tuple(found.values())

    def _behind_commands(self, match: Match, said: Said) -> Match:
        """`match`, which is no good where a device has given itself the name of a command.

        Whoever announces a scene "lock the front door" does not get what is said to the lock.
        """
        for name in said.filling:
            if name.part.slot != "name" or name.value not in self._matcher.names.announced:
                continue
            for inner, _ in (
                self._between(name.first, name.end) if name.end > name.first + 1 else ()
            ):
                other = inner.intent.slots.get("name")
                if not inner.free_text and (other is None or other.value != name.value):
                    return replace(match, rank=(1, *match.rank[1:]))
        return match

    def _fill(self, part: SlotPart, first: int) -> Iterator[tuple[int, SlotValue]]:
        spec = part.spec
        if spec is None or spec.type in HOUSE_TYPES:
            return self._fill_name(part, first)
        if is_command(part):
            return self._fill_command(first)
        if spec.type in OPEN_TYPES:
            return self._fill_text(first)
        return self._fill_value(spec, first)

    def _fill_name(self, part: SlotPart, first: int) -> Iterator[tuple[int, SlotValue]]:
        known = self._matcher.words(part)
        if self._said[first] not in known.firsts:
            return
        for end in range(first + 1, min(first + known.longest, len(self._said)) + 1):
            said = " ".join(self._said[first:end])
            if said in known.values:
                yield end, known.values[said]

    def _fill_text(self, first: int) -> Iterator[tuple[int, SlotValue]]:
        empty = not self._matcher.any_text
        for end in range(first + 1, len(self._said) + 1):
            empty = empty and self._said[end - 1] in language().lexicon.EMPTY
            if not empty:
                yield end, " ".join(self._said[first:end])

    def _fill_value(self, spec: SlotSpec, first: int) -> Iterator[tuple[int, SlotValue]]:
        unit = self._matcher.names.temperature_unit
        for last in range(first, min(first + _MAX_VALUE_WORDS, len(self._said))):
            if not word_fits(spec, self._said[last]):
                break
            said = " ".join(self._said[first : last + 1])
            if (value := _value(spec, said, unit, self._moments)) is not None:
                yield last + 1, value

    def _fill_command(self, first: int) -> Iterator[tuple[int, SlotValue]]:
        start = first + _fillers_at(self._said[first:], leading_fillers())
        ends: dict[int, int] = {}
        for said in self._matcher.sentences(self._reading, start, self._matcher.plain):
            ends[said.end] = said.end
        fillers = (*trailing_fillers(), (language().lexicon.AGAIN,))
        for end in sorted(ends):
            after = end + _fillers_at(self._said[end:], fillers)
            ends.setdefault(after, end)
        for end, core in ends.items():
            self._commands[first, end] = start, core
            yield end, " ".join(self._said[first:end])

    def _match(self, said: Said) -> Match | None:
        """The reading as an intent; None where a slot for a command has none that can be done
        later."""
        slots: dict[str, Slot] = {}
        template = said.template
        odd, free, named, commanded, valued, pronouns = 0, 0.0, 0, 0, 0, 0
        last = free_command = False
        for filled in said.filling:
            spec, name = filled.part.spec, filled.part.slot
            words = self._words[filled.first : filled.end]
            letters = sum(len(word.text) + 1 for word in words) - 1
            raw = original(self._text, words)
            # Commas are no words: only the original text has them.
            value = parse_value(spec, raw)[0] if spec and spec.type == "list" else filled.value
            slot = Slot(name=name, raw=raw, value=value, unit=unit_of(spec))
            slots.setdefault(name, slot)  # "all the lights everywhere" has one twice
            if name == "it":
                pronouns += 1
            elif spec is None or spec.type in HOUSE_TYPES:
                named += letters * (2 if name == "name" else 1)
            elif is_command(filled.part):
                inner = self._between(*self._commands[filled.first, filled.end])
                best = min((match for match, _ in inner), key=lambda m: m.rank, default=None)
                if best is None or best.intent.skill not in self._matcher.plain:
                    return None
                # "Play next and then a timer | for half an hour" is rather two commands.
                several = set(language().lexicon.JOINTS) & {word.text for word in words}
                free_command |= best.free_text and bool(several)
                commanded += letters
                last |= filled.end == len(self._words)
            elif spec.type in OPEN_TYPES:
                free += _freedom(spec, " ".join(self._said[filled.first : filled.end]))
                last |= filled.end == len(self._words)
            else:
                unit = self._matcher.names.temperature_unit
                odd += check_range(slot, spec, house_unit=unit) is not None
                valued += letters
        return Match(
            Intent(template.intent, 1.0, slots),
            (0, free, odd, -named, commanded, valued, pronouns),
            free >= 1 or free_command,
            template.specs,
            last,
            template.where,
        )


def _words_in_slots(said: Said) -> int:
    return sum(filled.end - filled.first for filled in said.filling)


def _fillers_at(words: Sequence[str], fillers: Sequence[Sequence[str]]) -> int:
    """How many words at the beginning of `words` are fillers."""
    at = 0
    while size := next((len(f) for f in fillers if tuple(words[at : at + len(f)]) == f), 0):
        at += size
    return at


def _value(spec: SlotSpec, said: str, unit: TemperatureUnit, moments: _Moments) -> SlotValue | None:
    """What words are in the place of a slot; None: no value of its type."""
    if spec.type in LASTING_TYPES:
        return _value_of(spec.type, unit, said)
    if spec.type == "choice":
        return _parsed(spec, unit, said)
    if (spec.type, said) not in moments:
        moments[spec.type, said] = _parsed(spec, unit, said)
    return moments[spec.type, said]


def _parsed(spec: SlotSpec, unit: TemperatureUnit, said: str) -> SlotValue | None:
    try:
        return parse_value(spec, said, house_unit=unit)[0]
    except ValueError:
        return None


@lru_cache(maxsize=8192)
def _value_of(kind: SlotType, unit: TemperatureUnit, said: str) -> SlotValue | None:
    """Dozens of slots have the same type, and the parts of a sentence are read again and again."""
    return _parsed(SlotSpec(kind), unit, said)


def _freedom(spec: SlotSpec, said: str) -> float:
    """How many characters of it are any words; of what the skill itself names it is hardly one.

    The words of a command are understood by themselves (`_with_its_command`): "open the blinds at
    0700" has none that is free, and a position of 700 percent is the worse reading.
    """
    if spec.type == "command":
        return 0.0
    return _NAMED if said in _named_by(spec.examples) else len(said)


@lru_cache(maxsize=512)
def _named_by(examples: tuple[str, ...]) -> frozenset[str]:
    return frozenset(map(matching_form, examples))


def unit_of(spec: SlotSpec | None) -> str | None:
    """Unit of the values of a slot; None for names and for what has none."""
    return UNITS.get(spec.type) if spec else None
