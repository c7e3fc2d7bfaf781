"""Everything that can be said: what the graph reads, and that it reads what the matcher does."""

import re
from functools import cache
from random import Random

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from repository import ROOT
from sayable import FREE_TEXT, has_free_text, sentences, walk

from assistant.config import HouseSettings, UnderstandSettings
from assistant.evaluation.house import HOUSE_FILE
from assistant.events import Source
from assistant.grammar.graph import DEAD, Graph
from assistant.grammar.matcher import TemplateMatcher
from assistant.grammar.templates import compile_templates, read_rules
from assistant.schema import read_yaml
from assistant.skill.manifest import IntentSpec, Manifest, SlotSpec, load_manifest
from assistant.understand import Interpreter, open_interpreter
from assistant.understand.names import HouseNames
from assistant.understand.text import split_words

HOUSE = HouseNames.of(read_yaml(HouseSettings, HOUSE_FILE))
FOLDERS = [*sorted((ROOT / "skills").iterdir()), ROOT / "tests" / "skills" / "coffee_machine"]
MANIFESTS = [load_manifest(folder) for folder in FOLDERS if (folder / "skill.yaml").is_file()]
TEMPLATES = compile_templates(MANIFESTS, read_rules())
OURS = Graph(TEMPLATES, HOUSE).beside("it", (), points=True)
MATCHER = TemplateMatcher(TEMPLATES, HOUSE)


@cache
def interpreter() -> Interpreter:
    return open_interpreter(UnderstandSettings(), MANIFESTS, HOUSE)


def graph(
    *texts: str,
    slots: dict[str, SlotSpec] | None = None,
    rules: dict[str, str] | None = None,
    names: HouseNames = HOUSE,
) -> Graph:
    """Of these sentences alone."""
    intents = {"go": IntentSpec(texts, target="light")}
    manifest = Manifest("skill", "1", "", intents, slots or {}, rules or {})
    return Graph(compile_templates([manifest], read_rules()), names)


def check(found: Graph, yes: list[str], no: list[str]) -> None:
    assert [text for text in yes if not found.accepts(text)] == []
    assert [text for text in no if found.accepts(text)] == []


@pytest.mark.parametrize(
    ("template", "yes", "no"),
    [
        ("stop", ["stop"], ["", "sto", "stopp", "stop stop"]),
        (
            "stop [the] music",
            ["stop music", "stop the music"],
            ["stop", "stop the", "stop the the music"],
        ),
        ("(play|start playing) it", ["play it", "start playing it"], ["it", "play start it"]),
        ("turn [all] (on|off)", ["turn on", "turn all off"], ["turn", "turn on off"]),
        (
            "(a;[big];[black]) tea",
            ["a tea", "black a tea", "a big black tea", "black a big tea"],
            ["tea", "big tea", "a big big tea"],
        ),
        ("light[s] on", ["light on", "lights on"], ["lightson", "lights", "light s on"]),
        ("colo[u]r it", ["color it"], []),
        ("go <twice> now", ["go a a now", "go b b now", "go a b now"], ["go a now", "go now"]),
    ],
)
def test_the_language_of_templates(template: str, yes: list[str], no: list[str]) -> None:
    check(graph(template, rules={"twice": "<once> <once>", "once": "(a|b)"}), yes, no)


def test_a_rule_is_left_to_where_it_was_entered() -> None:
    found = graph("open <what> door", "shut <what> window", rules={"what": "(the|my)"})
    check(found, ["open the door", "shut my window"], ["open the window", "shut my door"])


def test_names_of_the_house_and_their_aliases() -> None:
    check(
        graph("turn on {name}", "light in {area}", "dim {all}"),
        [
            *("turn on floor lamp", "turn on reading lamp", "turn on lamp 2", "turn on lamp two"),
            *("light in living room", "light in lounge", "dim everything", "Turn on Ceiling Light"),
        ],
        ["turn on kitchen speaker", "turn on lamp", "turn on bedroom", "light in castle"],
    )


def test_a_house_without_names_can_still_be_spoken_to() -> None:
    found = graph("turn on {name}", "lights [in {area}] on", names=HouseNames())
    check(found, ["lights on"], ["turn on", "turn on ", "lights in on"])


def test_typed_slots_spelled_and_in_digits() -> None:
    slots = {
        "level": SlotSpec("percent", min=0, max=100),
        "heat": SlotSpec("temperature", min=5, max=35),
        "minutes": SlotSpec("number", min=1, max=60),
        "color": SlotSpec("color"),
        "size": SlotSpec("choice", choices={"twelve ounce": ("12 oz",)}),
    }
    texts = (
        "dim to {level}",
        "heat to {heat}",
        "{minutes} minutes",
        "paint it {color}",
        "a {size}",
    )
    check(
        graph(*texts, slots=slots),
        [
            *("dim to 40%", "dim to 40 percent", "dim to forty percent", "dim to forty per cent"),
            *("dim to forty", "dim to half", "heat to 21.5 degrees", "heat to 21°"),
            *("heat to twenty one and a half degrees", "heat to twenty-one point five"),
            *("25 minutes", "twenty-five minutes", "a minutes", "paint it light blue"),
            *("a twelve ounce", "a 12 ounce", "a 12 oz"),
        ],
        [
            "dim to",
            "dim to 140 percent",
            "dim to forty degrees",
            "heat to 90",
            "61 minutes",
            "a size",
        ],
    )


def test_free_text_takes_any_words() -> None:
    found = graph("play {query} [in {area}]", slots={"query": SlotSpec("text")})
    yes = [
        "play jazz",
        "play Bohemian Rhapsody by Queen",
        "play 99 problems",
        "play X in the woods",
    ]
    check(found, [*yes, "play jazz in kitchen", "play don't stop"], ["play", "play ", "stop jazz"])
    assert found.is_free(found.step(found.start, "play "))
    assert not found.is_free(found.step(found.start, "pla"))


def test_words_that_carry_no_command() -> None:
    check(
        graph("stop", "go"),
        [
            *(
                "please stop",
                "Okay, could you stop",
                "stop please",
                "stop, thank you",
                "um stop now",
            ),
            *("stop and go", "stop, then go", "please stop and then please go, thanks"),
        ],
        ["please", "stop and", "and", "stop go", "stop then please", "please please please stop"],
    )


def test_punctuation_and_capital_letters_make_no_difference() -> None:
    check(
        graph("what's on", "turn (it|the desk lamp) off", "it is twenty one"),
        [
            *("What's on?", "What\u2019s on", "TURN IT OFF!", "Turn it off.", "turn... it, off"),
            *(
                "turn  the desk\u2014lamp off;",
                " turn it off ",
                "It is twenty-one",
                "\u201cturn it off\u201d",
            ),
        ],
        ["whats on", "turnit off", "turn i.t off", "turn it of f"],
    )


@pytest.mark.parametrize(
    ("text", "goes_on"),
    [
        ("turn on the lights", True),  # … upstairs
        ("play some jazz", True),
        ("what's playing upstairs", False),
        ("set the desk lamp to forty", True),  # … two
        ("Set the desk lamp to 42%.", True),  # … brightness
        ("be quiet", False),
        ("be quiet please", False),
        ("i don't like this song", False),
    ],
)
def test_whether_more_words_make_another_command(text: str, goes_on: bool) -> None:
    assert OURS.accepts(text)
    assert OURS.goes_on(text) is goes_on


def test_letters_are_those_that_may_follow() -> None:
    found = graph("turn (on|off)", "stop")
    assert found.letters(found.step(found.start, "turn o")) == {"n", "f"}
    assert found.step(found.start, "turn x") == DEAD
    assert found.step(DEAD, "x") == DEAD


def test_states_are_forgotten_when_they_are_too_many(monkeypatch: pytest.MonkeyPatch) -> None:
    found = Graph(TEMPLATES, HOUSE)
    assert found.accepts("turn on the lights")
    assert not found.trim()
    monkeypatch.setattr("assistant.grammar.graph._MOST_STATES", 10)
    assert found.trim()
    assert not found.trim()
    check(found, ["turn on the lights", "set the desk lamp to 42%"], ["turn on the"])


CARRY_NOTHING = [
    *("i", "i'm", "am", "we", "we're", "are", "it", "it's", "is", "you", "the", "a", "an", "my"),
    *("our", "this", "that", "these", "one", "some", "what", "what's", "how", "who", "which"),
    *("in", "on", "at", "to", "of", "for", "by", "from", "with", "over", "inside"),
    *("too", "so", "really", "much", "little", "bit", "slightly", "please", "now", "here", "there"),
    *("make", "made", "set", "turn", "switch", "change", "put", "get", "give", "want", "would"),
    *("like", "need", "let", "keep", "bring", "have", "can", "do", "me", "be", "current"),
]
"""Words of many commands that make none by themselves, as "play" and "stop" do."""


def test_no_command_is_made_of_small_words_only() -> None:
    # "Is it on": only where something was spoken of.
    closed = [t for t in TEMPLATES if not has_free_text(t) and "it" not in t.needed]
    found = Graph(closed, HOUSE)
    spoken = {found.start: ""}
    waiting = [found.start]
    while waiting:
        before = waiting.pop()
        for word in CARRY_NOTHING:
            after = found.step(before, f"{word} ")
            if after != DEAD and after not in spoken:
                spoken[after] = f"{spoken[before]}{word} "
                waiting.append(after)
    assert len(spoken) > 100
    assert [text for state, text in spoken.items() if found.ends(state)] == []


@pytest.mark.parametrize(
    "text",
    [
        *("i'm", "we are", "i'm in the kitchen", "how cold", "who sings", "skip the", "go back a"),
        *("play the next", "play the last", "what's the heating", "set the lights to a"),
    ],
)
def test_half_sentences_are_no_commands(text: str) -> None:
    words = split_words(text)
    matches = MATCHER.match(text, words)
    assert not [match for match in matches if not match.free_text]
    assert not OURS.accepts(text) or text.startswith("play")  # a song may be called so


@settings(max_examples=300, deadline=None)
@given(sentences(TEMPLATES, HOUSE))
def test_what_the_templates_say_is_sayable(said: str) -> None:
    assume(not said.startswith(FREE_TEXT))
    assert OURS.accepts(said)
    assert OURS.accepts(f"Okay, {said.capitalize()}, please.")
    assert OURS.accepts(re.sub(r"(?<=[a-z]) (?=[a-z])", "-", said).upper())


@settings(max_examples=300, deadline=None)
@given(st.integers(min_value=0))
def test_what_is_sayable_is_understood(seed: int) -> None:
    said = walk(OURS, Random(seed))
    assume(said and "and" not in said and "then" not in said)
    assert MATCHER.match(said, split_words(said)), said


@settings(max_examples=50, deadline=None)
@given(st.lists(sentences(TEMPLATES, HOUSE, free_text=False), min_size=2, max_size=3))
def test_commands_joined_by_and_are_understood_as_several(said: list[str]) -> None:
    assume(all(" and " not in text for text in said))  # "two and a half"
    alone = [interpreter().interpret(text) for text in said]
    assume(all(one.decision == "accept" and one.source is Source.GRAMMAR for one in alone))
    joined = " and then ".join(said)
    assert OURS.accepts(joined)
    found = interpreter().interpret(joined)
    wanted = [intent.name for one in alone for intent in one.intents]
    assert [intent.name for intent in found.intents] == wanted


def test_a_graph_of_its_own_meets_states_of_its_own():
    first = graph("stop [the] music", "go on")
    other = first.apart()
    before = len(first._met.states)
    check(other, ["stop the music", "go on"], ["stop"])
    assert len(first._met.states) == before
    check(first, ["stop the music", "go on"], ["stop"])


def test_a_command_for_later_is_made_of_commands() -> None:
    assert OURS.accepts("turn on the desk lamp in ten minutes")
    assert OURS.accepts("in half an hour pause the music and turn off the desk lamp")
    assert not OURS.accepts("we have to leave in ten minutes")
    assert not OURS.accepts("turn on the desk lamp in ten minutes in ten minutes")


def test_free_text_begins_no_sentence() -> None:
    found = graph("{what} timer", "stop [the] {what} timer", slots={"what": SlotSpec("text")})
    check(found, ["stop the egg timer", "stop boiled egg timer"], ["egg timer", "the egg timer"])


def test_graphs_beside_each_other_share_what_was_met() -> None:
    first = graph("stop [the] music", "go on")
    beside = first.beside("more", (), points=False)
    state = first.step(first.start, "stop")
    assert beside.shares_states(first)
    assert beside.step(beside.start, "stop") == state
    thread = first.apart()
    assert not thread.shares_states(first)
    assert first.apart(thread).shares_states(thread)
    assert not graph("go on").apart(thread).shares_states(thread)
