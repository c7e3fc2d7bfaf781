"""A part of a sentence may be all that is caught: no choice of slots breaks a shipped skill."""

from collections.abc import Iterator
from contextlib import nullcontext
from datetime import datetime
from itertools import combinations
from pathlib import Path
from typing import get_args

import pytest

from assistant.config import Kind, SkillsSettings
from assistant.home.model import Device
from assistant.paths import SHIPPED_SKILLS
from assistant.schedule.entry import Entry
from assistant.skill.answer import AskFor, CannotDo, Targets
from assistant.skill.call import SPECIAL, Call, Said
from assistant.skill.host import FAILED
from assistant.skill.loader import Skill, load_skill, load_skills
from assistant.skill.manifest import TARGET_SLOTS, SlotSpec
from tests.skill.write import call, write_skill

NOW = datetime(2026, 12, 1, 7, 30)
VALUES = {
    "number": 5, "ordinal": 2, "percent": 40, "temperature": 21.5, "duration": 600.0,
    "time": "07:15", "date": "2026-12-02", "datetime": "2026-12-02T07:15:00", "color": "red",
    "color_temperature": 2700, "area": "kitchen", "floor": "upper", "digits": "1234",
    "list": ("milk", "eggs"), "command": "turn off the lights", "text": "pasta",
}  # fmt: skip
FEATURES = frozenset(
    {"on", "brightness", "hue", "saturation", "color_temperature", "speed", "preset", "mode",
     "target_temperature", "open", "position", "tilt", "locked", "playback", "volume", "muted",
     "query", "skip", "oscillating", "direction", "activate"}
)  # fmt: skip
TIMER = Entry("timer", id="1", name="pasta", seconds=600, left=300)
SKILLS = load_skills(SkillsSettings(folders=(SHIPPED_SKILLS,))).working


def devices(kind: str | None) -> tuple[Device, ...]:
    """One that can do everything and has not told anything."""
    kinds = [kind] if kind in get_args(Kind) else ["light", "climate", "cover", "sensor"]
    return tuple(Device(k, k, k, area="kitchen", features=FEATURES) for k in kinds)


def said(spec: SlotSpec) -> Said:
    if spec.type == "device":
        return Said("device", Targets(devices(spec.kind), "the thing", plural=False))
    if spec.type == "choice":
        return Said("choice", next(iter(spec.choices)))
    return Said(spec.type, VALUES[spec.type])


def calls(skill: Skill, intent: str) -> Iterator[Call]:
    """With none, one, two and all of the slots of a function."""
    wanted = [p for p in skill.handlers[intent] if p not in (*SPECIAL, *TARGET_SLOTS)]
    some = [chosen for size in range(3) for chosen in combinations(wanted, size)]
    kind = skill.manifest.intents[intent].target
    for chosen in dict.fromkeys([*some, tuple(wanted)]):
        yield Call(
            intent,
            NOW,
            slots={name: said(skill.manifest.slots[name]) for name in chosen},
            targets=Targets(devices(kind), "the thing", plural=False) if kind else None,
            devices=devices(None),
            settings=skill.settings,
            schedule=(TIMER,),
        )


@pytest.mark.parametrize("name", sorted(SKILLS))
def test_what_is_missing_is_asked_for_or_refused(name: str, caplog) -> None:
    skill = SKILLS[name]
    assert skill.handlers or not skill.manifest.needs_python
    for intent in skill.handlers:
        for each in calls(skill, intent):
            assert told(skill, each) != FAILED, (intent, sorted(each.slots), caplog.text[-600:])


def told(skill: Skill, call: Call) -> str:
    try:
        return skill.call(call, 5.0).text
    except CannotDo as problem:
        return str(problem)


@pytest.mark.parametrize(
    ("parameters", "asked"),
    [
        ("who: str", "Which who?"),
        ("*, who: str", "Which who?"),
        ("who", ""),  # as ever: None
        ("who: str | None", ""),
        ("who: str = 'you'", ""),
    ],
)
def test_what_a_function_cannot_do_without_is_asked_for(
    tmp_path: Path, parameters: str, asked: str
) -> None:
    code = f"""
    from assistant.skill import Answer

    def greet({parameters}) -> Answer:
        return Answer(f"Hello {{who}}.")
    """
    skill = load_skill(write_skill(tmp_path, "hello", code=code))
    try:
        assert skill.call(call(who="anna"), 30.0).text == "Hello anna."
        with pytest.raises(AskFor, match=asked) if asked else nullcontext() as problem:
            skill.call(call(), 30.0)
        assert problem is None or problem.value.slot == "who"
    finally:
        skill.host.close()
