"""Sentences to test with: drawn from templates, and from a graph by walking through it."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

from hassil.expression import (
    Alternative,
    Expression,
    Group,
    ListReference,
    Permutation,
    RuleReference,
    TextChunk,
)
from hypothesis import strategies as st

from assistant.grammar.graph import DEAD, Graph
from assistant.grammar.templates import FIXED_SLOTS, Template, fixed_words, planners
from assistant.skill.manifest import HOUSE_TYPES, TARGET_SLOTS
from assistant.understand.names import HouseNames
from assistant.understand.phrases import phrases

COMMAND = "{command}"
"""In place of a command of another skill."""

FREE_TEXT = ("jazz", "hey jude", "dark side of the moon", "99 red balloons", "something calm")


def sentences(
    templates: Sequence[Template], names: HouseNames, *, free_text: bool = True
) -> st.SearchStrategy[str]:
    """One way to say one of `templates` with names of the house and values in their range."""
    usable = [t for t in templates if free_text or not has_free_text(t)]

    @st.composite  # takes no templates: Hypothesis would print them, which takes gigabytes
    def sentence(draw: st.DrawFn) -> str:
        said = draw(st.sampled_from(range(len(usable))).map(usable.__getitem__))
        text = _draw(draw, said.sentence.expression, said, names)
        if COMMAND in text:
            plain = [t for t in usable if t.intent.partition(".")[0] not in planners(usable)]
            text = text.replace(COMMAND, draw(sentences(plain, names)))
        return " ".join(text.split())

    return sentence()


def has_free_text(template: Template) -> bool:
    slots = {name.rpartition("/")[2] for name in template.lists}
    return any(template.specs[slot].type == "text" for slot in slots if slot in template.specs)


def _draw(draw: st.DrawFn, expression: Expression, template: Template, names: HouseNames) -> str:
    match expression:
        case TextChunk():
            return expression.text
        case ListReference():
            return _value(draw, expression.slot_name, template, names)
        case RuleReference():
            rule = template.rules[expression.rule_name]
            return _draw(draw, rule.expression, template, names)
        case Alternative():
            return _draw(draw, draw(st.sampled_from(expression.items)), template, names)
        case Permutation():
            items = draw(st.permutations(expression.items))
        case Group():
            items = expression.items
    return "".join(_draw(draw, item, template, names) for item in items)


def _value(draw: st.DrawFn, slot: str, template: Template, names: HouseNames) -> str:
    if slot in FIXED_SLOTS:
        return draw(st.sampled_from(fixed_words(slot)))
    if slot in TARGET_SLOTS:
        said = sorted(names.spoken(slot, template.target))
        assert said, f"house.yaml has no {slot} of {template.target} for {template.text!r}"
        return draw(st.sampled_from(said))
    spec = template.specs[slot]
    if spec.type == "text":
        return draw(st.sampled_from(FREE_TEXT if spec.listen == "anything" else spec.examples))
    if spec.type == "command":
        return COMMAND
    if spec.type in HOUSE_TYPES:
        return draw(st.sampled_from(sorted(names.of_slot(spec))))
    way = draw(st.sampled_from(list(phrases(spec, house_unit=names.temperature_unit))))
    return "".join(draw(st.sampled_from(part)) for part in way)


def walk(graph: Graph, random: Random) -> str:
    """Letter by letter through `graph`, until a sentence is whole; "": lost in free text."""
    state, said = graph.start, ""
    while not graph.ends(state) or random.random() < 0.5:
        ways = [(letter, graph.step(state, letter)) for letter in sorted(graph.letters(state))]
        if graph.is_free(state):
            ways += [(f"{text} ", graph.step(state, f"{text} ")) for text in FREE_TEXT]
        ways = [(text, after) for text, after in ways if after != DEAD]
        if not ways:
            assert graph.ends(state), f"nothing goes on after {said!r}"
            break
        text, state = random.choice(ways)
        said += text
        if len(said) > 300:
            return ""
    return said
