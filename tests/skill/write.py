"""Skills for tests, written to a folder."""

import textwrap
from datetime import datetime
from pathlib import Path

from assistant.skill.call import Call, Said

NOW = datetime(2026, 11, 24, 15, 0)
MANIFEST = """
name: {name}
version: 1.0.0
description: Says hello.
slots:
  who: {{ type: text }}
intents:
  greet:
    sentences: ["greet {{who}}"]
"""
CODE = """
from assistant.skill import Answer

def greet(who: str) -> Answer:
    return Answer(f"Hello {who}.")
"""


def write_skill(folder: Path, name: str, *, manifest: str = MANIFEST, code: str = CODE) -> Path:
    """`manifest` is formatted with the name: braces are doubled."""
    skill = folder / name
    skill.mkdir(parents=True, exist_ok=True)
    (skill / "skill.yaml").write_text(manifest.format(name=name), encoding="utf-8")
    if code:
        (skill / "skill.py").write_text(textwrap.dedent(code), encoding="utf-8")
    return skill


def call(intent: str = "greet", **slots: object) -> Call:
    return Call(intent, NOW, {name: Said("text", value) for name, value in slots.items()})
