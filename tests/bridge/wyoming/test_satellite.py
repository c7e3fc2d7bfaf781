"""The satellite, with a client of the real wyoming package in Home Assistant's place."""

import asyncio
from collections.abc import Iterator

import numpy as np
import pytest
from broker import Mosquitto, free_port
from listener import wait_until
from rig import KITCHEN_LIGHTS, Assistant
from wyoming.asr import Transcribe, Transcript
from wyoming.audio import AudioChunk, AudioStart, AudioStop
from wyoming.client import AsyncTcpClient
from wyoming.error import Error
from wyoming.event import Event, Eventable
from wyoming.info import Describe, Info
from wyoming.pipeline import PipelineStage, RunPipeline
from wyoming.satellite import PauseSatellite, RunSatellite
from wyoming.snd import Played
from wyoming.tts import Synthesize
from wyoming.wake import Detection

from assistant.config import BridgeSettings, HomeAssistantSettings, WyomingSettings
from assistant.events import Reply

DEADLINE_S = 30.0


@pytest.fixture
def port() -> int:
    return free_port()


@pytest.fixture
def asr_port() -> int:
    return free_port()


@pytest.fixture
def assistant(mosquitto: Mosquitto, port: int, asr_port: int) -> Iterator[Assistant]:
    wyoming = WyomingSettings(True, "127.0.0.1", asr_port, satellite_port=port, zeroconf=False)
    bridge = BridgeSettings(HomeAssistantSettings(discovery=False), wyoming=wyoming)
    with Assistant(mosquitto, bridge) as assistant:
        yield assistant


class HomeAssistant:
    """What Home Assistant's wyoming integration does, by hand."""

    def __init__(self, client: AsyncTcpClient) -> None:
        self._client = client

    async def send(self, *events: Eventable) -> None:
        for event in events:
            await self._client.write_event(event.event())

    async def read_until(self, kind: type[Eventable]) -> list[Event]:
        seen: list[Event] = []
        while not seen or not kind.is_type(seen[-1].type):
            event = await self._client.read_event()
            assert event is not None, f"closed after {seen}"
            seen.append(event)
        return seen

    async def takes_over(self, assistant: Assistant) -> None:
        await self.send(RunSatellite(), Describe())
        info = Info.from_event((await self.read_until(Info))[-1])
        assert info.satellite.installed
        assert info.satellite.area == "kitchen"


def as_home_assistant(port: int, visit) -> None:
    async def run() -> None:
        async with AsyncTcpClient("127.0.0.1", port) as client:
            await visit(HomeAssistant(client))

    asyncio.run(asyncio.wait_for(run(), DEADLINE_S))


def test_home_assistant_hears_answers_and_leaves(assistant, port):
    pcm = np.full(16_000, 500, "<i2").tobytes()

    async def visit(home: HomeAssistant) -> None:
        await home.takes_over(assistant)
        assistant.microphone.hear(KITCHEN_LIGHTS)
        seen = await home.read_until(AudioStop)
        assert Detection.from_event(seen[0]).name == "alexa"
        run = RunPipeline.from_event(seen[1])
        assert (run.start_stage, run.end_stage) == (PipelineStage.ASR, PipelineStage.TTS)
        sound = b"".join(e.payload for e in seen if AudioChunk.is_type(e.type))
        assert 1.0 < len(sound) / 32_000 < 6
        await home.send(Transcript("turn on the kitchen lights"), Synthesize("Very well."))
        await home.send(AudioStart(8_000, 2, 1), AudioChunk(8_000, 2, 1, pcm), AudioStop())
        await home.read_until(Played)

    as_home_assistant(port, visit)
    assert assistant.speaker.said == ["Very well."]
    assert assistant.speaker.sounds[0].seconds == 2.0
    assistant.microphone.hear(KITCHEN_LIGHTS)
    assert assistant.wait_for(Reply, 2).text == "The kitchen lights are on."


def test_home_assistant_may_have_our_speech_recognition_write_down_what_we_send_it(
    assistant, port, asr_port
):
    async def written(sound: list[Event]) -> str:
        async with AsyncTcpClient("127.0.0.1", asr_port) as asr:
            for event in (Transcribe().event(), *sound):
                await asr.write_event(event)
            return Transcript.from_event(await asr.read_event()).text

    async def visit(home: HomeAssistant) -> None:
        await home.takes_over(assistant)
        assistant.microphone.hear(KITCHEN_LIGHTS)
        seen = await home.read_until(AudioStop)
        text = await written([event for event in seen if event.type.startswith("audio")])
        assert "kitchen lights" in text.lower()
        await home.send(Transcript(text), Synthesize("Very well."), *spoken(8_000))
        await home.read_until(Played)

    as_home_assistant(port, visit)
    assert assistant.speaker.said == ["Very well."]


def spoken(samples: int) -> list[Eventable]:
    return [AudioStart(8_000, 2, 1), AudioChunk(8_000, 2, 1, bytes(2 * samples)), AudioStop()]


def test_what_home_assistant_cannot_do_is_said(assistant, port):
    async def visit(home: HomeAssistant) -> None:
        await home.takes_over(assistant)
        assistant.microphone.hear(KITCHEN_LIGHTS)
        await home.read_until(AudioStop)
        await home.send(Error("No text recognized", "stt-no-text-recognized"))
        await home.read_until(Played)

    as_home_assistant(port, visit)
    assert assistant.speaker.said == ["I didn't catch that."]


def test_a_home_assistant_that_leaves_in_between_leaves_nobody_waiting(assistant, port):
    async def visit(home: HomeAssistant) -> None:
        await home.takes_over(assistant)
        assistant.microphone.hear(KITCHEN_LIGHTS)
        await home.read_until(AudioStop)

    as_home_assistant(port, visit)
    assistant.microphone.hear(KITCHEN_LIGHTS)
    assert assistant.wait_for(Reply).text == "The kitchen lights are on."


def test_home_assistant_can_mute_it_but_not_for_ever(assistant, port):
    async def visit(home: HomeAssistant) -> None:
        await home.takes_over(assistant)
        await home.send(PauseSatellite(), Describe())
        await home.read_until(Info)
        ear = assistant.desk._ear
        await asyncio.to_thread(wait_until, lambda: ear.closed)

    as_home_assistant(port, visit)
    assistant.microphone.wait_heard()
    wait_until(lambda: not assistant.desk._ear.closed)
