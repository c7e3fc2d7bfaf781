"""Replies that are heard: earcons and speech.

    voice.py    which voice is installed: Piper, else espeak-ng, else none
    piper.py    text → samples, in this process
    windowed.py  its network in two halves, the second run window by window (onnx_cut.py cuts it)
    espeak.py   text → samples, by the program espeak-ng
    earcon.py   the short sounds, computed
    spoken.py   what is written → what is said
    player.py   the thread that renders and plays, one after the other
    output.py   the speaker itself, by sounddevice

`open_speaker` is the one place that chooses.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Protocol

from assistant.config import AudioSettings, SpeakSettings
from assistant.events import Reply, Spoken
from assistant.speak.earcon import EarconName
from assistant.speak.sound import Sound

OnSpoken = Callable[[Spoken], None]
"""Called when a reply is over, from the player's thread."""


class Speaker(Protocol):
    """Answers. Nothing here waits, nothing raises: an assistant that cannot be heard still acts."""

    def say(self, reply: Reply, sound: Sound | None = None) -> None:
        """Play a reply after those that wait already; `sound`: what it sounds like, if known."""

    def earcon(self, name: EarconName) -> None:
        """Play a short sound after whatever waits already."""

    def stop(self) -> None:
        """Fall silent at once, and forget what waits."""

    def set_volume(self, percent: int) -> None:
        """From the next sound on, 0 to 100."""

    def speaking_at(self, monotonic_s: float) -> bool:
        """Whether the microphone hears, or heard, the assistant's own words at that time."""

    def close(self) -> None:
        """Fall silent and end."""


class Silent:
    """The `Speaker` of `replies: off`."""

    def __init__(self, on_spoken: OnSpoken) -> None:
        self._on_spoken = on_spoken

    def say(self, reply: Reply, sound: Sound | None = None) -> None:
        self._on_spoken(
            Spoken(
                utterance_id=reply.utterance_id, at=time.monotonic(), text=reply.text, seconds=0.0
            )
        )

    def earcon(self, name: EarconName) -> None:
        pass

    def stop(self) -> None:
        pass

    def set_volume(self, percent: int) -> None:
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
        return Silent(on_spoken)
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
