"""What can be called how: devices, routines, and names that people cut short."""

from assistant.config import AreaSettings, DeviceSettings, HouseSettings, RoutineSettings
from assistant.understand.names import HouseNames
from assistant.understand.text import matching_form


def names(*devices: tuple[str, str], routines: tuple[RoutineSettings, ...] = ()) -> HouseNames:
    found = tuple(DeviceSettings(name, kind, name, {}) for kind, name in devices)  # type: ignore[arg-type]
    areas = (AreaSettings("living", "Living Room"),)
    return HouseNames.of(HouseSettings(areas=areas, devices=found, routines=routines))


def test_a_routine_is_one_more_scene():
    night = RoutineSettings("Good Night", ("turn off all the lights",), ("bedtime",))
    spoken = names(("scene", "movie night"), routines=(night,)).spoken("name", "scene")
    assert spoken["good night"] == spoken["bedtime"] == spoken["goodnight"] == "good night"
    assert spoken["movie night"] == "movie night"


def test_locks_and_sensors_are_called_after_what_they_are_on():
    house = names(
        ("lock", "Front Door Lock"),
        ("sensor", "bathroom window contact sensor"),
        ("sensor", "motion sensor"),
        ("sensor", "living room sensor"),
    )
    assert house.spoken("name", "lock")["front door"] == "front door lock"
    sensors = house.spoken("name", "sensor")
    assert sensors["bathroom window"] == "bathroom window contact sensor"
    # One word says too little, and a room's name is the room's.
    assert "motion" not in sensors
    assert "living room" not in sensors


def test_a_name_wins_over_another_cut_short():
    house = names(("sensor", "front door sensor"), ("lock", "front door"))
    assert house.spoken("name", "any")["front door"] == "front door"


def test_names_are_said_and_typed_with_and_without_their_accents():
    spoken = names(("light", "Café Lamp"), ("light", "señor lámpara")).spoken("name", "light")
    assert spoken[matching_form("CAFE lamp")] == "café lamp"
    assert spoken[matching_form("Café lamp")] == "café lamp"
    assert spoken[matching_form("Cafe\u0301 lamp")] == "café lamp"
    assert spoken[matching_form("senor lampara")] == "señor lámpara"


def test_an_alias_of_two_devices_stands_for_neither():
    def lamp(room: str) -> DeviceSettings:
        return DeviceSettings(room, "light", f"{room} roof", {}, ("roof",))

    house = HouseNames.of(HouseSettings(devices=(lamp("kitchen"), lamp("bedroom"))))
    spoken = house.spoken("name", "light")
    assert (spoken["roof"], spoken["kitchen roof"]) == ("roof", "kitchen roof")


def test_what_only_sets_up_another_device_is_called_by_its_whole_name():
    setting = DeviceSettings(
        "x", "lock", "radiator child lock", {}, ("child lock",), category="config"
    )
    house = HouseNames.of(HouseSettings(devices=(setting,)))
    for said in (house.spoken("name", "lock"), house.in_short().spoken("name", "lock")):
        assert "radiator child lock" in said
        assert not {"child lock", "radiator child", "radiator"} & said.keys()
