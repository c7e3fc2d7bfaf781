"""Who may not open what lets somebody in cannot do it by another way either."""

from collections.abc import Iterator

import pytest

from assistant.app import App, open_app
from assistant.config import load_config
from assistant.events import Action, Event, Reply

CONFIG = """
house:
  discover: { homeassistant: null, zigbee2mqtt: [], tasmota: null, shelly: false }
  devices:
    - { id: lamp, kind: light, name: hall lamp, mqtt: { command_topic: a, state_topic: b } }
    - { id: door, kind: lock, name: front door, mqtt: { command_topic: c, state_topic: d } }
    - id: carport
      kind: cover
      name: carport
      mqtt: { command_topic: e, state_topic: f, device_class: garage }
    - { id: blind, kind: cover, name: blind, mqtt: { command_topic: g, state_topic: h } }
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
    return opened


def say(app: App, text: str, *, may_open: bool = False) -> tuple[Reply, set[str]]:
    """The reply, and the devices that are commanded."""
    app.conversation.may_open = may_open
    events: list[Event] = list(app.conversation.respond(text, "1"))
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
    _, done = say(app, text)
    assert not done & {"door", "carport"}
    _, done = say(app, "yes")
    assert not done & {"door", "carport"}
    assert not app.schedule.ids


def test_what_it_may_not_is_said(app):
    reply, _ = say(app, "unlock the front door")
    assert reply.text == "The front door lets somebody in: I don't open it for another program."


def test_another_program_does_not_say_yes_for_a_person(app):
    assert say(app, "unlock the front door", may_open=True)[0].kind == "question"
    assert say(app, "yes")[1] == set()


def test_another_program_closes_and_does_everything_else(app):
    assert say(app, "lock the front door")[1] == {"door"}
    assert say(app, "close the carport")[1] == {"carport"}
    assert say(app, "open the blind")[1] == {"blind"}
    assert say(app, "turn on the hall lamp")[1] == {"lamp"}


def test_a_person_may(app):
    assert say(app, "open the carport", may_open=True)[0].kind == "question"
    assert say(app, "yes", may_open=True)[1] == {"carport"}
