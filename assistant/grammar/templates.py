"""Sentences of the skills, parsed: what each has, needs and may have."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, cached_property, lru_cache
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
from hassil.parse_expression import parse_sentence
from hassil.parser import ParseError

from assistant.errors import SkillError
from assistant.grammar.anything import polite, takes_anything
from assistant.grammar.cost import (
    MOST_PARTS_OF_A_SKILL,
    Parts,
    check_amount,
    check_text,
    own_parts,
)
from assistant.grammar.stretches import touch
from assistant.lang import language
from assistant.schema import where as place_of
from assistant.skill.manifest import OPEN_TYPES, TARGET_SLOTS, Manifest, SlotSpec
from assistant.understand.text import one_spelling, split_words

FIXED_SLOTS = ("all", "it")
"""Slots of devices that are always said alike, whatever the house."""


def fixed_words(slot: str) -> tuple[str, ...]:
    """How "all" or "it" is said; none for another slot."""
    lexicon = language().lexicon
    return {"all": lexicon.ALL_WORDS, "it": lexicon.PRONOUNS}.get(slot, ())


_TARGETS, _EXCEPT = "targets", "but"
_CUT_OFF = (
    ("with_place", "where"),
    ("with_here", "here"),
    ("bare", "everywhere"),
    ("all_of", "everywhere"),
)
"""Rules for what stays in the place of <targets>, and for what stands at either end then."""

_SHOWN = 100
"""Letters of a sentence that a message shows."""

_SLOT = re.compile(r"\{(\w+)\}")


class Rules(dict[str, Sentence]):
    """The rules of a skill, parsed: what is in one is found out once, not for each sentence."""

    def __init__(self, rules: Mapping[str, Sentence]) -> None:
        super().__init__(rules)
        self._leaves: dict[str, tuple[Expression, ...]] = {}
        self._always: dict[tuple[str, object], frozenset[str]] = {}

    def leaves(self, expression: Expression) -> tuple[Expression, ...]:
        """Every literal and slot of a template, through all alternatives and rules, each once."""
        if isinstance(expression, RuleReference):
            name = expression.rule_name
            if name not in self._leaves:
                self._leaves[name] = self.leaves(self[name].expression)
            return self._leaves[name]
        if isinstance(expression, Group):
            found = {id(leaf): leaf for item in expression.items for leaf in self.leaves(item)}
            return tuple(found.values())
        return (expression,)

    def always(
        self, expression: Expression, of: Callable[[Expression], frozenset[str]]
    ) -> frozenset[str]:
        """What `of` finds in its slots and words on every way through `expression`."""
        if isinstance(expression, RuleReference):
            key = (expression.rule_name, of)
            if key not in self._always:
                self._always[key] = self.always(self[expression.rule_name].expression, of)
            return self._always[key]
        if isinstance(expression, Group):
            ways = [self.always(item, of) for item in expression.items]
            if isinstance(expression, Alternative):
                return frozenset.intersection(*ways) if ways else frozenset()
            return frozenset().union(*ways)
        return of(expression)


@dataclass(frozen=True)
class Template:
    """One sentence of a skill.yaml, parsed."""

    intent: str
    """`skill.intent`."""

    text: str
    sentence: Sentence
    rules: Rules
    specs: Mapping[str, SlotSpec]
    target: str | None
    where: str = ""
    """Where it stands, and its text as written: "skills/x/skill.yaml:4: 'a [b]'"."""

    @property
    def skill(self) -> str:
        """Its name."""
        return self.intent.partition(".")[0]

    @cached_property
    def lists(self) -> frozenset[str]:
        """Slot lists it refers to, optional ones as well."""
        return frozenset(e.list_name for e in self._leaves if isinstance(e, ListReference))

    @property
    def renamed(self) -> frozenset[str]:
        """What hassil would call its slots where they are not called as their lists: `{a:b}`."""
        slots = (e for e in self._leaves if isinstance(e, ListReference))
        return frozenset(
            f"{e.list_name}:{e.slot_name}"
            for e in slots
            if e.is_capture or e.slot_name != e.list_name.rpartition("/")[2]
        )

    @cached_property
    def words(self) -> frozenset[str]:
        """Words it can contain outside its slots (word parts too: "colo" of "colo[u]r")."""
        return frozenset(
            w for e in self._leaves if isinstance(e, TextChunk) for w in e.text.split()
        )

    @cached_property
    def needed(self) -> frozenset[str]:
        """Slots that every way of saying it fills."""
        return frozenset(name.rpartition("/")[2] for name in self.needed_lists)

    @cached_property
    def needed_lists(self) -> frozenset[str]:
        """The lists of those slots."""
        return self.rules.always(self.sentence.expression, _slot_of)

    @cached_property
    def takes_command(self) -> bool:
        """One of its slots takes a command of another skill."""
        slots = (name.rpartition("/")[2] for name in self.lists)
        return any(self.specs[slot].type == "command" for slot in slots if slot in self.specs)

    @cached_property
    def takes_anything(self) -> bool:
        """Free text is enough to say it."""
        slots = (self.specs.get(name.rpartition("/")[2]) for name in self.lists)
        open_ = any(spec and spec.type in OPEN_TYPES for spec in slots)
        return (
            open_
            and all(w.text in polite() for n in self.needed_words for w in split_words(n))
            and takes_anything(self.sentence, self.rules, self.specs)
        )

    @cached_property
    def needed_words(self) -> frozenset[str]:
        """Words, or beginnings of them, that every way of saying it has."""
        return self.rules.always(self.sentence.expression, _words_in)

    @cached_property
    def _leaves(self) -> tuple[Expression, ...]:
        return self.rules.leaves(self.sentence.expression)


def walk(expression: Expression, rules: Mapping[str, Sentence]) -> Iterator[Expression]:
    """Every literal and slot of a template, through all alternatives and rules."""
    if isinstance(expression, Group):
        for item in expression.items:
            yield from walk(item, rules)
    elif isinstance(expression, RuleReference):
        yield from walk(rules[expression.rule_name].expression, rules)
    else:
        yield expression


def _slot_of(expression: Expression) -> frozenset[str]:
    return frozenset({expression.list_name} if isinstance(expression, ListReference) else ())


def _words_in(expression: Expression) -> frozenset[str]:
    return frozenset(expression.text.split() if isinstance(expression, TextChunk) else ())


def read_rules() -> Mapping[str, str]:
    """Rules that every skill can use, from the language's rules.yaml: name → template."""
    return _rules_in(language().folder / "rules.yaml")


@cache
def _rules_in(file: Path) -> Mapping[str, str]:
    content: dict[str, str] = yaml.safe_load(file.read_text(encoding="utf-8"))
    return content


def compile_templates(
    manifests: Sequence[Manifest], common_rules: Mapping[str, str], *, anything: bool = True
) -> tuple[Template, ...]:
    """Parse the sentences of all skills.

    common_rules   rule name → template, from rules.yaml; a skill's own rules win
    anything       a sentence may be free text alone: an answer is, a command is not
    Raises SkillError naming skill.yaml and sentence, for one that costs too much as well (cost.py).
    """
    return tuple(
        template
        for manifest in manifests
        for template in _compile_skill(manifest, common_rules, anything=anything)
    )


def _compile_skill(
    manifest: Manifest, common_rules: Mapping[str, str], *, anything: bool
) -> Iterator[Template]:
    check_amount(manifest)
    grammars: dict[str | None, _Grammar] = {}  # target of the intents → what they share
    parts = 0
    for name, intent in manifest.intents.items():
        if intent.target not in grammars:
            grammars[intent.target] = _Grammar(manifest, intent.target, common_rules)
            parts += grammars[intent.target].parts
        for text in intent.sentences:
            own = f"{intent.where or manifest.where or manifest.name}: {name}"
            at = f"{place_of(text) or own}: {_shown(text)!r}"
            template = grammars[intent.target].compile(name, text, at)
            if not anything and template.takes_anything:
                raise SkillError(
                    f"{at}: free text alone: it would hear everything that is said",
                    fix="put words before or after the slot that are always said with it",
                )
            parts += own_parts(template.sentence.expression)
            if parts > MOST_PARTS_OF_A_SKILL:
                raise SkillError(
                    f"{at}: with this sentence the skill has more than {MOST_PARTS_OF_A_SKILL:,} "
                    "parts, its rules among them",
                    fix="fewer alternatives, or make two skills of it",
                )
            yield template


class _Grammar:
    """What the sentences of a skill about one kind of device share: rules, and names of lists."""

    def __init__(
        self, manifest: Manifest, target: str | None, common_rules: Mapping[str, str]
    ) -> None:
        self._manifest = manifest
        self._target = target
        where = manifest.where or manifest.name
        self._rules = Rules(
            {
                rule: self._parse(text, f"{place_of(text) or where}: rule {rule}")
                for rule, text in {**common_rules, **manifest.rules}.items()
            }
        )
        self.parts = sum(own_parts(rule.expression) for rule in self._rules.values())
        self._cost = Parts(self._rules)

    def compile(self, intent: str, text: str, at: str) -> Template:
        """Raises SkillError that begins with `at`."""
        sentence = self._parse(text, at)
        self._cost.check(sentence, at)
        template = Template(
            intent=f"{self._manifest.name}.{intent}",
            text=sentence.text or "",
            sentence=sentence,
            rules=self._rules,
            specs=self._manifest.slots,
            target=self._target,
            where=at,
        )
        _check(template, self._manifest, at)
        return template

    def _parse(self, text: str, at: str) -> Sentence:
        check_text(text, at)
        sentence, touching = _parse(_SLOT.sub(self._its_list, one_spelling(text)), at)
        if touching:
            raise SkillError(
                f"{at}: two slots or rules in one word", fix="put a blank between them: {a} {b}"
            )
        return _in_any_order(sentence)

    def _its_list(self, slot: re.Match[str]) -> str:
        """Give a slot the list of this skill (and of this kind of device)."""
        return f"{{{_list_name(self._manifest, self._target, slot[1])}:{slot[1]}}}"


def _in_any_order(sentence: Sentence) -> Sentence:
    """The sentence with its place or "all" where it stands, and cut off: "turn the lights in the
    kitchen on", "turn the lights on in the kitchen"."""
    whole = sentence.expression
    if not _refers(whole, _TARGETS):
        return sentence
    items = whole.items if type(whole) is Group else [whole]
    besides = items[-2:] if len(items) > 1 and _refers(items[-1], _EXCEPT) else []
    ways: list[Expression] = [whole]
    for left, cut in _CUT_OFF:
        rest = [_swapped(item, left) for item in items[: len(items) - len(besides)]]
        end, blank = RuleReference(rule_name=cut), TextChunk(text=" ")
        ways.append(Group(items=[*rest, blank, end, *besides]))
        ways.append(Group(items=[end, blank, *rest, *besides]))
    return Sentence(Alternative(items=ways), sentence.text)


def _refers(expression: Expression, rule: str) -> bool:
    if isinstance(expression, Group):
        return any(_refers(item, rule) for item in expression.items)
    return isinstance(expression, RuleReference) and expression.rule_name == rule


def _swapped(expression: Expression, rule: str) -> Expression:
    """The same with another rule in the place of <targets>."""
    if isinstance(expression, Group):
        return replace(expression, items=[_swapped(item, rule) for item in expression.items])
    refers = isinstance(expression, RuleReference) and expression.rule_name == _TARGETS
    return RuleReference(rule_name=rule) if refers else expression


def _shown(text: str) -> str:
    """A text in a message: its beginning tells which."""
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"


def _list_name(manifest: Manifest, target: str | None, slot: str) -> str:
    if slot == "name":
        return f"{target}/name"
    return slot if slot in TARGET_SLOTS else f"{manifest.name}/{slot}"


def _parse(text: str, where: str) -> tuple[Sentence, bool]:
    """The sentence, and whether two slots or rules touch in it; raises SkillError."""
    try:
        return _parsed(text)
    except (ParseError, ValueError, AssertionError) as error:  # hassil asserts on () and []
        raise SkillError(
            f"{where}: not a sentence template: {error}",
            fix="write (a|b), [optional], {slot} and <rule>, every bracket closed, none empty",
        ) from error


@lru_cache(maxsize=20_000)
def _parsed(text: str) -> tuple[Sentence, bool]:
    """Parsing is what compiling takes, and rules are the same for most intents of a skill."""
    sentence = parse_sentence(text, keep_text=True)
    return sentence, touch(sentence.expression)


def _check(template: Template, manifest: Manifest, where: str) -> None:
    """Every slot of the template must exist."""
    slots = {list_name.rpartition("/")[2] for list_name in template.lists}
    known = {*manifest.slots, *TARGET_SLOTS}
    slots |= template.renamed
    if unknown := sorted(slots - known):
        raise SkillError(
            f"{where}: no slot {{{unknown[0]}}}", fix=f"slots: {', '.join(sorted(known))}"
        )
    if "name" in slots and template.target is None:
        raise SkillError(f"{where}: {{name}} of what?", fix="add `target: <kind>` to the intent")


def planners(templates: Iterable[Template]) -> frozenset[str]:
    """The skills that take commands of other skills; theirs are none that another can take."""
    return frozenset(t.skill for t in templates if t.takes_command)
