"""Templates first, then the model, then the decision."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from functools import cached_property

from assistant.config import UnderstandSettings
from assistant.events import Because, Decision, Intent, Reason, Source, Understanding
from assistant.grammar.graph import Graph
from assistant.grammar.matcher import Match, TemplateMatcher
from assistant.grammar.suggest import Suggester
from assistant.grammar.templates import Template
from assistant.lang import language
from assistant.understand.clauses import (
    corrected,
    divisions,
    halves,
    is_reason,
    run_on,
    without_talk,
)
from assistant.understand.names import HouseNames, NameFinder
from assistant.understand.negatives import without
from assistant.understand.reading import (
    Lexicon,
    Reading,
    Said,
    condition,
    know,
    read,
    stranger,
)
from assistant.understand.tagger import Tagger
from assistant.understand.text import Word, join, original, split_words, without_fillers
from assistant.understand.values import choice_words

_LONGEST = 1000
"""Characters; nobody commands in more, and everything here takes longer with each word."""

_SHARED = 3
"""Words at the end that two commands may share: "the lamp and the fan on at half"."""

_TELL = 0.6
"""Confidence from which what changes nothing is done: the answer shows what was understood."""

_AMBIGUOUS = 0.5
"""Confidence where two sentences fit equally well."""


class HouseInterpreter:
    """The interpreter of one house and one set of skills."""

    def __init__(
        self,
        settings: UnderstandSettings,
        templates: Sequence[Template],
        names: HouseNames,
        tagger: Tagger | None,
        negatives: Sequence[Template] = (),
        wordings: Callable[[], Sequence[Template]] = tuple,
        telling: Collection[str] = (),
    ) -> None:
        """
        tagger     the intent model; None: there is none for this language
        wordings   reads the sentences beyond the templates that the model understands
        telling    intents that change nothing
        """
        self._telling = telling
        self._matcher = TemplateMatcher(templates, names)
        self._negatives = TemplateMatcher(negatives, names, any_text=True)
        self._told_apart = frozenset(template.intent for template in negatives)
        self._templates = templates
        self._wordings = wordings
        self._house_names = names
        self._names = NameFinder(names)
        self._tagger = tagger
        labels = tagger.labels if tagger else None
        learnt = (labels.intents, labels.slots) if labels else ((), ())
        self._lexicon = Lexicon(*learnt, know(templates), names)
        accept, confirm = (labels.accept, labels.confirm) if labels else (1.0, 1.0)
        self._accept = accept if settings.accept is None else settings.accept
        self._confirm = confirm if settings.confirm is None else settings.confirm

    @cached_property
    def graph(self) -> Graph:
        return Graph((*self._templates, *self._wordings()), self._house_names)

    def interpret(self, text: str) -> Understanding:
        if len(text) > _LONGEST:
            return Understanding(text, "reject", 0.0, (), Source.NOTHING, Reason(Because.TOO_LONG))
        refused = self._negatives.match(text, split_words(text))
        return without(self._meant(text), frozenset(match.intent.name for match in refused))

    def _meant(self, text: str) -> Understanding:
        words = split_words(text)
        if not words:
            return Understanding(text, "reject", 0.0, (), Source.NOTHING, Reason(Because.NO_WORDS))
        matches = self._matcher.match(text, words)
        if matches and not matches[0].free_text:
            return _from_matches(text, matches)
        if parts := self._split(text, words):
            return _joined(text, parts)
        if not matches and (parts := self._elliptic(text, words)):
            return _joined(text, parts)
        if not matches and (found := self._place_first(text, words)):
            return replace(found, text=text)
        if not matches and (found := self._among_others(text, words)):
            return replace(found, text=text)
        if matches:
            return self._free_text(text, words, matches)
        return self._decide(text, self._read(text, words))

    def suggest(self, text: str) -> str:
        return "" if len(text) > _LONGEST else self._suggester.nearest(text)

    @cached_property
    def _suggester(self) -> Suggester:
        return Suggester(self._templates, self._house_names)

    def complete(self, text: str) -> bool:
        if len(text) > _LONGEST:
            return False
        words = split_words(text)
        if matches := self._matcher.match(text, words):
            best = matches[0]
            return not best.open_end and (best.free_text or not self._can_go_on(text))
        return any(
            self._part(text, left) is not None and self.complete(original(text, right))
            for left, right in halves(text, words)
        ) or (bool(words) and self._whole_by_model(text, words))

    def _whole_by_model(self, text: str, words: Sequence[Word]) -> bool:
        """The model is sure of it, and no intent of it has an open end."""
        understood = self._decide(text, self._read(text, words))
        return understood.decision == "accept" and not any(
            self._lexicon.known[intent.name].has_free_text for intent in understood.intents
        )

    def _can_go_on(self, text: str) -> bool:
        """ "play" is a command, but so is "play" with whatever comes next."""
        longer = f"{text} {language().lexicon.SAMPLES['text'][0]}"
        return any(match.open_end for match in self._matcher.match(longer, split_words(longer)))

    def _split(self, text: str, words: Sequence[Word]) -> tuple[Understanding, ...]:
        """The commands that "and" or "then" joins, when each part is one by itself."""
        for left, right in halves(text, words):
            first = self._part(text, left)
            if first is None:
                continue
            if rest := self._split(text, right):  # first: free text would swallow the others
                return (first, *rest)
            by_comma = len(left) + len(right) == len(words)
            if by_comma and is_reason(left, right) and (second := self._part(text, right)):
                return (second,)
            if (second := self._part(text, right)) is not None:
                return (first, second)
        return ()

    def _elliptic(self, text: str, words: Sequence[Word]) -> tuple[Understanding, ...]:
        """Commands that share words: "turn off the lamp, the fan and the heater", "lamp and fan
        off"."""
        # "Both the lamp and the fan" are no two lamps.
        words = [word for word in words if word.text not in language().lexicon.BOTH]
        for begin, *middle, end in divisions(text, words):
            for shared in range(min(_SHARED, len(end) - 1) + 1):
                after = end[len(end) - shared :]
                first = self._said_in_full(text, (*begin, *after))
                for kept in range(len(begin) - 1, -1 if shared else 0, -1) if first else ():
                    before = begin[:kept]
                    others = [(*before, *part, *after) for part in middle] + [(*before, *end)]
                    rest = [self._said_in_full(text, other) for other in others]
                    found = [one for one in (first, *rest) if one]
                    if len(found) == len(others) + 1:
                        return tuple(found)
        return ()

    def _place_first(self, text: str, words: Sequence[Word]) -> Understanding | None:
        """ "In the office, turn on the light": understood with the place at its end."""
        if words[0].text not in language().lexicon.BEFORE_PLACES:
            return None
        for size in range(len(words) - 1, 1, -1):
            said = join(words[1:size])
            if said in self._places or said.partition(" ")[2] in self._places:
                return self._said_in_full(text, (*words[size:], *words[:size]))
        return None

    def _among_others(self, text: str, words: Sequence[Word]) -> Understanding | None:
        """A command with a slip of the tongue in it, beside its reason, or before another."""
        for said in corrected(words):
            if found := self._said_in_full(text, said):
                return found
        for said in without_talk(text, words):
            if (found := self._commands(text, said)) and not _points(found):  # at something in it
                return found
        for left, right in run_on(words):
            if (first := self._part(text, left)) and (rest := self._commands(text, right)):
                return _joined(text, (first, rest))
        return None

    def _commands(self, text: str, words: Sequence[Word]) -> Understanding | None:
        """One command or several of these words, which stand side by side."""
        if found := self._part(text, words):
            return found
        parts = self._split(text, words)
        return _joined(original(text, words), parts) if parts else None

    @cached_property
    def _places(self) -> frozenset[str]:
        spoken = self._house_names.spoken
        return frozenset((*spoken("area", None), *spoken("floor", None)))

    def _said_in_full(self, text: str, words: Sequence[Word]) -> Understanding | None:
        """A command of these words, which did not stand side by side; None: they are none."""
        said = join(words)
        for one in (said, said.removesuffix("s")):  # "the front and back doors": one door
            matches = self._matcher.match(one, split_words(one))
            if matches and not matches[0].free_text:
                found = _from_matches(one, matches)
                return found if found.decision == "accept" else None
        return None

    def _part(self, text: str, words: Sequence[Word]) -> Understanding | None:
        """A part that templates understand by themselves; None otherwise."""
        said = original(text, words)
        matches = self._matcher.match(said, split_words(said))
        if not matches:
            return None
        found = _from_matches(said, matches)
        return found if found.decision == "accept" or found.intents[0].rivals else None

    def _free_text(
        self, text: str, words: Sequence[Word], matches: Sequence[Match]
    ) -> Understanding:
        """A sentence with an open slot fits almost anything: the model has to agree."""
        by_template = _from_matches(text, matches)
        name = by_template.intents[0].name
        unlearnt = name not in self._lexicon.intents  # a new skill works without training
        # An intent that says what it is not is meant by all else that fits it: the model knows
        # few names of songs, and takes a question back for the safe side.
        if by_template.decision != "accept" or unlearnt or name in self._told_apart:
            return by_template
        reading = self._read(text, words)
        if not reading.intents or reading.problem:
            unsure = 1.0 - reading.confidence
            reason = Reason(Because.FREE_TEXT)
            return Understanding(
                text, "confirm", unsure, by_template.intents, Source.GRAMMAR, reason
            )
        if reading.intents[0].name == by_template.intents[0].name:
            return by_template
        by_model = self._decide(text, reading)
        return by_model if by_model.decision == "accept" else by_template

    def _read(self, text: str, words: Sequence[Word]) -> Reading:
        (kept, *_) = without_fillers(words)
        units = self._names.units([word.text for word in kept])
        if self._tagger is None:
            return Reading((), 0.0, problem=Reason(Because.NOT_LEARNT))
        scores = self._tagger.score([unit.text for unit in units])
        said = Said(text, kept, units)
        reading = read(said, scores, self._lexicon)
        if not reading.intents or reading.problem:
            return reading
        skills = {intent.skill for intent in reading.intents}
        sayable = frozenset[str]().union(*(self._words[skill] for skill in skills))
        thing = stranger(said, reading, self._lexicon, sayable)
        if thing:
            return replace(reading, problem=Reason(Because.NO_SUCH, thing))
        if word := condition(said, reading, self._lexicon):
            return replace(reading, problem=Reason(Because.UNREADABLE, word))
        return reading

    @cached_property
    def _words(self) -> Mapping[str, frozenset[str]]:
        """Skill → the words of its sentences, and of those that the model alone understands."""
        words: defaultdict[str, set[str]] = defaultdict(set)
        for template in (*self._templates, *self._wordings()):
            skill = words[template.skill]
            skill |= template.words
            choices = (form for spec in template.specs.values() for form in choice_words(spec))
            skill.update(word for form in choices for word in form.split())
        return {skill: frozenset(of) for skill, of in words.items()}

    def _decide(self, text: str, reading: Reading) -> Understanding:
        confidence, intents = reading.confidence, reading.intents
        if reading.problem:
            return Understanding(text, "reject", confidence, intents, Source.MODEL, reading.problem)
        if confidence < self._confirm:
            reason = Reason(Because.TOO_UNSURE)
            return Understanding(text, "reject", confidence, intents, Source.MODEL, reason)
        if reading.unsure:
            return Understanding(text, "confirm", confidence, intents, Source.MODEL, reading.unsure)
        telling = all(intent.name in self._telling for intent in intents)
        needed = min(_TELL, self._accept) if telling else self._accept
        decision: Decision = "accept" if confidence >= needed else "confirm"
        unsure = None if decision == "accept" else Reason(Because.TOO_UNSURE)
        return Understanding(text, decision, confidence, intents, Source.MODEL, unsure)


def _from_matches(text: str, matches: Sequence[Match]) -> Understanding:
    best = matches[0]
    # "Turn it up" is the music, unless something else was spoken of before: neither pronouns nor
    # what is read as a value then say which of them is meant.
    said = len(best.rank) - (2 if "it" in best.intent.slots else 1)
    alike = {_meaning(m.intent): m for m in reversed(matches) if m.rank[:said] == best.rank[:said]}
    del alike[_meaning(best.intent)]
    intent = replace(best.intent, rivals=tuple(m.intent for m in reversed(alike.values())))
    if any(match.rank == best.rank for match in alike.values()):
        reason = Reason(Because.AMBIGUOUS)
        return Understanding(text, "confirm", _AMBIGUOUS, (intent,), Source.GRAMMAR, reason)
    return Understanding(text, "accept", 1.0, (intent,), Source.GRAMMAR)


def _points(understanding: Understanding) -> bool:
    return any("it" in intent.slots for intent in understanding.intents)


def _meaning(intent: Intent) -> tuple[object, ...]:
    return (intent.name, frozenset((slot.name, slot.value) for slot in intent.slots.values()))


def _joined(text: str, parts: Sequence[Understanding]) -> Understanding:
    intents = tuple(intent for part in parts for intent in part.intents)
    sure = all(part.decision == "accept" for part in parts)
    decision: Decision = "accept" if sure else "confirm"
    reason = next((part.reason for part in parts if part.reason), None)
    confidence = min(part.confidence for part in parts)
    return Understanding(text, decision, confidence, intents, Source.GRAMMAR, reason)
