"""Who may not open what lets somebody in cannot do it by another way either."""

from collections.abc import Iterator

import pytest

from assistant.app import App, open_app
from assistant.config import load_config
from assistant.conversation import Conversation
from assistant.events import Action, Event, Reply

CONFIG = """
house:
  discover: { homeassistant: null, zigbee2mqtt: [], tasmota: null, shelly: false }
  areas: [{ id: hall, name: hall }]
  devices:
    - { id: lamp, kind: light, name: hall lamp, area: hall, mqtt: { command_topic: a, state_topic: b } }
    - { id: door, kind: lock, name: front door, area: hall, mqtt: { command_topic: c, state_topic: d } }
    - id: carport
      kind: cover
      name: carport
      mqtt: { command_topic: e, state_topic: f, device_class: garage }
    - { id: blind, kind: cover, name: blind, area: hall, mqtt: { command_topic: g, state_topic: h } }
  routines:
    - { name: welcome, commands: [unlock the front door, turn on the hall lamp] }
"""


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Iterator[App]:
    file = tmp_path_factory.mktemp("house") / "config.yaml"
    file.write_text(CONFIG, encoding="utf-8")
    with open_app(load_config(file), dry_run=True) as app:
        yield app


@pytest.fixture
def app(opened: App) -> App:
    """Nothing was said before."""
    opened.conversation.forget()
    opened.conversation.may_open = True
    return opened


def say(conversation: Conversation, text: str) -> tuple[Reply, set[str]]:
    """The reply, and the devices that are commanded."""
    events: list[Event] = list(conversation.respond(text, "1"))
    (reply,) = [event for event in events if isinstance(event, Reply)]
    return reply, {event.device_id for event in events if isinstance(event, Action)}


@pytest.mark.parametrize(
    "text",
    [
        "unlock the front door",
        "open the carport",
        "open all the covers",
        "open the carport and turn on the hall lamp",
        "start the welcome routine",
        "unlock the front door in ten minutes",
        "open the carport at seven in the morning",
        "start the welcome routine in ten minutes",
    ],
)
def test_another_program_opens_nothing(app, text):
    app.conversation.may_open = False
    reply, done = say(app.conversation, text)
    assert not done & {"door", "carport"}
    reply, done = say(app.conversation, "yes")
    assert not done & {"door", "carport"}
    assert not app.schedule.ids


def test_what_it_may_not_is_said(app):
    app.conversation.may_open = False
    reply, _ = say(app.conversation, "unlock the front door")
    assert reply.text == "The front door lets somebody in: I don't open it for another program."


def test_another_program_does_not_say_yes_for_a_person(app):
    assert say(app.conversation, "unlock the front door")[0].kind == "question"
    app.conversation.may_open = False
    assert say(app.conversation, "yes")[1] == set()


def test_another_program_closes_and_does_everything_else(app):
    app.conversation.may_open = False
    assert say(app.conversation, "lock the front door")[1] == {"door"}
    assert say(app.conversation, "close the carport")[1] == {"carport"}
    assert say(app.conversation, "open the blind")[1] == {"blind"}
    assert say(app.conversation, "turn on the hall lamp")[1] == {"lamp"}


def test_a_person_may(app):
    assert say(app.conversation, "open the carport")[0].kind == "question"
    assert say(app.conversation, "yes")[1] == {"carport"}
