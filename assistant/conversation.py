"""From words to what happens: understand → dialogue → skill → home → reply.

The part of the flow that typed and spoken commands share. It yields each event as it happens.
"""

from __future__ import annotations

import logging
import math
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from difflib import SequenceMatcher
from typing import NamedTuple, TypeVar

from assistant.config import Config, HouseSettings, SiteSettings
from assistant.dialogue import Dialogue
from assistant.dialogue.in_context import InContext
from assistant.errors import AssistantError
from assistant.events import (
    Because,
    Completeness,
    Event,
    Intent,
    Reason,
    Reply,
    Source,
    Transcript,
    Turn,
    Understanding,
)
from assistant.grammar.graph import Graph
from assistant.home.house import House
from assistant.lang import language
from assistant.outcome import Part
from assistant.perform import HOUSE_AWAY, Performer, spoken_problem
from assistant.redact import HUSHED_S, Redactor
from assistant.schedule import Schedule
from assistant.skill.answer import Answer, CannotDo, Targets, has_words
from assistant.skill.loader import Skills
from assistant.skill.prepare import Preparer
from assistant.skill.targets import Ambiguous, TargetResolver
from assistant.skill.topics import Topics
from assistant.understand import HouseNames, Interpreter
from assistant.understand.judge import complete, judge
from assistant.understand.secrets import MASK
from assistant.unsupported import unsupported
from assistant.utterance import Clock, Stamp

log = logging.getLogger(__name__)

E = TypeVar("E", bound=Event)

MOST_PLACES = 64
"""Places whose conversations are kept apart; who has been silent longest is forgotten first."""

MOST_CHARACTERS = 500
"""Of one command; what comes in as text may be anything, and understanding it takes time."""

MOST_QUESTIONS = 5
"""In a row, without anything done or said in between."""

SAME_TALK_S = 60.0
"""A question that comes later than this begins anew."""

READ_FOR_S = 2.0
"""Words that are shown are done at once; whoever says them later may mean something else."""

UNADDRESSED = 0.65
"""Probability from which words without a wake word are a command and not talk."""

_LIKE = 0.6
"""SequenceMatcher ratio from which something sayable is worth mentioning to who said nonsense."""


class _Known(NamedTuple):
    """What a conversation goes by."""

    interpreter: Interpreter
    skills: Skills
    house: HouseSettings


@dataclass(slots=True)
class _News:
    """Shared by the conversations of all places; each takes it up when words begin there."""

    latest: _Known
    thinking: threading.RLock = field(default_factory=threading.RLock)
    """What words mean is found out by one thread at a time: the models and graphs are shared."""


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
        schedule: Schedule | None = None,
        dry_run: bool = False,
        clock: Clock = time.monotonic,
        rings_at: str = "",
    ) -> None:
        """`rings_at`: the site where what is planned here is heard; "": this one."""
        self._house = house
        self._settings = config
        self._rings_at = rings_at or config.site.id
        self._topics = topics or Topics(None)
        self._schedule = schedule or Schedule()
        self._dry_run = dry_run
        self._clock = clock
        self._judged: tuple[Transcript, InContext, Understanding] | None = None
        self._to_do: tuple[Transcript, float] | None = None
        """Typed words that were read to be shown and are to be done next, and when that was."""

        self._elsewhere: dict[str, Conversation] = {}
        self.may_open = True
        """Whether who speaks now may open what lets somebody in."""

        self._news = _News(_Known(interpreter, skills, house.settings))
        self._known = self._news.latest
        self._learn(self._known)
        self._use(self._known)
        self._look_around()
        self.allows: Callable[[str, Intent], bool] = _every
        """Whether an intent may be meant at a site (its id) at this moment."""

        self.dictation = False
        """What is heard is only to be written down: nothing is made of it."""

        self.otherwise: Callable[[Understanding], Answer | None] = _nothing
        """Who else to ask about words that make no sense here; None: nobody knows."""

        self.masks = True
        """False: the secrets are made up, and a test wants to see them."""

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
            schedule=self._schedule,
            dry_run=self._dry_run,
            clock=self._clock,
            rings_at=self._rings_at,
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
            self._learn(known)
        self._dialogue.rename(HouseNames.of(known.house))
        self._preparer = Preparer(
            self._house, TargetResolver(known.house), self._topics, self._schedule
        )
        self.interpreter = known.interpreter
        self._performer = Performer(
            rings_at=self._rings_at,
            house=self._house,
            skills=self._skills,
            schedule=self._schedule,
            dialogue=self._dialogue,
            preparer=self._preparer,
            interpret=self._interpret,
            clock=self._clock,
            deadline_s=self._settings.skills.deadline_s,
            dry_run=self._dry_run,
            resolve=self._targets,
            allows=lambda intent: self.allows(self._settings.site.id, intent),
        )

    def _learn(self, known: _Known) -> None:
        skills = known.skills
        self._topics.follow(t for m in skills.manifests for t in m.permissions.read.topics)
        self._dialogue = Dialogue(
            skills.manifests,
            HouseNames.of(known.house),
            self._targets,
            self._settings.dialogue,
            self._settings.house.temperature_unit,
            lambda: bool(self._schedule.ringing(self._rings_at)),
        )
        self._skills = skills
        self._redactor = Redactor(skills.manifests, self._hushed)
        self._hushed_until = self._asked_at = -math.inf
        self._asked = 0

    def _hushed(self) -> bool:
        """Whether a secret was asked for just now."""
        now = self._clock()
        question = self._dialogue.open_question(now)
        if question and any(
            self._redactor.is_secret(intent.name, question.slot) for intent in question.intents
        ):
            self._hushed_until = now + HUSHED_S
        return now <= self._hushed_until

    def masked(self, event: E) -> E:
        """The event without secrets, as it may leave the turn."""
        if not self.masks:
            return event
        meant = None
        if isinstance(event, Transcript):
            if self.dictation:  # written down for somebody else, whatever was spoken of here
                meant = self.interpreter.interpret(event.text)
            elif event.engine == "text":
                meant = self._read(event.text)
            else:
                meant = self._understand(event)
            self._redactor.begin(meant)
        return self._redactor.event(event, meant)

    def _read(self, text: str) -> Understanding:
        """What typed words mean here and now: asked to show them, and once more to do it."""
        heard, now = Transcript(text, 1.0, "typed"), self._clock()
        before, at = self._to_do or (None, now)
        if before != heard or now - at > READ_FOR_S:
            self._look_around()
        self._to_do = heard, now
        return self._understand(heard)

    def begin(self) -> Graph:
        """The next words begin: what can be said in them."""
        with self._news.thinking:
            self._look_around()
            return self._in_context.graph

    def _look_around(self) -> None:
        """What the next words may mean here and now. Typed ones need no graph, which takes long."""
        with self._news.thinking:
            self._take_up()
            self._in_context = self._dialogue.interpreter(self.interpreter, self._clock())

    def _take_up(self) -> None:
        if self._known is not (latest := self._news.latest):
            self._use(latest)

    def forget(self) -> None:
        """Nothing was asked, done or spoken of before."""
        self._dialogue.close()
        self._dialogue.memory.clear()
        self._asked = 0

    def complete(self, heard: Transcript) -> Completeness:
        """Whether `heard` is a whole command already: then a short silence ends it."""
        with self._news.thinking:
            return complete(self._judge(heard), heard, self._in_context)

    def interpret(self, text: str) -> Understanding:
        """What typed words mean, without their secrets; nothing comes of it."""
        self._take_up()
        return _too_long(text) or self.masked(self._interpret(text))

    def _interpret(self, text: str) -> Understanding:
        with self._news.thinking:
            return self.interpreter.interpret(text)

    def words(self, heard: Transcript, *, may_open: bool = True) -> str:
        """What was said, for somebody who only takes words: the command where that is sure.

        may_open   whether they may open what lets somebody in: else no code is for them
        """
        meant = self._judge(heard)
        text = meant.text if meant.decision == "accept" else heard.text
        return text if may_open else self._redactor.text(text, meant)

    def is_command(self, heard: Transcript) -> bool:
        """Whether words that nobody was asked for, and without a wake word, are surely meant."""
        meant = self._judge(heard)
        return meant.decision == "accept" and meant.confidence >= UNADDRESSED

    def listens_on_s(self, reply: Reply) -> float:
        """How long something may follow this reply without the wake word, seconds; 0: not."""
        settings = self._settings.dialogue
        window_s = {"question": settings.question_s, "rejected": 0.0}
        return window_s.get(reply.kind, settings.follow_up_s)

    def expect_answer(self) -> None:
        """The time for an answer to the question just asked counts from now."""
        self._dialogue.wait_anew(self._clock())

    @property
    def wants_a_yes(self) -> bool:
        """Whether a yes or a no is waited for."""
        question = self._dialogue.open_question(self._clock())
        return question is not None and not question.slot

    def respond(
        self, said: str | Transcript, utterance_id: str, *, confirmed: bool = False
    ) -> Iterator[Event]:
        """Every event from the understanding of `said`, typed or heard, to the reply.

        confirmed   somebody has said yes to it already, when it was planned
        Raises nothing: whatever goes wrong, there is a reply.
        """
        stamp = Stamp(utterance_id, self._clock, self.masked)
        understood = False
        try:
            for event in self._respond(said, stamp, confirmed=confirmed):
                if isinstance(event, Understanding):
                    understood = True
                    if isinstance(said, str) and event.source is not Source.ANSWER:
                        self._asked = 0  # nobody types to an open microphone
                yield self._bounded(event) if isinstance(event, Reply) else event
            return
        except AssistantError as error:
            log.warning("%s; fix: %s", error.problem, error.fix)
            reply = Reply(spoken_problem(error), "failed")
        except Exception as error:  # a bug at one sentence must not end the assistant
            log.error("a command failed: %s", " ".join(repr(error).split()))
            log.debug("a command failed", exc_info=True)
            reply = Reply(language().say("went_wrong"), "failed")
        if not understood:
            text = said.text if isinstance(said, Transcript) else said
            yield stamp(_rejected(text, Because.FAILED))
        yield stamp(reply)

    def _bounded(self, reply: Reply) -> Reply:
        """The reply; not one question after the other, since the microphone is open after each."""
        if reply.kind != "question":
            self._asked = 0
            return reply
        now = self._clock()
        self._asked = self._asked + 1 if now - self._asked_at <= SAME_TALK_S else 1
        self._asked_at = now
        if self._asked <= MOST_QUESTIONS and has_words(reply.text):
            return reply
        self._dialogue.close()
        self._asked = 0
        return replace(reply, text=language().say("enough"), kind="failed")

    def _respond(self, said: str | Transcript, stamp: Stamp, *, confirmed: bool) -> Iterator[Event]:
        if self.dictation and isinstance(said, Transcript):
            return
        heard = said if isinstance(said, Transcript) else Transcript(said, 1.0, "typed")
        since = self._clock()
        understanding = self._read(said) if isinstance(said, str) else self._understand(heard)
        self._to_do = None  # said again, it may mean something else
        self._redactor.begin(understanding)
        shown = self.masked(understanding)
        yield stamp(understanding, since=since)
        since = self._clock()
        turn = self._dialogue.turn(
            understanding, self._settings.site.area, since, confirmed=confirmed
        )
        turn = replace(turn, may_open=self.may_open)
        yield stamp(turn, since=since)
        if understanding.decision == "reject" and (answer := self.otherwise(shown)):
            yield from self._performer.carry_out([Part(None, answer)], stamp, since)
        elif turn.intents:
            since = self._clock()
            parts = self._performer.ask_skills(turn)
            joins = understanding.source is Source.ALSO
            yield from self._performer.carry_out(parts, stamp, since, turn.question, joins=joins)
        else:
            yield stamp(self._without_skill(shown, turn, heard))
        self._hushed()  # from when the question is put, whenever it is answered

    def _understand(self, heard: Transcript) -> Understanding:
        if not heard.text.strip():
            return _rejected(heard.text, Because.NO_WORDS)
        if long := _too_long(heard.text):
            return long
        understanding = self._judge(heard)
        here = self._settings.site.id
        if not all(self.allows(here, intent) for intent in understanding.intents):
            return replace(understanding, decision="reject", reason=Reason(Because.NOT_ASKED_FOR))
        return understanding

    def _judge(self, heard: Transcript) -> Understanding:
        """What `heard` means; asked in a pause and once more when the pause was the end."""
        with self._news.thinking:
            if self._judged is None or self._judged[:2] != (heard, self._in_context):
                typed = heard.engine == "typed"
                meant = (
                    self._in_context.interpret(heard.text) if typed else self._judge_speech(heard)
                )
                self._judged = (heard, self._in_context, meant)
            return self._judged[2]

    def _judge_speech(self, heard: Transcript) -> Understanding:
        from assistant.recognize.repair import known_texts, repair_texts

        found = understand_speech(heard, self._in_context)
        return repair_texts(found, known_texts(self._skills.manifests))

    def _targets(self, intent: Intent) -> Targets | None:
        """The devices that an intent means here; None when it means none, or several things."""
        try:
            return self._preparer.targets(intent, self._skills, self._settings.site.area)
        except (Ambiguous, CannotDo):
            return None

    def _without_skill(self, understanding: Understanding, turn: Turn, heard: Transcript) -> Reply:
        """The reply to what no skill has to see."""
        if turn.question:
            return Reply(turn.question, "question")
        if understanding.decision == "accept":  # a "no" to a question back
            return Reply(language().say("okay"), "answer")
        text = understanding.text.strip()
        reason = understanding.reason or Reason(Because.TOO_UNSURE)
        if not text or reason.code is Because.TOO_LONG:
            return Reply(language().say("too_much" if text else "nothing_heard"), "rejected")
        known = unsupported(text, self._house.settings)
        return Reply(known, "rejected") if known else self._senseless(reason, heard, text)

    def _senseless(self, reason: Reason, heard: Transcript, text: str) -> Reply:
        """The reply to what nobody understands."""
        if reason.code is Because.NOTHING_SPOKEN_OF:
            return Reply(language().say("meant_what", text=text), "rejected")
        if reason.code is Because.NO_SUCH:
            if self._away:
                # It may be there, and only not announced.
                return Reply(language().say(HOUSE_AWAY), "failed")
            return Reply(language().say("none_known", what=reason.what), "rejected")
        say = language().say
        said = say("that") if MASK in text else say("quoted", text=text)
        if self._away and not self._house.settings.devices:  # their names make no sense yet
            return Reply(say("no_sense_away", said=said), "rejected")
        near = "" if MASK in text else self._nearest(heard)
        sorry = say("no_sense", said=said)
        return Reply(f"{sorry} {say('can_say', near=near)}" if near else sorry, "rejected")

    @property
    def _away(self) -> bool:
        """Whether the house cannot be reached, and nobody knows what would announce itself."""
        return not self._dry_run and not self._house.online

    def _nearest(self, heard: Transcript) -> str:
        """What can be said and sounds like what was heard, or has its words; "" for nothing."""
        for said in heard.sayable[:1]:
            if SequenceMatcher(None, said.text.lower(), heard.text.lower()).ratio() >= _LIKE:
                return said.text
        with self._news.thinking:
            return self.interpreter.suggest(heard.text)


def _too_long(text: str) -> Understanding | None:
    """What is made of a text that is too long for a command; None: it is not."""
    if len(text) <= MOST_CHARACTERS:
        return None
    return _rejected(f"{text[:MOST_CHARACTERS]}…", Because.TOO_LONG)


def _rejected(text: str, code: Because) -> Understanding:
    return Understanding(text, "reject", 0.0, (), Source.NOTHING, Reason(code))


def _every(site_id: str, intent: Intent) -> bool:
    return True


def _nothing(understanding: Understanding) -> None:
    return None
