"""The speeds of a fan by their numbers, whoever made it."""

from collections.abc import Mapping
from typing import Any

import pytest

from assistant.config import DeviceSettings
from assistant.home.dialects import open_dialect
from assistant.home.speeds import numbered

ONOFF = {"command_topic": "f/set", "state_topic": "f"}
TOPICS = {**ONOFF, "percentage_command_topic": "f/speed"}


def speeds_of(dialect: str, mqtt: Mapping[str, Any]) -> list[tuple[str, ...]]:
    """What is sent for each numbered speed, the slowest first."""
    fan = open_dialect(DeviceSettings("fan", "fan", "fan", mqtt=mqtt, dialect=dialect))
    sent = [fan.commands({"on": True, "speed": percent}) for percent in numbered(fan)]
    return [tuple(one.payload for one in messages if one.payload != "ON") for messages in sent]


@pytest.mark.parametrize("count", [2, 3, 5, 6, 7, 9, 12])
def test_each_speed_of_a_range_has_its_number(count: int) -> None:
    found = speeds_of("homeassistant", {**TOPICS, "speed_range_max": count})
    assert found == [(str(number),) for number in range(1, count + 1)]


def test_a_range_may_begin_anywhere() -> None:
    found = speeds_of("homeassistant", {**TOPICS, "speed_range_min": 4, "speed_range_max": 8})
    assert found == [("4",), ("5",), ("6",), ("7",), ("8",)]


def test_percent_are_no_numbered_speeds() -> None:
    assert speeds_of("homeassistant", TOPICS) == []
    assert speeds_of("homeassistant", ONOFF) == []


def test_three_speeds_of_a_tasmota_are_counted() -> None:
    found = speeds_of("tasmota", {"topic": "fan"})
    assert found == [("1",), ("2",), ("3",)]
