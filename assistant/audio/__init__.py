"""Sound in: microphone, file or raw stream → `Frame` after `Frame`.

Every source is an iterator of frames of 10 ms; where it ends, the sound has ended. Only
`microphone` needs PortAudio and only `file` needs libsndfile: both are imported when opened.

    framing      bytes of any length → frames; resampling; level in dBFS
    file         WAV, FLAC, OGG … of any rate and channel count
    raw          16 kHz mono 16-bit samples from standard input, a pipe, a socket
    microphone   PortAudio, with a bounded buffer, and back by itself when it was unplugged
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from assistant.audio.microphone import Microphone, open_microphone
from assistant.audio.raw import read_raw
from assistant.events import Frame

__all__ = ["Microphone", "open_microphone", "read_file", "read_raw", "read_sound"]


def read_file(path: Path) -> Iterator[Frame]:
    """The frames of a sound file; raises AudioError at once when it is none."""
    from assistant.audio.file import read_file

    return read_file(path)


def read_sound(name: str, stdin: BinaryIO) -> Iterator[Frame]:
    """What the command line means by `name`: a sound file, or `-` for raw samples on `stdin`."""
    return read_raw(stdin) if name == "-" else read_file(Path(name))
