"""How long it takes to know what can be said.

    .venv/bin/python scripts/bench_graph.py        half a minute

CPU milliseconds on one core. Compiled anew whenever a skill or a name changes: the graph, and the
tokens that may begin a sentence (those that go on are found as a search first meets them).
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import islice, product
from pathlib import Path
from typing import TypeVar

from assistant.config import HouseSettings
from assistant.evaluation.house import HOUSE_FILE
from assistant.grammar.graph import Graph
from assistant.grammar.templates import compile_templates, read_rules
from assistant.grammar.wordings import read_wordings
from assistant.recognize.moonshine_model import Tokenizer, packaged_folder
from assistant.recognize.tokens import Continuations, TokenTable
from assistant.schema import read_yaml
from assistant.skill.manifest import Manifest, load_manifest
from assistant.understand.names import HouseNames

ROOT = Path(__file__).resolve().parent.parent

T = TypeVar("T")
RUNS = 5
COLORS = (
    *("amber", "black", "blue", "bronze", "coral", "gold", "green", "ivory", "jade", "lilac"),
    *("mint", "olive", "pearl", "pink", "red"),
)
PLACES = (
    *("attic", "bar", "bay", "cabin", "cave", "cellar", "den", "gallery", "garage", "hall"),
    *("loft", "pantry", "porch", "shed"),
)


def main() -> None:
    """Print the table."""
    skills = [load_manifest(file.parent) for file in sorted(ROOT.glob("skills/*/skill.yaml"))]
    file = HOUSE_FILE
    usual = HouseNames.of(read_yaml(HouseSettings, file))
    table = TokenTable(Tokenizer(packaged_folder() / "tokenizer.bin").tokens)
    print(f"{'':<44}{'sentences':>10}{'graph':>8}{'first tokens':>14}")
    row("3 skills, 13 devices", skills, usual, table)
    row("20 skills, 13 devices", [*skills, *others(skills, 17)], usual, table)
    row("3 skills, 1,000 devices in 200 areas", skills, large(), table)


def row(what: str, manifests: Sequence[Manifest], names: HouseNames, table: TokenTable) -> None:
    """Print what one house with these skills costs."""
    rules = read_rules()
    read_ms, templates = timed(
        lambda: (*compile_templates(manifests, rules), *read_wordings(manifests, rules))
    )
    graph_ms, _ = timed(lambda: Graph(templates, names))
    first_ms = statistics.median(
        first_tokens_ms(Graph(templates, names), table) for _ in range(RUNS)
    )
    print(f"{what:<44}{read_ms:7.0f} ms{graph_ms:5.0f} ms{first_ms:11.0f} ms")


def first_tokens_ms(graph: Graph, table: TokenTable) -> float:
    """To find the tokens that may begin a sentence of a graph that nobody has asked yet."""
    return timed(lambda: Continuations(table, graph).closed(graph.start), runs=1)[0]


def timed(work: Callable[[], T], runs: int = RUNS) -> tuple[float, T]:
    """Median CPU milliseconds of `work`, and its result."""
    took = []
    for _ in range(runs):
        since = time.process_time()
        result = work()
        took.append(1000 * (time.process_time() - since))
    return statistics.median(took), result


def others(skills: Sequence[Manifest], count: int) -> list[Manifest]:
    """As many skills more as `count`, each as large as one of `skills`."""
    kinds = islice(product(range(count), skills), count)
    return [replace(skill, name=f"{skill.name}_{number}") for number, skill in kinds]


def large() -> HouseNames:
    """A house, or rather a hotel: 1,000 lights in 200 areas, all with names of their own."""
    rooms = [f"{color} {place}" for color, place in product(COLORS, PLACES)][:200]
    lamps = ("ceiling lamp", "desk lamp", "floor lamp", "mirror light", "reading light")
    return HouseNames(
        devices={"light": {f"{room} {lamp}": () for room, lamp in product(rooms, lamps)}},
        areas={room.replace(" ", "_"): (room,) for room in rooms},
    )


if __name__ == "__main__":
    main()
