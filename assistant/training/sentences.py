"""Templates → labelled sentences to learn from."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import get_args

import yaml
from hassil.expression import (
    Alternative,
    Expression,
    Group,
    ListReference,
    Permutation,
    RuleReference,
    Sentence,
    TextChunk,
)

from assistant.config import Kind
from assistant.evaluation.tasks import Labelled
from assistant.grammar.templates import Template, compile_templates
from assistant.grammar.wordings import read_wordings, wordings_file
from assistant.skill.manifest import HOUSE_TYPES, TARGET_SLOTS, IntentSpec, Manifest, SlotSpec
from assistant.training.corpus import Corpus
from assistant.training.fill import Filler
from assistant.training.noise import Tagged, mishear, say_around
from assistant.understand.names import placeholder
from assistant.understand.tagger import NONE
from assistant.understand.text import split_words, without_fillers

_OPTIONAL = 0.4
"""How often an [optional] part is said."""

_OWN_SHARE = 0.35
"""Share of an intent's sentences that come from skill.yaml; the rest is from wordings.yaml."""

_EXAMPLE_SHARE = 0.35
"""Share of WordNet's examples among the sentences that are no command."""

_COMMON = 0.001
"""A word in so many of WordNet's examples says nothing about what is spoken of."""

_KNOWN_NAMES = 0.75
"""Share of names that the house has; the others are names the model sees word by word."""


@dataclass(frozen=True)
class Grammar:
    """All templates, by where they come from."""

    own: Mapping[str, Sequence[Template]]
    """Intent → sentences of its skill.yaml."""

    more: Mapping[str, Sequence[Template]]
    """Intent → sentences of wordings.yaml; `none` holds what is no command."""

    @property
    def slots(self) -> tuple[str, ...]:
        """BIO labels of all slots, those that say which devices are meant first."""
        named = dict.fromkeys(slot for slot in TARGET_SLOTS if slot != "it")
        for templates in self.own.values():
            named |= dict.fromkeys(templates[0].specs)
        return ("O", *(f"{mark}-{slot}" for slot in named for mark in "BI"))

    @property
    def unheard(self) -> frozenset[str]:
        """Words of skills that wordings.yaml does not know, and of no other skill."""
        words: dict[bool, set[str]] = {True: set(), False: set()}
        for intent, templates in self.own.items():
            words[intent in self.more].update(word for t in templates for word in t.words)
        return frozenset(words[False] - words[True])


def read_grammar(manifests: Sequence[Manifest], common_rules: Mapping[str, str]) -> Grammar:
    """The sentences of the skills, and more of those that wordings.yaml knows."""
    own = [t for t in compile_templates(manifests, common_rules) if "it" not in t.needed]
    none = yaml.safe_load(wordings_file().read_text(encoding="utf-8"))[NONE]
    more = compile_templates([_nothing(none)], common_rules)
    return Grammar(_by_intent(own), _by_intent((*more, *read_wordings(manifests, common_rules))))


def _nothing(wordings: Mapping[str, object]) -> Manifest:
    """A skill of things that no skill does."""
    slots = {name: SlotSpec("text") for name in ("word", "words")} | {
        "number": SlotSpec("number", min=1, max=90),
        "color": SlotSpec("color"),
    }
    intent = IntentSpec(tuple(wordings["sentences"]), target="light")  # type: ignore[arg-type]  # YAML
    return Manifest(
        name=NONE,
        version="1",
        description="",
        intents={NONE: intent},
        slots=slots,
        rules=wordings["rules"],  # type: ignore[arg-type]  # YAML
    )


def _by_intent(templates: Sequence[Template]) -> dict[str, list[Template]]:
    grouped: dict[str, list[Template]] = {}
    for template in templates:
        intent = NONE if template.intent.startswith(f"{NONE}.") else template.intent
        grouped.setdefault(intent, []).append(template)
    return grouped


class Sampler:
    """Draws labelled sentences. Everything random comes from `rng`."""

    def __init__(self, grammar: Grammar, corpus: Corpus, rng: random.Random) -> None:
        self._grammar = grammar
        self._corpus = corpus
        self._rng = rng
        targets = {t.target for ts in grammar.own.values() for t in ts}
        # Where any device can be meant, it may be a sensor, which nothing can be told to do.
        known = get_args(Kind) if "any" in targets else targets
        self._kinds = sorted(kind for kind in known if kind not in (None, "any"))
        self._filler = Filler(corpus, rng)
        self._taken = _distinctive(grammar.unheard, corpus)

    def draw(self, intent: str) -> Labelled | None:
        """One sentence of `intent`; None when filler words are all that is left of it."""
        if intent == NONE:
            sentence = self._no_command()
        else:
            own, more = self._grammar.own[intent], self._grammar.more.get(intent, ())
            templates = own if not more or self._rng.random() < _OWN_SHARE else more
            sentence = say_around(self._say(self._rng.choice(templates)), self._rng)
        if not sentence:
            return None
        return _label(mishear(sentence, self._rng), intent)

    def _no_command(self) -> list[Tagged]:
        if self._rng.random() < _EXAMPLE_SHARE:
            return [(word, "O") for word in self._rng.choice(self._corpus.examples).split()]
        template = self._rng.choice(self._grammar.more[NONE])
        words = [word for word, _ in self._say(template)]
        # "set a timer" is no command for the built-in skills, but it is one for a skill of timers.
        return [] if self._taken.intersection(words) else [(word, "O") for word in words]

    def _say(self, template: Template) -> list[Tagged]:
        fills: list[tuple[str, str]] = []
        text = self._walk(template.sentence.expression, template, fills)
        words: list[Tagged] = []
        for token in text.split():
            if token.startswith("\ue000"):
                slot, said = fills[int(token[1:])]
                words += _tagged(slot, said)
            else:
                words += [(word.text, "O") for word in split_words(token)]
        return words

    def _walk(
        self, expression: Expression, template: Template, fills: list[tuple[str, str]]
    ) -> str:
        """Sentence text; slots are marked by their number in `fills`."""
        if isinstance(expression, TextChunk):
            return expression.text
        if isinstance(expression, RuleReference):
            rule: Sentence = template.rules[expression.rule_name]
            return self._walk(rule.expression, template, fills)
        if isinstance(expression, ListReference):
            fills.append((expression.slot_name, self._fill(expression.slot_name, template)))
            return f" \ue000{len(fills) - 1} "
        if isinstance(expression, Alternative):
            return self._walk(self._choose(expression), template, fills)
        if isinstance(expression, Group):
            items = list(expression.items)
            if isinstance(expression, Permutation):
                self._rng.shuffle(items)
            return "".join(self._walk(item, template, fills) for item in items)
        raise TypeError(f"unknown template part {expression!r}")

    def _choose(self, alternative: Alternative) -> Expression:
        # What "it" is depends on what was said before: the model has nothing to learn from it.
        items = [item for item in alternative.items if not _is_pronoun(item)]
        if not alternative.is_optional:
            return self._rng.choice(items)
        # hassil writes [a|b] as (a|b|): what is optional comes first, nothing comes last.
        return self._rng.choice(items[:-1]) if self._rng.random() < _OPTIONAL else items[-1]

    def _fill(self, slot: str, template: Template) -> str:
        if slot == "word":
            return self._corpus.word(self._rng)
        if slot == "words":
            return self._corpus.phrase(self._rng)
        spec = template.specs.get(slot)
        kind = "any" if template.intent.startswith(f"{NONE}.") else template.target
        if spec is not None and spec.type in HOUSE_TYPES:
            name = "name" if spec.type == "device" else spec.type
            return self._name(name, None, self._kind(spec.kind))
        kind = self._kind(kind)
        said = self._name(slot, spec, kind)
        if slot in ("area", "name") and self._rng.random() < 0.03:
            return f"{said} \ue001 {self._name(slot, None, kind)}"
        return said

    def _kind(self, kind: str | None) -> str | None:
        return self._rng.choice(self._kinds) if kind == "any" and self._kinds else kind

    def _name(self, slot: str, spec: SlotSpec | None, kind: str | None) -> str:
        """What fills a slot; most names as the interpreter shows them, by their placeholder."""
        if slot in ("name", "area", "floor") and self._rng.random() < _KNOWN_NAMES:
            return placeholder(slot, kind)
        said = self._filler.fill(slot, spec, kind)
        if spec is not None and spec.type == "text" and self._rng.random() < 0.06:
            return f"{said} {placeholder(self._rng.choice(['name', 'area', 'floor']), kind)}"
        return said


def _is_pronoun(part: Expression) -> bool:
    if isinstance(part, ListReference):
        return part.slot_name == "it"
    return isinstance(part, Group) and len(part.items) == 1 and _is_pronoun(part.items[0])


def _distinctive(words: frozenset[str], corpus: Corpus) -> frozenset[str]:
    """Those of `words` that tell what is spoken of."""
    if not words:
        return words
    counted = Counter(word for text in corpus.examples for word in set(text.split()))
    return frozenset(word for word in words if counted[word] < _COMMON * len(corpus.examples))


def _tagged(slot: str, said: str) -> list[Tagged]:
    """BIO tags; \ue001 between two names stands for "and [the]"."""
    first, _, second = said.partition("\ue001")
    words = [word.text for word in split_words(first)]
    tagged = [(word, f"{'I' if i else 'B'}-{slot}") for i, word in enumerate(words)]
    return [*tagged, ("and", "O"), *_tagged(slot, second)] if second else tagged


def _label(sentence: Sequence[Tagged], intent: str) -> Labelled | None:
    """Drop the fillers as the interpreter will."""
    words = split_words(" ".join(word for word, _ in sentence))
    if not words or len(words) != len(sentence):
        return None
    (kept, *_) = without_fillers(words)
    starts = {word.start: i for i, word in enumerate(words)}
    chosen = [sentence[starts[word.start]] for word in kept]
    if chosen[0][1].startswith("I-"):  # "hi fi", of which "hi" was taken for a greeting
        return None
    return Labelled(tuple(w for w, _ in chosen), tuple(t for _, t in chosen), intent)


def draw_many(
    sampler: Sampler, intents: Sequence[str], per_intent: int, none: int
) -> list[Labelled]:
    """`per_intent` different sentences of each intent and `none` that are no command.

    Intents with few ways of being said give fewer.
    """
    drawn: dict[Labelled, None] = {}
    for intent in intents:
        wanted = none if intent == NONE else per_intent
        found: dict[Labelled, None] = {}
        for _ in range(wanted * 3):
            if len(found) >= wanted:
                break
            if (labelled := sampler.draw(intent)) is not None:
                found.setdefault(labelled)
        drawn |= found
    return list(drawn)
