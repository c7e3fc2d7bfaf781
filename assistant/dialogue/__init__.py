"""What to do with an understanding: carry it out, ask back, or say that it made no sense.

A question keeps what it is about for a while: "yes" carries it out, "no" drops it, a place answers
"Which lights?", and anything else is taken as a new command.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from assistant.events import Intent, Turn, Understanding
from assistant.skill.manifest import IntentSpec, Manifest
from assistant.skill.targets import NOUNS
from assistant.understand.values import TemperatureUnit, check_range

YES = frozenset(
    {"yes", "yeah", "yep", "sure", "ok", "okay", "do it", "yes please", "please do", "right"}
)
NO = frozenset({"no", "nope", "no thanks", "cancel", "stop", "never mind", "forget it", "don't"})

ANSWER_WITHIN_S = 15.0  # a yes that comes later is no answer any more


class Dialogue:
    """Remembers the open question of one site."""

    def __init__(
        self, manifests: Sequence[Manifest], temperature_unit: TemperatureUnit = "celsius"
    ) -> None:
        self._temperature_unit = temperature_unit
        self._manifests = {manifest.name: manifest for manifest in manifests}
        self._pending: tuple[Intent, ...] = ()
        self._unplaced = ""
        self._open_until = 0.0

    def answer(self, text: str, now: float) -> Understanding | None:
        """`text` as the answer to the open question; None when it is none, or none is open.

        now     monotonic seconds
        """
        pending = self._pending if now <= self._open_until else ()
        words = re.sub(r"[^\w' ]", "", text).strip().lower()
        if pending and words in YES:
            self.close()
            return Understanding(text, "accept", 1.0, pending, rule="yes")
        if (pending or self.whole(text, now)) and words in NO:
            self.close()
            return Understanding(text, "accept", 1.0, (), rule="no")
        return None

    def asked_where(self, text: str, now: float) -> None:
        """A question went back that asks for the place of the command `text`."""
        self._unplaced, self._open_until = text, now + ANSWER_WITHIN_S

    def whole(self, text: str, now: float) -> str | None:
        """The command that asked for a place, with `text` as the place; None: none is open."""
        if not self._unplaced or now > self._open_until:
            return None
        place = re.sub(r"[^\w' ]", "", text).strip().lower()
        place = re.sub(r"^(in )?(the )?|( one)?$", "", place)
        return f"{self._unplaced.rstrip('.!? ')} in the {place}"

    def close(self) -> None:
        """No question is open any more."""
        self._pending, self._unplaced = (), ""

    def turn(self, understanding: Understanding, area: str | None, now: float) -> Turn:
        """What to do about `understanding`; `area` is the room it was said in."""
        if understanding.decision == "reject":
            return Turn((), area)
        if understanding.decision == "confirm":
            return self._ask(understanding.intents, area, now)
        for intent in understanding.intents:
            if question := self._out_of_range(intent):
                return Turn((), area, question)
        return Turn(understanding.intents, area)

    def _ask(self, intents: tuple[Intent, ...], area: str | None, now: float) -> Turn:
        self._pending, self._open_until = intents, now + ANSWER_WITHIN_S
        wishes = " and ".join(self.summary(intent) for intent in intents)
        return Turn((), area, f"Did you want me to {wishes}?")

    def summary(self, intent: Intent) -> str:
        """The intent in words: "turn on the kitchen lights"."""
        spec = self._spec(intent)
        if not spec.summary:
            return intent.name.replace(".", ": ").replace("_", " ")
        raw = {name: slot.raw for name, slot in intent.slots.items()}
        if spec.target:
            raw["target"] = _target(spec.target, raw)
        return _filled(spec.summary, raw)

    def _spec(self, intent: Intent) -> IntentSpec:
        skill, _, name = intent.name.partition(".")
        return self._manifests[skill].intents[name]

    def _out_of_range(self, intent: Intent) -> str | None:
        manifest = self._manifests[intent.name.partition(".")[0]]
        for name, slot in intent.slots.items():
            spec = manifest.slots.get(name)
            if spec is None:
                continue
            if question := check_range(slot, spec, house_unit=self._temperature_unit):
                return question
        return None


def _target(kind: str, raw: Mapping[str, str]) -> str:
    """The devices that are meant, in the words that were said: "the lights in the kitchen"."""
    if "name" in raw:
        return f"the {raw['name']}"
    one, many = NOUNS[kind]
    devices = f"all the {many}" if "all" in raw else f"the {many if kind == 'light' else one}"
    place = raw.get("area") or raw.get("floor")
    return f"{devices} in the {place}" if place else devices


def _filled(summary: str, raw: Mapping[str, str]) -> str:
    """`summary` with its {slots} filled; a bracketed part whose slots are not all said is left out.

    "dim {target}[ by {step}]" without a step is "dim the lights".
    """

    def part(found: re.Match[str]) -> str:
        names = re.findall(r"{(\w+)}", found[1])
        return found[1] if all(name in raw for name in names) else ""

    text = re.sub(r"\[([^\]]*)\]", part, summary)
    return re.sub(r"{(\w+)}", lambda found: raw.get(found[1], "…"), text)
