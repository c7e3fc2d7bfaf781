"""A disk that is full, read-only, gone or damaged: what is planned rings all the same."""

import json
import shutil
import subprocess
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from assistant.schedule import NotKept, Schedule
from assistant.schedule import file as kept
from assistant.schedule.entry import Entry
from assistant.threads import health

PASTA = Entry("timer", name="pasta", seconds=600, left=600)
SOON = Entry("timer", name="egg", seconds=0.05, left=0.05)


@pytest.fixture
def at_once(monkeypatch):
    monkeypatch.setattr(kept, "AGAIN_S", (0.0, 0.0))


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A real disk of 64 KiB."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(folder)]
    try:
        done = subprocess.run(mount, capture_output=True, text=True, check=False)
    except FileNotFoundError:
        pytest.skip("NOT TESTED: a full disk: there is no program mount")
    if done.returncode:
        pytest.skip(f"NOT TESTED: a full disk: it cannot be mounted here: {done.stderr.strip()}")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)


def fill(folder: Path) -> Path:
    """Until nothing more goes in."""
    with pytest.raises(OSError, match="No space"):
        (folder / "waste").write_bytes(bytes(1 << 20))
    return folder / "waste"


def remount(folder: Path, how: str) -> None:
    subprocess.run(["mount", "-o", f"remount,{how}", str(folder)], check=True)


def nothing(entry: Entry, late_s: float) -> None:
    pass


def names(schedule: Schedule) -> list[str]:
    return [entry.name for entry in schedule.entries("timers")]


def stored(file: Path) -> list[str]:
    return [one["name"] for one in json.loads(file.read_text())["planned"]]


def plan(schedule: Schedule, *entries: Entry) -> None:
    schedule.change("timers", "kitchen", entries)


def wait_saved(schedule: Schedule) -> None:
    saved = threading.Event()
    leave = health.follow(lambda: saved.set() if not schedule.unsaved else None)
    try:
        assert not schedule.unsaved or saved.wait(20)
    finally:
        leave()


def test_on_a_full_disk_it_is_planned_rings_and_is_written_when_there_is_room(disk, at_once):
    schedule, rang = Schedule(disk / "schedule.json"), threading.Event()
    plan(schedule, PASTA)
    with schedule.attend(lambda entry, late_s: rang.set()):
        waste = fill(disk)
        plan(schedule, SOON)
        assert schedule.unsaved == "the disk is full"
        assert "the disk is full" in health.problems["schedule"]
        assert rang.wait(10), "it rings from memory"
        assert [entry.name for entry in schedule.ringing("kitchen")] == ["egg"]
        assert stored(disk / "schedule.json") == ["pasta"], "what was written before is whole"
        waste.unlink()
        wait_saved(schedule)
        assert stored(disk / "schedule.json") == ["pasta", "egg"]
        assert "schedule" not in health.problems
    assert not list(disk.glob(".*.new"))


def test_what_cannot_be_written_anywhere_is_told_by_its_reason(disk):
    schedule = Schedule(disk / "schedule.json")
    plan(schedule, PASTA)
    with schedule.attend(nothing):
        remount(disk, "ro")
        plan(schedule, SOON)
        assert schedule.unsaved == "the disk is read-only"
        remount(disk, "rw")
    assert stored(disk / "schedule.json") == ["pasta", "egg"], "the end is one more try"


def test_a_program_that_does_not_ring_does_not_pretend(disk):
    schedule = Schedule(disk / "schedule.json")
    plan(schedule, PASTA)
    waste = fill(disk)
    with pytest.raises(NotKept, match="I can't save that: the disk is full"):
        plan(schedule, SOON)
    assert names(schedule) == ["pasta"]
    with pytest.raises(NotKept):
        schedule.change("timers", "kitchen", cancel=[schedule.entries("timers")[0].id])
    assert names(schedule) == ["pasta"], "it would ring all the same"
    waste.unlink()
    plan(schedule, SOON)
    assert stored(disk / "schedule.json") == ["pasta", "egg"]


def block(folder: Path) -> Callable[[], None]:
    """Put something else in the place of the folder, as root may write everywhere; undoes it."""
    shutil.rmtree(folder)
    folder.write_text("in the way")
    return folder.unlink


def test_a_folder_that_is_removed_takes_nothing_with_it(tmp_path, at_once, caplog):
    file = tmp_path / "folder" / "schedule.json"
    schedule = Schedule(file)
    with schedule.attend(nothing):
        plan(schedule, PASTA)
        shutil.rmtree(file.parent)
        plan(schedule, SOON)
        assert names(schedule) == ["pasta", "egg"]
    assert stored(file) == ["pasta", "egg"]
    assert "is gone" in caplog.text


def test_a_folder_that_cannot_be_made_is_tried_again(tmp_path, at_once):
    file = tmp_path / "folder" / "schedule.json"
    schedule = Schedule(file)
    with schedule.attend(nothing):
        plan(schedule, PASTA)
        clear = block(file.parent)
        plan(schedule, SOON)
        assert schedule.unsaved
        assert names(schedule) == ["pasta", "egg"]
        clear()
        wait_saved(schedule)
    assert stored(file) == ["pasta", "egg"]


def test_where_nothing_can_be_written_from_the_start_it_rings_all_the_same(tmp_path, caplog):
    (tmp_path / "folder").write_text("in the way")
    schedule, rang = Schedule(tmp_path / "folder" / "schedule.json"), threading.Event()
    with schedule.attend(lambda entry, late_s: rang.set()):
        plan(schedule, SOON)
        assert rang.wait(10)
        assert schedule.silence("kitchen")
    warned = [r for r in caplog.records if "cannot be saved" in r.getMessage()]
    assert len(warned) == 1, "once"


def test_what_two_programs_plan_while_one_cannot_save_is_put_together(tmp_path, at_once):
    file = tmp_path / "schedule.json"
    schedule = Schedule(file)
    with schedule.attend(nothing):
        plan(schedule, PASTA)
        (tmp_path / ".schedule.json.lock").unlink()
        (tmp_path / ".schedule.json.lock").mkdir()  # nobody can lock it
        plan(schedule, SOON)
        assert schedule.unsaved
        (tmp_path / ".schedule.json.lock").rmdir()
        plan(Schedule(file), Entry("timer", name="tea", seconds=600, left=600))
        wait_saved(schedule)
        assert sorted(names(schedule)) == ["egg", "pasta", "tea"]
    assert sorted(stored(file)) == ["egg", "pasta", "tea"]


def test_of_a_file_with_one_damaged_entry_the_others_are_left(tmp_path, caplog):
    file = tmp_path / "schedule.json"
    plan(Schedule(file), PASTA, SOON)
    content = json.loads(file.read_text())
    content["planned"][0]["left"] = "long"
    file.write_text(json.dumps(content))
    assert names(Schedule(file)) == ["egg"]
    assert names(Schedule(file)) == ["egg"]
    (aside,) = tmp_path.glob("schedule.json.broken-*")
    assert json.loads(aside.read_text()) == content
    assert "1 of 2 timers and alarms are left" in caplog.text


@pytest.mark.parametrize(
    "damage",
    [b"\xff\xfe", b'{"version": 1, "plan', b"[" * 100_000, b'{"version": 1, "planned": null}'],
)
def test_a_half_written_or_garbled_file_is_kept_beside(tmp_path, damage, caplog):
    file = tmp_path / "schedule.json"
    file.write_bytes(damage)
    with Schedule(file).attend(nothing):
        pass
    (aside,) = tmp_path.glob("schedule.json.broken-*")
    assert aside.read_bytes() == damage
    assert "schedule.broken" in health.problems


def test_what_a_killed_program_left_half_written_is_cleared_away(tmp_path):
    done = subprocess.Popen(["true"])
    done.wait()
    half = tmp_path / f".schedule.json.{done.pid}.new"
    half.write_text('{"vers')
    with Schedule(tmp_path / "schedule.json").attend(nothing):
        assert not half.exists()
