"""From a turn to the reply: each skill is asked, the house obeys, and what came of it is said."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from assistant.dialogue import HALT, UNDO, Dialogue, Question
from assistant.dialogue.memory import Done, undoing
from assistant.errors import AssistantError, HouseError
from assistant.events import Action, Confirmed, Event, Intent, Reply, Turn, Understanding
from assistant.home.house import House
from assistant.home.model import Change, Device
from assistant.home.risk import opens
from assistant.lang import language
from assistant.outcome import Part, joined
from assistant.schedule import NotKept, Schedule
from assistant.schedule.entry import Entry
from assistant.skill.answer import Answer, AskFor, CannotDo, Targets, has_words
from assistant.skill.guard import check_answer
from assistant.skill.host import FAILED, Outside
from assistant.skill.loader import Skills
from assistant.skill.policy import question_before
from assistant.skill.prepare import Preparer
from assistant.skill.targets import Ambiguous
from assistant.understand.text import split_words
from assistant.utterance import Clock, Stamp

log = logging.getLogger(__name__)

HOUSE_AWAY = "house_away"
"""Why nothing can be done; said by `Language.say`."""

_ROUTINES_IN_ROUTINES = 3
"""So deep; deeper, a routine calls itself."""


@dataclass(frozen=True, slots=True)
class Performer:
    """Does what the turns of one site ask for."""

    rings_at: str
    """Id of the site where what is planned is heard."""

    house: House
    skills: Skills
    schedule: Schedule
    dialogue: Dialogue
    preparer: Preparer
    interpret: Callable[[str], Understanding]
    """Of the commands of routines."""

    clock: Clock
    deadline_s: float
    """For a skill's answer, seconds."""

    dry_run: bool
    """The house is told nothing."""

    resolve: Callable[[Intent], Targets | None]
    """The devices that an intent means here; None when it means none, or several things."""

    allows: Callable[[Intent], bool]
    """Whether an intent may be meant here at this moment."""

    def ask_skills(self, turn: Turn) -> list[Part]:
        """What is to be done about each of the intents, or why it is not."""
        parts = [
            part
            for intent in turn.intents
            for part in self._ask(intent, turn, _ROUTINES_IN_ROUTINES)
        ]
        if risky := tuple(part.intent for part in parts if part.kind == "confirm" and part.intent):
            allows = frozenset[str]().union(*(part.lets_in for part in parts))
            self.dialogue.ask("", Question(risky, allows=allows), self.clock())
        return parts

    def _ask(self, intent: Intent, turn: Turn, depth: int) -> Iterator[Part]:
        """What one intent comes to; a routine comes to what its commands do."""
        part = self._answered(intent, turn)
        if part.answer is None:
            yield part
            return
        commands, said = part.answer.commands, {slot.raw for slot in intent.slots.values()}
        if spoken := [command for command in commands if command in said]:
            parts = [done for one in spoken for done in self._command(one, turn, depth)]
            yield from parts
            if any(done.problem and done.kind != "confirm" for done in parts):
                return  # nothing to plan for later
        yield part
        # The owner of the house has written them down: they need no yes.
        written = {one for routine in self.house.settings.routines for one in routine.commands}
        for command in commands:
            if command not in said:
                yes = replace(turn, confirmed=command in written, allowed=frozenset())
                for done in self._command(command, yes, depth):
                    yield done.quietly()

    def _answered(self, intent: Intent, turn: Turn) -> Part:
        """What its skill wants done, or why that is nothing, or what has to be asked first."""
        try:
            answer = self._ask_skill(intent, turn.area)
            self.house.plan(answer.changes)  # so that what cannot be done costs no other command
            answer, before, entrances = self._guarded(intent, answer, turn)
            answer = _heard(intent, answer, before)
            if before:
                return Part(intent, problem=before, kind="confirm", lets_in=entrances)
        except Ambiguous as several:
            return self._question(intent, str(several), "which")
        except AskFor as missing:
            if not has_words(str(missing)):
                return Part(intent, problem=_unheard(intent))
            return self._question(intent, str(missing), missing.slot)
        except CannotDo as problem:
            return Part(intent, problem=str(problem))
        except HouseError as error:
            return Part(intent, problem=spoken_problem(error))
        if answer.asks:
            self.dialogue.ask(answer.text, Question((intent,), answer.asks), self.clock())
            answer = replace(answer, question=True)
        return Part(intent, answer)

    def _guarded(
        self, intent: Intent, answer: Answer, turn: Turn
    ) -> tuple[Answer, str, frozenset[str]]:
        """The answer, what has to be answered with yes before, and the entrances that it is about.

        Raises CannotDo for what nobody may do this way.
        """
        skill = self.skills.working.get(intent.skill)
        now = self._entrances(answer)
        before = question_before(answer, now, skill, turn, self.skills)
        planned = {
            entry.text: tuple(self._opened_later(entry.text, turn, _ROUTINES_IN_ROUTINES))
            for entry in answer.schedule
            if entry.kind == "command"
        }
        later = tuple({d.id: d for devices in planned.values() for d in devices}.values())
        if question := question_before(answer, later, skill, turn, self.skills) if later else "":
            before = before or language().say("later", wish=question[:-1])
        entries = tuple(replace(e, confirmed=bool(planned.get(e.text))) for e in answer.schedule)
        ids = frozenset(device.id for device in (*now, *later))
        return replace(answer, schedule=entries), before, ids

    def _opened_later(self, text: str, turn: Turn, depth: int) -> Iterator[Device]:
        """What a planned command unlocks or opens; what it is not sure of, it asks for then."""
        for intent in self.interpret(text).intents if depth else ():
            skill = self.skills.working.get(intent.skill)
            if skill is None or isinstance(skill.host, Outside):
                continue
            try:
                answer = self._ask_skill(intent, turn.area)
            except (Ambiguous, AskFor, HouseError):
                continue
            if answer.asks in skill.secrets:
                raise CannotDo(language().say("code_later"))
            yield from self._entrances(answer)
            for command in () if turn.may_open else answer.commands:  # of a routine: for its owner
                yield from self._opened_later(command, turn, depth - 1)

    def _entrances(self, answer: Answer) -> tuple[Device, ...]:
        """What the answer unlocks or opens."""
        if not answer.changes and not answer.messages:
            return ()
        devices = {device.id: device for device in self.house.devices()}
        changes = ((devices.get(one.device_id), one.attributes) for one in answer.changes)
        changed = (device for device, wanted in changes if device and opens(device, wanted))
        found = (*changed, *self.house.opened_by(answer.messages))
        return tuple({device.id: device for device in found}.values())

    def _question(self, intent: Intent, text: str, slot: str) -> Part:
        asked = self.dialogue.ask(text, Question((intent,), slot), self.clock())
        return Part(intent, problem=asked, kind="question")

    def _command(self, text: str, turn: Turn, depth: int) -> Iterator[Part]:
        understood = self.interpret(text)
        sure = understood.decision == "accept" and all(map(self.allows, understood.intents))
        if not sure or not depth:
            yield Part(None, problem=language().say("unknown_command", text=text))
            return
        for intent in understood.intents:
            yield from self._ask(intent, turn, depth - 1)

    def _ask_skill(self, intent: Intent, area: str | None) -> Answer:
        if intent.name == UNDO:
            return self._taken_back()
        if intent.name == HALT:
            self.schedule.silence(self.rings_at)
            return Answer(language().say("okay"))
        skill = self.skills.working[intent.skill]
        away = not self.dry_run and not self.house.online
        try:
            call = self.preparer.call(skill, intent, area)
        except CannotDo as problem:
            if away:  # what announces itself is not known then
                raise HouseError(language().say(HOUSE_AWAY)) from problem
            raise
        if (call.targets or call.devices) and away:
            raise HouseError(language().say(HOUSE_AWAY))
        answer = skill.call(call, self.deadline_s)
        check_answer(skill.manifest, answer, self.house.devices())
        return answer

    def _taken_back(self) -> Answer:
        say, done = language().say, self.dialogue.memory.take_back(self.clock())
        if done is None:
            raise CannotDo(say("nothing_to_undo"))
        if not done.undo and not done.planned:
            raise CannotDo(say("not_undone"))
        for skill, id_ in done.planned:
            self.schedule.change(skill, self.rings_at, cancel=(id_,))
        if not done.undo:
            return Answer(say("cancelled"))
        if done.targets is None:
            return Answer(say("as_before"), done.undo)
        meant = done.targets
        text = say("targets_as_before", targets=meant.phrase, are=meant.are)
        return Answer(text, done.undo)

    def carry_out(
        self,
        parts: Sequence[Part],
        stamp: Stamp,
        since: float,
        question: str | None = None,
        *,
        joins: bool = False,
    ) -> Iterator[Event]:
        """Do all that can be done, and say what came of each part.

        question   goes back about another part of the sentence
        joins      its devices are spoken of together with those before
        """
        changes = [change for part in parts for change in part.changes]
        messages = tuple(message for part in parts for message in part.messages)
        before = {device.id: device for device in self.house.devices()}
        failed: dict[str, str] = {}
        try:
            actions = self.house.plan(changes)
            if messages:
                actions += (Action("", {}, messages),)
            for action in actions:
                yield stamp(action, since=since)
                since = self.clock()
            for event in () if self.dry_run else self.house.carry_out(actions):
                yield stamp(event, since=since)
                since = self.clock()
                if isinstance(event, Confirmed) and not event.done:
                    failed[event.device_id] = event.problem
        except HouseError as error:
            yield stamp(Reply(spoken_problem(error), "failed"))
            return
        parts, planned = self._plan(parts)
        if done := self._done(parts, undoing(changes, before)):
            self.dialogue.memory.remember(replace(done, planned=planned), joins=joins)
        names = {id_: device.name for id_, device in before.items()}
        yield stamp(joined(parts, failed, names, question), since=since)

    def _plan(self, parts: Sequence[Part]) -> tuple[list[Part], tuple[tuple[str, str], ...]]:
        """Plan what is to happen later; the parts as it came out, and of each new entry the skill
        and the id."""
        told: list[Part] = []
        planned: list[tuple[str, str]] = []
        for part in parts:
            if part.intent and part.answer and (part.answer.schedule or part.answer.cancel):
                skill, answer = part.intent.skill, part.answer
                try:
                    entries = [_after_a_while(entry, part.intent) for entry in answer.schedule]
                    new = self.schedule.change(skill, self.rings_at, entries, answer.cancel)
                    planned += [(skill, id_) for id_ in new]
                    part = part.adding(self._unsaved(answer))
                except NotKept as error:
                    part = replace(part, answer=None, problem=error.problem)
            told.append(part)
        return told, tuple(planned)

    def _unsaved(self, answer: Answer) -> str:
        """What is to be said where the schedule is only in memory."""
        if not (why := self.schedule.unsaved):
            return ""
        return language().say("unsaved" if answer.schedule else "unsaved_change", why=why)

    def _done(self, parts: Sequence[Part], undo: tuple[Change, ...]) -> Done | None:
        """What "it", "again" and "undo" refer to from now on; None: to what they did before."""
        done = tuple(part.intent for part in parts if part.answer and part.intent)
        done = tuple(self._forgetful(i) for i in done if i.name not in (UNDO, HALT))
        if not done:
            return None
        meant = [targets for intent in done if (targets := self.resolve(intent))]
        return Done(done, meant[-1] if meant else None, undo, self.clock())

    def _forgetful(self, intent: Intent) -> Intent:
        """`intent` without its secrets: "again", "the back door, too" need the code again."""
        skill = self.skills.working.get(intent.skill)
        secrets = skill.secrets if skill else frozenset[str]()
        kept = {name: slot for name, slot in intent.slots.items() if name not in secrets}
        return replace(intent, slots=kept)


def _after_a_while(entry: Entry, intent: Intent) -> Entry:
    """What is to happen "in ten minutes" happens then, whatever is done to the clock; a day ahead
    and more, the time of day is meant."""
    if entry.due is None or entry.is_while or entry.days:
        return entry
    for slot in intent.slots.values():
        if slot.value == entry.due.isoformat(timespec="seconds"):
            said = (word.text for word in split_words(slot.raw))
            ahead = language().times.parse_ahead(list(said), anyhow=True)
            if ahead is not None and ahead < timedelta(days=1):
                return replace(entry, left=ahead.total_seconds())
    return entry


def _heard(intent: Intent, answer: Answer, before: str) -> Answer:
    """The answer; raises CannotDo where nobody would hear what it asks: the microphone stays open
    after a question."""
    asks = answer.asks or answer.question
    if (before and not has_words(before)) or (asks and not has_words(answer.text)):
        raise CannotDo(_unheard(intent))
    return answer


def _unheard(intent: Intent) -> str:
    log.error("skill %s asks a question without a word in it", intent.skill)
    return language().say(FAILED)


def spoken_problem(error: AssistantError) -> str:
    """What is wrong with the house, as a sentence."""
    return error.problem if error.problem.endswith(".") else f"{error.problem}."
