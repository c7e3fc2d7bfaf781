"""Events out, wishes in."""

import logging
from threading import get_ident

from assistant.bridge.hub import MOST_AT_ONCE, MOST_WAITING, Hub
from assistant.events import FRAME_BYTES, Frame, Partial

FRAMES = [Frame(bytes(FRAME_BYTES), at) for at in (0.0, 0.01)]


def test_wishes_are_done_between_frames_on_the_thread_that_takes_them():
    hub, done = Hub("here"), []
    for frame in hub.between(FRAMES):
        done.append(frame.at)
        hub.ask(lambda: done.append(get_ident()))
    assert done == [0.0, get_ident(), 0.01]


def test_events_say_where_they_come_from():
    hub, heard = Hub("here"), []
    hub.subscribe(heard.append)
    hub.emit(Partial("turn"))
    hub.emit(Partial("turn", site_id="there"))
    assert [event.site_id for event in heard] == ["here", "there"]


def test_a_stage_that_waits_for_a_wish_grants_those_before_it():
    hub, done = Hub("here"), []
    for number in (1, 2, 3):
        hub.ask(lambda number=number: done.append(number))
    assert hub.serve_until(lambda: 2 in done, 10)
    assert done == [1, 2]
    assert not hub.serve_until(lambda: 4 in done, 0.0)


def test_what_fails_neither_stops_the_others_nor_the_assistant(caplog):
    hub, heard = Hub("here"), []
    hub.subscribe(lambda event: 1 / 0)
    hub.subscribe(heard.append)
    hub.ask(lambda: hub.emit(Partial("one")))
    hub.ask(lambda: 1 / 0)
    hub.tell(Partial("two"))
    assert list(hub.between(FRAMES)) == FRAMES
    assert [event.text for event in heard] == ["one", "two"]
    assert sum(record.levelno == logging.ERROR for record in caplog.records) == 3


def test_who_floods_it_with_wishes_does_not_make_it_deaf(caplog):
    hub = Hub("here")
    done: list[int] = []

    def wish_again(n: int) -> None:
        done.append(n)
        hub.ask(lambda: wish_again(n + 1))

    for n in range(2 * MOST_WAITING):
        hub.ask_if_room(lambda n=n: wish_again(n), "Hermes")
    (line,) = caplog.records
    assert line.getMessage().startswith("Hermes: more messages than can be dealt with")
    assert hub._wishes.qsize() == MOST_WAITING
    heard = list(hub.between([Frame(b"", 0.0), Frame(b"", 0.01)]))
    assert len(heard) == 2
    assert len(done) == 2 * MOST_AT_ONCE
