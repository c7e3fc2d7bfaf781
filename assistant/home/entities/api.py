"""One connection to Home Assistant's WebSocket API; it comes back by itself.

What it announces is read again whenever one of its registries changes. A command is one service
call, which Home Assistant answers when it is done or says why not.

Threads: one, which connects, reads and calls the subscribers; every public method may be called
from any other.
"""

from __future__ import annotations

import json
import logging
import random
import socket
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import replace
from functools import partial
from typing import Any, Self
from urllib.parse import urlsplit, urlunsplit

from websockets.exceptions import InvalidHandshake, WebSocketException
from websockets.sync.client import ClientConnection, connect

from assistant.config import HouseSettings
from assistant.errors import ConfigError, HouseError
from assistant.events import Message
from assistant.home.carrier import Received
from assistant.home.discovery.announced import Announcement
from assistant.home.entities.exposure import ASSISTANT, read_exposes_new, read_listed
from assistant.home.entities.registry import Registries
from assistant.mqtt.terms import pauses
from assistant.threads import Supervised

log = logging.getLogger(__name__)

CONNECT_S = 5.0
ANSWER_S = 2.0  # for a service call; what takes longer did not happen as far as we know
LOOK_S = 5.0  # so often it is asked what is exposed: of some entities no event tells
SOON_S = 0.3  # after a change of a registry all of them are read again
LARGEST_BYTES = 64 * 1024 * 1024  # a big house has some megabytes of states
STOP_S = 5.0

CHANGES = (
    "area_registry_updated",
    "floor_registry_updated",
    "device_registry_updated",
    "entity_registry_updated",
)

EXPOSED: Mapping[str, str] = {"type": "homeassistant/expose_entity/list"}

QUESTIONS: Mapping[str, Mapping[str, str]] = {
    "config": {"type": "get_config"},
    "areas": {"type": "config/area_registry/list"},
    "floors": {"type": "config/floor_registry/list"},
    "devices": {"type": "config/device_registry/list"},
    "entities": {"type": "config/entity_registry/list"},
    "exposed": EXPOSED,
    "exposes_new": {"type": "homeassistant/expose_new_entities/get", "assistant": ASSISTANT},
    "states": {"type": "get_states"},
}
"""Part of the registries → the command that lists it."""


class HomeAssistantApi:
    """The connection: a `Carrier` for the dialect `homeassistant_entity`, and its announcements."""

    name = "home assistant"

    def __init__(self, url: str, token: str) -> None:
        """
        url      http://homeassistant.local:8123
        token    a long-lived access token: Home Assistant, your profile, Security
        """
        self._url = _websocket(url)
        self._where = urlsplit(url).netloc
        self._token = token
        self._changed = threading.Condition()
        self._socket: ClientConnection | None = None
        self._session = 0
        self._closing = False
        self._number = 0
        self._asked: dict[int, Future[Any]] = {}
        self._registries = Registries()
        self._commanded: frozenset[str] = frozenset()
        """Entities that may be commanded."""

        self._withdrawn: frozenset[str] = frozenset()
        """Entities that could be commanded, and are not exposed any more."""

        self._read_at: float | None = None
        self._look_at = 0.0
        self._exposed: object = None
        """As it was answered last."""

        self._problem = ""
        self._subscribers: defaultdict[str, list[Received]] = defaultdict(list)
        self.on_change: Callable[[], None] = lambda: None
        """Called when other things are announced than before."""

        self._thread = Supervised(self._run, "home-assistant", wanted=lambda: not self._closing)
        self._thread.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Leave; does nothing the second time."""
        with self._changed:
            self._closing = True
            self._changed.notify_all()
            connected = self._socket
        if connected:
            connected.close()
        self._thread.join(STOP_S)

    # A carrier.

    @property
    def online(self) -> bool:
        """Whether commands can be given."""
        return self._socket is not None

    @property
    def session(self) -> int:
        """Number of the present connection, counted from 1."""
        return self._session

    def wait_online(self, timeout_s: float) -> bool:
        """Wait until it has read everything; False when it could not within `timeout_s`."""
        with self._changed:
            self._changed.wait_for(
                lambda: self._closing or self._problem or self._registries.states, timeout_s
            )
            return bool(self._registries.states)

    @property
    def problem(self) -> str:
        """Why it is not online, for people; empty while it is."""
        return self._problem

    @property
    def unreadable(self) -> str:
        """Why nothing of it can be commanded, for people; empty where it says what it exposes."""
        return self._registries.unreadable

    def publish(self, message: Message) -> None:
        """Call the service `<domain>/<service>`; returns when it is done. Raises HouseError."""
        domain, _, service = message.topic.partition("/")
        data = json.loads(message.payload)
        if data.get("entity_id") in self._withdrawn:
            raise HouseError(
                "Home Assistant does not let me do that any more.",
                fix=f"{data.get('entity_id')} is not exposed to Assist: Settings, Voice assistants",
            )
        called = self._ask(
            {"type": "call_service", "domain": domain, "service": service, "service_data": data}
        )
        try:
            called.result(ANSWER_S)
            # It tells only what has changed; that it has done it is a word about the state, too.
            state = self._registries.states.get(str(data.get("entity_id")))
            if state:
                self._report(state, [state["entity_id"]])
        except TimeoutError as error:
            raise HouseError(
                "Home Assistant does not answer.", fix=f"{self._where}: {message.topic}"
            ) from error

    def subscribe(self, topic_filter: str, callback: Received, *, steady: bool = False) -> None:
        """Hear of an entity; what is known of it comes at once."""
        with self._changed:
            self._subscribers[topic_filter].append(callback)
            state = self._registries.states.get(topic_filter.partition("/")[0])
        if state:
            self._report(state, [topic_filter])

    def unsubscribe(self, topic_filter: str, callback: Received) -> None:
        """Not any more."""
        with self._changed, suppress(ValueError):
            self._subscribers[topic_filter].remove(callback)

    # What it announces.

    def announced(self) -> Iterable[Announcement]:
        """The entities that may be commanded, as of now."""
        return self._registries.announced(self._where)

    def furnish(self, house: HouseSettings) -> HouseSettings:
        """`house` with its floors and areas, too."""
        return self._registries.furnish(house)

    # The connection's thread.

    def _run(self) -> None:
        pause = pauses(random.random)
        while not self._closing:
            before = self._session
            try:
                self._connect_and_stay()
            except (OSError, WebSocketException, HouseError, ValueError, LookupError) as error:
                self._note_down(error)
            if self._session != before:
                pause = pauses(random.random)
            with self._changed:
                self._socket = None
                lost, self._asked = tuple(self._asked.values()), {}
            for asked in lost:
                asked.set_exception(HouseError("I can't reach Home Assistant.", fix=self._where))
            with self._changed:
                self._changed.wait_for(lambda: self._closing, next(pause))

    def _connect_and_stay(self) -> None:
        connected = connect(
            self._url, open_timeout=CONNECT_S, close_timeout=1, max_size=LARGEST_BYTES
        )
        with connected:
            connected.recv(CONNECT_S)
            connected.send(json.dumps({"type": "auth", "access_token": self._token}))
            answer = json.loads(connected.recv(CONNECT_S))
            if answer.get("type") != "auth_ok":
                raise PermissionError("it does not accept the token")
            with self._changed:
                self._socket, self._session, self._problem = connected, self._session + 1, ""
            log.info("Home Assistant %s: connected", self._where)
            for event in ("state_changed", *CHANGES):
                self._ask({"type": "subscribe_events", "event_type": event})
            self._read_all()
            self._listen(connected)

    def _listen(self, connected: ClientConnection) -> None:
        while not self._closing:
            now = time.monotonic()
            if self._read_at is not None and self._read_at <= now:
                self._read_all()
            elif self._look_at <= now:
                self._look_at = now + LOOK_S
                self._ask(EXPOSED).add_done_callback(self._looked)
            due = self._look_at if self._read_at is None else min(self._read_at, self._look_at)
            with suppress(TimeoutError):
                self._take(json.loads(connected.recv(max(0.0, due - time.monotonic()))))

    def _looked(self, asked: Future[Any]) -> None:
        """What is exposed now; a change of it is a change of everything."""
        if _answer(asked) != self._exposed:
            self._changes()

    def _changes(self) -> None:
        """Something else is there: read everything, soon, whatever else happens meanwhile."""
        if self._read_at is None:
            self._read_at = time.monotonic() + SOON_S

    def _note_down(self, error: Exception) -> None:
        why = _explain(error)
        if not self._closing and why != self._problem:
            log.warning("Home Assistant %s away: %s; I keep trying", self._where, why)
        with self._changed:
            self._problem = why
            self._changed.notify_all()

    def _ask(self, question: Mapping[str, Any]) -> Future[Any]:
        """Send a question; raises HouseError when there is nobody to ask."""
        with self._changed:
            if self._socket is None:
                raise HouseError("I can't reach Home Assistant.", fix=self._problem or self._where)
            self._number += 1
            asked = self._asked[self._number] = Future()
            try:
                self._socket.send(json.dumps({"id": self._number, **question}))
            except (OSError, WebSocketException) as error:
                raise HouseError("I can't reach Home Assistant.", fix=_explain(error)) from error
            return asked

    def _take(self, said: Mapping[str, Any]) -> None:
        """One message of Home Assistant."""
        if said.get("type") == "event":
            self._happened(said["event"])
        elif said.get("type") == "result":
            with self._changed:
                asked = self._asked.pop(said["id"], None)
            if asked and said.get("success"):
                asked.set_result(said.get("result"))
            elif asked:
                problem = str(said.get("error", {}).get("message"))
                asked.set_exception(HouseError("Home Assistant could not do that.", fix=problem))

    def _happened(self, event: Mapping[str, Any]) -> None:
        if event["event_type"] != "state_changed":
            self._changes()
            return
        entity_id, new = event["data"]["entity_id"], event["data"].get("new_state")
        states = self._registries.states
        if new is None or entity_id not in states:
            self._changes()
        else:
            states[entity_id] = new
            self._report(new, [entity_id, f"{entity_id}/available"])

    def _report(self, state: Mapping[str, Any], topics: Iterable[str]) -> None:
        there = b"offline" if state["state"] == "unavailable" else b"online"
        attributes = state.get("attributes", {})
        whole = json.dumps({"state": state["state"], "attributes": attributes}).encode()
        for topic in topics:
            payload = there if topic.endswith("/available") else whole
            for callback in tuple(self._subscribers.get(topic, ())):
                callback(topic, payload, False)

    def _read_all(self) -> None:
        """Ask for every registry; when all have answered, for the aliases."""
        self._read_at = None
        answers: dict[str, Any] = {}

        def answered(name: str, asked: Future[Any]) -> None:
            answers[name] = _answer(asked)  # an older Home Assistant has no floors
            if len(answers) == len(QUESTIONS):
                self._exposed = answers["exposed"]
                self._read_aliases(read_registries(answers))

        for name, question in QUESTIONS.items():
            self._ask(question).add_done_callback(partial(answered, name))

    def _read_aliases(self, found: Registries) -> None:
        wanted = found.wanted()
        problem = found.unreadable
        if problem and problem != self._registries.unreadable:
            version = found.config.get("version", "of an unknown version")
            log.warning(
                "Home Assistant %s (%s): nothing of it can be commanded: %s",
                *(self._where, version, problem),
            )
        # What is hidden is refused from this moment on.
        before, self._commanded = self._commanded | self._withdrawn, frozenset(wanted)
        self._withdrawn = before - self._commanded

        def answered(asked: Future[Any]) -> None:
            entries = _mapping(_answer(asked))
            entities = tuple({**e, **_mapping(entries.get(e["entity_id"]))} for e in found.entities)
            with self._changed:
                self._registries = replace(found, entities=entities)
                self._changed.notify_all()
            for entity_id in wanted:
                self._report(found.states[entity_id], [entity_id, f"{entity_id}/available"])
            self.on_change()

        known = {entity["entity_id"] for entity in found.entities}
        ids = [entity_id for entity_id in wanted if entity_id in known]
        if self._socket:
            question = {"type": "config/entity_registry/get_entries", "entity_ids": ids}
            self._ask(question).add_done_callback(answered)


def _answer(asked: Future[Any]) -> Any:
    """The answer; None where the question is not known there, or the connection is lost."""
    return None if asked.exception() else asked.result()


NEEDED: Mapping[str, tuple[str, ...]] = {
    "areas": ("area_id", "name"),
    "floors": ("floor_id", "name"),
    "devices": ("id",),
    "entities": ("entity_id",),
    "states": ("entity_id", "state"),
}
"""List → the keys without which an entry is left out."""


def read_registries(answers: Mapping[str, Any]) -> Registries:
    """What Home Assistant answered to `QUESTIONS`; None where it does not know the question."""
    listed = {name: _entries(answers[name], keys) for name, keys in NEEDED.items()}
    states = {state["entity_id"]: state for state in listed.pop("states")}
    exposed, unreadable = read_listed(answers["exposed"])
    return Registries(
        config=_mapping(answers["config"]),
        exposed=exposed,
        exposes_new=read_exposes_new(answers.get("exposes_new")),
        unreadable=unreadable,
        states=states,
        **listed,
    )


def _entries(found: object, keys: tuple[str, ...]) -> tuple[Mapping[str, Any], ...]:
    return tuple(
        entry
        for entry in (found if isinstance(found, list) else ())
        if isinstance(entry, dict) and all(isinstance(entry.get(key), str) for key in keys)
    )


def _mapping(found: object) -> Mapping[str, Any]:
    return found if isinstance(found, dict) else {}


def _websocket(url: str) -> str:
    """http://host:8123 → ws://host:8123/api/websocket; raises ConfigError."""
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.netloc:
        raise ConfigError(
            f"bridge.homeassistant.url: {url!r} is no address of a Home Assistant",
            fix="write it as in the browser: http://homeassistant.local:8123",
        )
    scheme = "wss" if parts.scheme == "https" else "ws"
    return urlunsplit((scheme, parts.netloc, "/api/websocket", "", ""))


def _explain(error: Exception) -> str:
    """Why it cannot be reached, for people."""
    if isinstance(error, socket.gaierror):
        return "the host is unknown"
    if isinstance(error, ConnectionRefusedError):
        return "nothing listens there (connection refused)"
    if isinstance(error, TimeoutError):
        return f"no answer within {CONNECT_S:g} s"
    if isinstance(error, PermissionError):
        return f"{error}: make a new one (your profile, Security), bridge.homeassistant.token_file"
    if isinstance(error, InvalidHandshake):
        return "it does not answer like a Home Assistant"
    return str(error) or type(error).__name__
