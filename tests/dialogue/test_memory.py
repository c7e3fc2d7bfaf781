"""What is remembered, for how long, and what would undo it."""

import pytest

from assistant.dialogue.memory import CONTEXT_S, JUST_NOW_S, UNDO_S, Done, Memory, undoing
from assistant.events import Intent
from assistant.home.model import Change, Device
from assistant.skill.answer import Targets

LAMP = Device("lamp", "light", "lamp", features=frozenset({"on", "brightness", "hue"}))
FAN = Device("fan", "fan", "fan", features=frozenset({"on"}))


def done(*devices: Device, at: float = 0.0) -> Done:
    targets = Targets(devices, "the thing", plural=len(devices) > 1) if devices else None
    return Done((Intent("a.b", 1.0),), targets, (), at)


def ids(targets: Targets | None) -> list[str]:
    return [device.id for device in targets or ()]


def test_it_is_what_was_spoken_of_last_for_a_while():
    memory = Memory()
    assert memory.spoken_of(0) is None
    memory.remember(done(LAMP))
    memory.remember(done(at=1))  # a turn about no device
    assert ids(memory.spoken_of(CONTEXT_S)) == ["lamp"]
    assert memory.spoken_of(CONTEXT_S + 1) is None
    assert memory.spoken_of(JUST_NOW_S + 1, JUST_NOW_S) is None


def test_what_joins_is_spoken_of_together():
    memory = Memory()
    memory.remember(done(LAMP))
    memory.remember(done(FAN, at=1), joins=True)
    assert ids(memory.spoken_of(2)) == ["lamp", "fan"]
    memory.remember(done(LAMP, at=3))
    assert ids(memory.spoken_of(4)) == ["lamp"]


def test_what_was_done_is_taken_back_once_and_the_last_first():
    memory = Memory()
    memory.remember(done(LAMP))
    memory.remember(done(FAN, at=1))
    assert [ids(taken.targets) for _ in range(2) if (taken := memory.take_back(2))] == [
        ["fan"],
        ["lamp"],
    ]
    assert memory.take_back(2) is None


def test_what_is_long_ago_is_not_taken_back():
    memory = Memory()
    memory.remember(done(LAMP))
    assert memory.take_back(UNDO_S + 1) is None


@pytest.mark.parametrize(
    ("kind", "state", "change", "undo"),
    [
        ("light", {"on": False}, {"on": True, "hue": 1.0}, {"on": False}),
        (
            "light",
            {"on": True, "brightness": 40},
            {"on": False},
            {"on": True, "brightness": 40},
        ),
        (
            "light",
            {"on": True, "color_temperature": 2700, "brightness": 9},
            {"hue": 120.0},
            {"on": True, "color_temperature": 2700, "brightness": 9},
        ),
        ("climate", {"mode": "heat"}, {"mode": "off"}, {"mode": "heat"}),
        ("cover", {"open": True, "position": 30}, {"position": 80}, {"open": True, "position": 30}),
        ("media_player", {"playback": "playing", "volume": 3}, {"volume": 9}, {"volume": 3}),
        ("lock", {"locked": True}, {"locked": False}, {"locked": True}),
    ],
)  # fmt: skip
def test_undoing_gives_back_what_was(kind, state, change, undo):
    features = frozenset({*state, *change, "color_temperature", "saturation"})
    device = Device("x", kind, "x", features=features, state=state)
    assert undoing([Change("x", change)], {"x": device}) == (Change("x", undo),)


@pytest.mark.parametrize(
    ("kind", "state", "change"),
    [
        ("lock", {"locked": False}, {"locked": True}),  # it would unlock
        ("media_player", {"title": "So What"}, {"skip": "next"}),
        ("light", {}, {"on": True}),  # it never reported
        ("cover", {"open": True, "position": 100}, {"open": False}),  # it would open the garage
    ],
)
def test_what_cannot_be_undone_is_left(kind, state, change):
    device = Device("x", kind, "x", (), None, frozenset(change), "garage", state=state)
    assert undoing([Change("x", change)], {"x": device}) == ()
