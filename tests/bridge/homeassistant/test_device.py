"""The assistant as a device: its topics over a real Mosquitto, both ways."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from broker import Mosquitto
from listener import Listener, wait_until
from rig import KITCHEN_LIGHTS, Assistant, listen_to

from assistant.bridge.homeassistant.device import MOST_TOLD
from assistant.bridge.homeassistant.entities import STATES
from assistant.config import BridgeSettings, HomeAssistantSettings
from assistant.events import Reply, SpeechEnded, Troubled, Wake

BASE = "assistant/default"
NODE = "assistant_default"
PARTY = """\
name: party
version: 1.0.0
description: Begins a party.
intents: { begin: { sentences: ["let us party"], reply: ["Let's dance."] } }
"""


@pytest.fixture
def home(mosquitto: Mosquitto) -> Iterator[Listener]:
    with listen_to(mosquitto) as listener:
        yield listener


@pytest.fixture
def assistant(mosquitto: Mosquitto, home: Listener) -> Iterator[Assistant]:
    with Assistant(mosquitto, BridgeSettings()) as assistant:
        yield assistant


def told(home: Listener, topic: str) -> list[dict[str, Any]]:
    return [json.loads(payload) for payload in home.payloads(f"{BASE}/{topic}")]


def wait_settings(home: Listener, **wanted: object) -> None:
    home.wait(lambda: wanted.items() <= (told(home, "settings") or [{}])[-1].items())


def test_every_entity_is_announced_with_topics_that_exist(assistant, home):
    wait_settings(home, muted=False)
    configs = {t: json.loads(p) for t, p, _ in home.seen if t.endswith("/config")}
    assert {topic.split("/")[1] for topic in configs} == {
        "switch", "number", "sensor", "event", "button",
    }  # fmt: skip
    assert f"homeassistant/event/{NODE}/intent_lights_turn_on/config" in configs
    ids = [config["unique_id"] for config in configs.values()]
    assert len(set(ids)) == len(ids) > 10
    states = {c["state_topic"] for c in configs.values() if "state_topic" in c}
    retained = {t for t in states if "/intent/" not in t}
    assert retained == {f"{BASE}/settings", f"{BASE}/state", f"{BASE}/info"}
    assert all(home.payloads(topic) for topic in retained)
    assert {c["availability_topic"] for c in configs.values()} == {f"{BASE}/status"}
    assert {c["device"]["identifiers"][0] for c in configs.values()} == {NODE}


def test_a_spoken_command_is_told_step_by_step(assistant, home):
    wait_settings(home, muted=False)
    assistant.microphone.hear(KITCHEN_LIGHTS)
    home.wait(lambda: (told(home, "state") or [{}])[-1].get("last_reply"), 20)
    home.wait(lambda: told(home, "state")[-1]["state"] == "idle")
    states = [state["state"] for state in told(home, "state")]
    assert list(dict.fromkeys(states)) == list(STATES)
    last = told(home, "state")[-1]
    assert "kitchen lights" in last["last_command"].lower()
    assert last["last_reply"] == "The kitchen lights are on."
    assert 0 < last["latency_ms"] < 20_000
    (event,) = told(home, "intent/lights.turn_on")
    assert event["event_type"] == "recognized"
    assert event["slots"] == {"area": "kitchen"}


def test_mute_is_obeyed_told_and_kept_over_a_restart(mosquitto, home):
    with Assistant(mosquitto, BridgeSettings()) as assistant:
        wait_settings(home, muted=False)
        home.publish(f"{BASE}/muted/set", "ON")
        home.publish(f"{BASE}/volume/set", "35.0")
        wait_settings(home, muted=True, volume=35)
        assert assistant.speaker.volume == 35
    with Assistant(mosquitto, BridgeSettings()) as assistant:
        wait_until(lambda: assistant.speaker.volume == 35)
        assert assistant.desk.controls.muted
        assistant.microphone.hear(KITCHEN_LIGHTS)
        assistant.microphone.wait_heard()
        home.publish(f"{BASE}/listen/set", "PRESS")  # muted is muted
        home.publish(f"{BASE}/sensitivity/set", "70")
        wait_settings(home, muted=True, sensitivity=70)
        assert not [event for event in assistant.events if isinstance(event, Wake)]
        home.publish(f"{BASE}/muted/set", "OFF")
        wait_settings(home, muted=False)
        assistant.microphone.hear(KITCHEN_LIGHTS)
        assert assistant.wait_for(Reply).text == "The kitchen lights are on."


def test_the_buttons_listen_and_stop(assistant, home):
    wait_settings(home, muted=False)
    home.publish(f"{BASE}/listen/set", "PRESS")
    assert assistant.wait_for(Wake).word == ""
    home.publish(f"{BASE}/stop/set", "PRESS")
    assert assistant.wait_for(SpeechEnded).reason == "stopped"
    assert assistant.speaker.stops == 1
    home.wait(lambda: told(home, "state")[-1]["state"] == "idle")


def test_pressed_again_and_again_it_listens_once_and_cannot_be_made_to_do_so_unheard(
    assistant, home, caplog
):
    wait_settings(home, muted=False)
    home.publish(f"{BASE}/volume/set", "0")
    wait_settings(home, volume=0)
    home.publish(f"{BASE}/listen/set", "PRESS")
    home.publish(f"{BASE}/volume/set", "40")
    wait_settings(home, volume=40)
    assert "listen/set: not listening: nobody would hear" in caplog.text
    assert assistant.speaker.earcons == []
    for payload in ("PRESS", "PRESS", "PRESS"):
        home.publish(f"{BASE}/listen/set", payload)
    home.publish(f"{BASE}/volume/set", "0")  # too late to hide it
    wait_settings(home, volume=10)
    home.publish(f"{BASE}/stop/set", "PRESS")
    assert assistant.wait_for(SpeechEnded).reason == "stopped"
    home.publish(f"{BASE}/listen/set", "PRESS")
    home.publish(f"{BASE}/volume/set", "41")
    wait_settings(home, volume=41)
    assert len([event for event in assistant.events if isinstance(event, Wake)]) == 1
    assert assistant.speaker.earcons == ["wake"]


def test_a_retained_button_is_not_pressed_again_at_every_start(mosquitto, home):
    home.publish(f"{BASE}/listen/set", "PRESS", retain=True)
    with Assistant(mosquitto, BridgeSettings()) as assistant:
        wait_settings(home, muted=False)
        home.publish(f"{BASE}/volume/set", "5")
        wait_settings(home, volume=5)
        assert not [event for event in assistant.events if isinstance(event, Wake)]


@pytest.mark.parametrize("payload", ["", "loud", "101", "-1", "nan", "[]", b"\xff"])
def test_garbage_changes_nothing(assistant, home, payload):
    for topic in ("muted", "volume", "sensitivity", "listen", "stop"):
        home.publish(f"{BASE}/{topic}/set", payload)
    home.publish(f"{BASE}/volume/set", "41")
    wait_settings(home, muted=False, sensitivity=50, volume=41)


def test_a_home_assistant_that_starts_is_told_again(assistant, home):
    wait_settings(home, muted=False)
    topic = f"homeassistant/switch/{NODE}/muted/config"
    home.wait(lambda: len(home.payloads(topic)) >= 1)
    before = len(home.payloads(topic))
    home.publish("homeassistant/status", "online")
    home.wait(lambda: len(home.payloads(topic)) > before)


def test_who_says_so_again_and_again_is_not_told_each_time(assistant, home):
    wait_settings(home, muted=False)
    topic = f"homeassistant/switch/{NODE}/muted/config"
    for _ in range(4 * MOST_TOLD):
        home.publish("homeassistant/status", "online")
    home.publish(f"{BASE}/volume/set", "41")
    wait_settings(home, volume=41)
    assert len(home.payloads(topic)) <= MOST_TOLD + 1


def test_the_intents_of_skills_come_and_go(mosquitto, home, tmp_path):
    topic = f"homeassistant/event/{NODE}/intent_party_begin/config"
    with Assistant(mosquitto, BridgeSettings(), skills=tmp_path) as assistant:
        wait_settings(home, muted=False)
        assert not home.payloads(topic)
        (tmp_path / "party").mkdir()
        (tmp_path / "party" / "skill.yaml").write_text(PARTY, encoding="utf-8")
        assistant.app.reload_skills()
        home.wait(lambda: home.payloads(topic))
        (tmp_path / "party" / "skill.yaml").unlink()
        assistant.app.reload_skills()
        home.wait_for(topic, b"")


def test_what_is_no_longer_there_is_taken_back(mosquitto, home):
    gone = f"homeassistant/event/{NODE}/intent_old_skill/config"
    other = "homeassistant/light/lamp/config"
    other_of_us = f"homeassistant/event/{NODE}/intent_of_a_twin/config"
    home.publish(gone, "{}", retain=True)
    home.publish(other, "{}", retain=True)
    with Assistant(mosquitto, BridgeSettings()):
        home.wait_for(gone, b"")
        wait_settings(home, muted=False)
        home.publish(other_of_us, "{}", retain=True)
        home.publish(f"{BASE}/volume/set", "41")
        wait_settings(home, volume=41)
        assert home.payloads(other_of_us) == [b"{}"]  # another one's, who is there: no quarrel
    off = BridgeSettings(homeassistant=HomeAssistantSettings(discovery=False))
    with Assistant(mosquitto, off):
        home.wait_for(f"homeassistant/switch/{NODE}/muted/config", b"")
        wait_settings(home, muted=False)
    assert home.payloads(other) == [b"{}"]


def test_the_second_assistant_of_a_site_does_nothing(assistant, home):
    replies: list[Reply] = []
    instance = f"{BASE}/instance"
    home.publish(instance, '{"id":"x","age_s":9999,"host":"pi","pid":7}')
    wait_until(lambda: bool(assistant.desk.rival()))
    site = assistant.config.site
    order = "turn on the kitchen lights"
    assistant.hub.ask(lambda: assistant.desk.command(order, site, replies.append))
    wait_until(lambda: bool(replies))
    assert replies[0].text == "Another assistant is default already, so I keep quiet."
    home.publish(f"{BASE}/muted/set", "ON")
    home.publish(instance, '{"id":"x","age_s":9999,"leaves":true}')
    wait_until(lambda: not assistant.desk.rival())
    home.wait(lambda: told(home, "state"))
    assert {(state["state"], state["last_command"]) for state in told(home, "state")} == {
        ("idle", None)
    }
    assert not assistant.desk.controls.muted
    assistant.hub.ask(lambda: assistant.desk.command(order, site, replies.append))
    wait_until(lambda: len(replies) == 2)
    assert replies[1].kind == "done"


def test_what_does_not_work_is_told_with_the_state_until_it_does(assistant, home):
    wait_settings(home, muted=False)
    assistant.hub.tell(Troubled(("speaker: unplugged",)))
    home.wait(lambda: told(home, "state")[-1].get("problems") == ["speaker: unplugged"])
    assistant.hub.tell(Troubled(()))
    home.wait(lambda: told(home, "state")[-1].get("problems") == [])
