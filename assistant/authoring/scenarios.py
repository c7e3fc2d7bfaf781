"""The tests in skill.yaml: said to the real interpreter, carried out by the real skill.

The house is the skill's own tests/house.yaml, or that of the demo; nothing is connected. Other
installed skills listen as well, as they will at home. Settings have their defaults.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from assistant.app import App, open_app, open_stages
from assistant.audio import read_file
from assistant.config import Config, load_config
from assistant.demo import HOUSE
from assistant.errors import AssistantError
from assistant.events import Action, Event, Intent, Reply, SlotValue, Understanding
from assistant.home.attributes import fulfilled
from assistant.lang import ENGLISH, language
from assistant.pipeline import Pipeline, Stages
from assistant.skill.loader import Skill
from assistant.skill.manifest import Expected, TestSpec


@dataclass(frozen=True, slots=True)
class Result:
    """What became of one test."""

    skill: str
    test: TestSpec
    heard: str
    problems: tuple[str, ...]
    """What was expected and did not come; empty: it passed."""


def run_tests(config: Config, skills: Sequence[Skill]) -> Iterator[Result]:
    """Every test of `skills`, houses one after the other, and the examples as tests."""
    houses: dict[Path, list[Skill]] = {}
    for skill in skills:
        houses.setdefault(_house_of(skill), []).append(skill)
    for house, inhabitants in houses.items():
        settings = replace(config.skills, choices=Path(os.devnull))
        there = replace(
            load_config(house),
            skills=settings,
            understand=config.understand,
            language=language().code,
        )
        with open_app(there, dry_run=True) as app:
            runner = _Runner(app)
            for skill in inhabitants:
                for test in _tests(skill):
                    yield runner.run(skill, test)


def _house_of(skill: Skill) -> Path:
    """The skill's own house, or that of the demo; in the language that is spoken."""
    code = language().code
    name = "house.yaml" if code == ENGLISH else f"house.{code}.yaml"
    own = skill.folder / "tests" / name
    return own if own.is_file() else HOUSE.with_name(name)


def _tests(skill: Skill) -> Iterator[TestSpec]:
    yield from skill.manifest.tests
    for name, intent in skill.manifest.intents.items():
        for example in intent.examples:
            yield TestSpec(Expected(intent=name), say=example, where=intent.where)
        for negative in intent.negatives:
            if not set(negative) & set("([<{"):
                yield TestSpec(Expected(intent=f"not {name}"), say=negative, where=intent.where)


class _Runner:
    """Runs tests in one house."""

    def __init__(self, app: App) -> None:
        self._app = app
        self._stages: Stages | None = None

    def run(self, skill: Skill, test: TestSpec) -> Result:
        self._app.house.suppose(test.state)
        self._app.topics.suppose({topic: _payload(last) for topic, last in test.topics.items()})
        # A question of the test before is no context for this one.
        self._app.conversation.forget()
        self._app.conversation.masks = False
        self._app.schedule.clear()
        try:
            heard, *problems = self._turn(skill, test.then, self._hear(skill, test))
            for turn in test.turns:
                events = self._app.conversation.respond(turn.say, "test")
                _, *found = self._turn(skill, turn.then, events)
                problems += [f"then “{turn.say}”: {problem}" for problem in found]
        except AssistantError as error:  # a recording that is missing costs no other test
            return Result(skill.manifest.name, test, "", (error.problem,))
        return Result(skill.manifest.name, test, heard, tuple(problems))

    def _turn(self, skill: Skill, then: Expected, said: Iterable[Event]) -> Iterator[str]:
        """What was heard, and then what was expected and did not come."""
        events = list(said)
        found = [event for event in events if isinstance(event, Understanding)]
        yield found[-1].text if found else ""
        yield from _problems(skill.manifest.name, then, events) if found else ["nothing heard"]

    def _hear(self, skill: Skill, test: TestSpec) -> Iterator[Event]:
        if test.say:
            return self._app.conversation.respond(test.say, "test")
        if self._stages is None:
            self._stages = open_stages(self._app.config, self._app.conversation, wake=False)
        return Pipeline(self._stages).run(read_file(skill.folder / test.audio))


def _payload(content: Any) -> str:
    return content if isinstance(content, str) else json.dumps(content)


def _problems(skill: str, then: Expected, events: Sequence[Event]) -> Iterator[str]:
    (*_, understood) = (event for event in events if isinstance(event, Understanding))
    reply = next((event for event in events if isinstance(event, Reply)), Reply("", "failed"))
    actions = [event for event in events if isinstance(event, Action)]
    intents = understood.intents if understood.decision != "reject" else ()
    yield from _intent_problems(skill, then, intents)
    if then.reply is not None and then.reply.lower() not in reply.text.lower():
        yield f"reply: expected “{then.reply}” in “{reply.text}”"
    if then.question and reply.kind != "question":
        yield f"expected a question, got “{reply.text}”"
    yield from _message_problems(then, actions)
    changes = {action.device_id: action.change for action in actions if action.device_id}
    for device, attributes in then.command.items():
        if not fulfilled(attributes, changes.get(device, {})):
            got = dict(changes.get(device, {})) or "nothing"
            yield f"command: expected {dict(attributes)} for {device}, got {got}"


def _intent_problems(skill: str, then: Expected, intents: Sequence[Intent]) -> Iterator[str]:
    mine = {intent.verb: intent for intent in intents if intent.skill == skill}
    got = ", ".join(intent.name for intent in intents) or "nothing"
    wanted = then.intent
    if wanted is None:
        return
    if wanted == "none" or wanted.startswith("not "):
        unwanted = mine if wanted == "none" else {wanted[4:]} & mine.keys()
        if unwanted:
            yield f"expected {wanted} of this skill, got {got}"
    elif wanted not in mine:
        yield f"expected {skill}.{wanted}, got {got}"
    else:
        yield from _slot_problems(then.slots, mine[wanted])


def _slot_problems(wanted: Mapping[str, Any], intent: Intent) -> Iterator[str]:
    for name, value in wanted.items():
        slot = intent.slots.get(name)
        if slot is None or not _same(value, slot.value):
            yield f"slot {name}: expected {value!r}, got {slot.value if slot else 'nothing'!r}"


def _same(wanted: Any, found: SlotValue) -> bool:
    """Equal; `*` in a text stands for anything: a moment is "*T07:15:00" on whatever day."""
    if isinstance(found, tuple):
        return bool(list(found) == wanted)
    if isinstance(found, str):
        return bool(fnmatchcase(found, str(wanted)))
    return bool(found == wanted)


def _message_problems(then: Expected, actions: Sequence[Action]) -> Iterator[str]:
    sent = {m.topic: m.payload for action in actions for m in action.messages}
    for topic, wanted in then.publish.items():
        if topic not in sent:
            yield f"publish: nothing was sent to {topic}, only to {', '.join(sent) or 'nobody'}"
        elif not _same_payload(wanted, sent[topic]):
            yield f"publish: expected {wanted!r} on {topic}, got {sent[topic]!r}"


def _same_payload(wanted: Any, payload: str) -> bool:
    if isinstance(wanted, str):
        return wanted == payload
    try:
        return bool(json.loads(payload) == wanted)
    except ValueError:
        return False
