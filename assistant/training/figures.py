"""What an intent model can do, measured: the text of CARD.md and of `train_intent --measure`."""

from __future__ import annotations

from pathlib import Path

from assistant.config import ROOT, HouseSettings, UnderstandSettings
from assistant.reader import read_yaml
from assistant.skill.manifest import load_manifest
from assistant.tflite import Runtime, runtimes
from assistant.training.report import (
    Commands,
    count_accepts,
    latency_ms,
    measure_commands,
    read_clinc,
    read_jsonl,
)
from assistant.understand import RULES_FILE
from assistant.understand.interpreter import HouseInterpreter
from assistant.understand.names import HouseNames, NameFinder
from assistant.understand.tagger import Tagger
from assistant.understand.templates import compile_templates, read_rules
from assistant.understand.text import split_words, without_fillers

TESTS = ROOT / "tests" / "understand"


def open_for_measuring(folder: Path, runtime: Runtime) -> HouseInterpreter:
    """The interpreter of the tests' house, on one runtime."""
    manifests = [load_manifest(f.parent) for f in sorted((ROOT / "skills").glob("*/skill.yaml"))]
    names = HouseNames.of(read_yaml(HouseSettings, TESTS / "house.yaml"))
    templates = compile_templates(manifests, read_rules(RULES_FILE))
    return HouseInterpreter(UnderstandSettings(), templates, names, Tagger(folder, runtime=runtime))


def measure(folder: Path, data: Path, *, misses: bool) -> str:
    """All figures as text, for each installed runtime.

    data     ../shared/data; what is not there is said to be left out
    misses   also list every sentence that came out wrong
    """
    rows = read_jsonl(TESTS / "paraphrases.jsonl")
    lines: list[str] = []
    for runtime in runtimes():
        interpreter = open_for_measuring(folder, runtime)
        found, wrong = measure_commands(interpreter.interpret, rows)
        texts = [row["text"] for row in rows]
        lines += [f"{runtime}:", *_commands(found), *_latency(interpreter, texts)]
        for part in ("val", "test", "oos_val", "oos_test"):
            lines += _clinc(interpreter, data, part, misses=misses)
        lines += [f"    {line}" for line in wrong] if misses else []
    return "\n".join(lines)


def held_out() -> frozenset[tuple[str, ...]]:
    """The held-out paraphrases as the model reads them: never to be trained on."""
    finder = NameFinder(HouseNames.of(read_yaml(HouseSettings, TESTS / "house.yaml")))
    found = set()
    for row in read_jsonl(TESTS / "paraphrases.jsonl"):
        (kept, *_) = without_fillers(split_words(row["text"]))
        found.add(tuple(unit.text for unit in finder.units([word.text for word in kept])))
    return frozenset(found)


def _commands(found: Commands) -> list[str]:
    return [
        f"  paraphrases ({found.count}): intent {found.intent:.1%}, intent and all slots "
        f"{found.exact:.1%}; accepted {found.accepted:.1%}, accepted although not exactly right "
        f"{found.wrongly_accepted:.1%}; by templates alone {found.by_template:.1%}"
    ]


def _latency(interpreter: HouseInterpreter, texts: list[str]) -> list[str]:
    by_template = ["turn on the kitchen light", "set the bedroom to 21.5 degrees", "play some jazz"]
    ours = latency_ms(interpreter, [*by_template, "turn everything off", "louder"] * 10)
    models = latency_ms(interpreter, texts)
    return [
        f"  ms per utterance (p50, p95): by templates {ours[0]:.2f}, {ours[1]:.2f}; "
        f"by the model {models[0]:.2f}, {models[1]:.2f}"
    ]


def _clinc(interpreter: HouseInterpreter, data: Path, part: str, *, misses: bool) -> list[str]:
    if not (data / "clinc150").is_dir():
        return [f"  clinc150 {part}: NOT MEASURED, no folder {data / 'clinc150'}"]
    total, accepted, asked, texts = count_accepts(interpreter.interpret, read_clinc(data, part))
    line = (
        f"  clinc150 {part} ({total} that are not ours): accepted {accepted} "
        f"({accepted / total:.2%}), asked for {asked} ({asked / total:.2%}), "
        f"rejected {1 - (accepted + asked) / total:.2%}"
    )
    return [line, *(f"    {text}" for text in texts)] if misses else [line]
