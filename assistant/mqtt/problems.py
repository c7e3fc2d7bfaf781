"""Why the broker cannot be reached, in one line for people."""

from __future__ import annotations

import socket
import ssl

from assistant.config import MqttSettings

CONNECT_S = 5.0  # for the TCP handshake, and once more for the broker's welcome


class LinkDown(Exception):
    """The broker cannot be reached any more; the text says why, for people."""

    def __init__(
        self,
        why: str,
        *,
        by_settings: bool = False,
        mute: bool = False,
        held: bool = False,
        lacks: str = "",
        taken_over: bool = False,
        lost: bool = False,
    ) -> None:
        super().__init__(why)
        self.why = why
        self.held = held
        """It has the message that was being sent, and did not say that it passed it on."""

        self.lacks = lacks
        """What a will may not ask of it: "qos" or "retain"."""

        self.lost = lost
        """The other side ended it, and did not say why."""

        self.taken_over = taken_over
        """Another client came with our id."""

        self.mute = mute
        """It answered, but not as a broker of this protocol version does."""

        self.by_settings = by_settings
        """Waiting does not help: the user has to change config.yaml."""


class Refused(Exception):
    """The broker is there and does not take this one message; the text says why."""


def explain(error: OSError | UnicodeError, settings: MqttSettings) -> LinkDown:
    """Why no connection came about."""
    host, where = settings.host, f"{settings.host}:{settings.port}"
    if isinstance(error, ssl.SSLError):
        return LinkDown(f"{where}: TLS: {_tls_problem(error)}", by_settings=True)
    if isinstance(error, socket.gaierror | UnicodeError):
        return LinkDown(f"unknown host {host!r}")
    if settings.tls and isinstance(error, ConnectionResetError):
        return LinkDown(f"{where}: TLS: {HANGS_UP}", by_settings=True)
    if isinstance(error, ConnectionRefusedError):
        return LinkDown(f"nothing listens at {where} (connection refused)")
    if isinstance(error, TimeoutError):
        return LinkDown(f"no answer from {where} within {CONNECT_S:g} s")
    return LinkDown(f"{where}: {error.strerror or error}")


def refused(reason: str, settings: MqttSettings) -> LinkDown:
    """Why the broker does not let us in; `reason` as paho has it."""
    user, where = settings.username, f"{settings.host}:{settings.port}"
    if reason == "Unsupported protocol version":
        return LinkDown(f"{where} speaks another version of MQTT", mute=True)
    if lacks := {"QoS not supported": "qos", "Retain not supported": "retain"}.get(reason):
        return LinkDown(f"{where} refuses our last will: {reason}", lacks=lacks)
    if reason not in ("Not authorized", "Bad user name or password"):
        return LinkDown(f"{where} refuses the connection: {reason}", by_settings=True)
    if user is None:
        why = f"{where} wants a user name and a password (mqtt.username)"
    else:
        why = f"{where} refuses user {user!r}: wrong user name or password"
    return LinkDown(why, by_settings=True)


HANGS_UP = "there is none at this port: another mqtt.port, or no mqtt.tls"


def _tls_problem(error: ssl.SSLError) -> str:
    """One line for people, with what to do."""
    if isinstance(error, ssl.SSLCertVerificationError):
        told = str(error.verify_message).rstrip(".")
        if "self-signed" in told or "self signed" in told or "local issuer" in told:
            return f"its certificate is signed by nobody we know ({told}): mqtt.tls.ca_file"
        if "match" in told or "not valid for" in told:
            return f"{told}: mqtt.host must be the name in the certificate"
        return f"its certificate is refused ({told})"
    reason = str(error.reason or error)
    if "CERTIFICATE_REQUIRED" in reason or "HANDSHAKE_FAILURE" in reason:
        return "it wants a certificate of ours: mqtt.tls.cert_file"
    if "UNKNOWN_CA" in reason or "BAD_CERTIFICATE" in reason or "CERTIFICATE_UNKNOWN" in reason:
        return "it refuses our certificate: mqtt.tls.cert_file"
    if any(word in reason for word in ("WRONG_VERSION_NUMBER", "RECORD_LAYER", "EOF")):
        return HANGS_UP
    return reason.lower().replace("_", " ")
