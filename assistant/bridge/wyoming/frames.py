"""One event of the protocol off the network: as the package reads it, but with limits.

    {"type": "audio-chunk", "data": {…}, "data_length": 52, "payload_length": 2048}\n
    52 bytes of JSON, more of `data`
    2048 bytes of sound

Source: github.com/OHF-Voice/wyoming, Format.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from typing import Any

from wyoming.event import Event

LONGEST_LINE = 64 * 1024
LONGEST_DATA = 64 * 1024
LONGEST_PAYLOAD = 1024 * 1024  # half a minute of sound; clients send tenths of a second
EVENT_S = 10.0  # from the first byte of an event to its last


class BadEvent(Exception):
    """What a client sent is no event; says what was found."""


async def read_event(reader: asyncio.StreamReader, idle_s: float | None) -> Event | None:
    """The next event; None: the client has left.

    idle_s    how long it may be silent; None: for ever
    raises    BadEvent
    """
    try:
        async with asyncio.timeout(idle_s):
            begun = await reader.read(1)
    except TimeoutError as error:
        raise BadEvent(f"nothing was said for {idle_s:g} s") from error
    if not begun:
        return None
    try:
        async with asyncio.timeout(EVENT_S):
            return await _rest(reader, begun)
    except TimeoutError as error:
        raise BadEvent(f"an event was not complete after {EVENT_S:g} s") from error
    except asyncio.IncompleteReadError as error:
        raise BadEvent("it left in the middle of an event") from error


async def _rest(reader: asyncio.StreamReader, begun: bytes) -> Event:
    try:
        line = begun if begun == b"\n" else begun + await reader.readuntil(b"\n")
    except asyncio.LimitOverrunError as error:
        raise BadEvent(f"a line of more than {LONGEST_LINE} bytes") from error
    header = _object(line, "a line")
    kind = header.get("type")
    if not isinstance(kind, str):
        raise BadEvent("an event without a type")
    # Both lengths are looked at before anything is read.
    data_bytes = _length(header, "data_length", LONGEST_DATA)
    payload_bytes = _length(header, "payload_length", LONGEST_PAYLOAD)
    data = header.get("data") or {}
    if not isinstance(data, dict):
        raise BadEvent(f"data of {kind} is no JSON object")
    if data_bytes:
        data = {**data, **_object(await reader.readexactly(data_bytes), f"data of {kind}")}
    payload = await reader.readexactly(payload_bytes) if payload_bytes else None
    return Event(kind, data, payload)


def _length(header: Mapping[str, Any], name: str, most: int) -> int:
    found = header.get(name) or 0
    if type(found) is not int or not 0 <= found <= most:
        raise BadEvent(f"{name} of {str(found)[:20]}, which may be 0 to {most}")
    return found


def _object(text: bytes, what: str) -> dict[str, Any]:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise BadEvent(f"{what} is no JSON: {text[:40]!r}") from error
    if not isinstance(found, dict):
        raise BadEvent(f"{what} is no JSON object: {text[:40]!r}")
    return found
