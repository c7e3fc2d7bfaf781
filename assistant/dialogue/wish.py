"""A wish in words, to be read back: "turn on the kitchen lights"."""

from __future__ import annotations

import re
from collections.abc import Mapping

from assistant.events import Intent
from assistant.lang import language
from assistant.skill.manifest import IntentSpec


def in_words(intent: Intent, spec: IntentSpec) -> str:
    """The intent in words, by the `summary` of its skill."""
    if not spec.summary:
        return intent.name.replace(".", ": ").replace("_", " ")
    raw = {name: slot.raw for name, slot in intent.slots.items()}
    if spec.target:
        raw["target"] = _target(spec.target, raw)
    return _filled(spec.summary, raw)


def _target(kind: str, raw: Mapping[str, str]) -> str:
    """The devices that are meant, in the words that were said: "the lights in the kitchen"."""
    said, place = language().wording, raw.get("area") or raw.get("floor")
    where = said.in_place(place) if place else ""
    if "it" in raw:
        return raw["it"]
    if "name" in raw:
        return f"{said.as_object(said.the(raw['name']))}{where}"
    every = "all" in raw
    devices = said.the_kind(kind, many=every or kind == "light", whole=every)
    return f"{said.as_object(devices)}{where}"


def _filled(summary: str, raw: Mapping[str, str]) -> str:
    """`summary` with its {slots} filled; a bracketed part whose slots are not all said is left out.

    "dim {target}[ by {step}]" without a step is "dim the lights".
    """

    def part(found: re.Match[str]) -> str:
        names = re.findall(r"{(\w+)}", found[1])
        return found[1] if all(name in raw for name in names) else ""

    text = re.sub(r"\[([^\]]*)\]", part, summary)
    return re.sub(r"{(\w+)}", lambda found: raw.get(found[1], "…"), text)
