"""One wrong value, wherever it is announced or reported, costs at most the device that sent it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from test_discovery import EMPTY, MAKERS, recorded, source

from assistant.errors import AssistantError
from assistant.home.discovery.announced import Source
from assistant.home.discovery.arrange import arrange
from assistant.home.house import House
from assistant.home.model import Change

WRONG = st.sampled_from(
    [
        *(None, True, False, 0, 1, -1, 3.7, 10**30, "", "x", "ON", "+/#", "\0", "\ud800"),
        *([], [1], [None], ["a", "b"], [{}], [[]], {}, {"a": 1}, {"": ""}, "a" * 3000),
        *("{{ value }}", "{{ 1/0 }}", "{% for x in value_json %}{{ x }}{% endfor %}"),
    ]
)
REPORTS = (
    *(b"ON", b"{}", b"[]", b"null", b"1", b"-1", b"1e400", b"NaN", b'"x"', b"\xff", b"[" * 50_000),
    *(b'{"state":[]}', b'{"state":{}}', b'{"color":[1]}', b'{"color":{"x":0,"y":0}}'),
    *(b'{"POWER":[]}', b'{"HSBColor":"nan,1,2"}', b'{"StatusSNS":{"Shutter1":{"Position":"x"}}}'),
    *(b'{"params":{"light:0":{"rgb":[0,0,0]}}}', b'{"result":{"cover:0":{"state":[]}}}'),
    *(b'{"Dimmer":true,"CT":0}', b'{"color_mode":[]}', b'{"temperature":"\\ud800"}'),
)
WISHES = ({"on": True}, {"brightness": 40}, {"position": 30}, {"open": True}, {"activate": True})

Path = tuple[str | int, ...]


def places(wire: Any, path: Path = ()) -> Iterator[Path]:
    """Every place in a JSON value."""
    if path:
        yield path
    if isinstance(wire, dict | list):
        for key, value in wire.items() if isinstance(wire, dict) else enumerate(wire):
            yield from places(value, (*path, key))


def put(wire: Any, path: Path, value: Any) -> None:
    for key in path[:-1]:
        wire = wire[key]
    wire[path[-1]] = value


def heard(maker: str, topic: str, wire: Any) -> Source:
    """The maker's announcements, one of them with other words."""
    one = source(maker)
    for where, payload in recorded(maker).items():
        try:
            one.take(where, json.dumps(wire).encode() if where == topic else payload)
        except (ValueError, TypeError, LookupError, ArithmeticError, AttributeError):
            continue
    return one


@given(st.data())
def test_one_wrong_value_is_a_device_less_at_most(data: st.DataObject) -> None:
    maker = data.draw(st.sampled_from(MAKERS))
    announced = {t: p for t, p in recorded(maker).items() if p[:1] in (b"{", b"[")}
    topic = data.draw(st.sampled_from(list(announced)))
    wire = json.loads(announced[topic])
    put(wire, data.draw(st.sampled_from(list(places(wire)))), data.draw(WRONG))
    house = House(EMPTY, None)
    house.update(arrange(EMPTY, heard(maker, topic, wire).announced()))
    for device in house._devices.values():
        for where in device.topics():
            where.encode()
            device.report(where, data.draw(st.sampled_from(REPORTS)), 1)
        try:
            house.plan([Change(device.settings.id, data.draw(st.sampled_from(WISHES)))])
        except AssistantError:
            continue


@pytest.mark.parametrize(
    ("place", "wrong"),
    [
        ((1, "definition", "exposes", 0, "features", 1, "name"), [{}]),
        ((2, "definition", "exposes", 0, "access"), "x"),
        ((3, "definition", "exposes", 0, "type"), []),
        ((3, "friendly_name"), "\ud800"),
    ],
)
def test_one_wrong_device_of_a_list_costs_only_itself(place: Path, wrong: object) -> None:
    topic = "zigbee2mqtt/bridge/devices"
    wire = json.loads(recorded("zigbee2mqtt")[topic])
    address = wire[int(place[0])]["ieee_address"]
    put(wire, place, wrong)
    found = {one.id for one in heard("zigbee2mqtt", topic, wire).announced()}
    everything = {one.id for one in heard("zigbee2mqtt", "", None).announced()}
    lost = everything - found
    assert all(address in id_ or "_group_" in id_ for id_ in lost)


def test_an_announcement_that_no_dialect_expects_is_one_line(
    caplog: pytest.LogCaptureFixture,
) -> None:
    wire = {"name": "Odd", "uniq_id": "odd", "cmd_t": "o/set", "schema": [[1]]}
    house = House(EMPTY, None)
    topic = "homeassistant/light/odd/config"
    one = source("homeassistant")
    one.take(topic, json.dumps(wire).encode())
    house.update(arrange(EMPTY, one.announced()))
    assert topic in house.problems["odd"].problem
    assert caplog.text.count("makes no sense") == 1
