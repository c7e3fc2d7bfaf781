"""How far a training is, is seen on a terminal and nowhere else."""

import io

import pytest

from assistant.training import progress
from assistant.training.progress import Progress


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture
def seconds(monkeypatch):
    """A clock that is set."""
    now = [0.0]
    monkeypatch.setattr(progress.time, "monotonic", lambda: now[0])
    return now


def test_a_line_says_the_share_and_what_is_left(monkeypatch, seconds):
    terminal = Terminal()
    monkeypatch.setattr("sys.stderr", terminal)
    line = Progress("learning", 200)
    for step in range(1, 201):
        seconds[0] += 1
        line.done(step)
    shown = terminal.getvalue()
    assert "\rlearning: 0%" in shown
    assert "\rlearning: 50%, 100 s left" in shown
    assert shown.endswith("\rlearning: 100% in 200 s\033[K\n")


def test_many_steps_make_few_lines(monkeypatch, seconds):
    terminal = Terminal()
    monkeypatch.setattr("sys.stderr", terminal)
    line = Progress("reading", 10_000)
    for step in range(1, 10_001):
        seconds[0] += 0.001
        line.done(step)
    assert terminal.getvalue().count("\r") < 30


def test_what_is_said_before_the_end_has_a_line_of_its_own(monkeypatch, seconds):
    terminal = Terminal()
    monkeypatch.setattr("sys.stderr", terminal)
    Progress("checking", 3).stop()
    assert terminal.getvalue().endswith("\n")


def test_nothing_goes_into_a_pipe(monkeypatch, seconds):
    pipe = io.StringIO()
    monkeypatch.setattr("sys.stderr", pipe)
    line = Progress("learning", 2)
    line.done(1)
    line.stop()
    line.done(2)
    assert pipe.getvalue() == ""
