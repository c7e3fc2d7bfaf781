"""Permissions, enforced on what a skill returns and on what it is shown."""

import pytest

from assistant.home.model import Device
from assistant.skill import Answer, CannotDo, Change, Message, Targets
from assistant.skill.guard import check_answer, check_targets, may_read
from assistant.skill.manifest import Access, IntentSpec, Manifest, Permissions

LAMP = Device("lamp", "light", "lamp", area="kitchen")
OTHER = Device("other", "light", "other lamp", area="bedroom")
DOOR = Device("door", "lock", "front door", area="kitchen")
DEVICES = (LAMP, OTHER, DOOR)
SKILL = Manifest(
    "party", "1", "", {"go": IntentSpec(("go",))},
    permissions=Permissions(
        command=Access(("light",), ("kitchen",), ("party/+/set",)), read=Access(("lock",))
    ),
)  # fmt: skip


def answer(*changed: str, topic: str | None = None) -> Answer:
    messages = (Message(topic, "x"),) if topic is not None else ()
    return Answer("", tuple(Change(each, {"on": True}) for each in changed), messages)


def test_what_is_declared_is_allowed():
    check_answer(SKILL, answer("lamp", topic="party/ball/set"), DEVICES)
    check_targets(SKILL, Targets((LAMP, DOOR), "", plural=True))


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        (answer("other"), "command the other lamp"),
        (answer("lamp", "door"), "command the front door"),
        (answer("ghost"), "command the ghost"),
        (answer(topic="home/door/set"), "send to home/door/set"),
        (answer(topic="party/set"), "send to party/set"),
        (answer(topic="party/+/set"), r"send to party/\+/set"),
        (answer(topic=""), "send to an empty topic"),
        (answer(topic="#"), "send to #"),
        (answer(topic="$SYS/broker/uptime"), r"send to \$SYS/broker/uptime"),
        (answer(topic="assistant/default/listen/set"), "send to assistant/default/listen/set"),
        (answer(topic="party/a\0b/set"), "send to party/a b/set"),
        (answer("gh\x1bost"), "command the gh ost"),
        (Answer("", (), (Message("party/a/set", "x", 7),)), "send with QoS 7"),
    ],
)
def test_what_is_not_is_refused_logged_and_said(wrong, says, caplog):
    with pytest.raises(CannotDo, match=f"The skill party is not allowed to {says}"):
        check_answer(SKILL, wrong, DEVICES)
    assert "skill party was refused" in caplog.text


@pytest.mark.parametrize(
    ("attribute", "value"),
    [
        ("position", "abc"),
        ("brightness", float("inf")),
        ("brightness", float("nan")),
        ("brightness", 10**400),
        ("brightness", True),
        ("on", "yes"),
        ("on", 1),
        ("query", 5),
        ("__class__", 1),
    ],
)
def test_a_value_that_is_none_never_reaches_the_house(attribute, value, caplog):
    wrong = Answer("", (Change("lamp", {attribute: value}),))
    with pytest.raises(CannotDo, match="did not work"):
        check_answer(SKILL, wrong, DEVICES)
    assert f"skill party sets {attribute}" in caplog.text


def test_it_is_shown_no_device_that_it_may_not_read():
    assert [may_read(SKILL, device) for device in DEVICES] == [True, False, True]
    with pytest.raises(CannotDo, match="not allowed to use the other lamp"):
        check_targets(SKILL, Targets((LAMP, OTHER), "", plural=True))
