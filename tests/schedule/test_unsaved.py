"""What is said about a timer where the assistant that rings cannot write it down."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from broker import free_port

from assistant.app import App, open_app
from assistant.config import Config, MqttSettings, ScheduleSettings
from assistant.events import Reply


@pytest.fixture
def app(tmp_path: Path) -> Iterator[App]:
    (tmp_path / "folder").write_text("in the way")
    config = replace(
        Config(),
        mqtt=MqttSettings(port=free_port(), publish_s=0.1),
        schedule=ScheduleSettings(file=tmp_path / "folder" / "schedule.json"),
    )
    with open_app(config) as app, app.schedule.attend(lambda entry, late_s: None):
        yield app


def said(app: App, text: str) -> Reply:
    *_, reply = app.conversation.respond(text, "u1")
    assert isinstance(reply, Reply)
    return reply


def test_it_is_set_and_it_is_said_that_it_would_be_lost(app: App) -> None:
    reply = said(app, "set a pasta timer for ten minutes")
    assert reply.text.startswith("Pasta timer set for 10 minutes. But I can't save that: ")
    assert reply.text.endswith("; it is lost if I restart.")
    assert reply.kind == "answer"
    assert "10 minutes left" in said(app, "how long is left on the pasta timer").text
    assert said(app, "cancel the pasta timer").text.startswith("The pasta timer is cancelled.")
    assert said(app, "what timers are running").text == "There are no timers."
