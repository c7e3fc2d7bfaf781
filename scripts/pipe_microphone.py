"""A microphone that hears what a program gives it, at the speed of real time: a pipe under ALSA."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

CHUNK = 3200
"""Bytes: 0.1 s of sound of 16 kHz."""


@contextmanager
def pipe_microphone(folder: Path, sounds: Iterator[bytes]) -> Iterator[Path]:
    """An ALSA configuration (ALSA_CONFIG_PATH) whose microphone hears `sounds`, an endless
    iterator of 16-bit samples of 16 kHz, one after the other."""
    pipe, config = folder / "card", folder / "asound.conf"
    os.mkfifo(pipe)
    config.write_text(
        "</usr/share/alsa/alsa.conf>\npcm.!default { type plug slave.pcm room }\n"
        f'pcm.room {{ type file file /dev/null infile "{pipe}" format raw slave.pcm null }}\n',
        encoding="utf-8",
    )
    end = os.open(pipe, os.O_RDWR | os.O_NONBLOCK)
    stop = threading.Event()

    def fill() -> None:
        rest = b""
        while not stop.wait(0.1):
            if len(rest) < CHUNK:
                rest += next(sounds)
            with suppress(BlockingIOError):  # nobody takes it yet
                rest = rest[os.write(end, rest[:CHUNK]) :]

    writer = threading.Thread(target=fill)
    writer.start()
    try:
        yield config
    finally:
        stop.set()
        writer.join()
        os.close(end)
