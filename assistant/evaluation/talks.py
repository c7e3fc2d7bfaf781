"""The conversations of tests/sentences, held with the product and judged.

Nothing is connected: the house is supposed to be in a state, and what the devices are told brings
it to the next as it would bring simulated ones. A command that has to be confirmed, as "open the
garage door" has, is answered with "yes" where it is what must come of the sentence.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path
from zoneinfo import ZoneInfo

from assistant.app import App, open_app
from assistant.config import Config, HouseSettings, SiteSettings
from assistant.evaluation.sentences import Book, Half, Item, Said, Scheduled, States, Talk
from assistant.evaluation.tables import percent, table
from assistant.evaluation.verdict import Came, Verdict, judge
from assistant.events import Action, Reply, Turn, Understanding, Value
from assistant.home.attributes import merge
from assistant.home.dialects import Dialect, open_dialect
from assistant.home.model import State
from assistant.home.simulate import after, start_state
from assistant.schedule.entry import Entry, Kind

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
    """Hold every conversation of `book`, each by itself, with the skills of `config`.

    The clock stands at `book.now` while they last: needs the package time-machine (extra `test`).
    """
    import time_machine

    skills = replace(config.skills, choices=Path(os.devnull))
    there = replace(config, house=book.house, skills=skills, site=SiteSettings())
    now = datetime.fromisoformat(book.now).replace(tzinfo=ZoneInfo("UTC"))
    with (
        time_machine.travel(now, tick=False),
        open_app(there, dry_run=True, steady=time.time) as app,  # which stands still, too
    ):
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
        self._place = f"talk {number}"
        self._site_id = app.config.site.id  # where what is planned elsewhere rings
        app.schedule.clear()
        app.schedule.change(PLANNER, self._site_id, [*map(_entry, talk.running)])

    def results(self) -> Iterator[Result]:
        """Say one sentence after the other."""
        for number, said in enumerate(self._talk.steps):
            came = self._say(said)
            yield Result(self._talk, number, came, judge(said, came))

    def _say(self, said: Said) -> Came:
        before, planned = self._states, self._app.schedule.entries(PLANNER)
        self._app.house.suppose(before)
        events = list(self._conversation.respond(said.say, "sentence"))
        sure = any(isinstance(e, Understanding) and e.decision == "accept" for e in events)
        if said.command and sure and self._conversation.wants_a_yes:  # it is risky, and meant
            events += self._conversation.respond("yes", "answer")
        told = _told(event for event in events if isinstance(event, Action))
        self._states = self._house.then(before, told)
        reply = next((e for e in reversed(events) if isinstance(e, Reply)), Reply("", "rejected"))
        by_skill = any(isinstance(e, Turn) and e.intents for e in events)
        later = self._app.schedule.entries(PLANNER)
        return Came(
            before,
            self._states,
            told,
            reply.text,
            reply.kind,
            by_skill,
            tuple(map(self._scheduled, planned)),
            tuple(map(self._scheduled, later)),
            _silenced(planned, later),
        )

    def _scheduled(self, entry: Entry) -> Scheduled:
        due, now = entry.due, datetime.now()
        seconds = entry.left if entry.kind == "timer" else (due - now).total_seconds() if due else 0
        item = Item(
            seconds=0.0 if entry.ringing else seconds,
            time=due.strftime("%H:%M") if due else None,
            date=due.date().isoformat() if due and not entry.days else None,
            days=entry.days,
            name=entry.name or None,
            text=entry.text if entry.kind == "reminder" else None,
            paused=entry.paused,
            ringing=entry.ringing,
            command=self._comes_to(entry.text) if entry.kind == "command" else {},
        )
        return Scheduled(**{KINDS[entry.kind]: item})

    def _comes_to(self, command: str) -> dict[str, State]:
        """What each device is told by a command for later."""
        site = SiteSettings(f"{self._place} later", self._talk.at)
        events = self._app.conversation.elsewhere(site).respond(command, "later")
        return _told(event for event in events if isinstance(event, Action))


PLANNER = "timers"
"""The skill that plans."""

KINDS: Mapping[Kind, str] = {
    "timer": "timer", "alarm": "alarm", "reminder": "reminder", "command": "delayed",
}  # fmt: skip


def _entry(scheduled: Scheduled) -> Entry:
    """What runs before anything is said."""
    kind = next(kind for kind, name in KINDS.items() if name == scheduled.kind)
    item, now = scheduled.item, datetime.now()
    due = now + timedelta(seconds=item.seconds or 0)
    if item.time:
        due = datetime.combine(now, datetime.strptime(item.time, "%H:%M").time())
        due += timedelta(days=due <= now and not item.ringing)
    if item.date:
        due = datetime.combine(datetime.fromisoformat(item.date), due.time())
    seconds = item.seconds or 0.0
    return Entry(
        kind,
        name=item.name or "",
        text=item.text or "",
        due=None if kind == "timer" else due,
        seconds=seconds,
        left=seconds,
        paused=item.paused,
        days=item.days,
        ringing=item.ringing,
    )


def _silenced(before: Sequence[Entry], later: Sequence[Entry]) -> bool:
    """Whether something rang, and does not any more, nor soon again."""
    ahead = {entry.id: entry for entry in later}
    return any(
        one.ringing and (one.id not in ahead or (one.days and not ahead[one.id].ringing))
        for one in before
    )


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
