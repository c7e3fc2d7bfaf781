"""What is planned happens once, survives a restart, and is never lost to a damaged file."""

import json
import os
import threading
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.schedule import Schedule
from assistant.schedule.entry import DAYS, Entry
from assistant.schedule.file import Planned, from_json, to_json

START = datetime(2026, 11, 24, 17, 30)  # a Tuesday
PASTA = Entry("timer", name="pasta", seconds=600, left=600)


class Wall:
    """A clock that stands until it is moved."""

    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> float:
        return self.now.timestamp()

    def pass_(self, **time: float) -> None:
        self.now += timedelta(**time)


@pytest.fixture
def wall() -> Wall:
    return Wall()


@pytest.fixture
def schedule(tmp_path, wall) -> Schedule:
    return Schedule(tmp_path / "schedule.json", wall=wall)


def plan(schedule: Schedule, *entries: Entry) -> tuple[Entry, ...]:
    schedule.change("timers", "kitchen", entries)
    return schedule.entries("timers")


def names(due: list[tuple[Entry, float]]) -> list[str]:
    return [entry.name or entry.text or entry.kind for entry, _ in due]


def test_a_timer_runs_and_then_rings_until_it_is_silenced(schedule, wall):
    plan(schedule, PASTA)
    wall.pass_(minutes=4)
    assert schedule.entries("timers")[0].left == 360
    assert schedule.take_due() == []
    wall.pass_(minutes=6)
    assert names(schedule.take_due()) == ["pasta"]
    assert schedule.take_due() == [], "it is due once"
    assert [entry.name for entry in schedule.ringing("kitchen")] == ["pasta"]
    assert schedule.ringing("bedroom") == ()
    schedule.silence("kitchen")
    assert schedule.entries("timers") == ()


def test_a_paused_timer_waits(schedule, wall):
    (timer,) = plan(schedule, PASTA)
    wall.pass_(minutes=4)
    (timer,) = schedule.entries("timers")
    (timer,) = plan(schedule, Entry(**{**vars_of(timer), "paused": True}))
    wall.pass_(hours=2)
    assert schedule.take_due() == []
    (timer,) = schedule.entries("timers")
    assert timer.left == 360
    plan(schedule, Entry(**{**vars_of(timer), "paused": False}))
    wall.pass_(minutes=6)
    assert names(schedule.take_due()) == ["pasta"]


def vars_of(entry: Entry) -> dict[str, object]:
    return {name: getattr(entry, name) for name in Entry.__dataclass_fields__}


def test_after_a_restart_everything_is_as_before(schedule, wall, tmp_path):
    planned = plan(schedule, PASTA, Entry("alarm", due=START + timedelta(hours=1)))
    again = Schedule(tmp_path / "schedule.json", wall=wall)
    assert again.entries("timers") == planned


def test_a_timer_that_ran_out_while_nothing_ran_is_told_late(schedule, wall, tmp_path):
    plan(schedule, PASTA)
    wall.pass_(minutes=13)
    again = Schedule(tmp_path / "schedule.json", wall=wall)
    assert [(entry.name, late) for entry, late in again.take_due()] == [("pasta", 180.0)]


def test_a_command_that_is_late_is_left_out(schedule, wall, caplog):
    plan(schedule, Entry("command", text="turn off the lights", due=START + timedelta(minutes=5)))
    wall.pass_(minutes=20)
    assert schedule.take_due() == []
    assert "turn off the lights" in caplog.text
    assert schedule.entries("timers") == ()


def test_what_comes_again_comes_on_its_days(schedule, wall):
    alarm = Entry("alarm", due=START.replace(hour=7, minute=30), days=DAYS[:5])
    plan(schedule, alarm)
    rang = []
    for _ in range(24 * 7):
        wall.pass_(hours=1)
        if schedule.take_due():
            rang.append(wall.now.strftime("%a"))
            schedule.silence("kitchen")
    assert rang == ["Wed", "Thu", "Fri", "Mon", "Tue"]
    assert len(schedule.entries("timers")) == 1


def test_one_that_comes_again_and_was_missed_waits_for_the_next_day(schedule, wall):
    plan(schedule, Entry("alarm", due=START + timedelta(minutes=1), days=DAYS))
    wall.pass_(hours=3)
    assert schedule.take_due() == []
    (alarm,) = schedule.entries("timers")
    assert alarm.due == START + timedelta(days=1, minutes=1)
    assert not alarm.ringing


def test_a_skill_changes_only_its_own(schedule):
    (timer,) = plan(schedule, PASTA)
    schedule.change("other", "kitchen", cancel=[timer.id])
    assert schedule.entries("timers") == (timer,)
    assert schedule.entries("other") == ()


@pytest.mark.parametrize(
    "content", ["", "[]", "not json", '{"version": 2, "planned": []}', '{"version": 1}',
                '{"version": 1, "planned": [{"id": "x"}]}', '{"version": 1, "planned": [7]}'],
)  # fmt: skip
def test_a_damaged_file_is_set_aside_and_said(tmp_path, content, caplog):
    file = tmp_path / "schedule.json"
    file.write_text(content)
    schedule = Schedule(file)
    assert schedule.entries("timers") == ()
    assert "schedule.json" in caplog.text
    (aside,) = tmp_path.glob("schedule.json.broken-*")
    assert aside.read_text() == content
    assert len(plan(schedule, PASTA)) == 1


def test_what_another_program_plans_is_seen(schedule, wall, tmp_path):
    assert schedule.entries("timers") == ()
    plan(Schedule(tmp_path / "schedule.json", wall=wall), PASTA)
    assert [entry.name for entry in schedule.entries("timers")] == ["pasta"]


def test_two_programs_that_plan_at_once_lose_nothing(tmp_path):
    both = [Schedule(tmp_path / "schedule.json") for _ in range(2)]
    threads = [
        threading.Thread(target=lambda s=s: [plan(s, PASTA) for _ in range(20)]) for s in both
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(both[0].entries("timers")) == 40


def test_it_is_known_whether_somebody_rings(schedule, tmp_path):
    other = Schedule(tmp_path / "schedule.json")
    assert not other.attended
    with schedule.attend(lambda entry, late_s: None):
        assert other.attended
        assert schedule.attended
    assert not other.attended


def test_what_is_due_is_called_for_at_once(tmp_path):
    schedule, rang = Schedule(tmp_path / "schedule.json"), threading.Event()
    with schedule.attend(lambda entry, late_s: rang.set()):
        plan(schedule, Entry("timer", seconds=0.05, left=0.05))
        assert rang.wait(5)


entries = st.builds(
    Entry,
    kind=st.sampled_from(["timer", "alarm", "reminder", "command"]),
    id=st.text("abcdef0123456789", min_size=1),
    name=st.text(),
    text=st.text(),
    due=st.none() | st.datetimes(datetime(1990, 1, 1), datetime(2090, 1, 1)),
    seconds=st.floats(0, 1e6),
    left=st.floats(0, 1e6),
    paused=st.booleans(),
    days=st.lists(st.sampled_from(DAYS)).map(tuple),
    ringing=st.booleans(),
    site_id=st.text(),
)


@given(st.builds(Planned, entries, st.text(), st.none() | st.floats(0, 4e9)))
def test_what_is_written_is_read(planned):
    assert from_json(json.loads(json.dumps(to_json(planned)))) == planned


def test_what_is_planned_is_for_its_owner_alone_whatever_the_umask(tmp_path):
    before = os.umask(0)
    try:
        schedule = Schedule(tmp_path / "kept" / "schedule.json")
        schedule.change("timers", "here", [PASTA])
        with schedule.attend(lambda entry, late_s: None):
            pass
    finally:
        os.umask(before)
    assert (tmp_path / "kept").stat().st_mode & 0o777 == 0o700
    files = list((tmp_path / "kept").iterdir())
    assert {oct(file.stat().st_mode & 0o777) for file in files} == {"0o600"}
