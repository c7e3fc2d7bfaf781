"""The model's answer → an intent with typed values, or why there is none.

A name that the house does not have, or a value that cannot be read, never becomes an action: it
is a question or a refusal. What was tagged as one kind of name may turn out to be another:
"bedroom" in "the bedroom should be blue" is an area, whatever the tag says.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from assistant.events import Because, Intent, Reason, Slot, SlotValue
from assistant.grammar.matcher import unit_of
from assistant.grammar.templates import Template
from assistant.lang import language
from assistant.skill.manifest import HOUSE_TYPES, OPEN_TYPES, TARGET_SLOTS, SlotSpec
from assistant.understand.names import SURE, HouseNames, Unit, nearest
from assistant.understand.tagger import NONE, Scores, Span, best_spans
from assistant.understand.text import Word, join, original
from assistant.understand.values import parse_value

_CANDIDATES = 4
_UNLIKELY = 0.01
"""Intents below this probability are not looked at, nor more than `_CANDIDATES`."""

_MISFIT, _POOR_FIT = 0.05, 0.5
"""Likelihood of a reading whose name or value the house does not have, or only nearly."""


@dataclass(frozen=True, slots=True)
class Known:
    """What the skills say about one intent."""

    target: str | None
    specs: Mapping[str, SlotSpec]
    slots: frozenset[str]
    """Slots that any of its sentences has."""

    needed: frozenset[str]
    """Typed slots that all its sentences have."""

    words: frozenset[str]
    """Words of its sentences, "lights" for example: as a name they mean nothing in particular."""

    @property
    def has_free_text(self) -> bool:
        """Whether one of its slots takes any words: they may go on."""
        return any(
            name in self.specs and self.specs[name].type in OPEN_TYPES for name in self.slots
        )


def know(templates: Sequence[Template]) -> dict[str, Known]:
    """Intent → what its sentences tell about it."""
    grouped: dict[str, list[Template]] = {}
    for template in templates:
        grouped.setdefault(template.intent, []).append(template)
    return {
        intent: Known(
            target=group[0].target,
            specs=group[0].specs,
            slots=frozenset(name.rpartition("/")[2] for t in group for name in t.lists) - {"it"},
            needed=frozenset.intersection(*(t.needed for t in group)) - set(TARGET_SLOTS),
            words=frozenset(word for t in group for word in t.words),
        )
        for intent, group in grouped.items()
    }


@dataclass(frozen=True, slots=True)
class Lexicon:
    """What the model's numbers mean in this house."""

    intents: tuple[str, ...]
    slots: tuple[str, ...]
    """BIO labels."""

    known: Mapping[str, Known]
    names: HouseNames


@dataclass(frozen=True, slots=True)
class Said:
    """One utterance, as it was said and as the model reads it."""

    text: str
    words: tuple[Word, ...]
    """Words of `text`, without fillers."""

    units: tuple[Unit, ...]
    """The same words with placeholders for names."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What the model makes of an utterance."""

    intents: tuple[Intent, ...]
    """One, or one for each of several places or devices; the nearest guess when unusable."""

    confidence: float
    problem: Reason | None = None
    """Why it cannot be acted upon."""

    unsure: Reason | None = None
    """Why it should be asked for whatever the confidence."""


def read(said: Said, scores: Scores, about: Lexicon) -> Reading:
    """The best reading of `said` by the model's `scores`.

    The house has a say: an intent whose device is none of its kind here becomes less likely,
    which is how "turn on arco" finds out whether arco is a lamp or a radio.
    """
    if len(scores.slots) < len(said.units):
        return Reading((), 0.0, problem=Reason(Because.TOO_LONG))
    weighed = [
        (float(scores.intents[at]) * weight, reading)
        for at in np.argsort(-scores.intents)[:_CANDIDATES]
        if scores.intents[at] >= _UNLIKELY
        for weight, reading in [_read_as(about.intents[at], said, scores, about)]
    ]
    total = sum(weight for weight, _ in weighed)
    weight, best = max(weighed, key=lambda pair: pair[0])
    confidence = best.confidence * weight / total
    intents = tuple(replace(intent, confidence=confidence) for intent in best.intents)
    return replace(best, confidence=confidence, intents=intents)


def stranger(said: Said, reading: Reading, about: Lexicon, words: frozenset[str]) -> str:
    """ "shed" in "lock the shed", where there is none; "" where nothing of that kind was said.

    words   that the sentences of its skill have
    The model skips what it does not know: without this, some other door would be locked.
    """
    for intent in reading.intents:
        known = about.known[intent.name]
        pointed = {"name", "it", "all"} & set(intent.slots)
        if pointed or not (known.target or set(TARGET_SLOTS) & known.slots):
            return ""
    lexicon = language().lexicon
    texts = [unit.text for unit in said.units]
    plain = {word.text for word in said.words}
    words = words | lexicon.AFTER_A_THING | {text for text in texts if text not in plain}
    for at, text in enumerate(texts[:-1]):
        end = at + 1
        while end < len(texts) and texts[end] not in words:
            end += 1
        things = texts[at + 1 : end]
        after = texts[end] if end < len(texts) else ""
        ends = not after or after in lexicon.AFTER_A_THING
        if text in lexicon.DETERMINERS and things and ends:
            return " ".join(things)
    return ""


def condition(said: Said, reading: Reading, about: Lexicon) -> str:
    """ "when" in "close the door when you leave", which is not to be closed now; "" for none.

    Words that the intent's own sentences have, and those in its slots, are no condition.
    """
    for intent in reading.intents:
        raw = {w for slot in intent.slots.values() for w in slot.raw.lower().split()}
        for word in said.words:
            if word.text in language().lexicon.CONDITIONS - about.known[intent.name].words - raw:
                return word.text
    return ""


def _read_as(name: str, said: Said, scores: Scores, about: Lexicon) -> tuple[float, Reading]:
    """The utterance read as intent `name`, and how well that goes with the house, 0 to 1."""
    if name == NONE:
        return 1.0, Reading((), 1.0, problem=Reason(Because.NO_COMMAND))
    if name not in about.known:
        return 1.0, Reading((), 1.0, problem=Reason(Because.NO_SKILL))
    known = about.known[name]
    spans, sureness = best_spans(scores.slots, about.slots, known.slots)
    filler = _Filler(said, known, about.names)
    for span in spans:
        filler.fill(span)
    intents = tuple(Intent(name, sureness, slots) for slots in filler.combinations())
    problem = filler.problem()
    weight = _MISFIT if problem else _POOR_FIT if filler.unsure else 1.0
    return weight, Reading(intents, sureness, problem, filler.unsure)


class _Filler:
    """Collects the slots of one utterance."""

    def __init__(self, said: Said, about: Known, names: HouseNames) -> None:
        self._text = said.text
        self._said = said
        self._about = about
        self._names = names
        self._slots: dict[str, list[Slot]] = {}
        self._unknown: Reason | None = None
        self.unsure: Reason | None = None

    def fill(self, span: Span) -> None:
        first, last = self._said.units[span.first].first, self._said.units[span.last].last
        words = self._said.words[first : last + 1]
        if span.slot == "all":
            self._add(Slot("all", original(self._text, words), True))
        elif span.slot in TARGET_SLOTS:
            self._fill_name(span.slot, words)
        else:
            self._fill_value(span.slot, words)

    def problem(self) -> Reason | None:
        if self._unknown:
            return self._unknown
        missing = sorted(self._about.needed - set(self._slots))
        return Reason(Because.MISSING, missing[0]) if missing else None

    def combinations(self) -> list[dict[str, Slot]]:
        """The slots; once for each of several names of the same kind ("kitchen and hall")."""
        single = {name: slots[0] for name, slots in self._slots.items()}
        several = [name for name, slots in self._slots.items() if len(slots) > 1]
        if not several:
            return [single]
        if len(several) > 1 or several[0] not in TARGET_SLOTS:
            self.unsure = Reason(Because.SEVERAL, several[0])
            return [single]
        return [{**single, several[0]: slot} for slot in self._slots[several[0]]]

    def _add(self, slot: Slot) -> None:
        found = self._slots.setdefault(slot.name, [])
        if all(slot.value != other.value for other in found):
            found.append(slot)

    def _fill_value(self, name: str, words: Sequence[Word]) -> None:
        spec = self._about.specs[name]
        raw = original(self._text, words)
        try:
            if spec.type in HOUSE_TYPES:
                value: SlotValue = self._names.of_slot(spec)[join(words)]
            else:
                value, _ = parse_value(spec, raw, house_unit=self._names.temperature_unit)
        except (ValueError, KeyError):
            self.unsure = Reason(Because.UNREADABLE, name)
        else:
            self._add(Slot(name, raw, value, unit_of(spec)))

    def _fill_name(self, tagged: str, words: Sequence[Word]) -> None:
        usable = [tagged, *(s for s in ("name", "area", "floor") if s != tagged)]
        spoken = {
            slot: self._names.spoken(slot, self._about.target)
            for slot in usable
            if slot in self._about.slots
        }
        bare = self._without_generic(words)
        for said in dict.fromkeys((join(words), join(bare))):
            for slot, forms in spoken.items():
                if said in forms:
                    self._add(Slot(slot, original(self._text, words), forms[said]))
                    return
        if not bare:  # "the lights": any
            return
        near = [
            (found[1], slot, found[0])
            for slot, forms in spoken.items()
            if (found := nearest(join(words), forms))
        ]
        if not near:
            self._unknown = Reason(Because.NO_SUCH, join(bare))
            return
        ratio, slot, value = max(near)
        self._add(Slot(slot, original(self._text, words), value))
        if ratio < SURE:
            self.unsure = Reason(Because.UNREADABLE, slot)

    def _without_generic(self, words: Sequence[Word]) -> Sequence[Word]:
        """ "the kitchen lights" → kitchen: the skill's own words say nothing about which."""
        first, last = 0, len(words)
        while first < last and words[first].text in self._about.words:
            first += 1
        while last > first and words[last - 1].text in self._about.words:
            last -= 1
        return words[first:last]
