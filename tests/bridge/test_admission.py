"""Who may connect."""

import asyncio

import pytest

from assistant.bridge.admission import MOST_CONNECTIONS, Admission, open_up, who_may_connect
from assistant.bridge.complaints import MOST_TOLD
from assistant.config import WyomingSettings
from assistant.errors import ConfigError
from assistant.schema import read


@pytest.mark.parametrize(
    ("allow", "peer", "let_in"),
    [
        ((), "127.0.0.1", True),
        ((), "::1", True),
        ((), "::ffff:127.0.0.1", True),
        ((), "192.168.1.20", False),
        (("192.168.1.20",), "192.168.1.20", True),
        (("192.168.1.20",), "::ffff:192.168.1.20", True),
        (("192.168.1.20",), "192.168.1.2", False),
        (("192.168.1.0/24",), "192.168.1.77", True),
        (("192.168.1.7/24",), "192.168.1.77", True),
        (("192.168.1.0/24",), "192.168.2.77", False),
        (("fd00::/8",), "fd12::1", True),
        (("fe80::/10",), "fe80::1%eth0", True),
        (("fd00::/8",), "192.168.1.20", False),
        (("localhost",), "192.168.1.20", False),
        (("no-such-host.invalid",), "192.168.1.20", False),
        (("192.168.1.20",), "unknown", False),
    ],
)
def test_this_machine_and_who_is_named_may_connect(allow, peer, let_in):
    assert asyncio.run(Admission(allow, "allow").enter(peer)) is let_in


def test_a_name_stands_for_its_addresses(monkeypatch):
    async def visit() -> tuple[bool, bool]:
        async def found(name: str, port: object) -> list[tuple[object, ...]]:
            assert name == "homeassistant.local"
            return [(0, 0, 0, "", ("192.168.1.20", 0))]

        monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", found)
        door = Admission(("homeassistant.local",), "allow")
        return await door.enter("192.168.1.20"), await door.enter("192.168.1.21")

    assert asyncio.run(visit()) == (True, False)


def test_who_left_makes_room(caplog):
    async def visit() -> None:
        door = Admission(("10.0.0.0/8",), "allow")
        peers = [f"10.0.0.{n}" for n in range(MOST_CONNECTIONS)]
        assert all([await door.enter(peer) for peer in peers])
        assert not await door.enter("10.1.1.1")
        door.leave(peers[0])
        assert await door.enter("10.1.1.1")

    asyncio.run(visit())


def test_refusals_do_not_flood_the_log(caplog):
    async def visit() -> None:
        door = Admission((), "bridge.wyoming.allow")
        for _ in range(100):
            await door.enter("10.0.0.1")
        for n in range(1000):
            await door.enter(f"10.1.{n // 250}.{n % 250}")
        assert len(door._complaints._told) <= MOST_TOLD

    asyncio.run(visit())
    lines = [record.getMessage() for record in caplog.records]
    assert (
        lines.count("Wyoming client 10.0.0.1: refused: bridge.wyoming.allow does not name it") == 1
    )


@pytest.mark.parametrize(
    "wrong", ["", "192.168.1.", "192.168.1.300", "1.2.3.4/40", "a b", "http://x"]
)
def test_what_names_nobody_is_an_error(wrong):
    with pytest.raises(ConfigError) as caught:
        read(WyomingSettings, {"allow": [wrong]}, "config.yaml")
    assert "is no address" in caught.value.problem


def test_it_listens_to_this_machine_only_unless_told_otherwise():
    usual = WyomingSettings()
    assert usual.host == "127.0.0.1"
    assert who_may_connect(usual) == "this machine only"
    assert open_up(usual) == ""
    assert "lets nobody else in" in open_up(WyomingSettings(host="0.0.0.0"))
    assert "host: 0.0.0.0" in open_up(WyomingSettings(allow=("192.168.1.20",)))
    ready = WyomingSettings(host="0.0.0.0", allow=("192.168.1.20",))
    assert open_up(ready) == ""
    assert who_may_connect(ready) == "this machine and 192.168.1.20"
