"""Puts the parts together: from a configuration to a house that can be spoken to."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from assistant.config import Config, HomeAssistantSettings, HouseSettings
from assistant.conversation import Conversation
from assistant.errors import SkillError
from assistant.home.carrier import Carrier
from assistant.home.house import House
from assistant.lang import choose
from assistant.schedule import Schedule
from assistant.skill.loader import Skill, Skills, load_skills
from assistant.skill.topics import Topics
from assistant.threads import health
from assistant.understand import HouseNames, Interpreter, check_sentences, open_interpreter
from assistant.understand.negatives import negative_sentences

if TYPE_CHECKING:  # imported where it is needed: a typed command waits for none of it
    from assistant.home.entities import HomeAssistantApi
    from assistant.mqtt.connection import Connection
    from assistant.pipeline import Stages

log = logging.getLogger(__name__)

DISCOVER_S = 2.0
"""How long a start waits at most for what the broker has retained."""


@dataclass(slots=True)
class App:
    """A house and the conversation about it."""

    config: Config
    house: House
    skills: Skills
    conversation: Conversation
    connection: Connection | None
    """None: nothing is connected (`dry_run`)."""

    schedule: Schedule
    topics: Topics

    on_skills: list[Callable[[Skills], None]] = field(default_factory=list)
    """Called after the skills have changed: whoever else depends on them follows here."""

    _lock: threading.Lock = field(default_factory=threading.Lock)

    def reload_skills(self) -> None:
        """Load the skills that have changed, and go on with them from the next words on."""
        with self._lock:
            house = self.house.settings
            self.skills, interpreter = _skills_and_interpreter(self.config, house, self.skills)
            self.conversation.adopt(interpreter, self.skills, house)
            for follow in self.on_skills:
                follow(self.skills)
            log.info("skills: %s", ", ".join(self.skills.working) or "none")

    def rename(self, house: HouseSettings) -> None:
        """Devices appeared, were renamed or vanished: other things can be said now."""
        with self._lock:
            interpreter = _interpreter(self.config, house, self.skills)
            self.conversation.adopt(interpreter, self.skills, house)


@contextmanager
def open_app(
    config: Config,
    *,
    dry_run: bool = False,
    simulate: bool = False,
    steady: Callable[[], float] | None = None,
) -> Iterator[App]:
    """Everything from the words onwards, connected to the house.

    dry_run     nothing is connected: the house is what config.yaml says
    simulate    a broker inside this process and simulated devices take the house's place
    steady      the schedule's clock for durations, seconds; None: the computer's
    """
    choose(config.language)
    with ExitStack() as stack:
        if simulate and not dry_run:
            config = stack.enter_context(simulated(config))
        connection = None if dry_run else stack.enter_context(_connection(config))
        api = None if dry_run else _home_assistant(config.bridge.homeassistant, stack)
        carriers = {} if dry_run else _carriers(config.house, api, stack)
        house = House(config.house, connection, carriers=carriers)
        if connection:
            from assistant.home.discovery import Discovery

            discovery = stack.enter_context(
                Discovery(
                    config.house,
                    house,
                    connection,
                    registry=api,
                    known=None if simulate else config.house.discover.known_file,
                )
            )
            online = connection.wait_tried(config.mqtt.publish_s)
            if api:
                api.wait_online(config.mqtt.publish_s)
            if online or api:
                discovery.wait_settled(DISCOVER_S)
            house.wait_reported(timeout_s=0.5)
        settings = house.settings
        skills, interpreter = _skills_and_interpreter(config, settings)
        kept = None if dry_run or simulate else config.schedule.kept_in
        schedule, topics = Schedule(kept, steady=steady), Topics(connection)
        conversation = Conversation(
            config,
            interpreter,
            skills,
            house,
            topics=topics,
            schedule=schedule,
            dry_run=dry_run,
        )
        app = App(config, house, skills, conversation, connection, schedule, topics)
        stack.callback(lambda: app.skills.close())
        house.on_names_changed(app.rename)
        if house.settings != settings:
            app.rename(house.settings)
        yield app


def _connection(config: Config) -> Connection:
    from assistant.mqtt.connection import Connection

    return Connection(config.mqtt, config.site)


def _home_assistant(settings: HomeAssistantSettings, stack: ExitStack) -> HomeAssistantApi | None:
    """The connection to Home Assistant's own entities, where the configuration names one."""
    if settings.url is None:
        return None
    from assistant.home.entities import HomeAssistantApi

    return stack.enter_context(HomeAssistantApi(settings.url, settings.token or ""))


def _skills_and_interpreter(
    config: Config, house: HouseSettings, before: Skills | None = None
) -> tuple[Skills, Interpreter]:
    skills = load_skills(config.skills, before)
    try:
        return skills, _interpreter(config, house, skills)
    except (SkillError, RecursionError):  # one skill's sentences must not silence the others
        skills = understandable(skills)
        return skills, _interpreter(config, house, skills)


def _interpreter(config: Config, house: HouseSettings, skills: Skills) -> Interpreter:
    return open_interpreter(config.understand, skills.manifests, HouseNames.of(house))


@contextmanager
def followed_skills(app: App) -> Iterator[None]:
    """Within it the skills are ready for their first call, and a change takes effect at once."""
    from assistant.skill.watcher import SkillWatcher

    def start(skills: Skills) -> None:
        for skill in skills.working.values():
            try:
                skill.host.start()
            except SkillError as error:
                log.warning("skill not started: %s", error)

    starters: list[threading.Thread] = []

    def start_beside(skills: Skills) -> None:
        starter = threading.Thread(target=start, args=(skills,), name="skill-starter", daemon=True)
        starter.start()
        starters[:] = [each for each in starters if each.is_alive()] + [starter]

    start_beside(app.skills)
    app.on_skills.append(start_beside)
    with ExitStack() as stack:
        try:
            stack.enter_context(SkillWatcher(app.config.skills, app.reload_skills))
        except OSError as error:  # the system's inotify instances are all in use
            problem = f"changed skills are not noticed: {error.strerror}"
            log.warning("%s; fix: sysctl fs.inotify.max_user_instances=512, and restart", problem)
            health.note("skill-watcher", problem)
        yield
    for starter in starters:
        starter.join()


def _carriers(
    settings: HouseSettings, api: HomeAssistantApi | None, stack: ExitStack
) -> dict[str, Carrier]:
    """What carries messages to devices that are not on MQTT; open until the stack closes."""
    carriers: dict[str, Carrier] = {"homeassistant": api} if api else {}
    if any(device.dialect == "mpd" for device in settings.devices):
        from assistant.home.mpd import MpdCarrier

        carriers["mpd"] = stack.enter_context(MpdCarrier(settings))
    return carriers


def understandable(skills: Skills) -> Skills:
    """`skills` without those whose sentences cannot be parsed, which join the broken ones."""
    working: dict[str, Skill] = {}
    broken = list(skills.broken)
    for name, skill in skills.working.items():
        try:
            for manifest in (skill.manifest, *negative_sentences([skill.manifest])):
                check_sentences(manifest)
            working[name] = skill
        except (SkillError, RecursionError) as error:
            where = skill.manifest.where
            broken.append(
                error
                if isinstance(error, SkillError)
                else SkillError(f"{where}: a sentence is nested too deep", fix="write it out")
            )
            log.warning("skill not loaded: %s", broken[-1])
    return replace(skills, working=working, broken=tuple(broken))


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
    from assistant.listen import PreRoll, open_listener
    from assistant.pipeline import Stages
    from assistant.recognize import open_recognizer
    from assistant.wake import open_wake

    conversation.begin()  # so that the first words need not wait for what can be said
    return Stages(
        wake=open_wake(config.wake) if wake else None,
        pre_roll=PreRoll(),
        listener=open_listener(config.listen),
        recognizer=open_recognizer(config.asr),
        conversation=conversation,
    )
