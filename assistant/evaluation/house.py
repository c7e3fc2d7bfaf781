"""The product on its own test sentences: the whole interpreter, in the house of house.yaml.

The sentences are assistant/evaluation/paraphrases.jsonl: how people ask for what the skills do in
words that no template has, and never trained on. What CLINC150's people say is, but for
`OVERLAPS`, no command for the house: whatever is accepted there would have been carried out
wrongly.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from assistant.config import HouseSettings, UnderstandSettings
from assistant.evaluation.metrics import micro_f1
from assistant.evaluation.tasks import read_rows
from assistant.events import Intent, Source, Understanding
from assistant.grammar.templates import compile_templates, read_rules
from assistant.paths import SHIPPED_SKILLS
from assistant.schema import read_yaml
from assistant.skill.manifest import load_manifest
from assistant.tflite import Runtime
from assistant.understand.interpreter import HouseInterpreter
from assistant.understand.names import HouseNames, NameFinder
from assistant.understand.tagger import Tagger
from assistant.understand.text import split_words, without_fillers

OVERLAPS = frozenset(
    {
        "smart_home", "change_volume", "play_music", "next_song", "what_song", "update_playlist",
        "alarm", "timer", "reminder", "reminder_update", "date", "time",
    }
)  # fmt: skip
"""CLINC150 intents that partly ask for what our skills do: not counted as out of domain."""

HOUSE_FILE = Path(__file__).with_name("house.yaml")
COMMANDS_FILE = Path(__file__).with_name("paraphrases.jsonl")

Interpret = Callable[[str], Understanding]


@dataclass(frozen=True, slots=True)
class Command:
    """One sentence of the house and what it asks for."""

    text: str
    intent: str
    slots: frozenset[tuple[str, object]]
    """(slot, value)."""


@dataclass(frozen=True, slots=True)
class Commands:
    """Figures on sentences that are commands; shares are 0 to 1."""

    intent: float
    """Share with the right intent first, whatever the decision."""

    slot_f1: float | None
    """Of (slot, value) pairs."""

    sentence: float
    """Share with the right intent alone, and exactly the right slots and values."""

    accepted: float
    """Share carried out."""

    wrongly_accepted: float
    """Share that is carried out and is not exactly right."""

    by_template: float
    """Share that a template understood, so that the model had no say."""

    misses: tuple[str, ...]
    """A line for each sentence that is not both exactly right and accepted."""


@dataclass(frozen=True, slots=True)
class Chatter:
    """What became of sentences that are no commands."""

    count: int
    asked: int
    """The user would have been asked whether that was meant."""

    accepted: tuple[str, ...]
    """A line for each that would have been carried out."""


def open_house(folder: Path, runtime: Runtime) -> HouseInterpreter:
    """The interpreter of that house with the model in `folder`; raises ModelError."""
    manifests = [load_manifest(f.parent) for f in sorted(SHIPPED_SKILLS.glob("*/skill.yaml"))]
    templates = compile_templates(manifests, read_rules())
    tagger = Tagger(folder, runtime=runtime)
    return HouseInterpreter(UnderstandSettings(), templates, _names(), tagger)


def read_commands() -> list[Command]:
    """The house's own test sentences."""
    rows = read_rows(COMMANDS_FILE)
    return [Command(r["text"], r["intent"], frozenset(r["slots"].items())) for r in rows]


def measure_commands(interpret: Interpret, commands: Sequence[Command]) -> Commands:
    """What `interpret` makes of each of `commands`."""
    found = [interpret(command.text) for command in commands]
    pairs = list(zip(commands, found, strict=True))
    exact = [_is_exact(command, understood) for command, understood in pairs]
    accepted = [understood.decision == "accept" for understood in found]
    n = len(commands)
    return Commands(
        intent=sum(u.intents[:1] != () and u.intents[0].name == c.intent for c, u in pairs) / n,
        slot_f1=micro_f1([c.slots for c in commands], [_values(u.intents[:1]) for u in found]),
        sentence=sum(exact) / n,
        accepted=sum(accepted) / n,
        wrongly_accepted=sum(a and not e for a, e in zip(accepted, exact, strict=True)) / n,
        by_template=sum(u.source is Source.GRAMMAR for u in found) / n,
        misses=tuple(
            _miss(command, understood)
            for (command, understood), good in zip(pairs, exact, strict=True)
            if not (good and understood.decision == "accept")
        ),
    )


def _is_exact(command: Command, found: Understanding) -> bool:
    names = [intent.name for intent in found.intents]
    return names == [command.intent] and _values(found.intents) == command.slots


def _values(intents: Sequence[Intent]) -> frozenset[tuple[str, object]]:
    return frozenset((s.name, s.value) for intent in intents for s in intent.slots.values())


def _miss(command: Command, found: Understanding) -> str:
    names = " + ".join(intent.name for intent in found.intents) or "nothing"
    return (
        f"{command.text!r}: {command.intent} {sorted(command.slots, key=str)} → {found.decision} "
        f"{found.confidence:.2f} {names} {sorted(_values(found.intents), key=str)} "
        f"({found.reason or found.source})"
    )


def read_chatter(data: Path) -> list[str]:
    """CLINC150's test sentences that no skill of ours serves; raises ModelError.

    data   the folder that holds clinc150/
    """
    files = (data / "clinc150" / f"{part}.jsonl" for part in ("test", "oos_test"))
    rows = [row for file in files for row in read_rows(file)]
    return [row["text"] for row in rows if row["intent"] not in OVERLAPS]


def measure_chatter(interpret: Interpret, texts: Sequence[str]) -> Chatter:
    """What `interpret` makes of `texts`, none of which is a command."""
    found = [interpret(text) for text in texts]
    return Chatter(
        count=len(found),
        asked=sum(u.decision == "confirm" for u in found),
        accepted=tuple(
            f"{u.text!r} → {u.intents[0].name} {u.confidence:.2f}"
            for u in found
            if u.decision == "accept"
        ),
    )


def held_out() -> frozenset[tuple[str, ...]]:
    """The house's test sentences as the model reads them: never to be trained on."""
    finder = NameFinder(_names())
    found = set()
    for command in read_commands():
        (kept, *_) = without_fillers(split_words(command.text))
        found.add(tuple(unit.text for unit in finder.units([word.text for word in kept])))
    return frozenset(found)


def _names() -> HouseNames:
    return HouseNames.of(read_yaml(HouseSettings, HOUSE_FILE))
