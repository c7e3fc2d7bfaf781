"""Our bridges with a real Home Assistant as the client."""

from __future__ import annotations

import logging
import urllib.request
from collections.abc import Iterator

import pytest
import soundfile
from broker import Mosquitto, free_port
from listener import wait_until
from real import VERSIONS, HomeAssistant, wait
from rig import KITCHEN_LIGHTS, Assistant

from assistant.config import BridgeSettings, WyomingSettings
from assistant.events import Reply, SpeechEnded, Wake

pytestmark = pytest.mark.home_assistant

NODE = "assistant_default"


@pytest.fixture(scope="module")
def wyoming() -> WyomingSettings:
    return WyomingSettings(
        True, "127.0.0.1", free_port(), satellite_port=free_port(), zeroconf=False
    )


@pytest.fixture(scope="module")
def assistant(
    home: HomeAssistant, broker: Mosquitto, wyoming: WyomingSettings
) -> Iterator[Assistant]:
    with Assistant(broker, BridgeSettings(wyoming=wyoming)) as assistant:
        yield assistant


def test_the_device_appears_and_works_in_both_directions(home, assistant):
    home.wait_state(f"switch.{NODE}_muted", "off")
    home.call("switch/turn_on", f"switch.{NODE}_muted")
    home.wait_state(f"switch.{NODE}_muted", "on")
    wait_until(lambda: assistant.desk.controls.muted)
    home.call("switch/turn_off", f"switch.{NODE}_muted")
    home.wait_state(f"switch.{NODE}_muted", "off")
    home.call("number/set_value", f"number.{NODE}_volume", value=42)
    home.wait_state(f"number.{NODE}_volume", "42")
    assert assistant.speaker.volume == 42
    home.call("number/set_value", f"number.{NODE}_sensitivity", value=60)
    home.wait_state(f"number.{NODE}_sensitivity", "60")
    assert assistant.desk.controls.sensitivity == 60
    assert home.state(f"sensor.{NODE}_version") == "0.1.0"
    assert "moonshine" in home.state(f"sensor.{NODE}_model")


def test_the_buttons_are_pressed(home, assistant):
    home.call("button/press", f"button.{NODE}_listen")
    assert assistant.wait_for(Wake).word == ""
    home.call("button/press", f"button.{NODE}_stop")
    assert assistant.wait_for(SpeechEnded).reason == "stopped"


def test_a_spoken_command_is_seen_in_home_assistant(home, assistant):
    event = f"event.{NODE}_intent_lights_turn_on"
    assert home.state(event) == "unknown"
    assistant.microphone.hear(KITCHEN_LIGHTS)
    assert assistant.wait_for(Reply).text == "The kitchen lights are on."
    home.wait_state(f"sensor.{NODE}_last_reply", "The kitchen lights are on.")
    home.wait_state(f"sensor.{NODE}_state", "idle")
    assert "kitchen lights" in home.state(f"sensor.{NODE}_last_command").lower()
    assert int(home.state(f"sensor.{NODE}_latency")) > 0
    wait(lambda: home.state(event) != "unknown", 10)
    attributes = home.get(f"states/{event}")["attributes"]
    assert attributes["event_type"] == "recognized"
    assert attributes["slots"] == {"area": "kitchen"}


def test_home_assistant_uses_our_speech_recognition_and_voice(home, assistant, wyoming):
    add_services(home, wyoming)
    stt = entity(home, "stt.")
    samples, _ = soundfile.read(KITCHEN_LIGHTS, dtype="int16")
    request = urllib.request.Request(
        f"{home.url}/api/stt/{stt}",
        samples.tobytes(),
        {
            "Authorization": f"Bearer {home.token}",
            "X-Speech-Content": "format=wav; codec=pcm; sample_rate=16000; bit_rate=16;"
            " channel=1; language=en",
        },
    )
    with urllib.request.urlopen(request, timeout=60) as answer:
        assert b"kitchen lights" in answer.read().lower()
    speech = {
        "engine_id": entity(home, "tts."),
        "message": "It is done.",
        "language": "en",
        "options": {"preferred_format": "wav"},  # else it wants to run ffmpeg
    }
    url = home.request("POST", "/api/tts_get_url", speech)["path"]
    with urllib.request.urlopen(home.url + url, timeout=60) as answer:
        assert answer.read(4) == b"RIFF"
    assert entity(home, "wake_word.")


def test_home_assistant_has_commands_carried_out_here(home, assistant, wyoming, version):
    if version == VERSIONS[0]:
        pytest.skip("2024.3 knows no conversation agent of Wyoming")
    add_services(home, wyoming)
    agent = entity(home, "conversation.", but="conversation.home_assistant")

    def say(text: str) -> str:
        asked = {"text": text, "agent_id": agent, "language": "en"}
        answer = home.request("POST", "/api/conversation/process", asked)
        speech: str = answer["response"]["speech"]["plain"]["speech"]
        return speech

    assert say("turn on the bedside lamp") == "The bedside lamp is on."
    assert "second" in say("set a timer for one second")
    wait_until(lambda: "Your timer is done." in assistant.speaker.said, 20)


def test_our_microphone_is_a_satellite_of_a_pipeline(home, assistant, wyoming, caplog):
    made = home.ask(
        "assist_pipeline/pipeline/create",
        name="Ours",
        language="en",
        conversation_engine="homeassistant",
        conversation_language="en",
        stt_engine=entity(home, "stt."),
        stt_language="en",
        tts_engine=entity(home, "tts."),
        tts_language="en",
        tts_voice=None,
        wake_word_entity=None,
        wake_word_id=None,
    )
    home.ask("assist_pipeline/pipeline/set_preferred", pipeline_id=made["id"])
    with caplog.at_level(logging.INFO):
        home.add("wyoming", host="127.0.0.1", port=wyoming.satellite_port)
        wait(lambda: "Home Assistant takes what is said here" in caplog.text, 20)
    said = len(assistant.speaker.said)
    assistant.microphone.hear(KITCHEN_LIGHTS)
    wait(lambda: len(assistant.speaker.said) > said, 60)
    assert assistant.speaker.sounds[-1].seconds > 0.3  # Home Assistant's voice, that is ours
    assert assistant.speaker.said[-1]


def add_services(home: HomeAssistant, wyoming: WyomingSettings) -> None:
    """Our services, where they are not there yet."""
    if not [state for state in home.get("states") if state["entity_id"].startswith("wake_word.")]:
        home.add("wyoming", host="127.0.0.1", port=wyoming.port)


def entity(home: HomeAssistant, prefix: str, but: str = "demo") -> str:
    """The entity of ours with that beginning."""
    found: list[str] = []

    def there() -> bool:
        found[:] = [
            state["entity_id"]
            for state in home.get("states")
            if state["entity_id"].startswith(prefix) and but not in state["entity_id"]
        ]
        return bool(found)

    wait(there, 20)
    return found[0]
