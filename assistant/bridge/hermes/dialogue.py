"""The dialogue manager of Hermes: our events become its sessions.

Everything here is called on the pipeline's thread.
"""

from __future__ import annotations

import logging
import threading
import time
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import replace
from queue import Empty, SimpleQueue
from typing import Any, NamedTuple
from uuid import uuid4

from assistant import events
from assistant.bridge.desk import Desk
from assistant.bridge.hermes import messages
from assistant.bridge.hermes.session import Reason, Session, text_of
from assistant.bridge.hermes.wire import Wire
from assistant.bridge.turns import SITE
from assistant.conversation import MOST_PLACES
from assistant.events import Event, Intent, Slot, Understanding
from assistant.skill.answer import Answer, CannotDo
from assistant.speak.sound import Sound

log = logging.getLogger(__name__)

MANAGER = "hermes/dialogueManager"
SAY_FINISHED = "hermes/tts/sayFinished"
QUIET_S = 60.0
"""A session in which nothing happens so long ends: its app has gone, or forgot it."""

MOST_SAID = 16
"""Texts and sounds of apps that may wait to be heard."""

MOST_DISABLED = 256  # intents that apps have switched off

IN_SESSION = "dialogueSession"  # why the wake word is off, as Rhasspy says it


def play_finished(site_id: str) -> str:
    """The topic on which an app hears that its sound is over."""
    return f"hermes/audioServer/{site_id}/playFinished"


class _Said(NamedTuple):
    """What is told when something has been heard to its end: where, and with which ids."""

    topic: str
    id: str | None
    session_id: str | None


class Dialogue:
    """One session a place, others waiting for it to end."""

    def __init__(self, wire: Wire, desk: Desk, *, answer_s: float) -> None:
        """`answer_s`: how long an app may take to end or continue a session, seconds."""
        self._wire = wire
        self._desk = desk
        self.outside: frozenset[str] = frozenset()
        """Names of the skills that apps answer."""

        self._answer_s = answer_s
        self._sessions: dict[str, Session] = {}
        self._waiting: deque[tuple[Session, Mapping[str, Any]]] = deque()
        self._asked: dict[str, Session] = {}
        """Place → the session whose app is to answer its present turn."""

        self._dictating = False
        self._text: dict[str, str] = {}
        self._spoken: dict[str, _Said] = {}
        self._disabled: set[tuple[str | None, str]] = set()
        self._crowded = False
        self._watched = False

    # What happens here → what Hermes hears of it.

    def __call__(self, event: Event) -> None:
        """Tell of one event."""
        tell: Mapping[type[Event], Callable[[Any], None]] = {
            events.Wake: self._wake,
            events.SpeechEnded: self._speech_ended,
            events.Transcript: self._transcript,
            events.Understanding: self._understanding,
            events.Turn: self._turn,
            events.Reply: self._reply,
            events.Spoken: self._said,
            events.Rang: self._rang,
        }
        if type(event) in tell:
            tell[type(event)](event)

    def _rang(self, rang: events.Rang) -> None:
        if rang.kind != "command":  # of that there is a reply
            self._tell_say(rang.site_id, rang.text, None, None)

    def _wake(self, wake: events.Wake) -> None:
        session = self._sessions.get(wake.site_id)
        if wake.word:
            self._wire.send(
                f"hermes/hotword/{wake.word}/detected",
                modelId=wake.word,
                modelVersion="",
                modelType="universal",
                currentSensitivity=self._desk.controls.sensitivity / 100,
                detectionSignalMs=round(wake.heard_at * 1000),
                endSignalMs=round(wake.word_ended_at * 1000),
                siteId=wake.site_id,
                sessionId=None,
            )
            if session:
                self._end(session, "abortedByUser")
                session = None
        self._listens(session or self._open(Session(site_id=wake.site_id)))

    def _speech_ended(self, ended: events.SpeechEnded) -> None:
        session = self._sessions.get(ended.site_id)
        if session is None:
            return
        self._wire.send("hermes/asr/stopListening", siteId=session.site_id, sessionId=session.id)
        if session.ends is None and ended.reason in ("nothing_said", "stopped"):
            if session.dictated:
                nothing = events.Transcript("", 0.0, "", site_id=session.site_id)
                self._transcript(nothing)
            else:
                self._end(session, "timeout" if ended.reason == "nothing_said" else "abortedByUser")

    def _transcript(self, heard: events.Transcript) -> None:
        session = self._session(heard)
        if not session.typed:
            captured = messages.text_captured(heard, heard.took_ms / 1000, session.id)
            self._wire.send("hermes/asr/textCaptured", **captured)
        if session.dictated:
            self._sessions.pop(session.site_id, None)

    def _understanding(self, understood: Understanding) -> None:
        session = self._session(understood)
        self._text[session.site_id] = understood.text
        if understood.decision == "reject":
            self._wire.send(
                "hermes/nlu/intentNotRecognized",
                input=understood.text,
                id=None,
                siteId=session.site_id,
                sessionId=session.id,
                confidenceScore=understood.confidence,
                customData=session.custom_data,
                alternatives=[],
            )

    def _turn(self, turn: events.Turn) -> None:
        session = self._session(turn)
        if any(intent.skill in self.outside for intent in turn.intents):
            self._expect_answer(session)
        for intent in turn.intents:
            self._intend(session, intent)

    def name(self, intent: Intent) -> str:
        """What Hermes calls the intent."""
        return messages.intent_name(intent, self.outside)

    def _intend(self, session: Session, intent: Intent) -> None:
        session.intent = intent
        name = self.name(intent)
        text = self._text.get(session.site_id, "")
        common = messages.parsed(text, intent, name)
        ids: dict[str, Any] = {"siteId": session.site_id, "sessionId": session.id}
        self._wire.send("hermes/nlu/intentParsed", id=None, **ids, **common)
        self._wire.send(
            f"hermes/intent/{name}",
            id=None,
            **ids,
            customData=session.custom_data,
            asrTokens=messages.tokens(text, 1.0),
            asrConfidence=1.0,
            rawInput=text,
            **common,
        )

    def _reply(self, reply: events.Reply) -> None:
        session = self._session(reply)
        session.answers = None
        if reply.text:
            self._tell_say(session.site_id, reply.text, reply.utterance_id, session.id)
        self._spoken[reply.utterance_id] = _Said(SAY_FINISHED, reply.utterance_id, session.id)
        if reply.kind != "question":
            rejected = reply.kind == "rejected"
            session.ends = session.ends or ("intentNotRecognized" if rejected else "nominal")
        if session.site_id != self._desk.site.id:  # nobody speaks there that we know of
            self._said(
                events.Spoken(
                    reply.text, 0.0, utterance_id=reply.utterance_id, site_id=session.site_id
                )
            )

    def _tell_say(self, site_id: str, text: str, id_: str | None, session_id: str | None) -> None:
        """Tell what we say ourselves: a lamp may show it, another speaker say it."""
        ids = {"id": id_, "siteId": site_id, "sessionId": session_id}
        self._wire.send("hermes/tts/say", text=text, lang=None, **ids)

    def _said(self, spoken: events.Spoken) -> None:
        said = self._spoken.pop(spoken.utterance_id, None)
        if said is None:
            return
        self._wire.send(said.topic, id=said.id, siteId=spoken.site_id, sessionId=said.session_id)
        session = self._sessions.get(spoken.site_id)
        if session is None or session.id != said.session_id:
            return
        if session.ends:
            self._end(session, session.ends)
        elif session.site_id == self._desk.site.id:
            self._listens(session)

    # Sessions.

    def find(self, session_id: object) -> Session | None:
        """The session of that id that is going on; from any thread."""
        return next((s for s in list(self._sessions.values()) if s.id == session_id), None)

    def start(self, session: Session, first: Mapping[str, Any], *, may_wait: bool) -> None:
        """An app begins: `first` is the `init` of its startSession."""
        if session.site_id in self._sessions:
            if may_wait and len(self._waiting) < MOST_PLACES:
                self._waiting.append((session, first))
                self._tell("sessionQueued", session)
            return
        session.resume(first)
        self._open(session)
        if first.get("type") == "notification":
            session.ends = "nominal"
            self._say(session, text_of(first))
        else:
            self.go_on(session, text_of(first))

    def dictate(self, session: Session) -> None:
        """An app only wants the next words; where nothing can be heard it is told that at once."""
        self._open(session)
        if not self._desk.listen("hermes/asr/startListening"):
            self._transcript(events.Transcript("", 0.0, "", site_id=session.site_id))

    def go_on(self, session: Session, text: str) -> None:
        """Say `text`, if any, and listen."""
        session.quiet_since = time.monotonic()
        session.ends = None
        listens = self._desk.listen("a session of Hermes", continues=True)
        if text:
            self._say(session, text)
        if listens or session.typed:
            return
        # Nobody can answer: other sessions need not wait. Rhasspy knows no `siteUnavailable`.
        session.ends = "timeout"
        if not text:
            self._end(session, session.ends)

    def finish(self, session: Session, text: str) -> None:
        """An app ends a session in which nobody waits for it; our own answer is not cut off."""
        if session.ends:
            return
        self._desk.stop()
        session.ends = "nominal"
        if text:
            self._say(session, text)
        else:
            self._end(session, "nominal")

    def adopt(self, session: Session) -> Session:
        """The session of that id or, where there is none, this one; its words come in typed."""
        known = self.find(session.id) or self._open(session)
        known.typed = True
        return known

    def say(self, text: str, id_: str | None, session_id: str | None, utterance_id: str) -> None:
        """Speak for an app, which hears `sayFinished` with its own ids."""
        said = _Said(SAY_FINISHED, id_, session_id)
        self._be_heard(said, utterance_id, lambda: self._desk.say(text, utterance_id))

    def _be_heard(self, said: _Said, utterance_id: str, speak: Callable[[], None]) -> None:
        self._spoken[utterance_id] = said
        if len(self._spoken) <= MOST_SAID:
            self._crowded = False
            speak()
            return
        if not self._crowded:
            log.warning("Hermes: %d texts and sounds wait to be heard; no more", MOST_SAID)
        self._crowded = True
        unheard = events.Spoken("", 0.0, utterance_id=utterance_id, site_id=self._desk.site.id)
        self._desk.hub.ask(lambda: self._said(unheard))

    def play(self, sound: Sound, id_: str) -> None:
        """Play an app's sound; it hears `playFinished` with its own id."""
        utterance_id = f"play-{uuid4()}"  # theirs need not be unique
        said = _Said(play_finished(self._desk.site.id), id_, None)
        self._be_heard(said, utterance_id, lambda: self._desk.play(sound, utterance_id))

    def _say(self, session: Session, text: str) -> None:
        self.say(text, session.id, session.id, f"say-{uuid4()}")

    def _session(self, event: Event) -> Session:
        session = self._sessions.get(event.site_id) or self._open(Session(site_id=event.site_id))
        session.quiet_since = time.monotonic()
        return session

    def _open(self, session: Session) -> Session:
        self._sessions[session.site_id] = session
        session.quiet_since = time.monotonic()
        self._watch()
        if len(self._sessions) > MOST_PLACES:
            self._end(next(iter(self._sessions.values())), "timeout")
        if session.site_id == self._desk.site.id and session.dictated != self._dictating:
            self._dictating = self._desk.conversation.dictation = session.dictated
        if not session.dictated:
            self._tell("sessionStarted", session, reactivatedFromSessionId=None)
            self._wire.send("hermes/hotword/toggleOff", siteId=session.site_id, reason=IN_SESSION)
        return session

    def _watch(self) -> None:
        """End the sessions in which nothing happens any more, as long as there are any."""

        def look() -> None:
            self._watched = False
            since = time.monotonic() - QUIET_S
            for session in [s for s in self._sessions.values() if s.quiet_since <= since]:
                log.info("Hermes: a session at %s is over: it was quiet", session.site_id)
                self._end(session, "timeout")
            if self._sessions:
                self._watch()

        if not self._watched:
            self._watched = True
            timer = threading.Timer(QUIET_S / 2, lambda: self._desk.hub.ask(look))
            timer.daemon = True
            timer.start()

    def _end(self, session: Session, reason: Reason) -> None:
        self._sessions.pop(session.site_id, None)
        self._asked.pop(session.site_id, None)
        self._text.pop(session.site_id, None)
        self._tell("sessionEnded", session, termination={"reason": reason})
        self._wire.send("hermes/hotword/toggleOn", siteId=session.site_id, reason=IN_SESSION)
        waiting = next((w for w in self._waiting if w[0].site_id == session.site_id), None)
        if waiting:
            self._waiting.remove(waiting)
            self.start(*waiting, may_wait=True)

    def _listens(self, session: Session) -> None:
        self._wire.send("hermes/asr/startListening", siteId=session.site_id, sessionId=session.id)

    def _tell(self, what: str, session: Session, **more: Any) -> None:
        self._wire.send(
            f"{MANAGER}/{what}",
            sessionId=session.id,
            siteId=session.site_id,
            customData=session.custom_data,
            **more,
        )

    # What apps decide.

    def switch(self, intent_name: str, site_id: str | None, *, on: bool) -> None:
        """Whether the intent can be meant at a site; None: at any."""
        if on:
            self._disabled -= {(site_id, intent_name), (None, intent_name)}
        elif len(self._disabled) < MOST_DISABLED:
            self._disabled.add((site_id, intent_name))
        else:
            log.warning("hermes: %s is not switched off: too many are already", intent_name[:80])

    def allows(self, site_id: str, intent: Intent) -> bool:
        """Whether the intent can be meant there and now."""
        name = self.name(intent)
        session = self._sessions.get(site_id)
        wanted = session.intent_filter if session else None
        disabled = {(site_id, name), (None, name)} & self._disabled
        return not disabled and (wanted is None or name in wanted)

    def otherwise(self, understood: Understanding) -> Answer | None:
        """What an app makes of words that were not understood; None: no app wants to know."""
        session = self._sessions.get(self._desk.site.id)
        if session is None or not understood.text.strip():
            return None
        if session.slot and session.intent:
            self._expect_answer(session)
            said = Slot(session.slot, understood.text, understood.text)
            slots = {**session.intent.slots, session.slot: said}
            self._intend(session, replace(session.intent, slots=slots))
        elif session.tells_unrecognized:
            self._expect_answer(session)
            self._tell(
                "intentNotRecognized",
                session,
                input=understood.text,
                confidenceScore=understood.confidence,
                alternatives=[],
            )
        else:
            return None
        try:
            return self.answer_of_app()
        except CannotDo as problem:
            return Answer(str(problem))

    def _expect_answer(self, session: Session) -> None:
        """From here on an app's answer is kept; it may come before anybody waits for it."""
        session.answers = SimpleQueue()
        self._asked[session.site_id] = session

    def answer_of_app(self) -> Answer:
        """Wait for the app that hears the last intent; the handler of the skills of apps."""
        session = self._asked.get(SITE.get() or self._desk.site.id)
        if session is None or session.answers is None:
            raise CannotDo("Nobody is connected who could do that.")
        try:
            return session.answers.get(timeout=self._answer_s)
        except Empty:
            session.ends = "timeout"
            raise CannotDo("Sorry, nobody answered.") from None
