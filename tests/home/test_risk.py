"""What lets somebody in is known by its class; a name only adds."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from announcing import Talk, furnished, talking_to

from assistant.config import AreaSettings, DeviceSettings, HouseSettings, RoutineSettings
from assistant.home.model import Device
from assistant.home.risk import lets_in


def cover(name: str, device_class: str | None, **more: Any) -> dict[str, Any]:
    id_ = name.replace(" ", "_")
    topics = {"cmd_t": f"{id_}/set", "stat_t": f"{id_}/state"}
    return {"name": name, "uniq_id": id_, "dev_cla": device_class, **topics, **more}


WIRES = {
    "homeassistant/cover/a/config": cover(
        "carport", "garage", set_pos_t="carport/pos/set", pos_t="carport/pos"
    ),
    "homeassistant/cover/b/config": cover("driveway", "gate"),
    "homeassistant/cover/c/config": cover("annexe", "door"),
    "homeassistant/cover/d/config": cover("bedroom blind", "blind"),
    "homeassistant/switch/e/config": cover("garage door relay", None),
    "homeassistant/switch/f/config": cover("garage heater", "outlet"),
    "homeassistant/button/g/config": {"name": "open the gate", "cmd_t": "gate_button/set"},
}
ENTRANCES = {"carport/set", "carport/pos/set", "driveway/set", "annexe/set"}


@pytest.fixture(scope="module")
def house() -> Iterator[Talk]:
    routines = (RoutineSettings("coming home", ("open the carport", "open the bedroom blind")),)
    config = HouseSettings(
        areas=(AreaSettings("hall", "hall"), AreaSettings("bedroom", "bedroom")),
        routines=routines,
    )
    with talking_to(furnished(WIRES, config), area="hall") as talk:
        yield talk


@pytest.fixture
def home(house: Talk) -> Talk:
    return house.anew()


@pytest.mark.parametrize(
    ("kind", "class_", "name", "expected"),
    [
        ("cover", "garage", "carport", True),
        ("cover", "gate", "driveway", True),
        ("cover", "door", "annexe", True),
        ("cover", "blind", "office", False),
        ("cover", None, "garage door", True),
        ("cover", "shutter", "frontdoor", True),  # the name adds
        ("cover", "awning", "outdoor awning", False),
        ("cover", None, "outdoor blinds", False),
        ("lock", None, "cellar", True),
        ("switch", None, "garage door", True),
        ("switch", None, "garage door opener", True),
        ("switch", "outlet", "garage heater", False),
        ("switch", None, "main water valve", True),
        ("switch", "water", "irrigation", True),
        ("switch", None, "coffee machine", False),
        ("scene", None, "unlock the front door", True),
        ("scene", None, "garage door", True),
        ("scene", None, "movie night", False),
        ("light", None, "front door", False),
        ("sensor", "door", "front door", False),
    ],
)
def test_what_lets_somebody_in(kind: Any, class_: str | None, name: str, expected: bool) -> None:
    device = Device("x", kind, name, device_class=class_)
    assert lets_in(device) is expected
    assert lets_in(Device("x", kind, "x", aliases=(name,), device_class=class_)) is expected


@pytest.mark.parametrize(
    "said",
    [
        "open the carport",
        "open the driveway",
        "raise the annexe",
        "set the carport to one percent",
        "open the carport to 100 percent",
        "open the carport halfway",
        "turn on the garage door relay",
        "turn off the garage door relay",
        "activate open the gate",
    ],
)
def test_it_is_asked_for_by_its_class(home: Talk, said: str) -> None:
    assert home.say(said).kind == "question"
    assert not home.sent
    assert home.say("no").kind != "done"
    assert not home.sent
    home.say(said)
    home.say("yes")
    assert home.sent


@pytest.mark.parametrize(
    "said", ["open all the covers", "open the covers", "open everything", "open all the windows"]
)
def test_a_word_for_all_covers_never_opens_it_unasked(home: Talk, said: str) -> None:
    assert not ENTRANCES & home.topics(said)


def test_all_the_covers_are_asked_for_by_name(home: Talk) -> None:
    asked = "Open all the covers, including the carport, the driveway and the annexe?"
    assert home.say("open all the covers").text == asked
    home.say("yes")
    assert {topic for topic, _ in home.sent} >= {"carport/set", "driveway/set", "annexe/set"}


def test_blinds_are_not_garage_doors(home: Talk) -> None:
    for said in ("open all the blinds", "open the blinds in the bedroom", "open the bedroom blind"):
        assert home.topics(said) == {"bedroom_blind/set"}, said


@pytest.mark.parametrize(
    ("said", "sent"),
    [
        ("close the carport", {"carport/set"}),
        ("stop the driveway", {"driveway/set"}),
        ("set the carport to zero percent", {"carport/pos/set"}),
        (
            "close all the covers",
            {"carport/set", "driveway/set", "annexe/set", "bedroom_blind/set"},
        ),
        ("turn on the garage heater", {"garage_heater/set"}),
        ("turn on all the switches", {"garage_heater/set"}),
    ],
)
def test_closing_stopping_and_what_is_harmless_is_done_at_once(
    home: Talk, said: str, sent: set[str]
) -> None:
    assert home.topics(said) == sent


def test_everything_off_leaves_the_relay_of_a_door_alone(home: Talk) -> None:
    home.say("turn everything off")
    assert "garage_door_relay/set" not in home.topics("yes")


def test_a_routine_opens_what_the_owner_wrote_into_it(home: Talk) -> None:
    assert "carport/set" in home.topics("coming home")


def test_config_yaml_tells_the_class_too() -> None:
    keys = {"command_topic": "x/set", "state_topic": "x"}
    mine = DeviceSettings("x", "cover", "carport", keys, device_class="garage")
    copied = DeviceSettings("y", "cover", "shed", {**keys, "device_class": "gate"})
    with talking_to(HouseSettings(devices=(mine, copied))) as talk:
        assert talk.say("open the carport").kind == "question"
        talk.say("no")
        assert talk.say("open the shed").kind == "question"
