"""Puts the parts together: from a configuration to a house that can be spoken to."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace

from assistant.config import Config, HomeAssistantSettings, HouseSettings
from assistant.conversation import Conversation
from assistant.errors import SkillError
from assistant.home.carrier import Carrier
from assistant.home.discovery import Discovery
from assistant.home.entities import HomeAssistantApi
from assistant.home.house import House
from assistant.listen import PreRoll, open_listener
from assistant.mqtt.connection import Connection
from assistant.pipeline import Stages
from assistant.recognize import open_recognizer
from assistant.skill.loader import Skill, Skills, load_skills
from assistant.understand import HouseNames, Interpreter, check_sentences, open_interpreter
from assistant.wake import open_wake

log = logging.getLogger(__name__)

DISCOVER_S = 2.0
"""How long a start waits at most for what the broker has retained."""


@dataclass(frozen=True, slots=True)
class App:
    """A house and the conversation about it."""

    config: Config
    house: House
    skills: Skills
    conversation: Conversation
    connection: Connection | None
    """None: nothing is connected (`dry_run`)."""


@contextmanager
def open_app(config: Config, *, dry_run: bool = False, simulate: bool = False) -> Iterator[App]:
    """Everything from the words onwards, connected to the house.

    dry_run     nothing is connected: the house is what config.yaml says
    simulate    a broker inside this process and simulated devices take the house's place
    """
    with ExitStack() as stack:
        if simulate and not dry_run:
            config = stack.enter_context(simulated(config))
        connection = None if dry_run else stack.enter_context(Connection(config.mqtt, config.site))
        api = None if dry_run else _home_assistant(config.bridge.homeassistant, stack)
        carriers = {} if dry_run else _carriers(config.house, stack)
        if api:
            carriers["homeassistant"] = api
        house = House(config.house, connection, carriers=carriers)
        if connection:
            discovery = stack.enter_context(
                Discovery(config.house, house, connection, registry=api)
            )
            connection.wait_online(config.mqtt.publish_s)
            if api:
                api.wait_online(config.mqtt.publish_s)
            discovery.wait_settled(DISCOVER_S)
            house.wait_reported(timeout_s=0.5)
        settings, skills = house.settings, load_skills(config.skills)
        try:
            interpreter = _interpreter(config, skills, settings)
        except SkillError:  # one skill's sentences must not silence the others
            skills = understandable(skills)
            interpreter = _interpreter(config, skills, settings)
        conversation = Conversation(config, interpreter, skills, house, dry_run=dry_run)

        def names_changed(settings: HouseSettings) -> None:
            """Devices appeared, were renamed or vanished: other things can be said now."""
            conversation.renew(_interpreter(config, skills, settings), settings)

        house.on_names_changed(names_changed)
        if house.settings != settings:
            names_changed(house.settings)
        yield App(config, house, skills, conversation, connection)


def _home_assistant(settings: HomeAssistantSettings, stack: ExitStack) -> HomeAssistantApi | None:
    """The connection to Home Assistant's own entities, where the configuration names one."""
    if settings.url is None:
        return None
    return stack.enter_context(HomeAssistantApi(settings.url, settings.token or ""))


def _carriers(settings: HouseSettings, stack: ExitStack) -> dict[str, Carrier]:
    """What carries messages to devices that are not on MQTT; open until the stack closes."""
    if not any(device.dialect == "mpd" for device in settings.devices):
        return {}
    from assistant.home.mpd import MpdCarrier

    return {"mpd": stack.enter_context(MpdCarrier(settings))}


def _interpreter(config: Config, skills: Skills, settings: HouseSettings) -> Interpreter:
    return open_interpreter(config.understand, skills.manifests, HouseNames.of(settings))


def understandable(skills: Skills) -> Skills:
    """`skills` without those whose sentences cannot be parsed, which join the broken ones."""
    working: dict[str, Skill] = {}
    broken = list(skills.broken)
    for name, skill in skills.working.items():
        try:
            check_sentences(skill.manifest)
            working[name] = skill
        except SkillError as error:
            log.warning("skill not loaded: %s", error)
            broken.append(error)
    return Skills(working, tuple(broken))


@contextmanager
def simulated(config: Config) -> Iterator[Config]:
    """`config`, with a broker on loopback and every device of the house simulated on it."""
    from assistant.home.simulate import SimulatedHouse
    from assistant.mqtt.broker import EmbeddedBroker

    with EmbeddedBroker() as broker:
        mqtt = replace(
            config.mqtt,
            host=broker.host,
            port=broker.port,
            username=None,
            tls=None,
            version="3.1.1",
        )
        with SimulatedHouse(config.house, broker.host, broker.port):
            yield replace(config, mqtt=mqtt)


def open_stages(config: Config, conversation: Conversation, *, wake: bool = True) -> Stages:
    """Everything from the sound to the words; raises ModelError when a model is missing."""
    return Stages(
        wake=open_wake(config.wake) if wake else None,
        pre_roll=PreRoll(),
        listener=open_listener(config.listen),
        recognizer=open_recognizer(config.asr),
        conversation=conversation,
    )
