"""What lint finds, and the sentence that shows it."""

from pathlib import Path

import pytest
from repository import ROOT

from assistant.authoring.lint import lint
from assistant.config import load_config
from assistant.demo import HOUSE
from assistant.skill.manifest import (
    Access,
    Expected,
    IntentSpec,
    Manifest,
    Permissions,
    SlotSpec,
    TestSpec,
    load_manifest,
)
from assistant.understand import HouseNames

NAMES = HouseNames.of(load_config(HOUSE).house)
SHIPPED = [load_manifest(file.parent) for file in sorted((ROOT / "skills").glob("*/skill.yaml"))]


def skill(*sentences: str, tested: bool = True, **parts: object) -> Manifest:
    tests = (TestSpec(Expected(intent="go"), say="x"),) if tested else ()
    return Manifest(
        "mine", "1", "", {"go": IntentSpec(sentences)}, tests=tests, where="mine/skill.yaml:1",
        **parts,
    )  # fmt: skip


def problems(manifest: Manifest) -> list[str]:
    return [str(finding) for finding in lint(manifest, [*SHIPPED, manifest], NAMES)]


def test_a_skill_in_order_has_nothing_to_mend():
    assert problems(skill("water the (roses|tulips) [now]")) == []


@pytest.mark.parametrize("manifest", SHIPPED, ids=lambda manifest: manifest.name)
def test_the_shipped_skills_have_nothing_to_mend(manifest):
    assert lint(manifest, SHIPPED, NAMES) == []


def test_a_permission_for_an_area_that_there_is_not_is_shown():
    allowed = Permissions(Access(("light",), ("kitchn", "kitchen")))
    (problem,) = problems(skill("water the roses", permissions=allowed))
    assert "no area 'kitchn' in this house; it has kitchen" in problem


def test_a_sentence_that_another_skill_takes_is_shown():
    (problem,) = problems(skill("turn on the kitchen lights"))
    assert problem.startswith("mine/skill.yaml:1: 'turn on the kitchen lights' is never reached")
    assert "“turn on the kitchen lights” is taken by lights.turn_on" in problem


def test_one_that_can_as_well_be_another_is_shown():
    assert "can as well be music.pause" in problems(skill("pause (it|the music)", "halt"))[0]
    assert "collides" in problems(skill("(pause|water the roses)"))[0]


def test_a_collision_names_both_readings_and_both_sentences():
    (problem,) = problems(skill("listen to {song}", slots={"song": SlotSpec("text")}))
    assert "music.play with query “" in problem
    assert "skills/music/skill.yaml:" in problem
    assert "; here it is mine.go with song “" in problem
    assert problem.endswith("(mine/skill.yaml:1: go: 'listen to {song}')")


def test_one_that_can_be_read_in_two_ways_is_shown():
    twice = skill(
        "water {first} {second}", slots={"first": SlotSpec("text"), "second": SlotSpec("text")}
    )
    (problem, *_) = problems(twice)
    assert "can be read in two ways: as mine.go with first “" in problem
    assert "; or as mine.go with first “" in problem


def test_one_that_takes_anything_is_named():
    (problem,) = problems(skill("[{what}] {what}", slots={"what": SlotSpec("text")}))
    assert "takes any sentence" in problem


def test_what_is_not_tested_or_not_used_is_named():
    found = problems(
        skill("water", tested=False, slots={"n": SlotSpec("number")}, rules={"r": "(a|b)"})
    )
    assert [problem.partition(": ")[2][:12] for problem in found] == [
        "go has no te", "slot n is in", "rule r is in",
    ]  # fmt: skip


def test_a_finding_names_the_line_of_its_sentence(tmp_path: Path):
    (tmp_path / "skill.yaml").write_text(
        "name: mine\nversion: '1'\ndescription: d\nintents:\n  go:\n    sentences:\n"
        "      - water the roses\n      - pause\n    reply: [Yes.]\n"
        "tests: [{ say: water the roses, then: { intent: go } }]\n",
        encoding="utf-8",
    )
    (problem,) = problems(load_manifest(tmp_path))
    assert problem.startswith(f"{tmp_path / 'skill.yaml'}:8: 'pause' collides")
