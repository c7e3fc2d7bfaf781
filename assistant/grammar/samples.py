"""Random sentences of a template, as people would say them in this house."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence, Set
from itertools import pairwise

from hassil.expression import (
    Alternative,
    Expression,
    Group,
    ListReference,
    RuleReference,
    TextChunk,
)

from assistant.grammar.templates import FIXED_SLOTS, Template, fixed_words
from assistant.lang import language
from assistant.skill.manifest import HOUSE_TYPES, SlotSpec
from assistant.understand.names import HouseNames
from assistant.understand.values import choice_words

_OPTIONAL = 0.4
"""How often an [optional] part is said."""


class Speaker:
    """Says templates. Everything random comes from `rng`."""

    def __init__(self, names: HouseNames, rng: random.Random) -> None:
        self._names = names
        self._rng = rng

    def say(self, template: Template) -> str | None:
        """One sentence; None when it needs a name that this house has none of."""
        try:
            text = self._walk(template.sentence.expression, template)
        except _Nameless:
            return None
        return " ".join(text.split())

    def _walk(self, part: Expression, template: Template) -> str:
        if isinstance(part, TextChunk):
            return part.text
        if isinstance(part, RuleReference):
            return self._walk(template.rules[part.rule_name].expression, template)
        if isinstance(part, ListReference):
            return f" {self._fill(part.slot_name, template)} "
        if isinstance(part, Alternative):
            return self._walk(self._choose(part), template)
        assert isinstance(part, Group)
        return "".join(self._walk(item, template) for item in part.items)

    def _choose(self, part: Alternative) -> Expression:
        if not part.is_optional:
            return self._rng.choice(part.items)
        # hassil writes [a|b] as (a|b|): what is optional comes first, nothing comes last.
        said = self._rng.random() < _OPTIONAL
        return self._rng.choice(part.items[:-1]) if said else part.items[-1]

    def _pick(self, said: Sequence[str]) -> str:
        return self._rng.choice(said)

    def _fill(self, slot: str, template: Template) -> str:
        spec = template.specs.get(slot)
        if spec is not None:
            return self._value(spec)
        if slot in FIXED_SLOTS:
            return self._pick(fixed_words(slot))
        return self._any(self._names.spoken(slot, template.target))

    def _value(self, spec: SlotSpec) -> str:
        if spec.type in HOUSE_TYPES:
            return self._any(self._names.of_slot(spec))
        if spec.type == "choice":
            return self._pick(choice_words(spec) or list(spec.choices))
        own = spec.examples if spec.type != "command" else ()  # they may need other devices
        return self._pick(own or language().lexicon.SAMPLES[spec.type])

    def _any(self, spoken: Mapping[str, str]) -> str:
        if not spoken:
            raise _Nameless
        return self._pick(list(spoken))


class Echo(Speaker):
    """Says templates with as many of these words as they have, each once, and few others."""

    def __init__(self, names: HouseNames, words: Set[str]) -> None:
        super().__init__(names, random.Random(0))
        self._words = words
        self._small = language().lexicon.PREPOSITIONS | language().lexicon.ARTICLES
        self._left: Set[str] = frozenset()
        """Those that have no place in the sentence yet."""

    def say(self, template: Template) -> str | None:
        """The likest sentence; None when it needs a name that this house has none of.

        One with a word twice is none: nobody says "turn the lights on on the landing", or "turn
        off the kitchen but the kitchen".
        """
        own = {word for part in template.needed_words for word in part.split()}
        self._left = self._words - self._small - own
        text = super().say(template)
        words = text.split() if text else []
        telling = [word for word in words if word not in self._small]
        twice = len(telling) > len(set(telling)) or any(a == b for a, b in pairwise(words))
        return None if twice else text

    def _walk(self, part: Expression, template: Template) -> str:
        if isinstance(part, Group) and not isinstance(part, Alternative):
            text = self._in_a_row(part, template)
        elif not isinstance(part, Alternative):
            text = super()._walk(part, template)
        else:
            ways = [said for item in part.items if (said := self._said(item, template)) is not None]
            if not ways:
                raise _Nameless
            text = max(ways, key=self._likeness)
        self._left = self._left - set(text.split())
        return text

    def _in_a_row(self, group: Group, template: Template) -> str:
        """The parts, with the small words before what is said: "left on the pasta timer"."""
        texts = [self._walk(item, template) for item in group.items]
        after = ""
        for at in reversed(range(len(texts))):
            following = after.split()[:1]
            if not texts[at].strip() and following and following[0] not in self._small:
                texts[at] = self._small_word(group.items[at], template) or texts[at]
            after = texts[at] if texts[at].strip() else after
        return "".join(texts)

    def _small_word(self, part: Expression, template: Template) -> str:
        """The first way to say an optional part that is a preposition or an article; else ""."""
        if isinstance(part, RuleReference):
            part = template.rules[part.rule_name].expression
        if isinstance(part, Group) and not isinstance(part, Alternative) and len(part.items) == 1:
            return self._small_word(part.items[0], template)
        if not isinstance(part, Alternative) or not part.is_optional:
            return ""
        first = part.items[0]
        said = self._said(first, template) or ""
        return f" {said} " if said.strip() in self._small else ""

    def _pick(self, said: Sequence[str]) -> str:
        return max(said, key=self._likeness)

    def _said(self, part: Expression, template: Template) -> str | None:
        left = self._left
        try:
            return self._walk(part, template)
        except _Nameless:
            return None
        finally:
            self._left = left

    def _likeness(self, said: str) -> float:
        words = set(said.split())
        return len(words & self._left) - 0.5 * len(words - self._left)


class _Nameless(Exception):
    """The house has no name of that kind."""
