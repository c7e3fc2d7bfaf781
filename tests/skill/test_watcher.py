"""A skill that is changed answers as it is now, without a restart; a broken one costs itself."""

import errno
import shutil
import textwrap
import threading
import time
from contextlib import ExitStack

import pytest

from assistant.app import followed_skills, open_app
from assistant.config import SkillsSettings, load_config
from assistant.demo import HOUSE
from assistant.events import Reply
from assistant.skill.loader import load_skills
from assistant.skill.watcher import SkillWatcher
from tests.skill.write import CODE, MANIFEST, write_skill

TIMEOUT_S = 20.0
WAVE = MANIFEST.replace("greet {{who}}", "wave at {{who}}")


class Reloads:
    """Waits for the skills to have changed."""

    def __init__(self):
        self.came = threading.Semaphore(0)

    def __call__(self, skills):
        self.came.release()

    def wait(self):
        assert self.came.acquire(timeout=TIMEOUT_S), "the skills were not loaded again"


@pytest.fixture
def running(tmp_path):
    write_skill(tmp_path / "skills", "hello")
    file = tmp_path / "config.yaml"
    file.write_text(
        "skills:\n  shipped: false\n"
        f"  folders: ['{tmp_path / 'skills'}']\n  choices: '{tmp_path / 'skills.yaml'}'\n"
        + HOUSE.read_text(encoding="utf-8"),
        encoding="utf-8",
    )
    with ExitStack() as stack:
        app = stack.enter_context(open_app(load_config(file), dry_run=True))
        reloads = Reloads()
        app.on_skills.append(reloads)
        stack.enter_context(followed_skills(app))
        yield app, reloads, tmp_path


def reply(app, text):
    (said,) = [e.text for e in app.conversation.respond(text, "1") if isinstance(e, Reply)]
    return said


def test_a_change_a_new_skill_a_broken_one_and_a_choice_take_effect(running, caplog):
    app, reloads, folder = running
    assert reply(app, "greet anna") == "Hello anna."

    write_skill(folder / "skills", "hello", code=CODE.replace("Hello", "Howdy"))
    reloads.wait()
    assert reply(app, "greet anna") == "Howdy anna."

    write_skill(folder / "skills", "wave", manifest=WAVE)
    reloads.wait()
    assert reply(app, "wave at anna") == "Hello anna."

    write_skill(folder / "skills", "wave", manifest=WAVE.replace("type: text", "type: poem"))
    reloads.wait()
    assert "wave/skill.yaml:6" in caplog.text
    assert reply(app, "greet anna") == "Howdy anna."
    assert "make sense" in reply(app, "wave at anna")

    (folder / "skills.yaml").write_text("disabled: [hello]\n", encoding="utf-8")
    reloads.wait()
    assert "make sense" in reply(app, "greet anna")


@pytest.mark.parametrize(
    ("before", "after", "says"),
    [
        (
            "wave at {{who}}",
            "(a;b;c;d;e;f;g;h;i;j)",
            "wave/skill.yaml:9: '(a;b;c;d;e;f;g;h;i;j)': has",
        ),
        ("wave at {{who}}", "wave " + "[" * 400 + "a" + "]" * 400, "nested too deep"),
        ("type: text", "type: number, min: -.inf", "wave/skill.yaml:6: slots.who.min: -inf"),
        ("type: text", "type: number, max: .nan", "wave/skill.yaml:6: slots.who.max: nan"),
    ],
)
def test_a_skill_that_would_cost_too_much_costs_itself_alone(running, caplog, before, after, says):
    app, reloads, folder = running
    manifest = WAVE.replace(before, after)
    write_skill(folder / "skills", "wave", manifest=manifest)
    reloads.wait()
    assert says in caplog.text
    assert reply(app, "greet anna") == "Hello anna."


def test_it_calls_back_once_for_a_change_and_not_at_all_for_none(tmp_path):
    skill = write_skill(tmp_path, "hello")
    calls = []
    settings = SkillsSettings((tmp_path,), shipped=False, choices=tmp_path / "skills.yaml")
    watcher = SkillWatcher(settings, lambda: calls.append(1))
    (tmp_path / "notes.txt").write_text("not a skill", encoding="utf-8")
    (skill / "__pycache__").mkdir()
    (skill / "__pycache__" / "skill.pyc").write_bytes(b"")
    watcher._compare()
    assert not calls
    (skill / "words.txt").write_text("beside skill.py", encoding="utf-8")
    watcher._compare()
    watcher._compare()
    assert len(calls) == 1


def test_a_skill_behind_a_link_and_a_folder_that_is_made_later_are_followed(running):
    app, reloads, folder = running
    elsewhere = write_skill(folder / "elsewhere", "wave", manifest=WAVE)
    (folder / "skills" / "wave").symlink_to(elsewhere)
    reloads.wait()
    assert reply(app, "wave at anna") == "Hello anna."

    write_skill(folder / "elsewhere", "wave", manifest=WAVE, code=CODE.replace("Hello", "Howdy"))
    reloads.wait()
    assert reply(app, "wave at anna") == "Howdy anna."

    (folder / "skills" / "wave").unlink()
    reloads.wait()
    assert "make sense" in reply(app, "wave at anna")

    shutil.rmtree(folder / "skills")
    reloads.wait()
    assert "make sense" in reply(app, "greet anna")

    write_skill(folder / "skills", "hello")
    reloads.wait()
    assert reply(app, "greet anna") == "Hello anna."


def test_the_first_skill_of_a_home_is_noticed_though_no_folder_of_it_was_there(tmp_path):
    """As `assistant skill new` makes it beside a running assistant."""
    folder = tmp_path / "share" / "assistant" / "skills"
    settings = SkillsSettings((folder,), shipped=False, choices=tmp_path / "conf" / "skills.yaml")
    found = threading.Event()

    def changed():
        if load_skills(settings).working:
            found.set()

    with SkillWatcher(settings, changed):
        write_skill(folder, "hello")
        assert found.wait(TIMEOUT_S)


def test_an_endless_loop_is_mended_without_waiting_for_its_end(running):
    app, reloads, folder = running
    write_skill(folder / "skills", "hello", code="while True: pass\n" + textwrap.dedent(CODE))
    reloads.wait()
    started = time.monotonic()
    write_skill(folder / "skills", "hello", code=CODE)
    reloads.wait()
    assert reply(app, "greet anna") == "Hello anna."
    assert time.monotonic() - started < app.config.skills.deadline_s


def test_what_cannot_be_imported_is_said_when_it_is_saved(running, caplog):
    _, reloads, folder = running
    write_skill(folder / "skills", "hello", code="1 / 0\n" + textwrap.dedent(CODE))
    reloads.wait()
    until = time.monotonic() + TIMEOUT_S
    while "ZeroDivisionError" not in caplog.text and time.monotonic() < until:
        time.sleep(0.01)
    assert "hello/skill.py:1: cannot be imported: ZeroDivisionError" in caplog.text


def test_where_nothing_can_be_watched_the_assistant_runs_all_the_same(monkeypatch, caplog):
    def refused(self):
        raise OSError(errno.EMFILE, "inotify instance limit reached")

    monkeypatch.setattr(SkillWatcher, "__enter__", refused)
    with open_app(load_config(HOUSE), dry_run=True) as app, followed_skills(app):
        assert app.skills.working
    assert "changed skills are not noticed: inotify instance limit reached" in caplog.text
