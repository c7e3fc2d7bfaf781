"""The conversations of tests/sentences, held with the product and judged.

Nothing is connected: the house is supposed to be in a state, and what the devices are told brings
it to the next as it would bring simulated ones.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import count

from assistant.app import App, open_app
from assistant.config import Config, HouseSettings, SiteSettings
from assistant.evaluation.sentences import Book, Half, Said, States, Talk
from assistant.evaluation.tables import percent, table
from assistant.evaluation.verdict import Came, Verdict, judge
from assistant.events import Action, Reply, Turn, Value
from assistant.home.attributes import merge
from assistant.home.dialects import Dialect, open_dialect
from assistant.home.model import State
from assistant.home.simulate import after, start_state

VERDICTS: Sequence[Verdict] = ("right", "asked back", "rejected", "wrong")


@dataclass(frozen=True, slots=True)
class Result:
    """What became of one sentence."""

    talk: Talk
    step: int
    came: Came
    verdict: Verdict

    @property
    def said(self) -> Said:
        """The sentence and what must come of it."""
        return self.talk.steps[self.step]


def hold(book: Book, config: Config) -> Iterator[Result]:
    """Hold every conversation of `book`, each by itself, with the skills of `config`."""
    skills = replace(config.skills, choices=os.devnull)
    there = replace(config, house=book.house, skills=skills, site=SiteSettings())
    with open_app(there, dry_run=True) as app:
        house = _House(book.house)
        for number, talk in zip(count(), book.talks):
            yield from _Listener(app, house, talk, number).results()


class _House:
    """How devices of the book's house begin and change."""

    def __init__(self, settings: HouseSettings) -> None:
        self._dialects = {device.id: open_dialect(device) for device in settings.devices}
        self._start = {
            device.id: start_state(self._dialects[device.id], device.kind)
            for device in settings.devices
        }

    def begin(self, states: States) -> dict[str, State]:
        """Every device as it reports itself when it is in `states`."""
        return {
            id_: _reported(dialect, merge(self._start[id_], states.get(id_, {})))
            for id_, dialect in self._dialects.items()
        }

    def then(self, states: States, told: States) -> dict[str, State]:
        """Every device after it was told that."""
        return {
            id_: _reported(self._dialects[id_], after(state, told[id_])) if id_ in told else state
            for id_, state in states.items()
        }


def _reported(dialect: Dialect, state: State) -> State:
    """`state` as it arrives: a sensor of humidity tells of nothing else."""
    heard: dict[str, Value] = {}
    for message in dialect.report(state):
        heard.update(dialect.read(message.topic, message.payload.encode()) or {})
    return heard


class _Listener:
    """One conversation."""

    def __init__(self, app: App, house: _House, talk: Talk, number: int) -> None:
        self._app, self._house, self._talk = app, house, talk
        self._conversation = app.conversation.elsewhere(SiteSettings(f"talk {number}", talk.at))
        self._states = house.begin(talk.state)

    def results(self) -> Iterator[Result]:
        """Say one sentence after the other."""
        for number, said in enumerate(self._talk.steps):
            came = self._say(said.say)
            yield Result(self._talk, number, came, judge(said, came))

    def _say(self, text: str) -> Came:
        before = self._states
        self._app.house.suppose(before)
        events = list(self._conversation.respond(text, "sentence"))
        told = _told(event for event in events if isinstance(event, Action))
        self._states = self._house.then(before, told)
        reply = next((e for e in reversed(events) if isinstance(e, Reply)), Reply("", "rejected"))
        by_skill = any(isinstance(e, Turn) and e.intents for e in events)
        return Came(before, self._states, told, reply.text, reply.kind, by_skill)


def _told(actions: Iterable[Action]) -> dict[str, State]:
    told: dict[str, State] = {}
    for action in actions:
        told[action.device_id] = {**told.get(action.device_id, {}), **action.change}
    return told


def figures(results: Sequence[Result], half: Half) -> str:
    """A table of that half: by domain how many sentences came out how, and the share of right."""
    mine = [result for result in results if result.talk.half == half]
    rows = [_row(d, [r for r in mine if r.talk.domain == d]) for d in _domains(mine)]
    commands = [r for r in mine if not r.said.nothing]
    others = [r for r in mine if r.said.nothing]
    rows += [_row("all that asks for something", commands), _row("all else", others)]
    return table((half, "sentences", *VERDICTS, "right %"), rows)


def _domains(results: Sequence[Result]) -> Iterable[str]:
    return dict.fromkeys(result.talk.domain for result in results)


def _row(name: str, results: Sequence[Result]) -> tuple[str, ...]:
    counts: Mapping[Verdict, int] = {
        verdict: sum(result.verdict == verdict for result in results) for verdict in VERDICTS
    }
    share = counts["right"] / len(results) if results else None
    return name, str(len(results)), *(str(counts[v]) for v in VERDICTS), percent(share)


def misses(results: Sequence[Result]) -> Iterator[str]:
    """A line for each sentence of the developing half that did not come out right."""
    for result in results:
        if result.talk.half == "develop" and result.verdict != "right":
            yield _miss(result)


def _miss(result: Result) -> str:
    came, said = result.came, result.said
    told = ", ".join(f"{id_} {dict(change)}" for id_, change in came.told.items()) or "nothing"
    context = " / ".join(step.say for step in result.talk.steps[: result.step])
    before = f" (after “{context}”)" if context else ""
    return (
        f"{result.verdict}: {result.talk.domain}, in the {result.talk.at}: “{said.say}”{before}"
        f" → {told}; {came.reply_kind}: “{came.reply}”"
    )
