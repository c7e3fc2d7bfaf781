"""Which devices a command means."""

import pytest

from assistant.config import AreaSettings, FloorSettings, HouseSettings
from assistant.events import Slot
from assistant.home.model import Device
from assistant.skill import CannotDo
from assistant.skill.targets import Ambiguous, TargetResolver

HOUSE = HouseSettings(
    floors=(FloorSettings("ground", "ground floor"), FloorSettings("upper", "upper floor")),
    areas=(
        AreaSettings("kitchen", "Kitchen", floor="ground"),
        AreaSettings("living", "Living room", floor="ground"),
        AreaSettings("bedroom", "Bedroom", floor="upper"),
    ),
)
DEVICES = (
    Device("k1", "light", "ceiling light", area="kitchen"),
    Device("k2", "light", "counter light", aliases=("worktop",), area="kitchen"),
    Device("l1", "light", "ceiling light", area="living"),
    Device("b1", "light", "bedside lamp", area="bedroom"),
    Device("t", "climate", "thermostat", area="living"),
)


def meant(here=None, kind="light", devices=DEVICES, **slots):
    filled = {name: Slot(name, str(value), value) for name, value in slots.items()}
    return TargetResolver(HOUSE).resolve(kind, filled, devices, here)


def ids(targets):
    return [device.id for device in targets]


def test_a_name_an_alias_a_room_a_floor_and_everything():
    assert ids(meant(name="counter light")) == ["k2"]
    assert ids(meant(name="worktop")) == ["k2"]
    assert ids(meant(area="kitchen")) == ["k1", "k2"]
    assert ids(meant(floor="ground")) == ["k1", "k2", "l1"]
    assert ids(meant(all=True)) == ["k1", "k2", "l1", "b1"]
    assert ids(meant(all=True, area="kitchen")) == ["k1", "k2"]


def test_they_are_spoken_of_as_people_do():
    assert meant(area="kitchen").phrase == "the kitchen lights"
    assert meant(area="bedroom").phrase == "the bedroom light"
    assert meant(name="bedside lamp").phrase == "the bedside lamp"
    assert meant(all=True).phrase == "all the lights"
    assert (meant(area="kitchen").are, meant(area="bedroom").are) == ("are", "is")


def test_the_lights_are_the_lights_here():
    assert ids(meant(here="kitchen")) == ["k1", "k2"]


def test_a_name_that_several_rooms_have_is_the_one_here_or_the_one_in_the_room_that_was_said():
    assert ids(meant(name="ceiling light", here="living")) == ["l1"]
    assert ids(meant(name="ceiling light", area="kitchen", here="living")) == ["k1"]
    with pytest.raises(Ambiguous, match=r"Which ceiling light: kitchen or living room\?"):
        meant(name="ceiling light", here="bedroom")


def test_the_only_thermostat_needs_no_name_wherever_one_stands():
    assert ids(meant(kind="climate", here="bedroom")) == ["t"]


def test_when_it_is_unclear_which_lights_a_question_goes_back():
    with pytest.raises(Ambiguous, match=r"Which lights: bedroom, kitchen or living room\?"):
        meant(here=None)


def test_what_there_is_not_is_said():
    with pytest.raises(CannotDo, match="There is no thermostat in the kitchen"):
        meant(kind="climate", area="kitchen")
    with pytest.raises(CannotDo, match="There is no counter light in the bedroom"):
        meant(name="counter light", area="bedroom")
    with pytest.raises(CannotDo, match="There is no player in the house"):
        meant(kind="media_player")
