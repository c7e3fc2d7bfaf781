"""Two assistants with one site id or one client id: noticed, named, and the second keeps quiet."""

from __future__ import annotations

import logging

import pytest
from broker import Mosquitto
from listener import wait_until
from test_connection import connect, lines, listen, settle

from assistant.events import Message
from assistant.mqtt.connection import Connection
from assistant.mqtt.presence import Presence

FAST_S = 0.1


class Clock:
    """Of an assistant that has been there for so long."""

    def __init__(self, age_s: float) -> None:
        self.now = age_s
        self._started = False

    def __call__(self) -> float:
        now, self._started = self.now if self._started else 0.0, True
        return now


def present(connection: Connection, age_s: float) -> tuple[Presence, Clock]:
    """An assistant that has been there for so long."""
    clock = Clock(age_s)
    return Presence(connection, "kitchen", clock=clock, every_s=FAST_S), clock


def test_the_second_keeps_quiet_until_the_first_leaves(
    mosquitto: Mosquitto, caplog: pytest.LogCaptureFixture
) -> None:
    with connect(mosquitto) as one, connect(mosquitto) as two:
        settle(one)
        settle(two)
        first, _ = present(one, 100)
        second, _ = present(two, 1)
        with first, second:
            wait_until(lambda: "process" in second.rival)
            assert first.rival == ""
            wait_until(lambda: len(lines(caplog, logging.WARNING)) == 2)
            told = "\n".join(lines(caplog, logging.WARNING))
            assert "was here first: I keep quiet" in told
            assert "has started: it keeps quiet" in told
            assert "'kitchen'" in told
            first.close()
            wait_until(lambda: second.rival == "")
        assert "I go on in its place" in lines(caplog, logging.WARNING)[-1]


def test_who_came_first_stays_first_after_a_restart_of_the_broker(mosquitto: Mosquitto) -> None:
    with connect(mosquitto) as one, connect(mosquitto) as two:
        settle(one)
        settle(two)
        (first, _), (second, _) = present(one, 100), present(two, 1)
        with first, second:
            wait_until(lambda: bool(second.rival))
            mosquitto.restart()
            wait_until(lambda: one.session == 2 and two.session == 2, 20)
            settle(one)
            settle(two)
            assert second.rival
            assert first.rival == ""


def test_who_was_killed_is_missed_after_a_while(mosquitto: Mosquitto) -> None:
    """And comes back as a new one, which is the second now."""
    with connect(mosquitto) as one:
        settle(one)
        presence, clock = present(one, 50)
        with presence, listen(mosquitto) as other:
            settle(one)
            said = '{"id":"x","age_s":900,"host":"pi","pid":7}'
            other.publish("assistant/kitchen/instance", said)
            wait_until(lambda: presence.rival == "pi, process 7")
            clock.now += 1
            wait_until(lambda: presence.rival == "")
            other.publish(
                "assistant/kitchen/instance", '{"id":"y","age_s":0.1,"host":"pi","pid":8}'
            )
            settle(one)
            assert presence.rival == ""


def test_what_is_left_of_a_dead_one_is_no_other(mosquitto: Mosquitto) -> None:
    with listen(mosquitto) as left, connect(mosquitto) as one:
        left.publish("assistant/kitchen/status", "online", retain=True)
        said = '{"id":"x","age_s":900,"host":"pi","pid":7}'
        left.publish("assistant/kitchen/instance", said, retain=True)
        settle(one)
        presence, _ = present(one, 1)
        with presence:
            settle(one)
            for garbage in ("", "{", "[]", '{"id":"x","age_s":"NaN"}', '{"id":1}', '{"age_s":1}'):
                left.publish("assistant/kitchen/instance", garbage)
            settle(one)
            assert presence.rival == ""


@pytest.mark.parametrize("version", ["auto", "3.1.1"])
def test_two_with_one_client_id_do_not_throw_each_other_out(
    mosquitto: Mosquitto, caplog: pytest.LogCaptureFixture, version: str
) -> None:
    with (
        connect(mosquitto, client_id="mine", version=version) as one,
        connect(mosquitto, client_id="mine", version=version) as two,
        listen(mosquitto) as listener,
    ):
        both = (one, two)
        wait_until(lambda: len({c._approach.client_id for c in both}) == 2, 20)
        for number, connection in enumerate(both):
            assert connection.wait_online(10)
            wait_until(lambda c=connection: c._link is not None and c.wait_settled(5), 10)
            connection.publish(Message("lamp/set", str(number), qos=2))
            listener.wait_for("lamp/set", str(number).encode())
        sessions = [c.session for c in both]
        settle(one)
        settle(two)
        assert [c.session for c in both] == sessions
    told = [line for line in lines(caplog, logging.WARNING) if "the client id 'mine', too" in line]
    assert len(told) == 1
