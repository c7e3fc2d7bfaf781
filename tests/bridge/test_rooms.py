"""Two rooms hear the same words: the nearer one answers, alone."""

import itertools
from collections.abc import Iterator

import pytest
from broker import Mosquitto
from hypothesis import given
from hypothesis import strategies as st
from listener import Listener, wait_until
from rig import KITCHEN_LIGHTS, Assistant, listen_to

from assistant.bridge.hub import Hub
from assistant.bridge.rooms import TAKEN_S, Claim, Rooms
from assistant.config import BridgeSettings, MqttSettings, SiteSettings
from assistant.events import FRAME_BYTES, Frame, Message, Reply, Wake

FRAME = Frame(bytes(FRAME_BYTES), 0.0)


class Wire:
    """Several rooms' connections, joined without a broker."""

    def __init__(self) -> None:
        self.settings = MqttSettings()
        self.heard = []
        self.sent: list[Message] = []

    def subscribe(self, topic_filter: str, callback) -> None:
        self.heard.append((topic_filter.rsplit("/", 1)[1], callback))

    def send(self, message: Message) -> None:
        self.sent.append(message)

    def receive(self, topic: str, payload: bytes) -> None:
        for ending, callback in self.heard:
            if topic.endswith(f"/{ending}"):
                callback(topic, payload, False)


class Room:
    def __init__(self, site_id: str, others: list[str]) -> None:
        self.wire, self.hub = Wire(), Hub(site_id)
        self.rooms = Rooms(self.wire, self.hub, SiteSettings(site_id), 0.3)
        for other in others:
            self.wire.receive(f"assistant/{other}/status", b"online")
        self.settle()

    def settle(self) -> None:
        list(self.hub.between([FRAME]))

    def hears(self, score: float, loudness: float, at: float) -> Claim:
        self.rooms.tick(at)
        return self.rooms.claim(Wake("alexa", score, at, at), loudness)


score = st.floats(0, 1)
loudness = st.floats(-90, 0)


@given(st.lists(st.tuples(score, loudness), min_size=2, max_size=4))
def test_whatever_they_hear_exactly_one_room_answers(heard):
    names = [f"room{i}" for i in range(len(heard))]
    rooms = [Room(name, [n for n in names if n != name]) for name in names]
    claims = [room.hears(*what, at=5.0) for room, what in zip(rooms, heard, strict=True)]
    for here, there in itertools.permutations(rooms, 2):
        for message in there.wire.sent:
            here.wire.receive(message.topic, message.payload.encode())
    for room in rooms:
        room.settle()
    assert [room.rooms.won(c) for room, c in zip(rooms, claims, strict=True)].count(True) == 1


def test_who_hears_nothing_from_the_others_answers_after_the_wait():
    room = Room("here", ["there"])
    claim = room.hears(0.9, -30, at=5.0)
    assert room.rooms.won(claim) is None
    room.rooms.tick(5.31)
    assert room.rooms.won(claim) is True


def test_a_room_that_hears_it_late_leaves_it_to_the_one_that_answers_already():
    room = Room("here", ["there"])
    room.rooms.tick(5.0)
    room.wire.receive("assistant/there/wake", b'{"score": 0.5, "loudness_dbfs": -60}')
    room.settle()
    assert room.rooms.won(room.hears(1.0, -10, at=5.4)) is False
    assert room.rooms.won(room.hears(1.0, -10, at=5.1 + TAKEN_S)) is None  # something else


@pytest.mark.parametrize(
    "payload",
    [
        *(b"", b"[]", b"{}", b"[" * 50_000, b'{"score": "x", "loudness_dbfs": 1}'),
        *(b'{"score": NaN, "loudness_dbfs": 1}', b'{"score": 1, "loudness_dbfs": 1e999}'),
    ],
)
def test_garbage_is_no_claim(payload):
    room = Room("here", ["there"])
    room.wire.receive("assistant/there/wake", payload)
    room.settle()
    assert room.rooms.won(room.hears(0.9, -30, at=0.0)) is None


@pytest.fixture
def home(mosquitto: Mosquitto) -> Iterator[Listener]:
    with listen_to(mosquitto) as listener:
        yield listener


@pytest.mark.parametrize("near", ["kitchen", "bedroom"])
def test_the_lights_of_the_nearer_room_go_on_and_only_it_answers(mosquitto, home, near):
    rooms = {
        name: Assistant(
            mosquitto,
            BridgeSettings(),
            site=SiteSettings(name, name),
            simulate=name == "kitchen",
        )
        for name in ("kitchen", "bedroom")
    }
    with rooms["kitchen"] as kitchen, rooms["bedroom"] as bedroom:
        for room in (kitchen, bedroom):
            room.microphone.live = True
            wait_until(lambda room=room: not room.desk._ear.rooms.alone)
        for name, room in rooms.items():
            room.microphone.hear(KITCHEN_LIGHTS, loudness=1.0 if name == near else 0.2)
        assert rooms[near].wait_for(Reply).text == "The kitchen lights are on."
        for room in rooms.values():
            room.microphone.wait_heard()
        told = {t for t, _, _ in home.seen if t.endswith("/wake")}
        assert told == {"assistant/kitchen/wake", "assistant/bedroom/wake"}
        far = next(room for name, room in rooms.items() if name != near)
        assert far.speaker.earcons == []
        assert not [event for event in far.events if isinstance(event, Wake | Reply)]
