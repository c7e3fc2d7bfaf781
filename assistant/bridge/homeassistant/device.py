"""The assistant as one device: what it does goes out, what it is told to do comes in.

Below `assistant/<site id>/`, (r): retained:

    status              online, offline (r)
    settings            {"muted": false, "sensitivity": 50, "volume": 80} (r)
    state               {"state": "idle", "last_command": …, "last_reply": …, "latency_ms": …} (r)
                        and "problems": […] once something did not work
    info                {"version": …, "model": …} (r)
    intent/<intent>     {"event_type": "recognized", "text": …, "confidence": …, "slots": {}}

    muted/set           ON, OFF
    sensitivity/set, volume/set     0 to 100
    listen/set, stop/set            PRESS

The settings survive a restart: they are read back from the broker.
"""

from __future__ import annotations

import json
import logging
import time
from collections import deque
from collections.abc import Callable, Mapping
from importlib.metadata import version
from pathlib import Path
from typing import Any

from assistant import events
from assistant.app import App
from assistant.bridge.desk import Desk
from assistant.bridge.homeassistant.entities import ORIGIN, PRESS, Place, discovery
from assistant.events import Event, Message
from assistant.home.dialects.payload import read_json
from assistant.mqtt.connection import Connection
from assistant.recognize import engine_name
from assistant.skill.loader import Skills

log = logging.getLogger(__name__)

Announced = Mapping[str, Mapping[str, Any]]
"""Discovery topic → its payload."""

MOST_TOLD, TOLD_S = 5, 60.0  # so many times a minute everything is announced anew

LONGEST_STATE = 255  # characters that a state of Home Assistant may have


def open_device(app: App, connection: Connection, desk: Desk) -> None:
    """Be a device from now on; announced to Home Assistant if the configuration says so."""
    config = app.config
    areas = {area.id: area.name for area in config.house.areas}
    where = areas.get(config.site.area or "", "" if config.site.id == "default" else config.site.id)
    place = Place(
        base=f"{config.mqtt.topic}/{config.site.id}",
        site_id=config.site.id,
        name=f"Voice assistant {where}".strip(),
        version=version(ORIGIN),
    )
    settings = config.bridge.homeassistant

    def announced(skills: Skills) -> Announced:
        intents = [f"{m.name}.{name}" for m in skills.manifests for name in m.intents]
        return discovery(place, intents, settings.prefix) if settings.discovery else {}

    words = (word.model for word in config.wake.words)
    models = (*words, engine_name(config.asr), config.understand.model_folder.name)
    info = {"version": place.version, "model": ", ".join(Path(model).stem for model in models)}
    device = _Device(connection, desk, place.base, info, announced(app.skills))
    device.open(f"{settings.prefix}/+/{place.node}/+/config", f"{settings.prefix}/status")
    app.on_skills.append(lambda skills: desk.hub.ask(lambda: device.announce(announced(skills))))


class _Device:
    """Its state, and what it tells of it; on the pipeline's thread but for `_hear`'s callbacks."""

    def __init__(
        self,
        connection: Connection,
        desk: Desk,
        base: str,
        info: Mapping[str, str],
        announced: Announced,
    ) -> None:
        self._connection = connection
        self._desk = desk
        self._base = base
        self._info = info
        self._announced = announced
        self._restored = False
        self._state: dict[str, Any] = {
            "state": "idle", "last_command": None, "last_reply": None, "latency_ms": None,
        }  # fmt: skip
        self._speech_ended_at: float | None = None
        self._asked = False
        self._told_at: deque[float] = deque(maxlen=MOST_TOLD)

    def open(self, configs: str, birth: str) -> None:
        """Subscribe, announce.

        configs    filter of the discovery topics of this device
        birth      topic on which Home Assistant says that it has started
        """
        self._desk.tell_outside(self)
        self._hear("settings", self._restore, retained=True)
        self._hear("muted/set", self._mute)
        self._hear("sensitivity/set", lambda p: self._desk.adjust(sensitivity=_percent(p)))
        self._hear("volume/set", lambda p: self._desk.adjust(volume=_percent(p)))
        self._hear("listen/set", self._listen)
        self._hear("stop/set", lambda p: self._desk.stop() if p == PRESS else None)
        self._connection.subscribe(configs, self._forget)
        self._connection.subscribe(birth, self._on_online)
        # Last, so that what the broker kept of us has come in before we write over it.
        self._connection.subscribe(self._connection.status_topic, self._on_online)

    def _hear(self, topic: str, heard: Callable[[str], None], *, retained: bool = False) -> None:
        """Have `heard` called with each payload, on the pipeline's thread.

        retained    only with what the broker kept; else only with what is new: a retained
                    command would be carried out again at every start
        """

        def received(where: str, payload: bytes, kept: bool) -> None:
            if kept == retained and not self._desk.rival():
                self._desk.hub.ask_if_room(lambda: attempt(where, payload), where)

        def attempt(where: str, payload: bytes) -> None:
            try:
                heard(payload.decode())
            except (ValueError, KeyError, TypeError) as error:
                log.debug("%s: %r ignored: %s", where, payload[:80], error)

        self._connection.subscribe(f"{self._base}/{topic}", received)

    def _on_online(self, _topic: str, payload: bytes, retained: bool) -> None:
        # The first time only what answers our own subscription: it comes after the settings.
        kept = retained or not self._connection.retains
        if payload == b"online" and (kept or self._restored) and self._may_repeat():
            self._desk.hub.ask(self._announce)

    def _may_repeat(self) -> bool:
        """Not each time when somebody says again and again that Home Assistant has started."""
        now = time.monotonic()
        if len(self._told_at) == MOST_TOLD and now - self._told_at[0] < TOLD_S:
            return False  # the broker keeps what was announced
        self._told_at.append(now)
        return True

    def announce(self, announced: Announced) -> None:
        """These are the entities from now on."""
        gone = self._announced.keys() - announced.keys()
        self._announced = announced
        for topic in gone:
            self._connection.send(_retained(topic))
        if self._restored:  # else it is still to come
            self._announce()

    def _announce(self) -> None:
        self._restored = True
        for topic, config in self._announced.items():
            self._connection.send(_retained(topic, config))
        self._tell("info", self._info)
        self._tell("state", self._state)
        self._desk.adjust()

    def _forget(self, topic: str, payload: bytes, kept: bool) -> None:
        """Take back what was announced before and is not there any more.

        What somebody announces now is another assistant's of the same site: two that take back
        what the other has would never end.
        """
        if payload and kept and topic not in self._announced:
            self._connection.send(_retained(topic))

    def _restore(self, payload: str) -> None:
        if not self._restored:
            self._restored = True
            kept = read_json(payload.encode())
            self._desk.adjust(
                muted=bool(kept["muted"]),
                sensitivity=_percent(kept["sensitivity"]),
                volume=_percent(kept["volume"]),
            )

    def _listen(self, payload: str) -> None:
        if payload == PRESS:
            self._desk.listen(f"{self._base}/listen/set")

    def _mute(self, payload: str) -> None:
        self._desk.adjust(muted={"ON": True, "OFF": False}[payload])

    def __call__(self, event: Event) -> None:
        """Tell of what happens at this site."""
        if isinstance(event, events.Adjusted):
            self._tell(
                "settings",
                {
                    "muted": event.muted,
                    "sensitivity": event.sensitivity,
                    "volume": event.volume,
                },
            )
        if event.site_id == self._desk.site.id:
            if isinstance(event, events.Turn):
                self._recognized(event)
            elif isinstance(event, events.Troubled):
                self._state["problems"] = [one[:LONGEST_STATE] for one in event.problems]
                self._tell("state", self._state)
            elif change := self._change(event):
                self._state.update(change)
                self._tell("state", self._state)

    def _recognized(self, turn: events.Turn) -> None:
        for intent in turn.intents:
            recognized = {
                "event_type": "recognized",
                "text": self._state["last_command"],
                "confidence": round(intent.confidence, 3),
                "slots": {name: slot.value for name, slot in intent.slots.items()},
            }
            topic = f"{self._base}/intent/{intent.name}"
            self._connection.send(Message(topic, json.dumps(recognized, ensure_ascii=False)))

    def _change(self, event: Event) -> dict[str, Any]:
        """What of the state is different after the event."""
        match event:
            case events.Wake():
                return {"state": "listening"}
            case events.SpeechEnded():
                self._speech_ended_at = event.at - event.waited_ms / 1000
                nothing = event.reason in ("nothing_said", "stopped")
                return {"state": "idle" if nothing else "thinking"}
            case events.Understanding():
                return {"state": "thinking", "last_command": event.text[:LONGEST_STATE]}
            case events.Published():
                return self._latency(event)
            case events.Reply():
                self._asked = event.kind == "question"
                said = {"state": "speaking", "last_reply": event.text[:LONGEST_STATE]}
                return said | self._latency(event)
            case events.Rang():
                self._rang(event)
            case events.Spoken():
                return {"state": "listening" if self._asked else "idle"}
        return {}

    def _rang(self, event: events.Rang) -> None:
        """For automations: not kept, it is a moment."""
        what = {"kind": event.kind, "name": event.name, "text": event.text, "site": event.site_id}
        self._connection.send(Message(f"{self._base}/rang", json.dumps(what, ensure_ascii=False)))

    def _latency(self, event: Event) -> dict[str, Any]:
        """From the last sound of the command to the first thing that came of it."""
        since, self._speech_ended_at = self._speech_ended_at, None
        return {} if since is None else {"latency_ms": round((event.at - since) * 1000)}

    def _tell(self, topic: str, keys: Mapping[str, Any]) -> None:
        self._connection.send(_retained(f"{self._base}/{topic}", keys))


def _retained(topic: str, keys: Mapping[str, Any] | None = None) -> Message:
    """Without `keys` the message takes back what the topic has."""
    payload = "" if keys is None else json.dumps(keys, ensure_ascii=False)
    return Message(topic, payload, qos=1, retain=True)


def _percent(found: str | float) -> int:
    """A whole number of percent; ValueError for anything else. Home Assistant writes `42.0`."""
    number = float(found)
    if not 0 <= number <= 100:
        raise ValueError(f"{found} is not between 0 and 100")
    return round(number)
