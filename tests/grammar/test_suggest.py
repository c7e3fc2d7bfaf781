"""What is suggested to those whose words made no sense."""

from itertools import pairwise

import pytest

from assistant.config import SkillsSettings, load_config
from assistant.demo import HOUSE
from assistant.grammar.matcher import TemplateMatcher
from assistant.grammar.suggest import Suggester
from assistant.grammar.templates import compile_templates, read_rules
from assistant.skill.loader import load_skills
from assistant.understand import HouseNames
from assistant.understand.text import split_words

TEMPLATES = compile_templates(load_skills(SkillsSettings()).manifests, read_rules())
NAMES = HouseNames.of(load_config(HOUSE).house)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("turn on the kichen lihgts", {"turn", "on", "kitchen", "lights"}),
        ("dim the lamp on the floor to fourty", {"dim", "floor", "lamp"}),
    ],
)
def test_what_is_suggested_can_be_said_and_is_alike(text, words):
    suggested = Suggester(TEMPLATES, NAMES).nearest(text)
    assert words <= set(suggested.split())
    assert TemplateMatcher(TEMPLATES, NAMES).match(suggested, split_words(suggested))


@pytest.mark.parametrize(
    "text",
    ["turn on the hallway thing", "turn on the porch lihgts", "switch the light up on the roof"],
)
def test_what_is_suggested_is_english(text):
    suggested = Suggester(TEMPLATES, NAMES).nearest(text)
    words = suggested.split()
    assert all(a != b for a, b in pairwise(words)), suggested
    assert "on the kitchen" not in suggested
    assert TemplateMatcher(TEMPLATES, NAMES).match(suggested, split_words(suggested))


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("how much longer does the pasta timer have", "how much time does the pasta timer have"),
        ("how much longer pasta timer left sir", "how much longer left on the pasta timer"),
        ("everything off kitchen thing", "turn everything off in the kitchen"),
        ("turn off everything in kitchen but lamp floor", "turn off everything but the floor lamp"),
        ("add five minutes timer pasta more sir", "add five more minutes on the pasta timer"),
    ],
)
def test_of_what_can_be_said_people_would_say_it(text, hint):
    assert Suggester(TEMPLATES, NAMES).nearest(text) == hint


@pytest.mark.parametrize("text", ["flurb the wombat", "order a pizza", "", "the"])
def test_nothing_is_suggested_for_what_is_like_nothing(text):
    assert Suggester(TEMPLATES, NAMES).nearest(text) == ""


def test_without_skills_there_is_nothing_to_suggest():
    assert Suggester((), NAMES).nearest("turn on the lights") == ""
