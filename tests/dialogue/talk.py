"""The conversations that have to go right, for the tests by text and by voice.

Each turn: what is said, and the devices that are changed by it, or words of the reply.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Said:
    text: str
    does: Mapping[str, Mapping[str, object]] = field(default_factory=dict)
    """Device id → attributes; nothing else is commanded."""

    reply: str = ""
    """Words of the reply."""


LIVING = ("living_ceiling", "floor_lamp")
ON, OFF = {"on": True}, {"on": False}
CONVERSATIONS: Mapping[str, tuple[Said, ...]] = {
    "it is the lamp that was spoken of": (
        Said("turn on the floor lamp", {"floor_lamp": ON}),
        Said("make it blue", {"floor_lamp": {"hue": 240.0}}),
        Said("set it to forty percent", {"floor_lamp": {"brightness": 40}}),
        Said("brighter", {"floor_lamp": {"brightness": 60}}),
        Said("turn it off again", {"floor_lamp": OFF}),
    ),
    "and another room too": (
        Said("turn on the lights in the living room", dict.fromkeys(LIVING, ON)),
        Said("and the bedroom too", {"bedside_lamp": ON}),
        Said("turn them off again", dict.fromkeys((*LIVING, "bedside_lamp"), OFF)),
    ),
    "what about the kitchen": (
        Said("turn off the lights in the bedroom", {"bedside_lamp": OFF}),
        Said("what about the kitchen", dict.fromkeys(("kitchen_ceiling", "kitchen_counter"), OFF)),
    ),
    "make it warmer": (
        Said("set the thermostat to twenty degrees", {"thermostat": {"target_temperature": 20.0}}),
        Said("make it warmer", {"thermostat": {"target_temperature": 21.0}}),
    ),
    "undo that": (
        Said("turn on the bedside lamp", {"bedside_lamp": ON}),
        Said("turn off the bedside lamp", {"bedside_lamp": OFF}),
        Said("undo that", {"bedside_lamp": ON}, "as before"),
    ),
    "a question, and a place": (
        Said("turn on the ceiling light in the living room", {"living_ceiling": ON}),
        Said("set the floor lamp to 150 percent", {}, "Which should it be?"),
        Said("fifty percent", {"floor_lamp": {"brightness": 50}}),
    ),
    "a new command instead of an answer": (
        Said("set the floor lamp to 150 percent", {}, "Which should it be?"),
        Said("turn off the bedside lamp", {"bedside_lamp": OFF}),
    ),
    "never mind": (
        Said("set the floor lamp to 150 percent", {}, "Which should it be?"),
        Said("never mind", {}, "Okay."),
    ),
    "two commands": (
        Said(
            "turn off the kitchen lights and play some jazz in the living room",
            {
                "kitchen_ceiling": OFF,
                "kitchen_counter": OFF,
                "speaker": {"query": "jazz"},
            },
        ),
        Said("stop", {"speaker": {"playback": "paused"}}),
    ),
}
