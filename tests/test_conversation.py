"""From words to what happens: places, new skills, what was heard."""

import time
from collections.abc import Iterator

import pytest
from repository import ROOT

from assistant.app import App, open_app
from assistant.config import SiteSettings, load_config
from assistant.conversation import MOST_PLACES, Conversation
from assistant.demo import HOUSE
from assistant.events import Action, Hypothesis, Reply, Transcript
from tests.skill.write import CODE, write_skill


@pytest.fixture
def app(tmp_path) -> Iterator[App]:
    """The demo's house, in which one can also say "greet …"."""
    write_skill(tmp_path / "skills", "hello")
    file = tmp_path / "config.yaml"
    file.write_text(
        f"skills: {{folders: ['{tmp_path / 'skills'}'], choices: '{tmp_path / 'c'}'}}\n"
        + HOUSE.read_text(encoding="utf-8"),
        encoding="utf-8",
    )
    with open_app(load_config(file), dry_run=True) as app:
        yield app


def answer(conversation: Conversation, said: str | Transcript) -> Reply:
    (reply,) = [e for e in conversation.respond(said, "1") if isinstance(e, Reply)]
    return reply


def place(app: App, name: str) -> Conversation:
    return app.conversation.elsewhere(SiteSettings(id=name))


def test_every_place_goes_on_with_the_skills_that_have_changed(app, tmp_path):
    for name in ("kitchen", "attic"):
        assert answer(place(app, name), "greet anna").text == "Hello anna."
    write_skill(tmp_path / "skills", "hello", code=CODE.replace("Hello", "Howdy"))
    app.reload_skills()
    for name in ("kitchen", "attic", "a new one"):
        assert answer(place(app, name), "greet anna").text == "Howdy anna."
    assert answer(app.conversation, "greet anna").text == "Howdy anna."


def test_a_change_waits_for_the_next_words(app, tmp_path):
    graph = app.conversation.begin()
    write_skill(tmp_path / "skills", "hello", code=CODE.replace("Hello", "Howdy"))
    app.reload_skills()
    reloaded = app.conversation.begin()
    assert reloaded is not graph
    assert app.conversation.begin() is reloaded


def test_the_question_of_one_place_is_not_answered_in_another(app):
    first, second = place(app, "first"), place(app, "second")
    assert answer(first, "turn on the lights").kind == "question"
    assert answer(second, "in the bedroom").kind == "rejected"
    assert answer(first, "in the bedroom").text == "The bedroom light is on."


def test_the_place_that_was_silent_longest_is_forgotten(app):
    oldest, second = place(app, "0"), place(app, "1")
    for number in range(MOST_PLACES - 2):
        place(app, f"more {number}")
    assert place(app, "0") is oldest
    place(app, "one too many")
    assert place(app, "0") is oldest
    assert place(app, "1") is not second


HEARD = Transcript(
    "Turn on the chicken lights.",
    0.5,
    "moonshine",
    Hypothesis("Turn on the chicken lights.", -4.0, 9),
    (Hypothesis("turn on the kitchen lights", -4.5, 9),),
)


def test_who_only_takes_words_gets_the_command_where_that_is_sure(app):
    assert app.conversation.words(HEARD) == "turn on the kitchen lights"
    talk = Transcript("What a day.", 0.9, "moonshine", Hypothesis("What a day.", -1.0, 5))
    assert app.conversation.words(talk) == "What a day."


def test_words_that_are_only_written_down_lead_to_nothing(app):
    app.conversation.dictation = True
    assert list(app.conversation.respond(HEARD, "1")) == []
    app.conversation.dictation = False
    assert answer(app.conversation, HEARD).text == "The kitchen lights are on."


def test_one_yes_is_for_all_that_is_risky_in_a_sentence(tmp_path):
    write_skill(tmp_path / "skills", "hello")
    house = (ROOT / "skills" / "covers" / "tests" / "house.yaml").read_text(encoding="utf-8")
    file = tmp_path / "config.yaml"
    file.write_text(house, encoding="utf-8")
    with open_app(load_config(file), dry_run=True) as app:
        asked = answer(app.conversation, "open the garage door and the gate")
        assert asked.text == "Open the garage door? Open the gate?"
        events = list(app.conversation.respond("yes", "1"))
    assert {e.device_id for e in events if isinstance(e, Action)} == {"garage_door", "gate"}


@pytest.mark.parametrize(
    ("unit", "said", "target", "reply"),
    [
        ("fahrenheit", "set the nest to seventy degrees", 21.11, "The nest is set to 70 degrees."),
        ("fahrenheit", "make the nest two degrees warmer", 21.11, "The nest is set to 70 degrees."),
        ("fahrenheit", "turn the nest down", 18.89, "The nest is set to 66 degrees."),
        ("celsius", "make the nest two degrees warmer", 22.0, "The nest is set to 22 degrees."),
        ("celsius", "turn the nest down", 19.0, "The nest is set to 19 degrees."),
    ],
)
def test_degrees_are_those_of_the_house(tmp_path, unit, said, target, reply):
    file = tmp_path / "config.yaml"
    topic = "mqtt: { temperature_command_topic: a/set, temperature_state_topic: a }"
    nest = f"{{ id: nest, kind: climate, name: nest, area: hall, {topic} }}"
    house = f"areas: [{{ id: hall, name: hall }}], devices: [{nest}]"
    file.write_text(f"house: {{ temperature_unit: {unit}, {house} }}\n", encoding="utf-8")
    with open_app(load_config(file), dry_run=True) as app:
        app.house.suppose({"nest": {"target_temperature": 20.0}})
        events = list(app.conversation.respond(said, "1"))
    (action,) = (event for event in events if isinstance(event, Action))
    assert action.change["target_temperature"] == pytest.approx(target, abs=0.01)
    assert events[-1].text == reply


def test_words_that_come_in_typed_are_understood_once(app, monkeypatch):
    read = []
    reader = type(app.conversation.interpreter)
    meant = reader.interpret

    def interpret(self, text):
        read.append(text)
        return meant(self, text)

    monkeypatch.setattr(reader, "interpret", interpret)
    for text in ("turn on the floor lamp", "turn on the floor lamp"):
        shown = app.conversation.masked(Transcript(text, 1.0, "text"))
        assert shown.text == text
        answer(app.conversation, text)
    assert read == ["turn on the floor lamp", "turn on the floor lamp"]


def test_words_that_were_shown_and_are_said_much_later_are_read_again(app, monkeypatch):
    assert answer(app.conversation, "turn everything off").kind == "question"
    app.conversation.masked(Transcript("yes", 1.0, "text"))
    later = time.monotonic() + 3600
    for part in (app.conversation, app.conversation._dialogue):
        monkeypatch.setattr(part, "_clock", lambda: later, raising=False)
    assert answer(app.conversation, "yes").kind == "rejected"
