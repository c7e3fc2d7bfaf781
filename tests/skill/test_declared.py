"""Skills without any Python, from the sentence to what the broker would get."""

import json

import pytest

from assistant.app import open_app
from assistant.config import load_config
from assistant.demo import HOUSE
from assistant.events import Action, Reply
from tests.skill.write import write_skill

MANIFEST = """
name: {name}
version: 1.0.0
description: A vacuum cleaner and film nights.
permissions:
  command: {{ devices: [light], topics: [home/vacuum/set] }}
settings:
  power: {{ type: choice, choices: [low, high], default: low }}
slots:
  where: {{ type: area }}
  level: {{ type: percent, min: 1, max: 100 }}
intents:
  clean:
    sentences: ["vacuum [the] {{where}}"]
    publish: [{{ topic: home/vacuum/set, payload: {{ room: "{{where}}", power: "{{power}}" }} }}]
    reply: ["Cleaning the {{where}}.", "Cleaning the {{where}}."]
  dock:
    sentences: [vacuum go home]
    publish: [{{ topic: home/vacuum/set, payload: dock }}]
  escape:
    sentences: ["vacuum sing {{level}}"]
    publish: [{{ topic: "home/vacuum/set/{{level}}", payload: sing }}]
  film:
    target: light
    sentences: ["film night in the {{area}} at {{level}}"]
    command: {{ brightness: "{{level}}" }}
    reply: ["{{targets}} {{are}} at {{level}}."]
"""


@pytest.fixture(scope="module")
def app(tmp_path_factory):
    folder = tmp_path_factory.mktemp("declared")
    write_skill(folder / "skills", "vacuum", manifest=MANIFEST, code="")
    file = folder / "config.yaml"
    file.write_text(
        f"skills: {{folders: ['{folder / 'skills'}'], choices: '{folder / 'no.yaml'}'}}\n"
        + HOUSE.read_text(encoding="utf-8"),
        encoding="utf-8",
    )
    with open_app(load_config(file), dry_run=True) as opened:
        assert not opened.skills.broken
        yield opened


def said(app, text):
    events = list(app.conversation.respond(text, "1"))
    (reply,) = [event for event in events if isinstance(event, Reply)]
    return [event for event in events if isinstance(event, Action)], reply


def test_a_sentence_becomes_a_message_with_the_slots_and_settings_in_it(app):
    (action,), reply = said(app, "Vacuum the lounge!")
    (message,) = action.messages
    assert message.topic == "home/vacuum/set"
    assert json.loads(message.payload) == {"room": "living_room", "power": "low"}
    assert (reply.kind, reply.text) == ("done", "Cleaning the lounge.")


def test_without_a_reply_it_says_okay(app):
    (action,), reply = said(app, "vacuum go home")
    assert action.messages[0].payload == "dock"
    assert reply.text == "Okay."


def test_a_sentence_becomes_a_device_command_with_the_type_of_the_slot(app):
    actions, reply = said(app, "film night in the kitchen at ten percent")
    assert {a.device_id: a.change["brightness"] for a in actions} == {
        "kitchen_ceiling": 10, "kitchen_counter": 10,
    }  # fmt: skip
    assert reply.text == "The kitchen lights are at ten percent."


def test_a_topic_beyond_the_permissions_is_refused_and_said(app, caplog):
    actions, reply = said(app, "vacuum sing 3")
    assert not actions
    assert reply.text == "The skill vacuum is not allowed to send to home/vacuum/set/3."
    assert "vacuum was refused to send to home/vacuum/set/3" in caplog.text


def test_a_value_out_of_range_is_a_question_back(app):
    actions, reply = said(app, "vacuum sing 300 percent")
    assert not actions
    assert reply.kind == "question"
    assert "1 to 100" in reply.text
