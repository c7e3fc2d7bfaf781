"""Who may use the Wyoming ports, and what a client that means no good can do there."""

import json
import socket
from collections.abc import Iterator
from contextlib import closing
from functools import partial
from typing import Any

import pytest
from broker import Mosquitto, free_port
from listener import wait_until
from rig import KITCHEN_LIGHTS, Assistant
from wyoming.info import Info

from assistant.bridge import admission, complaints
from assistant.bridge.wyoming import frames, server, services
from assistant.config import BridgeSettings, HomeAssistantSettings, WyomingSettings
from assistant.events import Reply

MANY = 40


class Client:
    """A program on the network that says whatever it wants."""

    def __init__(self, port: int, host: str = "127.0.0.1", source: str = "") -> None:
        self._socket = socket.create_connection((host, port), 10, (source, 0))
        self._socket.settimeout(20)
        self._file = self._socket.makefile("rb")

    def say(self, kind: str, *, payload: bytes = b"", **data: Any) -> None:
        header = {"type": kind, "data": data, "payload_length": len(payload)}
        self.send(json.dumps(header).encode() + b"\n" + payload)

    def send(self, sent: bytes) -> None:
        self._socket.sendall(sent)

    def read(self) -> tuple[str, dict[str, Any]] | None:
        """The next event; None: it was sent away."""
        try:
            line = self._file.readline()
        except ConnectionError:
            return None
        if not line:
            return None
        header = json.loads(line)
        data = self._file.read(header.get("data_length") or 0)
        self._file.read(header.get("payload_length") or 0)
        return header["type"], json.loads(data or b"{}")

    def read_until(self, kind: str) -> dict[str, Any]:
        while answer := self.read():
            if answer[0] == kind:
                return answer[1]
        raise AssertionError(f"sent away before {kind}")

    def is_served(self) -> bool:
        try:
            self.say("ping", text="there?")
        except ConnectionError:
            return False
        return (self.read() or ("",))[0] == "pong"

    def close(self) -> None:
        self._file.close()
        self._socket.close()


@pytest.fixture(scope="module")
def wyoming() -> WyomingSettings:
    return WyomingSettings(True, "0.0.0.0", free_port(), free_port(), zeroconf=False)


@pytest.fixture(scope="module")
def assistant(
    tmp_path_factory: pytest.TempPathFactory, wyoming: WyomingSettings
) -> Iterator[Assistant]:
    bridge = BridgeSettings(HomeAssistantSettings(discovery=False), wyoming=wyoming)
    with (
        Mosquitto(tmp_path_factory.mktemp("mosquitto")) as broker,
        Assistant(broker, bridge) as assistant,
    ):
        yield assistant


def test_the_second_satellite_client_is_refused_and_named(assistant, wyoming, caplog):
    port = wyoming.satellite_port
    with closing(Client(port)) as first, closing(Client(port, source="127.0.0.2")) as stranger:
        first.say("run-satellite")
        assert first.is_served()
        stranger.say("run-satellite")
        assert "127.0.0.1 takes what is said here already" in stranger.read()[1]["text"]
        assert stranger.read() is None
        (line,) = [r.getMessage() for r in caplog.records if "already" in r.getMessage()]
        assert line.startswith("Wyoming client 127.0.0.2: refused")
        assistant.microphone.hear(KITCHEN_LIGHTS)
        assert first.read_until("detection")["name"] == "alexa"
        first.read_until("audio-stop")
    # With the first one gone, what is said is understood here, and another may come.
    assistant.microphone.hear(KITCHEN_LIGHTS)
    assert assistant.wait_for(Reply).text == "The kitchen lights are on."
    with closing(Client(port, source="127.0.0.2")) as later:
        later.say("run-satellite")
        assert later.is_served()


def test_who_is_not_the_satellites_client_can_only_ask_what_it_is(assistant, wyoming, caplog):
    said = len(assistant.speaker.said)
    with closing(Client(wyoming.satellite_port, source="127.0.0.3")) as stranger:
        stranger.say("pause-satellite")
        stranger.say("transcript", text="unlock the front door")
        stranger.say("error", text="boo")
        stranger.say("audio-start", rate=16_000, width=2, channels=1)
        stranger.say("audio-chunk", payload=bytes(3200), rate=16_000, width=2, channels=1)
        stranger.say("audio-stop")
        stranger.say("describe")
        assert stranger.read_until("info")["satellite"]["installed"]
    assert not assistant.desk._ear.closed
    assert len(assistant.speaker.said) == said
    assert "127.0.0.3: pause-satellite before run-satellite: ignored" in caplog.text


@pytest.mark.parametrize("kind", ["port", "satellite_port"])
def test_who_is_not_named_is_sent_away(assistant, wyoming, caplog, kind):
    here = server._own_address()
    if here.startswith("127."):
        pytest.skip("NOT TESTED: this machine has no network")
    with closing(Client(getattr(wyoming, kind), host=here)) as stranger:
        assert not stranger.is_served()
    with closing(Client(getattr(wyoming, kind))) as friend:
        assert friend.is_served()


@pytest.mark.parametrize(
    ("sent", "answer"),
    [
        (
            b'{"type": "audio-chunk", "payload_length": 1000000000}\n',
            "payload_length of 1000000000",
        ),
        (b'{"type": "describe", "data_length": 1000000000}\n', "data_length of 1000000000"),
        (b'{"type": "describe", "data_length": -5}\n', "data_length of -5"),
        (b'{"type": "describe", "payload_length": "9"}\n', "payload_length of 9"),
        (b'{"type": "describe", "payload_length": true}\n', "payload_length of True"),
        (b'{"type": "describe", "data": [1]}\n', "data of describe is no JSON object"),
        (b'{"type": "describe", "data_length": 2}\n[]', "data of describe is no JSON object"),
        (b"x" * 200_000 + b"\n", "a line of more than"),
        (b"[" * 50_000 + b"\n", "a line is no JSON"),
        (b"GET / HTTP/1.1\r\n\r\n", "a line is no JSON"),
        (b"\n", "a line is no JSON"),
        (b"7\n", "a line is no JSON object"),
        (b'{"type": 7}\n', "an event without a type"),
        (b'{"type": "transcript", "data": {}}\n', "transcript with data"),
        (b'{"type": "audio-start", "data": {"rate": "x"}}\n', "audio-start with data"),
    ],
)
def test_what_is_no_event_is_said_in_one_line_and_ends_the_connection(
    assistant, wyoming, caplog, sent, answer, monkeypatch
):
    monkeypatch.setattr(complaints, "TOLD_S", 0.0)
    with closing(Client(wyoming.port)) as client:
        client.send(sent)
        kind, data = client.read()
        assert kind == "error"
        assert answer in data["text"]
        assert client.read() is None
    (line,) = [r.getMessage() for r in caplog.records if r.levelname == "WARNING"]
    assert answer in line
    with closing(Client(wyoming.port)) as client:
        assert client.is_served()


@pytest.mark.parametrize(
    ("kind", "data", "answer"),
    [
        ("audio-start", {"rate": 1, "width": 2, "channels": 1}, "audio-start of 1 samples"),
        ("audio-chunk", {"rate": 8000, "width": 2, "channels": 1}, "before audio-start"),
        ("synthesize", {"text": "very " * 10_000}, "a text of 50000 characters"),
        ("recognize", {"text": {"a": 1}}, "a text that is none"),
        ("synthesize", {"text": 7}, "a text that is none"),
        ("transcript", {"text": None}, "a text that is none"),
        ("recognize", {"text": "and " * 1000}, "a text of 4000 characters"),
    ],
)
def test_what_cannot_be_done_is_answered_and_the_client_may_stay(
    assistant, wyoming, kind, data, answer
):
    with closing(Client(wyoming.port)) as client:
        client.say(kind, payload=bytes(8), **data)
        told, why = client.read()
        assert told == "error"
        assert answer in why["text"]
        assert client.is_served()


def test_a_command_without_end_is_answered_like_any(assistant, wyoming):
    with closing(Client(wyoming.port)) as client:
        client.say("transcript", text="turn on the light " * 500)
        assert client.read() == ("not-handled", {"text": "That was too much at once."})


def test_who_sends_slowly_or_nothing_is_sent_away(assistant, wyoming, monkeypatch, caplog):
    monkeypatch.setattr(frames, "EVENT_S", 0.2)
    monkeypatch.setattr(services.Connection, "idle_s", 0.3)
    for begun in (b'{"type": "des', b'{"type": "describe", "payload_length": 100}\nabc'):
        with closing(Client(wyoming.port)) as slow:
            slow.send(begun)
            assert "not complete after 0.2 s" in slow.read()[1]["text"]
            assert slow.read() is None
    with closing(Client(wyoming.port)) as silent:
        assert "nothing was said for 0.3 s" in silent.read()[1]["text"]
        assert silent.read() is None


def test_who_does_not_read_is_sent_away(assistant, wyoming, monkeypatch, caplog):
    monkeypatch.setattr(services, "WRITE_S", 0.2)
    monkeypatch.setattr(complaints, "TOLD_S", 0.0)
    with closing(Client(wyoming.port, source="127.0.0.4")) as client:
        try:
            for _ in range(2_000):
                client.say("describe")
        except OSError:
            pass
        wait_until(lambda: "127.0.0.4: does not read what it asked for" in caplog.text)


def test_many_connections_leave_room_for_others(assistant, wyoming, caplog):
    crowd = []
    try:
        for _ in range(MANY):
            crowd.append(Client(wyoming.port, source="127.0.0.5"))
        served = [client.is_served() for client in crowd]
        assert sum(served) == admission.MOST_OF_ONE
        with closing(Client(wyoming.port)) as another:
            assert another.is_served()
    finally:
        for client in crowd:
            client.close()
    lines = [r for r in caplog.records if "too many connections" in r.getMessage()]
    assert len(lines) == 1

    def there_is_room_again() -> bool:
        with closing(Client(wyoming.port, source="127.0.0.5")) as client:
            return client.is_served()

    wait_until(there_is_room_again)


def test_stopping_with_clients_that_wait_is_no_error(caplog):
    settings = WyomingSettings(True, "127.0.0.1", 0, zeroconf=False)
    served = server.WyomingServer(settings, {"x": (0, partial(services.Connection, Info()))})
    with closing(Client(served.ports["x"])) as client:
        client.say("ping")
        assert client.read()[0] == "pong"
        served.close()
        assert client.read() is None
    assert [r for r in caplog.records if r.levelname == "ERROR"] == []
