"""Raw samples from standard input, a pipe or a socket."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

from assistant.audio.framing import frames
from assistant.errors import AudioError
from assistant.events import FRAME_BYTES, Frame

_CONTAINERS = {b"RIFF": "WAV", b"fLaC": "FLAC", b"OggS": "OGG"}


def read_raw(stream: BinaryIO) -> Iterator[Frame]:
    """Frames of 16 kHz mono signed 16-bit little-endian samples, as soon as each is complete.

    A sound file with a header is refused: its header would be heard as noise, its rate ignored.
    """
    first = stream.read(FRAME_BYTES)
    if name := _CONTAINERS.get(first[:4]):
        raise AudioError(
            f"the raw stream is a {name} file, not bare samples",
            fix="give the file's name, or convert: ffmpeg -i FILE -f s16le -ac 1 -ar 16000 -",
        )
    yield from frames(_blocks(first, stream))


def _blocks(first: bytes, stream: BinaryIO) -> Iterator[bytes]:
    block = first
    while block:
        yield block
        block = stream.read(FRAME_BYTES)
