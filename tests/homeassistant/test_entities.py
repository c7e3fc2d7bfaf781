"""Entities of a real Home Assistant that are not on MQTT: its demo integration's."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from typing import Any

import pytest
from broker import Mosquitto
from real import HomeAssistant, wait
from rig import Assistant

from assistant.config import BridgeSettings, HomeAssistantSettings
from assistant.events import Reply
from assistant.home.entities import HomeAssistantApi

pytestmark = pytest.mark.home_assistant


@pytest.fixture(scope="module")
def assistant(home: HomeAssistant, broker: Mosquitto) -> Iterator[Assistant]:
    area = home.ask("config/area_registry/create", name="Winter Garden")["area_id"]
    for entity, keys in {
        "light.bed_light": {"aliases": ["moon"]},
        "light.office_rgbw_lights": {"area_id": area},
        "climate.hvac": {"aliases": ["boiler"]},
    }.items():
        home.ask("config/entity_registry/update", entity_id=entity, **keys)
    bridge = BridgeSettings(HomeAssistantSettings(url=home.url, token=home.token))
    with Assistant(broker, bridge) as assistant:
        yield assistant


def say(assistant: Assistant, text: str) -> str:
    """A typed command; what is answered."""
    answers: list[Reply] = []
    site = assistant.config.site
    assistant.hub.ask(lambda: assistant.desk.command(text, site, answers.append))
    wait(lambda: bool(answers), 20)
    return answers[0].text


def attributes(home: HomeAssistant, entity: str) -> dict[str, Any]:
    found: dict[str, Any] = home.get(f"states/{entity}")["attributes"]
    return found


def test_a_light_is_dimmed_by_its_alias_and_says_so_itself(assistant, home):
    assert say(assistant, "turn on the bed light") == "The bed light is on."
    home.wait_state("light.bed_light", "on")
    assert say(assistant, "set the moon to 40 percent") == "The bed light is at 40 percent."
    assert attributes(home, "light.bed_light")["brightness"] == 102
    assert say(assistant, "turn off the bed light") == "The bed light is off."
    home.wait_state("light.bed_light", "off")


def test_its_areas_can_be_spoken_of(assistant, home):
    home.call("light/turn_off", "light.office_rgbw_lights")
    assert "winter garden" in say(assistant, "turn on the lights in the winter garden")
    home.wait_state("light.office_rgbw_lights", "on")
    assert "blue" in say(assistant, "make the lights in the winter garden blue")
    assert attributes(home, "light.office_rgbw_lights")["rgb_color"] == [0, 0, 255]


def test_a_change_made_there_is_known_here(assistant, home):
    def on() -> bool | None:
        devices = {device.id: device for device in assistant.app.house.devices()}
        return devices["ha_light_bed_light"].state.get("on")

    home.call("light/turn_on", "light.bed_light")
    wait(lambda: on() is True, 20)
    home.call("light/turn_off", "light.bed_light")
    wait(lambda: on() is False, 20)


def test_what_is_renamed_there_changes_what_can_be_said(assistant, home):
    update = "config/entity_registry/update"
    home.ask(update, entity_id="light.bed_light", aliases=["north star"])
    wait(lambda: "north star" in names(assistant), 20)
    wait(lambda: say(assistant, "turn on the north star") == "The bed light is on.", 20)


@pytest.mark.parametrize("entity", ["light.bed_light", "scene.night_mode"])
def test_what_is_hidden_there_is_gone_here_and_comes_back(assistant, home, entity):
    """A light of the registry, and what is not in there: of that no event tells."""
    name = {"light.bed_light": "bed light"}.get(entity, "night mode")
    expose = {"assistants": ["conversation"], "entity_ids": [entity]}
    home.ask("homeassistant/expose_entity", **expose, should_expose=True)
    wait(lambda: name in names(assistant), 20)
    home.ask("homeassistant/expose_entity", **expose, should_expose=False)
    wait(lambda: name not in names(assistant), 20)
    before = home.state(entity)
    say(assistant, f"turn on the {name}")
    assert home.state(entity) == before
    with HomeAssistantApi(home.url, home.token) as started:  # after a start of ours, too
        assert started.wait_online(20)
        assert entity not in {one.mqtt["entity_id"] for one in started.announced()}
    home.ask("homeassistant/expose_entity", **expose, should_expose=True)
    wait(lambda: name in names(assistant), 20)


def names(assistant: Assistant) -> set[str]:
    return {n for d in assistant.app.house.devices() for n in (d.name, *d.aliases)}


def test_entities_on_the_broker_and_our_own_are_not_taken_twice(assistant, home):
    home.wait_state("switch.assistant_default_muted", "off")
    ids = {device.id for device in assistant.app.house.devices()}
    assert not [id_ for id_ in ids if "assistant_default" in id_]
    assert "ha_climate_hvac" in ids


def test_a_wrong_token_is_said_in_one_line(home, broker, caplog):
    bridge = BridgeSettings(HomeAssistantSettings(url=home.url, token="wrong"))
    with caplog.at_level(logging.WARNING), Assistant(broker, bridge) as assistant:
        assert "bed light" not in names(assistant)
    (line,) = [r.getMessage() for r in caplog.records if "Home Assistant" in r.getMessage()]
    assert "does not accept the token" in line
    assert "token_file" in line
    assert "wrong" not in line


def test_a_home_assistant_that_restarts_is_missed_and_found_again(assistant, home):
    home.stop()
    assert say(assistant, "turn on the office rgbw lights") == "I can't reach Home Assistant."
    home.start()
    wait(lambda: say(assistant, "turn on the office rgbw lights").endswith("are on."), 30)
    home.wait_state("light.office_rgbw_lights", "on")
