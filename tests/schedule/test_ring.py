"""What is heard when something is due."""

import threading
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from listener import wait_until

from assistant.config import SiteSettings
from assistant.events import Event, Rang, Reply, Wake
from assistant.schedule import Schedule
from assistant.schedule.entry import Entry
from assistant.schedule.ring import Ringer, told
from assistant.speak import Silent

HERE = SiteSettings("kitchen")


class Orders:
    """Notes what it is told to do."""

    site = HERE

    def __init__(self) -> None:
        self.done: list[object] = []
        self.told = threading.Event()

    def emit(self, event: Event) -> None:
        self.done.append(event)

    def say(self, text: str, utterance_id: str) -> None:
        self.done.append(text)
        self.told.set()

    def command(
        self, text: str, site: SiteSettings, answer: Callable[[Reply], None], **_how: object
    ) -> None:
        self.done.append(("command", text, site.id))
        self.told.set()


class Speaker(Silent):
    def __init__(self) -> None:
        super().__init__(lambda spoken: None)
        self.rang = threading.Semaphore(0)

    def earcon(self, name: str) -> None:
        assert name == "ring"
        self.rang.release()


@pytest.fixture
def orders() -> Orders:
    return Orders()


@pytest.fixture
def speaker() -> Speaker:
    return Speaker()


def plan(schedule: Schedule, entry: Entry) -> None:
    schedule.change("timers", HERE.id, [entry])


def test_a_timer_is_told_and_rings_until_it_is_stopped(orders, speaker):
    schedule = Schedule()
    ringer = Ringer(schedule, orders, speaker, lambda wish: wish(), 60)
    with ringer.attend():
        plan(schedule, Entry("timer", name="pasta", seconds=0.01, left=0.01))
        assert orders.told.wait(5)
        assert speaker.rang.acquire(timeout=5)
        schedule.silence(HERE.id)
    assert orders.done == [
        Rang("timer", "pasta", "Your pasta timer is done.", site_id=HERE.id),
        "Your pasta timer is done.",
    ]
    assert schedule.entries("timers") == ()


def test_it_is_quiet_while_somebody_speaks_to_the_assistant(orders, speaker):
    schedule = Schedule()
    ringer = Ringer(schedule, orders, speaker, lambda wish: wish(), 60)
    ringer.heard(Wake("alexa", 1.0, 0.0, 0.0, site_id=HERE.id))
    with ringer.attend():
        plan(schedule, Entry("timer", seconds=0.01, left=0.01))
        assert orders.told.wait(5)
        assert not speaker.rang.acquire(timeout=0.2)
        ringer.heard(Reply("Okay.", "answer", site_id=HERE.id))
        assert speaker.rang.acquire(timeout=10)


def test_a_command_for_later_is_carried_out_here(orders, speaker):
    schedule = Schedule()
    with Ringer(schedule, orders, speaker, lambda wish: wish(), 60).attend():
        plan(schedule, Entry("command", text="turn off the lights", due=datetime.now()))
        assert orders.told.wait(5)
    assert orders.done[1:] == [("command", "turn off the lights", "kitchen")]


def test_what_was_planned_elsewhere_is_heard_here(orders, speaker):
    """Over the network, or before the site had another name."""
    schedule = Schedule()
    with Ringer(schedule, orders, speaker, lambda wish: wish(), 60).attend():
        schedule.change("timers", "attic", [Entry("timer", seconds=0.01, left=0.01)])
        assert orders.told.wait(5)
    text = "Your timer is done."
    assert orders.done == [Rang("timer", "", text, site_id=HERE.id), text]
    assert schedule.ringing("attic") == ()


@pytest.mark.parametrize(
    ("entry", "late_s", "text"),
    [
        (Entry("timer"), 0.0, "Your timer is done."),
        (
            Entry("timer", name="egg"),
            200.0,
            "Your egg timer was done 3 minutes and 20 seconds ago.",
        ),
        (Entry("alarm", due=datetime(2026, 1, 1, 6, 30)), 0.0, "It is 6:30 AM."),
        (Entry("reminder", text="call mum"), 0.0, "Reminder: call mum."),
        (
            Entry("reminder", text="call mum"),
            timedelta(hours=2).total_seconds(),
            "Reminder, due 2 hours ago: call mum.",
        ),
    ],
)
def test_what_is_said(entry, late_s, text):
    assert told(entry, late_s) == text


def test_two_timers_at_once_are_both_told_and_one_stop_ends_both(orders, speaker):
    schedule = Schedule()
    timers = [Entry("timer", name=name, seconds=0.01, left=0.01) for name in ("egg", "tea")]
    with Ringer(schedule, orders, speaker, lambda wish: wish(), 60).attend():
        schedule.change("timers", HERE.id, timers)
        assert speaker.rang.acquire(timeout=5)
        wait_until(lambda: len(orders.done) == 4, 5)
        assert {entry.name for entry in schedule.silence(HERE.id)} == {"egg", "tea"}
    told_of = [one for one in orders.done if isinstance(one, str)]
    assert sorted(told_of) == ["Your egg timer is done.", "Your tea timer is done."]


@pytest.mark.parametrize(
    ("entry", "ago", "text"),
    [
        (
            Entry("alarm", due=datetime(2026, 6, 2, 7, 0)),
            timedelta(hours=2),
            "I missed your alarm at 7 AM: I was not running then.",
        ),
        (
            Entry("alarm", due=datetime(2026, 6, 2, 7, 0)),
            timedelta(days=1),
            "I missed your alarm at 7 AM on Tuesday: I was not running then.",
        ),
        (
            Entry("command", text="turn off the lights", due=datetime(2026, 6, 2, 23, 0)),
            timedelta(minutes=5),
            "I did not “turn off the lights” at 11 PM: I was not running then.",
        ),
    ],
)
def test_what_was_due_while_nothing_ran_is_told_as_missed(orders, speaker, entry, ago, text):
    now = entry.due + ago
    schedule = Schedule(wall=now.timestamp)
    plan(schedule, entry)
    with Ringer(schedule, orders, speaker, lambda wish: wish(), 60).attend():
        assert orders.told.wait(5)
    assert orders.done == [Rang(entry.kind, "", text, site_id=HERE.id), text]
    assert not speaker.rang.acquire(blocking=False), "it does not ring any more"
    assert schedule.entries("timers") == ()


def test_a_speaker_that_fails_keeps_nobody_from_hearing_of_it(orders):
    class Broken(Speaker):
        def earcon(self, name: str) -> None:
            super().earcon(name)
            raise RuntimeError("a bug")

    speaker, schedule = Broken(), Schedule()
    with Ringer(schedule, orders, speaker, lambda wish: wish(), 60).attend():
        plan(schedule, Entry("timer", seconds=0.01, left=0.01))
        assert speaker.rang.acquire(timeout=5)
        assert speaker.rang.acquire(timeout=15), "it goes on ringing"
        schedule.silence(HERE.id)
    assert isinstance(orders.done[0], Rang)
