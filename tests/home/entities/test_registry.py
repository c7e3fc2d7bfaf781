"""What Home Assistant's registries say, in its own JSON (2024.3, and floors of 2024.4)."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.config import AreaSettings, HouseSettings
from assistant.home.dialects import open_dialect
from assistant.home.entities.api import read_registries
from assistant.home.entities.registry import Registries


def state(entity_id: str, name: str, **attributes: object) -> dict[str, object]:
    return {
        "entity_id": entity_id,
        "state": "off",
        "attributes": {"friendly_name": name, **attributes},
    }


FOUND = Registries(
    config={"unit_system": {"temperature": "°F"}},
    areas=(
        {"area_id": "winter_garden", "name": "Winter Garden", "aliases": ["sun room"],
         "floor_id": "ground"},
        {"area_id": "k", "name": "Kitchen", "aliases": []},
    ),
    floors=({"floor_id": "ground", "name": "Ground Floor", "aliases": ["downstairs"]},),
    devices=({"id": "d1", "area_id": "winter_garden"},),
    entities=(
        {"entity_id": "light.one", "platform": "hue", "device_id": "d1", "area_id": None,
         "aliases": ["Moon"]},
        {"entity_id": "light.two", "platform": "mqtt", "device_id": None, "area_id": None},
        {"entity_id": "light.three", "platform": "hue", "device_id": "d1", "area_id": "k"},
    ),
    exposed={"light.hidden": {"conversation": False}, "lock.door": {"conversation": True}},
    states={
        s["entity_id"]: s
        for s in (
            state("light.one", "Moon Lamp", supported_color_modes=["onoff"]),
            state("light.two", "On the broker"),
            state("light.three", "Three"),
            state("light.hidden", "Hidden"),
            state("lock.door", "Front_Door"),
            state("lock.other", "Other"),
            state("weather.home", "Weather"),
        )
    },
)  # fmt: skip


def test_what_is_exposed_and_not_on_the_broker_is_announced():
    found = {one.mqtt["entity_id"]: one for one in FOUND.announced("home")}
    assert set(found) == {"light.one", "light.three", "lock.door"}
    one = found["light.one"]
    assert (one.name, one.aliases, one.area) == ("moon lamp", ("moon",), "Winter Garden")
    assert found["light.three"].area == "Kitchen"  # its own area counts, not its device's
    assert found["lock.door"].name == "front door"
    assert open_dialect(one.settings()).carrier == "homeassistant"


def test_areas_and_floors_come_along_unless_they_are_known():
    house = FOUND.furnish(HouseSettings(areas=(AreaSettings("kitchen", "kitchen"),)))
    assert [area.name for area in house.areas] == ["kitchen", "winter garden"]
    garden = house.areas[1]
    assert (garden.aliases, garden.floor) == (("sun room",), "ground")
    assert house.floors[0].aliases == ("downstairs",)


def test_an_area_whose_floor_is_unknown_has_none():
    house = replace(FOUND, floors=()).furnish(HouseSettings())
    assert {area.floor for area in house.areas} == {None}


ANSWERS = {
    "config": dict(FOUND.config),
    "areas": [dict(area) for area in FOUND.areas],
    "floors": [dict(floor) for floor in FOUND.floors],
    "devices": [dict(device) for device in FOUND.devices],
    "entities": [dict(entity) for entity in FOUND.entities],
    "exposed": {"exposed_entities": FOUND.exposed},
    "states": list(FOUND.states.values()),
}


def test_what_home_assistant_answers_is_what_it_knows():
    assert read_registries(ANSWERS) == FOUND


@pytest.mark.parametrize("odd", [None, {}, 7, "x", {"entity_id": 7, "state": "on"}])
def test_an_odd_entry_is_left_out(odd):
    lists = {name: [*found, odd] for name, found in ANSWERS.items() if isinstance(found, list)}
    assert read_registries({**ANSWERS, **lists}) == FOUND
    nothing = dict.fromkeys(ANSWERS, odd)
    assert list(read_registries(nothing).announced("home")) == []


def test_of_what_cannot_be_read_nothing_is_announced():
    found = read_registries({**ANSWERS, "exposed": {"exposed": ["light.one"]}})
    assert found.unreadable
    assert list(found.announced("home")) == []


def test_with_the_answers_of_2025_what_is_hidden_is_not_announced():
    options = {"light.one": {"conversation": {"should_expose": False}}, "light.three": {}}
    entities = [{**e, "options": options.get(e["entity_id"], {})} for e in FOUND.entities]
    exposed = {"exposed_entities": {"lock.door": {"conversation": True}}}
    answers = {**ANSWERS, "entities": entities, "exposed": exposed}
    told = read_registries({**answers, "exposes_new": {"expose_new": True}}).announced("home")
    assert {one.mqtt["entity_id"] for one in told} == {"light.three", "lock.door"}


def test_an_alias_may_stand_for_the_name():
    entity = {**FOUND.entities[0], "aliases": [None, "Moon"]}
    found = replace(FOUND, entities=(entity, *FOUND.entities[1:])).announced("home")
    assert next(iter(found)).aliases == ("moon",)


@given(st.lists(st.sampled_from(["Kitchen", "kitchen ", "KITCHEN", "Bath"]), max_size=4))
def test_furnishing_twice_changes_nothing(names):
    areas = tuple({"area_id": f"a{i}", "name": name} for i, name in enumerate(names))
    once = Registries(areas=areas).furnish(HouseSettings())
    assert Registries(areas=areas).furnish(once) == once
