"""Sentences of the skills, matched word for word by hassil.

hassil walks every template that could fit; what each slot could be is looked up in the
utterance first, so that it only ever compares literal text:

    {name} {area} {floor}   the house's names that occur in the utterance
    typed slots             the stretches of the utterance that `values` can read
    text                    the stretches of the utterance between words of the template

and a template is walked only when all words of the utterance are its own or could be a value.
Measured by `assistant models eval`: see models/intent-en/CARD.md.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

import yaml
from hassil.expression import (
    Alternative,
    Expression,
    Group,
    ListReference,
    RuleReference,
    Sentence,
    TextChunk,
)
from hassil.intents import Intent as HassilIntent
from hassil.intents import IntentData, Intents, SlotList, TextSlotList, TextSlotValue
from hassil.parse_expression import parse_sentence
from hassil.parser import ParseError
from hassil.recognize import RecognizeResult, recognize_all

from assistant.errors import SkillError
from assistant.events import Intent, Slot, SlotValue
from assistant.reader import where as place_of
from assistant.skill.manifest import HOUSE_TYPES, OPEN_TYPES, TARGET_SLOTS, Manifest, SlotSpec
from assistant.understand.names import HouseNames
from assistant.understand.text import (
    Word,
    join,
    one_spelling,
    original,
    split_words,
    without_fillers,
)
from assistant.understand.values import UNITS, check_range, parse_value, word_fits

ALL_WORDS = (
    "all", "every", "everything", "each", "everywhere", "in the house", "in the whole house",
    "all over the house", "throughout the house",
)  # fmt: skip
PRONOUNS = ("it", "them", "those", "that one", "this one", "both of them", "all of them")
FIXED_WORDS: Mapping[str, tuple[str, ...]] = {"all": ALL_WORDS, "it": PRONOUNS}
"""Slots of devices that are always said alike, whatever the house."""

_SLOT = re.compile(r"\{(\w+)\}")
_MAX_VALUE_WORDS = 10

MOST_WORDS = 60
"""A command has no more words; with them, trying every way to divide them takes too long."""


@dataclass(frozen=True)
class Template:
    """One sentence of a skill.yaml, parsed."""

    intent: str
    """`skill.intent`."""

    text: str
    sentence: Sentence
    rules: Mapping[str, Sentence]
    specs: Mapping[str, SlotSpec]
    target: str | None

    @cached_property
    def hassil(self) -> IntentData:
        return IntentData(sentence_texts=[self.text], expansion_rules=dict(self.rules))

    @cached_property
    def lists(self) -> frozenset[str]:
        """Slot lists it refers to, optional ones as well."""
        return frozenset(e.list_name for e in self._walk() if isinstance(e, ListReference))

    @cached_property
    def words(self) -> frozenset[str]:
        """Words it can contain outside its slots (word parts too: "colo" of "colo[u]r")."""
        return frozenset(
            w for e in self._walk() if isinstance(e, TextChunk) for w in e.text.split()
        )

    @cached_property
    def needed(self) -> frozenset[str]:
        """Slots that every way of saying it fills."""
        return frozenset(name.rpartition("/")[2] for name in self.needed_lists)

    @cached_property
    def needed_lists(self) -> frozenset[str]:
        """The lists of those slots."""
        return _always(self.sentence.expression, self.rules, _slot_of)

    @cached_property
    def takes_command(self) -> bool:
        """One of its slots takes a command of another skill."""
        slots = (name.rpartition("/")[2] for name in self.lists)
        return any(self.specs[slot].type == "command" for slot in slots if slot in self.specs)

    @cached_property
    def needed_words(self) -> frozenset[str]:
        """Words, or beginnings of them, that every way of saying it has."""
        return _always(self.sentence.expression, self.rules, _words_in)

    def _walk(self) -> Iterator[Expression]:
        return walk(self.sentence.expression, self.rules)


def walk(expression: Expression, rules: Mapping[str, Sentence]) -> Iterator[Expression]:
    """Every literal and slot of a template, through all alternatives and rules."""
    if isinstance(expression, Group):
        for item in expression.items:
            yield from walk(item, rules)
    elif isinstance(expression, RuleReference):
        yield from walk(rules[expression.rule_name].expression, rules)
    else:
        yield expression


def _always(
    expression: Expression,
    rules: Mapping[str, Sentence],
    of: Callable[[Expression], frozenset[str]],
) -> frozenset[str]:
    """What `of` finds in its slots and words on every way through `expression`."""
    if isinstance(expression, RuleReference):
        return _always(rules[expression.rule_name].expression, rules, of)
    if isinstance(expression, Group):
        ways = [_always(item, rules, of) for item in expression.items]
        if isinstance(expression, Alternative):
            return frozenset.intersection(*ways) if ways else frozenset()
        return frozenset().union(*ways)
    return of(expression)


def _slot_of(expression: Expression) -> frozenset[str]:
    return frozenset({expression.list_name} if isinstance(expression, ListReference) else ())


def _words_in(expression: Expression) -> frozenset[str]:
    return frozenset(expression.text.split() if isinstance(expression, TextChunk) else ())


def read_rules(file: Path) -> dict[str, str]:
    """Rules that every skill can use, from rules.yaml: name → template."""
    content: dict[str, str] = yaml.safe_load(file.read_text(encoding="utf-8"))
    return content


def compile_templates(
    manifests: Sequence[Manifest], common_rules: Mapping[str, str]
) -> tuple[Template, ...]:
    """Parse the sentences of all skills.

    common_rules   rule name → template, from rules.yaml; a skill's own rules win
    Raises SkillError naming skill.yaml and sentence.
    """
    return tuple(
        template
        for manifest in manifests
        for name in manifest.intents
        for template in _compile_intent(manifest, name, common_rules)
    )


def _compile_intent(
    manifest: Manifest, name: str, common_rules: Mapping[str, str]
) -> Iterator[Template]:
    intent = manifest.intents[name]
    where = f"{intent.where or manifest.where or manifest.name}: {name}"

    def rewrite(text: str) -> str:
        """Give each slot the list of this skill (and of this kind of device)."""
        text = one_spelling(text)
        return _SLOT.sub(lambda m: f"{{{_list_name(manifest, intent.target, m[1])}:{m[1]}}}", text)

    rules = {
        rule: _parse(rewrite(text), f"{where}: rule {rule}")
        for rule, text in {**common_rules, **manifest.rules}.items()
    }
    for text in intent.sentences:
        rewritten = rewrite(text)
        template = Template(
            intent=f"{manifest.name}.{name}",
            text=rewritten,
            sentence=_parse(rewritten, _at(text, where)),
            rules=rules,
            specs=manifest.slots,
            target=intent.target,
        )
        _check(template, manifest, _at(text, where))
        yield template


def _at(text: str, where: str) -> str:
    """Where a sentence stands: its own line where it was read from a file."""
    return f"{place_of(text) or where}: {str(text)!r}"


def _list_name(manifest: Manifest, target: str | None, slot: str) -> str:
    if slot == "name":
        return f"{target}/name"
    return slot if slot in TARGET_SLOTS else f"{manifest.name}/{slot}"


def _parse(text: str, where: str) -> Sentence:
    try:
        return parse_sentence(text, keep_text=True)
    except (ParseError, ValueError, AssertionError) as error:  # hassil asserts on () and []
        raise SkillError(
            f"{where}: not a sentence template: {error}",
            fix="write (a|b), [optional], {slot} and <rule>, every bracket closed, none empty",
        ) from error


def _check(template: Template, manifest: Manifest, where: str) -> None:
    """Every rule and slot of the template must exist."""
    try:
        slots = {list_name.rpartition("/")[2] for list_name in template.lists}
    except KeyError as error:
        raise SkillError(
            f"{where}: no rule <{error.args[0]}>", fix=f"rules: {', '.join(sorted(template.rules))}"
        ) from error
    except RecursionError as error:
        raise SkillError(f"{where}: a rule refers to itself", fix="write it out") from error
    known = {*manifest.slots, *TARGET_SLOTS}
    if unknown := sorted(slots - known):
        raise SkillError(
            f"{where}: no slot {{{unknown[0]}}}", fix=f"slots: {', '.join(sorted(known))}"
        )
    if "name" in slots and template.target is None:
        raise SkillError(f"{where}: {{name}} of what?", fix="add `target: <kind>` to the intent")


def planners(templates: Iterable[Template]) -> frozenset[str]:
    """The skills that take commands of other skills; theirs are none that another can take."""
    return frozenset(t.intent.partition(".")[0] for t in templates if t.takes_command)


@dataclass(frozen=True, slots=True)
class Match:
    """One way to read the utterance."""

    intent: Intent
    rank: tuple[float, ...]
    """Smaller is better: values out of range, characters of free text, minus the characters in
    names of the house, a device's counting twice an area's, and pronouns."""

    free_text: bool
    """Part of it is free text."""

    specs: Mapping[str, SlotSpec]
    """Of its skill."""

    open_end: bool
    """Its last words are free text, of which more may follow."""


class TemplateMatcher:
    """All templates of all skills against one utterance."""

    def __init__(self, templates: Sequence[Template], names: HouseNames) -> None:
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
        for reading in without_fillers(words):
            found = map(self._with_its_command, self._match_reading(text, reading))
            if matches := [match for match in found if match is not None]:
                return tuple(sorted(matches, key=lambda match: match.rank))
        return ()

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
                return replace(match, free_text=False)
        return match

    def _match_reading(self, text: str, words: tuple[Word, ...]) -> list[Match]:
        said = join(words)
        possible = [t for t in self._templates if all(part in said for part in t.needed_words)]
        used = frozenset[str]().union(*(t.lists for t in possible))
        closed = {
            name: self._values(source, name, words)
            for name, source in self._lists.items()
            if name in used and not _is_open(source)
        }
        covers = {name: _all_words(found) for name, found in closed.items()}
        spoken = {word.text for word in words}
        return [
            match
            for t in possible
            if _could_match(t, spoken, covers)
            for lists in [self._slots_of(t, words, closed)]
            for match in _walk_template(t, text, words, lists, self._names)
        ]

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
            name: closed[name] if name in known else _open_stretches(words, around)
            for name in template.lists
        }
        return {
            name: TextSlotList(
                name, [TextSlotValue(TextChunk(said), value) for said, value in values.items()]
            )
            for name, values in found.items()
        }

    def _values(
        self, source: Mapping[str, str] | SlotSpec, name: str, words: Sequence[Word]
    ) -> Mapping[str, SlotValue]:
        """Stretches of the utterance that can fill a slot → the value."""
        if isinstance(source, SlotSpec):
            return _typed_stretches(source, words, self._names)
        found: dict[str, SlotValue] = {}
        for first in range(len(words)):
            for size in range(1, min(self._longest[name], len(words) - first) + 1):
                said = join(words[first : first + size])
                if said in source:
                    found[said] = True if name in FIXED_WORDS else source[said]
        return found


def _is_open(source: Mapping[str, str] | SlotSpec) -> bool:
    return isinstance(source, SlotSpec) and source.type in OPEN_TYPES


def _all_words(stretches: Iterable[str]) -> frozenset[str]:
    return frozenset(word for said in stretches for word in said.split())


def _open_stretches(words: Sequence[Word], around: frozenset[str]) -> Mapping[str, SlotValue]:
    """Stretches of any words between two of `around`, or up to an end; parts of words count."""
    beside = [any(part in word.text for part in around) for word in words]
    firsts = [at for at in range(len(words)) if at == 0 or beside[at - 1]]
    ends = [at for at in range(1, len(words) + 1) if at == len(words) or beside[at]]
    stretches = (join(words[first:end]) for first in firsts for end in ends if first < end)
    return {said: said for said in stretches}


def _typed_stretches(
    spec: SlotSpec, words: Sequence[Word], names: HouseNames
) -> Mapping[str, SlotValue]:
    found: dict[str, SlotValue] = {}
    for first in range(len(words)):
        for last in range(first, min(first + _MAX_VALUE_WORDS, len(words))):
            if not word_fits(spec, words[last].text):
                break
            said = join(words[first : last + 1])
            try:
                found[said], _ = parse_value(spec, said, house_unit=names.temperature_unit)
            except ValueError:
                continue
    return found


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
    odd, free, named, last = 0, 0, 0, False
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
            # The words of a command are understood by themselves: they are half as free.
            free += len(said) // (2 if spec.type == "command" else 1)
            last |= entity.text_span is not None and entity.text_span[1] >= len(join(words))
        else:
            odd += check_range(slot, spec, house_unit=names.temperature_unit) is not None
    return Match(
        Intent(template.intent, 1.0, slots),
        (odd, free, -named, pronouns),
        free > 0,
        template.specs,
        last,
    )


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
