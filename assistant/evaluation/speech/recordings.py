"""Labelled recordings of commands, recordings of everything else, and noise to mix in.

A folder of commands holds `labels.jsonl`, one JSON object per line:

    {"file": "a.wav", "intent": "orderDrink", "slots": {"size": "small"}, "text": "…"}

`file` is relative to the folder, `text` (what was said, for the word error rate) may be left out.
"""

from __future__ import annotations

import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from assistant.audio import read_file
from assistant.audio.framing import to_float
from assistant.errors import AudioError, ConfigError
from assistant.schema import read_json_lines

LABELS = "labels.jsonl"
SOUNDS = (".wav", ".flac", ".ogg")
_FULL_SCALE = 32768
_LABEL = 'one JSON object per line: {"file": "a.wav", "intent": "…", "slots": {"name": "value"}}'

Sound = npt.NDArray[np.float32]
"""(samples,), 16 kHz mono, -1 to 1."""


@dataclass(frozen=True, slots=True)
class Recording:
    """One spoken command, and what it asks for."""

    file: Path
    intent: str
    """As the skill calls it, with or without the skill's name before it: `order` or
    `coffee.order`."""

    slots: Mapping[str, str]
    text: str | None = None


@dataclass(frozen=True, slots=True)
class _Label:
    """One line of labels.jsonl."""

    file: str
    intent: str
    slots: Mapping[str, Any]
    text: str | None = None
    where: str = ""


def read_labels(folder: Path) -> tuple[Recording, ...]:
    """The recordings that `folder`/labels.jsonl names; raises ConfigError with file and line."""
    file = folder / LABELS
    rows = read_json_lines(_Label, file, error=ConfigError, fix=_LABEL, extra=True)
    if not rows:
        raise ConfigError(f"{file}: no labels in it", fix=_LABEL)
    return tuple(_recording(folder, row) for row in rows)


def _recording(folder: Path, row: _Label) -> Recording:
    file = folder / row.file
    if not file.is_file():
        raise ConfigError(f"{row.where}: there is no file {file}", fix="delete the line")
    return Recording(file, row.intent, {k: as_text(v) for k, v in row.slots.items()}, row.text)


def as_text(value: object) -> str:
    """A slot's value to be compared: 21.0 and "21 " are both "21"."""
    if isinstance(value, float):
        return f"{value:g}"
    return str(value).strip()


def find_sounds(folders: Sequence[Path]) -> tuple[Path, ...]:
    """Every sound file in and below `folders`, by name; raises AudioError for one without."""
    found: list[Path] = []
    for folder in folders:
        files = sorted(f for f in folder.rglob("*") if f.suffix.lower() in SOUNDS)
        if not files:
            what = "no WAV, FLAC or OGG in it" if folder.is_dir() else "there is no such folder"
            raise AudioError(f"{folder}: {what}", fix="name a folder of recordings")
        found += files
    return tuple(found)


def read_sound(file: Path) -> Sound:
    """All of a sound file; raises AudioError, also for one that is cut off."""
    pcm = b"".join(frame.pcm for frame in read_file(file))
    return to_float(pcm, 1)[:, 0]


def read_noise(file: Path) -> Sound:
    """Noise to mix in; raises AudioError for silence as well."""
    noise = read_sound(file)
    if not noise.any():
        raise AudioError(f"{file}: silent, which is no noise", fix="record it again")
    return noise


def mix(speech: Sound, noise: Sound, snr_db: float, rng: np.random.Generator) -> Sound:
    """`speech` with `noise` under all of it.

    The noise begins at a random place (and at its beginning again where it is over). It is as loud
    as makes the ratio of the two mean powers, each over the whole clip, `snr_db`; then both are
    scaled down together where they exceed full scale. Raises AudioError where the noise is silent
    for the length of a clip.
    """
    places = np.arange(len(speech)) + rng.integers(len(noise))
    under = noise.take(places, mode="wrap")
    power = float(np.mean(np.square(under, dtype=np.float64)))
    if power == 0:
        raise AudioError(
            f"the noise is silent for as long as a recording ({len(speech) / 16_000:.1f} s)",
            fix="name another noise file",
        )
    loudness = float(np.mean(np.square(speech, dtype=np.float64)))
    mixed = speech + np.float32(np.sqrt(loudness / power / 10 ** (snr_db / 10))) * under
    result: Sound = mixed / max(1.0, float(np.abs(mixed).max()))
    return result


def noisy(recording: Recording, noise: Sound | None, snr_db: float | None, seed: int) -> Sound:
    """A recording at one signal-to-noise ratio; None: as it is.

    Where the noise begins depends on `seed` and the file's name alone: it is the same for every
    engine, every ratio, and whatever other recordings there are.
    """
    speech = read_sound(recording.file)
    if snr_db is None or noise is None:
        return speech
    rng = np.random.default_rng([seed, zlib.crc32(recording.file.name.encode())])
    return mix(speech, noise, snr_db, rng)


def to_pcm(sound: Sound) -> bytes:
    """16-bit samples."""
    pcm: bytes = np.clip(np.round(sound * _FULL_SCALE), -32768, 32767).astype("<i2").tobytes()
    return pcm
