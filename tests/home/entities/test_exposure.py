"""What Home Assistant exposes, as 2024.3.3 and 2025.4.4 answer."""

import pytest

from assistant.home.entities.exposure import Exposure, read_exposes_new, read_listed

LEFT, SHOWN, HIDDEN = "light.left", "light.shown", "light.hidden"
LEGACY = "scene.of_yaml"  # not in the registry

OLD = {
    "exposed_entities": {LEFT: {}, SHOWN: {"conversation": True}, HIDDEN: {"conversation": False}}
}
NEW = {"exposed_entities": {SHOWN: {"conversation": True}}}


def entry(entity_id: str, **more: object) -> dict[str, object]:
    options = {SHOWN: {"conversation": {"should_expose": True}},
               HIDDEN: {"conversation": {"should_expose": False}}}  # fmt: skip
    found = {"entity_id": entity_id, "entity_category": None, "hidden_by": None}
    return {**found, "options": options.get(entity_id, {}), **more}


def exposure(answer: object, exposes_new: object = None) -> Exposure:
    listed, problem = read_listed(answer)
    assert not problem
    return Exposure(listed, read_exposes_new({"expose_new": exposes_new}))


@pytest.mark.parametrize("answer", [OLD, NEW])
def test_what_is_hidden_is_not_commanded_and_what_is_exposed_is(answer):
    said = exposure(answer, True)
    assert said.allows(SHOWN, entry(SHOWN))
    assert not said.allows(HIDDEN, entry(HIDDEN))
    assert said.allows(LEFT, entry(LEFT))  # nobody has decided: by its domain


@pytest.mark.parametrize("answer", [OLD, NEW])
def test_what_nobody_decided_about_is_not_commanded_where_new_things_are_not_exposed(answer):
    assert not exposure(answer, False).allows(LEFT, entry(LEFT))
    assert exposure(answer, False).allows(SHOWN, entry(SHOWN))


@pytest.mark.parametrize("answer", [OLD, NEW])
@pytest.mark.parametrize("domain", ["lock", "sensor", "script", "alarm_control_panel"])
def test_what_nobody_decided_about_is_not_commanded_if_its_domain_is_not(answer, domain):
    assert not exposure(answer, True).allows(f"{domain}.one", entry(f"{domain}.one"))


@pytest.mark.parametrize("answer", [OLD, NEW])
@pytest.mark.parametrize("kind", [{"entity_category": "config"}, {"hidden_by": "user"}])
def test_settings_and_what_is_hidden_from_everybody_has_to_be_exposed(answer, kind):
    assert not exposure(answer, True).allows(LEFT, entry(LEFT, **kind))
    assert exposure(answer, True).allows(SHOWN, entry(SHOWN, **kind))


def test_what_is_not_in_the_registry_may_be_hidden_where_only_exposed_things_are_listed():
    assert exposure(OLD, True).allows(LEGACY, None)
    assert not exposure(NEW, True).allows(LEGACY, None)
    shown = {"exposed_entities": {LEGACY: {"conversation": True}}}
    assert exposure(shown).allows(LEGACY, None)


@pytest.mark.parametrize("answer", [OLD, NEW])
@pytest.mark.parametrize("other", [{"cloud.alexa": True}, {"cloud.google_assistant": True}])
def test_what_is_exposed_to_others_is_not_exposed_to_us(answer, other):
    answer = {"exposed_entities": {**answer["exposed_entities"], "lock.door": other}}
    assert not exposure(answer, True).allows("lock.door", None)


def test_a_no_in_one_list_is_a_no():
    """It was hidden between the two answers."""
    assert not exposure(NEW, True).allows(SHOWN, entry(HIDDEN))
    hidden = {"exposed_entities": {SHOWN: {"conversation": False}}}
    assert not exposure(hidden, True).allows(SHOWN, entry(SHOWN))


def test_an_entry_that_does_not_tell_is_not_taken_for_undecided():
    untold = {k: v for k, v in entry(LEFT).items() if k != "options"}
    assert not exposure(NEW, True).allows(LEFT, untold)
    odd = entry(SHOWN, options={"conversation": {"should_expose": "maybe"}})
    assert not exposure(NEW, True).allows(SHOWN, odd)
    assert not exposure(NEW, True).allows(LEFT, entry(LEFT, options={"conversation": []}))


@pytest.mark.parametrize(
    "answer",
    [
        None,
        [],
        "no",
        {},
        {"exposed_entities": None},
        {"exposed_entities": [SHOWN]},
        {"exposed_entities": {SHOWN: True}},
        {"exposed_entities": {SHOWN: ["conversation"]}},
        {"exposed_entities": {SHOWN: {"conversation": {"should_expose": True}}}},
        {"exposed_entities": {SHOWN: {"conversation": 1}}},
    ],
)
def test_what_cannot_be_read_exposes_nothing_and_is_said(answer):
    listed, problem = read_listed(answer)
    assert listed == {}
    assert "exposes to Assist" in problem
