"""paho's client, as `Link` needs it. It overrides private methods, so its version is pinned."""

from __future__ import annotations

from typing import Any

from paho.mqtt.client import Client
from paho.mqtt.enums import MQTTErrorCode
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.reasoncodes import ReasonCode

RECEIVE_BYTES = 64 * 1024  # that are read at once
FAILURE = 0x80  # reason codes of MQTT 5 from here on


class Paho(Client):
    """paho, reading in big pieces, and looking at what it ignores.

    paho asks the kernel three times for each packet; a flood of ten thousand reports a second
    leaves no time for that. And an MQTT 5 broker refuses a message of QoS 2 in its PUBREC.
    """

    def __init__(self, *args: Any, **more: Any) -> None:
        self.acknowledged: set[int] = set()
        """Ids of messages that the broker has for good."""

        self.refusals: dict[int, str] = {}
        """Id → why the broker does not take the message."""

        self.held: set[int] = set()
        """Ids of messages of QoS 2 that it has and may pass on, whether or not it says so."""

        self.topics: dict[int, str] = {}
        """Id → topic, of what is not acknowledged yet."""

        super().__init__(*args, **more)

    _piece = b""
    _at = 0

    def _mid_generate(self) -> int:
        """Ids come again after 65,535 messages; what was known of the last one is past then."""
        mid: int = super()._mid_generate()
        self.acknowledged.discard(mid)
        self.held.discard(mid)
        self.refusals.pop(mid, None)
        return mid

    @property
    def unread(self) -> bool:
        """Whether it has more bytes than it has looked at."""
        return self._at < len(self._piece)

    def _sock_recv(self, bufsize: int) -> bytes:
        if not self.unread:
            self._piece, self._at = super()._sock_recv(RECEIVE_BYTES), 0
        taken = self._piece[self._at : self._at + bufsize]
        self._at += len(taken)
        return taken

    def _handle_pubrec(self) -> MQTTErrorCode:
        packet = bytes(self._in_packet["packet"])
        if len(packet) > 2 and packet[2] >= FAILURE:
            reason = ReasonCode(PacketTypes.PUBREC, identifier=packet[2])
            self.refusals[int.from_bytes(packet[:2], "big")] = str(reason)
        else:
            self.held.add(int.from_bytes(packet[:2], "big"))
        return super()._handle_pubrec()
