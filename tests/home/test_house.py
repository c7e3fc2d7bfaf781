"""The house with real brokers and real MQTT clients as devices: done, or honestly not."""

from __future__ import annotations

import json
import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

import pytest
from broker import Mosquitto
from houses import HOUSE
from listener import Listener, wait_until
from proxy import PUBREC, Proxy

from assistant.config import DeviceSettings, HouseSettings, MqttSettings, SiteSettings
from assistant.errors import HouseError
from assistant.events import Confirmed, Message, Published, Value
from assistant.home.followed import HELD, NOT_BACK, NOT_DONE, NOT_KNOWN, NOT_REACHED
from assistant.home.house import House
from assistant.home.model import Change, Device
from assistant.home.simulate import SimulatedHouse
from assistant.mqtt.broker import EmbeddedBroker
from assistant.mqtt.connection import Connection


@dataclass
class Home:
    """A house, its connection and the devices at the other end."""

    house: House
    connection: Connection
    devices: SimulatedHouse
    listen: Callable[[], Listener]

    def do(self, device_id: str, **attributes) -> tuple[list[Published], Confirmed]:
        """Carry one change out; what was published and what came of it."""
        actions = self.house.plan([Change(device_id, attributes)])
        *published, confirmed = self.house.carry_out(actions)
        assert isinstance(confirmed, Confirmed)
        return published, confirmed

    def device(self, device_id: str) -> Device:
        return next(device for device in self.house.devices() if device.id == device_id)


@contextmanager
def open_home(
    host: str,
    port: int,
    username: str | None,
    password: str | None,
    *,
    confirm_s: float = 5.0,
    publish_s: float = 2.0,
    silent: tuple[str, ...] = (),
    refuse: tuple[str, ...] = (),
    version: str = "auto",
) -> Iterator[Home]:
    user = {"username": username, "password": password}
    broker = MqttSettings(
        host=host,
        port=port,
        version=version,
        confirm_s=confirm_s,
        publish_s=publish_s,
        keepalive_s=5,
        **user,
    )
    with (
        SimulatedHouse(HOUSE, host, port, silent=silent, refuse=refuse, **user) as devices,
        Connection(broker, SiteSettings(id="kitchen")) as connection,
    ):
        house = House(HOUSE, connection)
        assert connection.wait_online(5)
        assert house.wait_reported(5)
        yield Home(house, connection, devices, lambda: Listener(host, port, username, password))


def at_home(broker: Mosquitto, **options):
    return open_home(broker.host, broker.port, broker.username, broker.password, **options)


def check_every_kind(home: Home) -> None:
    """What both brokers have to bring about."""
    assert home.device("lamp").state == {"on": False, "brightness": 100}
    assert home.device("heat").state == {
        "mode": "heat",
        "target_temperature": 20.0,
        "temperature": 20.5,
    }
    assert home.device("music").state == {"playback": "stopped", "volume": 40, "title": ""}
    for device, wish in (
        ("lamp", {"on": True}),
        ("lamp", {"brightness": 1}),
        ("lamp", {"hue": 240.0}),
        ("lamp", {"saturation": 50.0}),
        ("lamp", {"color_temperature": 2700}),
        ("lamp", {"on": False}),
        ("bulb", {"on": True}),
        ("socket", {"on": True}),
        ("strip", {"brightness": 34}),
        ("heat", {"target_temperature": 21.5, "mode": "auto"}),
        ("music", {"query": "so what", "volume": 30}),
        ("music", {"skip": "next"}),
        ("music", {"playback": "paused"}),
        ("blind", {"open": True}),
        ("blind", {"position": 40}),
        ("blind", {"stop": True}),
        ("fan", {"on": True}),
        ("door", {"locked": False}),
        ("film", {"activate": True}),
        ("lamp", {"brightness": 1, "transition": 2}),
        ("lamp", {"color_temperature": 2700}),
        ("lamp", {"on": False, "transition": 2}),
    ):
        published, confirmed = home.do(device, **wish)
        assert published, wish
        assert confirmed == Confirmed(device, done=True), wish
    assert home.devices.state("lamp")["on"] is False
    assert home.devices.state("blind") == {"open": True, "position": 40}
    assert home.device("door").state["locked"] is False
    assert home.device("weather").state == {"temperature": 21.0}
    assert home.device("lamp").state["brightness"] == 1
    assert home.device("lamp").state["color_temperature"] == 2703  # 370 mired
    assert "hue" not in home.device("lamp").state
    assert home.device("strip").state["brightness"] == 30  # it has ten steps
    assert home.device("heat").state["target_temperature"] == 21.5
    assert home.device("music").state == {
        "playback": "paused",
        "volume": 30,
        "title": "next after so what",
    }


def test_every_kind_of_device_does_what_is_asked(mosquitto: Mosquitto) -> None:
    with at_home(mosquitto) as home:
        check_every_kind(home)


def test_every_kind_of_device_works_with_the_embedded_broker() -> None:
    with (
        EmbeddedBroker() as broker,
        open_home(broker.host, broker.port, None, None, version="3.1.1") as home,
    ):
        check_every_kind(home)
        home.devices.device("lamp").die()
        wait_until(lambda: not home.device("lamp").available)


def test_all_devices_at_once(mosquitto: Mosquitto) -> None:
    with at_home(mosquitto) as home:
        changes = [Change(id_, {"on": True}) for id_ in ("lamp", "bulb", "socket")]
        events = list(home.house.carry_out(home.house.plan(changes)))
    assert [type(event) for event in events] == [Published] * 3 + [Confirmed] * 3
    assert all(event.done for event in events[3:])
    assert {event.device_id for event in events[3:]} == {"lamp", "bulb", "socket"}


def test_what_was_so_before_is_no_answer(mosquitto: Mosquitto) -> None:
    """A lamp whose plug was pulled is still as the broker has retained it."""
    with at_home(mosquitto, silent=("lamp",), confirm_s=0.3) as home:
        _, confirmed = home.do("lamp", on=False)
        assert confirmed == Confirmed("lamp", done=False, problem=NOT_KNOWN)


def test_who_has_nothing_new_to_tell_is_asked(mosquitto: Mosquitto) -> None:
    plug = DeviceSettings("plug", "switch", "plug", {"topic": "plug"}, dialect="tasmota")
    with at_home(mosquitto, confirm_s=5) as home, home.listen() as listener:
        house = House(HouseSettings(devices=(plug,)), home.connection)
        assert home.connection.wait_settled(5)
        listener.publish("tele/plug/STATE", '{"POWER":"ON"}')
        wait_until(lambda: house.devices()[0].state == {"on": True})

        def answer(_topic: str, _payload: bytes, _retained: bool) -> None:
            home.connection.send(Message("stat/plug/RESULT", '{"POWER":"ON"}'))

        home.connection.subscribe("cmnd/plug/STATE", answer)
        *_, confirmed = house.carry_out(house.plan([Change("plug", {"on": True})]))
        assert confirmed == Confirmed("plug", done=True)
        assert listener.payloads("cmnd/plug/STATE")


@pytest.mark.parametrize(
    ("before", "wanted", "answer", "done"),
    [
        (182, 72, None, False),  # 71 percent, of before
        (182, 72, 182, False),  # and it stayed there
        (20, 72, 182, False),  # a step of its scale is less than a percent
        (20, 72, 183, True),
        (20, 72, 184, True),
        (184, 72, 184, True),
    ],
)
def test_a_number_counts_to_one_step_of_the_scale_of_the_device(
    mosquitto: Mosquitto, before: int, wanted: int, answer: int | None, done: bool
) -> None:
    with at_home(mosquitto, silent=("lamp",), confirm_s=0.4) as home, home.listen() as listener:
        listener.publish("lamp/state", json.dumps({"state": "ON", "brightness": before}))
        wait_until(lambda: home.device("lamp").state["on"] is True)
        events = home.house.carry_out(home.house.plan([Change("lamp", {"brightness": wanted})]))
        assert isinstance(next(events), Published)
        if answer is not None:
            listener.publish("lamp/state", json.dumps({"state": "ON", "brightness": answer}))
        assert next(events).done is done


def test_a_lamp_that_rounds_in_its_own_way_is_believed_the_second_time(
    mosquitto: Mosquitto,
) -> None:
    with at_home(mosquitto, silent=("music",), confirm_s=0.4) as home, home.listen() as listener:
        for _ in range(2):
            events = home.house.carry_out(home.house.plan([Change("music", {"volume": 30})]))
            assert isinstance(next(events), Published)
            listener.publish("music/state", '{"volume":31}')
            assert next(events).done


def test_what_the_broker_says_again_is_no_answer(mosquitto: Mosquitto) -> None:
    with at_home(mosquitto, silent=("lamp",), confirm_s=0.4) as home:
        events = home.house.carry_out(home.house.plan([Change("lamp", {"on": False})]))
        assert isinstance(next(events), Published)
        again = threading.Event()
        home.connection.subscribe("lamp/state", lambda *_: again.set())
        assert again.wait(5)
        assert next(events).problem == NOT_KNOWN


def test_a_lamp_that_comes_back_after_the_broker_gets_its_command_then(
    mosquitto: Mosquitto,
) -> None:
    with at_home(mosquitto, confirm_s=5) as home:
        before = home.connection.session
        home.devices.device("lamp").die()
        mosquitto.restart()  # and forgets who is there
        wait_until(lambda: home.connection.session > before)
        assert home.device("lamp").state == {}
        assert home.device("lamp").past == {"on": False, "brightness": 100}
        events = home.house.carry_out(home.house.plan([Change("lamp", {"on": True})]))
        assert isinstance(next(events), Published)
        user = {"username": mosquitto.username, "password": mosquitto.password}
        settings = replace(HOUSE, devices=HOUSE.devices[:1])
        with SimulatedHouse(settings, mosquitto.host, mosquitto.port, **user) as back:
            assert next(events) == Confirmed("lamp", done=True)
            assert back.state("lamp")["on"] is True


def test_what_may_be_done_only_once_is_not_said_again(mosquitto: Mosquitto) -> None:
    with at_home(mosquitto, silent=("music",), confirm_s=0.8) as home, home.listen() as listener:
        events = home.house.carry_out(home.house.plan([Change("music", {"skip": "next"})]))
        assert isinstance(next(events), Published)
        listener.publish("music/available", "online")
        assert next(events).problem == "no_answer"
        assert len(listener.payloads("music/set")) == 1


def test_who_is_not_back_after_the_broker_is_named(mosquitto: Mosquitto) -> None:
    with at_home(mosquitto, confirm_s=0.3) as home:
        before = home.connection.session
        home.devices.device("lamp").die()
        mosquitto.restart()
        wait_until(lambda: home.connection.session > before)
        _, confirmed = home.do("lamp", on=True)
        assert confirmed.problem == NOT_BACK


def test_a_state_of_before_is_past(mosquitto: Mosquitto) -> None:
    with at_home(mosquitto) as home, home.listen() as listener:
        home.do("lamp", on=True)
        home.devices.device("lamp").die()
        wait_until(lambda: not home.device("lamp").available)
        lamp = home.device("lamp")
        assert (lamp.state, lamp.past) == ({}, {"on": True, "brightness": 100})
        listener.publish("lamp/available", "online")
        wait_until(lambda: home.device("lamp").available)
        assert home.device("lamp").state == {"on": True, "brightness": 100}


def test_who_could_say_that_he_is_there_and_does_not_is_not_known(mosquitto: Mosquitto) -> None:
    """The broker has retained the last word of a lamp that nobody has seen for a month."""
    user = {"username": mosquitto.username, "password": mosquitto.password}
    broker = MqttSettings(host=mosquitto.host, port=mosquitto.port, **user)
    with Listener(mosquitto.host, mosquitto.port, *user.values()) as listener:
        listener.publish("bulb/state", '{"state":"ON"}', retain=True)
        with Connection(broker, SiteSettings(id="kitchen")) as connection:
            house = House(HOUSE, connection)
            assert connection.wait_settled(5)
            bulb = {d.id: d for d in house.devices()}["bulb"]
            assert (bulb.state, bulb.past) == ({}, {"on": True})
            listener.publish("bulb/state", '{"state":"ON"}')
            wait_until(lambda: {d.id: d for d in house.devices()}["bulb"].state == {"on": True})


def test_a_device_that_does_not_answer_is_named(mosquitto: Mosquitto) -> None:
    with at_home(mosquitto, silent=("lamp",), confirm_s=0.3) as home:
        actions = home.house.plan([Change("lamp", {"on": True}), Change("bulb", {"on": True})])
        confirmed = [e for e in home.house.carry_out(actions) if isinstance(e, Confirmed)]
    assert confirmed == [
        Confirmed("bulb", done=True),
        Confirmed("lamp", done=False, problem="no_answer"),
    ]


def test_a_device_that_answers_and_does_something_else_is_named(mosquitto: Mosquitto) -> None:
    with at_home(mosquitto, refuse=("lamp", "music"), confirm_s=0.5) as home:
        _, confirmed = home.do("lamp", on=True)
        assert confirmed == Confirmed("lamp", done=False, problem="not_done")
        _, confirmed = home.do("music", query="jazz")
        assert confirmed == Confirmed("music", done=False, problem="not_done")


def test_a_skip_is_done_when_the_player_reports_next(mosquitto: Mosquitto) -> None:
    with at_home(mosquitto, silent=("music",), confirm_s=0.3) as home:
        _, confirmed = home.do("music", skip="next")
        assert confirmed.problem == "no_answer"


@pytest.mark.parametrize(
    ("wanted", "told", "done"),
    [
        ({"brightness": 80, "transition": 60}, {"state": "ON", "brightness": 3}, True),
        ({"on": False, "transition": 60}, {"state": "ON", "brightness": 250}, True),
        ({"brightness": 80, "transition": 60}, {"state": "OFF"}, False),
        ({"brightness": 80}, {"state": "ON", "brightness": 3}, False),
    ],
)
def test_a_slow_change_counts_as_done_when_it_has_begun(
    mosquitto: Mosquitto, wanted: dict[str, Value], told: dict[str, object], done: bool
) -> None:
    with at_home(mosquitto, silent=("lamp",), confirm_s=0.5) as home, home.listen() as listener:
        events = home.house.carry_out(home.house.plan([Change("lamp", wanted)]))
        published = next(events)
        assert ("transition" in published.message.payload) is ("transition" in wanted)
        listener.publish("lamp/state", json.dumps(told))
        assert next(events).done is done


def test_a_device_that_is_away_is_sent_nothing(mosquitto: Mosquitto) -> None:
    with at_home(mosquitto) as home, home.listen() as listener:
        home.devices.device("lamp").die()  # its last will tells
        wait_until(lambda: not home.device("lamp").available)
        published, confirmed = home.do("lamp", on=True)
        assert not published
        assert confirmed == Confirmed("lamp", done=False, problem="not_available")
        home.connection.publish(home.house.plan([Change("bulb", {"on": True})])[0].messages[0])
        listener.wait(lambda: listener.payloads("bulb/set"))
        assert not listener.payloads("lamp/set")


def test_a_device_that_goes_away_while_waiting_is_named_at_once(mosquitto: Mosquitto) -> None:
    with at_home(mosquitto, silent=("lamp",), confirm_s=30) as home:
        events = home.house.carry_out(home.house.plan([Change("lamp", {"on": True})]))
        assert isinstance(next(events), Published)
        home.devices.device("lamp").die()
        assert next(events) == Confirmed("lamp", done=False, problem="not_available")


def test_a_broker_that_hangs_mid_command_does_nothing_when_it_wakes_up(
    mosquitto: Mosquitto,
) -> None:
    with at_home(mosquitto, publish_s=0.3) as home:
        lamp = home.devices.device("lamp")
        mosquitto.freeze()
        with pytest.raises(HouseError, match="I can't reach the house"):
            home.do("lamp", on=True)
        assert not home.house.online
        with pytest.raises(HouseError, match="I can't reach the house"):
            home.do("lamp", on=True)
        mosquitto.thaw()  # it has not forgotten what is in its socket
        assert home.connection.wait_online(10)
        assert home.house.wait_reported(10)
        assert (lamp.commands, lamp.state["on"]) == (0, False)
        _, confirmed = home.do("lamp", brightness=20)
        assert confirmed.done
        assert lamp.commands == 1


def test_the_broker_killed_mid_command_and_nothing_late(mosquitto: Mosquitto) -> None:
    with at_home(mosquitto, publish_s=0.3) as home:
        lamp = home.devices.device("lamp")
        mosquitto.freeze()
        with pytest.raises(HouseError, match="I can't reach the house"):
            home.do("lamp", on=True)
        mosquitto.restart()
        assert home.connection.wait_online(10)
        assert home.house.wait_reported(10)
        assert lamp.commands == 0
        _, confirmed = home.do("lamp", on=True)
        assert confirmed.done


def test_a_command_that_the_broker_holds_is_no_command_that_was_not_sent(
    mosquitto: Mosquitto,
) -> None:
    """It has said that it has it, and hangs: the lamp may still go on."""
    user = {"username": mosquitto.username, "password": mosquitto.password}
    with (
        Proxy(mosquitto.port) as proxy,
        SimulatedHouse(HOUSE, mosquitto.host, mosquitto.port, **user) as devices,
    ):
        broker = MqttSettings(
            host=mosquitto.host, port=proxy.port, publish_s=1, confirm_s=0.3, **user
        )
        with Connection(broker, SiteSettings(id="kitchen")) as connection:
            house = House(HOUSE, connection)
            assert connection.wait_online(5)
            assert house.wait_reported(5)
            proxy.hold_after(PUBREC)
            events = list(house.carry_out(house.plan([Change("lamp", {"on": True})])))
            assert events == [Confirmed("lamp", done=False, problem=HELD)]
            assert proxy.held.is_set()
            assert proxy.waiting.wait(5)
            assert devices.state("lamp")["on"] is False
            proxy.release()
            wait_until(lambda: devices.state("lamp")["on"] is True)
            assert connection.wait_online(10)
            wait_until(lambda: house.devices()[0].state.get("on") is True, 10)
            assert devices.device("lamp").commands == 1


def test_what_was_known_before_an_outage_does_not_count(mosquitto: Mosquitto) -> None:
    with at_home(mosquitto, confirm_s=0.3) as home:
        for id_ in (device.id for device in HOUSE.devices):
            home.devices.device(id_).die()
        before = home.connection.session
        mosquitto.restart()  # its retained messages are gone
        wait_until(lambda: home.connection.session > before)
        with home.listen() as listener:
            listener.publish("lamp/available", "online", retain=True)
            wait_until(lambda: home.device("lamp").available)
        _, confirmed = home.do("lamp", on=False)
        assert confirmed == Confirmed("lamp", done=False, problem="no_answer")


def test_garbage_is_counted_told_once_and_ignored(
    mosquitto: Mosquitto, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING)
    with at_home(mosquitto) as home, home.listen() as listener:
        garbage = [
            b"",
            b"{",
            b"[]",
            b"\xff\xfe",
            b'{"state":1}',
            b'{"brightness":-1}',
            b"[" * 60_000,
        ]
        for payload in garbage:
            listener.publish("lamp/state", payload, retain=True)
        listener.publish("lamp/available", "maybe")
        listener.publish("lamp/state", b"x" * 1_000_000, retain=True)
        wait_until(lambda: home.house.garbage == {"lamp": len(garbage)} and home.connection.dropped)
        assert home.device("lamp").state == {"on": False, "brightness": 100}
        _, confirmed = home.do("lamp", on=True)
        assert confirmed.done
    (warning,) = [r.getMessage() for r in caplog.records if r.name == "assistant.home.followed"]
    assert "'lamp'" in warning
    assert "lamp/state" in warning


def test_a_dry_run_plans_without_a_connection() -> None:
    house = House(HOUSE, None)
    (action,) = house.plan([Change("lamp", {"brightness": 40})])
    (message,) = action.messages
    assert (message.topic, message.payload) == ("lamp/set", '{"state":"ON","brightness":102}')
    assert (message.qos, message.retain) == (2, False)
    assert action.change == {"brightness": 40, "on": True}
    assert not house.online
    with pytest.raises(HouseError, match="I can't reach the house"):
        list(house.carry_out([action]))


@pytest.mark.parametrize(
    ("device", "wish", "sentence"),
    [
        ("bulb", {"hue": 0.0}, "The bulb has no colour."),
        ("bulb", {"brightness": 50}, "The bulb can't be dimmed."),
        ("bulb", {"color_temperature": 3000}, "The bulb can't change its colour temperature."),
        ("heat", {"target_temperature": 50.0}, "The thermostat takes 5 to 30 degrees."),
        ("heat", {"mode": "dry"}, "The thermostat only knows off, heat and auto, not dry."),
        ("heat", {"on": True}, "The thermostat can't be switched on or off."),
        ("heat", {"temperature": 20.0}, "The thermostat can't do that."),
        ("lamp", {"brightness": 150}, "The hall lamp takes 0 to 100 percent."),
        ("lamp", {"saturation": 50.0}, "I don't know the colour of the hall lamp."),
        ("attic", {"on": True}, "There is no device called attic."),
    ],
)
def test_what_cannot_be_done_is_a_sentence(device: str, wish: dict, sentence: str) -> None:
    with pytest.raises(HouseError) as failure:
        House(HOUSE, None).plan([Change(device, wish)])
    assert failure.value.problem == sentence


def test_limits_are_spoken_in_the_unit_of_the_house() -> None:
    house = House(replace(HOUSE, temperature_unit="fahrenheit"), None)
    with pytest.raises(HouseError, match="takes 41 to 86 degrees"):
        house.plan([Change("heat", {"target_temperature": 50.0})])


def test_wishes_for_one_device_become_one_action() -> None:
    house = House(HOUSE, None)
    wishes = [{"on": True}, {"brightness": 30}, {"on": False}]
    (action,) = house.plan([Change("lamp", wish) for wish in wishes])
    assert action.change == {"on": False}
    assert len(house.plan([Change("music", {"skip": "next"})] * 2)) == 2


def test_a_white_beyond_the_lamp_is_its_nearest() -> None:
    (action,) = House(HOUSE, None).plan([Change("lamp", {"color_temperature": 9000})])
    assert action.change["color_temperature"] == 6536


class Elsewhere:
    """What carries messages to devices that are not on MQTT; it is away, or refuses."""

    session = 1

    def __init__(self, *, online: bool) -> None:
        self.online = online
        self.asked = 0

    def publish(self, message: Message) -> None:
        self.asked += 1
        raise HouseError("I can't reach Home Assistant.")

    def subscribe(self, topic_filter: str, callback: object, *, steady: bool) -> None:
        """Nothing is reported."""

    def unsubscribe(self, topic_filter: str, callback: object) -> None:
        """Nothing is."""


FAR = tuple(
    DeviceSettings(n, "switch", n, {"entity_id": f"switch.{n}"}, dialect="homeassistant_entity")
    for n in ("pump", "fountain")
)


@pytest.mark.parametrize(("online", "problem"), [(False, NOT_REACHED), (True, NOT_DONE)])
def test_what_cannot_be_reached_keeps_nothing_from_the_others(
    mosquitto: Mosquitto, online: bool, problem: str
) -> None:
    far = Elsewhere(online=online)
    with at_home(mosquitto) as home:
        settings = replace(HOUSE, devices=(*FAR, *HOUSE.devices))
        house = House(settings, home.connection, carriers={"homeassistant": far})
        assert home.connection.wait_settled(5)
        everything = [Change(id_, {"on": True}) for id_ in ("pump", "fountain", "bulb")]
        events = list(house.carry_out(house.plan(everything)))
        confirmed = {e.device_id: e.problem for e in events if isinstance(e, Confirmed)}
        assert confirmed == {"pump": problem, "fountain": problem, "bulb": ""}
        assert far.asked == (2 if online else 1), "who is away is not asked again"
        with pytest.raises(HouseError, match="I can't reach Home Assistant"):
            list(house.carry_out(house.plan(everything[:2])))
