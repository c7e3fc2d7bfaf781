"""One TCP connection to the broker, from CONNECT to its end; it is never used a second time.

paho keeps a message that was not acknowledged and sends it again after a reconnect: a lamp that
goes on minutes later. So every connection has a paho client of its own, with a clean session, and
whatever was in flight dies with it.

Threads: the thread that opened it runs its loop (`run`), calls back and alone touches the socket;
`send`, `publish`, `subscribe`, `abort` and `wake` may be called from any thread.
"""

from __future__ import annotations

import logging
import select
import socket
import ssl
import struct
import threading
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from itertools import islice
from typing import Any, cast

from paho.mqtt.client import Client, MQTTMessage, MQTTv5
from paho.mqtt.enums import CallbackAPIVersion, MQTTErrorCode
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.reasoncodes import ReasonCode

from assistant.config import MqttSettings
from assistant.events import Message
from assistant.mqtt.client import Paho
from assistant.mqtt.problems import CONNECT_S, LinkDown, Refused, explain, refused
from assistant.mqtt.terms import Limits, Terms

log = logging.getLogger(__name__)

BATCH = 20  # topics in one SUBSCRIBE: as many messages as Mosquitto has on their way
MOST_READ = 200  # packets in one turn of the loop
MOST_QUEUED = 1000
"""Messages that wait for the broker at one time: one for each intent of all skills at least."""
HEADER_BYTES = 16  # of a PUBLISH, beside its topic and its payload, at most
TICK_S = 1.0  # between two looks at the keep-alive
ABORT_S = 1.0  # for the loop's thread to reset the connection
NO_LINGER = struct.pack("ii", 1, 0)
"""SO_LINGER on, 0 s: close() throws away what is unsent and resets the connection."""

Received = Callable[[str, bytes, bool], None]
"""Topic, payload, retained; called on the loop's thread."""

QUICKACK = getattr(socket, "TCP_QUICKACK", socket.TCP_NODELAY)  # only Linux has it
LOST = ReasonCode(PacketTypes.DISCONNECT, "Unspecified error")
"""How paho says that the other side closed the connection."""


class Link:
    """One connection. `changed` is notified whenever something about it changes."""

    def __init__(
        self,
        settings: MqttSettings,
        client_id: str,
        will: Message | None,
        received: Received,
        changed: threading.Condition,
        terms: Terms = Terms(),  # noqa: B008 - frozen
        refused_topic: Callable[[str, str], None] = lambda topic, why: None,
    ) -> None:
        """refused_topic    called with a topic that we may not use, and a sentence that says so"""
        self._settings = settings
        self._terms = terms
        self._where = f"{settings.host}:{settings.port}"
        self._received = received
        self._changed = changed
        self._refused_topic = refused_topic
        self.limits = Limits(qos=terms.most_qos)
        """What the broker does; known once it is open."""

        self._accepted = False
        self._end: LinkDown | None = None
        self._reset = False
        self._wanted: dict[str, int] = {}
        self._asked: dict[int, list[str]] = {}
        self.silent = False
        """The connection stands, and the broker has not said a word yet."""

        self.undecodable = 0
        """Messages whose topic was not UTF-8, dropped."""

        self._client = self._new_client(client_id, will)
        self._wake_in, self._wake_out = socket.socketpair()

    def _new_client(self, client_id: str, will: Message | None) -> Paho:
        client = Paho(
            CallbackAPIVersion.VERSION2,
            client_id=client_id,
            clean_session=None if self._terms.version == MQTTv5 else not self._terms.resume,
            protocol=self._terms.version,
            reconnect_on_failure=False,
        )
        client.max_queued_messages_set(MOST_QUEUED)
        if self._terms.tls:
            client.tls_set_context(self._terms.tls)
            client.tls_insecure_set(not self._terms.tls.check_hostname)
        client.connect_timeout = CONNECT_S
        if self._settings.username is not None:
            client.username_pw_set(self._settings.username, self._settings.password)
        if will:
            client.will_set(will.topic, will.payload, will.qos, will.retain)
        client.on_connect = self._on_connect
        client.on_disconnect = self._on_disconnect
        client.on_publish = self._on_publish
        client.on_subscribe = self._on_subscribe
        client.on_message = self._on_message
        # Tells paho that somebody else writes; without it, it would write on the caller's thread.
        client.on_socket_register_write = lambda *_: self.wake()
        return client

    @property
    def end(self) -> LinkDown | None:
        """Why it ended; None while it is alive."""
        return self._end

    def open(self) -> None:
        """Connect and wait for the broker's welcome; raises LinkDown."""
        settings, tls = self._settings, self._terms.tls
        if tls:
            tls.problem = None
        try:
            self._client.connect(
                settings.host,
                settings.port,
                settings.keepalive_s,
                clean_start=not self._terms.resume if self._terms.version == MQTTv5 else 3,
                properties=self._terms.connect_properties(),
            )
        except (OSError, UnicodeError) as error:
            self._finish(explain(error, self._settings))
        # Without it the kernel holds a small packet back until the last one is acknowledged, which
        # the other side puts off for 40 ms: every message would take that long.
        self._set_option(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.silent = True
        self.run(lambda: self._accepted, CONNECT_S)
        silent, self.silent = self._end is None and not self._accepted, False
        end = self._end
        if end and not self._accepted and not (end.by_settings or end.lacks):
            self._end = self._no_broker(end)
        if self._end or not self._accepted:
            why = f"{self._where} does not answer like an MQTT broker"
            if silent:
                why += f": it takes the connection and says nothing for {CONNECT_S:g} s"
            self._finish(LinkDown(why, mute=True))

    def _no_broker(self, end: LinkDown) -> LinkDown:
        """Closed before a word of welcome: often TLS, or its certificates, on one side only."""
        tls = self._terms.tls
        if tls and tls.problem:
            return explain(tls.problem, self._settings)
        if not end.why.endswith("lost"):
            return LinkDown(end.why, mute=True)
        # It says why it refuses a certificate, but hangs up at once: that may arrive first.
        own = self._settings.tls and self._settings.tls.cert_file
        certificate = "refuse our certificate" if own else "want a certificate of ours"
        why = (
            f"does it {certificate} (mqtt.tls.cert_file)" if tls else "does it want TLS (mqtt.tls)"
        )
        return LinkDown(f"{end.why} before it said a word: {why}?", mute=True)

    def run(
        self,
        until: Callable[[], bool],
        timeout_s: float | None = None,
        tick: Callable[[], float] = lambda: TICK_S,
    ) -> None:
        """Read, write and call back until `until()`, the end of the link or the timeout.

        tick    called at every turn; how many seconds later at most it wants to be called again
        """
        stop_at = None if timeout_s is None else time.monotonic() + timeout_s
        while self._end is None and not until():
            wait_s = min(TICK_S, tick())
            left_s = wait_s if stop_at is None else min(wait_s, stop_at - time.monotonic())
            if left_s <= 0 or not self._turn(left_s):
                return

    def _turn(self, timeout_s: float) -> bool:
        """One turn of the loop; False when there is no connection any more."""
        sock = cast("socket.socket | None", self._client.socket())
        if sock is None:
            return False
        to_write = [sock] if self._client.want_write() else []
        # What was read already, or decrypted, does not show in select().
        pending = self._client.unread or (isinstance(sock, ssl.SSLSocket) and sock.pending() > 0)
        readable, writable, _ = select.select(
            [sock, self._wake_in], to_write, [], 0 if pending else timeout_s
        )
        if self._wake_in in readable:
            self._wake_in.recv(4096)
        try:
            if pending or sock in readable:
                self._read(sock)
            if sock in writable:
                self._client.loop_write()
            self._client.loop_misc()
        except (ValueError, LookupError, struct.error) as error:  # paho 2.1, of garbage
            self._set_end(LinkDown(f"{self._where} sends what is not MQTT: {error}"))
        except ssl.SSLError as error:  # TLS 1.3 refuses our certificate after the handshake
            self._set_end(explain(error, self._settings))
        return True

    def _read(self, sock: socket.socket) -> None:
        """Take in what has arrived, at most so much that commands do not wait for their turn."""
        for _ in range(MOST_READ):
            self._client.loop_read()
            if not self._client.unread:
                break
        # A broker that holds back small packets (Nagle) waits for this acknowledgement. Linux puts
        # it off for 40 ms, and forgets our wish to have it sent at once after each read.
        self._set_option(socket.IPPROTO_TCP, QUICKACK, 1)

    def subscribe(self, filters: Iterable[tuple[str, int]]) -> None:
        """Ask for (topic filter, QoS); does not wait.

        A broker holds back few messages for each client (Mosquitto: 20 on their way, 1,000 in the
        queue) and drops the rest: a thousand retained states at once would not all arrive. So only
        so many are asked for as can be on their way.
        """
        with self._changed:
            for topic_filter, qos in filters:  # asked for once, however many want to hear it
                most = min(max(qos, self._wanted.get(topic_filter, 0)), self.limits.qos)
                self._wanted[topic_filter] = most
        self._ask()

    def _ask(self) -> None:
        """Send the next SUBSCRIBE unless one is unanswered."""
        with self._changed:
            if self._asked or not self._wanted:
                return
            batch = list(islice(self._wanted.items(), BATCH))
            for topic_filter, _ in batch:
                del self._wanted[topic_filter]
            _, message_id = self._client.subscribe(batch)
            if message_id is not None:
                self._asked[message_id] = [topic_filter for topic_filter, _ in batch]
        self.wake()

    @property
    def subscribed(self) -> bool:
        """Whether the broker has answered everything that was asked for."""
        return not self._wanted and not self._asked

    def unsubscribe(self, topic_filter: str) -> None:
        """Ask for the topic no more; does not wait."""
        with self._changed:
            asked = self._wanted.pop(topic_filter, None) is None
        if asked:
            self._client.unsubscribe(topic_filter)
            self.wake()

    def send(self, message: Message) -> int:
        """Hand over a message without waiting; returns its id. Raises LinkDown, Refused."""
        limits = self.limits
        size = len(message.topic.encode()) + len(message.payload.encode()) + HEADER_BYTES
        if size > limits.packet_bytes:
            why = f"{self._where} takes {limits.packet_bytes} bytes in one message at most"
            self._refused_topic(message.topic, f"{why}: {message.topic} has {size}")
            raise Refused(why)
        qos, retain = min(message.qos, limits.qos), message.retain and limits.retain
        info = self._client.publish(message.topic, message.payload, qos, retain)
        self._client.topics[info.mid] = message.topic
        if info.mid in self._client.acknowledged:
            self._note_refusal(info.mid)
        self.wake()
        if info.rc == MQTTErrorCode.MQTT_ERR_QUEUE_SIZE:
            raise Refused(f"{MOST_QUEUED} messages are waiting for {self._where} already")
        if info.rc != MQTTErrorCode.MQTT_ERR_SUCCESS:
            raise self._end or LinkDown(f"connection to {self._where} lost")
        return info.mid

    def publish(self, message: Message, deadline_s: float) -> None:
        """Send a message and wait until the broker has it for good (QoS 0: until it is written).

        When `deadline_s` passes, the connection is reset: what the kernel still holds is never
        delivered. Raises LinkDown, or Refused where an MQTT 5 broker says that we may not.
        """
        message_id = self.send(message)
        with self._changed:
            self._changed.wait_for(
                lambda: message_id in self._client.acknowledged or self._end is not None, deadline_s
            )
            done = message_id in self._client.acknowledged
            self._client.acknowledged.discard(message_id)
            refused = self._client.refusals.pop(message_id, None)
        if refused is not None:
            raise Refused(self._not_let("publish on", message.topic, refused))
        if not done:
            hangs = self._end is None
            end = self.abort(f"{self._where} acknowledged nothing for {deadline_s:g} s")
            # Where it takes no QoS 2, a command that is in its socket is as good as taken.
            held = message_id in self._client.held or message.qos > self.limits.qos > 0
            raise LinkDown(end.why, held=held, lost=not hangs)

    def _not_let(self, do: str, topic: str, reason: str) -> str:
        who = repr(self._settings.username) if self._settings.username else "us"
        return f"{self._where} does not let {who} {do} {topic} ({reason})"

    def acknowledged(self, message_id: int) -> bool:
        """Whether the broker has the message that `send` gave this id."""
        return message_id in self._client.acknowledged

    def abort(self, why: str) -> LinkDown:
        """End it at once, unsent bytes and all; returns why it ended, when it is over."""
        end = self._set_end(LinkDown(why))
        self.wake()
        with self._changed:
            self._changed.wait_for(lambda: self._reset, ABORT_S)
        return end

    def wake(self) -> None:
        """Let the loop look at its `until` and at what is to be written."""
        with suppress(OSError):  # closed, or full of wake-ups that it has not looked at yet
            self._wake_out.send(b"!", socket.MSG_DONTWAIT)

    def close(self) -> None:
        """Leave, on the loop's thread: in order, or by a reset where it has broken."""
        if self._end is None:
            self._client.disconnect()
            self.run(lambda: False, ABORT_S)
        with suppress(LinkDown):
            self._finish(LinkDown("closed"))

    def _finish(self, end: LinkDown) -> None:
        """Reset what is still open, and raise why it ended."""
        end = self._set_end(end)
        sock = self._client.socket()
        self._set_option(socket.SOL_SOCKET, socket.SO_LINGER, NO_LINGER)
        if sock is not None:
            sock.close()
        self._wake_in.close()
        self._wake_out.close()
        with self._changed:
            self._reset = True
            self._changed.notify_all()
        raise end

    def _set_end(self, end: LinkDown) -> LinkDown:
        """The first reason is the one that counts."""
        with self._changed:
            self._end = self._end or end
            self._changed.notify_all()
            return self._end

    def _set_option(self, level: int, option: int, value: int | bytes) -> None:
        sock = cast("socket.socket | None", self._client.socket())
        with suppress(OSError):  # closed meanwhile: there is nothing left to set
            if sock is not None:
                sock.setsockopt(level, option, value)

    def _on_connect(self, _client: Client, _data: Any, _flags: Any, code: Any, more: Any) -> None:
        if code.is_failure:
            self._set_end(refused(str(code), self._settings))
        elif self._terms.version == MQTTv5:
            self.limits = Limits.of(more)
            # paho refuses to change it from here on, though it has sent nothing yet.
            self._client._max_inflight_messages = self.limits.in_flight
        self._accepted = not code.is_failure

    def _on_disconnect(self, _client: Client, _data: Any, _f: Any, code: Any, _m: Any) -> None:
        reason = "" if code == LOST else f" ({code})"
        taken_over, lost = str(code) == "Session taken over", code == LOST
        why = f"connection to {self._where} lost{reason}"
        self._set_end(LinkDown(why, taken_over=taken_over, lost=lost))

    def _on_publish(self, _client: Client, _data: Any, mid: int, code: Any, _more: Any) -> None:
        with self._changed:
            if code.is_failure:  # of a refusing PUBREC the reason is known already
                self._client.refusals.setdefault(mid, str(code))
            self._client.acknowledged.add(mid)
            self._changed.notify_all()
        self._note_refusal(mid)

    def _note_refusal(self, mid: int) -> None:
        topic, refused = self._client.topics.pop(mid, None), self._client.refusals.get(mid)
        if refused and topic:
            self._refused_topic(topic, self._not_let("publish on", topic, refused))

    def _on_subscribe(self, _client: Client, _data: Any, mid: int, codes: Any, _more: Any) -> None:
        with self._changed:
            asked = self._asked.pop(mid, [])
            self._changed.notify_all()
        for topic_filter, code in zip(asked, codes, strict=False):
            if code.is_failure:
                why = self._not_let("hear", topic_filter, str(code))
                self._refused_topic(topic_filter, why)
        self._ask()

    def _on_message(self, _client: Client, _data: Any, message: MQTTMessage) -> None:
        try:
            topic = message.topic
        except UnicodeDecodeError:
            self.undecodable += 1
            return
        self._received(topic, bytes(message.payload), message.retain)
