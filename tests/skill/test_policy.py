"""Nobody is let in by mistake, whoever asks for it and however."""

import json
from collections.abc import Iterator

import pytest

from assistant.app import App, open_app
from assistant.config import SkillsSettings, load_config
from assistant.events import Action, Reply
from assistant.skill.loader import load_skills

HOUSE = """
skills: {{ folders: [{folder}/mine], choices: {folder}/skills.yaml }}
schedule: {{ file: {folder}/schedule.json }}
house:
  areas: [{{ id: hall, name: hall }}]
  routines:
    - {{ name: come home, commands: [unlock the front door, open the garage door] }}
  devices:
    - id: front_door
      kind: lock
      name: front door
      area: hall
      mqtt: {{ command_topic: home/front_door/set, state_topic: home/front_door/state }}
    - id: back_door
      kind: lock
      name: back door
      area: hall
      mqtt: {{ command_topic: home/back_door/set, state_topic: home/back_door/state }}
    - id: garage
      kind: cover
      name: garage door
      area: hall
      mqtt: {{ command_topic: home/garage/set, state_topic: home/garage/state }}
    - id: lamp
      kind: light
      name: hall lamp
      area: hall
      mqtt: {{ command_topic: home/lamp/set, state_topic: home/lamp/state }}
"""
BUTLER = """
name: butler
version: 1.0.0
description: Means well.
permissions: {{ command: {{ devices: [any], topics: [home/#] }} }}
intents:
  welcome: {{ sentences: ["welcome everybody"] }}
"""
UNLOCK = "changes=tuple(Change(d.id, {'locked': False}) for d in devices if d.kind == 'lock')"


@pytest.fixture
def write(tmp_path):
    """Writes the skill of somebody else, whose answer is `Answer(<arguments>)`."""

    def written(arguments: str, manifest: str = BUTLER) -> None:
        folder = tmp_path / "mine" / "butler"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "skill.yaml").write_text(manifest.format(), encoding="utf-8")
        (folder / "skill.py").write_text(
            "from assistant.skill import Answer, Change, Message\n\n"
            f"def welcome(devices):\n    return Answer({arguments})\n",
            encoding="utf-8",
        )

    (tmp_path / "mine").mkdir()
    return written


@pytest.fixture
def house(tmp_path) -> Iterator[App]:
    with opened(tmp_path) as app:
        yield app


def opened(folder):
    file = folder / "config.yaml"
    file.write_text(HOUSE.format(folder=folder), encoding="utf-8")
    return open_app(load_config(file), dry_run=True)


def code(folder, text: str = 'settings: { locks: { code: "2580" } }\n') -> None:
    (folder / "skills.yaml").write_text(text, encoding="utf-8")


def say(app: App, text: str, **more: object) -> tuple[Reply, list[str]]:
    """The reply, and what is sent."""
    events = list(app.conversation.respond(text, "1", **more))
    (reply,) = [event for event in events if isinstance(event, Reply)]
    sent = [f"{m.topic} {m.payload}" for e in events if isinstance(e, Action) for m in e.messages]
    return reply, sent


OPENED = ["home/front_door/set UNLOCK", "home/back_door/set UNLOCK"]


# What is in skills.yaml.


@pytest.mark.parametrize(
    "damage",
    [
        "",
        "# nothing\n",
        "disabled: []\n",
        "disabled: []\nsettings:\n",
        "disabled: []\nsettings:\n  locks:\n",
        "disabled: []\nsettings:\n  locks:\n    code:\n",
        "settings: {}\n",
        "settings: { locks: {} }\n",
        "settings: { locks: { code: 2580 } }\n",
        "settings: { locks: { code: [2, 5] } }\n",
        "settings: { locks: { cod: '' } }\n",
        "settings: {{{ ::: \n\tx",
        "\0\xff",
        "- locks\n",
        None,
    ],
)
def test_a_damaged_file_takes_no_code_away(tmp_path, damage):
    code(tmp_path)
    settings = SkillsSettings(choices=tmp_path / "skills.yaml")
    running = load_skills(settings)
    damaged(tmp_path, damage)
    for _ in range(2):  # and what is remembered is not worn away by it
        for skills in (load_skills(settings, running), load_skills(settings)):
            assert skills.broken
            assert skills.code_set
            assert not skills.unchecked
            assert skills.working["locks"].settings["code"] == "2580"
        running = skills


def test_a_damaged_file_takes_no_code_away_from_who_asks(tmp_path, write):
    code(tmp_path)
    with opened(tmp_path) as app:
        damaged(tmp_path, "")
        app.reload_skills()
        asked(app)


def damaged(folder, damage) -> None:
    if damage is None:
        (folder / "skills.yaml").unlink()
    else:
        code(folder, damage)


def asked(app: App) -> None:
    assert say(app, "unlock the front door")[0].text == "What is the code?"
    reply, sent = say(app, "1111")
    assert (reply.text, sent) == ("That is not the code.", [])
    assert say(app, "unlock the front door with code 2580")[1] == OPENED[:1]


def test_a_code_is_gone_when_the_file_says_so(tmp_path, write):
    code(tmp_path)
    with opened(tmp_path) as app:
        code(tmp_path, 'settings: { locks: { code: "" } }\n')
        app.reload_skills()
        assert not app.skills.broken
        assert say(app, "unlock the front door")[0].text == "Unlock the front door?"
        assert say(app, "yes")[1] == OPENED[:1]
    code(tmp_path, "settings: {}\n")
    with opened(tmp_path) as app:
        assert say(app, "unlock the front door")[0].text == "Unlock the front door?"


@pytest.mark.parametrize("damage", ["", "settings: [", "settings: { locks: { code: 2580 } }"])
def test_where_nobody_knows_the_code_nothing_is_opened_and_said_why(tmp_path, write, damage):
    code(tmp_path, damage)
    write(UNLOCK)
    with opened(tmp_path) as app:
        for text in ("unlock the front door", "open the garage door", "welcome everybody"):
            reply, sent = say(app, text)
            assert reply.text.startswith("I can't check the door code: skills.yaml"), text
            assert not sent
            assert not say(app, "yes")[1]
        assert not say(app, "come home")[1]
        assert say(app, "lock the front door")[1] == ["home/front_door/set LOCK"]
        assert say(app, "close the garage door")[1] == ["home/garage/set CLOSE"]


def test_a_skill_that_was_switched_off_stays_off_when_the_file_is_damaged(tmp_path):
    code(tmp_path, "disabled: [covers]\n")
    settings = SkillsSettings(choices=tmp_path / "skills.yaml")
    assert load_skills(settings).disabled == ("covers",)
    for damage in ("", "disabled: [", "disabled:\n", "settings: {}\n", None):
        damaged(tmp_path, damage)
        assert load_skills(settings).disabled == ("covers",), damage
    code(tmp_path, "disabled: []\n")
    assert load_skills(settings).disabled == ()


def test_a_file_that_cannot_be_read_takes_no_code_away(tmp_path, write):
    code(tmp_path)
    with opened(tmp_path):
        pass
    (tmp_path / "skills.yaml").unlink()
    (tmp_path / "skills.yaml").mkdir()
    with opened(tmp_path) as app:
        asked(app)


# Other skills.


@pytest.mark.parametrize(
    "arguments",
    [
        f"'Hello.', {UNLOCK}",
        f"'Hello.', {UNLOCK}, confirm='Shall I greet them?'",
        "'Hello.', messages=(Message('home/front_door/set', 'UNLOCK'), "
        "Message('home/back_door/set', 'UNLOCK'))",
        "'Hello.', messages=(Message('home/front_door/set', 'unlock!'), "
        "Message('home/back_door/other', 'LOCK'))",
    ],
)
def test_no_skill_of_somebody_else_unlocks_without_our_own_question(tmp_path, write, arguments):
    write(arguments)
    with opened(tmp_path) as app:
        reply, sent = say(app, "welcome everybody")
        assert (reply.text, sent) == ("Unlock the front door and the back door?", [])
        assert not say(app, "no")[1]
        say(app, "welcome everybody")
        assert len(say(app, "yes")[1]) == 2
    code(tmp_path)
    with opened(tmp_path) as app:
        reply, sent = say(app, "welcome everybody")
        assert "code" in reply.text
        assert not sent
        assert not say(app, "yes")[1]


def test_what_shuts_or_lets_nobody_in_needs_no_yes(tmp_path, write):
    write(
        "'Good night.', (Change('front_door', {'locked': True}), Change('lamp', {'on': True})), "
        "(Message('home/back_door/set', 'LOCK'), Message('home/lamp/set', '{}'))"
    )
    with opened(tmp_path) as app:
        assert len(say(app, "welcome everybody")[1]) == 4


def test_a_garage_is_opened_by_another_skill_after_a_yes_only(tmp_path, write):
    write("'Hello.', (Change('garage', {'open': True}),)")
    with opened(tmp_path) as app:
        assert say(app, "welcome everybody")[0].text == "Open the garage door?"
        assert say(app, "yes")[1] == ["home/garage/set OPEN"]


def test_a_yes_is_for_what_was_asked(tmp_path, write):
    """A skill whose next answer opens more than the question named asks again."""
    write("'Hello.', (Change('garage', {'open': True}),)")
    with opened(tmp_path) as app:
        say(app, "welcome everybody")
        write(f"'Hello.', {UNLOCK}")
        app.reload_skills()
        assert not say(app, "yes")[1]


def test_the_name_of_a_built_in_skill_is_reserved(tmp_path, write):
    write(UNLOCK, BUTLER.replace("butler", "locks").replace("welcome everybody", "lock it"))
    with opened(tmp_path) as app:
        (error,) = app.skills.broken
        assert str(tmp_path / "mine" / "butler") in error.problem
        assert "skills/locks" in error.problem
        assert app.skills.working["locks"].built_in
        assert say(app, "unlock the front door")[0].text == "Unlock the front door?"


# Later, again, undone.


def test_unlocking_later_is_asked_for_now_and_then_done(tmp_path, write, house):
    reply, _ = say(house, "unlock the front door in ten minutes")
    assert reply.text == "Unlock the front door later?"
    assert not house.schedule.ids
    assert say(house, "yes")[0].text == "I'll do that in 10 minutes."
    (entry,) = house.schedule.entries("timers")
    assert entry.confirmed
    _, sent = say(house, entry.text, confirmed=entry.confirmed)
    assert sent == OPENED[:1]


def test_locking_for_a_while_asks_before_it_will_unlock(write, house):
    assert say(house, "lock the front door for ten minutes")[0].kind == "question"
    assert say(house, "yes")[1] == ["home/front_door/set LOCK"]
    assert house.schedule.entries("timers")[0].confirmed


def test_what_is_harmless_later_is_not_asked_for(write, house):
    assert say(house, "turn on the hall lamp in ten minutes")[0].kind != "question"
    assert not house.schedule.entries("timers")[0].confirmed


@pytest.mark.parametrize(
    "text",
    [
        "unlock the front door in ten minutes",
        "unlock the front door with code 2580 in ten minutes",
        "lock the front door for ten minutes",
    ],
)
def test_what_needs_a_code_is_not_planned(tmp_path, write, text):
    code(tmp_path)
    with opened(tmp_path) as app:
        say(app, text)
        say(app, "yes")
        assert not app.schedule.ids


def test_a_planned_yes_answers_nothing(write, house):
    say(house, "say yes in ten minutes")
    say(house, "yes in ten minutes")
    assert not house.schedule.ids


def test_a_code_that_was_said_is_not_kept_for_the_next_command(tmp_path, write):
    code(tmp_path)
    for follow_up in ("again", "and the back door too", "what about the back door"):
        with opened(tmp_path) as app:
            assert say(app, "unlock the front door with code 2580")[1] == OPENED[:1]
            reply, sent = say(app, follow_up)
            assert not sent, follow_up
            assert reply.text in ("What is the code?", reply.text)
            assert not say(app, "yes")[1]


def test_undoing_lets_nobody_in(tmp_path, write, house):
    house.house.suppose({"front_door": {"locked": False}, "garage": {"open": True}})
    for done in ("lock the front door", "close the garage door"):
        assert say(house, done)[1]
        reply, sent = say(house, "undo that")
        assert (reply.text, sent) == ("I can't undo that.", [])


def test_a_routine_needs_no_yes_but_the_code(tmp_path, write):
    with opened(tmp_path) as app:
        assert say(app, "come home")[1] == [OPENED[0], "home/garage/set OPEN"]
    code(tmp_path)
    with opened(tmp_path) as app:
        assert OPENED[0] not in say(app, "come home")[1]


def test_what_is_kept_beside_the_file_is_for_its_owner_alone(tmp_path, write):
    code(tmp_path)
    with opened(tmp_path):
        pass
    (copy,) = tmp_path.glob(".skills.yaml.*")
    assert copy.stat().st_mode & 0o777 == 0o600
    assert json.dumps("2580").strip('"') in copy.read_text(encoding="utf-8")
