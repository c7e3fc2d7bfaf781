"""Devices, rooms and values as they are said."""

import pytest

from assistant.colors import COLORS, nearest_color
from assistant.config import AreaSettings, FloorSettings, HouseSettings
from assistant.home.model import Device
from assistant.skill.answer import CannotDo, Targets
from assistant.skill.describing import described
from assistant.skill.rooms import Rooms
from assistant.skill.telling import counted, degrees, listed, measured, named, untold

ROOMS = Rooms.of(
    HouseSettings(
        floors=(FloorSettings("u", "First floor", ("upstairs",)), FloorSettings("c", "Cellar")),
        areas=(
            AreaSettings("k", "Kitchen", floor="u"),
            AreaSettings("b", "Bedroom", floor="c"),
            AreaSettings("o", "outside"),
        ),
    ),
    "k",
)
CEILING = Device("1", "light", "ceiling light", area="k")
OTHER = Device("2", "light", "ceiling light", area="b", available=False)
LAMP = Device("3", "light", "floor lamp", area="b")


def test_lists_and_numbers():
    assert [listed(names) for names in (["a"], ["a", "b"], ["a", "b", "c"])] == [
        *("a", "a and b", "a, b and c")
    ]
    assert [counted(n, "light", "lights") for n in (1, 2, 37)] == [
        *("one light", "two lights", "37 lights")
    ]


def test_places():
    assert [ROOMS.phrase("k"), ROOMS.phrase("o"), ROOMS.phrase(None)] == [
        *(" in the kitchen", " outside", "")
    ]
    assert [ROOMS.phrase(None, "u"), ROOMS.phrase(None, "c")] == [" upstairs", " on the cellar"]
    assert ROOMS.within(None, "u") == {"k"}
    assert ROOMS.within(None, None) is None


def test_the_room_is_said_where_the_name_is_not_enough():
    assert named(CEILING, (CEILING, LAMP), ROOMS) == "the ceiling light"
    assert named(CEILING, (CEILING, OTHER), ROOMS) == "the ceiling light in the kitchen"
    assert named(CEILING, (CEILING, OTHER), ROOMS, said="k") == "the ceiling light"


def test_values_have_the_unit_of_the_house():
    american = Rooms(temperature_unit="fahrenheit")
    assert degrees(20.54, ROOMS) == "20.5 degrees"
    assert degrees(1, ROOMS) == "1 degree"
    assert degrees(20, american) == "68 degrees"
    assert measured(61.26, "%", ROOMS) == "61.3 percent"
    assert measured(1249.7, "W", ROOMS) == "1250 watts"
    assert measured("sunny", None, ROOMS) == "sunny"


def test_who_did_not_tell_is_named():
    assert untold([OTHER, LAMP], ROOMS) == (
        "The ceiling light is not available. The floor lamp has not told me its state."
    )
    was = Device("4", "light", "desk lamp", available=False, past={"on": True})
    lost = Device("5", "light", "wall lamp", past={"on": False})
    asked = untold([was, lost, LAMP], ROOMS, lambda one: "on" if one.state.get("on") else "")
    assert asked.startswith("The desk lamp is not available; it was on when I last heard from it.")
    many = [Device(str(n), "light", f"lamp {n}") for n in range(7)]
    assert untold(many, ROOMS) == "Seven devices have not told me their state."


@pytest.mark.parametrize(
    ("kind", "state", "text"),
    [
        ("light", {"on": True, "brightness": 40}, "The thing is on and at 40 percent."),
        ("light", {"on": False, "brightness": 40}, "The thing is off."),
        ("cover", {"open": True, "position": 30}, "The thing is 30 percent open."),
        ("cover", {"open": True, "motion": "closing"}, "The thing is closing."),
        (
            "climate",
            {"mode": "cool", "target_temperature": 21.0, "temperature": 23.5},
            "The thing is on, in cool mode, set to 21 degrees and at 23.5 degrees.",
        ),
        ("media_player", {"playback": "paused"}, "The thing is paused."),
        ("sensor", {"wet": False, "battery": 80.0}, "The thing is dry and at 80 percent."),
        ("sensor", {"temperature": 19.0}, "The thing is at 19 degrees."),
    ],
)
def test_whatever_a_device_tells_is_said(kind, state, text):
    thing = Device("t", kind, "thing", state=state)
    assert described(Targets((thing,), "the thing", plural=False), ROOMS) == text


def test_a_device_that_tells_nothing_is_named():
    with pytest.raises(CannotDo, match="The ceiling light is not available"):
        described(Targets((OTHER,), "the ceiling light", plural=False), ROOMS)


@pytest.mark.parametrize("name", ["red", "blue", "orange", "pink"])
def test_a_colour_is_called_by_the_nearest_name(name):
    hue, saturation = COLORS[name]
    assert nearest_color(hue, saturation) == name
    assert nearest_color((hue + 359) % 360, max(0, saturation - 1)) == name
