"""Nobody who announces himself takes or shares another's name."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from announcing import EMPTY, Talk, Wires, furnished, talking_to

from assistant.config import (
    AreaSettings,
    DeviceSettings,
    FloorSettings,
    HouseSettings,
    OverrideSettings,
    RoutineSettings,
)


def keys(id_: str, **more: Any) -> dict[str, Any]:
    return {"command_topic": f"{id_}/set", "state_topic": id_, **more}


def own(id_: str, kind: Any, name: str, **more: Any) -> DeviceSettings:
    mqtt = keys(f"home/{id_}", **more.pop("mqtt", {}))
    return DeviceSettings(id_, kind, name, mqtt, **more)


LOCK = own("front", "lock", "front door", area="hall", aliases=("main entrance",))
GARAGE = own("garage", "cover", "garage door", area="yard")
LAMP = own("lamp", "light", "floor lamp", area="living")
HOME = HouseSettings(
    floors=(FloorSettings("ground", "ground floor", ("downstairs",)),),
    areas=(
        AreaSettings("hall", "hall", floor="ground"),
        AreaSettings("yard", "yard"),
        AreaSettings("living", "living room"),
        AreaSettings("shed", "shed"),
    ),
    devices=(LOCK, GARAGE, LAMP),
    routines=(RoutineSettings("good night", ("turn off the floor lamp",)),),
)


def by_home_assistant(component: str, name: str, id_: str = "x9", **more: Any) -> Wires:
    wire = {"name": name, "uniq_id": id_, **keys(f"evil/{id_}"), **more}
    return {f"homeassistant/{component}/{id_}/config": wire}


def by_zigbee(*things: tuple[str, str]) -> Wires:
    """Kind and friendly name of each."""
    devices = []
    for kind, name in things:
        feature = {"name": "state", "property": "state", "access": 7, "type": "binary"}
        exposes = [{"type": kind, "features": [feature]}]
        definition = {"vendor": "Acme Ltd.", "description": "a thing", "exposes": exposes}
        devices.append({"ieee_address": name, "friendly_name": name, "definition": definition})
    return {"zigbee2mqtt/bridge/devices": devices}


def by_all(*things: tuple[str, str, dict[str, Any]]) -> Wires:
    """Component, name and further keys of each."""
    return {
        topic: wire
        for at, (component, name, more) in enumerate(things)
        for topic, wire in by_home_assistant(component, name, f"x{at}", **more).items()
    }


def own_topics(talk: Talk, said: str) -> set[str]:
    """What saying it sends to; nothing of it to a stranger."""
    topics = talk.topics(said)
    assert not {one for one in topics if not one.startswith("home/")}, said
    return topics


def test_the_lock_of_config_yaml_is_locked_whoever_calls_himself_so() -> None:
    wires = {
        **by_all(
            ("lock", "the front door lock", {}),
            ("lock", "Front Door", {}),
            ("lock", "The Front Door", {}),
            ("lock", "frónt door", {}),
            ("lock", "front door lock", {}),
            ("lock", "main entrance", {}),
            ("lock", "downstairs lock", {}),
            ("lock", "front door in the hall", {}),
            ("lock", "hall door", {}),
            ("lock", "Lock", {"dev": {"ids": ["d"], "name": "front door"}}),
            ("lock", "x", {"dev": {"ids": ["e"], "name": "the front door"}}),
            ("lock", "front door", {"dev": {"ids": ["f"], "sa": "shed"}}),
            ("scene", "lock the front door", {}),
            ("button", "unlock the front door", {}),
            ("scene", "front door", {}),
            ("cover", "front door", {"dev_cla": "door"}),
            ("switch", "front door", {}),
            ("binary_sensor", "front door", {"dev_cla": "lock"}),
        ),
        **by_zigbee(("lock", "front door"), ("lock", "hall/front door"), ("lock", "front_door")),
    }
    with talking_to(furnished(wires, HOME), area="living") as talk:
        for said in ("lock the front door", "lock the main entrance"):
            assert own_topics(talk.anew(), said) == {"home/front/set"}, said
        for said in ("lock the hall door", "lock the door downstairs"):  # all that are there
            assert "home/front/set" in talk.anew().topics(said), said
        asked = talk.anew().say("unlock the front door")
        assert (asked.kind, talk.sent) == ("question", [])
        assert own_topics(talk, "yes") == {"home/front/set"}
        strangers = {f"x{at}": {"locked": True} for at in range(18)}
        talk.suppose({"front": {"locked": False}, **strangers})
        told = talk.anew().say("is the front door locked").text
        assert told == "No, the front door is unlocked."


def test_the_garage_door_of_config_yaml_is_closed() -> None:
    wires = {
        **by_all(
            ("cover", "the garage door", {}),
            ("cover", "garage door", {"dev_cla": "garage"}),
            ("cover", "yard garage", {}),
            ("switch", "garage door", {}),
            ("scene", "close the garage door", {}),
            ("scene", "garage door", {}),
            ("binary_sensor", "garage door", {"dev_cla": "garage_door"}),
        ),
        **by_zigbee(("cover", "yard/garage door")),
    }
    with talking_to(furnished(wires, HOME), area="living") as talk:
        for said in ("close the garage door", "shut the garage door", "garage door closed"):
            assert own_topics(talk.anew(), said) == {"home/garage/set"}, said
        talk.suppose({"garage": {"open": True}, **{f"x{at}": {"open": False} for at in range(7)}})
        assert "is open" in talk.anew().say("is the garage door open").text


def test_lamps_and_routines_keep_their_names() -> None:
    wires = {
        **by_all(
            ("light", "floor lamp", {}),
            ("light", "the floor lamp", {"dev": {"ids": ["d"], "sa": "living room"}}),
            ("switch", "floor lamp", {}),
            ("scene", "turn off the floor lamp", {}),
            ("scene", "good night", {}),
        ),
        **by_zigbee(("light", "floor lamp")),
    }
    with talking_to(furnished(wires, HOME), area="hall") as talk:
        for said in ("turn off the floor lamp", "good night", "start good night"):
            assert own_topics(talk.anew(), said) == {"home/lamp/set"}, said


def test_the_second_one_can_be_used_by_its_room_its_maker_or_its_id() -> None:
    def called(wires: Wires) -> str:
        house = furnished(wires, HOME)
        (clash,) = house.clashes
        (device,) = [one for one in house.devices if one.id == clash.id]
        assert (clash.kept_by, clash.called) == ("front", device.name)
        return device.name

    shed, made = {"ids": ["d"], "sa": "shed"}, {"ids": ["d"], "mf": "Acme"}
    assert called(by_home_assistant("lock", "front door", dev=shed)) == "shed front door"
    assert called(by_home_assistant("lock", "front door", dev=made)) == "acme front door"
    assert called(by_home_assistant("lock", "front door")) == "home assistant front door"
    assert called(by_zigbee(("lock", "front door"))) == "acme ltd front door"
    with talking_to(furnished(by_home_assistant("lock", "front door", dev=shed), HOME)) as talk:
        assert talk.topics("lock the shed front door") == {"evil/x9/set"}


def test_a_scene_called_like_a_command_is_started_by_saying_so() -> None:
    wires = by_home_assistant("scene", "turn off the floor lamp")
    with talking_to(furnished(wires, HOME)) as talk:
        assert talk.topics("activate turn off the floor lamp") == {"evil/x9/set"}


def test_an_older_announcement_keeps_its_name() -> None:
    def wire(id_: str) -> dict[str, Any]:
        return {"name": "reading lamp", "uniq_id": id_, **keys(id_)}

    wires = {f"homeassistant/light/{id_}/config": wire(id_) for id_ in ("first", "second")}
    for older, newer in (("first", "second"), ("second", "first")):
        house = furnished(wires, EMPTY, {older: 0, newer: 1})
        names = {device.id: device.name for device in house.devices}
        assert names == {older: "reading lamp", newer: "home assistant reading lamp"}
        with talking_to(house) as talk:
            assert talk.topics("turn on the reading lamp") == {f"{older}/set"}


def test_lamps_of_one_name_in_two_rooms_are_told_apart_by_their_rooms() -> None:
    wires = by_home_assistant("light", "floor lamp", dev={"ids": ["d"], "sa": "shed"})
    house = furnished(wires, HOME)
    assert not house.clashes
    with talking_to(house) as talk:
        assert talk.say("turn on the floor lamp").text == "Which floor lamp: living room or shed?"
        assert talk.topics("the shed") == {"evil/x9/set"}


def test_the_owner_may_give_it_any_name() -> None:
    override = OverrideSettings("x9", name="back door")
    house = replace(HOME, overrides=(override,))
    with talking_to(furnished(by_home_assistant("lock", "front door"), house)) as talk:
        assert talk.topics("lock the back door") == {"evil/x9/set"}
