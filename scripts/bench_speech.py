"""How many spoken home commands lead to the right action?

    .venv/bin/python scripts/bench_speech.py        needs flite and espeak-ng; about two minutes

Each command is said after each wake word by six synthetic voices and goes through the whole chain,
with the house of the demo and without a broker. `right`: accepted, with the intents and slot values
of the same command typed; `wrong`: accepted with others, which would have been carried out.
"""

from __future__ import annotations

from collections import Counter

import numpy as np
from voices import VOICES, in_a_room, speak

from assistant.app import open_app, open_stages
from assistant.audio.framing import frames
from assistant.config import load_config
from assistant.demo import HOUSE
from assistant.events import Understanding
from assistant.pipeline import Pipeline

WAKE_WORDS = ("Alexa", "Okay Nabu")
COMMANDS = (
    "turn on the kitchen lights",
    "set the kitchen lights to forty percent",
    "dim the kitchen lights to forty percent",
    "brighten the counter light by twenty percent",
    "make the floor lamp blue",
    "make the floor lamp red",
    "set the floor lamp to blue",
    "set the bedside lamp to warm white",
    "set the thermostat to twenty one degrees",
    "set the temperature to twenty one degrees",
    "set the heating to twenty one degrees",
    "make it two degrees warmer",
    "make it warmer",
    "what is the temperature in the living room",
    "play some jazz in the living room",
    "play the Beatles in the living room",
    "turn the volume up to sixty percent",
    "set the volume to sixty percent",
    "turn down the volume",
    "pause the music",
    "pause",
    "next song",
    "turn off all the lights downstairs",
    "turn off everything",
    "switch on the ceiling light in the living room",
    "turn off the bedside lamp",
)
OUTCOMES = ("right", "asked back", "rejected", "wrong", "not woken")


def main() -> None:
    """Print a row per voice."""
    rng = np.random.default_rng(0)
    total: Counter[str] = Counter()
    print(f"{'voice':<10}" + "".join(f"{outcome:>12}" for outcome in OUTCOMES))
    with open_app(load_config(HOUSE), dry_run=True) as app:
        stages = open_stages(app.config, app.conversation)
        for voice in VOICES:
            found: Counter[str] = Counter()
            for command in COMMANDS:
                typed = app.conversation.interpreter.interpret(command)
                for wake_word in WAKE_WORDS:
                    sound = in_a_room(speak(voice, f"{wake_word}, {command}."), rng)
                    pcm = (sound * 32767).astype("<i2").tobytes()
                    seen = Pipeline(stages).run(frames([pcm]))
                    heard = next((e for e in seen if isinstance(e, Understanding)), None)
                    found[outcome(heard, typed)] += 1
            total += found
            print_row(voice, found)
    print_row("all", total)


def outcome(heard: Understanding | None, typed: Understanding) -> str:
    """One of `OUTCOMES`."""
    if heard is None:
        return "not woken"
    if heard.decision != "accept":
        return "asked back" if heard.decision == "confirm" else "rejected"
    return "right" if meaning(heard) == meaning(typed) else "wrong"


def meaning(understood: Understanding) -> list[tuple[object, ...]]:
    """Intents and slot values, without how they were said."""
    return [
        (intent.name, *sorted((name, slot.value) for name, slot in intent.slots.items()))
        for intent in understood.intents
    ]


def print_row(name: str, found: Counter[str]) -> None:
    """Counts, and the share of the right ones."""
    counts = "".join(f"{found[outcome]:>12}" for outcome in OUTCOMES)
    print(f"{name:<10}{counts}   {100 * found['right'] / found.total():.0f} % right", flush=True)


if __name__ == "__main__":
    main()
