"""assistant doctor: checks microphone, speaker, broker, models and permissions, and how to mend."""

from __future__ import annotations

import argparse
import getpass
import grp
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from itertools import chain, islice
from pathlib import Path
from typing import TYPE_CHECKING

from assistant import catalogue
from assistant.cli.files import configuration, writable
from assistant.cli.finding import Finding
from assistant.config import Config, HouseSettings
from assistant.errors import AssistantError
from assistant.events import Source
from assistant.paths import how_to_add
from assistant.unsupported import kind_word

if TYPE_CHECKING:
    from assistant.home.discovery import Discovery
    from assistant.home.house import House

PATIENCE_S = 1.0
"""Beyond what a command waits for: a doctor has time."""

MOST_NAMED = 5  # of the devices that are silent

MAY_READ = "where the broker has an access list (ACL), it has to let us read"

HOME_ASSISTANT_S = 10.0  # to connect and to read what there is


def add_parser(
    commands: argparse._SubParsersAction[argparse.ArgumentParser], common: argparse.ArgumentParser
) -> argparse.ArgumentParser:
    """Describe the command."""
    return commands.add_parser(
        "doctor", parents=[common], help="check what the assistant needs, and how to mend it"
    )


def run(options: argparse.Namespace, config: Config) -> int:
    """Print a line per check; 1 when one of them failed."""
    failed = False
    checked = (_careful(check, config) for check in CHECKS)
    for finding in chain(configuration(options.config_file), *checked):
        print(f"{finding.verdict:<4}  {finding.subject:<10}  {finding.text}", flush=True)
        if finding.fix:
            print(f"                  fix: {finding.fix}")
        failed |= finding.verdict == "FAIL"
    return 1 if failed else 0


def _careful(check: Callable[[Config], Iterator[Finding]], config: Config) -> Iterator[Finding]:
    """The findings of `check`; what the user can mend and it did not foresee is one, too."""
    try:
        yield from check(config)
    except AssistantError as error:
        yield Finding("FAIL", check.__name__.strip("_"), error.problem, error.fix)


def _runtime(config: Config) -> Iterator[Finding]:
    from assistant.tflite import runtimes

    found = runtimes()
    version = ".".join(map(str, sys.version_info[:3]))
    if found:
        yield Finding("ok", "runtime", f"Python {version}, TFLite by {found[0]}")
    else:
        yield Finding("FAIL", "runtime", "no TFLite runtime", "pip install ai-edge-litert")


def _models(config: Config) -> Iterator[Finding]:
    from assistant.recognize import engine_name, open_recognizer
    from assistant.understand.tagger import Tagger
    from assistant.wake import open_wake
    from assistant.wake.models import read_model

    open_wake(config.wake)
    words = ", ".join(read_model(word.model).phrase for word in config.wake.words)
    yield Finding("ok", "wake", f"wake words: {words}")
    open_recognizer(config.asr)
    yield Finding("ok", "recognize", f"speech recognition by {engine_name(config.asr)}")
    Tagger(config.understand.model_folder)
    yield Finding("ok", "understand", f"intent model {config.understand.model_folder}")


def _edgetpu(config: Config) -> Iterator[Finding]:
    from assistant.evaluation.edgetpu import compiled
    from assistant.tflite import EDGETPU_LIBRARY, Model

    if config.understand.accelerator == "cpu":
        return
    file = config.understand.model_folder / "model.tflite"
    Model(file, accelerator=config.understand.accelerator)
    if compiled(file):
        yield Finding("ok", "edgetpu", f"{EDGETPU_LIBRARY} loads, the model is compiled for it")
    else:
        yield Finding(
            "note",
            "edgetpu",
            f"{EDGETPU_LIBRARY} loads, but the model is not compiled for it: all of it runs on "
            "the CPU",
            f"edgetpu_compiler {file}, or set understand.accelerator: cpu",
        )


def _skills(config: Config) -> Iterator[Finding]:
    from assistant.app import understandable
    from assistant.cli.train import to_learn
    from assistant.skill.containment import what_is_missing
    from assistant.skill.loader import load_skills

    skills = understandable(load_skills(config.skills))
    yield Finding("ok", "skills", ", ".join(skills.working) or "none")
    for error in skills.broken:
        yield Finding("FAIL", "skills", error.problem, error.fix)
    apps = [m.name for m in skills.manifests if m.answered_by == "hermes"]
    if apps and not config.bridge.hermes.enabled:
        yield Finding(
            "FAIL",
            "skills",
            f"{', '.join(apps)}: answered by an app over Hermes, which is switched off",
            "bridge: { hermes: { enabled: true } } in config.yaml",
        )
    if problem := to_learn(config, skills.manifests):
        yield Finding("note", "skills", problem, "assistant train")
    if missing := what_is_missing():
        fix = "sudo apt-get install bubblewrap libseccomp2"
        yield Finding("note", "skills", f"not contained in skills of others: {missing}", fix)


def _microphone(config: Config) -> Iterator[Finding]:
    from assistant.audio import open_microphone
    from assistant.audio.framing import level_dbfs

    with open_microphone(config.audio) as microphone:
        level = max(level_dbfs(frame.pcm) for frame in islice(microphone, 100))
    if level < -70:
        yield Finding(
            "note",
            "microphone",
            f"records, but nearly nothing is heard ({level:.0f} dBFS)",
            "unmute it and turn it up: alsamixer, F4",
        )
    else:
        yield Finding("ok", "microphone", f"records; the loudest of one second: {level:.0f} dBFS")


def _speaker(config: Config) -> Iterator[Finding]:
    from assistant.speak.output import output_names
    from assistant.speak.voice import choose_voice

    if config.speak.replies == "off":
        yield Finding("note", "speaker", "replies are switched off (speak.replies)")
        return
    names = output_names()
    if names:
        yield Finding("ok", "speaker", f"{len(names)} found: {', '.join(names)}")
    else:
        yield Finding("FAIL", "speaker", "there is none", "plug one in, or speak.replies: off")
    if config.speak.replies == "speech":
        voice = choose_voice(config.speak)
        if voice:
            yield Finding("ok", "voice", voice.name)
        else:
            yield Finding("note", "voice", "none: replies are short sounds", how_to_add("voice"))


def _broker(config: Config) -> Iterator[Finding]:
    from assistant.home.discovery import Discovery
    from assistant.home.house import House
    from assistant.mqtt.connection import Connection

    where = f"{config.mqtt.host}:{config.mqtt.port}"
    with Connection(config.mqtt, config.site) as connection:
        if not connection.wait_online(config.mqtt.publish_s + PATIENCE_S):
            problem = connection.problem or "no answer"
            text = problem if where in problem else f"{where}: {problem}"
            yield Finding("FAIL", "broker", text, broker_remedy(problem))
            return
        tls = ", TLS" if config.mqtt.tls else ""
        yield Finding("ok", "broker", f"{where} answers (MQTT {connection.version}{tls})")
        house = House(config.house, connection)
        known = config.house.discover.known_file
        with Discovery(config.house, house, connection, known=known) as discovery:
            if not discovery.wait_settled(config.mqtt.publish_s):
                yield _forbidden(config, connection.status_topic)
                return
            house.wait_reported(PATIENCE_S)
            yield from _house(house, discovery)
            yield from _called_like_commands(config, house.settings)


def _forbidden(config: Config, topic: str) -> Finding:
    user = repr(config.mqtt.username) if config.mqtt.username else "us"
    return Finding(
        "FAIL",
        "broker",
        f"it does not let {user} publish or read {topic}: an access list (ACL) forbids it",
        f"in the broker's ACL: topic readwrite {config.mqtt.topic}/#, readwrite of the devices' "
        "topics, read of the discovery topics",
    )


def _house(house: House, discovery: Discovery) -> Iterator[Finding]:
    """What the broker told of the house."""
    told = ", ".join(f"{count} by {name}" for name, count in discovery.counts().items() if count)
    silent, devices = house.unreported(), house.settings.devices
    text = f"{len(devices)} devices ({told or 'none announced'}); {len(silent)} silent so far"
    yield Finding("ok", "house", text)
    if not devices:
        yield Finding(
            "note",
            "house",
            "nothing to command: no device announces itself, and config.yaml names none",
            f"switch the devices' discovery on; {MAY_READ} {', '.join(discovery.topics)}",
        )
    if silent:
        names = ", ".join(device.settings.name for device in silent[:MOST_NAMED])
        more = f" and {len(silent) - MOST_NAMED} more" if len(silent) > MOST_NAMED else ""
        yield Finding(
            "note",
            "house",
            f"told nothing so far: {names}{more}",
            f"are they on? {MAY_READ} {', '.join(silent[0].topics())} …",
        )
    if beyond := house.settings.known_only:
        named = ", ".join(f"{one.name} ({kind_word(one.kind)})" for one in beyond[:MOST_NAMED])
        more = f" and {len(beyond) - MOST_NAMED} more" if len(beyond) > MOST_NAMED else ""
        yield Finding("note", "house", f"known, but cannot be controlled yet: {named}{more}")
    for clash in house.settings.clashes:
        yield Finding(
            "note",
            "house",
            str(clash),
            "give it a name of its own: at its maker, or in config.yaml, house.overrides",
        )
    for error in house.problems.values():
        yield Finding("note", "house", error.problem, error.fix)
    garbage = {**house.garbage, **discovery.garbage}
    if garbage:
        who = ", ".join(f"{name} ({count})" for name, count in garbage.items())
        yield Finding("note", "house", f"sent what makes no sense, which was ignored: {who}")


def _called_like_commands(config: Config, house: HouseSettings) -> Iterator[Finding]:
    """Announced scenes whose names are sentences of a skill, which goes on getting them."""
    from assistant.skill.loader import load_skills
    from assistant.understand import HouseNames, open_interpreter

    scenes = [one for one in house.devices if one.announced and one.kind == "scene"]
    if not scenes:
        return
    with closing(load_skills(config.skills)) as skills:
        names = HouseNames.of(house)
        interpreter = open_interpreter(config.understand, skills.manifests, names)
        for scene in scenes:
            understood = interpreter.interpret(scene.name)
            if understood.source is Source.GRAMMAR and "scenes.activate" not in {
                intent.name for intent in understood.intents
            }:
                yield Finding(
                    "note",
                    "house",
                    f"{scene.id} announced itself as {scene.name!r}, which is a command of "
                    f"{understood.intents[0].name}",
                    f"say “activate {scene.name}”, or name it in config.yaml, house.overrides",
                )


def broker_remedy(problem: str) -> str:
    """What to do about a connection that does not come about."""
    remedies = {
        "unknown host": "mqtt.host: its name or its address; `ping` it",
        "refused)": "start it (sudo systemctl start mosquitto), or set mqtt.host and mqtt.port",
        "user name": "mqtt.username and mqtt.password_file; mosquitto_passwd sets a password",
        "TLS": "mqtt.tls in config.yaml; `openssl s_client -connect HOST:PORT` shows more",
        "no answer from": "is it on, in this network, and let through by its firewall?",
        "says nothing": "it hangs (restart it), or no MQTT broker listens there: mqtt.port",
        "like an MQTT": "something else listens there: mqtt.port (1883, or 8883 with TLS)",
    }
    for word, remedy in remedies.items():
        if word in problem:
            return remedy
    return "see the broker's log: journalctl -u mosquitto"


def _permissions(config: Config) -> Iterator[Finding]:
    if not Path("/dev/snd").exists():
        yield Finding("note", "sound card", "this machine has none (/dev/snd is missing)")
        return
    if os.access("/dev/snd/controlC0", os.R_OK | os.W_OK):
        yield Finding("ok", "permissions", "the sound card may be used")
        return
    user, groups = getpass.getuser(), [grp.getgrgid(group).gr_name for group in os.getgroups()]
    yield Finding(
        "FAIL",
        "permissions",
        f"{user} may not use the sound card (groups: {', '.join(groups)})",
        f"sudo usermod -aG audio {user}, then log in again",
    )


def _home_assistant(config: Config) -> Iterator[Finding]:
    from assistant.home.entities import HomeAssistantApi

    settings = config.bridge.homeassistant
    if settings.url is None:
        return
    with HomeAssistantApi(settings.url, settings.token or "") as home:
        online = home.wait_online(HOME_ASSISTANT_S)
        if online and home.unreadable:
            problem = f"{settings.url}: nothing of it can be commanded: {home.unreadable}"
            yield Finding("FAIL", "home", problem, "a newer version of the assistant may read it")
        elif online:
            count = len(list(home.announced()))
            yield Finding("ok", "home", f"{settings.url}: {count} devices that are not on MQTT")
        else:
            yield Finding(
                "FAIL",
                "home",
                f"{settings.url}: {home.problem or 'no answer'}",
                "see bridge.homeassistant in config.yaml: url, token_file",
            )


def _wyoming(config: Config) -> Iterator[Finding]:
    from assistant.bridge.admission import FIX, open_up, who_may_connect

    settings = config.bridge.wyoming
    if not settings.enabled:
        return
    if problem := open_up(settings):
        yield Finding("FAIL", "wyoming", problem, FIX)
    elif who_may_connect(settings) == "this machine only":
        yield Finding(
            "note", "wyoming", "for programs of this machine only", f"for Home Assistant: {FIX}"
        )
    else:
        yield Finding("ok", "wyoming", f"for {who_may_connect(settings)}")


def _routines(config: Config) -> Iterator[Finding]:
    from assistant.app import open_app
    from assistant.authoring.routines import routine_problems

    routines = config.house.routines
    if not routines:
        return
    with open_app(config) as app:
        problems = list(routine_problems(routines, app.conversation.interpret))
    for problem in problems:
        yield Finding("FAIL", "routines", problem.problem, problem.fix)
    if not problems:
        yield Finding("ok", "routines", ", ".join(routine.name for routine in routines))


def _catalogue(config: Config) -> Iterator[Finding]:
    installed = catalogue.installed()
    for entry in catalogue.entries():
        if entry not in installed:
            yield Finding(
                "note",
                "models",
                f"{entry.name} is not installed ({entry.licence})",
                f"assistant models pull {entry.name}",
            )


CHECKS = (
    _runtime,
    _models,
    _edgetpu,
    _skills,
    writable,
    _microphone,
    _speaker,
    _permissions,
    _broker,
    _home_assistant,
    _wyoming,
    _routines,
    _catalogue,
)
