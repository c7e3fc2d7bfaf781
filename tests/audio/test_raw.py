"""Raw samples on standard input."""

import io
import os

import pytest

from assistant.audio import read_raw, read_sound
from assistant.errors import AudioError
from assistant.events import FRAME_BYTES


def test_raw_samples_become_frames() -> None:
    pcm = os.urandom(3 * FRAME_BYTES + 100)
    heard = list(read_raw(io.BytesIO(pcm)))
    assert b"".join(f.pcm for f in heard) == pcm + bytes(FRAME_BYTES - 100)
    assert [round(f.at * 100) for f in heard] == [0, 1, 2, 3]


def test_a_dash_means_standard_input() -> None:
    assert len(list(read_sound("-", io.BytesIO(bytes(2 * FRAME_BYTES))))) == 2


def test_an_empty_stream_has_no_frames() -> None:
    assert list(read_raw(io.BytesIO())) == []


def test_a_frame_comes_out_before_the_stream_ends() -> None:
    """Somebody speaks into a pipe: nothing may wait for more than one frame."""
    inside, outside = os.pipe()
    with os.fdopen(inside, "rb") as stream, os.fdopen(outside, "wb", buffering=0) as pipe:
        pipe.write(b"\x01" * FRAME_BYTES)
        assert next(read_raw(stream)).pcm == b"\x01" * FRAME_BYTES


def test_a_file_with_a_header_is_refused() -> None:
    with pytest.raises(AudioError, match="WAV file, not bare samples"):
        list(read_raw(io.BytesIO(b"RIFF" + bytes(1000))))
