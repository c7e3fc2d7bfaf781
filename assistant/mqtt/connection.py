"""The assistant's connection to the house's broker: always there, or honestly not.

It connects in the background and comes back by itself. Nothing is queued: a message is
acknowledged by the broker within its deadline or it is never sent, so that no command is carried
out minutes later.
"""

from __future__ import annotations

import logging
import random
import threading
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from secrets import token_hex
from typing import Self

from paho.mqtt.client import MQTTv5, MQTTv311, topic_matches_sub

from assistant.config import MqttSettings, SiteSettings
from assistant.errors import ConfigError, HouseError, SentError
from assistant.events import Message
from assistant.mqtt.approach import Approach
from assistant.mqtt.commands import Commands
from assistant.mqtt.link import Link, Received
from assistant.mqtt.problems import LinkDown, Refused
from assistant.mqtt.steady import Steady, Subscriber
from assistant.mqtt.terms import Terms, pauses
from assistant.threads import Supervised

log = logging.getLogger(__name__)

NOT_YET = "not connected yet"

MAX_PAYLOAD_BYTES = 64 * 1024
"""Longer messages are dropped. The longest state of a device that we read is below 1 KiB."""

MOST_REMEMBERED = 10_000  # topics of which it is known who hears them
MOST_TOLD = 1_000  # lines about topics that the broker does not let us use
FAREWELL_S = 1.0  # for the broker to acknowledge `offline` when we leave


class Connection:
    """The connection to the broker; open until `close()`.

    Threads: one, which connects, reads, writes and calls the subscribers; `Commands` has another.
    Every public method may be called from any thread; `publish` not from a subscriber, since it
    waits for an answer that only the subscriber's thread could read.
    """

    def __init__(
        self,
        settings: MqttSettings,
        site: SiteSettings,
        *,
        rng: Callable[[], float] = random.random,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        if not settings.host:
            raise ConfigError("mqtt.host is empty", fix="name the broker's host, e.g. localhost")
        self.settings = settings
        self.status_topic = f"{settings.topic}/{site.id}/status"
        """Retained: `online` while we are connected, `offline` otherwise."""

        if any(letter in self.status_topic for letter in "+#\0"):
            raise ConfigError(
                f"{self.status_topic!r} is no MQTT topic",
                fix="choose a mqtt.topic and a site.id without + and #",
            )
        self._where = f"{settings.host}:{settings.port}"
        # The same id for every connection of this process: when the broker has not noticed yet
        # that the last one is dead, the new one takes its place.
        client_id = settings.client_id or f"assistant-{site.id}-{token_hex(4)}"
        will = Message(self.status_topic, "offline", qos=1, retain=True)
        self._approach = Approach(settings, client_id, will, self._tell_once)
        self._rng = rng
        self._clock = clock
        self._changed = threading.Condition()
        self._link: Link | None = None
        self._closing = False
        self._problem = NOT_YET
        self._warned: str | None = None
        self._told: set[str] = set()
        self._opening: Link | None = None
        self._session = 0
        self._said = self._heard = 0
        self._dropped = 0
        self._received = 0
        self._subscribers = {self.status_topic: [Subscriber(self._on_status)]}
        self._wild: set[str] = set()
        self._hearers: dict[str, list[Subscriber]] = {}
        self._steady = Steady(clock)
        commands_id = f"{client_id}-{token_hex(2)}" if settings.client_id else client_id
        self._commands = Commands(settings, commands_id, rng, self._tell_once)
        self._thread = Supervised(self._run, "mqtt-connection", wanted=lambda: not self._closing)
        self._thread.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def online(self) -> bool:
        """Whether the broker can be reached at this moment, as far as we know."""
        link = self._link
        return link is not None and link.end is None

    @property
    def problem(self) -> str:
        """Why it is not online, for people; empty while it is."""
        link, opening = self._link, self._opening
        if link is None:
            if opening and opening.silent and self._warned is None:
                return f"{self._where} takes the connection and says nothing"
            return self._problem
        return link.end.why if link.end else ""

    @property
    def session(self) -> int:
        """Number of the present connection, counted from 1; 0 before the first."""
        return self._session

    @property
    def dropped(self) -> int:
        """Received messages that were dropped because they were too long or had no valid topic."""
        link = self._link
        return self._dropped + (link.undecodable if link else 0)

    @property
    def received(self) -> int:
        """Messages received since the start."""
        return self._received

    @property
    def slowed(self) -> int:
        """Messages of which only a later one of the same topic was looked at: it flooded."""
        return self._steady.skipped

    @property
    def retains(self) -> bool:
        """Whether the broker keeps retained messages, as far as we know."""
        link = self._link
        return link is None or link.limits.retain

    @property
    def version(self) -> str:
        """Of MQTT, as it is spoken at present."""
        return "5" if self._approach.version == MQTTv5 else "3.1.1"

    def wait_online(self, timeout_s: float) -> bool:
        """Wait until the broker can be reached; False when it could not within `timeout_s`."""
        with self._changed:
            self._changed.wait_for(lambda: self.online or self._closing, timeout_s)
            return self.online

    def wait_tried(self, timeout_s: float) -> bool:
        """The same, but no longer than the first attempt takes: one that is refused says enough."""
        with self._changed:
            self._changed.wait_for(
                lambda: self.online or self._closing or self._problem != NOT_YET, timeout_s
            )
            return self.online

    def wait_settled(self, timeout_s: float) -> bool:
        """Wait until what the broker had retained for the present subscribers is handed out.

        It works in order: our `online`, said after the subscriptions, comes back after it. False
        also means that the broker does not let us say it, or not hear it.
        """
        until = self._clock() + timeout_s
        if not self.wait_online(timeout_s):
            return False
        with self._changed:
            link, session = self._link, self._session
            if link is None:
                return False

            def over() -> bool:
                return self._session != session or self._closing

            self._changed.wait_for(lambda: link.subscribed or over(), until - self._clock())
            self._say_online(link)
            awaited = self._said
            self._changed.wait_for(lambda: self._heard >= awaited or over(), until - self._clock())
            return self._session == session and self._heard >= awaited

    def _say_online(self, link: Link, qos: int = 1) -> int | None:
        """Retained; how often it was said and came back is counted for each connection."""
        self._said += 1
        with suppress(LinkDown, Refused):  # then nothing comes back
            return link.send(Message(self.status_topic, "online", qos=qos, retain=True))
        return None

    def subscribe(
        self,
        topic_filter: str,
        callback: Received,
        *,
        qos: int = 1,
        max_bytes: int = MAX_PAYLOAD_BYTES,
        steady: bool = False,
    ) -> None:
        """Call `callback(topic, payload, retained)` for every message, now and after reconnects.

        qos          1: the broker keeps what is said while we are away; 0: it does not, and may
                     then hand out more than a thousand retained messages at once
        max_bytes    longer messages are dropped and counted
        steady       a topic that floods is slowed down: of what is too much, the last word counts

        It is called on the connection's thread and must return soon. What it raises is logged;
        the message is not delivered again.
        """
        subscriber = Subscriber(callback, max_bytes, steady, qos)
        with self._changed:
            self._hearers.clear()
            subscribers = self._subscribers.setdefault(topic_filter, [])
            subscribers.append(subscriber)
            if "+" in topic_filter or "#" in topic_filter:
                self._wild.add(topic_filter)
            if self._link:
                self._link.subscribe([(topic_filter, max(one.qos for one in subscribers))])

    def renew(self, topics: Iterable[str]) -> None:
        """Have the broker hand out once more what it has retained on these topics, if we are
        subscribed to them."""
        with self._changed:
            if self._link:
                self._link.subscribe(
                    (topic, max(one.qos for one in subscribers))
                    for topic in topics
                    if (subscribers := self._subscribers.get(topic))
                )

    def unsubscribe(self, topic_filter: str, callback: Received) -> None:
        """Not any more; nothing happens when it was not subscribed."""
        with self._changed:
            subscribers = self._subscribers.get(topic_filter, [])
            subscribers[:] = [one for one in subscribers if one.callback != callback]
            self._hearers.clear()
            gone = not subscribers and self._subscribers.pop(topic_filter, None) is not None
            if gone:
                self._wild.discard(topic_filter)
            if gone and self._link:
                self._link.unsubscribe(topic_filter)

    def publish(self, message: Message, deadline_s: float | None = None) -> None:
        """Return when the broker has acknowledged the message.

        deadline_s    seconds; None: `mqtt.publish_s`

        Raises HouseError when it is not connected or the deadline passes. The message is not
        sent later: the connection is reset and whatever was in flight dies with it. What a broker
        has taken by then it may still pass on, which raises SentError; commands use QoS 2, where
        it has to wait for our second word (see assistant/home/dialects/command.py).
        """
        link = self._link
        if link is None:
            raise self._unreachable(self._problem)
        way = self._commands.link or link
        try:
            way.publish(message, self.settings.publish_s if deadline_s is None else deadline_s)
        except LinkDown as error:
            link.abort(error.why)  # a broker that is silent there says nothing here, either
            if error.held:
                what = "I have lost the house" if error.lost else "the house has not answered"
                raise SentError(
                    f"I sent it, but {what}.",
                    fix=f"MQTT broker: {error.why}",
                    hangs=not error.lost,
                ) from error
            raise self._unreachable(error.why) from error
        except Refused as error:
            self._tell_once(message.topic, str(error))
            raise HouseError("I am not allowed to do that.", fix=f"MQTT broker: {error}") from error

    def send(self, message: Message) -> None:
        """Hand over news that is worth nothing later, without waiting; lost while it is away."""
        link = self._link
        if link is not None:
            with suppress(LinkDown, Refused):
                link.send(message)

    def _unreachable(self, why: str) -> HouseError:
        return HouseError("I can't reach the house.", fix=f"MQTT broker: {why}")

    def close(self) -> None:
        """Say `offline` and leave; does nothing the second time."""
        with self._changed:
            self._closing = True
            self._changed.notify_all()
            if self._link:
                self._link.wake()
        self._commands.close()
        # An attempt to connect cannot be interrupted; the thread ends by itself when it fails.
        self._thread.join(2 * FAREWELL_S)

    def _run(self) -> None:
        """Connect, stay, and after a pause connect again, until closed."""
        pause = pauses(self._rng)
        while not self._closing:
            if self._connect_and_stay():
                pause = pauses(self._rng)
            with self._changed:
                self._changed.wait_for(lambda: self._closing, next(pause))

    def _connect_and_stay(self) -> bool:
        """One connection from beginning to end; returns whether the broker took us in."""
        approach = self._approach
        will = approach.will
        link = Link(
            self.settings,
            approach.client_id,
            will,
            self._dispatch,
            self._changed,
            self._terms(),
            self._tell_once,
        )
        self._opening = link
        try:
            link.open()
        except LinkDown as down:
            self._note_down(down)
            approach.failed(down)
            return False
        since = self._clock()
        try:
            said = self._welcome(link)
            link.run(lambda: self._closing, tick=self._release)
            if self._closing:
                farewell = link.send(will)
                link.run(lambda: link.acknowledged(farewell), FAREWELL_S)
        except LinkDown:
            pass  # `link.end` knows why
        finally:
            self._leave(link)
        good = said is not None and link.acknowledged(said)
        if link.end and not self._closing:
            approach.ended(link.end, self._clock() - since, good=good)
        return good

    def _terms(self) -> Terms:
        return self._approach.terms(first=not self._session)

    def _welcome(self, link: Link) -> int | None:
        """Subscribe and tell the world; from here on it is online. Returns the id of that word."""
        with self._changed:
            link.subscribe(
                (topic_filter, max(one.qos for one in subscribers))
                for topic_filter, subscribers in self._subscribers.items()
            )
            self._link = link
            self._session += 1
            self._said = self._heard = 0
            self._warned = None
            self._changed.notify_all()
        self._commands.follow(self._approach.commands())
        log.info("MQTT broker %s: %s", self._where, "connected" if self._session == 1 else "back")
        if self.settings.version == "auto" and self._approach.version == MQTTv311:
            self._tell_once("version", f"{self._where} does not speak MQTT 5: 3.1.1 is spoken")
        for lack in link.limits.told():
            self._tell_once(lack, f"{self._where} {lack}")
        # Where nobody can tell which QoS is taken, the first word shows it.
        return self._say_online(link, qos=1 if self._approach.version == MQTTv5 else 2)

    def _tell_once(self, what: str, why: str) -> None:
        """What the broker does not do or allow, in one line, however often it comes up."""
        with self._changed:
            new = what not in self._told and len(self._told) < MOST_TOLD
            self._told.add(what)
        if new:
            log.warning("MQTT broker: %s", why)

    def _leave(self, link: Link) -> None:
        with self._changed:
            self._problem = link.end.why if link.end else self._problem
            self._link = None
            self._dropped += link.undecodable
        self._commands.follow(None)
        if link.end:
            self._note_down(link.end)
        link.close()

    def _note_down(self, down: LinkDown) -> None:
        """Warn once per outage, and again only when it turns out that the settings are wrong."""
        self._problem = down.why
        if self._closing:
            return
        if self._warned is None or (down.by_settings and down.why != self._warned):
            log.warning("MQTT broker away: %s; I keep trying", down.why)
            self._warned = down.why
        else:
            log.debug("MQTT broker still away: %s", down.why)

    def _dispatch(self, topic: str, payload: bytes, retained: bool) -> None:
        """Call the subscribers of one message, or put it off where the topic floods."""
        self._received += 1
        subscribers = self._hearers.get(topic) or self._find_hearers(topic)
        fitting = [one for one in subscribers if len(payload) <= one.max_bytes]
        if len(fitting) < len(subscribers):
            self._dropped += 1
            log.debug("dropped %d bytes on %s", len(payload), topic)
        late = self._steady.put_off(topic, payload, retained, fitting)
        for one in fitting:
            if not (late and one.steady):
                self._call(one, topic, payload, retained)

    def _find_hearers(self, topic: str) -> list[Subscriber]:
        """Everybody who wants to hear the topic; remembered: comparing it with every filter takes
        longer than everything else that is done about a message."""
        with self._changed:
            filters = [topic, *(one for one in self._wild if topic_matches_sub(one, topic))]
            found = [one for each in filters for one in self._subscribers.get(each, ())]
            if len(self._hearers) >= MOST_REMEMBERED:  # somebody makes topics up
                self._hearers.clear()
            self._hearers[topic] = found
            return found

    def _release(self) -> float:
        """Hand out what was put off and is due; seconds until something else is."""
        due, wait_s = self._steady.due()
        for topic, (payload, retained, subscribers) in due:
            for one in subscribers:
                self._call(one, topic, payload, retained)
        return wait_s

    def _call(self, one: Subscriber, topic: str, payload: bytes, retained: bool) -> None:
        try:
            one.callback(topic, payload, retained)
        except Exception:  # whatever it is, the connection must survive it
            log.exception("a subscriber of %s failed; the message is dropped", topic)

    def _on_status(self, _topic: str, payload: bytes, retained: bool) -> None:
        """Contradict the last will of a dead connection of ours that arrives late."""
        if payload == b"online" and not retained:
            with self._changed:
                self._heard += 1
                self._changed.notify_all()
        link = self._link
        if payload == b"offline" and link and not self._closing:
            self._say_online(link)
