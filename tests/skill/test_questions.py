"""After a question the microphone is open: it is heard, and there is an end to questions."""

from collections.abc import Iterator

import pytest

from assistant.app import App, open_app
from assistant.config import load_config
from assistant.conversation import MOST_QUESTIONS
from assistant.events import Reply, Transcript
from assistant.lang import language
from assistant.skill.answer import has_words

MANIFEST = """
name: curious
version: 1.0.0
description: Wants to know.
slots: { topic: { type: text } }
intents: { talk: { sentences: ["let us talk [about {topic}]"] } }
"""


@pytest.fixture
def app(tmp_path) -> Iterator[App]:
    folder = tmp_path / "skills" / "curious"
    folder.mkdir(parents=True)
    (folder / "skill.yaml").write_text(MANIFEST, encoding="utf-8")
    answers(folder, "return Answer('What about?', asks='topic')")
    file = tmp_path / "config.yaml"
    file.write_text(
        f"skills: {{ shipped: false, folders: [{tmp_path}/skills], choices: {tmp_path}/c.yaml }}\n"
    )
    with open_app(load_config(file), dry_run=True) as app:
        yield app


def answers(folder, body: str) -> None:
    (folder / "skill.py").write_text(
        f"from assistant.skill import Answer, AskFor\n\ndef talk(topic=None):\n    {body}\n",
        encoding="utf-8",
    )


def say(app: App, text: str) -> Reply:
    """As if it had been heard."""
    app.conversation.begin()
    heard = Transcript(text, 1.0, "typed")
    (reply,) = [e for e in app.conversation.respond(heard, "1") if isinstance(e, Reply)]
    return reply


INVISIBLE = ["", " ", "\u200b", "\u2800", "\u3164\u3164", "?", "1", "\u00ad", "a"]


@pytest.mark.parametrize("text", INVISIBLE)
@pytest.mark.parametrize(
    "body",
    ["raise AskFor({!r}, 'topic')", "return Answer({!r}, asks='topic')",
     "return Answer({!r}, question=True)", "return Answer('Fine.', confirm={!r} or ' ')"],
)  # fmt: skip
def test_a_question_that_nobody_hears_opens_no_microphone(app, tmp_path, body, text):
    answers(tmp_path / "skills" / "curious", body.format(text))
    app.reload_skills()
    reply = say(app, "let us talk")
    assert reply.kind != "question"
    assert say(app, "this is nobody's business").kind == "rejected"


@pytest.mark.parametrize(
    "body",
    ["raise AskFor('What else?', 'topic')", "return Answer('What else?', asks='topic')",
     "return Answer('What else?', question=True)"],
)  # fmt: skip
def test_questions_come_to_an_end(app, tmp_path, body):
    answers(tmp_path / "skills" / "curious", body)
    app.reload_skills()
    replies = [say(app, "let us talk") for _ in range(MOST_QUESTIONS)]
    assert {reply.kind for reply in replies} == {"question"}
    last = say(app, "let us talk about tea")
    assert (last.text, last.kind) == (language().say("enough"), "failed")
    assert say(app, "about my day").kind == "rejected"  # nothing is asked any more
    assert say(app, "let us talk").kind == "question"


def test_a_question_with_words_is_one(app):
    assert say(app, "let us talk").kind == "question"
    assert has_words("Où ?")
    assert has_words("哪个房间")


def test_commands_that_somebody_types_are_each_a_beginning(app):
    for _ in range(2 * MOST_QUESTIONS):
        (*_, reply) = app.conversation.respond("let us talk", "1")
        assert reply.kind == "question"
