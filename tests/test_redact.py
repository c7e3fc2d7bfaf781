"""A code that was said is nowhere to be seen afterwards, however it went."""

import io
import json
import re
from collections.abc import Iterator
from dataclasses import replace

import pytest

from assistant.app import App, open_app
from assistant.bridge.hub import Hub
from assistant.cli.console import Console, JsonLines
from assistant.config import load_config
from assistant.events import Action, Partial, Rang, Transcript
from assistant.understand.secrets import MASK, without_any_digits, without_digits
from tests.skill.test_policy import HOUSE

SAFE = """
name: safe
version: 1.0.0
description: A safe with a lid, of somebody else.
permissions: { command: { topics: [home/safe/set] } }
slots: { pin: { type: digits, secret: true } }
intents:
  lid:
    sentences: ["lift the lid [[by] {pin}]"]
    asks: { pin: "Which number?" }
    publish: [{ topic: home/safe/set, payload: { lid: up, pin: "{pin}" } }]
    reply: ["With {pin} the lid is up."]
"""


@pytest.fixture(scope="module")
def app(tmp_path_factory) -> Iterator[App]:
    folder = tmp_path_factory.mktemp("house")
    (folder / "mine" / "safe").mkdir(parents=True)
    (folder / "mine" / "safe" / "skill.yaml").write_text(SAFE, encoding="utf-8")
    (folder / "skills.yaml").write_text('settings: { locks: { code: "2580" } }', encoding="utf-8")
    (folder / "config.yaml").write_text(HOUSE.format(folder=folder), encoding="utf-8")
    with open_app(load_config(folder / "config.yaml"), dry_run=True) as app:
        yield app


@pytest.fixture(autouse=True)
def afresh(app):
    app.conversation.forget()
    app.conversation._hushed_until = 0.0
    app.skills.working["locks"].host._handlers["unlock"].__globals__["_wrong"].clear()


def shown(app: App, *texts: str) -> str:
    """All that anybody sees of these words, typed one after the other."""
    out = io.StringIO()
    lines, objects = Console(out), JsonLines(out)
    for text in texts:
        heard = app.conversation.masked(Transcript(text, 1.0, "text"))
        for event in (heard, *app.conversation.respond(text, "1")):
            lines(event)
            objects(event)
            out.write(repr(replace(event, at=0.0, took_ms=0.0)))
    timings = r"(?m)^ *[\d.]+ s |\[\d+ ms\]|\"timings_ms\".*"
    return re.sub(timings, "", out.getvalue())


CODES = ("2580", "two five eight zero", "twenty five eighty", "1234", "one two three five")


@pytest.mark.parametrize("code", CODES)
@pytest.mark.parametrize(
    "said",
    [
        ["unlock the front door with code {}"],
        ["unlock the front door with {}"],
        ["please unlock the front door with the code {}"],
        ["unlock the frond dor with code {}"],
        ["my code is {} for the front door"],
        ["the pin {} should do"],
        ["unlock the front door", "{}"],
        ["unlock the front door", "it's {}"],
        ["unlock the front door", "well {} I guess"],
        ["unlock the front door", "never mind", "{}"],
        ["unlock the front door", "9999", "{}"],
        ["unlock the front door with code {} in ten minutes"],
        ["lift the lid by {}"],
        ["lift the lid", "{}"],
        ["lift that lid {}"],
        ["play unlock the front door with code {}"],
        ["turn on the hall lamp and unlock the front door with code {}"],
        ["{}"],
    ],
)
def test_a_code_is_shown_nowhere(app, said, code):
    found = shown(app, *(text.format(code) for text in said)).lower()
    for word in code.split():
        if word.isdigit():
            assert word not in found
    assert code not in found
    assert not any(part in found for part in ("five eight", "three five", "two three", "five eigh"))


def test_the_code_still_opens_the_door(app):
    list(app.conversation.respond("unlock the front door", "1"))
    events = list(app.conversation.respond("two five eight zero", "1"))
    assert [m.payload for e in events if isinstance(e, Action) for m in e.messages] == ["UNLOCK"]


def test_a_message_with_a_secret_is_sent_whole_and_shown_without_it(app):
    text = shown(app, "lift the lid by 2580")
    assert f'\\"pin\\": \\"{MASK}\\"' in text
    assert f"With {MASK} the lid is up." in text


def test_a_partial_shows_no_digit_of_a_code(app):
    say = ["unlock", "the", "front", "door", "with", "code", "two", "five", "eight", "zero"]
    for size in range(1, len(say) + 1):
        text = app.conversation.masked(Partial(" ".join(say[:size]))).text
        assert not {"two", "five", "eight", "zero"} & set(text.split())
    list(app.conversation.respond("unlock the front door", "1"))
    assert app.conversation.masked(Partial("Two five ate")).text == MASK


def test_numbers_that_are_no_secret_are_shown(app):
    for text in (
        "turn on the hall lamp in ten minutes",
        "set a timer for 90 seconds",
        "wake me up at 0630",
        "what time is it",
    ):
        found = shown(app, text)
        assert text in found
        assert MASK not in found
    assert app.conversation.masked(Partial("Set the lights to forty")).text.endswith("forty")


def test_another_command_while_a_code_is_asked_for_is_shown(app):
    assert "turn on the hall lamp" in shown(app, "unlock the front door", "turn on the hall lamp")


def test_words_that_made_no_sense_are_not_repeated_with_a_code_in_them(app):
    (*_, reply) = app.conversation.respond("unlock the frond dor with code one two", "1")
    assert reply.text == "Sorry, I can't make sense of that."


def test_whoever_only_asks_what_words_mean_is_told_no_code(app):
    understood = app.conversation.interpret("unlock the front door with code 2580")
    assert "2580" not in repr(understood)
    heard = Transcript("unlock the front door with code 2580", 1.0, "typed")
    assert "2580" not in app.conversation.words(heard, may_open=False)
    assert "2580" in app.conversation.words(heard)


def test_what_rings_is_told_without_a_code():
    hub, found = Hub("here"), []
    hub.subscribe(found.append)
    hub.emit(Rang("reminder", "", "Reminder: the code is 2580."))
    assert found[0].text == f"Reminder: the code {MASK}."


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("code one two", f"code {MASK}"),
        ("the code is 12 34, thanks!", f"the code {MASK}!"),
        ("1234 is the code", f"{MASK} is the code"),
        ("unlock it with won two for", f"unlock it with {MASK}"),
        ("play 1999", f"play {MASK}"),
        ("what about twenty one", "what about twenty one"),
        ("", ""),
    ],
)
def test_what_made_no_sense_is_masked_where_it_may_be_a_code(text, masked):
    assert without_digits(text, unclear=True) == masked


def test_what_is_understood_keeps_its_numbers_unless_a_code_is_near():
    assert without_digits("play 1999 by 10 cc", unclear=False) == "play 1999 by 10 cc"
    assert without_digits("the code is 7", unclear=False) == f"the code {MASK}"
    assert without_any_digits("at 5 or six") == f"at {MASK} or {MASK}"


def test_the_slot_of_somebody_elses_skill_has_its_own_words_near_it(app):
    assert app.conversation.masked(Partial("Lift the lid by two")).text == f"Lift the lid by {MASK}"


def test_a_dry_run_shows_no_code_either(app):
    record = [json.loads(line) for line in _records(app, "unlock the front door with code 2580")]
    assert record[0]["intents"][0]["slots"]["code"] == {"raw": MASK, "value": MASK, "unit": None}


def _records(app: App, text: str) -> list[str]:
    out = io.StringIO()
    show = JsonLines(out)
    for event in app.conversation.respond(text, "1"):
        show(event)
    return out.getvalue().splitlines()
