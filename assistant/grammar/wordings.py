"""How else people say it: wordings of the shipped skills that only the intent model understands.

The matcher never sees them. The model learned from them (assistant/training/sentences.py), and the
recognizer expects them, so that words heard badly still become what was said.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import yaml

from assistant.errors import SkillError
from assistant.grammar.templates import Template, compile_templates
from assistant.lang import language
from assistant.skill.manifest import Manifest


def wordings_file() -> Path:
    """Where the wordings of the language stand."""
    return language().folder / "wordings.yaml"


def read_wordings(
    manifests: Sequence[Manifest], common_rules: Mapping[str, str]
) -> tuple[Template, ...]:
    """The wordings of those of `manifests` that the file knows."""
    if not wordings_file().is_file():
        return ()
    wordings: dict[str, Any] = yaml.load(
        wordings_file().read_text(encoding="utf-8"),
        Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader),
    )
    return tuple(
        template
        for manifest in manifests
        if manifest.name in wordings
        for template in _compile(manifest, wordings[manifest.name], common_rules)
    )


def _compile(
    manifest: Manifest, wordings: Mapping[str, Any], common_rules: Mapping[str, str]
) -> tuple[Template, ...]:
    """The wordings of a shipped skill; none when another skill merely has its name."""
    try:
        intents = {
            name: replace(manifest.intents[name], sentences=tuple(sentences))
            for name, sentences in wordings["intents"].items()
        }
        rules = {**manifest.rules, **wordings["rules"]}
        return compile_templates([replace(manifest, intents=intents, rules=rules)], common_rules)
    except (KeyError, SkillError):  # an intent, a slot or a kind of device is missing
        return ()
