"""A skill that reads and sends MQTT messages of its own, through a real Mosquitto."""

from dataclasses import replace

from listener import Listener

from assistant.app import open_app
from assistant.config import SkillsSettings, load_config
from assistant.demo import HOUSE
from assistant.events import Published, Reply
from assistant.skill.topics import Topics
from tests.skill.write import write_skill

MANIFEST = """
name: {name}
version: 1.0.0
description: A rain barrel.
permissions:
  command: {{ topics: [barrel/valve] }}
  read: {{ topics: ["barrel/+/level"] }}
slots: {{ what: {{ type: text }} }}
replies: {{ level: ["It holds {{n}} litres."] }}
intents:
  ask: {{ sentences: ["how full is the barrel"] }}
  send: {{ sentences: ["barrel {{what}}"] }}
"""
CODE = """
from assistant.skill import Answer, Message

def ask(topics, say):
    return Answer(f"{sorted(topics)} " + say("level", n=topics.get("barrel/rain/level", "?")))

def send(what):
    return Answer(messages=(Message({"open": "barrel/valve"}.get(what, what), "on"),))
"""


def test_it_reads_and_sends_what_it_may_and_nothing_else(tmp_path, mosquitto, caplog):
    write_skill(tmp_path, "barrel", manifest=MANIFEST, code=CODE)
    config = load_config(HOUSE)
    config = replace(
        config,
        house=replace(config.house, devices=()),
        skills=SkillsSettings((tmp_path,), shipped=False, choices=tmp_path / "no.yaml"),
        mqtt=replace(
            config.mqtt,
            host=mosquitto.host,
            port=mosquitto.port,
            username=mosquitto.username,
            password=mosquitto.password,
        ),
    )
    broker = (mosquitto.host, mosquitto.port, mosquitto.username, mosquitto.password)
    with Listener(*broker) as seen, open_app(config) as app:

        def said(text):
            events = list(app.conversation.respond(text, "1"))
            (reply,) = [event for event in events if isinstance(event, Reply)]
            return reply.text, [e.message.topic for e in events if isinstance(e, Published)]

        seen.publish("barrel/rain/level", "140", retain=True)
        seen.publish("barrel/secret", "7", retain=True)
        seen.wait(lambda: seen.payloads("barrel/secret"))
        # What we send comes back after what was sent before it.
        assert said("barrel open") == ("Okay.", ["barrel/valve"])
        seen.wait_for("barrel/valve", b"on")
        wanted = "['barrel/rain/level'] It holds 140 litres."
        seen.wait(lambda: said("how full is the barrel")[0] == wanted)
        assert said("barrel alarm") == (
            "The skill barrel is not allowed to send to alarm.", [],
        )  # fmt: skip
        assert "barrel was refused to send to alarm" in caplog.text
        assert not seen.payloads("alarm")


def test_a_flood_of_topics_is_forgotten_from_the_oldest_on():
    topics = Topics(None)
    for number in range(1500):
        topics._received(f"a/{number}", b"x", False)
    known = topics.last(["a/#"])
    assert len(known) == 1000
    assert "a/1499" in known
    assert "a/0" not in known


def test_a_skill_is_shown_no_topic_of_another():
    topics = Topics(None)
    topics._received("barrel/rain/level", b"1", False)
    topics._received("door/code", b"2", False)
    assert topics.last(["barrel/#"]) == {"barrel/rain/level": "1"}
    assert topics.last([]) == {}
