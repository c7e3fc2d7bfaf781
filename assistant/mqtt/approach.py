"""How the next attempt to connect is made, after what came of those before.

A broker that does not do what we ask for says so in MQTT 5, most of the time; in 3.1.1 it closes
the connection. So each attempt asks for as much as can be had, and less after it was refused.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from secrets import token_hex

from paho.mqtt.client import MQTTv5, MQTTv311

from assistant.config import MqttSettings
from assistant.events import Message
from assistant.mqtt.problems import LinkDown
from assistant.mqtt.terms import Terms, open_tls

SHORT_S = 5.0  # a connection that ends sooner may have been taken by a client with the same id
MOST_FIGHTS = 3  # such connections in a row
MOST_LOST = 2  # connections in a row that end at our first word


class Approach:
    """Used by the connection's thread only."""

    def __init__(
        self,
        settings: MqttSettings,
        client_id: str,
        will: Message,
        tell_once: Callable[[str, str], None],
    ) -> None:
        """Raises ConfigError for files of TLS that do not do.

        tell_once    called with a subject and a line for the log
        """
        self._settings = settings
        self._tell_once = tell_once
        self._tls = open_tls(settings)
        self._both = settings.version == "auto"
        self._most_qos = 2
        self._mute = self._lost = self._fights = 0
        self.client_id = client_id
        self.will = will
        self.version = MQTTv311 if settings.version == "3.1.1" else MQTTv5

    def terms(self, *, first: bool) -> Terms:
        """The broker forgets what it knew of us before this process, and remembers us from then on.

        It then keeps what devices report while we are away. MQTT 3.1.1 knows no end of that, so
        only a client id that the user chose is left behind there.
        """
        remembered_s = self._settings.session_s
        if self.version == MQTTv5:
            return Terms(
                self.version, self._tls, not first and remembered_s > 0, session_s=remembered_s
            )
        resume = bool(self._settings.client_id) and remembered_s > 0
        return Terms(self.version, self._tls, resume, self._most_qos)

    def commands(self) -> Terms:
        """Those of the connection for commands, which nobody has to remember."""
        return Terms(self.version, self._tls, most_qos=self._most_qos)

    def failed(self, down: LinkDown) -> None:
        """No connection came about."""
        self._most_qos, self._lost = 2, 0
        if down.lacks == "qos":
            self.will = replace(self.will, qos=0)
        elif down.lacks == "retain":
            self.will = replace(self.will, retain=False)
        elif down.mute:
            self._mute += 1
            if self._both:
                self.version = MQTTv311 if self.version == MQTTv5 else MQTTv5
            # Some close at a will that asks for more than they do, without saying so.
            if self._mute % (2 if self._both else 1) == 0:
                full = self.will.qos > 0
                self.will = replace(self.will, qos=0 if full else 1, retain=not full)

    def ended(self, end: LinkDown, lasted_s: float, *, good: bool) -> None:
        """A connection is over.

        good    the broker took our first word on it
        """
        self._give_way(end, short=good and lasted_s < SHORT_S)
        self._lost = 0 if good else self._lost + 1
        if self._lost >= MOST_LOST and self.version == MQTTv311 and self._most_qos > 0:
            # A broker that takes no QoS 2 has no other way to say so in this version.
            self._most_qos, self._lost = self._most_qos - 1, 0

    def _give_way(self, end: LinkDown, *, short: bool) -> None:
        """Where another client has our id the two would throw each other out for ever.

        In MQTT 3.1.1 nobody says why a connection ends that was in order and lasted a moment.
        """
        chosen, own = self._settings.client_id, self.client_id
        self._fights = self._fights + 1 if short and end.lost else 0
        if end.taken_over or (self._fights >= MOST_FIGHTS and chosen):
            self._fights = 0
            self.client_id = f"{chosen or own}-{token_hex(4)}"
            seems = "has" if end.taken_over else "seems to have"
            self._tell_once(
                "client id",
                f"another client {seems} the client id {own!r}, too (mqtt.client_id): I go on as "
                f"{self.client_id!r}",
            )
