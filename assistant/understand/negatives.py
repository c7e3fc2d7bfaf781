""" "Not this": sentences that sound like an intent and are not meant."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from assistant.events import Because, Reason, Understanding
from assistant.skill.manifest import Manifest


def negative_sentences(manifests: Sequence[Manifest]) -> list[Manifest]:
    """The manifests with their negatives in place of their sentences; only those that have any."""
    found = []
    for manifest in manifests:
        intents = {
            name: replace(intent, sentences=intent.negatives)
            for name, intent in manifest.intents.items()
            if intent.negatives
        }
        if intents:
            found.append(replace(manifest, intents=intents))
    return found


def without(understanding: Understanding, refused: frozenset[str]) -> Understanding:
    """Rejected when it would do an intent whose negatives the sentence matches."""
    named = {intent.name for intent in understanding.intents} & refused
    if understanding.decision == "reject" or not named:
        return understanding
    return replace(
        understanding, decision="reject", reason=Reason(Because.NOT_MEANT, sorted(named)[0])
    )
