"""What zigbee2mqtt tells of a device becomes what people may say of it, kind by kind."""

from __future__ import annotations

import json
from typing import Any

import pytest
from test_discovery import house

from assistant.config import DeviceSettings
from assistant.errors import HouseError
from assistant.home.attributes import complete
from assistant.home.dialects import Dialect, open_dialect
from assistant.home.discovery.zigbee2mqtt import Zigbee2Mqtt
from assistant.home.speeds import numbered

TOPIC = "zigbee2mqtt/thing"


def bridge(
    *exposes: dict[str, Any], output: str = "json", base: str = "zigbee2mqtt"
) -> Zigbee2Mqtt:
    one = Zigbee2Mqtt(base, 1000)
    info = {"config": {"advanced": {"output": output}}}
    one.take(f"{base}/bridge/info", json.dumps(info).encode())
    device = {
        "ieee_address": "0x1",
        "friendly_name": "thing",
        "definition": {"exposes": list(exposes)},
    }
    one.take(f"{base}/bridge/devices", json.dumps([device]).encode())
    return one


def things(*exposes: dict[str, Any], **how: str) -> dict[str, DeviceSettings]:
    return house(bridge(*exposes, **how).announced())


def thing(*exposes: dict[str, Any], **how: str) -> Dialect:
    (device,) = things(*exposes, **how).values()
    return open_dialect(device)


def told(dialect: Dialect, topic: str = TOPIC, **wire: Any) -> dict[str, Any]:
    return dict(dialect.read(topic, json.dumps(wire).encode()) or {})


def asked(dialect: Dialect, **attributes: Any) -> Any:
    (message,) = dialect.commands(complete(attributes))
    return json.loads(message.payload)


def numeric(name: str, low: float | None = None, high: float | None = None, **more: Any) -> Any:
    limits = {} if low is None else {"value_min": low, "value_max": high}
    return {"type": "numeric", "name": name, "property": name, "access": 7, **limits, **more}


def enum(name: str, *values: str, **more: Any) -> Any:
    return {
        "type": "enum", "name": name, "property": name, "access": 7, "values": values, **more
    }  # fmt: skip


def on_off(**more: Any) -> Any:
    return {
        "type": "binary", "name": "state", "property": "state", "access": 7,
        "value_on": "ON", "value_off": "OFF", **more,
    }  # fmt: skip


HEATING = numeric("occupied_heating_setpoint", 4.5, 29.5, value_step=0.5)
COOLING = numeric("occupied_cooling_setpoint", 16, 32, value_step=0.5)
ROOM = numeric("local_temperature")


def thermostat(*features: dict[str, Any]) -> Dialect:
    return thing({"type": "climate", "features": [*features, ROOM]})


def both_ways() -> Dialect:
    return thermostat(HEATING, COOLING, enum("system_mode", "off", "heat", "cool", "auto"))


@pytest.mark.parametrize(
    ("mode", "key", "target"),
    [("cool", "occupied_cooling_setpoint", 26), ("heat", "occupied_heating_setpoint", 19)],
)
def test_the_mode_says_which_target_is_set_and_told(mode: str, key: str, target: float) -> None:
    dialect = both_ways()
    state = told(
        dialect, system_mode=mode, occupied_heating_setpoint=19, occupied_cooling_setpoint=26
    )
    assert state["target_temperature"] == target
    assert asked(dialect, target_temperature=23.0) == {key: 23}
    assert told(dialect, **{key: 23}) == {"target_temperature": 23}  # a part of a report


def test_a_mode_that_is_asked_for_together_with_a_target_counts() -> None:
    dialect = both_ways()
    told(dialect, system_mode="heat")
    assert asked(dialect, mode="cool", target_temperature=23.0) == {
        "system_mode": "cool", "occupied_cooling_setpoint": 23
    }  # fmt: skip


@pytest.mark.parametrize(
    ("room", "key"), [(20, "occupied_heating_setpoint"), (25, "occupied_cooling_setpoint")]
)
def test_in_auto_a_colder_room_is_heated_and_a_warmer_one_cooled(room: float, key: str) -> None:
    dialect = both_ways()
    stands = {"occupied_heating_setpoint": 19, "occupied_cooling_setpoint": 26}
    told(dialect, system_mode="auto", local_temperature=room, **stands)
    wire = asked(dialect, target_temperature=23.0)
    assert wire == {key: 23}
    state = told(dialect, system_mode="auto", local_temperature=room, **{**stands, **wire})
    assert state["target_temperature"] == 23


def test_in_auto_nothing_is_set_while_nobody_knows_how_warm_the_room_is() -> None:
    dialect = both_ways()
    told(dialect, system_mode="auto")
    with pytest.raises(HouseError, match="heat or to cool"):
        asked(dialect, target_temperature=23.0)


def test_a_target_beyond_the_one_in_force_is_refused() -> None:
    dialect = both_ways()
    told(dialect, system_mode="cool")
    with pytest.raises(HouseError, match="16 to 32"):
        asked(dialect, target_temperature=8.0)


def test_what_only_cools_has_a_target() -> None:
    dialect = thermostat(COOLING)
    assert dialect.limits["target_temperature"] == (16, 32)
    assert asked(dialect, target_temperature=23.0) == {"occupied_cooling_setpoint": 23}


def test_the_target_of_an_empty_room_is_another() -> None:
    empty = numeric("unoccupied_heating_setpoint", 5, 30)
    dialect = thermostat(empty, HEATING)
    assert asked(dialect, target_temperature=21.0) == {"occupied_heating_setpoint": 21}
    state = told(dialect, occupied_heating_setpoint=21, unoccupied_heating_setpoint=15)
    assert state == {"target_temperature": 21}


@pytest.mark.parametrize(("low", "high"), [(4.5, 29.5), (0.5, 29.5), (0, 30), (-10, 4)])
def test_limits_are_the_makers_own(low: float, high: float) -> None:
    dialect = thermostat(numeric("current_heating_setpoint", low, high, value_step=0.5))
    assert dialect.limits["target_temperature"] == (low, high)
    for end in (low, high):
        assert asked(dialect, target_temperature=end) == {"current_heating_setpoint": end}


@pytest.mark.parametrize(
    ("target", "sent"), [(21.3, 21.5), (21.2, 21), (4.6, 4.5), (29.4, 29.5), (21.0, 21)]
)
def test_a_target_is_on_the_thermostats_steps(target: float, sent: float) -> None:
    assert asked(thermostat(HEATING), target_temperature=target) == {
        "occupied_heating_setpoint": sent
    }


def fan(*modes: str) -> Dialect:
    mode = enum("mode", *modes, property="fan_mode")
    return thing({"type": "fan", "features": [on_off(property="fan_state"), mode]})


@pytest.mark.parametrize(
    ("modes", "percent", "mode"),
    [
        (("off", "auto", *map(str, range(1, 10))), 50, "5"),
        (("off", "auto", *map(str, range(1, 10))), 100, "9"),
        (("off", "auto", *map(str, range(1, 10))), 1, "1"),
        (("1", "2", "3", "4"), 50, "2"),
        (("4", "3", "2", "1"), 51, "3"),
        (("0", "10", "5"), 50, "5"),
        (("low", "high"), 50, "low"),
        (("low", "high", "auto"), 75, "high"),
        (("off", "low", "smart", "medium", "high", "on"), 66, "medium"),
        (("high", "low", "medium", "max"), 100, "max"),
    ],
)
def test_modes_of_a_fan_are_speeds(modes: tuple[str, ...], percent: int, mode: str) -> None:
    dialect = fan(*modes)
    assert asked(dialect, speed=percent) == {"fan_mode": mode}  # beside a state it would be lost
    state = told(dialect, fan_state="ON", fan_mode=mode)
    assert state["speed"] == pytest.approx(percent, abs=49)
    assert asked(dialect, speed=state["speed"])["fan_mode"] == mode  # it counts as done


@pytest.mark.parametrize(
    ("modes", "counted"),
    [
        (("off", "auto", *map(str, range(1, 10))), [*map(str, range(1, 10))]),
        (("off", "low", "medium", "high", "auto"), ["low", "medium", "high"]),
        (("off", "auto", "on"), []),
    ],
)
def test_modes_that_are_speeds_are_counted(modes: tuple[str, ...], counted: list[str]) -> None:
    dialect = fan(*modes)
    speeds = [asked(dialect, on=True, speed=percent)["fan_mode"] for percent in numbered(dialect)]
    assert speeds == counted


def test_a_fan_that_is_on_off_or_auto_has_no_speeds() -> None:
    dialect = fan("off", "auto", "on")
    assert "speed" not in dialect.features
    assert dialect.choices["preset"] == ("off", "auto", "on")


def test_auto_is_no_speed_but_a_preset() -> None:
    dialect = fan("off", "auto", "1", "2")
    assert asked(dialect, preset="auto", on=True) == {"fan_mode": "auto"}
    assert asked(dialect, on=False) == {"fan_state": "OFF"}
    assert told(dialect, fan_mode="auto") == {"preset": "auto"}


LAMP = {
    "type": "light",
    "features": [
        on_off(),
        numeric("brightness", 0, 254),
        numeric("color_temp", 153, 500),
        {"type": "composite", "name": "color_xy", "property": "color", "features": []},
    ],
}


@pytest.mark.parametrize(
    ("wire", "state"),
    [
        ({"brightness": 256}, {"brightness": 100}),
        ({"brightness": 255}, {"brightness": 100}),
        ({"brightness": 4000}, {}),
        ({"brightness": -1}, {}),
        ({"color": {"x": 0, "y": 0}, "color_mode": "xy"}, {}),
        ({"color_temp": 0}, {}),
        ({"color_temp": 143, "color_mode": "color_temp"}, {"color_temperature": 6993}),
        ({"effect": None, "linkquality": 255}, {}),
    ],
)
def test_one_value_out_of_range_costs_only_itself(wire: Any, state: Any) -> None:
    assert told(thing(LAMP), state="ON", **wire) == {"on": True, **state}


def test_a_report_without_one_sensible_value_is_garbage() -> None:
    with pytest.raises(ValueError, match="not between"):
        told(thing(LAMP), brightness=4000)


@pytest.mark.parametrize("output", ["attribute", "attribute_and_json"])
def test_reports_may_come_on_a_topic_each(output: str) -> None:
    dialect = thing(LAMP, output=output)
    assert (TOPIC in dialect.topics) is (output == "attribute_and_json")
    state: dict[str, Any] = {}
    reports = [
        ("state", b"ON"),
        ("brightness", b"127"),
        ("color_temp", b"370"),
        ("color-x", b"0.64"),
        ("color-y", b"0.33"),
        ("color_mode", b"xy"),
        ("color-hue", b""),
    ]
    for key, payload in reports:
        assert f"{TOPIC}/{key}" in dialect.topics
        state.update(dialect.read(f"{TOPIC}/{key}", payload) or {})
    assert (state["on"], state["brightness"]) == (True, 50)
    assert (round(state["hue"]), round(state["saturation"])) == (0, 100)
    white = dialect.read(f"{TOPIC}/color_mode", b"color_temp")
    assert white == {"color_temperature": 2703}
    assert dialect.read(f"{TOPIC}/color-y", b"0.4") is None


def test_a_bridge_that_has_not_told_how_it_reports_is_heard_either_way() -> None:
    one = Zigbee2Mqtt("zigbee2mqtt", 1000)
    device = {"ieee_address": "0x1", "friendly_name": "thing", "definition": {"exposes": [LAMP]}}
    one.take("zigbee2mqtt/bridge/devices", json.dumps([device]).encode())
    (lamp,) = house(one.announced()).values()
    assert {TOPIC, f"{TOPIC}/state"} <= set(open_dialect(lamp).topics)
    one.take("zigbee2mqtt/bridge/info", b'{"config":{"advanced":{"output":"json"}}}')
    (lamp,) = house(one.announced()).values()
    assert open_dialect(lamp).topics == (TOPIC,)


@pytest.mark.parametrize("enabled", [True, False])
def test_a_device_is_there_with_its_bridge_unless_it_would_tell_itself(enabled: bool) -> None:
    one = bridge(LAMP)
    info = {"config": {"availability": {"enabled": enabled}, "advanced": {"output": "json"}}}
    one.take("zigbee2mqtt/bridge/info", json.dumps(info).encode())
    (lamp,) = house(one.announced()).values()
    availability = open_dialect(lamp).availability
    assert availability
    bridged = {"zigbee2mqtt/bridge/state": True}
    assert availability.judge(bridged, True) is (None if enabled else True)
    assert availability.judge({**bridged, f"{TOPIC}/availability": False}, False) is False
    assert availability.judge({**bridged, f"{TOPIC}/availability": True}, True) is True


def test_a_base_topic_may_have_levels() -> None:
    dialect = thing(LAMP, base="home/attic/zigbee")
    assert dialect.topics == ("home/attic/zigbee/thing",)
    assert dialect.command_topics == ("home/attic/zigbee/thing/set",)


@pytest.mark.parametrize("name", ["position", "tilt"])
def test_a_cover_without_words_is_opened_by_what_moves_it(name: str) -> None:
    dialect = thing({"type": "cover", "features": [numeric(name, 0, 100)]})
    assert asked(dialect, open=True) == {name: 100}
    assert asked(dialect, open=False) == {name: 0}
    assert asked(dialect, **{name: 30}) == {name: 30}
    assert told(dialect, **{name: 30}) == {name: 30, "open": True}
    assert "stop" not in dialect.features


@pytest.mark.parametrize(
    ("wire", "open_"),
    [
        ({"position": 0, "state": None}, False),
        ({"position": 40, "state": None}, True),
        ({"position": 40}, True),
        ({"position": 0, "state": "OPEN"}, True),  # it has begun
        ({"position": 100, "state": "CLOSE"}, False),
        ({"position": 40, "state": "STOP"}, True),
    ],
)
def test_a_cover_that_tells_no_state_is_open_by_its_position(wire: Any, open_: bool) -> None:
    state = enum("state", "OPEN", "CLOSE", "STOP")
    dialect = thing({"type": "cover", "features": [state, numeric("position", 0, 100)]})
    assert told(dialect, **wire) == {"position": wire["position"], "open": open_}
    assert asked(dialect, open=True) == {"state": "OPEN"}
    assert asked(dialect, position=30) == {"position": 30}


def test_a_cover_may_tell_a_position_that_it_does_not_expose() -> None:
    state = enum("state", "OPEN", "CLOSE", "STOP")
    dialect = thing({"type": "cover", "features": [state, numeric("tilt", 0, 100)]})
    assert told(dialect, position=100, state=None) == {"open": True}
    assert "position" not in dialect.features


def test_a_fan_that_tells_a_mode_that_cannot_be_set_is_off() -> None:
    assert told(fan("low", "medium", "high", "on"), fan_state="OFF", fan_mode="off") == {
        "on": False
    }


def endpoint(name: str) -> dict[str, Any]:
    features = [
        {**part, "property": f"{part['property']}_{name}", "endpoint": name}
        for part in LAMP["features"]
    ]
    return {"type": "light", "endpoint": name, "features": features}


def test_lamps_of_one_device_are_told_apart() -> None:
    devices = things(endpoint("l1"), endpoint("l2"))
    left = open_dialect(devices["thing l1"])
    assert asked(left, color_temperature=2700) == {"state_l1": "ON", "color_temp_l1": 370}
    wire = {"state_l1": "ON", "state_l2": "OFF", "color_mode_l1": "color_temp"}
    wire |= {"color_temp_l1": 370, "color_l1": {"x": 0.4, "y": 0.4}}
    assert told(left, **wire) == {"on": True, "color_temperature": 2703}


def test_what_is_measured_twice_are_two_sensors() -> None:
    meters = [
        numeric("power", property=f"power_{one}", endpoint=one, access=5) for one in ("l1", "l2")
    ]
    devices = things(*meters, numeric("voltage", access=5))
    wire = {"power_l1": 114, "power_l2": 25, "voltage": 230}
    assert {name: told(open_dialect(device), **wire) for name, device in devices.items()} == {
        "thing l1": {"power": 114}, "thing l2": {"power": 25}, "thing": {"voltage": 230}
    }  # fmt: skip


def test_a_group_speaks_without_endpoints() -> None:
    one = bridge(endpoint("l1"))
    group = {"id": 7, "friendly_name": "all", "members": [{"ieee_address": "0x1", "endpoint": 1}]}
    one.take("zigbee2mqtt/bridge/groups", json.dumps([group]).encode())
    dialect = open_dialect(house(one.announced())["all"])
    assert asked(dialect, brightness=50) == {"state": "ON", "brightness": 127}


def test_settings_of_a_thermostat_are_no_switches_of_the_house() -> None:
    climate = {"type": "climate", "features": [HEATING]}
    window = {
        "type": "switch",
        "label": "Window detection",
        "features": [on_off(property="window_detection")],
    }
    power = {"type": "switch", "features": [on_off()]}
    found = {one.name: one for one in bridge(climate, window).announced()}
    assert {name: one.category for name, one in found.items()} == {
        "thing": None, "thing window detection": "config"
    }  # fmt: skip
    found = {one.name: one for one in bridge(climate, power).announced()}
    assert {name: one.category for name, one in found.items()} == {
        "thing": None, "thing power": "config"
    }  # fmt: skip
    (relay,) = bridge(power).announced()
    assert (relay.name, relay.category) == ("thing", None)


@pytest.mark.parametrize(
    ("description", "class_"),
    [
        ("Garage door opener", "garage"),
        ("AX Valve Controller, water shutoff valve controller", "water"),
        ("Smart water/gas valve", "water"),
        ("GAS valve", "gas"),
        ("Sliding gate controller", "gate"),
        ("Matrix intercom auto opener", "door"),
        ("Kinetic RF to Zigbee gateway", None),
        ("Thermostatic radiator valve", None),
        ("In-wall smart switch", None),
    ],
)
def test_what_lets_somebody_in_is_told_by_the_models_description(
    description: str, class_: str | None
) -> None:
    one = Zigbee2Mqtt("zigbee2mqtt", 10)
    relay = {"type": "switch", "features": [on_off()]}
    definition = {"description": description, "exposes": [relay]}
    device = {"ieee_address": "0x1", "friendly_name": "carport", "definition": definition}
    one.take("zigbee2mqtt/bridge/devices", json.dumps([device]).encode())
    assert [found.device_class for found in one.announced()] == [class_]


@pytest.mark.parametrize("value_on", [True, False])
def test_a_garage_door_is_open_when_its_contact_is_not_closed(value_on: bool) -> None:
    contact = {
        "type": "binary", "name": "garage_door_contact", "property": "garage_door_contact",
        "access": 1, "value_on": value_on, "value_off": not value_on,
    }  # fmt: skip
    assert told(thing(contact), garage_door_contact=False) == {"open": True}
