"""What Home Assistant announces beside the usual, and reports of which a part is garbage."""

from __future__ import annotations

import json
import logging
from typing import Any

import pytest
from test_homeassistant import dialect_of, sent

from assistant.config import DeviceSettings, Kind
from assistant.errors import ConfigError, HouseError
from assistant.home.dialects import open_dialect
from assistant.home.followed import Followed


def followed(kind: Kind, /, **keys: Any) -> Followed:
    settings = DeviceSettings("it", kind, "it", keys, announced=True, where="ha/it/config")
    return Followed(settings, open_dialect(settings))


DIMMER = {
    "schema": "basic",
    "command_topic": "l/set",
    "state_topic": "l",
    "brightness_command_topic": "l/bri/set",
    "brightness_state_topic": "l/bri",
}
JSON_LAMP = {
    "schema": "json",
    "command_topic": "l/set",
    "state_topic": "l",
    "brightness": True,
    "supported_color_modes": ["xy", "color_temp"],
}


@pytest.mark.parametrize(
    ("report", "state"),
    [
        ({"state": "ON", "brightness": 256}, {"on": True, "brightness": 100}),
        ({"state": "ON", "brightness": 300}, {"on": True}),
        (
            {"state": "ON", "brightness": "x", "color_temp": 250},
            {"on": True, "color_temperature": 4000},
        ),
        ({"state": "OFF", "color": {"x": 0, "y": 0}}, {"on": False}),
        ({"state": 7, "brightness": 255}, {"brightness": 100}),
    ],
)
def test_one_wrong_value_costs_only_itself(report: Any, state: Any) -> None:
    lamp = followed("light", **JSON_LAMP)
    lamp.report("l", json.dumps(report).encode(), 1)
    assert lamp.state == state
    assert lamp.garbage == (0 if report.get("brightness") == 256 else 1)


BARRIER = {
    "command_topic": "g/set",
    "state_topic": "g",
    "position_topic": "g",
    "value_template": "{{ value_json.value }}",
    "position_template": "{{ value_json.value }}",
    "state_open": 255,
    "state_opening": 254,
    "state_closed": 0,
    "state_closing": 252,
}


@pytest.mark.parametrize(
    ("value", "told"),
    [(255, {"open": True}), (252, {"motion": "closing"}), (0, {"open": False, "position": 0})],
)
def test_words_and_positions_share_a_topic(value: int, told: dict[str, Any]) -> None:
    barrier = followed("cover", **BARRIER)
    barrier.report("g", json.dumps({"value": value}).encode(), 1)
    assert told.items() <= barrier.state.items()
    assert barrier.garbage == 0


def test_what_nobody_understands_of_a_shared_topic_is_garbage() -> None:
    barrier = followed("cover", **BARRIER)
    assert not barrier.report("g", b'{"value": "ajar"}', 1)
    assert barrier.garbage == 1


@pytest.mark.parametrize("yes", [True, "true", "True", "1", 1, "on"])
def test_truths_and_numbers_may_be_text(yes: Any) -> None:
    keys = {**JSON_LAMP, "brightness": yes, "brightness_scale": "100", "min_mireds": "153.8"}
    lamp = dialect_of("light", **{**keys, "max_mireds": 370.0, "color_temp_kelvin": "false"})
    assert json.loads(sent(lamp, on=True, brightness=40)[0][1])["brightness"] == 40
    assert lamp.limits["color_temperature"] == (2703, 6494)
    fan = {"command_topic": "f/set", "percentage_command_topic": "f/p", "speed_range_max": "4"}
    assert sent(dialect_of("fan", **fan), speed=50) == [("f/p", "2")]
    climate = dialect_of(
        "climate", temperature_command_topic="t", min_temp="5", max_temp="30.5", precision="0.5"
    )
    assert climate.limits["target_temperature"] == (5, 30.5)
    switch = {"command_topic": "s/set", "state_topic": "s", "payload_on": 1, "payload_off": 0}
    assert sent(dialect_of("switch", **switch, retain=yes, optimistic=yes), on=True) == [
        ("s/set", "1")
    ]


OPTIMISTIC: list[tuple[Kind, dict[str, Any], dict[str, Any]]] = [
    ("lock", {}, {"locked": True}),
    ("switch", {}, {"on": True}),
    ("light", DIMMER, {"on": True, "brightness": 40}),
    ("light", JSON_LAMP, {"on": True, "brightness": 40}),
    ("cover", {"position_topic": "l/p", "set_position_topic": "l/p/set"}, {"position": 40}),
    ("fan", {"percentage_state_topic": "l/p", "percentage_command_topic": "p"}, {"speed": 40}),
    ("climate", {"mode_state_topic": "l", "mode_command_topic": "m"}, {"mode": "heat"}),
]


@pytest.mark.parametrize(("kind", "keys", "wish"), OPTIMISTIC)
def test_what_is_optimistic_is_believed_and_heard(kind: Kind, keys: Any, wish: Any) -> None:
    keys = {"command_topic": "l/set", "state_topic": "l", **keys}
    assert not wish.keys() & dialect_of(kind, **keys).silent
    believed = dialect_of(kind, **keys, optimistic="true")
    assert wish.keys() <= believed.silent
    assert believed.topics


def test_what_only_some_of_is_reported_is_believed_for_the_rest() -> None:
    fan = dialect_of("fan", command_topic="f/set", state_topic="f", percentage_command_topic="p")
    assert fan.silent == {"speed"}


@pytest.mark.parametrize(("kind", "retained"), [("switch", True), ("light", True), ("lock", False)])
def test_commands_are_retained_where_asked_but_never_to_what_lets_in(
    kind: Kind, retained: bool
) -> None:
    keys = {"command_topic": "l/set", "state_topic": "l", "retain": True}
    (message,) = dialect_of(kind, **keys).commands({"locked" if kind == "lock" else "on": True})
    assert message.retain is retained


def test_a_yes_that_nobody_takes_back_ends_by_itself() -> None:
    sensor = followed(
        "sensor", state_topic="s", device_class="motion", payload_on="A1", off_delay="2"
    )
    now = 100.0
    sensor.clock = lambda: now
    sensor.report("s", b"A1", 1)
    assert sensor.snapshot(1).state == {"occupied": True}
    now += 1.5
    sensor.report("s", b"A1", 1)
    now += 1.5
    assert sensor.snapshot(1).state == {"occupied": True}
    now += 1
    assert sensor.snapshot(1).state == {"occupied": False}
    assert sensor.snapshot(1).available


def test_what_expired_is_known_no_more_and_the_device_counts_as_gone() -> None:
    sensor = followed("sensor", state_topic="s", device_class="temperature", expire_after=60)
    now = 100.0
    sensor.clock = lambda: now
    sensor.report("s", b"21", 1)
    assert sensor.snapshot(1).state == {"temperature": 21}
    now += 61
    gone = sensor.snapshot(1)
    assert (gone.state, gone.available) == ({}, False)
    sensor.report("s", b"22", 1)
    assert sensor.snapshot(1).state == {"temperature": 22}


def test_a_lamp_that_is_switched_on_by_its_brightness_has_its_last_one() -> None:
    lamp = dialect_of("light", **DIMMER, on_command_type="brightness", brightness_scale=100)
    assert sent(lamp, on=True) == [("l/bri/set", "100")]
    lamp.read("l/bri", b"40")
    assert sent(lamp, on=True) == [("l/bri/set", "40")]
    lamp.read("l/bri", b"0")
    assert sent(lamp, on=True) == [("l/bri/set", "40")]
    assert sent(lamp, on=True, brightness=70) == [("l/bri/set", "70")]
    assert sent(lamp, on=False) == [("l/set", "OFF")]


COLOR_TEMPLATES = [
    (
        "rgb",
        "{{ {'red': red, 'green': green, 'blue': blue}|to_json }}",
        '{"red": 0, "green": 0, "blue": 255}',
    ),
    ("rgb", "{{ '#%02x%02x%02x0000'|format(red, green, blue) }}", "#0000ff0000"),
    ("rgbw", "{{ [red, green, blue, white] | join(' ') }}", "0 0 255 0"),
    ("rgbww", "{{ cold_white + warm_white }},{{ blue }}", "0,255"),
    ("hs", "{{ hue | int }}:{{ sat | int }}", "240:100"),
    ("xy", "{{ x }};{{ value }}", "0.15;0.15,0.06"),
]


@pytest.mark.parametrize(("model", "template", "wire"), COLOR_TEMPLATES)
def test_a_colour_is_written_as_its_template_says(model: str, template: str, wire: str) -> None:
    keys = {f"{model}_command_topic": "c/set", f"{model}_command_template": template}
    lamp = dialect_of("light", **DIMMER, **keys)
    assert ("c/set", wire) in sent(lamp, on=True, hue=240.0, saturation=100.0)


def test_a_lamp_without_a_brightness_is_dimmed_by_its_colour() -> None:
    keys = {"command_topic": "l/set", "state_topic": "l", "schema": "basic"}
    lamp = dialect_of("light", **keys, rgb_command_topic="c/set", rgb_state_topic="c")
    assert lamp.features == {"on", "brightness", "hue", "saturation"}
    assert lamp.silent == frozenset()
    assert sent(lamp, on=True) == [("l/set", "ON")]
    assert sent(lamp, on=True, brightness=40) == [("c/set", "102,102,102"), ("l/set", "ON")]
    assert lamp.read("c", b"0,0,128") == {"hue": 240, "saturation": 100, "brightness": 50}
    assert sent(lamp, on=True, brightness=20)[0] == ("c/set", "0,0,51")
    assert sent(lamp, on=True, hue=0.0, saturation=100.0)[0] == ("c/set", "128,0,0")


def test_the_older_name_of_a_template_is_heard() -> None:
    lamp = dialect_of("light", **DIMMER, value_template="{{ value_json.POWER }}")
    assert lamp.read("l", b'{"POWER": "ON"}') == {"on": True}
    climate = dialect_of(
        "climate",
        mode_state_topic="c",
        current_temperature_topic="d",
        value_template="{{ value[1:] }}",
    )
    assert climate.read("c", b"!heat") == {"mode": "heat"}


def test_power_has_a_topic_of_its_own() -> None:
    keys = {"mode_command_topic": "m", "mode_state_topic": "s", "power_command_topic": "p"}
    aircon = dialect_of("climate", **keys, modes=["cool", "dry"])
    assert "off" in aircon.choices["mode"]
    assert sent(aircon, mode="off") == [("p", "OFF")]
    assert sent(aircon, mode="cool") == [("p", "ON"), ("m", "cool")]


TWO_SETPOINTS = {
    "mode_command_topic": "m/set",
    "mode_state_topic": "m",
    "modes": ["off", "heat", "cool", "heat_cool"],
    "current_temperature_topic": "now",
    "temperature_low_command_topic": "low/set",
    "temperature_low_state_topic": "low",
    "temperature_high_command_topic": "high/set",
    "temperature_high_state_topic": "high",
}


def test_of_two_setpoints_the_mode_says_which_is_meant() -> None:
    thermostat = dialect_of("climate", **TWO_SETPOINTS)
    assert "target_temperature" not in thermostat.silent
    thermostat.read("low", b"19")
    thermostat.read("high", b"26")
    assert thermostat.read("m", b"cool") == {"mode": "cool", "target_temperature": 26}
    assert sent(thermostat, target_temperature=23.0) == [("high/set", "23")]
    assert thermostat.read("m", b"heat") == {"mode": "heat", "target_temperature": 19}
    assert sent(thermostat, target_temperature=20.0) == [("low/set", "20")]
    assert sent(thermostat, mode="cool", target_temperature=24.0) == [
        ("m/set", "cool"),
        ("high/set", "24"),
    ]


def test_between_two_setpoints_the_temperature_of_the_room_says_which_is_meant() -> None:
    thermostat = dialect_of("climate", **TWO_SETPOINTS)
    thermostat.read("m", b"heat_cool")
    with pytest.raises(HouseError):
        thermostat.commands({"target_temperature": 23.0})
    thermostat.read("now", b"27")
    assert sent(thermostat, target_temperature=23.0) == [("high/set", "23")]
    thermostat.read("now", b"18")
    assert sent(thermostat, target_temperature=21.0) == [("low/set", "21")]


def test_a_report_may_come_on_any_topic_of_a_filter() -> None:
    sensor = followed(
        "sensor",
        state_topic="+/+/BTtoMQTT/A4C1",
        device_class="temperature",
        value_template="{{ value_json.tempc | is_defined }}",
        availability=[{"topic": "+/+/LWT"}],
    )
    assert sensor.report("home/OMG_1/BTtoMQTT/A4C1", b'{"tempc": 19.4}', 1)
    assert not sensor.report("home/OMG_1/BTtoMQTT/A4C1", b'{"hum": 40}', 1)
    assert not sensor.report("home/OMG_1/BTtoMQTT/B5D2", b'{"tempc": 3}', 1)
    assert sensor.state == {"temperature": 19.4}
    assert sensor.garbage == 0
    assert sensor.report("home/OMG_1/LWT", b"offline", 1)
    assert sensor.available is False


@pytest.mark.parametrize("topic", ["#", "+", "+/+", "a/#/b", "a+/b", "", "a\0"])
def test_a_filter_names_something(topic: str) -> None:
    with pytest.raises(ConfigError, match="no topic"):
        dialect_of("sensor", state_topic=topic)


def test_a_command_needs_one_topic() -> None:
    with pytest.raises(ConfigError, match="no topic"):
        dialect_of("switch", command_topic="a/+/set")


def test_a_template_that_cannot_be_used_costs_its_channel_only(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.WARNING)
    keys = {**TWO_SETPOINTS, "current_temperature_template": "{{ value | from_the_future }}"}
    device = followed("climate", **keys)
    followed("climate", **keys)
    assert device.report("m", b"heat", 1)
    assert "now" not in device.dialect.topics
    assert [record.message for record in caplog.records if "from_the_future" in record.message] == [
        "ha/it/config: device 'it': current_temperature_template is not used: "
        "template: there is no filter 'from_the_future'"
    ]


def test_a_key_that_is_not_followed_is_said_once(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.WARNING)
    for _ in range(3):
        followed("fan", command_topic="f/set", warp_drive_topic="w")
    assert len([record for record in caplog.records if "warp_drive_topic" in record.message]) == 1


def test_an_availability_that_a_message_does_not_tell_is_no_garbage() -> None:
    signal = {"topic": "+/state", "value_template": "{{ value_json.link | is_defined }}"}
    sensor = followed("sensor", state_topic="s", availability=[signal])
    assert not sensor.report("a/state", b'{"battery": 3}', 1)
    assert (sensor.garbage, sensor.available) == (0, None)
    assert sensor.report("a/state", b'{"link": "offline"}', 1)
    assert sensor.available is False
