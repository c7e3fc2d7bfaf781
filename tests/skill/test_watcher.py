"""A skill that is changed answers as it is now, without a restart; a broken one costs itself."""

import threading
from contextlib import ExitStack

import pytest

from assistant.app import followed_skills, open_app
from assistant.config import load_config
from assistant.demo import HOUSE
from assistant.events import Reply
from tests.skill.write import CODE, MANIFEST, write_skill

TIMEOUT_S = 20.0


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
        f"skills: {{folders: ['{tmp_path / 'skills'}'], choices: '{tmp_path / 'skills.yaml'}'}}\n"
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

    manifest = MANIFEST.replace("greet {{who}}", "wave at {{who}}")
    write_skill(folder / "skills", "wave", manifest=manifest)
    reloads.wait()
    assert reply(app, "wave at anna") == "Hello anna."

    write_skill(folder / "skills", "wave", manifest=manifest.replace("type: text", "type: poem"))
    reloads.wait()
    assert "wave/skill.yaml:6" in caplog.text
    assert reply(app, "greet anna") == "Howdy anna."
    assert "make sense" in reply(app, "wave at anna")

    (folder / "skills.yaml").write_text("disabled: [hello]\n", encoding="utf-8")
    reloads.wait()
    assert "make sense" in reply(app, "greet anna")
