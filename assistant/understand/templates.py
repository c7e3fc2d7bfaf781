"""Sentences of the skills, parsed: what each has, needs and may have."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
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
from hassil.intents import IntentData
from hassil.parse_expression import parse_sentence
from hassil.parser import ParseError

from assistant.errors import SkillError
from assistant.reader import where as place_of
from assistant.skill.manifest import TARGET_SLOTS, Manifest, SlotSpec
from assistant.understand.text import (
    one_spelling,
)

ALL_WORDS = (
    "all", "every", "everything", "each", "both", "everywhere", "in the house",
    "in the whole house", "all over the house", "throughout the house",
)  # fmt: skip
PRONOUNS = ("it", "them", "those", "that one", "this one", "both of them", "all of them")
FIXED_WORDS: Mapping[str, tuple[str, ...]] = {"all": ALL_WORDS, "it": PRONOUNS}
"""Slots of devices that are always said alike, whatever the house."""

_SLOT = re.compile(r"\{(\w+)\}")


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
        return _parsed(text)
    except (ParseError, ValueError, AssertionError) as error:  # hassil asserts on () and []
        raise SkillError(
            f"{where}: not a sentence template: {error}",
            fix="write (a|b), [optional], {slot} and <rule>, every bracket closed, none empty",
        ) from error


@lru_cache(maxsize=20_000)
def _parsed(text: str) -> Sentence:
    """Parsing is what compiling takes, and rules are the same for most intents of a skill."""
    return parse_sentence(text, keep_text=True)


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
