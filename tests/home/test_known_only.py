"""What announces itself and cannot be controlled is known all the same, and never commanded."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from announcing import furnished, talking_to

from assistant.config import AreaSettings, HouseSettings
from assistant.home.discovery.homeassistant import HomeAssistant

LAMP = {"name": "hall lamp", "unique_id": "l", "cmd_t": "l/set", "stat_t": "l", "schema": "json"}
ANNOUNCED = {
    "homeassistant/light/l/config": LAMP,
    "homeassistant/vacuum/olaf/robot/config": {"name": "Robot", "uniq_id": "o", "cmd_t": "v/set"},
    "homeassistant/valve/w/config": {"name": "water main", "uniq_id": "w", "cmd_t": "w/set"},
    "homeassistant/alarm_control_panel/a/config": {
        "name": "Alarm",
        "uniq_id": "a",
        "cmd_t": "a/set",
    },
    "homeassistant/number/n/config": {
        "name": "sensitivity",
        "uniq_id": "n",
        "cmd_t": "n/set",
        "entity_category": "config",
    },
    "homeassistant/siren/s/config": {"name": "siren", "uniq_id": "s", "en": "false"},
    "homeassistant/device/m/config": {
        "dev": {"ids": "m", "name": "Garden"},
        "cmps": {"1": {"p": "lawn_mower", "uniq_id": "m1", "name": "mower"}},
    },
    "homeassistant/update/u/config": {"name": "hall lamp", "uniq_id": "u", "stat_t": "l"},
}


def house() -> HouseSettings:
    source = HomeAssistant("homeassistant", 100, "assistant")
    for topic, wire in ANNOUNCED.items():
        source.take(topic, json.dumps(wire).encode())
    config = HouseSettings(areas=(AreaSettings("kitchen", "kitchen"),))
    return replace(furnished(ANNOUNCED, config), known_only=tuple(source.beyond()))


def test_what_can_be_used_or_is_a_setting_is_not_among_it() -> None:
    assert [one.name for one in house().known_only] == [
        *("robot", "water main", "alarm", "garden mower", "hall lamp")
    ]


def test_what_vanishes_is_known_no_more() -> None:
    source = HomeAssistant("homeassistant", 100, "assistant")
    topic = "homeassistant/vacuum/olaf/robot/config"
    source.take(topic, json.dumps(ANNOUNCED[topic]).encode())
    assert [one.id for one in source.beyond()] == ["o"]
    source.take(topic, b"")
    assert not list(source.beyond())


@pytest.mark.parametrize(
    ("said", "reply"),
    [
        ("start the robot", "I know the robot, but I can't control a vacuum yet."),
        ("start the vacuum", "I know the robot, but I can't control a vacuum yet."),
        ("vacuum the kitchen", "I know the robot, but I can't control a vacuum yet."),
        ("close the water main", "I know the water main, but I can't control a valve yet."),
        ("open the water main", "I know the water main, but I can't control a valve yet."),
        ("disarm the alarm panel", "I know the alarm, but I can't control an alarm panel yet."),
        (
            "mow the lawn with the garden mower",
            "I know the garden mower, but I can't control a lawn mower yet.",
        ),
    ],
)
def test_a_command_to_it_is_answered_and_sends_nothing(said: str, reply: str) -> None:
    with talking_to(house()) as talk:
        assert talk.say(said).text == reply
        assert not talk.sent


def test_the_name_of_a_device_that_can_be_used_is_that_device() -> None:
    with talking_to(house()) as talk:
        assert "update" not in talk.say("paint the hall lamp with dots").text
