"""From words to what happens: understand → dialogue → skill → home → reply.

The part of the flow that typed and spoken commands share. It yields each event as it happens.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from assistant.config import Config, HouseSettings, SiteSettings
from assistant.dialogue import Dialogue
from assistant.errors import HouseError
from assistant.events import (
    Action,
    Confirmed,
    Event,
    Intent,
    Reply,
    Turn,
    Understanding,
)
from assistant.home.house import House
from assistant.skill import runner
from assistant.skill.answer import Answer, CannotDo, Targets
from assistant.skill.loader import Skills
from assistant.skill.targets import Ambiguous, TargetResolver
from assistant.understand import Interpreter
from assistant.utterance import Clock, Stamp

MOST_PLACES = 64
"""Places whose conversations are kept apart; who has been silent longest is forgotten first."""

NOT_HEARD = "I didn't catch that."


@dataclass(frozen=True, slots=True)
class _Outcome:
    """What the skills made of a turn."""

    answers: tuple[Answer, ...]
    refusal: Reply | None = None


class Conversation:
    """Answers one text after the other; the house may be away or only pretended (`dry_run`)."""

    def __init__(
        self,
        config: Config,
        interpreter: Interpreter,
        skills: Skills,
        house: House,
        *,
        dry_run: bool = False,
        clock: Clock = time.monotonic,
    ) -> None:
        self.interpreter = interpreter
        self._house = house
        self._skills = skills
        self._settings = config
        self._dialogue = Dialogue(skills.manifests, config.house.temperature_unit)
        self._targets = TargetResolver(house.settings)
        self._dry_run = dry_run
        self._clock = clock
        self._elsewhere: dict[str, Conversation] = {}
        self.allows: Callable[[Intent], bool] = _every
        """Whether an intent may be meant at this moment."""

        self.dictation = False
        """The words are only to be written down: nothing is made of them."""

        self.otherwise: Callable[[Understanding], Answer | None] = _nothing
        """Who else to ask about words that make no sense here; None: nobody knows."""

    def elsewhere(self, site: SiteSettings) -> Conversation:
        """The same house, spoken to from another place: with that place's own open questions."""
        there = self._elsewhere.pop(site.id, None) or Conversation(
            replace(self._settings, site=site),
            self.interpreter,
            self._skills,
            self._house,
            dry_run=self._dry_run,
            clock=self._clock,
        )
        self._elsewhere[site.id] = there  # now the last one
        if len(self._elsewhere) > MOST_PLACES:
            del self._elsewhere[next(iter(self._elsewhere))]
        return there

    def renew(self, interpreter: Interpreter, house: HouseSettings) -> None:
        """Other devices, areas or names from now on; a command being answered is not disturbed."""
        self.interpreter, self._targets = interpreter, TargetResolver(house)
        for there in tuple(self._elsewhere.values()):
            there.renew(interpreter, house)

    def respond(self, text: str, utterance_id: str) -> Iterator[Event]:
        """Every event from the understanding of `text` to the reply."""
        if self.dictation:
            return
        stamp = Stamp(utterance_id, self._clock)
        since = self._clock()
        understanding = self._understand(text, since)
        yield stamp(understanding, since=since)
        since = self._clock()
        turn = self._dialogue.turn(understanding, self._settings.site.area, since)
        yield stamp(turn, since=since)
        if understanding.decision == "reject" and (answer := self.otherwise(understanding)):
            yield from self._carry_out([answer], stamp, since)
            return
        if reply := _without_skill(understanding, turn):
            yield stamp(reply)
            return
        since = self._clock()
        outcome = self._ask_skills(turn)
        if outcome.refusal and outcome.refusal.kind == "question":
            self._dialogue.asked_where(understanding.text, since)
        if outcome.refusal:
            yield stamp(outcome.refusal, since=since)
            return
        yield from self._carry_out(outcome.answers, stamp, since)

    def _understand(self, text: str, now: float) -> Understanding:
        if not text.strip():
            return Understanding(text, "reject", 0.0, (), rule="no words")
        if answer := self._dialogue.answer(text, now):
            return answer
        understanding = self.interpreter.interpret(text)
        if understanding.decision == "reject" and (whole := self._dialogue.whole(text, now)):
            understanding = self.interpreter.interpret(whole)
        self._dialogue.close()
        if not all(map(self.allows, understanding.intents)):
            return replace(understanding, decision="reject", rule="not asked for")
        return understanding

    def _ask_skills(self, turn: Turn) -> _Outcome:
        """All answers, or the one reason why nothing of the turn is done."""
        try:
            return _Outcome(tuple(self._ask_skill(intent, turn.area) for intent in turn.intents))
        except Ambiguous as question:
            return _Outcome((), Reply(str(question), "question"))
        except CannotDo as problem:
            return _Outcome((), Reply(str(problem), "failed"))
        except HouseError as error:
            return _Outcome((), Reply(_said(error), "failed"))

    def _ask_skill(self, intent: Intent, area: str | None) -> Answer:
        skill_name, _, name = intent.name.partition(".")
        skill = self._skills.working[skill_name]
        kind = skill.manifest.intents[name].target
        targets: Targets | None = None
        if kind is not None:
            devices = self._house.devices()
            targets = self._targets.resolve(kind, intent.slots, devices, area)
            if not self._dry_run and not self._house.online:
                raise HouseError("I can't reach the house.")
        deadline_s = self._settings.skills.deadline_s
        return runner.call(skill, name, intent.slots, targets, deadline_s=deadline_s)

    def _carry_out(self, answers: Sequence[Answer], stamp: Stamp, since: float) -> Iterator[Event]:
        text = " ".join(answer.text for answer in answers)
        changes = [change for answer in answers for change in answer.changes]
        if not changes:
            asks = any(answer.question for answer in answers)
            yield stamp(Reply(text, "question" if asks else "answer"), since=since)
            return
        try:
            actions = self._house.plan(changes)
            for action in actions:
                yield stamp(action, since=since)
                since = self._clock()
            failed: list[Confirmed] = []
            for event in () if self._dry_run else self._house.carry_out(actions):
                yield stamp(event, since=since)
                since = self._clock()
                if isinstance(event, Confirmed) and not event.done:
                    failed.append(event)
        except HouseError as error:
            yield stamp(Reply(_said(error), "failed"))
            return
        yield stamp(self._outcome(text, actions, failed))

    def _outcome(self, text: str, actions: Sequence[Action], failed: Sequence[Confirmed]) -> Reply:
        """What the devices said about it: all done, some, or none."""
        if not failed:
            return Reply(text, "done")
        names = {device.id: device.name for device in self._house.devices()}
        problems = " ".join(f"The {names[event.device_id]} {event.problem}." for event in failed)
        if len(failed) < len({action.device_id for action in actions}):
            problems = f"Not everything worked. {problems}"
        return Reply(problems, "failed")


def _every(intent: Intent) -> bool:
    return True


def _nothing(understanding: Understanding) -> None:
    return None


def _said(error: HouseError) -> str:
    return error.problem if error.problem.endswith(".") else f"{error.problem}."


def _without_skill(understanding: Understanding, turn: Turn) -> Reply | None:
    """The reply to what no skill has to see; None when one has."""
    if turn.question:
        return Reply(turn.question, "question")
    if turn.intents:
        return None
    if understanding.decision == "accept":  # a "no" to a question back
        return Reply("Okay.", "answer")
    text = understanding.text.strip()
    return Reply(f"Sorry, I can't make sense of “{text}”." if text else NOT_HEARD, "rejected")
