"""What makers announce becomes devices with names, rooms and exact commands."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.config import (
    AreaSettings,
    DeviceSettings,
    DiscoverSettings,
    HouseSettings,
    OverrideSettings,
)
from assistant.home.dialects import open_dialect
from assistant.home.discovery import sources
from assistant.home.discovery.announced import Announcement, Source
from assistant.home.discovery.arrange import arrange

FOLDER = Path(__file__).parent / "announced"
MAKERS = ("zigbee2mqtt", "tasmota", "shelly", "homeassistant")
EMPTY = HouseSettings()
AREAS = (AreaSettings("kitchen", "Kitchen"), AreaSettings("living", "living room", ("lounge",)))


def recorded(maker: str) -> dict[str, bytes]:
    wires = json.loads((FOLDER / f"{maker}.json").read_text())
    return {
        topic: (wire if isinstance(wire, str) else json.dumps(wire)).encode()
        for topic, wire in wires.items()
    }


def source(maker: str) -> Source:
    return next(one for one in sources(EMPTY, "assistant") if one.name == maker)


def heard(maker: str) -> Source:
    one = source(maker)
    for topic, payload in recorded(maker).items():
        one.take(topic, payload)
    return one


def everything() -> list[Announcement]:
    return [one for maker in MAKERS for one in heard(maker).announced()]


def house(announced: Iterable[Announcement], **config: Any) -> dict[str, DeviceSettings]:
    arranged = arrange(HouseSettings(**config), announced)
    return {device.name: device for device in arranged.devices}


def sent(device: DeviceSettings, **attributes: Any) -> list[tuple[str, str]]:
    messages = open_dialect(device).commands(attributes)
    return [(message.topic, message.payload) for message in messages]


def read(device: DeviceSettings, topic: str, payload: str) -> Any:
    return open_dialect(device).read(topic, payload.encode())


@pytest.mark.parametrize("maker", MAKERS)
def test_everything_announced_can_be_used(maker: str) -> None:
    announced = list(heard(maker).announced())
    assert announced
    for one in announced:
        dialect = open_dialect(one.settings())
        assert dialect.topics or dialect.command_topics
        assert one.name


def test_zigbee2mqtt() -> None:
    devices = house(heard("zigbee2mqtt").announced(), areas=AREAS)
    lamp = devices["living room floor lamp"]
    assert (lamp.kind, lamp.area, lamp.aliases) == ("light", "living", ("floor lamp",))
    topic = "zigbee2mqtt/living_room/floor_lamp"
    assert sent(lamp, on=True, brightness=50, transition=2) == [
        (f"{topic}/set", '{"state":"ON","brightness":127,"transition":2.0}')
    ]
    assert sent(lamp, on=False) == [(f"{topic}/set", '{"state":"OFF"}')]
    assert sent(lamp, color_temperature=2700)[0][1] == '{"color_temp":370}'
    assert sent(lamp, hue=0.0, saturation=100.0)[0][1] == '{"color":{"x":0.6401,"y":0.33}}'
    white = '{"state":"ON","brightness":254,"color_mode":"color_temp","color_temp":370,"color":{"x":0.45,"y":0.41}}'  # noqa: E501
    assert read(lamp, topic, white) == {"on": True, "brightness": 100, "color_temperature": 2703}
    red = (
        '{"color_mode":"xy","color_temp":370,"color":{"x":0.64,"y":0.33,"hue":0,"saturation":100}}'
    )
    assert read(lamp, topic, red) == pytest.approx({"hue": 0, "saturation": 100}, abs=1)
    dialect = open_dialect(lamp)
    assert dialect.limits["color_temperature"] == (2203, 4000)
    assert dialect.ask[0].topic == f"{topic}/get"
    assert dialect.availability
    assert dialect.availability.topics() == ("zigbee2mqtt/bridge/state", f"{topic}/availability")
    assert sent(devices["hall switch l2"], on=True) == [
        ("zigbee2mqtt/hall_switch/set", '{"state_l2":"ON"}')
    ]
    blind = devices["living room blind"]
    assert sent(blind, open=True) == [("zigbee2mqtt/living room blind/set", '{"state":"OPEN"}')]
    assert sent(blind, position=30, open=True)[0][1] == '{"position":30}'
    assert sent(blind, stop=True)[0][1] == '{"state":"STOP"}'
    sensor = read(
        devices["bedroom sensor"],
        "zigbee2mqtt/bedroom sensor",
        '{"temperature":21.4,"humidity":48,"pressure":1007,"battery":97,"voltage":2985}',
    )
    assert sensor == {
        "temperature": 21.4, "humidity": 48, "pressure": 1007, "battery": 97, "voltage": 2.985
    }  # fmt: skip
    window = devices["kitchen window"]
    assert window.area == "kitchen"
    assert read(window, "zigbee2mqtt/kitchen window", '{"contact":false}') == {"open": True}
    radiator = devices["bedroom radiator"]
    assert sent(radiator, target_temperature=21.5)[0][1] == '{"occupied_heating_setpoint":21.5}'
    assert read(
        radiator, "zigbee2mqtt/bedroom radiator", '{"local_temperature":19,"running_state":"heat"}'
    ) == {"temperature": 19, "action": "heating"}
    assert sent(devices["front door"], locked=True)[0][1] == '{"state":"LOCK"}'
    fan = devices["attic fan"]
    assert sent(fan, on=True, speed=50)[0][1] == '{"fan_mode":"medium"}'  # and so it is on
    assert read(fan, "zigbee2mqtt/attic fan", '{"fan_mode":"high"}') == {
        "preset": "high",
        "speed": 100,
    }


def zigbee(kind: str, property_: str = "state", description: str = "", **more: Any) -> Announcement:
    """What zigbee2mqtt tells of a device of one expose."""
    feature = {"name": "state", "property": property_, "access": 7, "type": "binary"}
    expose = {"type": kind, "features": [feature], **more}
    definition = {"description": description, "exposes": [expose]}
    device = {"ieee_address": "0x1", "friendly_name": "thing", "definition": definition}
    one = source("zigbee2mqtt")
    one.take("zigbee2mqtt/bridge/devices", json.dumps([device]).encode())
    (announced,) = one.announced()
    return announced


def test_zigbee2mqtt_tells_what_lets_somebody_in_and_what_is_a_setting() -> None:
    assert zigbee("switch", description="Smart garage door opener").device_class == "garage"
    assert zigbee("cover", description="Gate motor").device_class == "gate"
    assert zigbee("cover", description="Zigbee gateway curtain").device_class is None
    told = zigbee("cover", homeassistant={"deviceClass": "garage"})
    assert (told.device_class, told.category) == ("garage", None)
    child_lock = zigbee("lock", "child_lock")
    assert (child_lock.name, child_lock.category) == ("thing child lock", "config")
    window = zigbee("switch", "window_detection", category="config")
    assert (window.name, window.category) == ("thing window detection", "config")
    second = zigbee("switch", "state_l2", endpoint="l2")
    assert (second.name, second.category) == ("thing", None)


def test_home_assistant_tells_class_and_category() -> None:
    one = source("homeassistant")
    keys = {"name": "x", "cmd_t": "x/set", "stat_t": "x"}
    for id_, more in (("a", {"dev_cla": "garage"}), ("b", {"device_class": "gate"})):
        one.take(f"homeassistant/cover/{id_}/config", json.dumps({**keys, **more}).encode())
    assert [device.device_class for device in one.announced()] == ["garage", "gate"]


def test_zigbee2mqtt_groups_and_scenes() -> None:
    devices = house(heard("zigbee2mqtt").announced())
    group = devices["mood lights"]
    assert (group.kind, group.id) == ("light", "zigbee2mqtt_group_1")
    assert sent(group, on=True) == [("zigbee2mqtt/mood lights/set", '{"state":"ON"}')]
    assert sent(devices["film night"], activate=True) == [
        ("zigbee2mqtt/mood lights/set", '{"scene_recall": 3}')
    ]
    assert "empty" not in devices


def test_tasmota() -> None:
    devices = house(heard("tasmota").announced())
    lamp = devices["bedside"]
    assert lamp.aliases == ("bedside lamp",)
    assert sent(lamp, on=True) == [("cmnd/tasmota_49A3BC/POWER1", "ON")]
    assert sent(lamp, on=True, brightness=40, transition=3) == [
        (
            "cmnd/tasmota_49A3BC/Backlog",
            "NoDelay;Fade2 1;NoDelay;Speed2 6;NoDelay;Dimmer 40;NoDelay;POWER1 ON",
        )
    ]
    assert sent(lamp, hue=240.0, saturation=100.0)[0][1] == (
        "NoDelay;HsbColor1 240;NoDelay;HsbColor2 100"
    )
    assert sent(lamp, color_temperature=2700) == [("cmnd/tasmota_49A3BC/CT", "370")]
    state = '{"POWER":"ON","Dimmer":40,"HSBColor":"30,70,40","White":%d,"CT":370}'
    assert read(lamp, "tele/tasmota_49A3BC/STATE", state % 40) == {
        "on": True, "brightness": 40, "color_temperature": 2703
    }  # fmt: skip
    assert read(lamp, "stat/tasmota_49A3BC/RESULT", state % 0) == {
        "on": True, "brightness": 40, "hue": 30, "saturation": 70
    }  # fmt: skip
    kettles = [
        d for d in arrange(EMPTY, heard("tasmota").announced()).devices if d.name == "kettle"
    ]
    switch, meter = kettles
    assert sent(switch, on=True) == [("home/kettle/cmnd/POWER1", "ON")]
    energy = '{"ENERGY":{"Total":12.4,"Power":1980,"Voltage":229,"Current":8.6}}'
    assert read(meter, "home/kettle/tele/SENSOR", energy) == {
        "energy": 12.4, "power": 1980, "voltage": 229, "current": 8.6
    }  # fmt: skip
    asked = f'{{"StatusSNS":{energy}}}'
    assert read(meter, "home/kettle/stat/STATUS10", asked)["power"] == 1980
    shutter = devices["office shutter"]
    assert sent(shutter, position=30, open=True) == [
        ("cmnd/tasmota_445566/ShutterPosition1", "70")  # `sho` says that it is inverted
    ]
    moving = '{"Shutter1":{"Position":100,"Direction":-1,"Target":0,"Tilt":0}}'
    assert read(shutter, "stat/tasmota_445566/RESULT", moving) == {
        "position": 0, "open": False, "motion": "opening"
    }  # fmt: skip
    assert devices["porch light"].kind == "light"  # a relay, but called a light
    assert devices["porch socket"].kind == "switch"
    assert sent(devices["porch socket"], on=False) == [("cmnd/porch/POWER2", "OFF")]


def test_shelly() -> None:
    devices = house(heard("shelly").announced())
    dimmer = devices["shellydimmer2 e09806a1b2c3"]
    assert sent(dimmer, on=True, brightness=40) == [
        ("shellies/shellydimmer2-E09806A1B2C3/light/0/set", '{"turn":"on","brightness":40}')
    ]
    status = '{"ison":true,"has_timer":false,"mode":"white","brightness":48,"transition":0}'
    where = "shellies/shellydimmer2-E09806A1B2C3/light/0/status"
    assert read(dimmer, where, status) == {"on": True, "brightness": 48}
    relay = devices["shelly1 34945472a643"]
    assert sent(relay, on=True) == [("shellies/shelly1-34945472A643/relay/0/command", "on")]
    assert read(relay, "shellies/shelly1-34945472A643/relay/0", "overpower") == {"on": False}
    roller = devices["shellyswitch25 98f4abf3"]
    where = "shellies/shellyswitch25-98F4ABF3/roller/0"
    assert sent(roller, open=False) == [(f"{where}/command", "close")]
    assert sent(roller, position=30, open=True) == [(f"{where}/command/pos", "30")]
    assert read(roller, where, "open") == {"motion": "opening"}
    sensor = devices["shellyht 1a2b3c"]
    assert read(sensor, "shellies/shellyht-1A2B3C/sensor/temperature", "21.5") == {
        "temperature": 21.5
    }
    lamp = devices["desk lamp"]
    prefix = "shellyprodm1pm-30c6f7820a64"
    assert sent(lamp, on=True, brightness=40) == [
        (
            f"{prefix}/rpc",
            f'{{"id":1,"src":"assistant/shelly/{prefix}","method":"Light.Set",'
            '"params":{"id":0,"on":true,"brightness":40}}',
        )
    ]
    notified = '{"method":"NotifyStatus","params":{"ts":1,"light:0":{"id":0,"output":true}}}'
    assert read(lamp, f"{prefix}/events/rpc", notified) == {"on": True}
    asked = '{"id":1,"result":{"light:0":{"output":false,"brightness":12}}}'
    assert read(lamp, f"assistant/shelly/{prefix}/rpc", asked) == {"on": False, "brightness": 12}
    blind = devices["study blind"]
    ((_, frame),) = sent(blind, position=25, open=True)
    assert json.loads(frame)["method"] == "Cover.GoToPosition"
    assert json.loads(frame)["params"] == {"id": 0, "pos": 25}


def gen2(**components: Any) -> dict[str, DeviceSettings]:
    """The house of a Shelly that answers with this configuration."""
    one = source("shelly")
    answer = {"id": 1, "result": {"sys": {"device": {"name": "Den", "mac": "AA"}}, **components}}
    one.take("assistant/shelly/shelly-aa/rpc", json.dumps(answer).encode())
    return house(one.announced())


def test_a_shelly_bulb_of_colour_and_white_says_which_it_shines_in() -> None:
    (bulb,) = gen2(**{"rgbcct:0": {"id": 0, "name": None}}).values()
    ((_, frame),) = sent(bulb, on=True, color_temperature=3000)
    assert json.loads(frame)["method"] == "RGBCCT.Set"
    assert json.loads(frame)["params"] == {"id": 0, "on": True, "ct": 3000, "mode": "cct"}
    ((_, frame),) = sent(bulb, on=True, hue=0.0, saturation=100.0)
    assert json.loads(frame)["params"]["mode"] == "rgb"
    status = '{"id":0,"output":true,"brightness":50,"mode":"%s","rgb":[255,0,0],"ct":3000}'
    where = "shelly-aa/status/rgbcct:0"
    assert read(bulb, where, status % "cct") == {
        "on": True, "brightness": 50, "color_temperature": 3000
    }  # fmt: skip
    assert read(bulb, where, status % "rgb") == {
        "on": True, "brightness": 50, "hue": 0, "saturation": 100
    }  # fmt: skip


@pytest.mark.parametrize("mode", ['"mode":"color",', ""])
def test_a_shelly_strip_tells_its_colour_whether_it_tells_its_mode_or_not(mode: str) -> None:
    one = source("shelly")
    one.take("shellies/announce", b'{"id":"shellyrgbw2-1","model":"SHRGBW2","mode":"color"}')
    (strip,) = house(one.announced()).values()
    told = f'{{{mode}"ison":true,"red":0,"green":0,"blue":255,"white":0,"gain":40}}'
    assert read(strip, "shellies/shellyrgbw2-1/color/0/status", told) == {
        "on": True, "brightness": 40, "hue": 240, "saturation": 100
    }  # fmt: skip
    ((_, order),) = sent(strip, on=True, brightness=40, transition=60)
    assert json.loads(order)["transition"] == 5000  # milliseconds; more it does not take


def test_a_shelly_of_the_second_generation_is_asked_what_it_has() -> None:
    (question,) = source("shelly").take("shellyplus1-abc/online", b"true")
    assert question.topic == "shellyplus1-abc/rpc"
    assert json.loads(question.payload) == {
        "id": 1, "src": "assistant/shelly/shellyplus1-abc", "method": "Shelly.GetConfig"
    }  # fmt: skip
    assert source("shelly").take("other/online", b"online") == ()


def test_homeassistant() -> None:
    devices = house(heard("homeassistant").announced(), areas=AREAS)
    ceiling = devices["kitchen ceiling"]  # its device is called like the room
    assert (ceiling.area, ceiling.aliases) == ("kitchen", ("ceiling",))
    assert sent(ceiling, on=True, brightness=50) == [
        ("esp-kitchen/light/ceiling/command", '{"state":"ON","brightness":128}')
    ]
    pump = devices["garden pump"]
    assert sent(pump, on=True) == [("garden/pump/set", "ON")]
    assert read(pump, "garden/pump/state", '{"relay":1}') == {"on": True}
    availability = open_dialect(pump).availability
    assert availability
    assert availability.read("garden/pump/lwt", b"down") is False
    assert read(devices["bedroom thermometer temperature"], "bedroom/env", '{"temp":68.04}') == {
        "temperature": 20
    }
    announced = arrange(EMPTY, heard("homeassistant").announced()).devices
    door = next(device for device in announced if device.id == "garage_door")
    assert (door.name, door.aliases) == ("garage", ("garage door",))
    assert open_dialect(door).features == {"open"}  # payload_stop is null
    assert sent(door, open=True) == [("garage/door/set", "OPEN")]
    assert sent(devices["front door"], locked=False) == [("lock/set", "OPEN")]
    assert sent(devices["bedroom fan"], speed=100) == [("fan/speed/set", "3")]
    assert sent(devices["movie time"], activate=True) == [("scenes/set", "movie")]
    pump_modes = open_dialect(devices["heat pump"])
    assert pump_modes.choices["mode"] == ("off", "heat", "cool", "auto")
    assert sent(devices["heat pump"], mode="auto") == [("hp/mode/set", "heat_cool")]


def entity(name: str, device: str, component: str = "light") -> DeviceSettings:
    wire = {"name": name, "cmd_t": "x/set", "stat_t": "x", "dev": {"ids": ["x"], "name": device}}
    one = source("homeassistant")
    one.take(f"homeassistant/{component}/x/config", json.dumps(wire).encode())
    (found,) = arrange(EMPTY, one.announced()).devices
    return found


def test_the_own_name_of_an_entity_can_be_said() -> None:
    assert "ceiling light" in entity("Ceiling Light", "esp1 board").aliases
    assert "pump" in entity("Pump", "esp1 board", "switch").aliases
    assert "pool water" in entity("Pool Water", "esp1 board", "sensor").aliases
    for nothing in ("Light 1", "Relay", "Channel 2"):
        assert nothing.lower() not in entity(nothing, "esp1 board").aliases
    assert "temperature" not in entity("Temperature", "freezer", "sensor").aliases


def test_buttons_and_a_number_make_a_music_player() -> None:
    devices = house(heard("homeassistant").announced())
    radio = devices["kitchen radio"]
    assert radio.kind == "media_player"
    assert open_dialect(radio).features == {"playback", "skip", "volume"}
    assert sent(radio, playback="paused") == [("radio/cmd", "pause")]
    assert sent(radio, skip="next") == [("radio/cmd", "next")]
    assert sent(radio, volume=50) == [("radio/vol/set", "15")]
    assert read(radio, "radio/state", "idle") == {"playback": "stopped"}
    assert not [name for name in devices if "play" in name]


def test_neither_the_assistant_itself_nor_what_only_an_administrator_wants() -> None:
    names = house(heard("homeassistant").announced())
    for word in ("mute", "uptime", "restart", "tag", "gone"):
        assert not [name for name in names if word in name], word


def test_two_announcements_of_one_lamp_are_one_lamp() -> None:
    lamps = [d for d in arrange(EMPTY, everything()).devices if "floor lamp" in d.name]
    assert [lamp.dialect for lamp in lamps] == ["zigbee2mqtt"]


def test_a_device_of_config_yaml_wins_over_its_announcement() -> None:
    keys = {"command_topic": "zigbee2mqtt/living_room/floor_lamp/set", "state_topic": "x"}
    mine = DeviceSettings("mine", "light", "my lamp", keys)
    devices = house(everything(), devices=(mine,))
    assert "my lamp" in devices
    assert "living room floor lamp" not in devices


@pytest.mark.parametrize("maker", ["tasmota", "shelly", "zigbee2mqtt"])
def test_one_relay_in_config_yaml_does_not_hide_the_other(maker: str) -> None:
    if maker == "shelly":
        found = gen2(**{"switch:0": {"name": "left"}, "switch:1": {"name": "right"}})
    elif maker == "tasmota":
        one = source(maker)
        wire = {"dn": "Den", "t": "den", "rl": [1, 1], "fn": ["left", "right"]}
        one.take("tasmota/discovery/AA/config", json.dumps(wire).encode())
        found = house(one.announced())
    else:
        switches = house(heard(maker).announced())
        found = {name[-2:]: d for name, d in switches.items() if name.startswith("hall switch")}
    left = next(iter(found.values()))
    keys = {key: value for key, value in left.mqtt.items() if value is not None}
    mine = replace(left, id="mine", name="mine", mqtt=keys, announced=False)
    announced = [
        Announcement(d.id, d.kind, d.name, d.dialect, d.mqtt, "topic") for d in found.values()
    ]
    rest = house(announced, devices=(mine,))
    assert set(rest) == {"mine", *(d.name for d in list(found.values())[1:])}


def test_one_unique_id_may_belong_to_two_kinds() -> None:
    one = source("homeassistant")
    for kind in ("switch", "sensor"):
        wire = {"name": f"Pump {kind}", "uniq_id": "pump", "cmd_t": "p/set", "stat_t": "p"}
        one.take(f"homeassistant/{kind}/pump/config", json.dumps(wire).encode())
    ids = {device.kind: device.id for device in house(one.announced()).values()}
    assert ids == {"switch": "pump", "sensor": "pump_sensor"}


def test_overrides_name_place_change_and_ignore() -> None:
    overrides = (
        OverrideSettings("tasmota_5ccf7f112233_1", "tea lamp", ("brew light",), "kitchen", "light"),
        OverrideSettings("pump01", ignore=True),
        OverrideSettings("scene1", aliases=("cinema",)),
        OverrideSettings("nobody_has_this_id", name="x"),
    )
    devices = house(everything(), areas=AREAS, overrides=overrides)
    lamp = devices["tea lamp"]
    assert (lamp.kind, lamp.area, lamp.aliases) == ("light", "kitchen", ("brew light",))
    assert sent(lamp, on=True) == [("home/kettle/cmnd/POWER1", "ON")]
    assert "garden pump" not in devices
    assert devices["movie time"].aliases == ("cinema",)


def test_a_relay_of_home_assistant_can_be_a_light() -> None:
    devices = house(everything(), overrides=(OverrideSettings("pump01", kind="light"),))
    lamp = devices["garden pump"]
    assert sent(lamp, on=True) == [("garden/pump/set", "ON")]
    assert read(lamp, "garden/pump/state", '{"relay":0}') == {"on": False}


def test_announced_areas_are_added_to_those_of_config_yaml() -> None:
    arranged = arrange(HouseSettings(areas=AREAS), everything())
    assert [area.id for area in arranged.areas] == ["kitchen", "living"]
    arranged = arrange(EMPTY, everything())
    assert ("kitchen", "kitchen") in [(area.id, area.name) for area in arranged.areas]


def test_a_renamed_and_a_vanished_device() -> None:
    one = heard("homeassistant")
    topic = "homeassistant/switch/pump/config"
    wire = json.loads(recorded("homeassistant")[topic])
    one.take(topic, json.dumps({**wire, "name": "Fountain"}).encode())
    assert house(one.announced())["fountain"].id == "pump01"
    one.take(topic, b"")
    assert "fountain" not in house(one.announced())
    other = heard("zigbee2mqtt")
    other.take("zigbee2mqtt/bridge/devices", b"[]")
    assert not [a for a in other.announced() if a.kind != "scene"]
    third = heard("tasmota")
    third.take("tasmota/discovery/DC4F2249A3BC/config", b"")
    assert "bedside" not in house(third.announced())


def test_there_is_an_end_to_what_is_taken_in() -> None:
    settings = replace(EMPTY, discover=DiscoverSettings(most_devices=2))
    one = next(s for s in sources(settings, "assistant") if s.name == "homeassistant")
    for n in range(2):
        one.take(f"homeassistant/switch/{n}/config", b'{"cmd_t":"a","uniq_id":"%d"}' % n)
    with pytest.raises(ValueError, match="more than 2"):
        one.take("homeassistant/switch/3/config", b'{"cmd_t":"a"}')


def test_a_lock_that_wants_a_code_is_not_commanded_however_short_it_says_so() -> None:
    one = source("homeassistant")
    for id_, code in (("open", {}), ("coded", {"cod_form": "^\\d{4}$"})):
        wire = {"name": id_, "uniq_id": id_, "cmd_t": "l/set", "stat_t": "l", **code}
        one.take(f"homeassistant/lock/{id_}/config", json.dumps(wire).encode())
    features = {name: open_dialect(lock).features for name, lock in house(one.announced()).items()}
    assert features == {"open": frozenset({"locked"}), "coded": frozenset()}


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(
                [
                    *("name", "dev", "cmd_t", "stat_t", "cmps", "p", "avty", "~", "t", "rl", "fn"),
                    *("ids", "definition", "exposes", "features", "type", "property", "members"),
                    *("ieee_address", "friendly_name", "id", "model", "result", "sys", "device"),
                    *("sn", "scenes", "brightness", "value_max", "so", "state", "tp", "light:0"),
                ]
            ),
            inner,
            max_size=6,
        )
    ),
    max_leaves=20,
)


@given(st.sampled_from(MAKERS), st.integers(0, 30), st.binary(max_size=30) | JSON.map(
    lambda value: json.dumps(value).encode()
))  # fmt: skip
def test_whatever_is_announced_is_taken_in_or_a_value_error(
    maker: str, which: int, payload: bytes
) -> None:
    one, topics = source(maker), list(recorded(maker))
    try:
        one.take(topics[which % len(topics)], payload)
    except ValueError:
        return
    for device in arrange(EMPTY, one.announced()).devices:
        device.name.encode()
