"""On what terms we talk to the broker: version, TLS, how long it remembers us, how often we try."""

from __future__ import annotations

import ssl
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from paho.mqtt.client import MQTTv5, MQTTv311
from paho.mqtt.enums import MQTTProtocolVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties

from assistant.config import MqttSettings, TlsSettings
from assistant.errors import ConfigError

MAX_PACKET_BYTES = 8 * 1024 * 1024
"""Told to an MQTT 5 broker, which then drops what is longer. The longest of use is zigbee2mqtt's
bridge/devices: about 10 kB a device."""

IN_FLIGHT = 20
"""Messages that may be without an acknowledgement at one time: as many as paho's."""

LONGEST_PACKET_BYTES = 256 * 1024 * 1024  # MQTT, section 1.5.5

FIRST_PAUSE_S = 0.5
LONGEST_PAUSE_S = 10.0


def pauses(rng: Callable[[], float]) -> Iterator[float]:
    """Seconds to wait before each further attempt: doubling, and never in step with others.

    rng    uniform in 0 to 1: a pause is 50 to 100 % of its nominal length
    """
    nominal = FIRST_PAUSE_S
    while True:
        yield nominal * (0.5 + rng() / 2)
        nominal = min(2 * nominal, LONGEST_PAUSE_S)


class TlsContext(ssl.SSLContext):
    """Remembers what went wrong last: paho swallows it where it comes after the handshake."""

    problem: ssl.SSLError | None = None


class TlsSocket(ssl.SSLSocket):
    """Tells its context what went wrong, and does not stay open when the handshake fails."""

    def do_handshake(self, block: bool = False) -> None:
        try:
            super().do_handshake(block)
        except OSError:
            self.close()
            raise

    def recv(self, buflen: int = 1024, flags: int = 0) -> bytes:
        try:
            return super().recv(buflen, flags)
        except (ssl.SSLWantReadError, ssl.SSLWantWriteError):
            raise
        except ssl.SSLError as error:
            if isinstance(self.context, TlsContext):
                self.context.problem = error
            raise


@dataclass(frozen=True, slots=True)
class Terms:
    """The terms of one connection."""

    version: MQTTProtocolVersion = MQTTv311
    tls: TlsContext | None = None
    resume: bool = False
    """Go on with the session that the broker remembers, and let it remember this one."""

    most_qos: int = 2
    """Of what we send; an MQTT 3.1.1 broker ends the connection where it takes less."""

    session_s: int = 0
    """How long the broker remembers the session of MQTT 5 after the connection has ended."""

    def connect_properties(self) -> Properties | None:
        """What CONNECT says of it in MQTT 5; None in 3.1.1, which cannot."""
        if self.version != MQTTv5:
            return None
        properties = Properties(PacketTypes.CONNECT)  # type: ignore[no-untyped-call]  # paho
        properties.MaximumPacketSize = MAX_PACKET_BYTES
        properties.SessionExpiryInterval = self.session_s
        return properties


@dataclass(frozen=True, slots=True)
class Limits:
    """What the broker does not do, as the CONNACK of MQTT 5 tells it (section 3.2.2.3)."""

    qos: int = 2
    retain: bool = True
    wildcards: bool = True
    packet_bytes: int = LONGEST_PACKET_BYTES
    in_flight: int = IN_FLIGHT

    @classmethod
    def of(cls, properties: Properties | None) -> Limits:
        """Those of a CONNACK; None: of MQTT 3.1.1, which cannot tell."""
        return cls(
            qos=getattr(properties, "MaximumQoS", 2),
            retain=bool(getattr(properties, "RetainAvailable", True)),
            wildcards=bool(getattr(properties, "WildcardSubscriptionAvailable", True)),
            packet_bytes=getattr(properties, "MaximumPacketSize", LONGEST_PACKET_BYTES),
            in_flight=min(getattr(properties, "ReceiveMaximum", IN_FLIGHT), IN_FLIGHT),
        )

    def told(self) -> Iterator[str]:
        """What that means, for people; nothing where the broker does everything."""
        if self.qos == 0:
            yield (
                "takes messages with QoS 0 only: a command that is lost on its way is not noticed "
                "before the device fails to answer"
            )
        elif self.qos == 1:
            yield (
                "takes messages with QoS 0 and 1 only: a command that reaches it while it hangs "
                "may be carried out late"
            )
        if not self.retain:
            yield (
                "retains no messages: devices are known from their next report or announcement on"
            )
        if not self.wildcards:
            yield (
                "has no wildcards in topics: devices cannot announce themselves, list them under "
                "house.devices"
            )


def open_tls(settings: MqttSettings) -> TlsContext | None:
    """The TLS of the connection; None: without. Raises ConfigError for files that do not do."""
    tls = settings.tls
    if tls is None:
        return None
    context = TlsContext(ssl.PROTOCOL_TLS_CLIENT)
    context.sslsocket_class = TlsSocket
    context.load_default_certs()
    if tls.ca_file:
        _load(tls.ca_file, "ca_file", lambda file: context.load_verify_locations(file))
    if tls.cert_file:
        _load(tls.cert_file, "cert_file", lambda file: _load_chain(context, file, tls))
    context.check_hostname = tls.check_hostname
    return context


def _load_chain(context: TlsContext, cert_file: Path, tls: TlsSettings) -> None:
    key_file = str(tls.key_file) if tls.key_file else None
    # Without this, an encrypted key would stop the program to ask for its password.
    context.load_cert_chain(cert_file, key_file, password=lambda: b"")


def _load(file: Path, key: str, load: Any) -> None:
    try:
        load(str(file))
    except ssl.SSLError as error:
        raise ConfigError(
            f"mqtt.tls.{key}: {file} (or its key) cannot be used: {error.reason or error}",
            fix="a PEM file; the key unencrypted and belonging to the certificate",
        ) from error
    except OSError as error:
        raise ConfigError(
            f"mqtt.tls.{key}: cannot read {error.filename or file}: {error.strerror}",
            fix="name a PEM file that this user may read",
        ) from error
