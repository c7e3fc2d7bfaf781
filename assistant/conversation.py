"""From words to what happens: understand → dialogue → skill → home → reply.

The part of the flow that typed and spoken commands share. It yields each event as it happens.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from assistant.config import Config, HouseSettings, SiteSettings
from assistant.dialogue import Dialogue
from assistant.errors import HouseError
from assistant.events import (
    Action,
    Completeness,
    Confirmed,
    Event,
    Intent,
    Reply,
    Transcript,
    Turn,
    Understanding,
)
from assistant.home.house import House
from assistant.skill.answer import Answer, CannotDo
from assistant.skill.guard import check_answer
from assistant.skill.loader import Skills
from assistant.skill.prepare import Preparer
from assistant.skill.targets import Ambiguous, TargetResolver
from assistant.skill.topics import Topics
from assistant.understand import Interpreter
from assistant.understand.graph import Graph
from assistant.understand.judge import complete, judge
from assistant.utterance import Clock, Stamp

MOST_PLACES = 64
"""Places whose conversations are kept apart; who has been silent longest is forgotten first."""

NOT_HEARD = "I didn't catch that."


@dataclass(frozen=True, slots=True)
class _Outcome:
    """What the skills made of a turn."""

    answers: tuple[Answer, ...]
    refusal: Reply | None = None


class _Known(NamedTuple):
    """What a conversation goes by."""

    interpreter: Interpreter
    skills: Skills
    house: HouseSettings


@dataclass(slots=True)
class _News:
    """Shared by the conversations of all places; each takes it up when words begin there."""

    latest: _Known


def understand_speech(heard: Transcript, interpreter: Interpreter) -> Understanding:
    """What `heard` means, by the judge that knows its engine."""
    if heard.engine != "vosk":
        return judge(heard, interpreter)
    # Vosk's likelihoods are of other sounds than those that `judge` was fitted on. Imported late:
    # typed commands, which are answered in half a second, do without it.
    from assistant.recognize.repair import judge_repaired

    return judge_repaired(heard, interpreter)


class Conversation:
    """Answers one text after the other; the house may be away or only pretended (`dry_run`)."""

    def __init__(
        self,
        config: Config,
        interpreter: Interpreter,
        skills: Skills,
        house: House,
        *,
        topics: Topics | None = None,
        dry_run: bool = False,
        clock: Clock = time.monotonic,
    ) -> None:
        self._house = house
        self._settings = config
        self._topics = topics or Topics(None)
        self._dry_run = dry_run
        self._clock = clock
        self._judged: tuple[Transcript, Interpreter, Understanding] | None = None
        self._elsewhere: dict[str, Conversation] = {}
        self._news = _News(_Known(interpreter, skills, house.settings))
        self._known = self._news.latest
        self._learn(skills)
        self._use(self._known)
        self.allows: Callable[[str, Intent], bool] = _every
        """Whether an intent may be meant at a site (its id) at this moment."""

        self.dictation = False
        """The words are only to be written down: nothing is made of them."""

        self.otherwise: Callable[[Understanding], Answer | None] = _nothing
        """Who else to ask about words that make no sense here; None: nobody knows."""

    def elsewhere(self, site: SiteSettings) -> Conversation:
        """The same house, spoken to from another place: with that place's own open questions."""
        there = self._elsewhere.pop(site.id, None) or self._opened(site)
        self._elsewhere[site.id] = there  # now the last one
        if len(self._elsewhere) > MOST_PLACES:
            del self._elsewhere[next(iter(self._elsewhere))]
        return there

    def _opened(self, site: SiteSettings) -> Conversation:
        there = Conversation(
            replace(self._settings, site=site),
            self.interpreter,
            self._skills,
            self._house,
            topics=self._topics,
            dry_run=self._dry_run,
            clock=self._clock,
        )
        there._news, there.allows = self._news, self.allows
        return there

    def adopt(self, interpreter: Interpreter, skills: Skills, house: HouseSettings) -> None:
        """Go on with these skills and names, everywhere, from the next words on; any thread may
        call it."""
        self._news.latest = _Known(interpreter, skills, house)

    def _use(self, known: _Known) -> None:
        self._known = known
        if known.skills is not self._skills:
            self._learn(known.skills)
        self._preparer = Preparer(self._house, TargetResolver(known.house), self._topics)
        self.interpreter = known.interpreter

    def _learn(self, skills: Skills) -> None:
        self._topics.follow(t for m in skills.manifests for t in m.permissions.read.topics)
        self._dialogue = Dialogue(skills.manifests, self._settings.house.temperature_unit)
        self._skills = skills

    def begin(self) -> Graph:
        """The next words begin: what can be said in them."""
        self._take_up()
        return self.interpreter.graph

    def _take_up(self) -> None:
        if self._known is not (latest := self._news.latest):
            self._use(latest)

    def forget(self) -> None:
        """No question is open any more."""
        self._dialogue.close()

    def complete(self, heard: Transcript) -> Completeness:
        """Whether `heard` is a whole command already: then a short silence ends it."""
        return complete(self._judge(heard), heard, self.interpreter)

    def interpret(self, text: str) -> Understanding:
        """What typed words mean; nothing comes of it."""
        self._take_up()
        return self.interpreter.interpret(text)

    def words(self, heard: Transcript) -> str:
        """What was said, for somebody who only takes words: the command where that is sure."""
        meant = self._judge(heard)
        return meant.text if meant.decision == "accept" else heard.text

    def respond(self, said: str | Transcript, utterance_id: str) -> Iterator[Event]:
        """Every event from the understanding of `said`, typed or heard, to the reply."""
        if self.dictation:
            return
        if isinstance(said, Transcript):
            heard = said
        else:
            heard = Transcript(said, 1.0, "typed")
            self._take_up()
        stamp = Stamp(utterance_id, self._clock)
        since = self._clock()
        understanding = self._understand(heard, since)
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

    def _understand(self, heard: Transcript, now: float) -> Understanding:
        text = heard.text
        if not text.strip():
            return Understanding(text, "reject", 0.0, (), rule="no words")
        if answer := self._dialogue.answer(text, now):
            return answer
        understanding = self._judge(heard)
        if understanding.decision == "reject" and (whole := self._dialogue.whole(text, now)):
            understanding = self.interpreter.interpret(whole)
        self._dialogue.close()
        here = self._settings.site.id
        if not all(self.allows(here, intent) for intent in understanding.intents):
            return replace(understanding, decision="reject", rule="not asked for")
        return understanding

    def _judge(self, heard: Transcript) -> Understanding:
        """What `heard` means; asked in a pause and once more when the pause was the end."""
        if heard.engine == "typed":
            return self.interpreter.interpret(heard.text)
        if self._judged is None or self._judged[:2] != (heard, self.interpreter):
            self._judged = (heard, self.interpreter, self._judge_speech(heard))
        return self._judged[2]

    def _judge_speech(self, heard: Transcript) -> Understanding:
        from assistant.recognize.repair import known_texts, repair_texts

        found = understand_speech(heard, self.interpreter)
        return repair_texts(found, known_texts(self._skills.manifests))

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
        skill = self._skills.working[intent.name.partition(".")[0]]
        call = self._preparer.call(skill, intent, area)
        if call.targets and not self._dry_run and not self._house.online:
            raise HouseError("I can't reach the house.")
        answer = skill.call(call, self._settings.skills.deadline_s)
        check_answer(skill.manifest, answer, self._house.devices())
        return answer

    def _carry_out(self, answers: Sequence[Answer], stamp: Stamp, since: float) -> Iterator[Event]:
        text = " ".join(answer.text for answer in answers)
        changes = [change for answer in answers for change in answer.changes]
        messages = tuple(message for answer in answers for message in answer.messages)
        asks = any(answer.question for answer in answers)
        if not changes and not messages:
            yield stamp(Reply(text, "question" if asks else "answer"), since=since)
            return
        try:
            actions = self._house.plan(changes)
            if messages:
                actions += (Action("", {}, messages),)
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
        done = Reply(text, "question" if asks else "done")
        yield stamp(self._outcome(done, actions, failed))

    def _outcome(
        self, done: Reply, actions: Sequence[Action], failed: Sequence[Confirmed]
    ) -> Reply:
        """What the devices said about it: all done, some, or none."""
        if not failed:
            return done
        names = {device.id: device.name for device in self._house.devices()}
        problems = " ".join(
            f"The {names.get(event.device_id, 'device')} {event.problem}." for event in failed
        )
        if len(failed) < len({action.device_id for action in actions}):
            problems = f"Not everything worked. {problems}"
        return Reply(problems, "failed")


def _every(site_id: str, intent: Intent) -> bool:
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
