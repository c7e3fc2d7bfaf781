"""An app or a lamp that does not answer keeps its own room waiting, and no other."""

import asyncio
import json
from collections.abc import Iterator

import pytest
from broker import Mosquitto, free_port
from listener import Listener
from rig import Assistant, listen_to
from wyoming.asr import Transcript
from wyoming.client import AsyncTcpClient
from wyoming.handle import Handled

from assistant.config import (
    BridgeSettings,
    HermesSettings,
    HomeAssistantSettings,
    WyomingSettings,
)
from assistant.events import Reply

PATIENCE_S = 30.0
"""Longer than the tests take: whoever waited for a silent one would be noticed."""


@pytest.fixture
def port() -> int:
    return free_port()


@pytest.fixture
def assistant(mosquitto: Mosquitto, port: int) -> Iterator[Assistant]:
    bridge = BridgeSettings(
        homeassistant=HomeAssistantSettings(discovery=False),
        hermes=HermesSettings(enabled=True),
        wyoming=WyomingSettings(True, "127.0.0.1", port, zeroconf=False),
    )
    silent = ("bedside_lamp",)
    with Assistant(mosquitto, bridge, patience_s=PATIENCE_S, silent=silent) as assistant:
        yield assistant


@pytest.fixture
def house(mosquitto: Mosquitto) -> Iterator[Listener]:
    with listen_to(mosquitto) as house:
        yield house


def said_elsewhere(port: int, text: str) -> str:
    """What is answered to somebody in another room."""

    async def talk() -> str:
        async with AsyncTcpClient("127.0.0.1", port) as client:
            await client.write_event(
                Transcript(text, context={"conversation_id": "elsewhere"}).event()
            )
            event = await client.read_event()
            assert event is not None
            return Handled.from_event(event).text

    return asyncio.run(asyncio.wait_for(talk(), PATIENCE_S))


def said_here(house: Listener, text: str) -> None:
    house.publish("hermes/asr/textCaptured", json.dumps({"text": text, "sessionId": "here"}))


def replies_here(assistant: Assistant) -> list[str]:
    return [e.text for e in assistant.events if isinstance(e, Reply) and e.site_id == "default"]


def test_a_silent_hermes_app_stops_no_other_room(
    assistant: Assistant, house: Listener, port: int
) -> None:
    said_here(house, "which bin goes out today")
    house.wait(lambda: house.payloads("hermes/intent/GetBins"), 10)  # its app is waited for
    assert said_elsewhere(port, "turn on the floor lamp") == "The floor lamp is on."
    assert said_elsewhere(port, "turn off the floor lamp") == "The floor lamp is off."
    assert replies_here(assistant) == []
    house.publish(
        "hermes/dialogueManager/endSession", json.dumps({"sessionId": "here", "text": "The green."})
    )
    assert assistant.wait_for(Reply, 3).text == "The green."


def test_a_silent_lamp_stops_no_other_room(
    assistant: Assistant, house: Listener, port: int
) -> None:
    said_here(house, "turn on the bedside lamp")
    house.wait(lambda: house.payloads("home/bedroom/bedside/set"), 10)  # it is waited for
    assert said_elsewhere(port, "turn on the floor lamp") == "The floor lamp is on."
    assert said_elsewhere(port, "turn off the floor lamp") == "The floor lamp is off."
    assert replies_here(assistant) == []
    house.publish("home/bedroom/bedside", json.dumps({"state": "ON"}), retain=True)
    assert assistant.wait_for(Reply, 3).text == "The bedside lamp is on."


def test_in_its_own_room_it_is_waited_for(assistant: Assistant, house: Listener, port: int) -> None:
    said_here(house, "turn on the bedside lamp")
    house.wait(lambda: house.payloads("home/bedroom/bedside/set"), 10)
    said_here(house, "turn on the floor lamp")
    assert said_elsewhere(port, "turn on the counter light") == "The counter light is on."
    assert replies_here(assistant) == []
    house.publish("home/bedroom/bedside", json.dumps({"state": "ON"}), retain=True)
    assistant.wait_for(Reply, 3)
    assert replies_here(assistant) == ["The bedside lamp is on.", "The floor lamp is on."]
