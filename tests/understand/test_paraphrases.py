"""The shipped model on sentences that are nobody's template, in each installed runtime."""

import json

import pytest
from repository import ROOT

from assistant.config import HouseSettings, UnderstandSettings
from assistant.evaluation.house import COMMANDS_FILE, HOUSE_FILE
from assistant.events import Understanding
from assistant.grammar.templates import compile_templates, read_rules
from assistant.schema import read_yaml
from assistant.skill.manifest import load_manifest
from assistant.tflite import Runtime, runtimes
from assistant.understand import HouseNames
from assistant.understand.interpreter import HouseInterpreter
from assistant.understand.tagger import Tagger

ROWS = [json.loads(line) for line in COMMANDS_FILE.read_text().splitlines()]
MODEL = ROOT / "models" / "intent-en"


def answers(runtime: Runtime) -> list[Understanding]:
    manifests = [load_manifest(f.parent) for f in sorted((ROOT / "skills").glob("*/skill.yaml"))]
    names = HouseNames.of(read_yaml(HouseSettings, HOUSE_FILE))
    templates = compile_templates(manifests, read_rules())
    tagger = Tagger(MODEL, runtime=runtime)
    found = HouseInterpreter(UnderstandSettings(), templates, names, tagger)
    return [found.interpret(row["text"]) for row in ROWS]


@pytest.fixture(scope="module")
def by_runtime() -> dict[Runtime, list[Understanding]]:
    return {runtime: answers(runtime) for runtime in runtimes()}


def right(found: Understanding, row: dict[str, object]) -> bool:
    slots = [{s.name: s.value for s in intent.slots.values()} for intent in found.intents]
    return [i.name for i in found.intents] == [row["intent"]] and slots == [row["slots"]]


def test_most_paraphrases_are_understood(
    by_runtime: dict[Runtime, list[Understanding]],
) -> None:
    assert len(ROWS) >= 120
    assert by_runtime
    for found in by_runtime.values():
        intents = [[i.name for i in f.intents][:1] for f in found]
        named = sum(i == [row["intent"]] for i, row in zip(intents, ROWS, strict=True))
        exact = sum(right(f, row) for f, row in zip(found, ROWS, strict=True))
        wrong = sum(
            f.decision == "accept" and not right(f, row) for f, row in zip(found, ROWS, strict=True)
        )
        assert named / len(ROWS) >= 0.85
        assert exact / len(ROWS) >= 0.85
        assert wrong / len(ROWS) <= 0.02


def test_both_runtimes_agree(by_runtime: dict[Runtime, list[Understanding]]) -> None:
    if len(by_runtime) < 2:
        pytest.skip(f"NOT TESTED: only {', '.join(by_runtime) or 'no runtime'} is installed")
    first, second = by_runtime.values()
    pairs = list(zip(first, second, strict=True))
    alike = sum([i.name for i in a.intents] == [i.name for i in b.intents] for a, b in pairs)
    assert alike / len(pairs) >= 0.99
    # A step of the int8 logits is 0.2: what lies at a threshold may fall to either side.
    assert sum(a.decision == b.decision for a, b in pairs) / len(pairs) >= 0.98
