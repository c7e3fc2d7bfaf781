"""No line of a skill.yaml makes the assistant wait, whatever it stands for."""

from __future__ import annotations

import math

import pytest

from assistant.errors import SkillError
from assistant.grammar.cost import letters_of
from assistant.grammar.graph import Graph
from assistant.grammar.matcher import TemplateMatcher
from assistant.grammar.suggest import Suggester
from assistant.grammar.templates import compile_templates
from assistant.skill.manifest import IntentSpec, Manifest, SlotSpec
from assistant.understand.names import HouseNames
from assistant.understand.text import split_words

DOUBLED = {"r0": "a", **{f"r{n}": f"<r{n - 1}> <r{n - 1}>" for n in range(1, 31)}}
CHAIN = {"r0": "a", **{f"r{n}": f"<r{n - 1}>" for n in range(1, 200)}}


def skill(*sentences: str, rules=None, slots=None, name="costly") -> Manifest:
    return Manifest(
        name=name,
        version="1",
        description="",
        intents={"go": IntentSpec(sentences)},
        rules=rules or {},
        slots=slots or {},
        where="skill.yaml",
    )


@pytest.mark.parametrize(
    ("sentence", "rules", "says"),
    [
        ("(a;b;c;d;e;f;g;h;i;j)", {}, "'(a;b;c;d;e;f;g;h;i;j)': has 108,864,000 parts"),
        ("say ((a;b;c;d;e);(f;g;h;i;j))", {}, "parts when all its rules and orders"),
        ("<r20>", DOUBLED, "go: '<r20>': "),
        ("<r12> b", DOUBLED, "go: '<r12> b': has 8,192 parts"),
        ("<r199>", CHAIN, "nested too deep"),
        ("<a>", {"a": "x <b>", "b": "y [<a>]"}, "a rule refers to itself: <a>"),
        ("[" * 400 + "a" + "]" * 400, {}, "nested too deep"),
        ("(" + "|".join(map(str, range(5000))) + ")", {}, "characters are too many"),
        ("a <long>", {"long": "(" + "|".join(map(str, range(5000))) + ")"}, "rule long: "),
    ],
)
def test_a_sentence_that_stands_for_too_much_is_refused_and_named(sentence, rules, says):
    with pytest.raises(SkillError) as caught:
        compile_templates([skill(sentence, rules=rules)], {})
    assert says in caught.value.problem
    assert len(caught.value.problem) < 300


@pytest.mark.parametrize(
    ("sentences", "slots", "says"),
    [
        ([f"say {n}" for n in range(3000)], {}, "skill.yaml: more than 2,000 sentences"),
        (["a"], {f"n{n}": SlotSpec("number") for n in range(200)}, "more than 100 slots"),
        (
            ["a"],
            {"n": SlotSpec("choice", choices={f"v{n}": ("x",) for n in range(2000)})},
            "more than 3,000 words for choices",
        ),
        (
            ["a"],
            {f"n{n}": SlotSpec("number", min=-1_000_000 + n) for n in range(20)},
            "letters, 400,000 are allowed",
        ),
        (
            ["a"],
            {"t": SlotSpec("text", examples=("abcde " * 1000,) * 100, listen="examples")},
            "most of them are in 't'",
        ),
        (
            ["a"],
            {"n": SlotSpec("choice", choices={f"v{n}": ("(a|b) (c|d) [e]",) for n in range(500)})},
            "more than 3,000 words for choices",
        ),
        (
            ["a"],
            {"n": SlotSpec("choice", choices={"x": ("(a|b|c|d) " * 6,)})},
            "can be said in 4,096 ways, 200 are allowed",
        ),
        (
            ["a"],
            {"n": SlotSpec("choice", choices={"x": ("a (b",)})},
            "choices: 'a (b': not a template",
        ),
        (
            ["a"],
            {"n": SlotSpec("choice", choices={"x": ("the <size> one",)})},
            "{slots} and <rules> have no place in it",
        ),
        (["(a;b;c;d;e) (f|g)"] * 60, {}, "with this sentence the skill has more than"),
    ],
)
def test_a_skill_that_has_too_much_of_something_is_refused(sentences, slots, says):
    with pytest.raises(SkillError) as caught:
        compile_templates([skill(*sentences, slots=slots)], {})
    assert says in caught.value.problem


@pytest.mark.parametrize("bound", [math.inf, -math.inf, math.nan])
def test_a_range_without_an_end_is_no_number(bound):
    with pytest.raises(ValueError, match="is no number that can be said"):
        SlotSpec("number", max=bound)
    with pytest.raises(ValueError, match="is no number that can be said"):
        SlotSpec("percent", min=bound)


def test_a_large_range_costs_no_more_than_its_first_million():
    assert letters_of(SlotSpec("number", min=-1e9, max=1e300)) < 400_000
    templates = compile_templates(
        [skill("set {n}", slots={"n": SlotSpec("number", min=-1_000_000, max=1_000_000)})], {}
    )
    graph = Graph(templates, HouseNames())
    assert graph.accepts("set minus five")
    assert graph.accepts("set minus twelve thousand five")
    assert graph.accepts("set 999999")


@pytest.mark.parametrize(
    ("sentence", "said"),
    [
        ("[a] " * 30 + "b", "a " * 15 + "b"),
        ("(a|a) " * 20 + "b", "a " * 20 + "b"),
        (" ".join(f"{{t{n}}}" for n in range(8)) + " end", "x " * 50 + "end"),
    ],
)
def test_words_with_endless_readings_are_read(sentence, said):
    slots = {f"t{n}": SlotSpec("text") for n in range(8)}
    matcher = TemplateMatcher(compile_templates([skill(sentence, slots=slots)], {}), HouseNames())
    assert matcher.match(said, split_words(said))[0].intent.name == "costly.go"


def test_a_skill_that_takes_too_long_is_not_tried_any_more(caplog, monkeypatch):
    manifests = [skill(*("{t} " * 6 + "end",) * 2, slots={"t": SlotSpec("text")})]
    manifests.append(skill("a a a b", "[x] end", name="other"))
    matcher = TemplateMatcher(compile_templates(manifests, {}), HouseNames())
    monkeypatch.setattr("assistant.grammar.parser.MOST_ITEMS", 200)
    said = "x " * 50 + "end"
    assert not matcher.match(said, split_words(said))
    (line,) = caplog.messages
    assert line.startswith("skill costly: its sentences can be read in too many ways")
    (found,) = matcher.match("a a a b", split_words("a a a b"))
    assert found.intent.name == "other.go"
    matcher.match(said, split_words(said))
    assert len(caplog.messages) == 1


def test_something_like_it_is_found_in_nested_alternatives():
    nested = "tell " + "(me|" * 18 + "us" + ")" * 18
    templates = compile_templates([skill(nested)], {})
    assert Suggester(templates, HouseNames()).nearest("tell us please do") == "tell us"


def test_a_name_that_nobody_can_say_is_none():
    names = HouseNames(devices={"light": {"lamp " * 20_000: ("lamp",)}})
    assert list(names.spoken("name", "light")) == ["lamp"]
