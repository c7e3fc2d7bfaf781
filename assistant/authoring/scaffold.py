"""A new skill: it works, and its tests pass, before a line of it is changed."""

from __future__ import annotations

from pathlib import Path

from assistant.errors import SkillError

MANIFEST = """\
name: {name}
version: 0.1.0
description: Says hello.

slots:
  who: {{ type: text, examples: [anna, the neighbours] }}

intents:
  {name}_greet:            # needs no Python: a sentence and what is said
    sentences: ["({words}|ask {words} to) greet {{who}}"]
    reply: ["Hello {{who}}.", "Good to see you, {{who}}."]
  {name}_count:            # calls the function of that name in skill.py
    sentences: ["{words} how long is {{who}}"]

tests:
  - say: {words} greet anna
    then: {{ intent: {name}_greet, slots: {{ who: anna }}, reply: anna }}
  - {{ say: {words} how long is anna, then: {{ intent: {name}_count, reply: 4 letters }} }}
  - {{ say: turn on the light, then: {{ intent: none }} }}
"""
CODE = '''\
"""Says hello."""

from assistant.skill import Answer


def {name}_count(who: str) -> Answer:
    """Count letters."""
    return Answer(f"{{who.capitalize()}} has {{len(who)}} letters.")
'''


def write_skill(folder: Path, name: str) -> Path:
    """Make `folder`/`name` with skill.yaml and skill.py; returns it.

    Raises SkillError when it cannot be made, or is there already.
    """
    if not name.isidentifier() or name != name.lower():
        raise SkillError(
            f"{name!r} is no name for a skill", fix="one word of small letters, digits and _"
        )
    skill = folder / name
    words = name.replace("_", " ")
    try:
        skill.mkdir(parents=True)
        (skill / "skill.yaml").write_text(MANIFEST.format(name=name, words=words), encoding="utf-8")
        (skill / "skill.py").write_text(CODE.format(name=name), encoding="utf-8")
    except FileExistsError as error:
        raise SkillError(f"{skill}: is there already", fix="take another name") from error
    except OSError as error:
        raise SkillError(
            f"{skill}: cannot be made: {error.strerror}", fix="check who may write there"
        ) from error
    return skill
