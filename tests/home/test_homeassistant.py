"""Covers, fans, locks, sensors, scenes and lamps of every schema, in Home Assistant's own words."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.config import DeviceSettings, Kind
from assistant.home.attributes import fulfilled
from assistant.home.dialects import Dialect, open_dialect


def dialect_of(kind: Kind, /, **keys: Any) -> Dialect:
    return open_dialect(DeviceSettings("it", kind, "it", keys, announced=True))


def sent(dialect: Dialect, **attributes: Any) -> list[tuple[str, str]]:
    return [(message.topic, message.payload) for message in dialect.commands(attributes)]


BLIND = {
    "command_topic": "b/set",
    "state_topic": "b/state",
    "position_topic": "b/pos",
    "set_position_topic": "b/pos/set",
    "tilt_command_topic": "b/tilt/set",
    "tilt_status_topic": "b/tilt",
}


def test_a_cover_opens_closes_stops_and_goes_to_a_position() -> None:
    blind = dialect_of("cover", **BLIND)
    assert blind.features == {"open", "position", "tilt", "stop"}
    assert sent(blind, open=True) == [("b/set", "OPEN")]
    assert sent(blind, open=False) == [("b/set", "CLOSE")]
    assert sent(blind, stop=True) == [("b/set", "STOP")]
    assert sent(blind, position=30, open=True) == [("b/pos/set", "30")]
    assert sent(blind, tilt=100) == [("b/tilt/set", "100")]
    assert blind.read("b/state", b"opening") == {"motion": "opening"}
    assert blind.read("b/state", b"closed") == {"open": False, "motion": "stopped"}
    assert blind.read("b/pos", b"0") == {"position": 0, "open": False}
    with pytest.raises(ValueError, match="opening"):
        blind.read("b/state", b"ajar")


def test_a_cover_that_counts_backwards() -> None:
    blind = dialect_of("cover", **{**BLIND, "position_open": 0, "position_closed": 255})
    assert sent(blind, position=20, open=True) == [("b/pos/set", "204")]
    assert blind.read("b/pos", b"255") == {"position": 0, "open": False}
    assert blind.read("b/pos", b"0") == {"position": 100, "open": True}


@given(st.integers(0, 100), st.integers(0, 1000), st.integers(0, 1000))
def test_a_position_survives_every_scale_of_100_steps(percent: int, zero: int, full: int) -> None:
    if abs(full - zero) < 100:
        full = zero + 100
    keys = {**BLIND, "position_open": full, "position_closed": zero}
    blind = dialect_of("cover", **keys)
    ((_, wire),) = sent(blind, position=percent, open=percent > 0)
    state = blind.read("b/pos", wire.encode())
    assert state
    assert abs(int(state["position"]) - percent) <= 1


def test_a_blind_on_its_way_is_as_good_as_there() -> None:
    assert fulfilled({"open": True}, {"open": False, "motion": "opening"})
    assert not fulfilled({"open": True}, {"open": False, "motion": "closing"})
    assert fulfilled({"position": 40, "open": True}, {"position": 90, "motion": "closing"})
    assert not fulfilled({"position": 40, "open": True}, {"position": 90, "motion": "opening"})
    assert fulfilled({"locked": True}, {"locked": False, "motion": "locking"})


def test_a_cover_that_knows_positions_only_opens_to_the_full() -> None:
    blind = dialect_of("cover", set_position_topic="b/set", position_topic="b/pos")
    assert sent(blind, open=True) == [("b/set", "100")]
    assert sent(blind, open=False) == [("b/set", "0")]
    assert "stop" not in blind.features


def test_a_fan_spreads_percent_over_its_speeds() -> None:
    fan = dialect_of(
        "fan",
        command_topic="f/set",
        state_topic="f",
        percentage_command_topic="f/speed/set",
        percentage_state_topic="f/speed",
        speed_range_max=3,
        preset_mode_command_topic="f/preset/set",
        preset_modes=["auto", "night"],
        oscillation_command_topic="f/osc/set",
        oscillation_state_topic="f/osc",
        direction_command_topic="f/dir/set",
    )
    assert fan.features == {"on", "speed", "preset", "oscillating", "direction"}
    assert sent(fan, on=True, speed=50) == [("f/set", "ON"), ("f/speed/set", "2")]
    assert fan.read("f/speed", b"2") == {"speed": 66}
    assert fan.read("f/osc", b"oscillate_on") == {"oscillating": True}
    assert sent(fan, direction="reverse", preset="night") == [
        ("f/preset/set", "night"),
        ("f/dir/set", "reverse"),
    ]


def test_a_lock_is_locked_when_it_says_so() -> None:
    keys = {"command_topic": "l/set", "state_topic": "l"}
    lock = dialect_of("lock", **keys)
    assert sent(lock, locked=True) == [("l/set", "LOCK")]
    assert lock.read("l", b"UNLOCKED") == {"locked": False, "motion": "stopped", "jammed": False}
    assert lock.read("l", b"JAMMED") == {"motion": "stopped", "jammed": True}
    assert dialect_of("lock", **keys, code_format="^\\d{4}$").features == frozenset()


TEMPERATURE = {"device_class": "temperature"}
CO2 = {"value_template": "{{ value_json.co2 }}", "device_class": "carbon_dioxide"}
BINARY = {"platform": "binary_sensor"}


@pytest.mark.parametrize(
    ("keys", "payload", "state"),
    [
        ({**TEMPERATURE, "unit_of_measurement": "°F"}, b"212", {"temperature": 100}),
        ({"device_class": "energy", "unit_of_measurement": "Wh"}, b"1500", {"energy": 1.5}),
        ({"device_class": "pressure", "unit_of_measurement": "kPa"}, b"101", {"pressure": 1010}),
        ({"unit_of_measurement": "l/min"}, b"3.5", {"value": 3.5}),
        ({}, b"brewing", {"value": "brewing"}),
        ({"device_class": "door"}, b"ON", {"open": True}),
        ({"payload_on": "1", "payload_off": "0"}, b"0", {"detected": False}),
        ({**BINARY, "device_class": "motion"}, b"ON", {"occupied": True}),
        (BINARY, b"ON", {"detected": True}),
        ({**BINARY, "device_class": "battery"}, b"OFF", {"battery_low": False}),
        (CO2, b'{"co2": 612}', {"carbon_dioxide": 612}),
        ({**TEMPERATURE, "value_template": "{{ value_json.t }}"}, b'{"h": 1}', None),
        (TEMPERATURE, b"unavailable", None),
    ],
)
def test_a_sensor_says_its_value_in_our_units(keys: Any, payload: bytes, state: Any) -> None:
    assert dialect_of("sensor", state_topic="s", **keys).read("s", payload) == state


def test_a_sensor_without_a_number_says_nothing() -> None:
    sensor = dialect_of("sensor", state_topic="s", device_class="temperature")
    for payload in (b"warm", b"nan", b"1e999"):
        with pytest.raises(ValueError, match="number"):
            sensor.read("s", payload)
    assert dialect_of("sensor", state_topic="s", unit_of_measurement="l").unit == "l"


def test_a_scene_and_a_button_are_triggered_and_believed() -> None:
    scene = dialect_of("scene", command_topic="s/set", payload_on="go")
    assert sent(scene, activate=True) == [("s/set", "go")]
    assert scene.silent == scene.features == {"activate"}
    button = dialect_of("scene", command_topic="b/set", payload_press="PRESS")
    assert sent(button, activate=True) == [("b/set", "PRESS")]


def test_a_lamp_of_the_basic_schema() -> None:
    lamp = dialect_of(
        "light",
        schema="basic",
        command_topic="l/set",
        state_topic="l",
        brightness_command_topic="l/bri/set",
        brightness_state_topic="l/bri",
        brightness_scale=100,
        rgb_command_topic="l/rgb/set",
        rgb_state_topic="l/rgb",
        color_temp_command_topic="l/ct/set",
        color_temp_state_topic="l/ct",
    )
    assert lamp.features == {"on", "brightness", "hue", "saturation", "color_temperature"}
    assert sent(lamp, on=True, brightness=40) == [("l/bri/set", "40"), ("l/set", "ON")]
    assert sent(lamp, on=True, hue=240.0, saturation=100.0) == [
        ("l/rgb/set", "0,0,255"),
        ("l/set", "ON"),
    ]
    assert sent(lamp, on=True, color_temperature=2700)[0] == ("l/ct/set", "370")
    assert lamp.read("l/rgb", b"255,0,0") == {"hue": 0, "saturation": 100}
    assert lamp.read("l/ct", b"370") == {"color_temperature": 2703}
    with pytest.raises(ValueError, match="3 numbers"):
        lamp.read("l/rgb", b"255,0")


def test_a_lamp_of_the_template_schema() -> None:
    lamp = dialect_of(
        "light",
        schema="template",
        command_topic="w/set",
        state_topic="w/status",
        command_on_template='{"turn":"on"{%- if brightness is defined -%},"brightness":'
        "{{brightness | float | multiply(0.3922) | round(0) | int}}{%- endif -%} }",
        command_off_template='{"turn":"off"}',
        state_template="{% if value_json.ison %}on{% else %}off{% endif %}",
        brightness_template="{{ value_json.brightness | float | multiply(2.55) | round(0) }}",
    )
    assert sent(lamp, on=True, brightness=50) == [("w/set", '{"turn":"on","brightness":50}')]
    assert sent(lamp, on=False) == [("w/set", '{"turn":"off"}')]
    assert lamp.read("w/status", b'{"ison": true, "brightness": 40}') == {
        "on": True,
        "brightness": 40,
    }


def test_several_availability_topics_count_as_their_mode_says() -> None:
    topics = [{"topic": "bridge"}, {"topic": "lamp", "value_template": "{{ value_json.state }}"}]
    for mode, verdicts in (
        ("all", [None, False, True]),
        ("any", [True, True, True]),
        ("latest", [True, False, True]),
    ):
        lamp = dialect_of("switch", command_topic="c", availability=topics, availability_mode=mode)
        availability = lamp.availability
        assert availability
        said: dict[str, bool] = {}
        found = []
        for topic, payload in (
            ("bridge", b"online"),
            ("lamp", b'{"state":"offline"}'),
            ("lamp", b'{"state":"online"}'),
        ):
            said[topic] = availability.read(topic, payload)
            found.append(availability.judge(said, said[topic]))
        assert found == verdicts, mode


def test_a_device_that_announced_nonsense_beside_what_matters_is_used() -> None:
    switch = dialect_of(
        "switch", command_topic="c", unknown_key=[1], payload_on=True, state_on=None
    )
    assert sent(switch, on=True) == [("c", "True")]


@pytest.mark.parametrize(
    ("kind", "keys", "measured"),
    [
        ("sensor", {"state_topic": "s", **TEMPERATURE}, {"temperature"}),
        ("sensor", {"state_topic": "s", **BINARY, "device_class": "motion"}, {"occupied"}),
        ("sensor", {"state_topic": "s"}, {"value"}),
        ("climate", {"mode_command_topic": "m", "current_temperature_topic": "t"}, {"temperature"}),
    ],
)
def test_what_is_measured_is_known_before_it_is_reported(
    kind: Kind, keys: Any, measured: set[str]
) -> None:
    assert dialect_of(kind, **keys).measures == measured


UNITS = [
    ("atmospheric_pressure", "mmHg", 750, {"pressure": 999.918}),
    ("pressure", "inH2O", 400, {"pressure": 996.3556}),
    ("pressure", "inHg", 29.92, {"pressure": 1013.207589}),
    ("pressure", "psi", 14.5, {"pressure": 999.739765}),
    ("distance", "in", 12, {"distance": 0.3048}),
    ("distance", "mi", 2, {"distance": 3218.688}),
    ("distance", "ft", 10, {"distance": 3.048}),
    ("energy", "kJ", 7200, {"energy": 2}),
    ("energy", "cal", 1e6, {"energy": 1.163}),
    ("energy", "GJ", 3.6, {"energy": 1000}),
    ("power", "mW", 1500, {"power": 1.5}),
    ("power", "MW", 1.5, {"power": 1.5e6}),
    ("voltage", "mV", 3021, {"voltage": 3.021}),
    ("wind_speed", "ft/s", 10, {"speed_of_wind": 10.9728}),
    ("wind_speed", "knots", 10, {"speed_of_wind": 18.52}),
    ("wind_speed", "Beaufort", 4, {"speed_of_wind": 24.0768}),
    ("temperature", "K", 293.15, {"temperature": 20}),
    ("temperature", "℉", 212, {"temperature": 100}),
    ("pressure", "HPA", 1013, {"pressure": 1013}),
    ("pm25", "ug/m3", 12, {"pm25": 12}),
    ("pm25", "\u03bcg/m\u00b3", 12, {"pm25": 12}),
    # What cannot be converted is told in the device's own unit.
    ("humidity", "g/m³", 9.5, {"value": 9.5}),
    ("signal_strength", "dB", -70, {"value": -70}),
    ("gas", "ft³", 3, {"value": 3}),
    ("data_rate", "MB/s", 3, {"value": 3}),
    ("pressure", "parsec", 3, {"value": 3}),
]


@pytest.mark.parametrize(("device_class", "unit", "wire", "state"), UNITS)
def test_every_unit_becomes_ours_or_stays_its_own(
    device_class: str, unit: str, wire: float, state: dict[str, float]
) -> None:
    keys = {"state_topic": "s", "device_class": device_class, "unit_of_measurement": unit}
    sensor = dialect_of("sensor", **keys)
    assert sensor.read("s", str(wire).encode()) == state
    assert sensor.unit == (unit if "value" in state else None)
    assert sensor.measures == state.keys()
