"""Replies that are heard: earcons and speech.

    voice.py    which voice is installed: Piper, else espeak-ng, else none
    piper.py    text → samples, in this process
    espeak.py   text → samples, by the program espeak-ng
    earcon.py   the short sounds, computed
    spoken.py   what is written → what is said
    player.py   the thread that renders and plays, one after the other
    output.py   the speaker itself, by sounddevice

`open_speaker` is the one place that chooses.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from assistant.config import AudioSettings, SpeakSettings
from assistant.events import Reply, Spoken
from assistant.speak.earcon import EarconName

OnSpoken = Callable[[Spoken], None]
"""Called from the player's thread when a reply was played."""


class Speaker(Protocol):
    """Answers. Nothing here waits, nothing raises: an assistant that cannot be heard still acts."""

    def say(self, reply: Reply) -> None:
        """Play a reply after those that wait already."""

    def earcon(self, name: EarconName) -> None:
        """Play a short sound after whatever waits already."""

    def stop(self) -> None:
        """Fall silent at once, and forget what waits."""

    def speaking_at(self, monotonic_s: float) -> bool:
        """Whether the microphone hears, or heard, the assistant's own words at that time."""

    def close(self) -> None:
        """Fall silent and end."""


class Silent:
    """The `Speaker` of `replies: off`."""

    def say(self, reply: Reply) -> None:
        pass

    def earcon(self, name: EarconName) -> None:
        pass

    def stop(self) -> None:
        pass

    def speaking_at(self, monotonic_s: float) -> bool:
        return False

    def close(self) -> None:
        pass


def ignore(spoken: Spoken) -> None:
    """Nobody wants to know what was spoken."""


def open_speaker(
    settings: SpeakSettings, audio: AudioSettings, *, on_spoken: OnSpoken = ignore
) -> Speaker:
    """Start the speaker; raises ModelError when a voice that the settings name is not there."""
    if settings.replies == "off":
        return Silent()
    from assistant.speak.output import SoundDevice
    from assistant.speak.player import SpokenPlayer
    from assistant.speak.voice import choose_voice

    voice = choose_voice(settings) if settings.replies == "speech" else None
    return SpokenPlayer(
        voice.open if voice else None,
        SoundDevice(audio.output),
        volume=settings.volume,
        on_spoken=on_spoken,
    )
