"""MPD, the Music Player Daemon: its own protocol, carried by assistant/home/mpd.py.

Between the house and that carrier it is the JSON of json_media on topics that no broker sees:
mpd/<host>:<port>/set, mpd/<host>:<port> and mpd/<host>:<port>/available.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from assistant.config import DeviceSettings
from assistant.home.dialects.json_media import MediaPlayer, build_player
from assistant.home.dialects.keys import read_keys


@dataclass(frozen=True, slots=True, kw_only=True)
class MpdKeys:
    """The keys below `mqtt:`."""

    host: str = "localhost"
    port: int = 6600
    password: str | None = field(default=None, repr=False)

    @property
    def topic(self) -> str:
        """Where its carrier reports."""
        return f"mpd/{self.host}:{self.port}"


def build(settings: DeviceSettings) -> MediaPlayer:
    """Read the device's keys; raises ConfigError."""
    topic = read_keys(MpdKeys, settings).topic
    keys = {
        "command_topic": f"{topic}/set",
        "state_topic": topic,
        "availability_topic": f"{topic}/available",
    }
    return build_player(replace(settings, mqtt=keys), carrier="mpd")
