"""What can be said in the tests of this folder."""

from assistant.grammar.graph import Graph
from assistant.grammar.templates import compile_templates, read_rules
from assistant.skill.manifest import IntentSpec, Manifest, SlotSpec
from assistant.understand.names import HouseNames

NAMES = HouseNames(
    devices={"light": {"moomin lamp": (), "desk lamp": ("reading lamp",)}},
    areas={"hallway": ("hallway",), "nursery": ("nursery",), "lounge": ("lounge",)},
)


def graph(*sentences: str, **slots: SlotSpec) -> Graph:
    """Of `sentences` in a small house."""
    manifest = Manifest("skill", "1", "", {"go": IntentSpec(sentences, target="light")}, slots)
    return Graph(compile_templates([manifest], read_rules()), NAMES)


def lights() -> Graph:
    """Some of what one says to lights."""
    return graph(
        "turn (on|off) [the] ({area} (light|lights)|{name})",
        "(dim|set) [the] {name} to {level}",
        "make [the] {area} (lamp|lamps) {color}",
        "illuminate [the] {area}",
        level=SlotSpec("percent", min=0, max=100),
        color=SlotSpec("color"),
    )
