"""Who may connect to a port of ours: this machine, and whom the configuration names."""

from __future__ import annotations

import asyncio
import ipaddress
import time
from collections import Counter
from collections.abc import Iterable
from typing import NamedTuple

from assistant.bridge.complaints import Complaints
from assistant.config import WyomingSettings

MOST_CONNECTIONS = 32
MOST_OF_ONE = 16
"""Connections of one address; a Home Assistant with some satellites has fewer at a time."""

RESOLVE_S = 2.0
RESOLVED_S = 60.0  # the address of a name may change
FIX = "bridge.wyoming: { host: 0.0.0.0, allow: [the address of Home Assistant] }"

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network


class _Found(NamedTuple):
    addresses: frozenset[Address]
    until: float


class Admission:
    """Lets connections in; on one asyncio loop."""

    def __init__(self, allow: Iterable[str], where: str) -> None:
        """
        allow    addresses, networks, names of hosts; this machine is always allowed
        where    the key of the configuration, for people
        """
        self._networks = tuple(n for one in allow if (n := network(one)))
        self._names = tuple(one for one in allow if not network(one))
        self._where = where
        self._found: dict[str, _Found] = {}
        self._connected: Counter[str] = Counter()
        self._complaints = Complaints("Wyoming client")

    async def enter(self, peer: str) -> bool:
        """Whether this address may connect now; if so, `leave` follows."""
        if self._connected.total() >= MOST_CONNECTIONS or self._connected[peer] >= MOST_OF_ONE:
            self.complain(peer, "too many connections at a time")
            return False
        self._connected[peer] += 1
        if await self._allowed(peer):
            return True
        self.leave(peer)
        self.complain(peer, f"refused: {self._where} does not name it")
        return False

    def leave(self, peer: str) -> None:
        """A connection that was let in is over."""
        self._connected[peer] -= 1
        if not self._connected[peer]:
            del self._connected[peer]

    def complain(self, peer: str, problem: str) -> None:
        """One line in the log, not again and again."""
        self._complaints.say(peer, problem)

    async def _allowed(self, peer: str) -> bool:
        address = address_of(peer)
        if address is None:
            return False
        if address.is_loopback or any(address in network for network in self._networks):
            return True
        return any([address in await self._resolved(name) for name in self._names])

    async def _resolved(self, name: str) -> frozenset[Address]:
        found = self._found.get(name)
        if found is None or found.until < time.monotonic():
            loop = asyncio.get_running_loop()
            try:
                async with asyncio.timeout(RESOLVE_S):
                    answers = await loop.getaddrinfo(name, None)
            except OSError as error:
                self.complain(name, f"{self._where}: this name has no address ({error})")
                answers = []
            given = (address_of(str(answer[4][0])) for answer in answers)
            addresses = frozenset(address for address in given if address)
            self._found[name] = found = _Found(addresses, time.monotonic() + RESOLVED_S)
        return found.addresses


def network(text: str) -> Network | None:
    """`192.168.1.20` or `192.168.1.0/24`; None: it is the name of a host."""
    try:
        return ipaddress.ip_network(text, strict=False)
    except ValueError:
        return None


def address_of(peer: str) -> Address | None:
    """An address without its zone; of an IPv4 one in IPv6 clothes, the former."""
    try:
        address = ipaddress.ip_address(peer.partition("%")[0])
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address


def who_may_connect(settings: WyomingSettings) -> str:
    """Who can use the Wyoming servers, for people."""
    others = () if is_loopback(settings.host) else settings.allow
    return " and ".join(["this machine", *others]) if others else "this machine only"


def open_up(settings: WyomingSettings) -> str:
    """What is set by halves, and what to set; empty where nothing is."""
    shut, named = is_loopback(settings.host), bool(settings.allow)
    if shut and named:
        return f"`allow` names others, but it listens at {settings.host} only: host: 0.0.0.0"
    if not shut and not named:
        return f"it listens at {settings.host}, but lets nobody else in: {FIX}"
    return ""


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach what listens there."""
    address = address_of(host)
    return host == "localhost" or bool(address and address.is_loopback)
