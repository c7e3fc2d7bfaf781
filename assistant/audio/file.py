"""Sound files of any rate and channel count, read in blocks."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import soundfile  # type: ignore[import-untyped]  # ships no types

from assistant.audio.channels import ARRAY, ChannelChoice
from assistant.audio.framing import Converter, frames
from assistant.errors import AudioError
from assistant.events import Frame

_BLOCK_SAMPLES = 4096
_HEADER_BYTES = 65_536
_LONGEST_WAV = 0x7FFF_0000  # a program that writes WAV to a pipe states a length of about 2 GiB
_SHORT = re.compile(r"^data\s*:\s*(\d+)\s*\(should be (\d+)\)", re.MULTILINE)


def read_file(path: Path) -> Iterator[Frame]:
    """The frames of a sound file; a stereo file is mixed to mono, of an array one channel is taken.

    Raises AudioError at once when the file cannot be opened or holds no sound, and after the
    last good frame when it is cut off or damaged further on.
    """
    sound = _open(path)
    if sound.frames == 0:
        sound.close()
        raise AudioError(f"{path}: there is no sound in this file", fix="record it again")
    return frames(_blocks(path, sound))


def _open(path: Path) -> soundfile.SoundFile:
    try:
        with path.open("rb") as file:
            empty = not file.read(1)
    except OSError as error:
        raise AudioError(
            f"{path}: cannot read the sound file: {error.strerror}", fix="give another file"
        ) from error
    if empty:
        raise AudioError(f"{path}: the sound file is empty (0 bytes)", fix="record it again")
    try:
        return soundfile.SoundFile(_whole(path) or path)
    except soundfile.LibsndfileError as error:
        raise AudioError(
            f"{path}: not a sound file that can be read: {error.error_string or 'damaged'}",
            fix="WAV, FLAC and OGG can be read; convert others: ffmpeg -i FILE out.wav",
        ) from error


def _whole(path: Path) -> io.BytesIO | None:
    """A WAV whose header says that it holds nothing, with its length put right; else None.

    A program that writes to a pipe cannot go back to fill in the length: sox and others leave 0.
    """
    with path.open("rb") as file:
        head = file.read(_HEADER_BYTES)
        if head[:4] != b"RIFF" or head[8:12] != b"WAVE" or (at := _data(head)) is None:
            return None
        file.seek(at)
        sound = file.read()
    if not sound or _are_chunks(sound):
        return None
    size = len(sound).to_bytes(4, "little")
    riff = (at - 8 + len(sound)).to_bytes(4, "little")
    return io.BytesIO(b"RIFF" + riff + head[8 : at - 4] + size + sound)


def _data(head: bytes) -> int | None:
    """Where the samples of a WAV begin, if its header gives their length as 0."""
    at = 12
    while at + 8 <= len(head):
        name, size = head[at : at + 4], int.from_bytes(head[at + 4 : at + 8], "little")
        if name == b"data":
            return at + 8 if size == 0 else None
        at += 8 + size + size % 2
    return None


def _are_chunks(rest: bytes) -> bool:
    """Whether what follows are further chunks, to the end of the file, and no samples."""
    at = 0
    while at + 8 <= len(rest) and rest[at : at + 4].isalnum():
        size = int.from_bytes(rest[at + 4 : at + 8], "little")
        at += 8 + size + size % 2
    return at >= len(rest)


def _blocks(path: Path, sound: soundfile.SoundFile) -> Iterator[bytes]:
    """16 kHz PCM, a block at a time; AudioError behind the last sample of a broken file."""
    with sound:
        converter = Converter(sound.samplerate, _channel(sound))
        read = 0
        while True:
            try:
                block = sound.read(_BLOCK_SAMPLES, dtype="float32", always_2d=True)
            except soundfile.LibsndfileError as error:
                raise _cut_off(path, sound, read, sound.frames) from error
            if len(block) == 0:
                break
            read += len(block)
            yield converter.convert(block)
        yield converter.convert(np.zeros((0, 1), np.float32), last=True)
        if (expected := _expected_samples(sound)) > read:
            raise _cut_off(path, sound, read, expected)


def _channel(sound: soundfile.SoundFile) -> ChannelChoice | None:
    """The channel of an array that hears, from the whole file; None where there is no array."""
    if sound.channels < ARRAY:
        return None
    choice = ChannelChoice(sound.samplerate, sound.channels)
    try:
        for block in sound.blocks(_BLOCK_SAMPLES, dtype="float32", always_2d=True):
            choice.hear(block)
    except soundfile.LibsndfileError:
        pass  # who reads it says so
    sound.seek(0)
    return choice


def _expected_samples(sound: soundfile.SoundFile) -> int:
    """Samples that the header promises; libsndfile itself plays a short WAV without a word."""
    found = _SHORT.search(sound.extra_info)
    if found is None or int(found[1]) >= _LONGEST_WAV:
        return int(sound.frames)
    return int(sound.frames) * int(found[1]) // max(1, int(found[2]))


def _cut_off(path: Path, sound: soundfile.SoundFile, read: int, expected: int) -> AudioError:
    rate = sound.samplerate
    return AudioError(
        f"{path}: cut off or damaged: only the first {read / rate:.2f} s"
        f" of {expected / rate:.2f} s can be read",
        fix="copy or record the file again",
    )
