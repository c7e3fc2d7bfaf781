"""What skills cost: scripts/setup test, then .venv/bin/python scripts/bench_skills.py

load         20 skills with 15 sentences each, from the files to skills that can be called
call         one call of a skill in its own process and of the same one in this process
understand   sentences of the shipped skills in a house of 1,000 devices and 200 areas: three of
             each template, and as many again that are close to one, or no command at all
reload       from the writing of a file to the answer of the changed skill
About 20 s. Everything random has a fixed seed.
"""

from __future__ import annotations

import random
import tempfile
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import numpy as np

from assistant.app import followed_skills, open_app
from assistant.config import (
    AreaSettings,
    DeviceSettings,
    FloorSettings,
    HouseSettings,
    SkillsSettings,
    UnderstandSettings,
    load_config,
)
from assistant.demo import HOUSE
from assistant.grammar.samples import Speaker
from assistant.grammar.templates import compile_templates, read_rules
from assistant.skill.call import Call, Said
from assistant.skill.containment import bubblewrap_works
from assistant.skill.host import InProcess
from assistant.skill.loader import load_skills
from assistant.skill.replies import Replies
from assistant.skill.worker import import_skill
from assistant.understand import HouseNames, open_interpreter

MANIFEST = """
name: {name}
version: 1.0.0
description: One of many.
permissions: {{ command: {{ devices: [light] }} }}
slots: {{ who: {{ type: text }}, level: {{ type: percent, min: 0, max: 100 }} }}
intents:
  greet: {{ sentences: ["{name} greets {{who}}", {greetings}] }}
  glow: {{ target: light, sentences: ["{name} sets [the] {{name}} to {{level}}", {glows}] }}
"""
CODE = """
from assistant.skill import Answer, Targets

def greet(who: str) -> Answer:
    return Answer(f"Hello {who}.")

def glow(targets: Targets, level: int) -> Answer:
    return Answer("Glowing.", targets.set(brightness=level))
"""
COUNT = 20


def main() -> None:
    """Run all parts."""
    with tempfile.TemporaryDirectory() as folder:
        skills = Path(folder) / "skills"
        for number in range(COUNT):
            write(skills / f"skill{number}", f"skill{number}")
        settings = SkillsSettings((skills,), shipped=False, choices=Path(folder) / "skills.yaml")
        load(settings)
        call(settings)
        reload(settings, skills / "skill0")
    understand()


def write(folder: Path, name: str) -> None:
    """A skill with 15 sentences."""
    folder.mkdir(parents=True)
    greetings = ", ".join(f'"{name} (says|shouts) {n} times hello to {{who}}"' for n in range(7))
    glows = ", ".join(f'"{name} [please] glows {n} times at {{level}}"' for n in range(6))
    manifest = MANIFEST.format(name=name, greetings=greetings, glows=glows)
    (folder / "skill.yaml").write_text(manifest, encoding="utf-8")
    (folder / "skill.py").write_text(CODE, encoding="utf-8")


def load(settings: SkillsSettings) -> None:
    """Files to skills, and on to parsed sentences."""
    rules = read_rules()
    found, both = [], []
    for _ in range(5):
        started = time.perf_counter()
        skills = load_skills(settings)
        found.append(time.perf_counter() - started)
        compile_templates(skills.manifests, rules)
        both.append(time.perf_counter() - started)
        assert len(skills.working) == COUNT
    print(f"load of {COUNT} skills: {ms(found)}; with their sentences parsed: {ms(both)}")


def call(settings: SkillsSettings) -> None:
    """The same handler here and there."""
    skill = load_skills(settings).working["skill0"]
    request = Call("greet", datetime.now(), {"who": Said("text", "anna")})
    module = import_skill(str(skill.folder / "skill.py"), "bench_skill")
    inside = InProcess("bench", {"greet": module.greet}, Replies({}))
    started = time.perf_counter()
    skill.host.start()
    start = time.perf_counter() - started
    here = list(timed(lambda: inside.call(request, 5.0), 500))
    there = list(timed(lambda: skill.host.call(request, 5.0), 500))
    skill.host.close()
    box = "bubblewrap" if bubblewrap_works() else "no bubblewrap"
    print(f"call, in this process: {ms(here)}; in its own ({box}): {ms(there)}")
    print(f"start of its process: {1000 * start:.0f} ms")


def reload(settings: SkillsSettings, folder: Path) -> None:
    """A file is written; when is the answer another?"""
    config = replace(load_config(HOUSE), skills=settings)
    changed = threading.Event()
    with open_app(config, dry_run=True) as app, followed_skills(app):
        app.on_skills.append(lambda _: changed.set())
        times = []
        for number in range(5):
            changed.clear()
            started = time.perf_counter()
            (folder / "skill.py").write_text(CODE.replace("Hello", f"Hello {number}"))
            changed.wait()
            (*_, reply) = app.conversation.respond("skill0 greets anna", "1")
            assert str(number) in str(reply)
            times.append(time.perf_counter() - started)
    print(f"changed file to changed answer, {COUNT} skills: {ms(times)}")


def understand() -> None:
    """Sentences in a very large house."""
    names = HouseNames.of(large_house())
    skills = load_skills(SkillsSettings(choices=Path("none.yaml")))
    started = time.perf_counter()
    interpreter = open_interpreter(UnderstandSettings(), skills.manifests, names)
    opened = time.perf_counter() - started
    sentences = said(names, skills.manifests)
    times, work = [], []
    for sentence in sentences:
        started, worked = time.perf_counter(), time.process_time()
        interpreter.interpret(sentence)
        times.append(time.perf_counter() - started)
        work.append(time.process_time() - worked)
    print(f"understand, {len(sentences)} sentences, 1,000 devices, 200 areas: {ms(times)}")
    print(f"    of which this process computed: {ms(work)}")
    print(f"opening the interpreter of that house: {1000 * opened:.0f} ms")


def said(names: HouseNames, manifests: Iterable[object]) -> list[str]:
    """Sentences that templates know, and the same ones as somebody else would say them."""
    rng = random.Random(3)
    speaker = Speaker(names, rng)
    templates = compile_templates(list(manifests), read_rules())  # type: ignore[arg-type]
    known = [s for t in templates for _ in range(3) if (s := speaker.say(t))]
    others = []
    for sentence in known:
        words = sentence.split()
        at = rng.randrange(len(words))
        words[at] = rng.choice([words[at][:-1] or "a", f"{words[at]}s", "maybe", "somehow"])
        others.append(" ".join([rng.choice(["could we", "i think", "kindly"]), *words]))
    return known + others


def large_house() -> HouseSettings:
    """1,000 devices in 200 areas on 8 floors."""
    rng = random.Random(1)
    rooms = ("room", "hall", "office", "kitchen", "bathroom", "study", "attic", "garage", "store")
    where = ("north", "south", "east", "west", "old", "new", "big", "small", "upper", "lower")
    kinds = {
        "light": ("light", "lamp", "spot", "strip"),
        "climate": ("thermostat", "radiator"),
        "media_player": ("speaker", "radio", "tv"),
        "switch": ("plug", "socket"),
    }
    which = ("ceiling", "floor", "desk", "wall", "corner", "window", "reading", "left", "right")
    return HouseSettings(
        floors=tuple(FloorSettings(f"f{n}", f"floor {n}") for n in range(8)),
        areas=tuple(
            AreaSettings(f"a{n}", f"{rng.choice(where)} {rng.choice(rooms)} {n}", floor=f"f{n % 8}")
            for n in range(200)
        ),
        devices=tuple(
            DeviceSettings(
                f"d{n}", kind, f"{rng.choice(which)} {rng.choice(kinds[kind])} {n}", {},
                area=f"a{n % 200}",
            )
            for n in range(1000)
            for kind in [rng.choice(["light"] * 6 + list(kinds))]
        ),
    )  # fmt: skip


def timed(work: Callable[[], object], times: int) -> Iterable[float]:
    """Seconds of each run; one more before, to warm up."""
    work()
    for _ in range(times):
        started = time.perf_counter()
        work()
        yield time.perf_counter() - started


def ms(seconds: Iterable[float]) -> str:
    """Median and 95th percentile."""
    p50, p95 = np.percentile(list(seconds), [50, 95]) * 1000
    return f"p50 {p50:.1f} ms, p95 {p95:.1f} ms"


if __name__ == "__main__":
    main()
