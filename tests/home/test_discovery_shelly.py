"""Shelly, component by component, as the device says what it has."""

from __future__ import annotations

import json
from typing import Any

import pytest
from test_discovery import house, read, sent, source

from assistant.config import DeviceSettings
from assistant.home.attributes import complete
from assistant.home.dialects import open_dialect
from assistant.home.discovery.announced import Source
from assistant.home.discovery.shelly import Shelly
from assistant.home.followed import Followed

PREFIX = "shelly-aa"


def answered(config: dict[str, Any], prefix: str = PREFIX) -> Source:
    one = source("shelly")
    system = {"sys": {"device": {"name": "Den", "mac": "AA"}}}
    answer = {"id": 1, "result": {**system, **config}}
    one.take(f"assistant/shelly/{prefix}/rpc", json.dumps(answer).encode())
    return one


def device(config: dict[str, Any], name: str = "den") -> DeviceSettings:
    return house(answered(config).announced())[name]


def asked(settings: DeviceSettings, **attributes: Any) -> tuple[str, Any]:
    ((topic, frame),) = sent(settings, **complete(attributes))
    assert topic == f"{PREFIX}/rpc"
    wire = json.loads(frame)
    return wire["method"], wire["params"]


def told(settings: DeviceSettings, component: str, status: dict[str, Any]) -> Any:
    """The same whichever way it is told."""
    by_topic = read(settings, f"{PREFIX}/status/{component}", json.dumps(status))
    event = {"method": "NotifyStatus", "params": {"ts": 1, component: status}}
    assert read(settings, f"{PREFIX}/events/rpc", json.dumps(event)) == by_topic
    answer = {"id": 1, "result": {component: status}}
    assert read(settings, f"assistant/shelly/{PREFIX}/rpc", json.dumps(answer)) == by_topic
    return by_topic


def heard_on(one: Source, topic: str) -> bool:
    """Whether one of the source's filters lets the topic through."""
    levels = topic.split("/")
    return any(
        all(want in ("+", is_) for want, is_ in zip(pattern.split("/"), levels, strict=False))
        and (len(pattern.split("/")) == len(levels))
        for pattern in one.topics
    )


@pytest.mark.parametrize(
    "prefix",
    ["shellyplus1-abc", "shelly/kettle", "home/kitchen/kettle", "home/ground/kitchen/kettle"],
)
def test_a_prefix_may_have_levels(prefix: str) -> None:
    one = source("shelly")
    assert heard_on(one, f"{prefix}/online")
    (question,) = one.take(f"{prefix}/online", b"true")
    assert question.topic == f"{prefix}/rpc"
    answers = json.loads(question.payload)["src"] + "/rpc"
    answer = {"id": 1, "result": {"sys": {"device": {"name": None}}, "switch:0": {"id": 0}}}
    assert one.take(answers, json.dumps(answer).encode()) == ()
    (kettle,) = house(one.announced()).values()
    assert kettle.name == " ".join(prefix.replace("-", " ").split("/")[-2:])
    assert sent(kettle, on=True)[0][0] == f"{prefix}/rpc"
    assert f"{prefix}/status/switch:0" in open_dialect(kettle).topics


def test_neither_the_first_generation_nor_our_own_topics_are_asked() -> None:
    one = source("shelly")
    assert one.take("shellies/shelly1-1234/online", b"true") == ()
    assert one.take("assistant/shelly/x/online", b"true") == ()
    assert one.take("shelly/kitchen/kettle/online", b"false") == ()


@pytest.mark.parametrize(
    ("config", "component", "status", "state"),
    [
        (
            {"temperature:0": {}, "humidity:0": {}, "ht_ui": {}},
            "temperature:0", {"tC": 14.5, "tF": 58.1}, {"temperature": 14.5},
        ),
        ({"smoke:0": {}}, "smoke:0", {"alarm": True, "mute": False}, {"smoke": True}),
        ({"flood:0": {}}, "flood:0", {"alarm": False}, {"wet": False}),
        (
            {"temperature:0": {}},
            "devicepower:0", {"battery": {"V": 5.4, "percent": 80}}, {"battery": 80},
        ),
    ],
)  # fmt: skip
def test_what_runs_on_a_battery_is_not_away_while_it_sleeps(
    config: dict[str, Any], component: str, status: dict[str, Any], state: dict[str, Any]
) -> None:
    sensor = device(config)
    assert open_dialect(sensor).availability is None
    assert told(sensor, component, status) == state
    assert state.keys() <= open_dialect(sensor).measures  # before it has told anything


def test_the_whole_status_that_a_device_tells_when_it_wakes_is_read() -> None:
    sensor = device({"temperature:0": {}, "humidity:0": {}})
    woken = {
        "method": "NotifyFullStatus",
        "params": {"temperature:0": {"tC": 14.5}, "humidity:0": {"rh": 57.6}, "sys": {}},
    }
    assert read(sensor, f"{PREFIX}/events/rpc", json.dumps(woken)) == {
        "temperature": 14.5, "humidity": 57.6
    }  # fmt: skip


@pytest.mark.parametrize("config", [{"switch:0": {}, "temperature:100": {}}, {"pm1:0": {}}])
def test_what_hangs_on_the_mains_can_be_away(config: dict[str, Any]) -> None:
    for settings in house(answered(config).announced()).values():
        assert open_dialect(settings).availability


@pytest.mark.parametrize(
    ("model", "key", "payload", "state"),
    [
        ("SHHT-1", "temperature", "16.25", {"temperature": 16.25}),
        ("SHWT-1", "flood", "true", {"wet": True}),
        ("SHDW-2", "state", "open", {"open": True}),
        ("SHMOS-01", "motion", "1", {"occupied": True}),
        ("SHSM-01", "smoke", "false", {"smoke": False}),
    ],
)
def test_sensors_of_the_first_generation_sleep(
    model: str, key: str, payload: str, state: dict[str, Any]
) -> None:
    sensor = first_generation(model)
    assert open_dialect(sensor).availability is None
    assert state.keys() <= open_dialect(sensor).measures
    assert read(sensor, f"shellies/thing/sensor/{key}", payload) == state


def test_a_motion_sensor_may_tell_everything_at_once() -> None:
    sensor = first_generation("SHMOS-01")
    flat = '{"motion":true,"vibration":false,"lux":50,"bat":98}'
    told = {"occupied": True, "vibration": False, "illuminance": 50, "battery": 98}
    assert read(sensor, "shellies/thing/status", flat) == told
    parts = '{"sensor":{"motion":true,"vibration":false},"lux":{"value":50},"bat":{"value":98}}'
    assert read(sensor, "shellies/thing/info", parts) == told


def test_the_last_reading_of_what_sleeps_counts_for_a_day() -> None:
    now = [0.0]
    settings = first_generation("SHHT-1")
    sensor = Followed(settings, open_dialect(settings), clock=lambda: now[0])
    sensor.report("shellies/thing/sensor/temperature", b"16.25", 1)
    now[0] = 24 * 3600.0
    assert sensor.snapshot(1).available
    assert sensor.snapshot(1).state == {"temperature": 16.25}
    now[0] = 49 * 3600.0
    assert not sensor.snapshot(1).available
    assert sensor.snapshot(1).state == {}


def first_generation(model: str) -> DeviceSettings:
    one = source("shelly")
    one.take("shellies/announce", json.dumps({"id": "thing", "model": model}).encode())
    return next(iter(house(one.announced()).values()))


def test_a_radiator_valve_of_the_first_generation() -> None:
    valve = first_generation("SHTRV-01")
    assert valve.kind == "climate"
    assert sent(valve, target_temperature=21.5) == [
        ("shellies/thing/thermostat/0/command/target_t", "21.5")
    ]
    info = {"thermostats": [{
        "pos": 40.0, "target_t": {"enabled": True, "value": 21.5, "units": "C"},
        "tmp": {"value": 19.9, "units": "C", "is_valid": True},
    }], "bat": {"value": 99}}  # fmt: skip
    assert read(valve, "shellies/thing/info", json.dumps(info)) == {
        "target_temperature": 21.5, "temperature": 19.9, "action": "heating"
    }  # fmt: skip
    assert open_dialect(valve).limits["target_temperature"] == (4, 31)


def test_a_wall_display_is_a_thermostat() -> None:
    wall = device({"thermostat:0": {"id": 0, "type": "heating"}})
    assert wall.kind == "climate"
    assert open_dialect(wall).choices["mode"] == ("off", "heat")
    assert asked(wall, target_temperature=21.0) == (
        "Thermostat.SetConfig", {"id": 0, "config": {"id": 0, "target_C": 21.0}}
    )  # fmt: skip
    assert asked(wall, mode="off")[1]["config"] == {"id": 0, "enable": False}
    status = {"id": 0, "enable": True, "target_C": 21, "current_C": 20.3, "output": True}
    assert told(wall, "thermostat:0", status) == {
        "mode": "heat", "target_temperature": 21, "temperature": 20.3, "action": "heating"
    }  # fmt: skip
    assert told(wall, "thermostat:0", {"enable": False, "output": False}) == {
        "mode": "off", "action": "off"
    }  # fmt: skip


def test_a_wall_display_may_cool() -> None:
    wall = device({"thermostat:0": {"type": "cooling"}})
    assert asked(wall, mode="cool")[1]["config"]["enable"] is True
    assert told(wall, "thermostat:0", {"enable": True, "output": True}) == {
        "mode": "cool", "action": "cooling"
    }  # fmt: skip


def test_radiator_valves_behind_a_gateway_are_asked_for_and_set() -> None:
    one = source("shelly")
    gateway = {"sys": {"device": {"name": "Hub", "mac": "AA"}}, "blugw": {}}
    where = f"assistant/shelly/{PREFIX}/rpc"
    (question,) = one.take(where, json.dumps({"id": 1, "result": gateway}).encode())
    assert json.loads(question.payload)["method"] == "Shelly.GetComponents"
    first = {"key": "blutrv:200", "config": {"id": 200, "addr": "f8:44", "name": "Bath valve"}}
    page = {"components": [first], "offset": 0, "total": 2}
    (question,) = one.take(where, json.dumps({"id": 1, "result": page}).encode())
    assert json.loads(question.payload)["params"]["offset"] == 1
    second = {"key": "blutrv:201", "config": {"id": 201, "addr": "f8:45", "name": None}}
    page = {"components": [second], "offset": 1, "total": 2}
    assert one.take(where, json.dumps({"id": 1, "result": page}).encode()) == ()
    devices = house(one.announced())
    assert set(devices) == {"bath valve", "hub 202"}
    valve = devices["bath valve"]
    assert asked(valve, target_temperature=21.0) == (
        "BluTRV.Call",
        {"id": 200, "method": "Trv.SetTarget", "params": {"id": 0, "target_C": 21.0}},
    )
    status = {"id": 200, "target_C": 17.1, "current_C": 15.2, "pos": 0, "battery": 100}
    assert told(valve, "blutrv:200", status) == {
        "target_temperature": 17.1, "temperature": 15.2, "action": "idle", "battery": 100
    }  # fmt: skip


def test_bluetooth_sensors_behind_a_gateway_are_one_device_each() -> None:
    config = {
        "bthome": {},
        "bthomedevice:200": {"id": 200, "addr": "3c:2e", "name": "Bath thermometer"},
        "bthomesensor:200": {"id": 200, "addr": "3c:2e", "obj_id": 69, "idx": 0},
        "bthomesensor:201": {"id": 201, "addr": "3c:2e", "obj_id": 46, "idx": 0},
        "bthomesensor:202": {"id": 202, "addr": "7c:c6", "obj_id": 45, "idx": 0},
        "bthomesensor:203": {"id": 203, "addr": "7c:c6", "obj_id": 63, "idx": 0},
    }
    devices = house(answered(config).announced())
    assert set(devices) == {"bath thermometer", "den 7c c6"}
    bath, window = devices["bath thermometer"], devices["den 7c c6"]
    assert told(bath, "bthomesensor:200", {"id": 200, "value": 21.5}) == {"temperature": 21.5}
    assert told(bath, "bthomesensor:201", {"id": 201, "value": 48}) == {"humidity": 48}
    assert told(window, "bthomesensor:202", {"id": 202, "value": True}) == {"open": True}
    alive = open_dialect(bath).availability  # nobody hears them while the gateway is away
    assert alive
    assert alive.topics() == (f"{PREFIX}/online",)


def test_a_blind_with_slats_is_tilted() -> None:
    blind = device({"cover:0": {"id": 0, "slat": {"enable": True}}})
    assert asked(blind, tilt=40) == ("Cover.GoToPosition", {"id": 0, "slat_pos": 40})
    assert asked(blind, position=30, tilt=40)[1] == {"id": 0, "pos": 30, "slat_pos": 40}
    status = {"state": "stopped", "current_pos": 30, "slat_pos": 40}
    assert told(blind, "cover:0", status) == {
        "motion": "stopped", "position": 30, "open": True, "tilt": 40
    }  # fmt: skip
    assert "tilt" not in open_dialect(device({"cover:0": {"id": 0}})).features


@pytest.mark.parametrize(
    ("type_", "features"),
    [
        ("light", {"on", "brightness"}),
        ("cct", {"on", "brightness", "color_temperature"}),
        ("rgb", {"on", "brightness", "hue", "saturation"}),
        ("rgbw", {"on", "brightness", "hue", "saturation"}),
    ],
)
def test_every_kind_of_lamp(type_: str, features: set[str]) -> None:
    lamp = device({f"{type_}:0": {"id": 0, "ct_range": [3000, 5000]}})
    assert open_dialect(lamp).features == features | {"transition"}
    assert open_dialect(lamp).limits["color_temperature"] == (3000, 5000)
    method, params = asked(lamp, brightness=40)
    assert (method, params) == (f"{type_.upper()}.Set".replace("LIGHT", "Light"), {
        "id": 0, "on": True, "brightness": 40
    })  # fmt: skip


def test_a_plug_tells_what_it_uses() -> None:
    plug = device({"switch:0": {"id": 0}})
    status = {
        "output": True, "apower": 60.5, "voltage": 230.1, "current": 0.3, "aenergy": {"total": 1500}
    }  # fmt: skip
    assert told(plug, "switch:0", status) == {
        "on": True, "power": 60.5, "voltage": 230.1, "current": 0.3, "energy": 1.5
    }  # fmt: skip


def test_meters_of_the_first_generation() -> None:
    one = source("shelly")
    one.take("shellies/announce", b'{"id":"em","model":"SHEM","name":"Mains"}')
    devices = house(one.announced())
    assert {name: device.kind for name, device in devices.items()} == {
        "mains": "switch", "mains 1": "sensor", "mains 2": "sensor"
    }  # fmt: skip
    assert read(devices["mains 2"], "shellies/em/emeter/1/power", "12.5") == {"power": 12.5}
    assert read(devices["mains 2"], "shellies/em/emeter/1/total", "1500") == {"energy": 1.5}
    assert read(devices["mains"], "shellies/em/relay/0/power", "7.25") == {"power": 7.25}


def test_what_makes_no_sense_is_garbage_and_not_a_device() -> None:
    one = Shelly(10)
    one.take(f"assistant/shelly/{PREFIX}/rpc", b'{"result":{"components":[{"key":1}]}}')
    one.take(f"assistant/shelly/{PREFIX}/rpc", b'{"result":{"sys":{"device":[]}}}')
    assert list(one.announced()) == []
