"""What Hermes apps ask for → what the assistant does."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any
from uuid import uuid4

from assistant.app import App
from assistant.bridge.desk import Desk
from assistant.bridge.hermes import messages
from assistant.bridge.hermes.dialogue import MANAGER, Dialogue
from assistant.bridge.hermes.session import Session
from assistant.bridge.hermes.wire import Wire
from assistant.events import Understanding
from assistant.mqtt.connection import Connection
from assistant.skill.loader import Skills

Json = Mapping[str, Any]


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
    desk.hub.subscribe(dialogue)
    _Orders(wire, desk, dialogue, tuple(word.model for word in app.config.wake.words)).hear()


class _Orders:
    """One method for each topic; all but the answers are carried out on the pipeline's thread."""

    def __init__(self, wire: Wire, desk: Desk, dialogue: Dialogue, words: tuple[str, ...]) -> None:
        self._wire = wire
        self._desk = desk
        self._dialogue = dialogue
        self._words = words

    def hear(self) -> None:
        """Subscribe to everything."""
        here: Mapping[str, Callable[[Json], None]] = {
            "hermes/hotword/toggleOn": lambda json: self._toggle("hotword", json, on=True),
            "hermes/hotword/toggleOff": lambda json: self._toggle("hotword", json, on=False),
            "hermes/hotword/+/detected": lambda json: self._desk.listen(),
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
            f"{MANAGER}/configure": self._configure,
        }
        for topic_filter, order in here.items():
            self._wire.hear(topic_filter, self._for_this_site(order))
        self._wire.hear(f"{MANAGER}/endSession", self._end_session)
        self._wire.hear(f"{MANAGER}/continueSession", self._continue_session)

    def _for_this_site(
        self, order: Callable[[Json], None]
    ) -> Callable[[str, dict[str, Any]], None]:
        def heard(_topic: str, json: dict[str, Any]) -> None:
            if (json.get("siteId") or "default") == self._desk.site.id:
                self._desk.hub.ask(lambda: order(json))

        return heard

    def _toggle(self, what: str, json: Json, *, on: bool) -> None:
        self._desk.wakes(f"hermes {what} {json.get('reason') or ''}", on)
        if what == "asr" and not on:
            self._desk.stop()

    def _feedback(self, on: bool) -> None:
        self._desk.earcons = on

    def _start_listening(self, json: Json) -> None:
        id_ = str(json.get("sessionId") or uuid4())
        if self._dialogue.find(id_) is None:
            self._dialogue.dictate(Session(site_id=self._desk.site.id, id=id_, dictated=True))

    def _text_captured(self, json: Json) -> None:
        id_ = str(json.get("sessionId") or uuid4())
        self._dialogue.adopt(Session(site_id=self._desk.site.id, id=id_))
        self._desk.command(str(json.get("text") or ""), self._desk.site, lambda reply: None)

    def _query(self, json: Json) -> None:
        text = str(json.get("input") or "")
        understood = self._desk.conversation.interpret(text)
        ids = {key: json.get(key) for key in ("id", "sessionId")}
        ids["siteId"] = self._desk.site.id
        wanted = json.get("intentFilter")
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
        text, id_, session_id = (json.get(key) for key in ("text", "id", "sessionId"))
        self._dialogue.say(str(text or ""), id_, session_id, f"say-{uuid4()}")

    def _hotwords(self, json: Json) -> None:
        models = [
            {"modelId": word, "modelWords": word.replace("_", " "), "modelVersion": "",
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

    def _configure(self, json: Json) -> None:
        for intent in json.get("intents") or ():
            if isinstance(intent, dict):
                change = self._dialogue.disabled
                (change.discard if intent.get("enable") else change.add)(
                    str(intent.get("intentId"))
                )

    def _end_session(self, _topic: str, json: dict[str, Any]) -> None:
        """On the connection's thread: the pipeline's may be waiting for just this."""
        session = self._dialogue.find(json.get("sessionId"))
        if session and not session.take(False, json):
            self._desk.hub.ask(lambda: self._dialogue.finish(session, str(json.get("text") or "")))

    def _continue_session(self, _topic: str, json: dict[str, Any]) -> None:
        session = self._dialogue.find(json.get("sessionId"))
        if session and not session.take(True, json):

            def go_on() -> None:
                session.resume(json)
                self._dialogue.go_on(session, str(json.get("text") or ""))

            self._desk.hub.ask(go_on)


def _usable(understood: Understanding) -> bool:
    return understood.decision != "reject" and bool(understood.intents)
