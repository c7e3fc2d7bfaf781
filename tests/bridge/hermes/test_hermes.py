"""Hermes with the real rhasspy-hermes and rhasspy-hermes-app as peers, over a real Mosquitto."""

import json
import subprocess
import threading
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
import soundfile
from broker import Mosquitto
from listener import Listener
from repository import ROOT
from rig import KITCHEN_LIGHTS, Assistant, listen_to

from assistant.bridge.hermes import dialogue
from assistant.config import BridgeSettings, HermesSettings, SiteSettings
from assistant.events import Reply, Wake

PYTHON = ROOT / ".venv-peers" / "bin" / "python"
HERE = Path(__file__).parent
HERMES = BridgeSettings(hermes=HermesSettings(enabled=True))

if not PYTHON.is_file():
    pytest.skip("NOT TESTED: Hermes: run scripts/setup_peers", allow_module_level=True)


class Client:
    """The real rhasspy-hermes in its own process."""

    def __init__(self, broker: Mosquitto) -> None:
        user = (broker.username, broker.password)
        self._process = subprocess.Popen(
            [PYTHON, HERE / "client.py", broker.host, str(broker.port), *user],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.seen: list[tuple[str, dict[str, object]]] = []
        self._changed = threading.Condition()
        self._thread = threading.Thread(target=self._read, daemon=True)
        self._thread.start()
        self.wait_for("ready")

    def _read(self) -> None:
        for line in self._process.stdout:
            with self._changed:
                self.seen.append(tuple(json.loads(line)))
                self._changed.notify_all()

    def send(self, name: str, **fields: object) -> None:
        self._process.stdin.write(f"{name} {json.dumps(fields)}\n")
        self._process.stdin.flush()

    def wait_for(self, name: str, count: int = 1) -> dict[str, object]:
        """The fields of the `count`-th message of that class."""
        with self._changed:
            there = lambda: [fields for kind, fields in self.seen if kind == name]  # noqa: E731
            assert self._changed.wait_for(lambda: len(there()) >= count, 20), f"seen: {self.seen}"
            return there()[count - 1]

    def kinds(self) -> list[str]:
        return [name for name, _ in self.seen]

    def close(self) -> None:
        self._process.stdin.close()
        self._process.wait(10)
        self._thread.join(10)
        self._process.stdout.close()


@pytest.fixture
def client(mosquitto: Mosquitto) -> Iterator[Client]:
    client = Client(mosquitto)
    yield client
    client.close()


@pytest.fixture
def app(mosquitto: Mosquitto) -> Iterator[None]:
    """The real rhasspy-hermes-app with our pizza app, connected."""
    broker = ["--host", mosquitto.host, "--port", str(mosquitto.port)]
    user = ["--username", mosquitto.username, "--password", mosquitto.password]
    with subprocess.Popen(
        [PYTHON, HERE / "app.py", *broker, *user], stdout=subprocess.PIPE, text=True
    ) as process:
        for line in process.stdout:
            if line == "ready\n":
                break
        yield
        process.kill()


@pytest.fixture
def assistant(mosquitto: Mosquitto) -> Iterator[Assistant]:
    with Assistant(mosquitto, HERMES) as assistant:
        yield assistant


def type_in(client: Client, text: str, session_id: str | None = None) -> None:
    """A command from an ASR of somebody else."""
    client.send("AsrTextCaptured", text=text, likelihood=1.0, seconds=0.0, sessionId=session_id)


def test_a_spoken_command_is_told_in_the_order_of_the_protocol(assistant, client):
    assistant.microphone.hear(KITCHEN_LIGHTS)
    client.wait_for("HotwordToggleOn")
    ended = client.wait_for("DialogueSessionEnded")
    assert [name for name in client.kinds() if name != "ready"] == [
        "HotwordDetected",
        "DialogueSessionStarted",
        "HotwordToggleOff",
        "AsrStartListening",
        "AsrStopListening",
        "AsrTextCaptured",
        "NluIntentParsed",
        "NluIntent",
        "TtsSay",
        "TtsSayFinished",
        "DialogueSessionEnded",
        "HotwordToggleOn",
    ]
    intent = client.wait_for("NluIntent")
    assert intent["intent"]["intentName"] == "lights.turn_on"
    assert intent["slots"][0]["slotName"] == "area"
    assert intent["slots"][0]["value"] == {"kind": "Custom", "value": "kitchen"}
    start = intent["slots"][0]["range"]["start"]
    assert intent["input"][start:].lower().startswith("kitchen")
    assert ended["termination"]["reason"] == "nominal"
    sessions = {f["sessionId"] for n, f in client.seen if f.get("sessionId")}
    assert sessions == {ended["sessionId"]}
    assert client.wait_for("HotwordDetected")["modelId"] == "alexa"


def test_an_app_answers_its_intent(assistant, client, app):
    type_in(client, "which bin goes out today")
    client.wait_for("DialogueSessionEnded")
    assert assistant.speaker.said == ["The green one at default."]


def test_an_app_leads_a_dialogue_in_one_session(assistant, client, app):
    type_in(client, "order a pizza")
    session = client.wait_for("AsrStartListening")["sessionId"]
    assert assistant.wait_for(Reply).kind == "question"
    type_in(client, "turn on the kitchen lights", session)  # not what was asked for
    client.wait_for("AsrStartListening", 2)
    type_in(client, "a large one please", session)
    ended = client.wait_for("DialogueSessionEnded")
    assert assistant.speaker.said == [
        "Small or large?",
        "Small or large, please.",
        "Here comes a pizza, large.",
    ]
    assert ended["sessionId"] == session
    assert client.kinds().count("DialogueSessionStarted") == 1


def test_an_app_asks_for_one_slot(assistant, client):
    type_in(client, "order a pizza")
    session = client.wait_for("NluIntent")["sessionId"]
    client.send("DialogueContinueSession", sessionId=session, text="How big?", slot="size")
    client.wait_for("AsrStartListening")
    type_in(client, "as big as a house", session)
    intent = client.wait_for("NluIntent", 2)
    assert intent["intent"]["intentName"] == "OrderPizza"
    (slot,) = intent["slots"]
    assert (slot["slotName"], slot["rawValue"]) == ("size", "as big as a house")
    client.send("DialogueEndSession", sessionId=session, text="That is big.")
    assert client.wait_for("DialogueSessionEnded")["sessionId"] == session
    assert assistant.speaker.said == ["How big?", "That is big."]


def test_without_its_app_an_intent_ends_in_a_timeout(mosquitto, client, tmp_path):
    with Assistant(mosquitto, HERMES) as assistant:
        type_in(client, "which bin goes out today")
        ended = client.wait_for("DialogueSessionEnded")
    assert assistant.speaker.said == ["Sorry, nobody answered."]
    assert ended["termination"]["reason"] == "timeout"


LATER = """\
name: radio
version: 1.0.0
description: Answered by an app.
answered_by: hermes
intents: { Tune: { sentences: ["tune the radio"] } }
"""


def test_an_app_answers_a_skill_that_came_later(mosquitto, client, tmp_path):
    with Assistant(mosquitto, HERMES, skills=tmp_path) as assistant:
        (tmp_path / "radio").mkdir()
        (tmp_path / "radio" / "skill.yaml").write_text(LATER, encoding="utf-8")
        assistant.app.reload_skills()
        type_in(client, "tune the radio")
        intent = client.wait_for("NluIntent")
        assert intent["intent"]["intentName"] == "Tune"
        client.send("DialogueEndSession", sessionId=intent["sessionId"], text="Tuned.")
        assert assistant.wait_for(Reply).text == "Tuned."


def test_an_app_begins_a_dialogue_and_notifies(assistant, client):
    note = {"type": "notification", "text": "The washing machine is done."}
    ask = {"type": "action", "text": "Shall I?", "canBeEnqueued": True, "intentFilter": None}
    client.send("DialogueStartSession", init=note, customData="laundry")
    ended = client.wait_for("DialogueSessionEnded")
    assert (ended["customData"], ended["termination"]["reason"]) == ("laundry", "nominal")
    client.send("DialogueStartSession", init=ask)
    session = client.wait_for("AsrStartListening")["sessionId"]
    client.send("DialogueStartSession", init=note)
    queued = client.wait_for("DialogueSessionQueued")["sessionId"]
    client.send("DialogueEndSession", sessionId=session, text="Never mind.")
    client.wait_for("DialogueSessionEnded", 3)
    ends = [f["sessionId"] for n, f in client.seen if n == "DialogueSessionEnded"]
    assert ends[1:] == [session, queued]
    assert assistant.speaker.said[1:] == ["Shall I?", "Never mind.", note["text"]]


def test_where_nobody_can_be_heard_no_session_waits(assistant, client):
    note = {"type": "notification", "text": "The washing machine is done."}
    ask = {"type": "action", "text": "Shall I?", "canBeEnqueued": True, "intentFilter": None}
    assistant.hub.ask(lambda: assistant.desk.adjust(muted=True))
    client.send("DialogueStartSession", init=ask)
    client.send("DialogueStartSession", init=note)
    assert client.wait_for("DialogueSessionEnded")["termination"]["reason"] == "timeout"
    assert client.wait_for("DialogueSessionEnded", 2)["termination"]["reason"] == "nominal"
    assert assistant.speaker.said == ["Shall I?", note["text"]]
    client.send("AsrStartListening", sessionId="dictated")
    assert client.wait_for("AsrTextCaptured")["text"] == ""


def test_parts_can_be_used_alone(assistant, client):
    client.send("NluQuery", input="dim the floor lamp to 40 percent", id="q1")
    parsed = client.wait_for("NluIntentParsed")
    assert parsed["intent"]["intentName"] == "lights.set_brightness"
    assert parsed["id"] == "q1"
    values = {slot["slotName"]: slot["value"] for slot in parsed["slots"]}
    assert values["brightness"] == {"kind": "Percentage", "value": 40}
    client.send("NluQuery", input="the weather in paris", id="q2")
    assert client.wait_for("NluIntentNotRecognized")["id"] == "q2"
    client.send("TtsSay", text="Hello.", id="t1")
    assert client.wait_for("TtsSayFinished")["id"] == "t1"
    assert assistant.speaker.said == ["Hello."]
    client.send("GetHotwords", id="h1")
    assert client.wait_for("Hotwords")["models"][0]["modelId"] == "alexa"


def test_words_can_be_written_down_without_being_carried_out(assistant, client):
    client.send("AsrStartListening", sessionId="dictated")
    assistant.microphone.hear(KITCHEN_LIGHTS)
    heard = client.wait_for("AsrTextCaptured")
    assert heard["sessionId"] == "dictated"
    assert "kitchen lights" in heard["text"].lower()
    client.send("TtsSay", text="Over.", id="t1")
    client.wait_for("TtsSayFinished")
    assert "NluIntent" not in client.kinds()
    assert assistant.speaker.said == ["Over."]


def test_the_wake_word_can_be_switched_off_and_said_by_others(assistant, client):
    client.send("HotwordToggleOff", reason="playAudio")
    client.send("HotwordDetected", modelId="bell", modelVersion="", modelType="personal")
    assert client.wait_for("DialogueSessionStarted")["siteId"] == "default"
    client.send("AsrStopListening")
    assert client.wait_for("DialogueSessionEnded")["termination"]["reason"] == "timeout"
    assistant.microphone.hear(KITCHEN_LIGHTS)
    assistant.microphone.wait_heard()
    client.send("DialogueConfigure", intents=[{"intentId": "lights.turn_on", "enable": False}])
    client.send("HotwordToggleOn", reason="playAudio")
    client.send("TtsSay", text="On.", id="t1")
    client.wait_for("TtsSayFinished")
    assert client.kinds().count("HotwordDetected") == 1
    type_in(client, "turn on the kitchen lights")
    ended = client.wait_for("DialogueSessionEnded", 2)
    assert ended["termination"]["reason"] == "intentNotRecognized"


def test_a_timer_that_is_set_over_hermes_rings_and_is_told(assistant, mosquitto, client):
    with listen_to(mosquitto) as home:
        type_in(client, "set a timer for one second")
        client.wait_for("DialogueSessionEnded")
        home.wait(lambda: home.payloads("assistant/default/rang"), 20)
    assert client.wait_for("TtsSay", 2)["text"] == "Your timer is done."
    assert assistant.speaker.said[-1] == "Your timer is done."


def test_no_app_makes_it_listen_unheard_or_all_the_time(assistant, mosquitto, client, caplog):
    with listen_to(mosquitto) as stranger:
        stranger.publish("hermes/feedback/sound/toggleOff", "{}")
        stranger.publish("hermes/hotword/x/detected", "{}")
        client.wait_for("AsrStartListening")
        assert assistant.speaker.earcons == ["wake"]
        for _ in range(5):
            stranger.publish("hermes/asr/stopListening", "{}")
            stranger.publish("hermes/hotword/x/detected", "{}")
        client.wait_for("DialogueSessionEnded")
        ask = {"init": {"type": "action", "text": "Well?"}}
        for _ in range(3):
            stranger.publish("hermes/dialogueManager/startSession", json.dumps(ask))
        assert client.wait_for("DialogueSessionEnded", 4)["termination"]["reason"] == "timeout"
    assert [event for event in assistant.events if isinstance(event, Wake)][1:] == []
    assert caplog.text.count("not listening") <= 2


def test_a_session_that_its_app_forgot_ends(assistant, mosquitto, client, monkeypatch):
    monkeypatch.setattr(dialogue, "QUIET_S", 0.4)
    type_in(client, "turn on the lights")  # "Which lights?", and nobody answers
    session = client.wait_for("DialogueSessionStarted")["sessionId"]
    assistant.hub.ask(lambda: assistant.desk.stop())
    assert client.wait_for("DialogueSessionEnded")["sessionId"] == session
    assert assistant.desk.conversation is not None
    type_in(client, "turn on the kitchen lights")
    client.wait_for("DialogueSessionStarted", 2)


def test_a_flood_of_texts_is_cut_short_and_a_command_gets_through(
    assistant, mosquitto, client, caplog, monkeypatch
):
    monkeypatch.setattr(assistant.speaker, "say", lambda reply, sound=None: None)
    with listen_to(mosquitto) as stranger:
        for n in range(2 * dialogue.MOST_SAID):
            stranger.publish("hermes/tts/say", json.dumps({"text": f"{n}", "id": f"{n}"}))
        stranger.publish("hermes/tts/say", json.dumps({"text": "x" * 50_000, "id": "long"}))
        client.wait_for("TtsSayFinished", dialogue.MOST_SAID + 1)
    assert len(assistant.desk._saying) == dialogue.MOST_SAID
    lines = [r.getMessage() for r in caplog.records if r.levelname == "WARNING"]
    assert (
        lines.count(f"Hermes: {dialogue.MOST_SAID} texts and sounds wait to be heard; no more") == 1
    )
    assert "Hermes: of a text of 50000 characters 1000 are said" in lines


def test_an_app_plays_a_sound_and_hears_when_it_is_over(assistant, mosquitto, client):
    wav = BytesIO()
    soundfile.write(wav, np.zeros((4410, 2)), 44100, format="WAV", subtype="PCM_16")
    with listen_to(mosquitto) as app:
        app.publish("hermes/audioServer/default/playBytes/gong", wav.getvalue())
        assert client.wait_for("AudioPlayFinished")["id"] == "gong"
        app.publish("hermes/audioServer/default/playBytes/noise", b"no sound")
        assert client.wait_for("AudioPlayFinished", 2)["id"] == "noise"
    (sound,) = assistant.speaker.sounds
    assert sound.seconds == pytest.approx(0.1)


def test_words_cannot_be_injected_and_the_app_is_told(assistant, mosquitto):
    with listen_to(mosquitto) as app:
        app.publish("hermes/injection/perform", json.dumps({"id": "i1", "operations": []}))
        app.wait(lambda: app.payloads("hermes/injection/error"))
        (refusal,) = app.payloads("hermes/injection/error")
    assert json.loads(refusal)["context"] == "i1"
    assert "skill.yaml" in json.loads(refusal)["error"]


def test_an_intent_is_switched_off_at_one_site_or_at_all(assistant, client):
    bath = assistant.app.conversation.elsewhere(SiteSettings("bath"))

    def configure(site_id, *, on):
        count = client.kinds().count("TtsSayFinished")
        off = [{"intentId": "lights.turn_on", "enable": on}]
        client.send("DialogueConfigure", intents=off, siteId=site_id)
        client.send("TtsSay", text="Done.", id="t")
        client.wait_for("TtsSayFinished", count + 1)

    def kind():
        *_, reply = bath.respond("turn on the kitchen lights", "x")
        return reply.kind

    configure("default", on=False)
    assert kind() == "done"
    configure(None, on=False)
    assert kind() == "rejected"
    configure(None, on=True)
    assert kind() == "done"


GARBAGE = (
    *(b"", b"[]", b"{", b"\xff", b"null", b'{"siteId": 7}', b"[" * 50_000),
    *(b'{"intents":7,"intentFilter":7,"input":[],"init":{"intentFilter":7,"text":[],"slot":{}}}',),
    *(b'{"intents":[7,{}],"intentFilter":"x","init":{"type":[]},"sessionId":[]}',),
)


@pytest.mark.parametrize("payload", GARBAGE)
def test_garbage_is_ignored(assistant, mosquitto, client, payload, caplog):
    with listen_to(mosquitto) as anyone:
        garbage(anyone, payload)
    client.send("TtsSay", text="Alive.", id="t1")
    client.wait_for("TtsSayFinished")
    assert "Alive." in assistant.speaker.said
    assert "Traceback" not in caplog.text


def garbage(anyone: Listener, payload: bytes) -> None:
    for topic in ("nlu/query", "dialogueManager/startSession", "dialogueManager/configure"):
        anyone.publish(f"hermes/{topic}", payload)
    anyone.publish("hermes/dialogueManager/endSession", payload)
