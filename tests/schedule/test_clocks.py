"""What happens after a while does not follow the clock on the wall; what has a time of day does."""

import json
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from assistant.app import open_app
from assistant.config import Config, MqttSettings, ScheduleSettings
from assistant.schedule import NotKept, Schedule
from assistant.schedule.clocks import PATIENCE_S
from assistant.schedule.entry import DAYS, Entry

TEN = Entry("timer", name="ten", seconds=600, left=600)


class Computer:
    """Its two clocks, and that it can be started anew."""

    def __init__(self, file: Path) -> None:
        self.wall = datetime(2026, 11, 24, 17, 30).timestamp()
        self.steady = 1000.0
        self.boot = "first"
        self.file = file
        self.schedule = self.start()

    def start(self) -> Schedule:
        """The assistant, anew."""
        self.schedule = Schedule(
            self.file, wall=lambda: self.wall, steady=lambda: self.steady, boot=self.boot
        )
        return self.schedule

    def reboot(self, *, away_s: float, wall: float | None = None) -> None:
        """The power fails for a while; `wall`: what the clock says then."""
        self.wall = self.wall + away_s if wall is None else wall
        self.steady, self.boot = 5.0, self.boot + "+"
        self.start()

    def pass_(self, seconds: float) -> None:
        self.wall += seconds
        self.steady += seconds

    def at(self, moment: datetime) -> None:
        """Let the time pass until then."""
        self.pass_(moment.timestamp() - self.wall)

    def plan(self, *entries: Entry) -> None:
        self.schedule.change("timers", "kitchen", entries)

    def due(self) -> list[str]:
        return [entry.name or entry.text or entry.kind for entry, _ in self.schedule.take_due()]

    def left(self) -> float:
        return self.schedule.entries("timers")[0].left


@pytest.fixture
def computer(tmp_path: Path) -> Computer:
    return Computer(tmp_path / "schedule.json")


@pytest.fixture
def zone(monkeypatch) -> Iterator[pytest.MonkeyPatch]:
    """Time zones can be set within."""
    yield monkeypatch
    monkeypatch.undo()
    time.tzset()


def live_in(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv("TZ", name)
    time.tzset()


@pytest.mark.parametrize("jump_s", [7200.0, -7200.0, 86_400.0 * 400, -90.0])
@pytest.mark.parametrize(
    "entry",
    [
        TEN,
        Entry("command", text="ten", due=datetime(2026, 11, 24, 17, 40), left=600),
        Entry("alarm", name="ten", due=datetime(2026, 11, 24, 17, 40), left=600),
        Entry("reminder", text="ten", due=datetime(2026, 11, 24, 17, 40), left=600),
    ],
    ids=lambda entry: entry.kind,
)
def test_a_while_is_as_long_however_the_clock_is_set(computer, entry, jump_s):
    computer.plan(entry)
    computer.wall += jump_s
    assert computer.due() == []
    assert computer.left() == 600
    computer.pass_(599)
    assert computer.due() == []
    computer.pass_(1)
    assert computer.due() == ["ten"]


def test_what_is_shown_of_a_timer_follows_the_clock(computer):
    computer.plan(TEN)
    computer.wall += 7200
    assert computer.schedule.entries("timers")[0].due == datetime(2026, 11, 24, 19, 40)


@pytest.mark.parametrize("jump_s", [7200.0, -7200.0])
def test_a_restart_of_the_assistant_after_the_clock_was_set_changes_nothing(computer, jump_s):
    computer.plan(TEN)
    computer.wall += jump_s
    computer.pass_(60)
    computer.start()
    assert computer.left() == 540


@pytest.mark.parametrize("jump_s", [7200.0, -7200.0])
def test_the_power_fails_after_the_clock_was_set(computer, jump_s):
    computer.plan(TEN)
    computer.wall += jump_s
    assert computer.due() == [], "here it is noticed, and written down"
    computer.pass_(60)
    computer.reboot(away_s=120)
    assert computer.left() == 420
    computer.pass_(420)
    assert computer.due() == ["ten"]


def test_a_sleeping_computer_lets_a_timer_run_on(computer):
    computer.plan(TEN)
    computer.pass_(3600)  # both clocks do: CLOCK_BOOTTIME counts the sleep
    ((entry, late_s),) = computer.schedule.take_due()
    assert (entry.name, late_s) == ("ten", 3000)


@pytest.mark.parametrize("wrong", [0.0, 86_400.0 * 365], ids=["1970", "1971"])
def test_after_a_power_cut_a_clock_that_is_not_set_is_waited_for(computer, wrong):
    computer.plan(TEN, Entry("alarm", due=datetime(2026, 11, 24, 18, 0)))
    right = computer.wall
    computer.reboot(away_s=0, wall=wrong)
    computer.pass_(2 * PATIENCE_S)
    assert computer.due() == [], "nobody knows how much of it is left"
    with pytest.raises(NotKept, match="I don't know what time it is"):
        computer.plan(Entry("alarm", due=datetime(1970, 1, 1, 7, 0)))
    computer.wall = right + 300
    assert computer.due() == []
    timers = [one for one in computer.schedule.entries("timers") if one.kind == "timer"]
    assert timers[0].left == 300
    computer.wall += 86_400  # what is settled does not follow the clock any more
    assert computer.due() == []
    computer.steady += 300
    assert computer.due() == ["ten"]


def test_a_timer_set_while_the_clock_is_not_runs_all_the_same(computer):
    computer.wall = 100.0
    computer.plan(TEN)
    computer.pass_(300)
    computer.wall = datetime(2026, 11, 24, 17, 30).timestamp()
    assert computer.due() == []
    computer.pass_(300)
    assert computer.due() == ["ten"]


def test_a_clock_that_is_behind_after_a_power_cut_is_believed_in_the_end(computer):
    computer.plan(Entry("alarm", due=datetime(2026, 11, 24, 17, 20) + timedelta(days=1)))
    computer.reboot(away_s=0, wall=datetime(2026, 11, 24, 9, 0).timestamp())
    computer.plan(TEN)  # this one needs no time of day
    computer.pass_(600)
    assert computer.due() == ["ten"]
    computer.at(datetime(2026, 11, 25, 17, 20))
    assert computer.due() == ["alarm"]


def test_an_alarm_follows_the_clock_that_is_set(computer):
    computer.plan(Entry("alarm", due=datetime(2026, 11, 24, 18, 0)))
    computer.wall += 1800
    assert computer.due() == ["alarm"]


def test_an_alarm_comes_later_where_the_clock_is_set_back(computer):
    computer.plan(Entry("alarm", due=datetime(2026, 11, 24, 18, 0)))
    computer.wall -= 3600
    computer.pass_(1800)
    assert computer.due() == []
    computer.pass_(3600)
    assert computer.due() == ["alarm"]


def test_one_that_comes_again_rings_once_a_day_though_the_clock_is_set_back(computer):
    computer.plan(Entry("alarm", due=datetime(2026, 11, 24, 18, 0), days=DAYS))
    computer.pass_(1800)
    assert computer.due() == ["alarm"]
    computer.schedule.silence("kitchen")
    computer.wall -= 3600
    computer.pass_(3600)
    assert computer.due() == []
    computer.pass_(82_800 + 3600)
    assert computer.due() == ["alarm"]


@pytest.mark.parametrize(
    ("day", "alarm", "rings"),
    [
        (datetime(2026, 3, 28), (7, 0), "07:00 CEST"),
        (datetime(2026, 3, 28), (2, 30), "03:30 CEST"),  # the clock shows no 2:30 that night
        (datetime(2026, 10, 24), (2, 30), "02:30 CEST"),  # and here twice: the first
        (datetime(2026, 10, 24), (7, 0), "07:00 CET"),
    ],
)
@pytest.mark.parametrize("days", [(), DAYS], ids=["once", "daily"])
def test_alarms_when_the_clocks_are_changed(computer, zone, day, alarm, rings, days):
    live_in(zone, "Europe/Berlin")
    computer.at(day.replace(hour=20))
    due = (day + timedelta(days=1)).replace(hour=alarm[0], minute=alarm[1])
    computer.plan(Entry("alarm", due=due, days=days))
    rang = []
    for _ in range(13 * 60):
        computer.pass_(60)
        if computer.due():
            rang.append(time.strftime("%H:%M %Z", time.localtime(computer.wall)))
            computer.schedule.silence("kitchen")
    assert rang == [rings]


def test_a_timer_is_as_long_in_the_night_when_the_clocks_are_changed(computer, zone):
    live_in(zone, "Europe/Berlin")
    computer.at(datetime(2026, 10, 25, 1, 30))
    computer.plan(replace(TEN, seconds=7200, left=7200))
    computer.pass_(7199)
    assert computer.due() == []
    computer.pass_(1)
    assert computer.due() == ["ten"]


def test_seven_o_clock_is_that_of_the_zone_that_the_computer_is_moved_to(computer, zone):
    live_in(zone, "Europe/Berlin")
    computer.at(datetime(2026, 6, 1, 12, 0))
    computer.plan(Entry("alarm", due=datetime(2026, 6, 2, 7, 0)), replace(TEN, left=100_000))
    live_in(zone, "America/New_York")
    assert computer.schedule.entries("timers")[0].due == datetime(2026, 6, 2, 7, 0)
    computer.at(datetime(2026, 6, 2, 7, 0) - timedelta(seconds=1))
    assert computer.due() == []
    computer.pass_(1)
    assert computer.due() == ["alarm"]


def test_a_file_of_an_earlier_version_is_read(computer):
    computer.plan(TEN)
    content = json.loads(computer.file.read_text())
    old = {"version": 1, "planned": [
        {key: value for key, value in one.items() if key not in ("runs_out", "boot")}
        for one in content["planned"]
    ]}  # fmt: skip
    computer.file.write_text(json.dumps(old))
    computer.pass_(60)
    computer.start()
    assert computer.left() == 540


def test_what_is_said_to_happen_in_ten_minutes_is_a_while(tmp_path):
    config = replace(
        Config(),
        mqtt=MqttSettings(port=1, publish_s=0.1),
        schedule=ScheduleSettings(file=tmp_path / "schedule.json"),
    )
    sentences = {
        "remind me in ten minutes to call mum": 600.0,
        "set an alarm in ten minutes": 600.0,
        "turn off the lights in ten minutes": 600.0,
        "remind me at eight tomorrow to call mum": 0.0,
        "remind me in two days to call mum": 0.0,
    }
    with open_app(config) as app:
        for sentence, left in sentences.items():
            *_, reply = app.conversation.respond(sentence, "u")
            (entry,) = app.schedule.entries("timers")
            assert entry.left == pytest.approx(left, abs=60), reply
            app.schedule.clear()
