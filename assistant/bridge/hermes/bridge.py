"""What Hermes apps ask for → what the assistant does."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any
from uuid import uuid4

from assistant.app import App
from assistant.bridge.complaints import Complaints
from assistant.bridge.desk import Desk
from assistant.bridge.hermes import messages
from assistant.bridge.hermes.dialogue import MANAGER, Dialogue, play_finished
from assistant.bridge.hermes.session import Session, names, text_of
from assistant.bridge.hermes.sound import MAX_SOUND_BYTES, read_sound
from assistant.bridge.hermes.wire import Wire
from assistant.events import Understanding
from assistant.mqtt.connection import Connection
from assistant.skill.loader import Skills
from assistant.wake.models import WakeModel, read_model

log = logging.getLogger(__name__)

Json = Mapping[str, Any]

MOST_REASONS = 16
LONGEST_REASON = 100  # characters

NO_INJECTION = (
    "words cannot be injected: names of devices and rooms come from the house, "
    "other words from the skill.yaml of the skill that means them"
)


def open_hermes(app: App, connection: Connection, desk: Desk) -> None:
    """Speak Hermes from now on."""
    wire = Wire(connection)
    dialogue = Dialogue(wire, desk, answer_s=app.config.skills.deadline_s)

    def follow(skills: Skills) -> None:
        skills.answer("hermes", dialogue.answer_of_app)
        outside = (m.name for m in skills.manifests if m.answered_by == "hermes")
        dialogue.outside = frozenset(outside)

    follow(app.skills)
    app.on_skills.append(follow)
    app.conversation.allows = dialogue.allows
    app.conversation.otherwise = dialogue.otherwise
    desk.tell_outside(dialogue)
    words = tuple(read_model(word.model) for word in app.config.wake.words)
    _Orders(wire, desk, dialogue, words, app.config.bridge.hermes.may_open).hear()


class _Orders:
    """One method for each topic; all but the answers are carried out on the pipeline's thread."""

    def __init__(
        self,
        wire: Wire,
        desk: Desk,
        dialogue: Dialogue,
        words: tuple[WakeModel, ...],
        may_open: bool,
    ) -> None:
        self._wire = wire
        self._desk = desk
        self._dialogue = dialogue
        self._words = words
        self._may_open = may_open
        self._complaints = Complaints("Hermes")
        self._reasons: set[str] = set()
        """Why apps have switched the wake word off."""

    def hear(self) -> None:
        """Subscribe to everything."""
        here: Mapping[str, Callable[[Json], None]] = {
            "hermes/hotword/toggleOn": lambda json: self._toggle("hotword", json, on=True),
            "hermes/hotword/toggleOff": lambda json: self._toggle("hotword", json, on=False),
            "hermes/hotword/+/detected": self._detected,
            "hermes/asr/toggleOn": lambda json: self._toggle("asr", json, on=True),
            "hermes/asr/toggleOff": lambda json: self._toggle("asr", json, on=False),
            "hermes/asr/startListening": self._start_listening,
            "hermes/asr/stopListening": lambda json: self._desk.finish(),
            "hermes/asr/textCaptured": self._text_captured,
            "hermes/nlu/query": self._query,
            "hermes/tts/say": self._say,
            "hermes/feedback/sound/toggleOn": lambda json: self._feedback(True),
            "hermes/feedback/sound/toggleOff": lambda json: self._feedback(False),
            "rhasspy/hotword/getHotwords": self._hotwords,
            f"{MANAGER}/startSession": self._start_session,
            f"{MANAGER}/toggleOn": lambda json: self._toggle("dialogueManager", json, on=True),
            f"{MANAGER}/toggleOff": lambda json: self._toggle("dialogueManager", json, on=False),
            "hermes/injection/perform": self._refuse_injection,
        }
        for topic_filter, order in here.items():
            self._wire.hear(topic_filter, self._for_this_site(order))
        self._wire.hear(f"{MANAGER}/configure", self._configure)
        self._wire.hear(f"{MANAGER}/endSession", self._end_session)
        self._wire.hear(f"{MANAGER}/continueSession", self._continue_session)
        self._wire.hear_bytes(
            f"hermes/audioServer/{self._desk.site.id}/playBytes/+",
            self._play,
            max_bytes=MAX_SOUND_BYTES,
        )

    def _for_this_site(
        self, order: Callable[[Json], None]
    ) -> Callable[[str, dict[str, Any]], None]:
        def heard(_topic: str, json: dict[str, Any]) -> None:
            here = (json.get("siteId") or "default") == self._desk.site.id
            if here and not self._desk.rival():
                self._ask(lambda: order(json))

        return heard

    def _ask(self, order: Callable[[], None]) -> None:
        """Have it done on the pipeline's thread."""
        self._desk.hub.ask_if_room(order, "Hermes")

    def _toggle(self, what: str, json: Json, *, on: bool) -> None:
        reason = f"hermes {what} {str(json.get('reason') or '')[:LONGEST_REASON]}"
        if on or reason in self._reasons or len(self._reasons) < MOST_REASONS:
            (self._reasons.discard if on else self._reasons.add)(reason)
            self._desk.wakes(reason, on)
        else:
            self._complaints.say(f"{what}/toggleOff", "ignored, there are too many reasons already")
        if what == "asr" and not on:
            self._desk.stop()

    def _detected(self, _json: Json) -> None:
        self._desk.listen("hermes/hotword/…/detected")

    def _feedback(self, on: bool) -> None:
        self._desk.earcons = on

    def _start_listening(self, json: Json) -> None:
        id_ = str(json.get("sessionId") or uuid4())
        if self._dialogue.find(id_) is None:
            self._dialogue.dictate(Session(site_id=self._desk.site.id, id=id_, dictated=True))

    def _text_captured(self, json: Json) -> None:
        id_ = str(json.get("sessionId") or uuid4())
        self._dialogue.adopt(Session(site_id=self._desk.site.id, id=id_))
        self._desk.command(
            str(json.get("text") or ""),
            self._desk.site,
            lambda reply: None,
            may_open=self._may_open,
        )

    def _query(self, json: Json) -> None:
        text = str(json.get("input") or "")
        understood = self._desk.conversation.interpret(text)
        ids = {key: json.get(key) for key in ("id", "sessionId")}
        ids["siteId"] = self._desk.site.id
        wanted = names(json.get("intentFilter"))
        named = [(intent, self._dialogue.name(intent)) for intent in understood.intents]
        if _usable(understood) and (not wanted or named[0][1] in wanted):
            parsed = messages.parsed(text, *named[0])
            self._wire.send("hermes/nlu/intentParsed", **ids, **parsed)
        else:
            self._wire.send(
                "hermes/nlu/intentNotRecognized",
                **ids,
                input=text,
                confidenceScore=understood.confidence,
                customData=json.get("customData"),
                alternatives=[],
            )

    def _say(self, json: Json) -> None:
        id_, session_id = json.get("id"), json.get("sessionId")
        self._dialogue.say(text_of(json), id_, session_id, f"say-{uuid4()}")

    def _play(self, topic: str, payload: bytes) -> None:
        id_ = topic.rsplit("/", 1)[-1]
        try:
            sound = read_sound(payload)
        except ValueError as error:
            self._complaints.say("playBytes", f"not played: {error}")
            self._wire.send(play_finished(self._desk.site.id), id=id_, sessionId=None)
            return
        self._ask(lambda: self._dialogue.play(sound, id_))

    def _refuse_injection(self, json: Json) -> None:
        self._complaints.say("injection/perform", NO_INJECTION)
        self._wire.send(
            "hermes/injection/error",
            siteId=self._desk.site.id,
            sessionId=None,
            error=NO_INJECTION,
            context=json.get("id"),
        )

    def _hotwords(self, json: Json) -> None:
        models = [
            {"modelId": word.word, "modelWords": word.phrase, "modelVersion": "",
             "modelType": "universal"}
            for word in self._words
        ]  # fmt: skip
        self._wire.send(
            "rhasspy/hotword/hotwords", models=models, siteId=self._desk.site.id, id=json.get("id")
        )

    def _start_session(self, json: Json) -> None:
        first = json.get("init")
        if isinstance(first, dict):
            session = Session(site_id=self._desk.site.id, custom_data=json.get("customData"))
            notifies = first.get("type") == "notification"
            self._dialogue.start(
                session, first, may_wait=notifies or bool(first.get("canBeEnqueued", True))
            )

    def _configure(self, _topic: str, json: dict[str, Any]) -> None:
        """Of one site or, where none is named, of all."""
        found, site_id = json.get("intents"), json.get("siteId")
        site_id = str(site_id) if site_id else None
        for intent in found if isinstance(found, list) else ():
            if isinstance(intent, dict) and intent.get("intentId"):
                name, on = str(intent["intentId"]), bool(intent.get("enable"))
                self._ask(partial(self._dialogue.switch, name, site_id, on=on))

    def _end_session(self, _topic: str, json: dict[str, Any]) -> None:
        """On the connection's thread: the pipeline's may be waiting for just this."""
        session = self._dialogue.find(json.get("sessionId"))
        if session and not session.take(False, json):
            self._ask(lambda: self._dialogue.finish(session, text_of(json)))

    def _continue_session(self, _topic: str, json: dict[str, Any]) -> None:
        session = self._dialogue.find(json.get("sessionId"))
        if session and not session.take(True, json):

            def go_on() -> None:
                session.resume(json)
                self._dialogue.go_on(session, text_of(json))

            self._ask(go_on)


def _usable(understood: Understanding) -> bool:
    return understood.decision != "reject" and bool(understood.intents)
