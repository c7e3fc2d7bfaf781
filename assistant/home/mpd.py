"""Music players that speak MPD's own protocol, in the place of a broker.

Each player has a connection that waits for news (`idle`), on a thread of its own, back by itself;
a command opens another for as long as it takes. Source: mpd.readthedocs.io, Protocol Reference.
"""

from __future__ import annotations

import json
import logging
import os
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import PurePosixPath
from typing import Any, Self

from assistant.config import HouseSettings
from assistant.errors import HouseError
from assistant.events import Message
from assistant.home.carrier import Received
from assistant.home.dialects.keys import read_keys
from assistant.home.dialects.mpd import MpdKeys
from assistant.lang import language
from assistant.paths import how_to_add
from assistant.threads import Supervised

log = logging.getLogger(__name__)

TIMEOUT_S = 2.0  # for each answer of a player
PAUSE_S = 3.0  # before a player that went away is looked for again
PLAYBACK = {"play": "playing", "pause": "paused", "stop": "stopped"}


class MpdCarrier:
    """All players of a house; see `Carrier`. Open until `close()`."""

    session = 1
    online = True
    """Each player tells by itself whether it is there."""

    def __init__(self, settings: HouseSettings) -> None:
        """Raises HouseError when python-mpd2 is not installed, ConfigError for a wrong key."""
        try:
            # Asked for here, so that the start says it; it has no types.
            import mpd  # type: ignore[import-untyped]  # noqa: F401
        except ImportError as error:
            raise HouseError("python-mpd2 is not installed", fix=how_to_add("mpd")) from error
        keys = [read_keys(MpdKeys, d) for d in settings.devices if d.dialect == "mpd"]
        self._players = {one.topic: _Player(one, self._tell) for one in keys}
        self._subscribers: dict[str, list[Received]] = {}
        self._last: dict[str, bytes] = {}
        self._lock = threading.Lock()
        for player in self._players.values():
            player.thread.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Leave every player alone; does nothing the second time."""
        for player in self._players.values():
            player.close()

    def publish(self, message: Message) -> None:
        """Return when the player has done it; raises HouseError with a sentence to speak."""
        topic = message.topic.removesuffix("/set")
        self._players[topic].command(json.loads(message.payload))

    def subscribe(self, topic_filter: str, callback: Received, *, steady: bool) -> None:
        """Call `callback` with what the player last told, and with everything that it tells."""
        with self._lock:
            self._subscribers.setdefault(topic_filter, []).append(callback)
            last = self._last.get(topic_filter)
        if last is not None:
            callback(topic_filter, last, True)

    def unsubscribe(self, topic_filter: str, callback: Received) -> None:
        """Not any more."""
        with self._lock, suppress(ValueError):
            self._subscribers.get(topic_filter, []).remove(callback)

    def _tell(self, topic: str, payload: str) -> None:
        with self._lock:
            self._last[topic] = payload.encode()
            subscribers = list(self._subscribers.get(topic, ()))
        for callback in subscribers:
            callback(topic, payload.encode(), False)


class _Player:
    """One MPD."""

    def __init__(self, keys: MpdKeys, tell: Callable[[str, str], None]) -> None:
        self._keys = keys
        self._tell = tell
        self._closing = threading.Event()
        self._listening: Any = None
        self.thread = Supervised(
            self._run, f"mpd-{keys.host}", wanted=lambda: not self._closing.is_set()
        )

    def close(self) -> None:
        import mpd

        self._closing.set()
        if self._listening:
            # Waiting for news has no end: only the end of the connection ends it.
            with (
                suppress(OSError, mpd.MPDError),
                socket.socket(fileno=os.dup(self._listening.fileno())) as own,
            ):
                own.shutdown(socket.SHUT_RDWR)
        self.thread.join(2 * TIMEOUT_S)

    def command(self, wire: dict[str, Any]) -> None:
        import mpd

        try:
            with self._connected() as client:
                _carry_out(client, wire)
                self._report(client)
        except (OSError, mpd.MPDError) as error:
            raise HouseError("The music player does not do that.", fix=f"MPD: {error}") from error

    @contextmanager
    def _connected(self) -> Iterator[Any]:
        import mpd

        client = mpd.MPDClient()
        client.timeout = TIMEOUT_S
        client.connect(self._keys.host, self._keys.port)
        try:
            if self._keys.password:
                client.password(self._keys.password)
            yield client
        finally:
            try:
                client.disconnect()
            except OSError:  # what was left to send did not go out, and its socket is still open
                client.disconnect()

    def _run(self) -> None:
        import mpd

        told = ""
        while not self._closing.is_set():
            try:
                with self._connected() as client:
                    told, self._listening = "", client
                    self._tell(f"{self._keys.topic}/available", "online")
                    self._listen(client)
            except (OSError, mpd.MPDError) as error:
                if self._closing.is_set():
                    return
                self._tell(f"{self._keys.topic}/available", "offline")
                if str(error) != told:
                    log.warning("MPD at %s:%d: %s", self._keys.host, self._keys.port, error)
                    told = str(error)
            self._closing.wait(PAUSE_S)

    def _listen(self, client: Any) -> None:
        """Report, and again whenever something has changed."""
        while not self._closing.is_set():
            self._report(client)
            client.idle("player", "mixer", "playlist")

    def _report(self, client: Any) -> None:
        status, song = client.status(), client.currentsong()
        wire: dict[str, Any] = {"playback": PLAYBACK[status["state"]], "title": _title(song)}
        if int(status.get("volume", -1)) >= 0:
            wire["volume"] = int(status["volume"])
        self._tell(self._keys.topic, json.dumps(wire))


def _carry_out(client: Any, wire: dict[str, Any]) -> None:
    """One command of json_media."""
    match wire["command"]:
        case "play":
            _play(client, str(wire["query"]))
        case "volume":
            client.setvol(wire["volume"])
        case "resume":
            client.play()
        case "pause":
            client.pause(1)
        case "next" | "previous" | "stop" as word:
            getattr(client, word)()


def _play(client: Any, query: str) -> None:
    """A stored playlist of that name, or every song whose tags or file have these words."""
    lists = {entry["playlist"].lower(): entry["playlist"] for entry in client.listplaylists()}
    found = client.search("any", query) or client.search("file", query)
    if not found and query.lower() not in lists:
        raise HouseError(language().say("finds_nothing", query=query))
    client.clear()
    if query.lower() in lists:
        client.load(lists[query.lower()])
    else:
        for song in found:
            client.add(song["file"])
    client.play()


def _title(song: dict[str, Any]) -> str:
    title = song.get("title") or song.get("name") or PurePosixPath(song.get("file", "")).stem
    artist = song.get("artist")
    return f"{title} by {artist}" if artist and title else str(title or "")
