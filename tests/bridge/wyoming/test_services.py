"""The Wyoming services, with the client of the real wyoming package."""

import asyncio
import json
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest
import soundfile
import soxr
from broker import Mosquitto, free_port
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rig import KITCHEN_LIGHTS, Assistant, listen_to
from wyoming.asr import Transcribe, Transcript
from wyoming.audio import AudioChunk, AudioStart, AudioStop
from wyoming.client import AsyncTcpClient
from wyoming.event import Event, Eventable
from wyoming.handle import Handled, NotHandled
from wyoming.info import Describe, Info
from wyoming.intent import Intent, NotRecognized, Recognize
from wyoming.ping import Ping, Pong
from wyoming.tts import Synthesize
from wyoming.wake import Detect, Detection, NotDetected
from zeroconf import ServiceBrowser, Zeroconf

from assistant.bridge.wyoming.server import WyomingServer
from assistant.config import BridgeSettings, HomeAssistantSettings, WyomingSettings
from assistant.errors import HouseError
from assistant.events import Confirmed
from assistant.speak.voice import choose_voice

DEADLINE_S = 30.0


@pytest.fixture(scope="module")
def port() -> int:
    return free_port()


@contextmanager
def serving(folder: Path, port: int, *, zeroconf: bool = False) -> Iterator[Assistant]:
    bridge = BridgeSettings(
        homeassistant=HomeAssistantSettings(discovery=False),
        wyoming=WyomingSettings(True, "127.0.0.1", port, zeroconf=zeroconf),
    )
    with Mosquitto(folder) as broker, Assistant(broker, bridge) as assistant:
        yield assistant


@pytest.fixture(scope="module")
def assistant(tmp_path_factory: pytest.TempPathFactory, port: int) -> Iterator[Assistant]:
    with serving(tmp_path_factory.mktemp("mosquitto"), port) as assistant:
        yield assistant


def ask(port: int, *events: Eventable, until: tuple[type[Eventable], ...]) -> list[Event]:
    """What comes back on one connection, up to an event of these kinds."""

    async def talk() -> list[Event]:
        seen: list[Event] = []
        async with AsyncTcpClient("127.0.0.1", port) as client:
            for event in events:
                await client.write_event(event.event())
            while not seen or not any(kind.is_type(seen[-1].type) for kind in until):
                event = await client.read_event()
                assert event is not None, f"closed after {seen}"
                seen.append(event)
        return seen

    return asyncio.run(asyncio.wait_for(talk(), DEADLINE_S))


def sound(rate_hz: int = 16_000, channels: int = 1) -> list[Eventable]:
    """ "Alexa, turn on the kitchen lights", as a client sends it."""
    samples, _ = soundfile.read(KITCHEN_LIGHTS, dtype="float32")
    samples = soxr.resample(samples, 16_000, rate_hz)
    pcm = np.repeat((samples * 32767).astype("<i2")[:, None], channels, axis=1).tobytes()
    step = 2 * channels * rate_hz // 10 + 1  # Home Assistant does cut samples in two
    chunks = [
        AudioChunk(rate_hz, 2, channels, pcm[at : at + step]) for at in range(0, len(pcm), step)
    ]
    return [AudioStart(rate_hz, 2, channels), *chunks, AudioStop()]


def test_it_describes_what_it_can(assistant, port):
    (event,) = ask(port, Describe(), until=(Info,))
    info = Info.from_event(event)
    assert info.handle[0].supports_home_control
    assert info.asr[0].models[0].name == "moonshine"
    assert [model.name for model in info.wake[0].models] == ["alexa", "okay_nabu"]
    assert info.satellite is None
    assert all(p.installed for p in (*info.asr, *info.wake, *info.handle, *info.intent, *info.tts))


@pytest.mark.parametrize(("rate_hz", "channels"), [(16_000, 1), (44_100, 2)])
def test_speech_is_recognized_at_any_rate(assistant, port, rate_hz, channels):
    said = [Transcribe(language="en"), *sound(rate_hz, channels)]
    (event,) = ask(port, *said, until=(Transcript,))
    assert "kitchen lights" in Transcript.from_event(event).text.lower()


def test_a_wake_word_is_detected(assistant, port):
    said = [Detect(["alexa"]), *sound()]
    detection = Detection.from_event(ask(port, *said, until=(Detection, NotDetected))[0])
    assert detection.name == "alexa"
    assert 500 < detection.timestamp < 2000
    silence = [AudioStart(16_000, 2, 1), AudioChunk(16_000, 2, 1, bytes(32_000)), AudioStop()]
    events = ask(port, Detect(), *silence, until=(Detection, NotDetected))
    assert NotDetected.is_type(events[-1].type)


def test_a_command_is_carried_out_and_answered(assistant, port):
    context = {"conversation_id": "c1", "device_id": "d1"}
    before = len(assistant.speaker.said)
    said = Transcript("turn on the bedside lamp", context=context, language="en")
    (event,) = ask(port, said, until=(Handled, NotHandled))
    handled = Handled.from_event(event)
    assert (handled.text, handled.context) == ("The bedside lamp is on.", context)
    assert any(isinstance(e, Confirmed) and e.done for e in assistant.events)
    assert len(assistant.speaker.said) == before  # Home Assistant says it, where it was said
    (event,) = ask(port, Transcript("quack quack"), until=(Handled, NotHandled))
    assert NotHandled.is_type(event.type)


def test_every_conversation_has_its_own_open_question(assistant, port):
    def say(text: str, who: str) -> str:
        transcript = Transcript(text, context={"conversation_id": who})
        return Handled.from_event(ask(port, transcript, until=(Handled, NotHandled))[0]).text

    assert say("turn on the lights", "anna").startswith("Which lights")
    assert "Which" not in say("turn off the floor lamp", "ben")
    assert say("in the bedroom", "anna").startswith("The bed")


def test_words_become_intents_and_nothing_happens(assistant, port):
    before = len(assistant.events)
    said = Recognize("dim the floor lamp to 40 percent")
    intent = Intent.from_event(ask(port, said, until=(Intent, NotRecognized))[0])
    assert intent.name == "lights.set_brightness"
    assert {e.name: e.value for e in intent.entities}["brightness"] == 40
    two = Recognize("turn off the floor lamp and pause the music")
    events = ask(port, two, until=(type(_stop()), NotRecognized))
    assert [event.type for event in events] == [
        "intents-start", "intent", "intent", "intents-stop",
    ]  # fmt: skip
    said = Recognize("the weather in paris")
    assert ask(port, said, until=(NotRecognized,))
    assert len(assistant.events) == before


def test_a_timer_that_is_set_here_rings_where_the_assistant_is(assistant, port):
    context = {"conversation_id": "c7"}

    def say(text: str) -> str:
        (event,) = ask(port, Transcript(text, context=context), until=(Handled, NotHandled))
        return Handled.from_event(event).text

    with listen_to(assistant._broker) as home:
        assert "second" in say("set a timer for one second")
        home.wait(lambda: home.payloads("assistant/default/rang"), 20)
        (rang,) = map(json.loads, home.payloads("assistant/default/rang"))
    assert (rang["kind"], rang["site"]) == ("timer", "default")
    assert "Your timer is done." in assistant.speaker.said
    assert assistant.app.schedule.ringing("default")
    say("stop")
    assert not assistant.app.schedule.ringing("default")


def _stop() -> Eventable:
    from wyoming.intent import IntentsStop

    return IntentsStop()


def test_text_becomes_speech(assistant, port):
    if choose_voice(assistant.config.speak) is None:
        pytest.skip("NOT TESTED: no voice: sudo apt-get install espeak-ng")
    events = ask(port, Synthesize("It is done."), until=(AudioStop,))
    start = AudioStart.from_event(events[0])
    pcm = b"".join(event.payload for event in events[1:-1])
    assert (start.width, start.channels) == (2, 1)
    assert 0.4 < len(pcm) / 2 / start.rate < 5
    assert np.abs(np.frombuffer(pcm, "<i2")).max() > 1000


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    st.one_of(
        st.binary(max_size=200),
        st.recursive(
            st.none() | st.integers() | st.text(max_size=5),
            lambda inner: (
                st.lists(inner, max_size=3)
                | st.dictionaries(st.sampled_from(["type", "data", "data_length", "x"]), inner)
            ),
        ).map(lambda value: json.dumps(value).encode() + b"\n"),
        st.sampled_from(
            ["transcribe", "audio-chunk", "audio-start", "transcript", "synthesize"]
        ).map(lambda kind: json.dumps({"type": kind, "data": {"rate": "x"}}).encode() + b"\n"),
        st.tuples(*[st.sampled_from([-1, 0, 1, 2, 16_000, 10**9])] * 3).map(
            lambda wave: odd(*wave)
        ),
    )
)
def test_a_client_that_talks_nonsense_harms_nobody(assistant, port, nonsense):
    with socket.create_connection(("127.0.0.1", port), timeout=5) as client:
        client.sendall(nonsense)
        client.shutdown(socket.SHUT_WR)
        while client.recv(4096):
            pass
    (event,) = ask(port, Ping("there?"), until=(Pong,))
    assert Pong.from_event(event).text == "there?"


def odd(rate: int, width: int, channels: int) -> bytes:
    """Sound that nobody records so."""
    data = {"rate": rate, "width": width, "channels": channels}
    start = {"type": "audio-start", "data": data}
    chunk = {"type": "audio-chunk", "data": data, "payload_length": 8}
    return json.dumps(start).encode() + b"\n" + json.dumps(chunk).encode() + b"\n" + bytes(8)


def test_it_is_served_where_it_cannot_be_announced(tmp_path, monkeypatch, caplog):
    def no_network(*_: object, **__: object) -> None:
        raise OSError("no such device")

    monkeypatch.setattr("assistant.bridge.wyoming.server.AsyncZeroconf", no_network)
    port = free_port()
    with serving(tmp_path, port, zeroconf=True):
        (event,) = ask(port, Ping("there?"), until=(Pong,))
    assert Pong.from_event(event).text == "there?"
    assert "not announced by zeroconf (no such device)" in caplog.text


def test_two_of_the_same_name_are_both_found():
    anywhere = WyomingSettings(True, "127.0.0.1", 0, zeroconf=True)
    servers = []
    try:
        for _ in range(2):
            servers.append(WyomingServer(anywhere, {"voice-twin": (0, lambda *_: None)}))
        found: dict[str, int] = {}
        last = servers[-1].ports["voice-twin"]
        assert asyncio.run(look(found, last, "voice-twin-2")), found
    finally:
        for server in servers:
            server.close()


def test_it_is_found_by_zeroconf(tmp_path):
    found: dict[str, int] = {}
    port = free_port()
    with serving(tmp_path, port, zeroconf=True):
        done = asyncio.run(look(found, port, "voice-default"))
    assert done, f"found only {found}"


async def look(found: dict[str, int], port: int, called: str) -> bool:
    zeroconf, ready = Zeroconf(), asyncio.Event()
    loop = asyncio.get_running_loop()

    def changed(zeroconf: Zeroconf, service_type: str, name: str, state_change: object) -> None:
        if info := zeroconf.get_service_info(service_type, name, 3000):
            found[name] = info.port
            loop.call_soon_threadsafe(ready.set)

    browser = ServiceBrowser(zeroconf, "_wyoming._tcp.local.", handlers=[changed])
    try:
        async with asyncio.timeout(10):
            while port not in found.values():
                await ready.wait()
                ready.clear()
    except TimeoutError:
        return False
    finally:
        await asyncio.to_thread(browser.cancel)
        await asyncio.to_thread(zeroconf.close)
    return found[f"{called}._wyoming._tcp.local."] == port


def test_a_port_that_is_taken_is_named(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with (
            pytest.raises(HouseError, match="cannot serve at") as caught,
            serving(tmp_path, port),
        ):
            pass
    assert "bridge.wyoming.port" in caught.value.fix
