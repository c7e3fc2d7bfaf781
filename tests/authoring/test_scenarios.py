"""The tests of a skill say what did not come; the shipped skills' own all pass."""

from dataclasses import replace

import pytest
from repository import ROOT

from assistant.authoring.scenarios import run_tests
from assistant.config import SkillsSettings, load_config
from assistant.demo import FOLDER, HOUSE
from assistant.skill.loader import load_skills
from tests.skill.write import write_skill

BLINKER = """
name: blinker
version: 1.0.0
description: d
permissions: { command: { devices: [light], topics: [a/b] } }
slots:
  n: { type: number, min: 1, max: 5 }
  when: { type: datetime }
intents:
  blink:
    target: light
    sentences: ["blink [the] {name} {n} times"]
    command: { on: true }
    publish: [{ topic: a/b, payload: { n: "{n}" } }]
    reply: ["Blinked {n} times."]
    examples: EXAMPLES
    negatives: ["blink the {name} zero times"]
  wake: { sentences: ["blink me awake {when}"], reply: [Good night.] }
tests:
"""
BLINK = "blink the floor lamp 3 times"


@pytest.fixture(scope="module")
def config():
    return load_config(HOUSE)


def results(tmp_path, config, *tests, examples=()):
    manifest = BLINKER.replace("EXAMPLES", str(list(examples)))
    manifest += "".join(f"  - {{ {test} }}\n" for test in tests)
    manifest = manifest.replace("{", "{{").replace("}", "}}")
    write_skill(tmp_path, "blinker", manifest=manifest, code="")
    settings = SkillsSettings((tmp_path,), choices=tmp_path / "no.yaml")
    skills = load_skills(settings)
    assert not skills.broken
    return list(run_tests(replace(config, skills=settings), [skills.working["blinker"]]))


def test_what_comes_as_expected_passes(tmp_path, config):
    tests = (
        f"say: {BLINK}, then: {{ intent: blink, slots: {{ n: 3, name: floor lamp }} }}",
        "say: Blink floor lamp three times!, then: { publish: { a/b: { n: 3 } } }",
        f"say: {BLINK}, then: {{ reply: blinked 3, command: {{ floor_lamp: {{ on: true }} }} }}",
        "say: blink the floor lamp 9 times, then: { question: true }",
        "say: blink me awake tomorrow at 7, then: { intent: wake, slots: { when: '*T07:00:00' } }",
        "say: turn on the light, then: { intent: none }",
        "say: blink the floor lamp zero times, then: { intent: none }",
        f"audio: {FOLDER / '01-kitchen-lights.flac'}, then: {{ intent: none }}",
    )
    found = results(tmp_path, config, *tests, examples=["blink the reading lamp twice", BLINK])
    assert [result.problems for result in found[: len(tests)]] == [()] * len(tests)
    assert all(result.heard for result in found)
    twice, three = found[len(tests) :]
    assert three.problems == ()
    assert "expected blinker.blink" in twice.problems[0]


def test_what_does_not_come_is_named_with_its_line(tmp_path, config):
    expected = {
        f"say: {BLINK}, then: {{ intent: wake }}": "expected blinker.wake, got blinker.blink",
        "say: turn on the light, then: { intent: blink }": "got lights.turn_on",
        f"say: {BLINK}, then: {{ intent: none }}": "expected none of this skill, got blinker.blink",
        f"say: {BLINK}, then: {{ intent: blink, slots: {{ n: 4 }} }}": "n: expected 4, got 3",
        f"say: {BLINK}, then: {{ reply: four }}": "expected “four” in “Blinked 3 times.”",
        f"say: {BLINK}, then: {{ publish: {{ a/c: x }} }}": "nothing was sent to a/c, only to",
        f"say: {BLINK}, then: {{ publish: {{ a/b: {{ n: 4 }} }} }}": "expected {'n': 4} on a/b",
        f"say: {BLINK}, then: {{ command: {{ speaker: {{ on: false }} }} }}": "for speaker, got",
        f"say: {BLINK}, then: {{ question: true }}": "expected a question",
    }
    found = results(tmp_path, config, *expected)
    assert len(found) == len(expected)
    for line, (result, says) in enumerate(zip(found, expected.values(), strict=True), start=20):
        assert says in " ".join(result.problems)
        assert result.test.where.endswith(f"skill.yaml:{line}")


BINS = """
name: bins
version: 1.0.0
description: d
permissions: { read: { topics: [home/bins/#] }, command: { topics: [home/horn] } }
slots:
  minutes: { type: number, min: 1, max: 60 }
intents:
  which: { sentences: [which bin is it] }
  honk:
    sentences: ["honk [for {minutes} minutes]"]
    asks: { minutes: For how many minutes? }
    publish: [{ topic: home/horn, payload: { minutes: "{minutes}" } }]
    reply: ["Honking."]
tests:
  - say: which bin is it
    topics: { home/bins/next: { kind: paper } }
    then: { reply: paper }
  - { say: which bin is it, then: { reply: none } }
  - say: honk
    then: { intent: honk, question: true }
    turns:
      - { say: ninety, then: { question: true, reply: goes from 1 to 60 } }
      - { say: ten, then: { publish: { home/horn: { minutes: 10 } }, reply: honking } }
      - { say: which bin is it, then: { intent: which } }
  - say: honk
    then: { question: true }
    turns: [{ say: ten, then: { publish: { home/horn: { minutes: 11 } } } }]
"""
WHICH = """
import json
from assistant.skill import Answer

def which(topics):
    return Answer(json.loads(topics.get("home/bins/next", '{"kind": "none"}'))["kind"])
"""


def test_a_test_has_turns_and_knows_topics(tmp_path, config):
    manifest = BINS.replace("{", "{{").replace("}", "}}")
    write_skill(tmp_path, "bins", manifest=manifest, code=WHICH)
    settings = SkillsSettings((tmp_path,), choices=tmp_path / "no.yaml")
    skills = load_skills(settings)
    assert not skills.broken
    found = list(run_tests(replace(config, skills=settings), [skills.working["bins"]]))
    skills.close()
    assert [result.problems for result in found[:3]] == [(), (), ()]
    (problem,) = found[3].problems
    assert problem.startswith("then “ten”: publish: expected {'minutes': 11} on home/horn")


def test_the_tests_of_the_shipped_skills_pass(config):
    skills = load_skills(replace(config.skills, choices=ROOT / "no.yaml"))
    found = list(run_tests(config, list(skills.working.values())))
    assert len(found) >= 45
    assert [(result.heard, result.problems) for result in found if result.problems] == []
