"""What was said, matched word for word with the sentences of the skills by hassil.

hassil walks every template that could fit; what each slot could be is looked up in the
utterance first, so that it only ever compares literal text:

    {name} {area} {floor}   the house's names that occur in the utterance
    typed slots             the stretches of the utterance that `values` can read
    text                    the stretches of the utterance between words of the template

and a template is walked only when the words and values that it needs were said, and all words of
the utterance are its own or could be a value.
Measured by `assistant models eval`: see models/intent-en/CARD.md.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from hassil.intents import Intent as HassilIntent
from hassil.intents import Intents, SlotList, TextSlotList, TextSlotValue
from hassil.recognize import RecognizeResult, recognize_all

from assistant.events import Intent, Slot, SlotValue
from assistant.skill.manifest import HOUSE_TYPES, OPEN_TYPES, TARGET_SLOTS, SlotSpec, SlotType
from assistant.understand.cost import CountedChunk, TooManySteps, begin_steps
from assistant.understand.names import HouseNames
from assistant.understand.templates import FIXED_WORDS, Template, planners
from assistant.understand.text import (
    Word,
    join,
    matching_form,
    original,
    split_words,
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

_EMPTY = frozenset({
    "a", "an", "the", "my", "our", "your", "this", "that", "these", "those", "to", "of", "for",
    "at", "in", "on", "by", "with", "and", "or",
})  # fmt: skip
"""Words that say nothing by themselves: free text has another one, too. "Start the timer" starts
none that is called "the"."""

_NAMED = 0.01
"""What counts, in place of its characters, of free text that is one of the slot's examples."""

_MOST_GIVEN_UP = 3
"""So many sentences of a skill that take too many steps, and no other of it is tried."""

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
    pronouns."""

    free_text: bool
    """Part of it is free text."""

    specs: Mapping[str, SlotSpec]
    """Of its skill."""

    open_end: bool
    """Its last words are free text, of which more may follow."""

    where: str
    """Its sentence: `Template.where`."""


class TemplateMatcher:
    """All templates of all skills against one utterance."""

    def __init__(
        self, templates: Sequence[Template], names: HouseNames, *, any_text: bool = False
    ) -> None:
        """any_text    free text may consist of words that say nothing, such as "a"."""
        self._any_text = any_text
        self._templates = templates
        self._names = names
        self._lists: dict[str, Mapping[str, str] | SlotSpec] = {}
        for template in templates:
            for list_name in template.lists:
                self._lists.setdefault(list_name, self._source(template, list_name))
        self._planners = planners(templates)
        self._longest = {
            name: max((len(said.split()) for said in source), default=0)
            for name, source in self._lists.items()
            if not isinstance(source, SlotSpec)
        }
        self._given_up: set[int] = set()
        """Ids of the templates that took too many steps once: they are not tried again."""

    def _source(self, template: Template, list_name: str) -> Mapping[str, str] | SlotSpec:
        slot = list_name.rpartition("/")[2]
        if slot in FIXED_WORDS:
            return dict.fromkeys(FIXED_WORDS[slot], slot)
        if slot in TARGET_SLOTS:
            return self._names.spoken(slot, template.target)
        spec = template.specs[slot]
        return self._names.of_slot(spec) if spec.type in HOUSE_TYPES else spec

    def match(self, text: str, words: Sequence[Word]) -> tuple[Match, ...]:
        """Every reading of `words` (of `text`), the best first; empty when there is none."""
        if len(words) > MOST_WORDS:
            return ()
        moments: _Moments = {}
        for reading in without_fillers(words):
            if matches := self._readings(text, reading, moments):
                matches = [self._behind_sentences(match, moments) for match in matches]
                return tuple(sorted(matches, key=lambda match: match.rank))
        return ()

    def _readings(self, text: str, words: tuple[Word, ...], moments: _Moments) -> list[Match]:
        found = map(self._with_its_command, self._match_reading(text, words, moments))
        return [match for match in found if match is not None]

    def _behind_sentences(self, match: Match, moments: _Moments) -> Match:
        """`match`, which is no good where a device has given itself the name of a command.

        Whoever announces a scene "lock the front door" does not get what is said to the lock.
        """
        slot = match.intent.slots.get("name")
        if slot is None or slot.value not in self._names.announced or " " not in slot.raw:
            return match
        for inner in self._readings(slot.raw, split_words(slot.raw), moments):
            name = inner.intent.slots.get("name")
            if not inner.free_text and (name is None or name.value != slot.value):
                return replace(match, rank=(1, *match.rank[1:]))
        return match

    def _with_its_command(self, match: Match) -> Match | None:
        """`match`, of which a slot for a command is no free text: it is understood by itself.

        None where it is no command that another skill carries out now.
        """
        for slot in match.intent.slots.values():
            spec = match.specs.get(slot.name)
            if spec and spec.type == "command":
                inner = self.match(slot.raw, split_words(slot.raw))
                if not inner or inner[0].intent.name.partition(".")[0] in self._planners:
                    return None
                # "Play next and then a timer | for half an hour" is rather two commands.
                several = {"and", "then"} & set(slot.raw.lower().split())
                return replace(match, free_text=inner[0].free_text and bool(several))
        return match

    def _match_reading(self, text: str, words: tuple[Word, ...], moments: _Moments) -> list[Match]:
        said = join(words)
        possible = [t for t in self._templates if all(part in said for part in t.needed_words)]
        used = frozenset[str]().union(*(t.lists for t in possible))
        closed = {
            name: self._values(source, name, words, moments)
            for name, source in self._lists.items()
            if name in used and not _is_open(source)
        }
        covers = {name: _all_words(found) for name, found in closed.items()}
        spoken = {word.text for word in words}
        found: list[Match] = []
        for template in possible:
            if id(template) not in self._given_up and _could_match(template, spoken, covers):
                lists = self._slots_of(template, words, closed)
                try:
                    found += _walk_template(template, text, words, lists, self._names)
                except TooManySteps:
                    self._give_up(template)
        return found

    def _give_up(self, template: Template) -> None:
        """Words that can be read in endless ways must not keep the other sentences waiting.

        After a few such sentences none of that skill are tried any more.
        """
        self._given_up.add(id(template))
        log.warning(
            "%s: can be read in too many ways, it is not understood any more; "
            "fewer [optional] parts with the same words in it", template.where,
        )  # fmt: skip
        alike = [t for t in self._templates if t.skill == template.skill]
        if sum(id(t) in self._given_up for t in alike) >= _MOST_GIVEN_UP:
            self._given_up |= {id(t) for t in alike}
            log.warning("skill %s: none of its sentences are understood any more", template.skill)

    def _slots_of(
        self,
        template: Template,
        words: Sequence[Word],
        closed: Mapping[str, Mapping[str, SlotValue]],
    ) -> dict[str, SlotList]:
        """What can fill each slot of `template`: of free text, what its own words stand around."""
        known = template.lists & closed.keys()
        around = template.words.union(*(_all_words(closed[name]) for name in known))
        if len(template.lists - known) > 1:  # one free text may stand beside another
            around |= {word.text for word in words}
        found = {
            name: closed[name] if name in known else self._open_stretches(words, around)
            for name in template.lists
        }
        return {
            name: TextSlotList(
                name, [TextSlotValue(CountedChunk(said), value) for said, value in values.items()]
            )
            for name, values in found.items()
        }

    def _values(
        self,
        source: Mapping[str, str] | SlotSpec,
        name: str,
        words: Sequence[Word],
        moments: _Moments,
    ) -> Mapping[str, SlotValue]:
        """Stretches of the utterance that can fill a slot → the value."""
        if isinstance(source, SlotSpec):
            return _typed_stretches(source, words, self._names, moments)
        found: dict[str, SlotValue] = {}
        for first in range(len(words)):
            for size in range(1, min(self._longest[name], len(words) - first) + 1):
                said = join(words[first : first + size])
                if said in source:
                    found[said] = True if name in FIXED_WORDS else source[said]
        return found

    def _open_stretches(
        self, words: Sequence[Word], around: frozenset[str]
    ) -> Mapping[str, SlotValue]:
        """Stretches of words between two of `around`, or up to an end; parts of words count."""
        beside = [any(part in word.text for part in around) for word in words]
        firsts = [at for at in range(len(words)) if at == 0 or beside[at - 1]]
        ends = [at for at in range(1, len(words) + 1) if at == len(words) or beside[at]]
        stretches = (words[first:end] for first in firsts for end in ends if first < end)
        full = (s for s in stretches if self._any_text or not all(w.text in _EMPTY for w in s))
        return {said: said for said in map(join, full)}


def _is_open(source: Mapping[str, str] | SlotSpec) -> bool:
    return isinstance(source, SlotSpec) and source.type in OPEN_TYPES


def _all_words(stretches: Iterable[str]) -> frozenset[str]:
    return frozenset(word for said in stretches for word in said.split())


def _typed_stretches(
    spec: SlotSpec, words: Sequence[Word], names: HouseNames, moments: _Moments
) -> Mapping[str, SlotValue]:
    found: dict[str, SlotValue] = {}
    for first in range(len(words)):
        for last in range(first, min(first + _MAX_VALUE_WORDS, len(words))):
            if not word_fits(spec, words[last].text):
                break
            said = join(words[first : last + 1])
            if (value := _value(spec, said, names.temperature_unit, moments)) is not None:
                found[said] = value
    return found


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


def _could_match(
    template: Template, spoken: set[str], covers: Mapping[str, frozenset[str]]
) -> bool:
    """What it needs is there, and every word is its own or in a value; parts of words count."""
    if not all(covers.get(list_name, True) for list_name in template.needed_lists):
        return False
    left = spoken - template.words
    for list_name in template.lists:
        if not left or list_name not in covers:  # free text takes any
            return True
        left = left - covers[list_name]
    return all(any(word.startswith(part) for part in template.words) for word in left)


def _walk_template(
    template: Template,
    text: str,
    words: Sequence[Word],
    lists: Mapping[str, SlotList],
    names: HouseNames,
) -> Iterator[Match]:
    intents = Intents(
        language="en",
        intents={template.intent: HassilIntent(template.intent, [template.hassil])},
        slot_lists={name: lists[name] for name in template.lists},
    )
    seen = set()
    begin_steps()
    for result in recognize_all(join(words), intents):
        match = _as_match(template, result, text, words, names)
        key = (match.rank, tuple((s.name, s.value) for s in match.intent.slots.values()))
        if key not in seen:
            seen.add(key)
            yield match


def _as_match(
    template: Template,
    result: RecognizeResult,
    text: str,
    words: Sequence[Word],
    names: HouseNames,
) -> Match:
    slots: dict[str, Slot] = {}
    odd, free, named, commanded, last = 0, 0.0, 0, 0, False
    pronouns = sum(entity.name == "it" for entity in result.entities_list)
    for entity in result.entities_list:
        said = entity.text.strip()
        spec = template.specs.get(entity.name)
        raw = original(text, _words_of(words, entity.text_span or (0, 0))) or said
        # Commas are no words: only the original text has them.
        value = parse_value(spec, raw)[0] if spec and spec.type == "list" else entity.value
        slot = Slot(name=entity.name, raw=raw, value=value, unit=unit_of(spec))
        slots[slot.name] = slot
        if slot.name == "it":
            continue
        if spec is None or spec.type in HOUSE_TYPES:
            named += len(said) * (2 if slot.name == "name" else 1)
        elif spec.type in OPEN_TYPES:
            free += _freedom(spec, said)
            commanded += len(said) if spec.type == "command" else 0
            last |= entity.text_span is not None and entity.text_span[1] >= len(join(words))
        else:
            odd += check_range(slot, spec, house_unit=names.temperature_unit) is not None
    return Match(
        Intent(template.intent, 1.0, slots),
        (0, free, odd, -named, commanded, pronouns),
        free >= 1,
        template.specs,
        last,
        template.where,
    )


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


def _words_of(words: Sequence[Word], span: tuple[int, int]) -> tuple[Word, ...]:
    """The words at these characters of `join(words)`."""
    found, at = [], 0
    for word in words:
        if at < span[1] and at + len(word.text) > span[0]:
            found.append(word)
        at += len(word.text) + 1
    return tuple(found)
