"""A thread of ours that raises says so in one line, starts again, and is told to whoever asks."""

import logging
import threading

import pytest

from assistant import threads
from assistant.threads import Health, Supervised


@pytest.fixture(autouse=True)
def at_once(monkeypatch):
    monkeypatch.setattr(threads, "PAUSES_S", (0.01,))


def test_work_that_raises_is_named_in_one_line_and_starts_again(caplog):
    caplog.set_level(logging.DEBUG)
    told, runs, done = Health(), [], threading.Event()

    def work() -> None:
        runs.append(1)
        if len(runs) < 3:
            raise ValueError("the cat\nsat on it")
        done.set()

    thread = Supervised(work, "kitchen radio", told=told)
    thread.start()
    assert done.wait(10)
    thread.join(10)
    assert not thread.is_alive(), "work that returns is over"
    errors = [r for r in caplog.records if r.levelno >= logging.WARNING]
    assert [r.getMessage() for r in errors] == [
        "kitchen radio failed (ValueError: the cat sat on it); it starts again in 0.01 s"
    ] * 2
    assert not any(r.exc_info for r in errors)
    assert sum(bool(r.exc_info) for r in caplog.records) == 2, "the traceback is for debugging"
    assert "the cat sat on it" in told.problems["kitchen radio"]


def test_it_does_not_start_again_when_nobody_wants_it(monkeypatch):
    monkeypatch.setattr(threads, "PAUSES_S", (600.0,))
    wanted, runs = threading.Event(), []
    wanted.set()

    def work() -> None:
        runs.append(1)
        raise ValueError

    thread = Supervised(work, "x", wanted=wanted.is_set, told=(told := Health()))
    changed = threading.Event()
    told.follow(changed.set)
    thread.start()
    assert changed.wait(10)
    wanted.clear()
    thread.join(10)
    assert not thread.is_alive()
    assert runs == [1]


def test_the_pauses_grow(monkeypatch, caplog):
    monkeypatch.setattr(threads, "PAUSES_S", (0.01, 0.02, 0.03))
    left = [1, 2, 3, 4]

    def work() -> None:
        if left:
            left.pop()
            raise OSError

    thread = Supervised(work, "x", told=Health())
    thread.start()
    thread.join(10)
    pauses = [r.getMessage().rpartition("in ")[2] for r in caplog.records]
    assert pauses == ["0.01 s", "0.02 s", "0.03 s", "0.03 s"]


def test_what_does_not_work_is_told_until_it_works_again():
    now, changes = [0.0], []
    told = Health(clock=lambda: now[0])
    leave = told.follow(lambda: changes.append(dict(told.problems)))
    told.note("speaker", "unplugged")
    told.note("lamp", "failed once", for_s=10)
    now[0] = 11.0
    assert told.problems == {"speaker": "unplugged"}
    told.mended("speaker")
    told.mended("never broken")
    assert changes == [
        {"speaker": "unplugged"}, {"speaker": "unplugged", "lamp": "failed once"}, {},
    ]  # fmt: skip
    leave()
    told.note("speaker", "unplugged")
    assert len(changes) == 3
