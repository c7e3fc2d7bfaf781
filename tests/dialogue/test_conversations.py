"""Whole conversations, typed and spoken, in the demo's house with simulated devices."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from assistant.app import App, open_app, open_stages
from assistant.audio import read_file
from assistant.config import DialogueSettings, load_config
from assistant.demo import HOUSE
from assistant.events import Action, Event, Reply, Transcript
from assistant.pipeline import Pipeline
from tests.dialogue.conversations import CONVERSATIONS, SPOKEN, Talk


@pytest.fixture(scope="module")
def house() -> Iterator[App]:
    settings = DialogueSettings(confirm=("bedside_lamp",))
    with open_app(replace(load_config(HOUSE), dialogue=settings), simulate=True) as app:
        yield app


@pytest.fixture
def app(house: App) -> App:
    house.conversation.adopt(
        house.conversation.interpreter, replace(house.skills), house.house.settings
    )
    return house


def say(app: App, text: str) -> tuple[dict[str, dict[str, object]], Reply]:
    """What is commanded, and the reply."""
    events = list(app.conversation.respond(text, "1"))
    (reply,) = [event for event in events if isinstance(event, Reply)]
    done = {event.device_id: dict(event.change) for event in events if isinstance(event, Action)}
    return done, reply


@pytest.mark.parametrize("talk", CONVERSATIONS, ids=lambda talk: talk.name)
def test_the_conversation_goes_on(talk: Talk) -> None:
    with open_app(talk.config, simulate=True) as app:
        for said in talk.turns:
            said.check(list(app.conversation.respond(said.says, "1")))


@pytest.mark.parametrize("talk", CONVERSATIONS, ids=lambda talk: talk.name)
def test_the_same_spoken_with_the_wake_word_only_at_the_beginning(talk: Talk) -> None:
    heard: list[list[Event]] = []
    with open_app(talk.config, simulate=True) as app:
        stages = open_stages(app.config, app.conversation)
        for event in Pipeline(stages).run(read_file(SPOKEN / f"{talk.name}.flac")):
            if isinstance(event, Transcript):
                heard.append([])
            if heard:
                heard[-1].append(event)
    assert len(heard) == len(talk.turns)
    for said, events in zip(talk.turns, heard, strict=True):
        said.check(events)


def test_each_of_two_commands_has_its_own_result(app: App) -> None:
    done, reply = say(app, "turn off the kitchen lights and play some jazz in the kitchen")
    assert done.keys() == {"kitchen_ceiling", "kitchen_counter"}
    assert reply.text == "The kitchen lights are off. There is no player in the kitchen."
    assert reply.kind == "failed"


def test_what_is_said_of_one_thing_is_one_sentence(app: App) -> None:
    _, reply = say(app, "turn on the floor lamp and make it red")
    assert reply.text == "The floor lamp is on and red."


def test_what_the_owner_calls_risky_needs_a_yes(app: App) -> None:
    done, reply = say(app, "turn on the bedside lamp")
    assert (done, reply.kind, reply.text) == ({}, "question", "Turn on the bedside lamp?")
    done, reply = say(app, "yes please")
    assert done.keys() == {"bedside_lamp"}


def test_a_no_leaves_it(app: App) -> None:
    say(app, "turn off the bedside lamp")
    done, reply = say(app, "no")
    assert (done, reply.text) == ({}, "Okay.")
    assert say(app, "yes")[0] == {}


def test_there_is_nothing_to_undo_at_first(app: App) -> None:
    assert say(app, "undo that")[1].text == "There is nothing to undo."


def test_what_only_plays_on_cannot_be_undone(app: App) -> None:
    say(app, "next song")
    assert say(app, "undo")[1].text == "I can't undo that."


def test_i_meant_another_one(app: App) -> None:
    say(app, "turn on the floor lamp")
    done, _ = say(app, "no, i meant the counter light")
    assert done.keys() == {"floor_lamp", "kitchen_counter"}
    assert done["kitchen_counter"] == {"on": True}


def test_a_follow_up_without_anything_before_is_no_command(app: App) -> None:
    for text in ("and the bedroom too", "what about the kitchen", "again"):
        done, reply = say(app, text)
        assert (done, reply.kind) == ({}, "rejected")
