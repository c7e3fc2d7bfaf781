"""The house's broker, and other people's protocols."""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Literal

from assistant.schema import Between

_HOST_NAME = re.compile(r"(?=.*[a-z])[a-z0-9_]([a-z0-9_-]*[a-z0-9])?(\.[a-z0-9_-]+)*\.?", re.I)


def _address(text: str) -> None:
    """An address, a network or the name of a host; else ValueError."""
    try:
        ipaddress.ip_network(text, strict=False)
    except ValueError:
        if not _HOST_NAME.fullmatch(text):
            raise ValueError(
                f"{text!r} is no address, network (192.168.1.0/24) or name of a host"
            ) from None


def _host(text: str) -> None:
    """The name or address of a host and nothing else; else ValueError."""
    if text.count(":") == 1 or any(letter in text for letter in "/@[] "):
        bare = text.rpartition("@")[2]  # before it stands a password, perhaps
        raise ValueError(
            f"is a name or an address and nothing else, not {bare!r}: port, tls, username and "
            "password have settings of their own"
        )


@dataclass(frozen=True, slots=True)
class TlsSettings:
    """An encrypted connection to the broker; its port is usually 8883."""

    ca_file: Path | None = None
    """PEM file of the authority that signed the broker's certificate; null: the system's."""

    cert_file: Path | None = None
    """PEM file of our own certificate, where the broker asks for one."""

    key_file: Path | None = None
    """PEM file of its key, unencrypted; null: in `cert_file`."""

    check_hostname: bool = True
    """Whether the certificate must be for `mqtt.host`."""


@dataclass(frozen=True, slots=True)
class MqttSettings:
    """The house's broker."""

    host: Annotated[str, _host] = "localhost"
    port: Annotated[int, Between(1, 65535)] = 1883
    version: Literal["auto", "5", "3.1.1"] = "auto"
    """auto: MQTT 5, or 3.1.1 where the broker knows no better."""

    tls: TlsSettings | None = None
    """null: unencrypted; {}: TLS with the system's authorities."""

    username: str | None = None
    """null: the environment variable ASSISTANT_MQTT_USERNAME, or none."""

    password: str | None = field(default=None, repr=False)
    """null: `password_file`, or the environment variable ASSISTANT_MQTT_PASSWORD."""

    password_file: Path | None = None
    """File whose first line is the password, so that config.yaml can be shared."""

    client_id: str = ""
    """Empty: `assistant-<site id>-<random>`, a new one at every start."""

    session_s: Annotated[int, Between(0, 86_400)] = 300
    """How long the broker keeps what devices report while we are away, seconds; 0: not at all.
    With MQTT 3.1.1 it is kept for as long as the broker likes, and only with a `client_id`."""

    topic: str = "assistant"
    """The assistant's own topics begin so: `assistant/<site id>/status` …"""

    keepalive_s: Annotated[int, Between(5, 3600)] = 30
    publish_s: Annotated[float, Between(0.1, 30)] = 2.0
    """A command the broker has not acknowledged by then is given up, seconds."""

    confirm_s: Annotated[float, Between(0.1, 30)] = 2.0
    """A device that has not reported the new state by then is named in the reply, seconds."""


@dataclass(frozen=True, slots=True)
class HermesSettings:
    """The protocol of Snips and Rhasspy, on the house's broker."""

    enabled: bool = False
    may_open: bool = False
    """Whether commands that come in here may unlock, open or disarm what lets somebody in."""


@dataclass(frozen=True, slots=True)
class HomeAssistantSettings:
    """The assistant as a device of Home Assistant, over the house's broker."""

    discovery: bool = True
    prefix: str = "homeassistant"
    """Where Home Assistant looks for announcements."""

    url: str | None = None
    """http://homeassistant.local:8123: what it exposes to Assist can be commanded; null: only
    what is on the broker."""

    token: str | None = field(default=None, repr=False)
    """A long-lived access token: Home Assistant, your profile, Security."""

    token_file: Path | None = None
    """File whose first line is the token, so that config.yaml can be shared."""


@dataclass(frozen=True, slots=True)
class WyomingSettings:
    """Home Assistant's protocol for voice services. It knows no passwords: who may connect is told
    by address."""

    enabled: bool = False
    host: str = "127.0.0.1"
    """Address to listen at; 127.0.0.1: for programs of this machine only; 0.0.0.0: for the others
    that `allow` names, too."""

    port: Annotated[int, Between(0, 65535)] = 10300
    """Wake, speech recognition, commands, intents, speech."""

    satellite_port: Annotated[int, Between(0, 65535)] | None = None
    """This microphone as a satellite of a pipeline of Home Assistant, for example 10700; null:
    commands are understood here."""

    zeroconf: bool = True
    """Be found by Home Assistant."""

    allow: tuple[Annotated[str, _address], ...] = ()
    """Who may connect besides this machine: addresses, networks (192.168.1.0/24), host names."""

    may_open: bool = False
    """Whether commands that come in here may unlock, open or disarm what lets somebody in."""


@dataclass(frozen=True, slots=True)
class BridgeSettings:
    """Other people's protocols."""

    homeassistant: HomeAssistantSettings = HomeAssistantSettings()
    hermes: HermesSettings = HermesSettings()
    wyoming: WyomingSettings = WyomingSettings()
    nearest_ms: Annotated[int, Between(0, 500)] = 300
    """When several rooms hear the wake word, the nearest answers: so long they wait for each
    other, milliseconds; 0: each answers."""
